//! Taking one file into the bundle.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use ir_core::logs::Parser;
use ir_core::wire::FileHead;
use ir_host::{Standing, standing};
use ir_store::Hasher;
use ir_store::bundle::{Builder, Draft, Item, Part, Reason, Role, Status};

use crate::log::{Cut, scan};
use crate::mask;
use crate::reading::Readings;
use crate::source::{Source, link, original};
use crate::tally::Tally;
use crate::tee::{Side, Tee, drain};
use crate::want::{Place, Want, absent};
use crate::window::Window;

/// A log up to this size is taken whole: its copy then has the digest of the original, and what happened before the window
/// is there for comparison. Of a larger one the window is taken.
const WHOLE: u64 = 16 << 20;
/// A file with secrets is held in memory while they are masked.
const MASKABLE: u64 = 8 << 20;
/// A log beyond this size is not looked through.
const SCANNABLE: u64 = 64 << 30;

/// Takes files, one after the other, within the limits.
pub(crate) struct Taker<'a> {
    pub(crate) builder: &'a mut Builder,
    pub(crate) window: Window,
    pub(crate) readings: &'a Readings,
    pub(crate) include_private: bool,
    pub(crate) max_line: usize,
    /// A log up to this size is taken whole.
    whole: u64,
    /// Bytes that may still be taken.
    pub(crate) left: u64,
    /// Names a log that was typed.
    pub(crate) id: &'a dyn Fn(&Path, &FileHead) -> String,
    seen: BTreeSet<(u64, u64)>,
}

impl<'a> Taker<'a> {
    pub(crate) fn new(
        builder: &'a mut Builder,
        window: Window,
        readings: &'a Readings,
        left: u64,
        id: &'a dyn Fn(&Path, &FileHead) -> String,
    ) -> Self {
        Self {
            builder,
            window,
            readings,
            include_private: false,
            max_line: 16 << 20,
            whole: WHOLE,
            left,
            id,
            seen: BTreeSet::new(),
        }
    }

    /// Takes what is wanted, and enters into the manifest what became of it; none where the same file was taken before.
    ///
    /// # Errors
    /// If the bundle cannot be written, or a person broke off. Whatever is wrong with the file itself is entered, not returned.
    pub(crate) fn take(&mut self, want: Want) -> io::Result<Option<Tally>> {
        let Want { mut item, place, optional, secrets, .. } = want;
        let (path, opened) = match place {
            Place::Nowhere => return self.enter(item, None),
            Place::Open(path, opened) => (path, opened),
            Place::At(path) => match standing(&path) {
                Ok(Standing::File(opened)) => (path, opened),
                Ok(other) => {
                    let id = self.id_of(&item, &path, None);
                    return self.enter(Item { id, ..not_a_file(item, &other) }, None);
                }
                Err(e) => {
                    let id = self.id_of(&item, &path, None);
                    let item = match e.kind() {
                        io::ErrorKind::NotFound => absent(item, optional, "no such file"),
                        _ => item.with(Status::Error, Reason::Unreadable, e.to_string()),
                    };
                    return self.enter(Item { id, ..item }, None);
                }
            },
        };
        let source = match Source::new(opened) {
            Ok(source) => source,
            Err(e) => {
                return self
                    .enter(item.with(Status::Error, Reason::Unreadable, e.to_string()), None);
            }
        };
        if !self.seen.insert(source.identity) {
            return Ok(None);
        }
        item.id = self.id_of(&item, &path, Some(&source.head));
        item.private |= item.role == Role::Log && self.readings.of(&item.id).private;
        item.original = Some(source.original());
        self.file(item, &source, path.file_name().unwrap_or_default(), &secrets)
    }

    fn id_of(&self, item: &Item, path: &Path, head: Option<&FileHead>) -> String {
        match head {
            _ if !item.id.is_empty() => item.id.clone(),
            Some(head) => (self.id)(path, head),
            None => "typed".into(),
        }
    }

    /// At most half of what is left is for one item, so that none takes the room of all that follow.
    fn limit(&self) -> u64 {
        self.left / 2
    }

