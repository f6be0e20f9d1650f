//! Who holds locks on a file: `/proc/locks`.

use super::host::{Host, Unmeasured};

const LOCKS: &str = "proc/locks";

/// A lock that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The process; none where the lock belongs to an open file or to a process outside of what is seen here.
    pub pid: Option<u32>,
    /// Nobody else may read or write.
    pub write: bool,
    /// The first byte that is locked.
    pub first: u64,
}

impl Host {
    /// The locks that are held on the file of that device and inode, by process; those that still wait are none.
    ///
    /// # Errors
    /// If the host does not tell locks.
    pub fn locks(&self, device: (u32, u32), inode: u64) -> Result<Vec<Holder>, Unmeasured> {
        let text = self.text(LOCKS)?;
        let holder = |line: &str| {
            let words: Vec<_> = line.split_ascii_whitespace().collect();
            // `1: POSIX  ADVISORY  WRITE 123 08:01:456 0 EOF`; a waiting one has `->` behind its number.
            let [_, _, _, kind, pid, place, first, ..] = words[..] else { return None };
            let mut numbers = place.split(':');
            let major = u32::from_str_radix(numbers.next()?, 16).ok()?;
            let minor = u32::from_str_radix(numbers.next()?, 16).ok()?;
            let is_it = (major, minor) == device && numbers.next()?.parse() == Ok(inode);
            is_it.then(|| Holder {
                pid: pid.parse().ok().filter(|pid| *pid > 0),
                write: kind == "WRITE",
                first: first.parse().unwrap_or(0),
            })
        };
        let waits = |line: &&str| line.split_ascii_whitespace().nth(1) == Some("->");
        let mut found: Vec<_> =
            text.lines().filter(|line| !waits(line)).filter_map(holder).collect();
        found.sort_by_key(|holder| (holder.pid, holder.first));
        Ok(found)
    }

    /// The name of a process, as lists show it.
    pub(crate) fn name_of(&self, pid: u32) -> Option<String> {
        Some(self.text(&format!("proc/{pid}/comm")).ok()?.trim_end().to_owned())
    }
}
