//! The pipes to and from a program, moved by one thread that never waits on any of them alone: a program that does not read
//! its input, or says more than a pipe holds, cannot stop it.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::process::Child;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

use super::outcome::Caught;

/// Bytes moved at once.
const BLOCK: usize = 64 << 10;

/// Our ends of the pipes.
#[derive(Debug)]
pub(super) struct Streams {
    feed: Option<Feed>,
    pub(super) stdout: Catch,
    pub(super) stderr: Catch,
    block: Vec<u8>,
}

/// Standard input and how far it is written.
#[derive(Debug)]
struct Feed {
    pipe: OwnedFd,
    bytes: Vec<u8>,
    written: usize,
}

/// An output pipe and what came out of it.
#[derive(Debug)]
pub(super) struct Catch {
    pipe: Option<OwnedFd>,
    max: usize,
    pub(super) caught: Caught,
}

impl Streams {
    /// Takes the pipes of `child`; it reads `input`, and so many bytes of its output are kept.
    pub(super) fn new(
        child: &mut Child,
        input: Option<&[u8]>,
        max: (usize, usize),
    ) -> io::Result<Self> {
        let feed = match (child.stdin.take(), input) {
            (Some(pipe), Some(bytes)) if !bytes.is_empty() => {
                Some(Feed { pipe: unblocked(pipe.into())?, bytes: bytes.to_vec(), written: 0 })
            }
            _ => None,
        };
        let stdout = Catch::new(child.stdout.take().map(Into::into), max.0)?;
        let stderr = Catch::new(child.stderr.take().map(Into::into), max.1)?;
        Ok(Self { feed, stdout, stderr, block: vec![0; BLOCK] })
    }

    /// Everything was said: nobody holds the output open.
    pub(super) fn at_end(&self) -> bool {
        self.stdout.pipe.is_none() && self.stderr.pipe.is_none()
    }

    /// More was said than is kept.
    pub(super) fn flooded(&self) -> bool {
        self.stdout.caught.is_truncated() || self.stderr.caught.is_truncated()
    }

    /// Moves what can be moved now; waits for that up to `wait`, if need be.
    pub(super) fn step(&mut self, wait: Duration) {
        let mut fds = Vec::with_capacity(3);
        fds.extend(self.feed.iter().map(|f| PollFd::new(&f.pipe, PollFlags::OUT)));
        let outputs = [&self.stdout, &self.stderr];
        fds.extend(
            outputs.iter().filter_map(|c| Some(PollFd::new(c.pipe.as_ref()?, PollFlags::IN))),
        );
        if fds.is_empty() {
            std::thread::sleep(wait);
            return;
        }
        let wait = Timespec { tv_sec: wait.as_secs() as _, tv_nsec: wait.subsec_nanos().into() };
        // An interrupted wait is a short one: the caller asks again.
        if poll(&mut fds, Some(&wait)).is_err() {
            return;
        }
        self.feed = self.feed.take().and_then(Feed::write);
        self.stdout.read(&mut self.block);
        self.stderr.read(&mut self.block);
    }
}

impl Feed {
    /// Writes on; none if all is written, or nobody reads it any more.
    fn write(mut self) -> Option<Self> {
        match rustix::io::write(&self.pipe, &self.bytes[self.written..]) {
            Ok(n) => {
                self.written += n;
                (self.written < self.bytes.len()).then_some(self)
            }
            Err(Errno::AGAIN | Errno::INTR) => Some(self),
            Err(_) => None,
        }
    }
}

impl Catch {
    fn new(pipe: Option<OwnedFd>, max: usize) -> io::Result<Self> {
        Ok(Self { pipe: pipe.map(unblocked).transpose()?, max, caught: Caught::default() })
    }

    fn read(&mut self, block: &mut [u8]) {
        let Some(pipe) = &self.pipe else { return };
        match rustix::io::read(pipe, &mut *block) {
            Ok(n @ 1..) => {
                let room = self.max.saturating_sub(self.caught.bytes.len());
                self.caught.bytes.extend_from_slice(&block[..n.min(room)]);
                self.caught.total += n as u64;
            }
            Err(Errno::AGAIN | Errno::INTR) => {}
            Ok(_) | Err(_) => self.pipe = None,
        }
    }
}

fn unblocked(pipe: OwnedFd) -> io::Result<OwnedFd> {
    let flags = fcntl_getfl(pipe.as_fd())?;
    fcntl_setfl(pipe.as_fd(), flags | OFlags::NONBLOCK)?;
    Ok(pipe)
}