    fn file(
        &mut self,
        item: Item,
        source: &Source,
        name: &OsStr,
        secrets: &[String],
    ) -> io::Result<Option<Tally>> {
        if item.private && !self.include_private {
            return self.private(item, source);
        }
        let stored = stored(source);
        if item.role == Role::Log && stored.is_none() {
            return self.log(item, source, name);
        }
        if source.size > self.limit() {
            let item = self.too_large(item);
            return self.enter(item, stored.map(Tally::stored));
        }
        if secrets.is_empty() {
            let tally = stored.map(Tally::stored);
            return self.copy(item, source, name, &mut source.reader(), |reader| {
                drain(reader).map(|()| tally)
            });
        }
        self.masked(item, source, name, secrets)
    }

    fn too_large(&self, item: Item) -> Item {
        let note = format!(
            "it is larger than {} bytes, what --max-bytes leaves for one item",
            self.limit()
        );
        item.with(Status::Skipped, Reason::Limit, note)
    }

    /// The text of people: its digest, and no more.
    fn private(&mut self, mut item: Item, source: &Source) -> io::Result<Option<Tally>> {
        let mut note = Some("it is too large to be hashed".to_owned());
        if source.size <= self.limit().max(self.whole) {
            note = None;
            let mut hash = Hasher::default();
            let mut reader = source.reader();
            let mut tee = Tee::new(&mut reader, &mut hash);
            let result = drain(&mut tee);
            let read = tee.bytes;
            match tee.settle(result) {
                Err(Side::Source(e)) if e.kind() != io::ErrorKind::Interrupted => {
                    return self
                        .enter(item.with(Status::Error, Reason::Unreadable, e.to_string()), None);
                }
                Err(Side::Source(e) | Side::Bundle(e)) => return Err(e),
                Ok(()) => {}
            }
            if let Some(original) = item.original.as_mut().filter(|_| read == source.size) {
                original.sha256 = Some(hash.finish());
            }
        }
        self.enter(item.with(Status::Skipped, Reason::Private, note), None)
    }

    /// Copies all that `reader` has; `how` reads it.
    fn copy(
        &mut self,
        mut item: Item,
        source: &Source,
        name: &OsStr,
        reader: &mut dyn Read,
        how: impl FnOnce(&mut dyn Read) -> io::Result<Option<Tally>>,
    ) -> io::Result<Option<Tally>> {
        let mut draft = self.builder.draft(name)?;
        let mut tee = Tee::new(reader, &mut draft);
        let result = how(&mut tee);
        let read = tee.bytes;
        let tally = match tee.settle(result) {
            Ok(tally) => tally,
            Err(Side::Source(e)) if e.kind() != io::ErrorKind::Interrupted => {
                item = item.with(
                    Status::Partial,
                    Reason::Unreadable,
                    format!("after {read} bytes: {e}"),
                );
                return self.enter_with(item, draft, None);
            }
            Err(Side::Source(e) | Side::Bundle(e)) => return Err(e),
        };
        source.settle(&mut item, read)?;
        if let Some(original) = item.original.as_mut().filter(|_| read == source.size) {
            original.sha256 = Some(draft.digest());
        }
        if let Some(tally) = tally.as_ref().filter(|tally| tally.stats.is_some()) {
            item.part = tally.whole();
        }
        self.enter_with(item, draft, tally)
    }

