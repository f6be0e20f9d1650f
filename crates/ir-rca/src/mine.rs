//! The verb `mine`: message templates, or the template of every line.

use std::cell::Cell;
use std::collections::HashMap;

use ir_cli::{Exit, Input, LineReader, Piece, Session, interrupted};
use ir_core::correlate::mask;
use ir_core::docs::LogFormat;
use ir_core::logs::{ParseOptions, Parser, Zone};
use ir_core::wire::ReadStatus;
use serde::Serialize;

use crate::args::{MineArgs, MineFormat};
use crate::read::{Ended, lines};

/// Different templates that are told apart; lines of any more are counted together and told.
const MOST: usize = 200_000;
/// Bytes of them: each may be thousands long.
const MOST_BYTES: usize = 64 << 20;

/// A template, as it is printed.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    template: &'a str,
    /// Records.
    count: u64,
    /// Line of the first one, from 1.
    first: u64,
}

/// A line's template, as it is printed.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    line: u64,
    template: &'a str,
}

/// JSON lines, in the order of the input.
pub(crate) fn run(args: &MineArgs, session: &mut Session) -> anyhow::Result<()> {
    let inputs = Input::list(&args.files);
    for input in &inputs {
        let name = match input {
            Input::Stdin => "stdin".to_owned(),
            Input::File(path) => path.display().to_string(),
        };
        let file = (inputs.len() > 1).then_some(&*name);
        let mut out = if args.assign { Out::Lines(1) } else { Out::Counts(Counts::default()) };
        let read = read(input, args.format, session, &mut |session, record| {
            out.record(record, file, session)
        })?;
        out.end(read.lines, file, session)?;
        for (why, exit) in read.short {
            session.notes.error(format_args!("{name}: {why}"));
            session.raise(exit);
        }
        if interrupted() || session.out.closed() {
            break;
        }
    }
    Ok(())
}

/// How reading an input went.
struct Read {
    lines: u64,
    /// What fell short, and how grave that is.
    short: Vec<(String, Exit)>,
}

/// A record: its first line, how many lines it has, its template.
struct Mined<'a> {
    first: u64,
    lines: u64,
    template: &'a str,
}

type Take<'a> = dyn FnMut(&mut Session, Mined<'_>) -> anyhow::Result<()> + 'a;

/// Reads an input and hands over its records, to its end or until nobody reads the output any more.
fn read(
    input: &Input,
    format: MineFormat,
    session: &mut Session,
    take: &mut Take<'_>,
) -> anyhow::Result<Read> {
    let opened = input.open(session)?;
    let max_line = session.common.max_line;
    let (mut masked, mut outcome, over) = (Vec::new(), Ok(()), Cell::new(false));
    let mut give = |first, lines, message: &[u8]| {
        if over.get() {
            return;
        }
        mask(message, &mut masked);
        let template = String::from_utf8_lossy(&masked);
        outcome = take(session, Mined { first, lines, template: &template });
        over.set(outcome.is_err() || session.out.closed());
    };
    let stop = || over.get();
    let (count, (status, reason, overlong)) = match format {
        MineFormat::Auto => {
            let options = ParseOptions { reference: opened.modified, ..ParseOptions::default() };
            let mut parser = Parser::new(&LogFormat::Auto, Zone::utc(), options)?;
            let end = lines(opened, max_line, &mut parser, &stop, &mut |r| {
                give(r.line, u64::from(r.lines), r.message);
            });
            (parser.stats().lines, end)
        }
        MineFormat::Plain => plain(opened.reader, max_line, &stop, &mut give),
    };
    outcome?;
    if over.get() {
        return Ok(Read { lines: 0, short: Vec::new() });
    }
    let mut short = Vec::new();
    if overlong > 0 {
        short.push((
            format!("{overlong} lines are longer than {max_line} bytes; their heads alone were read (see --max-line)"),
            Exit::Partial,
        ));
    }
    if let (Some(reason), true) = (reason, status != ReadStatus::Read) {
        short.push((reason, if interrupted() { Exit::Interrupted } else { Exit::Io }));
    }
    Ok(Read { lines: count, short })
}

