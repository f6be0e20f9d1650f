//! Reading a record stream: every valid line goes on byte for byte before the tool's own work on it starts.

use std::collections::HashMap;
use std::fmt::Display;
use std::path::PathBuf;

use ir_core::wire::{
    Body, Head, Line, Note, Reason, RecordCounts, Run, Time, Upstream, digest, parse_line,
};
use ir_store::incident::{Book, IncidentId, WireReader};

use crate::{
    Exit, Fail, Failed, Input, LineReader, Opened, Piece, Session, Sink, interrupted, store_error,
};

/// Bad lines that are told one by one, per input; a summary follows.
const TOLD: u64 = 10;
/// Records whose keys are kept to tell duplicates; about 100 bytes each.
const KEYS: usize = 2_000_000;

/// Why a tool could not take a record in.
#[derive(Debug)]
pub enum Trouble {
    /// The record is not what its type says: counted and told; the stream goes on.
    Record(Reason),
    /// The tool cannot go on.
    Fatal(anyhow::Error),
}

impl From<Reason> for Trouble {
    fn from(reason: Reason) -> Self {
        Self::Record(reason)
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::Fatal(error)
    }
}

/// What became of a record stream; [`Session::finish`] makes a run record of it.
#[derive(Clone, Debug)]
pub struct Intake {
    /// What became of its lines.
    pub counts: RecordCounts,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Whether the tools before finished.
    pub upstream: Upstream,
    /// First and last event time of the records.
    pub span: Option<(Time, Time)>,
    /// `--strict` met a bad line, or an interrupt came: the rest was not read.
    pub stopped: Option<&'static str>,
    /// Duplicates were no longer told, because there were too many records.
    pub keys_full: bool,
}

/// Reads the record files (none, or `-`: standard input), forwards every valid line if `forward`, and hands each
/// new record to `take` with the sink, so that a tool's own records follow the line that caused them.
///
/// # Errors
/// If an input cannot be read or the output not be written (exit code 5), or `take` cannot go on.
pub fn pump(
    session: &mut Session,
    files: &[PathBuf],
    forward: bool,
    take: &mut dyn FnMut(&Head<'_>, &mut Sink) -> Result<(), Trouble>,
) -> anyhow::Result<Intake> {
    let mut state = Stream::new(forward, take);
    for input in Input::list(files) {
        session.out.flush()?;
        let opened = input.open(session)?;
        state.read(session, &input, opened)?;
        if state.intake.stopped.is_some() {
            break;
        }
    }
    state.end(session)
}

/// As [`pump`], of the records that the store has of an incident; they are not forwarded.
///
/// # Errors
/// As [`pump`]; exit code 3 if the store is not safe to use.
pub fn pump_stored(
    session: &mut Session,
    incident: &IncidentId,
    take: &mut dyn FnMut(&Head<'_>, &mut Sink) -> Result<(), Trouble>,
) -> anyhow::Result<Intake> {
    let reader = stored(session, incident)?;
    let opened = Opened { reader: Box::new(reader), head: None, modified: None, size: None };
    let mut state = Stream::new(false, take);
    state.read(session, incident, opened)?;
    state.end(session)
}

/// The records that the store has of an incident; a torn line is told and left out.
///
/// # Errors
/// Exit code 3 if the store is not safe to use, 5 if it cannot be read.
pub fn stored(session: &Session, incident: &IncidentId) -> anyhow::Result<WireReader> {
    let store = session.store()?;
    let book = Book::Incident(incident.clone());
    let path = store.path_of(&book);
    let Some((reader, torn)) = store.wire(&book).map_err(store_error)? else {
        return Err(Failed::new(Exit::Io, format!("{}: it is gone", path.display())));
    };
    if torn > 0 {
        session.notes.error(format_args!(
            "{}: the last {torn} bytes are a line that its writer did not finish; they are left out",
            path.display()
        ));
    }
    Ok(reader)
}

struct Stream<'a> {
    forward: bool,
    take: &'a mut dyn FnMut(&Head<'_>, &mut Sink) -> Result<(), Trouble>,
    /// Digest of source and id to digest of the line.
    seen: HashMap<u128, u128>,
    last_complete: bool,
    any_incomplete: bool,
    intake: Intake,
}

