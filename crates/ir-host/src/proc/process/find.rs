//! Looking for the processes of an application.

use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::Duration;

use super::reading::{self, Process};
use super::wanted::Wanted;
use crate::proc::text::keyed;
use crate::proc::{Host, Unmeasured, within};

/// How long a folder may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Of a longer command line the start is looked at.
const MOST_ARGUMENTS: u64 = 64 << 10;

/// The processes that fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// By number.
    pub processes: Vec<Process>,
    /// Why there may be more that could not be seen or judged; none if there cannot.
    pub blind: Option<String>,
}

/// What one process is to the search.
enum Judged {
    Fits(Process),
    Other,
    /// It may fit, but what would tell may not be read.
    Hidden,
}

/// The processes of `host` that are `wanted`; this program itself is none of them, nor is one that has ended and waits to
/// be buried.
///
/// # Errors
/// If the host lists no processes at all.
pub fn find(host: &Host, wanted: &Wanted) -> Result<Found, Unmeasured> {
    // Its own arguments may hold the words that are looked for.
    let me = host.is_here().then(std::process::id);
    let mut found = Found::default();
    let mut hidden = Vec::new();
    // A folder on a dead file server would hold the search up.
    let cwd = match &wanted.cwd {
        None => None,
        Some(path) => match folder(path.clone()) {
            Some(Ok(place)) => Some(place),
            // Nobody works in a folder that is not there; a host without processes must still say so.
            Some(Err(_)) => return pids(host).map(|_| found),
            None => {
                found.blind = Some(format!("{} does not answer", path.display()));
                return Ok(found);
            }
        },
    };
    for pid in pids(host)? {
        if Some(pid) == me {
            continue;
        }
        match judge(host, pid, wanted, cwd) {
            Judged::Fits(process) => found.processes.push(process),
            Judged::Other => {}
            Judged::Hidden => hidden.push(pid),
        }
    }
    found.blind = host.hides_processes().or_else(|| unjudged(&hidden));
    Ok(found)
}

/// That processes could not be judged, in words. Even root may not read everything, in a container.
fn unjudged(hidden: &[u32]) -> Option<String> {
    let (first, others) = hidden.split_first()?;
    let others = match others.len() {
        0 => String::new(),
        1 => " and another one".into(),
        more => format!(" and {more} others"),
    };
    Some(format!(
        "process {first}{others} may be one, but this account may not read what would tell"
    ))
}

/// The numbers of all processes, sorted.
pub(crate) fn pids(host: &Host) -> Result<Vec<u32>, Unmeasured> {
    let place = host.path("proc");
    let entries = std::fs::read_dir(&place).map_err(|e| Unmeasured::io(&place, &e))?;
    let number = |entry: std::fs::DirEntry| entry.file_name().to_str()?.parse().ok();
    let mut pids: Vec<u32> = entries.flatten().filter_map(number).collect();
    if pids.is_empty() {
        let shown = place.display();
        return Err(Unmeasured::new(format!("{shown}: it lists no process; is it mounted?")));
    }
    pids.sort_unstable();
    Ok(pids)
}

/// The cheapest questions come first; only what fits so far is asked more.
fn judge(host: &Host, pid: u32, wanted: &Wanted, cwd: Option<(u64, u64)>) -> Judged {
    let denied = |e: &std::io::Error| e.kind() == ErrorKind::PermissionDenied;
    let gone = |e: std::io::Error| if denied(&e) { Judged::Hidden } else { Judged::Other };
    let Ok(process) = reading::identify(host, pid) else {
        let stat = host.head(&format!("proc/{pid}/stat"), 1);
        return stat.err().map_or(Judged::Other, gone);
    };
    if let Some(pattern) = &wanted.cmdline {
        match host.head(&format!("proc/{pid}/cmdline"), MOST_ARGUMENTS).map(joined) {
            Ok(line) if !pattern.is_match(&line) => return Judged::Other,
            Ok(_) => {}
            Err(e) => return gone(e),
        }
    }
    if let Some(user) = wanted.user {
        // Not the owner of the folder: that is root for a process whose memory may not be read.
        match host.text(&format!("proc/{pid}/status")) {
            Ok(status) if keyed(&status, "Uid:") != Some(user.into()) => return Judged::Other,
            Ok(_) => {}
            Err(_) => return Judged::Other,
        }
    }
    if let Some(exe) = &wanted.exe {
        match std::fs::read_link(host.path(format!("proc/{pid}/exe"))) {
            Ok(link) if !exe.fits(&link) => return Judged::Other,
            Ok(_) => {}
            Err(e) => return gone(e),
        }
    }
    if let Some(there) = cwd {
        match folder(host.path(format!("proc/{pid}/cwd"))) {
            Some(Ok(here)) if here != there => return Judged::Other,
            Some(Ok(_)) => {}
            Some(Err(e)) => return gone(e),
            None => return Judged::Hidden,
        }
    }
    // All that was asked was asked of one process, if it is still the same.
    if process.is_alive(host) { Judged::Fits(process) } else { Judged::Other }
}

/// Device and inode of a folder; none where its file system does not answer.
fn folder(path: PathBuf) -> Option<std::io::Result<(u64, u64)>> {
    let ask = move || std::fs::metadata(path).map(|meta| (meta.dev(), meta.ino()));
    within(PATIENCE, vec![ask]).pop().flatten()
}

/// The arguments, which end in NUL each, joined by spaces.
fn joined(mut arguments: Vec<u8>) -> Vec<u8> {
    while arguments.last() == Some(&0) {
        arguments.pop();
    }
    arguments.iter_mut().filter(|b| **b == 0).for_each(|b| *b = b' ');
    arguments
}

#[cfg(test)]
mod tests {
    use super::unjudged;

    #[test]
    fn who_cannot_be_judged_is_told() {
        assert_eq!(unjudged(&[]), None);
        let said = |hidden: &[u32]| unjudged(hidden).unwrap();
        assert!(said(&[7]).starts_with("process 7 may be one, but this account may not"));
        assert!(said(&[7, 8]).starts_with("process 7 and another one may be one"));
        assert!(said(&[7, 8, 9]).starts_with("process 7 and 2 others may be one"));
    }
}
