//! A record under construction: its first line, and those that continue it.

use super::line::{Head, Span};
use super::text::Text;
use super::{Record, Stamp};

/// A record keeps at most this many bytes of the lines that continue it; further ones are counted.
pub const MAX_CONTINUATION: usize = 64 << 10;

/// The tail of a record stands within so many bytes of its end.
const TAIL: usize = 1024;

/// Where a line stands, and its size in the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) offset: u64,
    pub(super) bytes: u64,
}

/// The buffers are kept from record to record.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// It has a first line.
    pub(super) open: bool,
    /// It has been handed out, and is kept only for the lines that still continue it.
    emitted: bool,
    place: Place,
    lines: u32,
    stamp: Stamp,
    head: Head,
    first: Vec<u8>,
    rest: Vec<u8>,
    /// Lines were left out of `rest`; the end of the last one is in `last`.
    cut: bool,
    last: Vec<u8>,
}

impl Pending {
    pub(super) fn new() -> Self {
        Self {
            open: false,
            emitted: false,
            place: Place { line: 0, offset: 0, bytes: 0 },
            lines: 0,
            stamp: Stamp::None,
            head: Head::default(),
            first: Vec::new(),
            rest: Vec::new(),
            cut: false,
            last: Vec::new(),
        }
    }

    pub(super) fn begin(&mut self, line: &[u8], head: Head, stamp: Stamp, place: Place) {
        (self.open, self.emitted, self.cut) = (true, false, false);
        (self.place, self.lines, self.stamp, self.head) = (place, 1, stamp, head);
        self.first.clear();
        self.first.extend_from_slice(line);
        self.rest.clear();
        self.last.clear();
    }

    pub(super) fn add(&mut self, line: &[u8], bytes: u64) {
        let joint = usize::from(self.lines > 1);
        self.lines = self.lines.saturating_add(1);
        self.place.bytes += bytes;
        self.cut |= self.rest.len() + joint + line.len() > MAX_CONTINUATION;
        if self.cut {
            if !line.trim_ascii().is_empty() {
                self.last.clear();
                self.last.extend_from_slice(&line[line.len().saturating_sub(TAIL)..]);
            }
            return;
        }
        if joint == 1 {
            self.rest.push(b'\n');
        }
        self.rest.extend_from_slice(line);
    }

    /// Lines that continue it, so far.
    pub(super) fn continued(&self) -> u32 {
        self.lines.saturating_sub(1)
    }

    /// Lines were left out.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Hands the record out, if there is one that has not been; `text` knows its tail.
    pub(super) fn emit(&mut self, text: Option<&mut Text>, emit: &mut dyn FnMut(&Record<'_>)) {
        if !self.open || self.emitted {
            return;
        }
        self.emitted = true;
        let mut message = self.first[self.head.message.range()].trim_ascii_end();
        let mut rest = self.rest.trim_ascii_end();
        // Blank lines at the end do not count: the tail stands before them.
        let left_out = self.cut && !self.last.is_empty();
        let last = match rest {
            _ if left_out => self.last.trim_ascii_end(),
            [] => message,
            _ => &rest[memchr::memrchr(b'\n', rest).map_or(0, |at| at + 1)..],
        };
        let tail = text.and_then(|text| text.tail(last));
        if let Some((at, _)) = tail
            && !left_out
        {
            let holder = if rest.is_empty() { &mut message } else { &mut rest };
            *holder = holder[..holder.len() - (last.len() - at)].trim_ascii_end();
        }
        let words =
            |span: Option<Span>| span.and_then(|s| str::from_utf8(&self.first[s.range()]).ok());
        emit(&Record {
            line: self.place.line,
            offset: self.place.offset,
            lines: self.lines,
            bytes: self.place.bytes,
            stamp: self.stamp,
            level: self.head.level,
            file: tail.and_then(|(_, file)| str::from_utf8(&last[file?.range()]).ok()),
            program: words(self.head.program),
            host: words(self.head.host),
            kind: None,
            session: None,
            message,
            rest,
            sample: None,
        });
    }
}
