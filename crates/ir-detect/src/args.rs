//! The command line.

use std::path::PathBuf;

use clap::Args;
use ir_cli::{DocArgs, Since};
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
    /// Standard input holds records: pass them on, then add the alerts
    #[arg(long)]
    pub(crate) records: bool,
    /// How far a live stream may be out of order before a record is too late to count
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = ir_core::docs::duration)]
    pub(crate) late: f64,
    /// Records of before then are read and not counted: a time, or how long ago
    #[arg(long, value_name = "TIME|DURATION")]
    pub(crate) since: Option<Since>,
    /// When the input was written, to resolve stamps without a year [default: the file's date, or the time of --now]
    #[arg(long, value_name = "TIME")]
    pub(crate) reference_time: Option<Time>,
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