    fn masked(
        &mut self,
        mut item: Item,
        source: &Source,
        name: &OsStr,
        secrets: &[String],
    ) -> io::Result<Option<Tally>> {
        if source.size > MASKABLE {
            let note =
                format!("it is larger than {MASKABLE} bytes, too large to mask the secrets in it");
            return self.enter(item.with(Status::Skipped, Reason::Limit, note), None);
        }
        let mut text = Vec::new();
        if let Err(e) = source.reader().read_to_end(&mut text) {
            return self.enter(item.with(Status::Error, Reason::Unreadable, e.to_string()), None);
        }
        source.settle(&mut item, text.len() as u64)?;
        if let Some(original) = item.original.as_mut().filter(|_| text.len() as u64 == source.size)
        {
            original.sha256 = Some(ir_store::Hash::of(&text));
        }
        if stored(source).is_some() || text.contains(&0) {
            let note = "it is no plain text, so the secrets in it cannot be masked".to_owned();
            return self.enter(item.with(Status::Error, Reason::Unclear, note), None);
        }
        let mut draft = self.builder.draft(name)?;
        let masked = mask::mask(&text, secrets);
        draft.redacted = masked.is_some();
        draft.write_all(masked.as_deref().unwrap_or(&text))?;
        self.enter_with(item, draft, None)
    }

    fn log(&mut self, item: Item, source: &Source, name: &OsStr) -> io::Result<Option<Tally>> {
        let readings = self.readings;
        let reading = readings.of(&item.id);
        let modified = item.original.as_ref().and_then(|o| o.modified);
        let mut parser = match reading.parser(modified) {
            Ok(parser) => parser,
            Err(e) => return self.enter(item.with(Status::Error, Reason::Unclear, e), None),
        };
        let max_line = self.max_line;
        if source.size <= self.whole.min(self.limit()) {
            return self.copy(item, source, name, &mut source.reader(), |reader| {
                let overlong = scan(reader, &mut parser, max_line, &mut |_| {})?;
                Ok(Some(Tally::read(&parser, reading, overlong)))
            });
        }
        if source.size > SCANNABLE {
            let note = format!(
                "it is larger than {SCANNABLE} bytes, too large to look for the wanted time in it"
            );
            return self.enter(item.with(Status::Skipped, Reason::Limit, note), None);
        }
        self.part(item, source, name, parser, |parser, overlong| {
            Tally::read(parser, reading, overlong)
        })
    }

    /// Of a large log: finds the window, then copies it.
    fn part(
        &mut self,
        mut item: Item,
        source: &Source,
        name: &OsStr,
        mut parser: Parser,
        tally: impl FnOnce(&Parser, u64) -> Tally,
    ) -> io::Result<Option<Tally>> {
        let mut cut = Cut::new(self.window, self.limit());
        let mut hash = Hasher::default();
        let mut reader = source.reader();
        let mut tee = Tee::new(&mut reader, &mut hash);
        let result = scan(&mut tee, &mut parser, self.max_line, &mut |record| cut.see(record));
        let read = tee.bytes;
        let overlong = match tee.settle(result) {
            Ok(overlong) => overlong,
            Err(Side::Source(e)) if e.kind() != io::ErrorKind::Interrupted => {
                let note = format!("after {read} bytes: {e}");
                return self.enter(item.with(Status::Error, Reason::Unreadable, note), None);
            }
            Err(Side::Source(e) | Side::Bundle(e)) => return Err(e),
        };
        if let Some(original) = item.original.as_mut().filter(|_| read == source.size) {
            original.sha256 = Some(hash.finish());
        }
        let tally = tally(&parser, overlong);
        let lines = parser.stats().lines;
        let (part, bytes) = match cut.found(read, lines) {
            Some(found) if found.limited && found.bytes == 0 => {
                let item = self.too_large(item);
                return self.enter(item, Some(tally));
            }
            Some(found) if found.limited => {
                let note = format!(
                    "of the wanted time the first {} bytes are taken, what --max-bytes leaves for one item",
                    found.bytes
                );
                item = item.with(Status::Partial, Reason::Limit, note);
                (found.part, found.bytes)
            }
            Some(found) => {
                if found.bytes < read {
                    item = item.with(Status::Partial, Reason::Window, None);
                }
                (found.part, found.bytes)
            }
            None if cut.dated => {
                let note = "none of its records lies in the wanted time".to_owned();
                return self.enter(item.with(Status::Skipped, Reason::Outside, note), Some(tally));
            }
            None => {
                item = item.with(
                    Status::Partial,
                    Reason::Undated,
                    "none of its records has a time: its end is taken".to_owned(),
                );
                match tail(source, read, lines, self.whole.min(self.limit())) {
                    Ok(tail) => tail,
                    Err(e) => {
                        return self.enter(
                            item.with(Status::Error, Reason::Unreadable, e.to_string()),
                            Some(tally),
                        );
                    }
                }
            }
        };
        let mut draft = self.builder.draft(name)?;
        let mut file = &source.file;
        file.seek(SeekFrom::Start(part.offset))?;
        let mut reader = file.take(bytes);
        let mut tee = Tee::new(&mut reader, &mut draft);
        let result = drain(&mut tee);
        // Bytes that could be read a moment ago and cannot now are as good as cut off.
        let copied = tee.bytes;
        match tee.settle(result) {
            Err(Side::Source(e)) if e.kind() != io::ErrorKind::Interrupted => {}
            Err(Side::Source(e) | Side::Bundle(e)) => return Err(e),
            Ok(()) => {}
        }
        source.settle(&mut item, if copied < bytes { part.offset + copied } else { read })?;
        item.part = Some(part);
        self.enter_with(item, draft, Some(tally))
    }