/// Reads bare messages, one a line: how many, and how reading ended.
fn plain(
    reader: Box<dyn std::io::Read>,
    max_line: usize,
    stop: &dyn Fn() -> bool,
    give: &mut dyn FnMut(u64, u64, &[u8]),
) -> (u64, Ended) {
    let mut lines = LineReader::new(reader, max_line);
    let (mut number, mut overlong) = (0, 0);
    let end = loop {
        if interrupted() {
            break Some("it was interrupted".into());
        }
        match lines.next() {
            _ if stop() => break None,
            Ok(Piece::Line(line) | Piece::Torn(line)) => {
                number += 1;
                give(number, 1, line.strip_suffix(b"\r").unwrap_or(line));
            }
            Ok(Piece::Head(head)) => {
                (number, overlong) = (number + 1, overlong + 1);
                give(number, 1, head);
            }
            Ok(Piece::Rest { .. } | Piece::Idle | Piece::Quiet) => {}
            Ok(Piece::End) => break None,
            Err(e) => break Some(e.to_string()),
        }
    };
    (number, (if end.is_some() { ReadStatus::Partial } else { ReadStatus::Read }, end, overlong))
}

/// What is printed.
enum Out {
    /// A row a line; the number of the next one. Blank lines between records have an empty template.
    Lines(u64),
    /// A row a template, at the end.
    Counts(Counts),
}

#[derive(Default)]
struct Counts {
    /// By template: records, and the line of the first one.
    rows: HashMap<String, (u64, u64)>,
    /// Bytes of the templates.
    bytes: usize,
    /// Records of templates beyond the first [`MOST`], or [`MOST_BYTES`] of them.
    beyond: u64,
}

impl Out {
    fn record(
        &mut self,
        mined: Mined<'_>,
        file: Option<&str>,
        session: &mut Session,
    ) -> anyhow::Result<()> {
        match self {
            Self::Lines(next) => {
                for line in *next..mined.first + mined.lines {
                    let template = if line < mined.first { "" } else { mined.template };
                    write(&Line { file, line, template }, session)?;
                }
                *next = mined.first + mined.lines;
            }
            Self::Counts(counts) => counts.add(&mined),
        }
        Ok(())
    }

    /// After the last of so many lines.
    fn end(self, lines: u64, file: Option<&str>, session: &mut Session) -> anyhow::Result<()> {
        let counts = match self {
            Self::Lines(next) => {
                for line in next..=lines {
                    write(&Line { file, line, template: "" }, session)?;
                }
                return Ok(());
            }
            Self::Counts(counts) => counts,
        };
        let told = counts.rows.len();
        let mut rows: Vec<_> = counts.rows.into_iter().collect();
        rows.sort_unstable_by_key(|(_, (_, first))| *first);
        for (template, (count, first)) in &rows {
            write(&Row { file, template, count: *count, first: *first }, session)?;
        }
        if counts.beyond > 0 {
            let beyond = counts.beyond;
            session.notes.error(format_args!("{beyond} records have other templates than the first {told}; they are not told apart"));
            session.raise(Exit::Partial);
        }
        Ok(())
    }
}

fn write(row: &impl Serialize, session: &mut Session) -> anyhow::Result<()> {
    session.out.write((serde_json::to_string(row)? + "\n").as_bytes())
}

impl Counts {
    fn add(&mut self, mined: &Mined<'_>) {
        if let Some((count, _)) = self.rows.get_mut(mined.template) {
            *count += 1;
        } else if self.rows.len() < MOST && self.bytes < MOST_BYTES {
            self.bytes += mined.template.len();
            self.rows.insert(mined.template.to_owned(), (1, mined.first));
        } else {
            self.beyond += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, MOST_BYTES, Mined};

    #[test]
    fn long_templates_are_bounded_by_their_bytes() {
        let mut counts = Counts::default();
        let long = "a".repeat(1 << 20);
        for n in 0..100 {
            let template = format!("{n} {long}");
            counts.add(&Mined { first: n, lines: 1, template: &template });
        }
        assert_eq!(counts.rows.len() + counts.beyond as usize, 100);
        assert!(counts.beyond > 0 && counts.bytes < MOST_BYTES + (2 << 20));
        // One that is known is counted still.
        counts.add(&Mined { first: 200, lines: 1, template: &format!("0 {long}") });
        assert_eq!(counts.rows[&format!("0 {long}")], (2, 0));
    }
}
