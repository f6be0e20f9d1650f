//! What the kernel says of the host and of the application's processes: the first items of a bundle, for a restart ends them.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::time::Duration;

use ir_core::docs::Profile;
use ir_core::secrets;
use ir_host::proc::Host;
use ir_host::proc::snapshot::{Copy, Glance, Missed, Snapshot};
use ir_host::process::{self, Process, Wanted};
use ir_store::bundle::{Builder, Item, Reason, Role, Status};

use crate::tee::interrupted;

/// How long one copy may take.
const WAIT: Duration = Duration::from_secs(2);
/// Of more processes the first ones are copied.
const MOST: usize = 64;

/// Takes copies within the limit of bytes.
pub(crate) struct Live<'a> {
    pub(crate) builder: &'a mut Builder,
    /// Bytes that may still be taken.
    pub(crate) left: u64,
}

impl Live<'_> {
    /// Copies `host`, then the processes that `profile` describes, if one was chosen.
    ///
    /// # Errors
    /// If the bundle cannot be written, or a person broke off. What cannot be read is entered, not returned.
    pub(crate) fn take(
        &mut self,
        host: &Host,
        profile: Option<&Profile>,
        set: &BTreeMap<String, String>,
    ) -> io::Result<()> {
        let mut snapshot = match Snapshot::new(host, WAIT) {
            Ok(snapshot) => snapshot,
            Err(e) => {
                let item = Item::new("host", Role::Host, Some("/proc".into()));
                return self.enter(item.with(Status::Error, Reason::Unreadable, e.to_string()));
            }
        };
        snapshot.host(&mut |glance| self.glance("host", Role::Host, "host", glance))?;
        let found = wanted(profile, set, host).and_then(|wanted| {
            let found = process::find(host, &wanted);
            found.map_err(|e| (Status::Error, Reason::Unreadable, e.to_string()))
        });
        let found = match found {
            Ok(found) => found,
            Err((status, reason, why)) => return self.enter(none().with(status, reason, why)),
        };
        for process in found.processes.iter().take(MOST) {
            self.process(host, &snapshot, process)?;
        }
        if let Some(why) = found.blind {
            self.enter(none().with(Status::Error, Reason::Unreadable, why))?;
        } else if found.processes.is_empty() {
            let note = "no process of the application is there".to_owned();
            self.enter(none().with(Status::Skipped, Reason::Absent, note))?;
        }
        if let Some(more @ 1..) = found.processes.len().checked_sub(MOST) {
            let note = format!("{more} more processes of the application are not copied");
            self.enter(none().with(Status::Partial, Reason::Limit, note))?;
        }
        Ok(())
    }

    fn process(&mut self, host: &Host, snapshot: &Snapshot, process: &Process) -> io::Result<()> {
        let pid = process.pid.to_string();
        snapshot.process(host, process, &mut |mut glance| {
            let mut redacted = false;
            if let Ok(copy) = &mut glance.what {
                let hidden = match glance.name {
                    "environ" => secrets::hide_environment(&copy.bytes),
                    "cmdline" => secrets::hide_arguments(&copy.bytes),
                    _ => std::mem::take(&mut copy.bytes),
                };
                redacted = !copy.bytes.is_empty() && hidden != copy.bytes;
                copy.bytes = hidden;
            }
            self.glance_with(&format!("process-{pid}"), Role::Process, &pid, glance, redacted)
        })
    }

    fn glance(&mut self, id: &str, role: Role, of: &str, glance: Glance) -> io::Result<()> {
        self.glance_with(id, role, of, glance, false)
    }

    /// Enters one copy, or why there is none; its file is called after what it is `of`.
    fn glance_with(
        &mut self,
        id: &str,
        role: Role,
        of: &str,
        glance: Glance,
        redacted: bool,
    ) -> io::Result<()> {
        if ir_cli::interrupted() {
            return Err(interrupted());
        }
        let item = Item::new(id, role, Some(glance.path));
        let Copy { bytes, cut } = match glance.what {
            Ok(copy) => copy,
            Err(why) => {
                let (status, reason) = match &why {
                    Missed::Absent => (Status::Skipped, Reason::Absent),
                    Missed::Ended => (Status::Error, Reason::Missing),
                    Missed::Hung(_) | Missed::NotTried => (Status::Error, Reason::Hung),
                    Missed::Io(_) => (Status::Error, Reason::Unreadable),
                };
                return self.enter(item.with(status, reason, why.to_string()));
            }
        };
        let size = bytes.len() as u64;
        if size > self.left {
            let note = format!("it has {size} bytes, more than --max-bytes leaves");
            return self.enter(item.with(Status::Skipped, Reason::Limit, note));
        }
        self.left -= size;
        let name = format!("{of}-{}", glance.name);
        let mut draft = self.builder.draft(OsStr::new(&name))?;
        draft.redacted = redacted;
        draft.write_all(&bytes)?;
        let item = if cut {
            let note = format!("it is longer than {size} bytes; its start is taken");
            item.with(Status::Partial, Reason::Limit, note)
        } else {
            item
        };
        self.builder.add(item, Some(draft))
    }

    fn enter(&mut self, item: Item) -> io::Result<()> {
        self.builder.add(item, None)
    }
}

/// The item of processes that are not there.
fn none() -> Item {
    Item::new("process", Role::Process, Some("/proc".into()))
}

/// What makes a process one of the application's; or what to enter because nobody knows.
fn wanted(
    profile: Option<&Profile>,
    set: &BTreeMap<String, String>,
    host: &Host,
) -> Result<Wanted, (Status, Reason, String)> {
    let silent = |why: &str| (Status::Skipped, Reason::Absent, why.to_owned());
    let Some(profile) = profile else {
        return Err(silent("no profile was chosen, so no process is known to be the application"));
    };
    match Wanted::of(profile, set, host) {
        Ok(Some(wanted)) => Ok(wanted),
        Ok(None) => Err(silent("the profile does not say what its processes are")),
        Err(why) => Err((Status::Error, Reason::Unclear, why)),
    }
}

#[cfg(test)]
mod tests;
