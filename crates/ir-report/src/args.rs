//! The command line.

use std::path::PathBuf;

use clap::{Args, Command, ValueEnum};
use ir_core::wire::Severity;

const ABOUT: &str = "Turn records into a report, which opens with what was examined";

const LONG_ABOUT: &str = "\
Turn records into a report, which opens with what was examined.

Reads records to their end and writes one report; it ends the pipe and passes nothing on. First the result in a
sentence, and a line for every incident. Then what was examined: which tools ran to their end, which logs were read and
how far, which rules reached a verdict, which checks have no answer. So a report without an incident says what it was
that was found quiet, and one whose upstream did not finish says that before anything else. Then every incident, the
gravest first: severity and when the response is due, why, the timeline, the alerts with their log lines, the containment
plan, the evidence and how to verify it, the ranked causes, and the steps of the procedure that are left to do.

The report is made of the records alone: no log is opened, no clock is asked, and the same records give the same bytes.
Text that comes from logs cannot become markup: whatever is not a plain word stands in a code span, control and hidden
characters are written as \\u{...}. All times are UTC.

The HTML form is one page with a timeline as a picture. It holds all that it needs: no script, and nothing is fetched.

The JSON form is one object with everything that the records say, unrounded and with whole ids: report (the version of
the form, ir.report.v1), verdict, complete, faults, stream, runs, checks, incidents, alerts_apart, evidence_apart, procedure. Its JSON
Schema is crates/ir-report/schemas/ir.report.v1.json.";

const AFTER: &str = "\
Examples:
  ir-detect app.log | ir-classify | ir-contain | ir-evidence -o evidence | ir-rca | ir-report -o report.md
  ir-report -o report.html incident.jsonl
  ir-report incident.jsonl | less
  ir-report --format json incident.jsonl | jq -r '.incidents[] | [.id, .severity, .title] | @tsv'
  ir-report --fail-on P1 -o report.md incident.jsonl || echo 'P1 or graver, or something went wrong'

Exit code 4 says that the report is not whole: a tool before did not finish, or lines were not valid records.";

/// What the report is made of, and where it goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct ReportArgs {
    /// Record files, read in this order; none, or -: standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Of what is stored about an incident, named by the beginning of its id
    #[arg(long, value_name = "INC", conflicts_with = "files")]
    pub(crate) incident: Option<String>,
    /// The form of the report [default: html if the file of -o ends in .html, else markdown]
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) format: Option<Format>,
    /// Write to FILE, all of it or nothing; -: standard output
    #[arg(short, long, value_name = "FILE", default_value = "-", hide_default_value = true)]
    pub(crate) output: PathBuf,
    /// Exit with 1 if an incident is of this severity or graver
    #[arg(long, value_name = "P0..P3", value_parser = parse_severity)]
    pub(crate) fail_on: Option<Severity>,
}

fn parse_severity(text: &str) -> Result<Severity, String> {
    text.to_ascii_uppercase().parse()
}

impl ReportArgs {
    /// The form that was asked for, or that the name of the file asks for.
    pub(crate) fn form(&self) -> Format {
        let html = self.output.extension().is_some_and(|e| e.eq_ignore_ascii_case("html"));
        self.format.unwrap_or(if html { Format::Html } else { Format::Markdown })
    }
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, as text
    Markdown,
    /// For people, as a page that needs nothing but itself
    Html,
    /// One object with everything, exact
    Json,
}

/// The command line.
pub fn command() -> Command {
    let command = ReportArgs::augment_args(Command::new("ir-report").after_help(AFTER))
        .subcommands(crate::verbs::commands());
    ir_cli::command(command).about(ABOUT).long_about(LONG_ABOUT)
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches;

    use super::{Format, ReportArgs, command};

    #[test]
    fn the_name_of_the_file_chooses_the_form_unless_it_is_typed() {
        for (line, want) in [
            ("ir-report", Format::Markdown),
            ("ir-report -o report.md", Format::Markdown),
            ("ir-report -o a.b/report.HTML", Format::Html),
            ("ir-report -o html", Format::Markdown),
            ("ir-report --format html", Format::Html),
            ("ir-report --format json -o report.html", Format::Json),
            ("ir-report --format markdown -o report.html", Format::Markdown),
        ] {
            let matches = command().try_get_matches_from(line.split(' ')).unwrap();
            assert_eq!(ReportArgs::from_arg_matches(&matches).unwrap().form(), want, "{line}");
        }
    }
}
