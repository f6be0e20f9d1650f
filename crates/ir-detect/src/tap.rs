//! One source: lines to records to named events.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use ir_cli::{Input, LineReader, Opened, Piece, Session};
use ir_core::docs::Level;
use ir_core::logs::{Class, Classifier, ParseOptions, Parser, Record, origin_labels};
use ir_core::rules::Occurrence;
use ir_core::wire::{Excerpt, Origin, ReadStatus, SourceRead, SourceRef, Time};

use crate::args::DetectArgs;
use crate::sources::{Place, Source};
use crate::timeline::{Found, Mark};

/// Lines that a source gives before another one's turn comes. A count, not a size: the order in which sources are read
/// must not depend on how bytes arrive.
const TURN: usize = 4096;
/// Lines that are not of their log's format and are told one by one, per source.
const TOLD: u64 = 10;
/// So many programs of a source are told apart.
const MOST_PROGRAMS: usize = 1000;
const LEVELS: [Level; 5] =
    [Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical];

/// A source that is being read.
pub(crate) struct Tap {
    lines: LineReader<Box<dyn Read>>,
    parser: Parser,
    pub(crate) eyes: Eyes,
    pub(crate) read: SourceRead,
    /// Of a line over the limit: its beginning, and how many bytes follow.
    over: (Vec<u8>, u64),
    /// Lines told to be not of the format.
    rejected: u64,
    /// The last line has no line feed and is not of the format: it is probably still being written.
    pub(crate) torn: bool,
    /// Reading failed in the middle; the row says why.
    pub(crate) broken: bool,
    /// For messages: as typed, or as the profile writes it.
    shown: String,
}

/// What makes events of records.
pub(crate) struct Eyes {
    /// The profile's log.
    log: String,
    /// The source's id in records.
    id: String,
    private: bool,
    place: usize,
    /// The last dated record so far: it tells how long a run lived that nothing closed.
    last: Option<Mark>,
    /// The newest stamp so far.
    pub(crate) newest: Option<Time>,
    /// The oldest stamp of text that is matched; of a stream the first one, for who comes late cannot change what was said.
    pub(crate) oldest: Option<Time>,
    stream: bool,
    ignored: u64,
    /// Records of before then do not count.
    since: Option<Time>,
    /// How many there were.
    outside: u64,
    /// Hosts that records name; two are enough to know that there is not one.
    pub(crate) hosts: Vec<String>,
    /// Programs that records name; past [`MOST_PROGRAMS`] no more are learnt.
    pub(crate) programs: BTreeSet<String>,
    /// Records by level, debug to critical.
    levels: [u64; LEVELS.len()],
    /// Records by the event that they are.
    events: BTreeMap<String, u64>,
    /// Events without a time: no rule can count them.
    pub(crate) undated_events: u64,
}

type Said = (String, BTreeMap<String, String>, Option<f64>, Option<String>);

/// What a turn gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// There is more.
    More,
    /// Nothing is at hand: what is known should go out.
    Idle,
    /// The source is at its end.
    End,
}

impl Tap {
    /// Opens a source; `place` is its place in the order of sources.
    ///
    /// # Errors
    /// The row for the run record, if it cannot be opened.
    pub(crate) fn open(
        source: &Source,
        place: usize,
        args: &DetectArgs,
        session: &Session,
    ) -> Result<Self, Box<SourceRead>> {
        let id = source.log.as_ref().map_or_else(|| "stdin".to_owned(), |log| log.id.clone());
        let failed =
            |status, reason: String| Box::new(source.row(id.clone(), status, Some(reason)));
        let opened = match &source.place {
            Place::Typed(input) => input.open(session).map_err(|e| {
                let missing = matches!(input, Input::File(path) if !path.exists());
                failed(
                    if missing { ReadStatus::Missing } else { ReadStatus::Unreadable },
                    format!("{e:#}"),
                )
            })?,
            Place::Named(path) => {
                let file = ir_host::open_regular(path).map_err(|e| {
                    let status =
                        if e.is_missing() { ReadStatus::Missing } else { ReadStatus::Unreadable };
                    failed(status, format!("log {id}: {}: {e}", path.display()))
                })?;
                Opened::regular(file).map_err(|e| {
                    failed(ReadStatus::Unreadable, format!("log {id}: {}: {e}", path.display()))
                })?
            }
        };
        // Many files of one log, and files that are no log of the profile, are told apart by how they begin.
        let id = match (&opened.head, &source.log) {
            (Some(head), Some(log)) if source.one_of_many => {
                format!("{}-{}", log.id, &head.sha256[..8])
            }
            (Some(head), None) => ir_host::log_id(head),
            _ => id.clone(),
        };
        let now = session.common.now;
        let reference =
            args.reference_time.or(opened.modified).or(now).or_else(|| Some(session.now()));
        let ignore_zone = source.log.as_ref().is_some_and(|log| log.ignore_zone);
        let limit = ParseOptions::limit_at(now);
        let options = ParseOptions { ignore_zone, reference, limit };
        let parser = Parser::new(source.format(), source.zone.clone(), options)
            .map_err(|e| failed(ReadStatus::Unreadable, format!("{}: {e}", source.shown())))?;
        let mut read = source.row(id.clone(), ReadStatus::Partial, None);
        read.head = opened.head;
        let eyes = Eyes {
            log: source.log.as_ref().map_or_else(|| id.clone(), |log| log.id.clone()),
            id,
            private: source.private(),
            place,
            last: None,
            newest: None,
            oldest: None,
            stream: matches!(source.place, Place::Typed(Input::Stdin)),
            ignored: 0,
            since: args.since.map(|since| since.time(session.now())),
            outside: 0,
            hosts: Vec::new(),
            programs: BTreeSet::new(),
            levels: [0; LEVELS.len()],
            events: BTreeMap::new(),
            undated_events: 0,
        };
        let lines = LineReader::new(opened.reader, session.common.max_line);
        Ok(Self {
            lines,
            parser,
            eyes,
            read,
            over: (Vec::new(), 0),
            rejected: 0,
            torn: false,
            broken: false,
            shown: source.shown(),
        })
    }

