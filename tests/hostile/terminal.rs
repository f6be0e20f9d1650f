//! A real terminal, the other end of which we read.

use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::process::Stdio;
use std::thread::JoinHandle;

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// A terminal that keeps what is written to it.
pub(crate) struct Terminal {
    screen: OwnedFd,
    reader: JoinHandle<Vec<u8>>,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keyboard).unwrap();
        unlockpt(&keyboard).unwrap();
        let name = ptsname(&keyboard, Vec::new()).unwrap();
        let screen = open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let reader = std::thread::spawn(move || {
            let mut seen = Vec::new();
            let mut part = [0; 1 << 16];
            let mut from = File::from(keyboard);
            // Once nobody has the screen open any more, reading fails.
            while let Ok(n) = from.read(&mut part) {
                seen.extend_from_slice(&part[..n]);
            }
            seen
        });
        Self { screen, reader }
    }

    /// For a program to write to.
    pub(crate) fn stdio(&self) -> Stdio {
        assert!(rustix::termios::isatty(&self.screen));
        self.screen.as_fd().try_clone_to_owned().unwrap().into()
    }

    /// What was written, once every program has ended.
    pub(crate) fn seen(self) -> Vec<u8> {
        drop(self.screen);
        self.reader.join().unwrap()
    }
}
