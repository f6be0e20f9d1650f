//! How a program ended and what it said.

use std::fmt;
use std::time::Duration;

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this exit code.
    Code(i32),
    /// By this signal, which did not come from here.
    Signal(i32),
    /// It took too long and was ended.
    TimedOut,
    /// It said too much; if it had not ended yet, it was ended.
    Flooded,
    /// The caller asked to stop.
    Stopped,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "it ended with exit code {code}"),
            Self::Signal(signal) => write!(f, "signal {signal} ended it"),
            Self::TimedOut => f.write_str("it took too long and was ended"),
            Self::Flooded => f.write_str("it wrote too much"),
            Self::Stopped => f.write_str("it was ended, because this program was interrupted"),
        }
    }
}

/// What came out of one of its pipes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caught {
    /// The first bytes.
    pub bytes: Vec<u8>,
    /// How many there were in all, those that were dropped too.
    pub total: u64,
}

impl Caught {
    /// There were more bytes than are kept.
    pub fn is_truncated(&self) -> bool {
        self.total > self.bytes.len() as u64
    }
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// How long it took.
    pub took: Duration,
    /// Standard output.
    pub stdout: Caught,
    /// Standard error.
    pub stderr: Caught,
    /// Another process still held its output open when it had ended: what that one says later is not here.
    pub held: bool,
}