    /// The source as alerts refer to it.
    pub(crate) fn reference(&self) -> SourceRef {
        SourceRef {
            id: self.read.id.clone(),
            path: self.read.path.clone(),
            head: self.read.head.clone(),
        }
    }

    /// The profile's log that the source is, or the source's own id.
    pub(crate) fn log(&self) -> &str {
        &self.eyes.log
    }

    /// As typed, or as the profile writes it; `stdin`.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// Its place in the order of sources.
    pub(crate) fn place(&self) -> usize {
        self.eyes.place
    }

    /// Stamps whose year was inferred.
    pub(crate) fn yearless(&self) -> u64 {
        self.parser.stats().yearless
    }

    /// It holds the text of people.
    pub(crate) fn private(&self) -> bool {
        self.eyes.private
    }

    /// Bytes read so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.parser.stats().bytes
    }

    /// Reads on, until the turn is over, and hands out what it finds.
    ///
    /// # Errors
    /// If rejected lines cannot be kept. An error of the source itself ends it: its row says so.
    pub(crate) fn turn(
        &mut self,
        classifier: &mut Classifier,
        session: &mut Session,
        out: &mut Vec<Found>,
    ) -> anyhow::Result<Turn> {
        for _ in 0..TURN {
            if ir_cli::interrupted() {
                self.read.reason = Some(format!("{}: interrupted", self.shown));
                self.close(classifier, session, out);
                return Ok(Turn::End);
            }
            let Self { lines, parser, eyes, over, rejected, .. } = self;
            let piece = match lines.next() {
                Ok(piece) => piece,
                Err(e) => {
                    let line = parser.stats().lines + 1;
                    self.read.reason = Some(format!("{}:{line}: {e}", self.shown));
                    self.broken = true;
                    self.close(classifier, session, out);
                    return Ok(Turn::End);
                }
            };
            // Of a line over the limit the head is read as a line, and all of it goes where rejected lines go.
            match piece {
                Piece::Line(line) => {
                    parser.push(line, &mut |r| eyes.take(r, classifier, out));
                    if parser.stats().rejected > *rejected {
                        *rejected += 1;
                        let format = parser.format();
                        if *rejected <= TOLD {
                            session.notes.error(format_args!(
                                "{}:{}: not of the format {format}",
                                self.shown,
                                parser.stats().lines
                            ));
                        }
                        if !eyes.private {
                            session.keep.write(line)?;
                            session.keep.write(b"\n")?;
                        }
                    }
                }
                Piece::Torn(line) => {
                    parser
                        .push_part(line, line.len() as u64, &mut |r| eyes.take(r, classifier, out));
                    self.torn = parser.stats().rejected > *rejected;
                }
                Piece::Head(head) => {
                    self.read.overlong += 1;
                    session.keep.write(head)?;
                    *over = (head.to_vec(), 0);
                }
                Piece::Rest { bytes, last } => {
                    session.keep.write(bytes)?;
                    over.1 += bytes.len() as u64;
                    if last {
                        session.keep.write(b"\n")?;
                        let whole = over.0.len() as u64 + over.1 + u64::from(!lines.torn());
                        let head = std::mem::take(&mut over.0);
                        parser.push_part(&head, whole, &mut |r| eyes.take(r, classifier, out));
                    }
                }
                Piece::Idle => return Ok(Turn::Idle),
                Piece::Quiet => {
                    parser.flush(&mut |r| eyes.take(r, classifier, out));
                    return Ok(Turn::Idle);
                }
                Piece::End => {
                    self.read.status = ReadStatus::Read;
                    self.close(classifier, session, out);
                    return Ok(Turn::End);
                }
            }
        }
        Ok(Turn::More)
    }

    /// Takes the record that was still open, and the figures.
    fn close(&mut self, classifier: &mut Classifier, session: &Session, out: &mut Vec<Found>) {
        let Self { parser, eyes, read, .. } = self;
        parser.finish(&mut |record| eyes.take(record, classifier, out));
        if let Some(mark) = eyes.last.take() {
            out.push(Found::last(eyes.place, mark));
        }
        parser.stats().fill(read);
        if self.rejected > TOLD {
            session.notes.error(format_args!(
                "{}: {} lines in all are not of the format {}",
                self.shown,
                self.rejected,
                parser.format()
            ));
        }
        read.ignored = eyes.ignored;
        read.outside = eyes.outside;
        let levels = LEVELS.iter().zip(eyes.levels).filter(|(_, count)| *count > 0);
        read.levels = levels.map(|(level, count)| (level.word().to_owned(), count)).collect();
        read.events = std::mem::take(&mut eyes.events);
        read.format = parser.format().into();
    }
}

