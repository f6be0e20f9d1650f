//! One record, ready to be stored.

use ir_core::wire::{Line, MAX_RECORD_BYTES, parse_line};

use crate::Hash;

/// Begins what a stored line has more than the record's own line.
const OPEN: &[u8] = b",\"prevhash\":\"";
/// Ends it.
const CLOSE: &[u8] = b"\"}";
/// How much longer than a record's line its stored line is, without the last brace that both have.
const EXTRA: usize = OPEN.len() + 64 + CLOSE.len() - 1;
/// Longest stored line, in bytes, line feed included.
pub(super) const MAX_STORED: usize = MAX_RECORD_BYTES + EXTRA + 1;

/// A record as it stands on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    wire: Vec<u8>,
    /// Its source.
    pub source: String,
    /// Its id.
    pub id: String,
    /// Its type.
    pub kind: String,
}

impl Entry {
    /// Of a line of a pipe, with or without its line feed. White space around the record is left out.
    ///
    /// # Errors
    /// If it is no record, has a line feed within, or is longer than records may be: why, in a sentence.
    pub fn new(line: &[u8]) -> Result<Self, String> {
        let head = match parse_line(line) {
            Line::Record(head) => head,
            Line::Bad(reason) => return Err(reason.to_string()),
            Line::Foreign | Line::Blank => return Err("it is no record".into()),
        };
        let wire = head.line.as_bytes();
        if wire.contains(&b'\n') {
            return Err("a line feed stands within it".into());
        }
        if wire.len() >= MAX_RECORD_BYTES {
            let bytes = wire.len();
            return Err(format!("it is {bytes} bytes long, more than {MAX_RECORD_BYTES}"));
        }
        Ok(Self {
            wire: wire.to_vec(),
            source: head.source.into_owned(),
            id: head.id.into_owned(),
            kind: head.kind.into_owned(),
        })
    }

    /// Its line, without a line feed.
    pub fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// The line of the file, with its line feed.
    pub(super) fn stored(&self, prev: Hash) -> Vec<u8> {
        let mut line = Vec::with_capacity(self.wire.len() + EXTRA + 1);
        line.extend_from_slice(&self.wire[..self.wire.len() - 1]);
        line.extend_from_slice(OPEN);
        line.extend_from_slice(prev.to_string().as_bytes());
        line.extend_from_slice(CLOSE);
        line.push(b'\n');
        line
    }
}

/// The record's own line, and the digest of the line before it; of a stored line without its line feed. `None` if it
/// does not end as stored lines do.
pub(super) fn unstored(stored: &[u8]) -> Option<(Vec<u8>, Hash)> {
    let rest = stored.strip_suffix(CLOSE)?;
    let (rest, digest) = rest.split_at_checked(rest.len().checked_sub(64)?)?;
    let prev = str::from_utf8(digest).ok()?.parse().ok()?;
    let mut wire = rest.strip_suffix(OPEN)?.to_vec();
    wire.push(b'}');
    Some((wire, prev))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{EXTRA, Entry, unstored};
    use crate::Hash;

    fn survives(line: &str) {
        let entry = Entry::new(line.as_bytes()).unwrap();
        let prev = Hash::of(b"before");
        let stored = entry.stored(prev);
        let bare = stored.strip_suffix(b"\n").unwrap();
        assert_eq!(bare.len(), entry.wire().len() + EXTRA);
        assert_eq!(unstored(bare), Some((line.as_bytes().to_vec(), prev)), "{line}");
        // It is one JSON object still.
        assert!(serde_json::from_slice::<serde_json::Value>(bare).unwrap().is_object());
    }

    #[test]
    fn the_wire_comes_back_byte_for_byte() {
        let zeros = "0".repeat(64);
        for rest in [
            "}".to_owned(),
            " }".into(),
            ",\"data\":{}}".into(),
            ",\"data\":{\"a\" : 1.10 } \t}".into(),
            ",\"data\":{\"prevhash\":\"x\"}}".into(),
            format!(",\"prevhash\":\"{zeros}\"}}"),
            format!(",\"data\":{{\"a\":1,\"prevhash\":\"{zeros}\"}}}}"),
            ",\"data\":\"\\\",\\\"prevhash\\\":\\\"\"}".into(),
            ",\"data\":\"größe \\u0000\"}".into(),
        ] {
            survives(&format!(
                "{{\"specversion\":\"1.0\",\"type\":\"a\",\"source\":\"b\",\"id\":\"c\"{rest}"
            ));
        }
    }

    #[test]
    fn what_is_no_record_is_no_entry() {
        for bad in [
            "",
            "{}",
            "{\"a\":1}",
            "[1]",
            "{\"specversion\":\"1.0\",\"type\":\"a\",\"source\":\"b\"}",
            "{\"specversion\":\"1.0\",\n\"type\":\"a\",\"source\":\"b\",\"id\":\"c\"}",
        ] {
            assert!(Entry::new(bad.as_bytes()).is_err(), "{bad}");
        }
        let long = format!(
            "{{\"specversion\":\"1.0\",\"type\":\"a\",\"source\":\"b\",\"id\":\"c\",\"data\":\"{}\"}}",
            "x".repeat(1 << 20)
        );
        assert!(Entry::new(long.as_bytes()).unwrap_err().contains("bytes long"));
    }

    proptest! {
        /// Only exactly our suffix is taken away.
        #[test]
        fn other_lines_stay_whole(line in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some((wire, prev)) = unstored(&line) {
                let suffix = format!(",\"prevhash\":\"{prev}\"}}");
                prop_assert_eq!([&wire[..wire.len() - 1], suffix.as_bytes()].concat(), line);
            }
        }

        #[test]
        fn any_text_survives(text in ".*", spaces in "[ \t]{0,3}") {
            let data = serde_json::to_string(&text).unwrap();
            survives(&format!(
                "{{\"specversion\":\"1.0\",\"type\":\"a\",\"source\":\"b\",\"id\":\"c\",\"data\":{data}{spaces}}}"
            ));
        }
    }
}
