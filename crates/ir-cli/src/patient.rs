//! Reading what may never come: a blocked read must not outlive an interrupt.

use std::fs::File;
use std::io::{self, Read};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::interrupted;

/// How long an interrupt may go unnoticed, nanoseconds. (A signal between the check and the wait would else be missed.)
const PATIENCE: i64 = 250_000_000;

/// Waits for bytes and for interrupts at once.
#[derive(Debug)]
pub(crate) struct Patient(pub(crate) File);

impl Read for Patient {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if interrupted() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let wait = Timespec { tv_sec: 0, tv_nsec: PATIENCE };
            match poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&wait)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return self.0.read(into),
                Err(e) => return Err(e.into()),
            }
        }
    }
}
