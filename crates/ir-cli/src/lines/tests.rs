use std::io::Read;

use super::{LineReader, Piece};

/// Hands out at most `step` bytes a read.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.len().min(self.1).min(into.len());
        into[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

/// (bytes, over the limit, ended by a line feed) of each line; a line over the limit whole.
fn lines(input: &[u8], step: usize, max: usize) -> Vec<(Vec<u8>, bool)> {
    let mut reader = LineReader::new(Slow(input, step), max);
    let mut out: Vec<(Vec<u8>, bool)> = Vec::new();
    loop {
        match reader.next().unwrap() {
            Piece::Line(l) | Piece::Torn(l) => out.push((l.to_vec(), false)),
            Piece::Head(l) => {
                assert_eq!(l.len(), max);
                out.push((l.to_vec(), true));
            }
            Piece::Rest { bytes, .. } => out.last_mut().unwrap().0.extend_from_slice(bytes),
            Piece::Idle | Piece::Quiet => {}
            Piece::End => return out,
        }
    }
}

#[test]
fn any_blocks_give_the_same_lines() {
    let input = b"one\n\ntwo two\r\n0123456789abcdef\nlast without feed";
    let naive: Vec<(Vec<u8>, bool)> =
        input.split(|b| *b == b'\n').map(|l| (l.to_vec(), l.len() > 9)).collect();
    for step in 1..=input.len() {
        assert_eq!(lines(input, step, 9), naive, "{step}");
    }
    assert_eq!(lines(b"", 1, 9), []);
    assert_eq!(lines(b"\n", 1, 9), [(vec![], false)]);
    assert_eq!(lines(b"123456789\n", 3, 9), [(b"123456789".to_vec(), false)]);
}

#[test]
fn a_line_over_the_limit_is_torn_where_no_line_feed_ends_it() {
    for (input, torn) in
        [(&b"0123456789"[..], true), (b"0123456789\n", false), (b"0123456789\nx", false)]
    {
        for step in 1..=input.len() {
            let mut reader = LineReader::new(Slow(input, step), 4);
            while !matches!(reader.next().unwrap(), Piece::Rest { last: true, .. }) {}
            assert_eq!(reader.torn(), torn, "{input:?} {step}");
        }
    }
}

#[test]
fn idle_comes_before_each_read() {
    let mut reader = LineReader::new(Slow(b"a\nb\n", 2), 9);
    let mut seen = Vec::new();
    loop {
        let piece = reader.next().unwrap();
        seen.push(format!("{piece:?}"));
        if piece == Piece::End {
            break;
        }
    }
    assert_eq!(seen, ["Idle", "Line([97])", "Idle", "Line([98])", "Idle", "End"]);
}
