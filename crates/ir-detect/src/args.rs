//! The command line.

use std::path::PathBuf;

use clap::Args;
use ir_cli::DocArgs;
use ir_core::wire::Time;

/// Arguments of the pipe job.
#[derive(Args, Clone, Debug)]
pub(crate) struct DetectArgs {
    /// Logs, plain, gzip or zstd; `-` is standard input. Without FILE: the profile's logs if one is chosen, else standard
    /// input if it is a pipe or a file, else the logs of the profile `generic`
    pub(crate) files: Vec<PathBuf>,
    /// Which of the profile's logs FILE or standard input is, by its id; told by the file's name where this is left out
    #[arg(long, value_name = "ID")]
    pub(crate) log: Option<String>,
    /// Standard input holds records: pass them on, then add the alerts; samples among them go through the rules
    #[arg(long)]
    pub(crate) records: bool,
    #[command(flatten)]
    pub(crate) live: LiveArgs,
    /// How far a live stream may be out of order before a record is too late to count
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = ir_core::docs::duration)]
    pub(crate) late: f64,
    /// When the input was written, to resolve stamps without a year [default: the file's date, or the time of --now]
    #[arg(long, value_name = "TIME")]
    pub(crate) reference_time: Option<Time>,
    #[command(flatten)]
    pub(crate) docs: DocArgs,
}

impl DetectArgs {
    /// Nothing but documents typed.
    pub(crate) fn of_documents(docs: DocArgs) -> Self {
        let live = LiveArgs { live: false, interval: 1.0, samples: 2, lasting: None };
        Self {
            files: Vec::new(),
            log: None,
            records: false,
            live,
            late: 60.0,
            reference_time: None,
            docs,
        }
    }
}

/// How the live host is sampled.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Live host")]
pub(crate) struct LiveArgs {
    /// Sample this host, and the application's processes if a profile tells them; the samples are written as they are taken
    #[arg(long, conflicts_with_all = ["records", "log"])]
    pub(crate) live: bool,
    /// Time between two readings
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = interval, requires = "live")]
    pub(crate) interval: f64,
    /// Readings in all; rates need two
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000), requires = "live")]
    pub(crate) samples: u64,
    /// Go on for this long instead
    #[arg(long = "for", value_name = "DURATION", value_parser = ir_core::docs::duration, requires = "live", conflicts_with = "samples")]
    pub(crate) lasting: Option<f64>,
}

/// The kernel counts time in steps of 10 ms; a few of them make a rate.
pub(crate) fn interval(text: &str) -> Result<f64, String> {
    match ir_core::docs::duration(text)? {
        seconds if (0.05..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("from 50ms to 1d".into()),
    }
}

/// Arguments of `health`.
#[derive(Args, Clone, Debug)]
pub(crate) struct HealthArgs {
    /// Read the application's logs to their end and go through the rules too, and check its databases in full
    #[arg(long)]
    pub(crate) comprehensive: bool,
    /// Time between the two readings that rates are made of
    #[arg(long, value_name = "DURATION", default_value = "500ms", value_parser = interval)]
    pub(crate) interval: f64,
    /// Another warning limit; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = crate::health::parse_limit)]
    pub(crate) warn: Vec<(String, f64)>,
    /// Another critical limit; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = crate::health::parse_limit)]
    pub(crate) crit: Vec<(String, f64)>,
    /// A table where standard output is no terminal, too
    #[arg(long)]
    pub(crate) table: bool,
    #[command(flatten)]
    pub(crate) docs: DocArgs,
}

/// Arguments of `rules`.
#[derive(Args, Clone, Debug)]
pub(crate) struct RulesArgs {
    /// Print each rule as a sentence
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) docs: DocArgs,
}
