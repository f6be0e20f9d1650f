//! One log, read once.

use ir_cli::{LineReader, Opened, Piece, Session, interrupted};
use ir_core::docs::{LogFormat, Profile};
use ir_core::logs::{ParseOptions, Parser, Record, Zone};
use ir_core::wire::{ReadStatus, SourceRead};

use crate::cause::{Lens, Observed, Observer, Watched};
use crate::find::{LogFile, unread};

/// What one log gave, and how reading it went.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The profile's log that it is, by number.
    pub(crate) log: Option<usize>,
    pub(crate) read: SourceRead,
    pub(crate) observed: Observed,
}

/// A log to be read.
#[derive(Debug)]
pub(crate) struct Order {
    /// Its number among the logs of the incident.
    pub(crate) number: u32,
    pub(crate) file: LogFile,
    /// The zone of its stamps.
    pub(crate) zone: Zone,
    /// Where that is known from.
    pub(crate) zone_from: &'static str,
}

impl Order {
    /// Reads the log to its end, for its causes.
    pub(crate) fn read(self, session: &Session, lens: Lens<'_>) -> Reading {
        let (id, log) = (self.file.id.clone(), self.file.log);
        let source = log.map(|n| &lens.profile.logs[n]);
        let watched = Watched {
            id: source.map_or(&id, |s| &s.id),
            file: &id,
            number: self.number,
            private: source.is_some_and(|s| s.private),
            skipped: self.file.skipped,
        };
        let mut observer = Observer::new(lens, watched);
        let mut read = self.each(session, lens.profile, &mut |r| observer.record(r));
        let observed = observer.finish();
        read.ignored = observed.ignored;
        Reading { log, read, observed }
    }

    /// Hands over the log's records, and says how reading it went.
    pub(crate) fn each(
        self,
        session: &Session,
        profile: &Profile,
        take: &mut dyn FnMut(&Record<'_>),
    ) -> SourceRead {
        let Self { file, zone, zone_from, .. } = self;
        let (id, path, log) = (file.id.clone(), file.path.clone(), file.log);
        let nothing = |reason: String| unread(&id, path.as_deref(), ReadStatus::Unreadable, reason);
        let opened = match file.open(session) {
            Ok(opened) => opened,
            Err(e) => return nothing(format!("{e:#}")),
        };
        let source = log.map(|n| &profile.logs[n]);
        let format = source.map_or(&LogFormat::Auto, |s| &s.format);
        let ignore_zone = source.is_some_and(|s| s.ignore_zone);
        let options = ParseOptions {
            ignore_zone,
            reference: opened.modified,
            limit: ParseOptions::limit_at(session.common.now),
        };
        let mut parser = match Parser::new(format, zone, options) {
            Ok(parser) => parser,
            Err(e) => return nothing(e.to_string()),
        };
        let head = opened.head.clone();
        let (status, reason, overlong) =
            lines(opened, session.common.max_line, &mut parser, &|| false, take);
        let mut read = unread(&id, path.as_deref(), status, String::new());
        (read.reason, read.head) = (reason, head);
        read.private = source.is_some_and(|s| s.private);
        read.format = parser.format().into();
        read.zone = format!("{} ({zone_from})", parser.zone());
        parser.stats().fill(&mut read);
        read.overlong = overlong;
        read
    }
}

/// How far reading came, why not further, and overlong lines.
pub(crate) type Ended = (ReadStatus, Option<String>, u64);

/// Reads to the end, or until `stop`.
pub(crate) fn lines(
    opened: Opened,
    max_line: usize,
    parser: &mut Parser,
    stop: &dyn Fn() -> bool,
    take: &mut dyn FnMut(&Record<'_>),
) -> Ended {
    let mut lines = LineReader::new(opened.reader, max_line);
    let (mut overlong, mut long): (u64, Option<(Vec<u8>, u64)>) = (0, None);
    let end = loop {
        if interrupted() {
            break Some("it was interrupted".to_owned());
        }
        match lines.next() {
            _ if stop() => break None,
            Ok(Piece::Idle | Piece::Quiet) => {}
            Ok(Piece::Line(line)) => parser.push(line, take),
            Ok(Piece::Torn(line)) => parser.push_part(line, line.len() as u64, take),
            Ok(Piece::Head(head)) => {
                overlong += 1;
                long = Some((head.to_vec(), head.len() as u64));
            }
            Ok(Piece::Rest { bytes, last }) => {
                if let Some((_, length)) = &mut long {
                    *length += bytes.len() as u64;
                    *length += u64::from(last && !lines.torn());
                }
                if let Some((head, length)) = long.take_if(|_| last) {
                    parser.push_part(&head, length, take);
                }
            }
            Ok(Piece::End) => break None,
            Err(e) => break Some(e.to_string()),
        }
    };
    parser.finish(take);
    (if end.is_some() { ReadStatus::Partial } else { ReadStatus::Read }, end, overlong)
}
