//! One run of a program.

#![expect(clippy::disallowed_types, reason = "this is the place that starts programs")]

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::Mode;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, umask, waitid};

use super::streams::Streams;
use super::{End, Flood, Job, Outcome, Program, Rest};

/// How often it is looked whether the program has ended.
const TICK: Duration = Duration::from_millis(10);
/// How long output is read that another process holds open, once the program has ended.
const LINGER: Duration = Duration::from_millis(250);
/// A process that even KILL does not end (it waits for a disk) is left behind after so long.
const UNKILLABLE: Duration = Duration::from_secs(2);
/// Where programs that a program starts by name are looked for.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Runs `program` to its end: without a shell, in a process group of its own, with PATH, LANG and perhaps HOME for an
/// environment, and files that it makes readable by the user alone. It returns soon after [`Job::timeout`] and
/// [`Job::grace`] at the latest, whatever the program does. It is ended early as soon as `stop` says so.
///
/// A process that has left the program's group cannot be ended; it is no longer listened to.
///
/// # Errors
/// If it cannot be started.
pub fn run(program: &Program, job: &Job, stop: &dyn Fn() -> bool) -> io::Result<Outcome> {
    let begun = Instant::now();
    let mut child = spawn(program, job)?;
    let group = Group::of(&child);
    let streams = Streams::new(&mut child, job.stdin.as_deref(), (job.max_stdout, job.max_stderr));
    let mut streams = match streams {
        Ok(streams) => streams,
        Err(e) => {
            group.signal(Signal::KILL);
            // It is dead: this does not wait.
            let _ = child.wait();
            return Err(e);
        }
    };
    let mut ended_by_us = None;
    while !group.has_ended() {
        ended_by_us = match () {
            () if job.flood == Flood::Kill && streams.flooded() => Some(End::Flooded),
            () if begun.elapsed() >= job.timeout => Some(End::TimedOut),
            () if stop() => Some(End::Stopped),
            () => {
                streams.step(TICK.min(job.timeout.saturating_sub(begun.elapsed())));
                continue;
            }
        };
        group.end(&mut streams, job.grace);
        break;
    }
    // Until the program is waited for, no other process can get the number of its group.
    if job.rest == Rest::Kill || ended_by_us.is_some() {
        group.signal(Signal::KILL);
    }
    let lingers = Instant::now();
    while !streams.at_end() && lingers.elapsed() < LINGER {
        streams.step(TICK);
    }
    let flooded = (job.flood == Flood::Kill && streams.flooded()).then_some(End::Flooded);
    let status = child.try_wait()?;
    let own = match status.and_then(|status| status.code()) {
        Some(code) => End::Code(code),
        None => status.and_then(|s| s.signal()).map_or(End::TimedOut, End::Signal),
    };
    Ok(Outcome {
        end: ended_by_us.or(flooded).unwrap_or(own),
        took: begun.elapsed(),
        held: !streams.at_end(),
        stdout: streams.stdout.caught,
        stderr: streams.stderr.caught,
    })
}

/// The file mode mask belongs to the whole process: one at a time may change it.
static UMASK: Mutex<()> = Mutex::new(());

fn spawn(program: &Program, job: &Job) -> io::Result<Child> {
    let mut command = Command::new(program.file());
    command.arg0(&program.argv()[0]).args(&program.argv()[1..]);
    command.env_clear().env("PATH", PATH).env("LANG", "C.UTF-8");
    command.envs(job.home.iter().map(|home| ("HOME", home)));
    command.current_dir(&job.directory).process_group(0);
    let input = if job.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
    command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
    let _one = UMASK.lock().unwrap_or_else(PoisonError::into_inner);
    let before = umask(Mode::from_bits_truncate(0o077));
    let child = command.spawn();
    umask(before);
    child
}

/// The process group of a program that was not waited for yet.
struct Group(Pid);

impl Group {
    fn of(child: &Child) -> Self {
        Self(Pid::from_child(child))
    }

    /// Whether the program itself has ended; it is not waited for.
    fn has_ended(&self) -> bool {
        let how = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        // An error means that there is nothing left to wait for.
        !matches!(waitid(WaitId::Pid(self.0), how), Ok(None) | Err(rustix::io::Errno::INTR))
    }

    /// To all of the group. That it is gone already, or has become somebody else, is no error here.
    fn signal(&self, signal: Signal) {
        let _ = kill_process_group(self.0, signal);
    }

    /// Asks the group to end, then ends it.
    fn end(&self, streams: &mut Streams, grace: Duration) {
        for (signal, patience) in [(Signal::TERM, grace), (Signal::KILL, UNKILLABLE)] {
            self.signal(signal);
            let since = Instant::now();
            while !self.has_ended() && since.elapsed() < patience {
                streams.step(TICK);
            }
            if self.has_ended() {
                return;
            }
        }
    }
}
