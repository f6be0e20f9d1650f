//! One run of a tool.

use std::path::Path;

use ir_core::wire::{Time, source};

use crate::recorder::Recorder;
use crate::{Common, Exit, KeepBad, Notes, Progress, Sink, clock};

/// What a tool's function is given: output, notes, clock, and the exit code so far.
#[derive(Debug)]
pub struct Session {
    /// The tool's name.
    pub tool: &'static str,
    /// The common options as typed.
    pub common: Common,
    /// Standard output.
    pub out: Sink,
    /// Standard error.
    pub notes: Notes,
    /// Rejected lines.
    pub keep: KeepBad,
    /// The exit code so far; [`Session::raise`] adds to it.
    pub exit: Exit,
    verbs: Vec<String>,
}

impl Session {
    pub(crate) fn new(
        tool: &'static str,
        common: Common,
        notes: Notes,
        verbs: Vec<String>,
        record: bool,
    ) -> anyhow::Result<Self> {
        let keep = KeepBad::open(common.keep_bad.as_deref())?;
        let recorder = record.then(|| Recorder::new(notes.clone()));
        Ok(Self { tool, out: Sink::new(recorder), notes, keep, exit: Exit::Done, verbs, common })
    }

    /// `--now`, else the wall clock.
    pub fn now(&self) -> Time {
        self.common.now.unwrap_or_else(clock::wall)
    }

    /// The tool ends with this code, unless one that says more applies too.
    pub fn raise(&mut self, exit: Exit) {
        self.exit = self.exit.merge(exit);
    }

    /// The `source` of this tool's records about `host`; `--host` speaks where the input does not.
    pub fn source(&self, host: Option<&str>) -> String {
        source(self.tool, host.or(self.common.host.as_deref()))
    }

    /// A progress bar over `total` bytes (0: unknown).
    pub fn progress(&self, what: &'static str, total: u64) -> Progress {
        Progress::new(self.notes.watched(), what, total)
    }

    /// The verb that a file name resembles.
    pub(crate) fn verb_like(&self, path: &Path) -> Option<&str> {
        let name = path.to_str()?;
        ir_core::docs::closest(name, self.verbs.iter().map(String::as_str))
    }
}