impl Eyes {
    fn take(&mut self, record: &Record<'_>, classifier: &mut Classifier, out: &mut Vec<Found>) {
        if let Some(host) = record.host
            && self.hosts.len() < 2
            && !self.hosts.iter().any(|h| h == host)
        {
            self.hosts.push(host.to_owned());
        }
        if let Some(program) = record.program
            && self.programs.len() < MOST_PROGRAMS
            && !self.programs.contains(program)
        {
            self.programs.insert(program.to_owned());
        }
        if let Some(level) = record.level {
            self.levels[level as usize] += 1;
        }
        // Sessions are counted from their first record, so every record is classified.
        let event = self.event(record, classifier);
        if let (Some(since), Some(time)) = (self.since, record.stamp.time())
            && time < since
        {
            self.outside += 1;
            return;
        }
        let Some(time) = record.stamp.time() else {
            self.undated_events += u64::from(event.is_some());
            return;
        };
        let before = self.newest;
        self.newest = Some(before.map_or(time, |n| n.max(time)));
        if record.sample.is_none() && !self.private && (self.oldest.is_none() || !self.stream) {
            self.oldest = Some(self.oldest.map_or(time, |oldest| oldest.min(time)));
        }
        if let Some((name, labels, value, unit)) = event {
            let excerpt = Some(self.excerpt(record, time));
            let occurrence = Occurrence { time, name, labels, value, unit, excerpt };
            out.push(Found::event(self.place, record.line, occurrence, self.last.take(), before));
        }
        if !self.private {
            self.last.get_or_insert_with(|| Mark::new(&self.id)).set(time, record);
        }
    }

    /// Name, labels, value and unit of what the record says.
    fn event(&mut self, record: &Record<'_>, classifier: &mut Classifier) -> Option<Said> {
        if let Some(sample) = record.sample.as_ref().filter(|_| !self.private) {
            let labels =
                sample.labels.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            return Some((
                sample.name.to_owned(),
                labels,
                sample.value,
                sample.unit.map(str::to_owned),
            ));
        }
        match classifier.classify(&self.log, record) {
            Class::Plain => None,
            Class::Ignored => {
                self.ignored += 1;
                None
            }
            // Another line of the same moment has told it already.
            Class::Event(event) if event.echo => None,
            Class::Event(event) => {
                match self.events.get_mut(&event.name) {
                    Some(count) => *count += 1,
                    None => drop(self.events.insert(event.name.clone(), 1)),
                }
                let mut labels = event.labels;
                if let Some(component) = event.component {
                    labels.entry("component".into()).or_insert(component);
                }
                // Who wrote a private line may be a person.
                for (label, text) in origin_labels(record).filter(|_| !self.private) {
                    labels.entry(label.into()).or_insert(text);
                }
                Some((event.name, labels, event.value, None))
            }
        }
    }

    fn excerpt(&self, record: &Record<'_>, time: Time) -> Excerpt {
        let origin =
            Origin { source: self.id.to_owned(), line: record.line, offset: record.offset };
        Excerpt::new(origin, Some(time), if self.private { b"" } else { record.message })
    }
}
