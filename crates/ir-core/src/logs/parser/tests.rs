mod formats;
mod properties;
mod recorded;

use super::{ParseOptions, Parser};
use crate::docs::{Level, LogFormat, TextFormat};
use crate::logs::{ParseStats, Stamp, Zone};

/// The text format of the application that the recordings are of.
fn text_format() -> TextFormat {
    TextFormat {
        first: r"^(?P<ts>\S+ \S+) - (?P<level>[A-Z]+) *- (?P<msg>.*)$".into(),
        tail: Some(r"\s+- (?P<file>[\w.]+):(?P<line>\d+)$".into()),
        ts: "%Y-%m-%d %H:%M:%S,%3f".into(),
        levels: [("WARN", Level::Warning), ("CRIT", Level::Critical), ("DEBG", Level::Debug)]
            .map(|(w, l)| (w.to_owned(), l))
            .into(),
    }
}

fn text() -> LogFormat {
    LogFormat::Text(text_format())
}

fn options() -> ParseOptions {
    ParseOptions {
        reference: Some("2026-06-01T00:00:00Z".parse().unwrap()),
        ..ParseOptions::default()
    }
}

/// What the parser makes of an input whose lines end in line feeds.
fn parse_with(
    format: &LogFormat,
    options: ParseOptions,
    input: &[u8],
) -> (Vec<String>, ParseStats) {
    let mut parser = Parser::new(format, Zone::utc(), options).unwrap();
    let mut records = Vec::new();
    let mut emit = |r: &crate::logs::Record<'_>| records.push(show(r));
    for line in input.split_inclusive(|b| *b == b'\n') {
        parser.push_part(line.strip_suffix(b"\n").unwrap_or(line), line.len() as u64, &mut emit);
    }
    parser.finish(&mut emit);
    (records, *parser.stats())
}

fn parse(format: &LogFormat, input: &str) -> Vec<String> {
    parse_with(format, options(), input.as_bytes()).0
}

/// `line@offset+bytes(lines) time level file | message | rest`, absent parts left out.
fn show(r: &crate::logs::Record<'_>) -> String {
    let time = match r.stamp {
        Stamp::At(t) => t.to_string(),
        Stamp::Inferred(t) => format!("~{t}"),
        Stamp::None => "-".into(),
    };
    let mut out = format!("{}@{}+{}({}) {time}", r.line, r.offset, r.bytes, r.lines);
    for part in [r.level.map(Level::word), r.host, r.program, r.kind, r.session, r.file]
        .into_iter()
        .flatten()
    {
        out += &format!(" {part}");
    }
    if let Some(s) = &r.sample {
        out += &format!(" sample {} {:?}", s.name, s.value);
    }
    out += &format!(" | {}", String::from_utf8_lossy(r.message));
    if !r.rest.is_empty() {
        out += &format!(" | {}", String::from_utf8_lossy(r.rest).replace('\n', "⏎"));
    }
    out
}
