use proptest::prelude::*;

use super::*;
use crate::docs::JsonFormat;
use crate::logs::Record;

fn formats() -> Vec<LogFormat> {
    let json = JsonFormat {
        ts: "/ts".into(),
        message: Some("/msg".into()),
        level: None,
        kind: None,
        session: None,
    };
    vec![text(), LogFormat::Auto, LogFormat::Json(json)]
}

/// Lines that begin records, continue them, and neither.
fn line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(b"2026-01-05 10:00:02,310 - ERROR - Failed: boom    - error_utils.py:0029".to_vec()),
        Just(b"2026-01-05 10:00:02,310 - WARN - Tool 1 failed".to_vec()),
        Just(b"   - tool_executor.py:0226".to_vec()),
        Just(b"Mar  7 04:12:09 web3 nginx[812]: worker exited".to_vec()),
        Just(b"{\"ts\":1772856731,\"level\":\"error\",\"msg\":\"m\"}".to_vec()),
        Just(b"Traceback (most recent call last):".to_vec()),
        Just(b"".to_vec()),
        "[ -~]{0,40}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>().prop_filter("no line feed", |b| *b != b'\n'), 0..60),
    ]
}

fn join(lines: &[Vec<u8>], end: &[u8]) -> Vec<u8> {
    lines.iter().flat_map(|l| l.iter().chain(end)).copied().collect()
}

/// Numbers of the records' first lines; the parser is flushed before the line `flush`.
fn places(format: &LogFormat, lines: &[Vec<u8>], flush: usize) -> Vec<u64> {
    let mut seen = Vec::new();
    let mut parser = Parser::new(format, Zone::utc(), options()).unwrap();
    for (i, line) in lines.iter().enumerate() {
        if i == flush {
            parser.flush(&mut |r| seen.push(r.line));
        }
        parser.push(line, &mut |r| seen.push(r.line));
    }
    parser.finish(&mut |r| seen.push(r.line));
    seen
}

proptest! {
    /// Offsets, lengths and line numbers are those of the bytes themselves, and nothing is lost or counted twice.
    #[test]
    fn places_equal_a_naive_count(lines in prop::collection::vec(line(), 0..30), crlf: bool) {
        let input = join(&lines, if crlf { b"\r\n" } else { b"\n" });
        let ends: Vec<usize> = input.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i + 1).collect();
        let starts: Vec<usize> = std::iter::once(0).chain(ends.iter().copied()).collect();
        for format in formats() {
            let mut parser = Parser::new(&format, Zone::utc(), options()).unwrap();
            let mut bad = None;
            let (mut records, mut covered) = (0, 0);
            let mut emit = |r: &Record<'_>| {
                let from = (r.line - 1) as usize;
                let to = from + r.lines as usize;
                if starts[from] as u64 != r.offset || (starts[to] - starts[from]) as u64 != r.bytes {
                    bad = Some(show(r));
                }
                records += 1;
                covered += u64::from(r.lines);
            };
            for line in input.strip_suffix(b"\n").map(|i| i.split(|b| *b == b'\n')).into_iter().flatten() {
                parser.push(line, &mut emit);
            }
            parser.finish(&mut emit);
            let s = *parser.stats();
            prop_assert_eq!(bad, None);
            prop_assert_eq!((s.records, s.lines, s.bytes), (records, ends.len() as u64, input.len() as u64));
            prop_assert_eq!(covered, s.records + s.continued);
            prop_assert_eq!(s.lines, s.records + s.continued + s.rejected + s.blank);
        }
    }

    /// How the lines end, the last one included, changes nothing but the places.
    #[test]
    fn line_ends_change_places_only(lines in prop::collection::vec(line(), 0..20), torn: bool) {
        let lines: Vec<_> = lines.into_iter().filter(|l| !l.ends_with(b"\r")).collect();
        let said = |records: Vec<String>| records.into_iter().map(|r| r.split_once('(').map(|(_, r)| r.to_owned())).collect::<Vec<_>>();
        for format in formats() {
            let unix = parse_with(&format, options(), &join(&lines, b"\n"));
            let mut other = join(&lines, b"\r\n");
            if torn && lines.last().is_some_and(|l| !l.is_empty()) {
                other.truncate(other.len() - 2);
            }
            prop_assert_eq!(said(unix.0), said(parse_with(&format, options(), &other).0));
        }
    }

    /// A flush between any two lines hands the same records out, in the same order; only later continuations are lost.
    #[test]
    fn flushing_loses_no_record(lines in prop::collection::vec(line(), 0..20), at in 0usize..20) {
        for format in formats() {
            prop_assert_eq!(places(&format, &lines, at), places(&format, &lines, usize::MAX));
        }
    }
}
