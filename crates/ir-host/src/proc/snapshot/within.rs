//! Asking something that may never answer.

use std::io;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Asks in a thread of its own, and waits for the answer so long; none if it does not come. The thread is left behind then:
/// nothing can end a read that hangs in the kernel.
///
/// # Errors
/// If there can be no further thread.
pub(super) fn within<T: Send + 'static>(
    wait: Duration,
    ask: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Option<T>> {
    let (answer, heard) = mpsc::channel();
    thread::Builder::new().stack_size(256 << 10).spawn(move || {
        // Nobody listens any more if it took too long.
        let _ = answer.send(ask());
    })?;
    Ok(heard.recv_timeout(wait).ok())
}
