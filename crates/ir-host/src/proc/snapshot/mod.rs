//! What the kernel says of a host and of a process at one moment, copied as it says it.
//!
//! Every copy is bounded in bytes and in time: a process whose memory is locked for good, or a list that never ends, costs one
//! copy and not the snapshot.

mod files;
mod list;

use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{Mode, OFlags};

use super::process::Process;
use super::{Host, Unmeasured, within};
use list::Row;

/// Reads that did not return, after which nothing further of the same process or host is tried.
const MOST_HUNG: u32 = 3;

/// One copy, or why there is none.
#[derive(Debug)]
pub struct Glance {
    /// A short name, e.g. `meminfo`, `net-tcp`.
    pub name: &'static str,
    /// Where it is, e.g. `/proc/net/tcp`; for what no file says, `/proc` or the directory it is gathered from.
    pub path: String,
    /// What is there.
    pub what: Result<Copy, Missed>,
}

/// A copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copy {
    /// What is there, or its start.
    pub bytes: Vec<u8>,
    /// There is more.
    pub cut: bool,
}

/// Why something was not copied.
#[derive(Debug)]
pub enum Missed {
    /// This kernel does not have it.
    Absent,
    /// The process has ended.
    Ended,
    /// It did not answer within the time.
    Hung(Duration),
    /// Others did not answer before, so it was not tried.
    NotTried,
    /// The system refused.
    Io(io::Error),
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("this kernel does not have it"),
            Self::Ended => f.write_str("the process ended meanwhile"),
            Self::Hung(wait) => write!(f, "it did not answer within {} s", wait.as_secs_f64()),
            Self::NotTried => {
                f.write_str("not tried, because what was asked before did not answer")
            }
            Self::Io(e) => e.fmt(f),
        }
    }
}

/// Copies, one after the other.
#[derive(Debug)]
pub struct Snapshot {
    /// `/proc`.
    proc: Arc<OwnedFd>,
    /// How long one copy may take.
    wait: Duration,
    /// All processes, as they were seen when the host was copied.
    table: Vec<Row>,
}

impl Snapshot {
    /// Of `host`; one copy may take so long.
    ///
    /// # Errors
    /// If it has no `/proc`.
    pub fn new(host: &Host, wait: Duration) -> Result<Self, Unmeasured> {
        let place = host.path("proc");
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let proc = rustix::fs::open(&place, flags, Mode::empty())
            .map_err(|e| Unmeasured::io(&place, &e.into()))?;
        Ok(Self { proc: Arc::new(proc), wait, table: Vec::new() })
    }

    /// Copies what the kernel says of the host, in one order always, what changes fastest first; `each` gets every copy.
    ///
    /// # Errors
    /// Those of `each`.
    pub fn host<E>(&mut self, each: &mut dyn FnMut(Glance) -> Result<(), E>) -> Result<(), E> {
        let mut asker = Asker { wait: self.wait, hung: 0 };
        for (name, file, most) in files::HOST {
            let what = asker.file(&self.proc, file, *most);
            each(Glance { name, path: format!("/proc/{file}"), what })?;
        }
        let proc = Arc::clone(&self.proc);
        let rows = asker.ask(move || list::processes(&proc));
        let what = rows.map(|rows| {
            self.table = rows;
            list::told(self.table.iter())
        });
        each(Glance { name: "processes", path: "/proc".into(), what })
    }

    /// Copies what the kernel says of a process, in one order always. [`Snapshot::host`] comes before, if its children are to be
    /// known.
    ///
    /// # Errors
    /// Those of `each`.
    pub fn process<E>(
        &self,
        host: &Host,
        process: &Process,
        each: &mut dyn FnMut(Glance) -> Result<(), E>,
    ) -> Result<(), E> {
        let pid = process.pid;
        let mut asker = Asker { wait: self.wait, hung: 0 };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        // What is open stays this process', whoever gets its number.
        let dir = rustix::fs::openat(&*self.proc, pid.to_string(), flags, Mode::empty());
        let dir = dir.ok().filter(|_| process.is_alive(host)).map(Arc::new);
        let of = |ask: &mut dyn FnMut(&Arc<OwnedFd>) -> Result<Copy, Missed>| match &dir {
            Some(dir) => ask(dir),
            None => Err(Missed::Ended),
        };
        for (name, file, most) in files::PROCESS {
            let what = of(&mut |dir| asker.file(dir, file, *most)).map_err(|why| match why {
                Missed::Absent if !process.is_alive(host) => Missed::Ended,
                why => why,
            });
            each(Glance { name, path: format!("/proc/{pid}/{file}"), what })?;
        }
        let what = of(&mut |dir| {
            let dir = Arc::clone(dir);
            asker.ask(move || list::links(&dir))
        });
        each(Glance { name: "links", path: format!("/proc/{pid}"), what })?;
        let what = of(&mut |dir| {
            let dir = Arc::clone(dir);
            asker.ask(move || list::open_files(&dir))
        });
        each(Glance { name: "fd", path: format!("/proc/{pid}/fd"), what })?;
        let children = self.table.iter().filter(|row| row.parent == pid);
        each(Glance { name: "children", path: "/proc".into(), what: Ok(list::told(children)) })
    }
}

/// Asks, each time within the time.
struct Asker {
    wait: Duration,
    hung: u32,
}

impl Asker {
    fn ask<T: Send + 'static>(
        &mut self,
        ask: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, Missed> {
        if self.hung >= MOST_HUNG {
            return Err(Missed::NotTried);
        }
        match within(self.wait, vec![ask]).pop().flatten() {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(e)) => Err(missed(e)),
            None => {
                self.hung += 1;
                Err(Missed::Hung(self.wait))
            }
        }
    }

    fn file(&mut self, dir: &Arc<OwnedFd>, file: &'static str, most: u64) -> Result<Copy, Missed> {
        let dir = Arc::clone(dir);
        self.ask(move || list::file(&dir, file, most))
    }
}

fn missed(error: io::Error) -> Missed {
    use rustix::io::Errno;
    match Errno::from_io_error(&error) {
        Some(Errno::SRCH) => Missed::Ended,
        Some(Errno::NOENT | Errno::OPNOTSUPP | Errno::NOSYS | Errno::NOTDIR) => Missed::Absent,
        _ => Missed::Io(error),
    }
}

#[cfg(test)]
mod tests;