impl<'a> Stream<'a> {
    fn new(
        forward: bool,
        take: &'a mut dyn FnMut(&Head<'_>, &mut Sink) -> Result<(), Trouble>,
    ) -> Self {
        Self {
            forward,
            take,
            seen: HashMap::new(),
            last_complete: false,
            any_incomplete: false,
            intake: Intake {
                counts: RecordCounts::default(),
                bytes: 0,
                upstream: Upstream::Unfinished,
                span: None,
                stopped: None,
                keys_full: false,
            },
        }
    }

    fn end(self, session: &mut Session) -> anyhow::Result<Intake> {
        let mut intake = self.intake;
        intake.upstream = match () {
            () if self.last_complete && !self.any_incomplete => Upstream::Finished,
            () if session.common.open_ended => Upstream::OpenEnded,
            () => Upstream::Unfinished,
        };
        session.keep.flush()?;
        if intake.counts.rejected + intake.counts.unreadable > 0
            || intake.upstream == Upstream::Unfinished
        {
            session.raise(Exit::Partial);
        }
        Ok(intake)
    }

    fn read(
        &mut self,
        session: &mut Session,
        input: &dyn Display,
        opened: Opened,
    ) -> anyhow::Result<()> {
        let mut progress = session.progress("reading records", opened.size.unwrap_or(0));
        let mut reader = LineReader::new(opened.reader, session.common.max_line);
        let (mut line, mut bad) = (0, 0);
        loop {
            if interrupted() {
                self.intake.stopped = Some("it was interrupted");
                session.raise(Exit::Interrupted);
                break;
            }
            let piece = reader
                .next()
                .map_err(|e| anyhow::anyhow!("{input}:{}: {e}", line + 1))
                .or_exit(Exit::Io)?;
            let reason = match piece {
                Piece::End => break,
                Piece::Idle | Piece::Quiet => {
                    session.out.flush()?;
                    continue;
                }
                Piece::Rest { bytes, last } => {
                    self.intake.bytes += bytes.len() as u64;
                    session.keep.write(bytes)?;
                    self.intake.bytes += u64::from(last && !reader.torn());
                    if last {
                        session.keep.write(b"\n")?;
                    }
                    continue;
                }
                Piece::Head(head) => {
                    line += 1;
                    self.intake.counts.read += 1;
                    self.intake.counts.rejected += 1;
                    self.intake.bytes += head.len() as u64;
                    session.keep.write(head)?;
                    Some(format!("longer than {} bytes (see --max-line)", session.common.max_line))
                }
                Piece::Line(bytes) => {
                    line += 1;
                    let size = bytes.len() as u64 + 1;
                    progress.add(size);
                    self.line(session, bytes, size)?
                }
                Piece::Torn(bytes) => {
                    line += 1;
                    self.line(session, bytes, bytes.len() as u64)?
                }
            };
            let Some(reason) = reason else { continue };
            bad += 1;
            if bad <= TOLD {
                session.notes.error(format_args!("{input}:{line}: {reason}"));
            }
            if session.common.strict {
                self.intake.stopped = Some("a bad line, and --strict");
                break;
            }
        }
        if bad > TOLD {
            session.notes.error(format_args!("{input}: {bad} bad lines in all, of {line}"));
        }
        Ok(())
    }

    /// One line; the reason if it is bad.
    /// Takes a whole line of `size` bytes, its line feed included where it has one.
    fn line(
        &mut self,
        session: &mut Session,
        bytes: &[u8],
        size: u64,
    ) -> anyhow::Result<Option<String>> {
        self.intake.bytes += size;
        let counts = &mut self.intake.counts;
        counts.read += 1;
        let head = match parse_line(bytes) {
            Line::Blank => {
                counts.blank += 1;
                return Ok(None);
            }
            Line::Bad(reason) => return self.reject(session, bytes, reason).map(Some),
            Line::Foreign => {
                counts.foreign += 1;
                None
            }
            Line::Record(head) => Some(head),
        };
        let mut repeated = false;
        if let Some(head) = &head {
            match self.note(head, bytes) {
                Ok(first) => repeated = !first,
                Err(reason) => return self.reject(session, bytes, reason).map(Some),
            }
        }
        let counts = &mut self.intake.counts;
        counts.passed += 1;
        counts.duplicates += u64::from(repeated);
        if self.forward {
            session.out.write(bytes)?;
            session.out.write(b"\n")?;
        }
        let Some(head) = head.filter(|_| !repeated) else {
            self.last_complete &= repeated;
            return Ok(None);
        };
        // What a person wrote down belongs to no run: it does not undo that the tools finished.
        self.last_complete &= head.kind == Note::KIND;
        session.out.passes(&head);
        if let Some(time) = head.time {
            let (from, to) = self.intake.span.unwrap_or((time, time));
            self.intake.span = Some((from.min(time), to.max(time)));
        }
        if head.kind == Run::KIND {
            match head.body::<Run>() {
                Ok(run) => {
                    self.last_complete = run.complete;
                    self.any_incomplete |= !run.complete;
                }
                Err(reason) => return self.unreadable(reason),
            }
        }
        match (self.take)(&head, &mut session.out) {
            Ok(()) => Ok(None),
            Err(Trouble::Record(reason)) => self.unreadable(reason),
            Err(Trouble::Fatal(error)) => Err(error),
        }
    }

    fn unreadable(&mut self, reason: Reason) -> anyhow::Result<Option<String>> {
        self.intake.counts.unreadable += 1;
        Ok(Some(reason.to_string()))
    }

    fn reject(
        &mut self,
        session: &mut Session,
        bytes: &[u8],
        reason: Reason,
    ) -> anyhow::Result<String> {
        self.intake.counts.rejected += 1;
        session.keep.write(bytes)?;
        session.keep.write(b"\n")?;
        Ok(reason.to_string())
    }

    /// Whether the record is seen for the first time.
    fn note(&mut self, head: &Head<'_>, line: &[u8]) -> Result<bool, Reason> {
        let key = short(format!("{}\0{}", head.source, head.id).as_bytes());
        let content = short(line.trim_ascii());
        match self.seen.get(&key) {
            Some(known) if *known == content => Ok(false),
            Some(_) => Err(Reason::Conflict(format!("{} {}", head.source, head.id))),
            None if self.seen.len() >= KEYS => {
                self.intake.keys_full = true;
                Ok(true)
            }
            None => {
                self.seen.insert(key, content);
                Ok(true)
            }
        }
    }
}

/// 128 bits of a SHA-256: an attacker must not be able to make two records look like one.
fn short(bytes: &[u8]) -> u128 {
    u128::from_str_radix(&digest(bytes)[..32], 16).unwrap_or_default()
}
