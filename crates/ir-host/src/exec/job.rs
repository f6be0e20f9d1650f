//! What a program gets and what bounds it.

use std::path::PathBuf;
use std::time::Duration;

/// What happens to a program that says more than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flood {
    /// The rest is read and dropped, and counted.
    Drop,
    /// The program is ended.
    Kill,
}

/// What happens to processes of the program's group that outlive it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// They are ended.
    Kill,
    /// They stay: the program starts something that is to go on.
    Leave,
}

/// How a program is run.
#[derive(Clone, Debug)]
pub struct Job {
    /// What it reads on standard input; none: nothing, from the null device.
    pub stdin: Option<Vec<u8>>,
    /// Its working directory.
    pub directory: PathBuf,
    /// HOME in its environment; none: there is no HOME.
    pub home: Option<PathBuf>,
    /// It is ended after so long.
    pub timeout: Duration,
    /// Between asking it to end (TERM) and ending it (KILL).
    pub grace: Duration,
    /// Bytes of standard output that are kept.
    pub max_stdout: usize,
    /// Bytes of standard error that are kept.
    pub max_stderr: usize,
    /// What happens when it says more.
    pub flood: Flood,
    /// What happens to what it leaves running.
    pub rest: Rest,
}

impl Job {
    /// Nothing on standard input, working directory `/`, no HOME, 2 s of grace, 64 KiB of either output kept and the rest
    /// dropped, nothing left running.
    pub fn new(timeout: Duration) -> Self {
        Self {
            stdin: None,
            directory: "/".into(),
            home: None,
            timeout,
            grace: Duration::from_secs(2),
            max_stdout: 64 << 10,
            max_stderr: 64 << 10,
            flood: Flood::Drop,
            rest: Rest::Kill,
        }
    }
}
