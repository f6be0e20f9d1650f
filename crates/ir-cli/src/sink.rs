//! Standard output: the product, and nothing else.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use ir_core::wire::{Body, Event};

use crate::escape::escape_lines;
use crate::{Exit, Fail};

/// Buffered standard output. It is flushed whenever the input runs dry, so that a live pipe is live.
///
/// A closed reader ends printing, not the tool: later output is dropped and [`Sink::closed`] says so.
#[derive(Debug)]
pub struct Sink {
    out: BufWriter<Stdout>,
    tty: bool,
    closed: bool,
}

impl Sink {
    pub(crate) fn new() -> Self {
        let out = io::stdout();
        let tty = out.is_terminal();
        Self { out: BufWriter::with_capacity(1 << 16, out), tty, closed: false }
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

    /// Colours are welcome: a terminal, no `NO_COLOR`, or `--color always`.
    pub fn colours(&self) -> bool {
        anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
    }

    /// Writes a text of our own with colours in it, as it is. What comes from elsewhere is in it through
    /// [`escape`](crate::escape) only.
    ///
    /// # Errors
    /// As [`Sink::write`].
    pub fn paint(&mut self, text: &str) -> anyhow::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = self.out.write_all(text.as_bytes());
        self.settle(result)
    }

    /// Writes one of our records.
    ///
    /// # Errors
    /// As [`Sink::write`]; or if the record is larger than records may be.
    pub fn emit<T: Body>(&mut self, event: &Event<T>) -> anyhow::Result<()> {
        self.write(&event.to_line()?)
    }

    /// Hands everything to the reader.
    ///
    /// # Errors
    /// As [`Sink::write`].
    pub fn flush(&mut self) -> anyhow::Result<()> {
        if self.closed {
            return Ok(());
        }
        let result = self.out.flush();
        self.settle(result)
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