    fn enter(&mut self, item: Item, tally: Option<Tally>) -> io::Result<Option<Tally>> {
        let tally = tally.unwrap_or_default().of(&item, 0);
        self.builder.add(item, None)?;
        Ok(Some(tally))
    }

    fn enter_with(
        &mut self,
        item: Item,
        draft: Draft,
        tally: Option<Tally>,
    ) -> io::Result<Option<Tally>> {
        let tally = tally.unwrap_or_default().of(&item, draft.bytes());
        self.left = self.left.saturating_sub(draft.bytes());
        self.builder.add(item, Some(draft))?;
        Ok(Some(tally))
    }
}

/// The end of a log, from the beginning of a line on: what can be had where no record has a time.
fn tail(source: &Source, size: u64, lines: u64, limit: u64) -> io::Result<(Part, u64)> {
    let mut file = &source.file;
    let from = size.saturating_sub(limit);
    file.seek(SeekFrom::Start(from))?;
    let mut text = Vec::new();
    file.take(size - from).read_to_end(&mut text)?;
    let skipped =
        if from == 0 { 0 } else { memchr::memchr(b'\n', &text).map_or(text.len(), |at| at + 1) };
    let rest = &text[skipped..];
    let torn = rest.last().is_some_and(|b| *b != b'\n');
    let count = memchr::memchr_iter(b'\n', rest).count() as u64 + u64::from(torn);
    let first_line = (lines + 1).saturating_sub(count).max(1);
    let part = Part {
        offset: from + skipped as u64,
        first_line,
        lines: count,
        records: count,
        from: None,
        to: None,
    };
    Ok((part, rest.len() as u64))
}

fn not_a_file(item: Item, what: &Standing) -> Item {
    let mut item = item;
    match what {
        Standing::Link(facts, target) => {
            item.original = Some(link(facts, target));
            // A plugin that is a link is a finding by itself; anything else was wanted for its content.
            let status = if item.role == Role::Plugin { Status::Skipped } else { Status::Error };
            item.with(
                status,
                Reason::Link,
                "it is a symbolic link, which is not followed; name the file that it leads to"
                    .to_owned(),
            )
        }
        Standing::Directory(facts) => {
            item.original = Some(original(facts));
            item.with(Status::Skipped, Reason::Directory, None)
        }
        Standing::Special(facts, what) => {
            item.original = Some(original(facts));
            item.with(Status::Error, Reason::Special, format!("it is {what}, not a regular file"))
        }
        Standing::File(_) => item,
    }
}

/// How a compressed file is stored. Such a log is taken as it is: its original bytes are the evidence.
fn stored(source: &Source) -> Option<&'static str> {
    use std::os::unix::fs::FileExt;
    let mut magic = [0; 4];
    let read = source.file.read_at(&mut magic, 0).unwrap_or(0);
    match &magic[..read] {
        [0x1f, 0x8b, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd] => Some("zstd"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
