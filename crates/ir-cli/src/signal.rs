//! Interrupts: the first one lets the tool close its files and say how far it came, the second one ends it at once.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Starts to listen. Called once, at the start of a tool.
pub(crate) fn listen() {
    let flag = INTERRUPTED.get_or_init(|| Arc::new(AtomicBool::new(false)));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // Order matters: the check for "already interrupted" comes before the flag is set.
        let _ = signal_hook::flag::register_conditional_default(signal, Arc::clone(flag));
        let _ = signal_hook::flag::register(signal, Arc::clone(flag));
    }
}

/// A signal asked the tool to end.
pub fn interrupted() -> bool {
    INTERRUPTED.get().is_some_and(|f| f.load(Ordering::Relaxed))
}

/// Dies by SIGINT, so that a shell that runs a loop of tools stops too.
pub(crate) fn die() {
    let _ = signal_hook::low_level::emulate_default_handler(SIGINT);
}
