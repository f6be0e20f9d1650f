//! The logs that were read. Tools that read the same log in the same way share a row; many private files of one log do
//! too, because nothing is told of each but its size.

use std::collections::BTreeMap;

use ir_core::wire::{ReadStatus, SourceRead};

use super::{ROWS, Writer, joined};
use crate::phrase::{Phrase, Tone};
use crate::report::Report;

/// Up to this many private files have a row each.
const PRIVATE: usize = 8;
/// More rows than these are for looking up.
const LONG: usize = 8;

/// The columns.
const HEAD: [&str; 11] = [
    "Source",
    "Read by",
    "Path",
    "Read",
    "Lines",
    "Bytes",
    "Log records",
    "First",
    "Last",
    "Time zone",
    "Remarks",
];

impl Writer {
    pub(super) fn sources(&mut self, report: &Report) {
        let runs = report.runs.iter().map(|run| (&*run.body.tool, &*run.body.sources));
        let rows = rows(runs);
        if rows.is_empty() {
            self.page.paragraph(Phrase::new().own("No tool names a source that it read."));
            return;
        }
        let heading = Phrase::new().own("Sources");
        if rows.len() > LONG {
            let files = rows.iter().map(|row| row.files).sum();
            let summary = Phrase::new().plural(rows.len() as u64, "row").own(" for ");
            self.page.folded(3, heading, summary.plural(files, "file"));
        } else {
            self.page.heading(3, heading);
        }
        self.page.table(&HEAD, rows.iter().map(Row::cells).collect(), ROWS);
    }
}

/// One row.
#[derive(Debug)]
struct Row<'a> {
    /// One source, or the sum of several.
    source: SourceRead,
    tools: Vec<&'a str>,
    files: u64,
    /// Files not read to the end.
    unread: u64,
}

/// The rows for what `runs`, tools and their sources, read.
fn rows<'a>(runs: impl Iterator<Item = (&'a str, &'a [SourceRead])>) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    let mut place = BTreeMap::new();
    for (tool, sources) in runs {
        for source in sources {
            let same = (
                &source.id,
                &source.path,
                source.status,
                source.lines,
                source.bytes,
                remarks(source),
            );
            let at = *place.entry(same).or_insert(rows.len());
            match rows.get_mut(at) {
                Some(row) => row.tools.push(tool),
                None => rows.push(Row {
                    source: source.clone(),
                    tools: vec![tool],
                    files: 1,
                    unread: u64::from(source.status != ReadStatus::Read),
                }),
            }
        }
    }
    if rows.iter().filter(|row| row.source.private).count() > PRIVATE { fewer(rows) } else { rows }
}

/// The private files of one log, read by the same tools, in one row.
fn fewer(rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    let mut out: Vec<Row<'_>> = Vec::new();
    let mut place = BTreeMap::new();
    for mut row in rows {
        if row.source.private {
            row.source.id = log(&row.source.id).to_owned();
            let same = (row.source.id.clone(), row.tools.clone(), row.source.zone.clone());
            let at = *place.entry(same).or_insert(out.len());
            if let Some(sum) = out.get_mut(at) {
                sum.add(row);
                continue;
            }
        }
        out.push(row);
    }
    out
}

/// The log that a file belongs to: where a log has several files, each has eight digits of its own.
fn log(id: &str) -> &str {
    match id.rsplit_once('-') {
        Some((log, own)) if own.len() == 8 && own.bytes().all(|b| b.is_ascii_hexdigit()) => log,
        _ => id,
    }
}

impl Row<'_> {
    fn add(&mut self, other: Self) {
        self.files += other.files;
        self.unread += other.unread;
        let (sum, more) = (&mut self.source, other.source);
        for (a, b) in [
            (&mut sum.lines, more.lines),
            (&mut sum.bytes, more.bytes),
            (&mut sum.records, more.records),
            (&mut sum.continued, more.continued),
            (&mut sum.inferred, more.inferred),
            (&mut sum.undated, more.undated),
            (&mut sum.future, more.future),
            (&mut sum.overlong, more.overlong),
            (&mut sum.rejected, more.rejected),
            (&mut sum.ignored, more.ignored),
            (&mut sum.late, more.late),
        ] {
            *a = a.saturating_add(b);
        }
        sum.from = [sum.from, more.from].into_iter().flatten().min();
        sum.to = [sum.to, more.to].into_iter().flatten().max();
        // The first reason stands for all; how many files it is about is said beside it.
        sum.reason = sum.reason.take().or(more.reason);
        sum.path = sum.path.take().zip(more.path).map(|(a, b)| folder(&a, &b).to_owned());
    }

    fn cells(&self) -> Vec<Phrase> {
        let Self { source, tools, files, unread } = self;
        let path = match (&source.path, files) {
            (Some(path), 1) => Phrase::new().code(path),
            (None, 1) => Phrase::new().own("standard input"),
            (Some(path), n) if !path.is_empty() => {
                Phrase::new().plural(*n, "file").own(" in ").code(path)
            }
            (_, n) => Phrase::new().plural(*n, "file"),
        };
        let read = match (source.status, files, unread) {
            (_, _, 0) => Phrase::new().state("to the end", Tone::Good),
            (status, 1, _) => Phrase::new().state(status.word(), Tone::Bad),
            (_, files, unread) => Phrase::new()
                .count(*unread)
                .own(" of ")
                .count(*files)
                .own(" ")
                .state("not to the end", Tone::Bad),
        };
        vec![
            Phrase::new().code(&source.id),
            joined(tools.iter().map(|tool| Phrase::new().text(tool)).collect()),
            path,
            read,
            Phrase::new().count(source.lines),
            Phrase::new().count(source.bytes),
            Phrase::new().count(source.records),
            Phrase::new().time(source.from),
            Phrase::new().time(source.to),
            Phrase::new().text(&source.zone),
            remarks(source),
        ]
    }
}

/// The longest path of folders, ending in `/`, that both begin with.
fn folder<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    a.as_bytes()[..same].iter().rposition(|b| *b == b'/').map_or("", |at| &a[..=at])
}

fn remarks(source: &SourceRead) -> Phrase {
    let counted = [
        (source.rejected, "not of the format"),
        (source.undated, "undated"),
        (source.inferred, "with an inferred time"),
        (source.future, "dated too late"),
        (source.overlong, "over the length limit"),
        (source.continued, "continuation lines"),
        (source.late, "too late to be counted"),
        (source.ignored, "normal noise"),
    ];
    let mut told: Vec<_> = counted
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| Phrase::new().count(*n).own(" ").own(what))
        .collect();
    if source.private {
        told.push(Phrase::new().own("private: its text was not looked at"));
    }
    told.extend(source.reason.as_deref().map(|reason| Phrase::new().text(reason)));
    joined(told)
}

#[cfg(test)]
mod tests;
