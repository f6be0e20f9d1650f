//! The command line.

use std::path::PathBuf;

use clap::{Args, Command};
use ir_cli::DocArgs;
use ir_core::docs::duration;
use ir_core::wire::Time;

#[derive(Args, Debug)]
pub(crate) struct CollectArgs {
    /// Record files; none, or -: standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The bundle's directory; those of further incidents lie beside it, DIR-INC
    /// [default: evidence/INC under IR_HOME]
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Logs are wanted from so long before the onset
    #[arg(long, value_name = "DURATION", default_value = "4 hours", value_parser = parse_duration)]
    pub(crate) before: f64,
    /// And until so long after the onset [default: to their end]
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) after: Option<f64>,
    /// Logs are wanted from then on, whatever the onset; collects without an incident too
    #[arg(long, value_name = "TIME", conflicts_with_all = ["before", "after"])]
    pub(crate) since: Option<Time>,
    /// And until then
    #[arg(long, value_name = "TIME", requires = "since")]
    pub(crate) until: Option<Time>,
    /// A log that the profile does not name; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) logs: Vec<PathBuf>,
    /// Also take the content of files that the profile calls private
    #[arg(long)]
    pub(crate) include_private: bool,
    /// All bundles of this run together are at most so large; K, M, G are powers of 1024
    #[arg(long, value_name = "BYTES", default_value = "2G", value_parser = parse_bytes)]
    pub(crate) max_bytes: u64,
    #[command(flatten)]
    pub(crate) docs: DocArgs,
}

#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    /// The bundles' directories
    #[arg(value_name = "DIR", required = true)]
    pub(crate) dirs: Vec<PathBuf>,
    /// What the record of the bundle gives as manifest_sha256; without it, a bundle that was written anew from beginning to
    /// end cannot be told from a genuine one
    #[arg(long, value_name = "SHA256")]
    pub(crate) expect: Option<ir_store::Hash>,
}

fn parse_duration(text: &str) -> Result<f64, String> {
    duration(text)
}

fn parse_bytes(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: u64 = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" | "KIB" => 1 << 10,
        "M" | "MIB" => 1 << 20,
        "G" | "GIB" => 1 << 30,
        other => {
            return Err(format!(
                "unknown unit {other:?}: write bytes, or K, M, G for powers of 1024"
            ));
        }
    };
    let count: u64 = digits.parse().map_err(|_| "write a whole number, e.g. 500M".to_owned())?;
    count.checked_mul(unit).filter(|bytes| *bytes > 0).ok_or_else(|| "out of range".to_owned())
}

const ABOUT: &str = "Seal what an incident leaves behind, before anybody restarts anything";

const LONG_ABOUT: &str = "\
Seal what an incident leaves behind, before anybody restarts anything.

Reads records, passes every line on unchanged, and at the first ir.incident.v1 of an incident collects one bundle of \
evidence for it: databases with their journals, configuration, plugins, logs, and the incident's records so far. Every \
file is hashed while it is read; a chained manifest says of each item whether it was taken, changed meanwhile, taken in \
part, skipped or not to be had, and why. Then follows one ir.evidence.v1.

What is taken: the files and logs of the profile, if one is chosen; logs typed with --logs; logs that the incident's \
alerts name, if they still begin as the alerts say. A log up to 16 MiB is taken whole, of a larger one the records of \
the wanted time. Secrets that the profile names are masked, private files are only listed with size and digest, symbolic \
links are recorded and not followed, nothing is executed, and no database is opened. On the host nothing changes but the \
bundle.

The bundle is built in DIR.partial and gets its name when it is whole. A directory that is not empty is left as it is \
(exit code 3), unless it holds a bundle of exactly the same content. A bundle that lacks something that was wanted ends \
with exit code 4.";

const AFTER: &str = "\
Examples:
  ir-detect app.log | ir-classify | ir-evidence -o evidence | ir-rca
  ir-detect --profile chat-app --set root=/srv/chat | ir-classify | \\
    ir-evidence --profile chat-app --set root=/srv/chat > incident.jsonl
  ir-evidence --profile chat-app --set root=/srv/chat --since 2026-11-23T04:00:00Z -o ev < /dev/null
  ir-evidence --logs app.log --logs proxy.log --before '30 minutes' -o evidence incident.jsonl
  ir-evidence verify evidence
  (cd evidence && sha256sum -c SHA256SUMS)";

const VERIFY_LONG: &str = "\
Check that bundles are as they were sealed.

Checks the chain of the manifest, size and digest of every file, the totals, and that nothing else is there. Prints a \
line for every problem, with the file and, where it has lines, the line; else one line of summary. Exit code 1 for a \
bundle that was tampered with, 4 for one whose collection did not come to its end, 5 where there is none.";

const VERIFY_AFTER: &str = "\
Examples:
  ir-evidence verify evidence
  ir-evidence verify --expect 148256bd89ec24d08cc05e20546aed32cc97be61c7012ce5f52b0f752bc9b9a3 evidence";

pub(crate) fn command() -> Command {
    let verify = VerifyArgs::augment_args(Command::new("verify"))
        .about("Check that bundles are as they were sealed")
        .long_about(VERIFY_LONG)
        .after_help(VERIFY_AFTER);
    let command = CollectArgs::augment_args(Command::new("ir-evidence").after_help(AFTER))
        .arg(ir_cli::record_option())
        .subcommand(verify);
    ir_cli::command(command).about(ABOUT).long_about(LONG_ABOUT)
}

#[cfg(test)]
mod tests {
    use super::{command, parse_bytes};

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
        let parses = |args: &[&str]| {
            command().try_get_matches_from([&["ir-evidence"], args].concat()).is_ok()
        };
        assert!(parses(&[
            "--since",
            "2026-01-01T00:00:00Z",
            "--until",
            "2026-01-02T00:00:00Z",
            "-o",
            "x"
        ]));
        assert!(!parses(&["--until", "2026-01-02T00:00:00Z"]));
        assert!(!parses(&["--since", "2026-01-01T00:00:00Z", "--before", "1h"]));
        assert!(
            parses(&["verify", "a", "b"])
                && !parses(&["verify"])
                && !parses(&["verify", "a", "--expect", "x"])
        );
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse_bytes("500"), Ok(500));
        assert_eq!(parse_bytes("2G"), Ok(2 << 30));
        assert_eq!(parse_bytes("3MiB"), Ok(3 << 20));
        for bad in ["", "G", "0", "-1", "1T", "1.5G", "99999999999G"] {
            assert!(parse_bytes(bad).is_err(), "{bad}");
        }
    }
}
