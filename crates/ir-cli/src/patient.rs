//! Reading what may never come: a blocked read must not outlive an interrupt.

use std::fs::File;
use std::io::{self, Read};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::interrupted;

/// How long an interrupt may go unnoticed, nanoseconds. (A signal between the check and the wait would else be missed.)
const PATIENCE: i64 = 250_000_000;

/// Silence of a live input after which its reader hears of it, in units of [`PATIENCE`].
const QUIET: u32 = 4;

/// Waits for bytes and for interrupts at once.
#[derive(Debug)]
pub(crate) struct Patient {
    file: File,
    /// Tell of silence, by the error `WouldBlock`, once after each piece of input.
    live: bool,
    told: bool,
}

impl Patient {
    /// Reads `file`; of a live input a second's silence is told.
    pub(crate) fn new(file: File, live: bool) -> Self {
        Self { file, live, told: true }
    }
}

impl Read for Patient {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut waits = 0;
        loop {
            if interrupted() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let wait = Timespec { tv_sec: 0, tv_nsec: PATIENCE };
            match poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&wait)) {
                Ok(0) => waits += 1,
                Err(rustix::io::Errno::INTR) => {}
                Ok(_) => {
                    self.told = false;
                    return self.file.read(into);
                }
                Err(e) => return Err(e.into()),
            }
            if self.live && waits >= QUIET && !std::mem::replace(&mut self.told, true) {
                return Err(io::ErrorKind::WouldBlock.into());
            }
        }
    }
}
