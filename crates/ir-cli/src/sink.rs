//! Standard output: the product, and nothing else.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use ir_core::wire::{Body, Event, Head};

use crate::escape::escape_lines;
use crate::recorder::Recorder;
use crate::{Exit, Fail};

/// Buffered standard output. It is flushed whenever the input runs dry, so that a live pipe is live.
///
/// A closed reader ends printing, not the tool: later output is dropped and [`Sink::closed`] says so.
#[derive(Debug)]
pub struct Sink {
    out: BufWriter<Stdout>,
    tty: bool,
    closed: bool,
    /// With `--record`.
    recorder: Option<Recorder>,
}

impl Sink {
    pub(crate) fn new(recorder: Option<Recorder>) -> Self {
        let out = io::stdout();
        let tty = out.is_terminal();
        Self { out: BufWriter::with_capacity(1 << 16, out), tty, closed: false, recorder }
    }

    /// The reader downstream is gone. A tool that only prints may stop.
    pub fn closed(&self) -> bool {
        self.closed
    }

    /// Standard output is a terminal: tables instead of JSON lines may be welcome.
    pub fn is_terminal(&self) -> bool {
        self.tty
    }

    /// Writes whole lines, byte for byte; on a terminal what could harm it is escaped.
    ///
    /// # Errors
    /// If standard output cannot be written (full disk), exit code 5.
    pub fn write(&mut self, lines: &[u8]) -> anyhow::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = if self.tty {
            self.out.write_all(&escape_lines(lines))
        } else {
            self.out.write_all(lines)
        };
        self.settle(result)
    }

    /// Writes one of our records; with `--record` it also goes to the store, at the next flush.
    ///
    /// # Errors
    /// As [`Sink::write`]; or if the record is larger than records may be.
    pub fn emit<T: Body>(&mut self, event: &Event<T>) -> anyhow::Result<()> {
        let line = event.to_line()?;
        if let Some(recorder) = &mut self.recorder {
            recorder.writes(&line);
        }
        self.write(&line)
    }

    /// A record of somebody else passes by.
    pub(crate) fn passes(&mut self, head: &Head<'_>) {
        if let Some(recorder) = &mut self.recorder {
            recorder.passes(head);
        }
    }

    /// The exit code that trouble with `--record` asks for.
    pub(crate) fn recorded(&self) -> Exit {
        self.recorder.as_ref().map_or(Exit::Done, Recorder::exit)
    }

    /// Hands everything to the reader, then to the store.
    ///
    /// # Errors
    /// As [`Sink::write`].
    pub fn flush(&mut self) -> anyhow::Result<()> {
        let result = if self.closed { Ok(()) } else { self.out.flush() };
        let result = self.settle(result);
        if let Some(recorder) = &mut self.recorder {
            recorder.flush();
        }
        result
    }

    fn settle(&mut self, result: io::Result<()>) -> anyhow::Result<()> {
        match result {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other.map_err(|e| anyhow::anyhow!("standard output: {e}")).or_exit(Exit::Io),
        }
    }
}
