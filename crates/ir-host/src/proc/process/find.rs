//! Looking for the processes of an application.

use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;

use super::reading::{self, Process};
use super::wanted::Wanted;
use crate::proc::text::keyed;
use crate::proc::{Host, Unmeasured};

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
    for pid in pids(host)? {
        if Some(pid) == me {
            continue;
        }
        match judge(host, pid, wanted) {
            Judged::Fits(process) => found.processes.push(process),
            Judged::Other => {}
            Judged::Hidden => hidden.push(pid),
        }
    }
    found.blind = host.hides_processes().or_else(|| {
        let first = hidden.first()?;
        Some(format!(
            "process {first}{} may be one, but what tells it may be read by its own account and root alone",
            if hidden.len() > 1 { format!(" and {} others", hidden.len() - 1) } else { String::new() }
        ))
    });
    Ok(found)
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
fn judge(host: &Host, pid: u32, wanted: &Wanted) -> Judged {
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
    if let Some(cwd) = &wanted.cwd {
        let Ok(there) = std::fs::metadata(cwd) else { return Judged::Other };
        match std::fs::metadata(host.path(format!("proc/{pid}/cwd"))) {
            Ok(here) if (here.dev(), here.ino()) != (there.dev(), there.ino()) => {
                return Judged::Other;
            }
            Ok(_) => {}
            Err(e) => return gone(e),
        }
    }
    // All that was asked was asked of one process, if it is still the same.
    if process.is_alive(host) { Judged::Fits(process) } else { Judged::Other }
}

/// The arguments, which end in NUL each, joined by spaces.
fn joined(mut arguments: Vec<u8>) -> Vec<u8> {
    while arguments.last() == Some(&0) {
        arguments.pop();
    }
    arguments.iter_mut().filter(|b| **b == 0).for_each(|b| *b = b' ');
    arguments
}
