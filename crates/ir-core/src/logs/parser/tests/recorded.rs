//! Logs that the real application wrote; they lie beside the checkout.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

fn recorded() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/chat-app");
    let logs = fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path().join("logs/kollabor.log"));
    let mut logs: Vec<_> = logs.filter(|p| p.is_file()).collect();
    logs.sort();
    logs
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that did not run must say so")]
fn every_line_of_the_recorded_logs_is_read() {
    let logs = recorded();
    if logs.is_empty() {
        eprintln!("SKIPPED: no recorded logs beside the checkout");
        return;
    }
    for log in logs {
        let name = log.display();
        let input = fs::read(&log).unwrap();
        let mut parser = Parser::new(&text(), Zone::utc(), options()).unwrap();
        let (mut with_file, mut with_level, mut padded) = (0, 0, 0);
        let mut emit = |r: &crate::logs::Record<'_>| {
            with_file += u64::from(r.file.is_some());
            with_level += u64::from(r.level.is_some());
            padded += u64::from(r.message.ends_with(b" "));
        };
        let lines = input.split_inclusive(|b| *b == b'\n');
        lines.clone().for_each(|l| {
            parser.push_part(l.strip_suffix(b"\n").unwrap_or(l), l.len() as u64, &mut emit)
        });
        parser.finish(&mut emit);
        let s = *parser.stats();
        assert_eq!(
            (s.rejected, s.undated, s.inferred, s.future, s.blank),
            (0, 0, 0, 0, 0),
            "{name}"
        );
        assert_eq!((s.lines, s.bytes), (lines.count() as u64, input.len() as u64), "{name}");
        let stamped = input
            .split(|b| *b == b'\n')
            .filter(|l| l.len() > 26 && l[4] == b'-' && l[23..].starts_with(b" - "))
            .count() as u64;
        assert_eq!((s.records, with_level, padded), (stamped, stamped, 0), "{name}");
        // A disk that fills up cuts the last record.
        assert!(with_file + 1 >= s.records, "{name}: {with_file} of {}", s.records);
        let (auto, stats) = parse_with(&LogFormat::Auto, options(), &input);
        assert_eq!(
            (auto.len() as u64, stats.from, stats.to, stats.undated),
            (s.records, s.from, s.to, 0),
            "{name}"
        );
    }
}
