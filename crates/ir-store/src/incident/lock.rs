//! Locks between processes. They end with the process, however it ends.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::StoreError;

/// A writer holds a lock for some milliseconds; who holds it longer is stopped or stuck.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the holder does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    /// Reads: others may read too.
    Shared,
    /// Writes: nobody else may.
    Exclusive,
}

/// Locks the open `file` until it is closed or unlocked.
pub(super) fn lock(file: &File, kind: Lock, path: &Path) -> Result<(), StoreError> {
    let operation = match kind {
        Lock::Shared => FlockOperation::NonBlockingLockShared,
        Lock::Exclusive => FlockOperation::NonBlockingLockExclusive,
    };
    let begun = Instant::now();
    let mut pause = Duration::from_micros(200);
    loop {
        match flock(file, operation) {
            Ok(()) => return Ok(()),
            Err(Errno::WOULDBLOCK | Errno::INTR) => {}
            Err(e) => return Err(StoreError::sys(path)(e)),
        }
        if begun.elapsed() > PATIENCE {
            return Err(StoreError::Busy { path: path.to_path_buf(), seconds: PATIENCE.as_secs() });
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(5));
    }
}

/// Gives the lock back before the file is closed.
pub(super) fn unlock(file: &File, path: &Path) -> Result<(), StoreError> {
    flock(file, FlockOperation::Unlock).map_err(StoreError::sys(path))
}
