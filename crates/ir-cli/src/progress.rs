//! A progress bar on standard error, for people only.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Shown only if standard error is a terminal, after a second, and erased at the end.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    begun: Instant,
    total: u64,
    done: u64,
    what: &'static str,
    watched: bool,
}

impl Progress {
    pub(crate) fn new(watched: bool, what: &'static str, total: u64) -> Self {
        Self { bar: None, begun: Instant::now(), total, done: 0, what, watched }
    }

    /// `bytes` more are done. Cheap; may be called for every block.
    pub fn add(&mut self, bytes: u64) {
        self.done += bytes;
        if !self.watched {
            return;
        }
        if self.bar.is_none() && self.begun.elapsed() > Duration::from_secs(1) {
            let bar = if self.total > 0 {
                ProgressBar::new(self.total)
            } else {
                ProgressBar::new_spinner()
            };
            let style = if self.total > 0 {
                "{msg} {bar:30} {bytes}/{total_bytes} {eta}"
            } else {
                "{msg} {spinner} {bytes}"
            };
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style);
            }
            bar.set_message(self.what);
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
