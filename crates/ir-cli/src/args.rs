//! Options that every tool has.

use std::path::PathBuf;

use clap::{ArgAction, Args, ColorChoice};
use ir_core::wire::Time;

/// Options that every tool has. They stand before or after a verb.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Common options")]
pub struct Common {
    /// The time to use where a tool asks the clock (RFC 3339)
    #[arg(long, value_name = "TIME", global = true)]
    pub now: Option<Time>,
    /// The observed host, where the input does not name it
    #[arg(long, value_name = "NAME", global = true)]
    pub host: Option<String>,
    /// Stop at the first bad line
    #[arg(long, global = true)]
    pub strict: bool,
    /// Also write rejected lines, whole, to FILE
    #[arg(long, value_name = "FILE", global = true)]
    pub keep_bad: Option<PathBuf>,
    /// Longest line, in bytes; of a longer one only the head is kept
    #[arg(long, value_name = "BYTES", default_value = "16777216", hide_default_value = true, global = true, value_parser = parse_max_line)]
    pub max_line: usize,
    /// The record stream need not end in a run record (made by hand or by a filter)
    #[arg(long, global = true)]
    pub open_ended: bool,
    /// No notes and no progress; errors still
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more on standard error
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub verbose: u8,
    /// When to use colour; NO_COLOR is respected
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true,
        global = true
    )]
    pub color: ColorChoice,
}

fn parse_max_line(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if (1024..=1 << 30).contains(&n) => Ok(n),
        _ => Err("a number of bytes from 1024 to 1073741824".into()),
    }
}
