//! What makes two log records the same message: level, writer and masked text; and the same failure: event, component, instance.

use std::borrow::Borrow;

use sha2::{Digest, Sha256};

use super::mask::VARIABLE;
use super::table::Key;
use crate::docs::Level;

/// A 128-bit hash of a message's level, writer and masked text: the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature(pub [u8; 16]);

/// Who wrote a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Writer<S> {
    /// A source file, as the record's tail names it.
    File(S),
    /// A program or unit, as the record's head names it.
    Program(S),
}

impl<S: AsRef<str>> Writer<S> {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::File(name) | Self::Program(name) => name.as_ref(),
        }
    }
}

/// The parts of a message key in one string of bytes: level, kind of writer, length of the writer's name, the name, the masked text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct TextKey(Box<[u8]>);

impl TextKey {
    /// A longer name of a writer is cut.
    const MAX_WRITER: usize = 200;
    /// A longer masked text is cut.
    const MAX_TEMPLATE: usize = 1024;

    /// Puts the bytes of a key into `out`.
    pub(super) fn encode(
        level: Option<Level>,
        writer: Option<Writer<&str>>,
        template: &[u8],
        out: &mut Vec<u8>,
    ) {
        let (kind, writer) = match writer {
            None => (0, ""),
            Some(Writer::File(name)) => (1, name),
            Some(Writer::Program(name)) => (2, name),
        };
        let writer = &writer.as_bytes()[..writer.len().min(Self::MAX_WRITER)];
        out.clear();
        out.push(level.map_or(0, |l| l as u8 + 1));
        out.push(kind);
        out.push(writer.len() as u8);
        out.extend_from_slice(writer);
        out.extend_from_slice(&template[..template.len().min(Self::MAX_TEMPLATE)]);
    }

    pub(super) fn new(encoded: &[u8]) -> Self {
        Self(encoded.into())
    }

    /// Level, kind of writer, writer, masked text.
    fn parts(&self) -> (u8, u8, &[u8], &[u8]) {
        let (head, rest) = self.0.split_at(3);
        let (writer, template) = rest.split_at(usize::from(head[2]));
        (head[0], head[1], writer, template)
    }

    /// Level, writer, masked text.
    pub(super) fn decode(&self) -> (Option<Level>, Option<Writer<String>>, String) {
        const LEVELS: [Level; 5] =
            [Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical];
        let (level, kind, writer, template) = self.parts();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let level = usize::from(level).checked_sub(1).and_then(|l| LEVELS.get(l).copied());
        let writer = match kind {
            0 => None,
            1 => Some(Writer::File(text(writer))),
            _ => Some(Writer::Program(text(writer))),
        };
        (level, writer, text(template))
    }

    pub(super) fn signature(&self) -> Signature {
        let digest = Sha256::digest(&self.0);
        let mut short = [0; 16];
        short.copy_from_slice(&digest[..16]);
        Signature(short)
    }
}

impl Borrow<[u8]> for TextKey {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl Key for TextKey {
    const COARSEST: u8 = 4;

    /// 1: words with anything but letters are variables. 2: the first three words. 3: no words. 4: no writer.
    fn coarser(self, level: u8) -> Self {
        let (severity, kind, writer, template) = self.parts();
        let words = template.split(|b| *b == b' ');
        let template = match level {
            1 => {
                let plain = |w: &&[u8]| w.iter().all(|b| b.is_ascii_alphabetic() || *b >= 0x80);
                let mut words: Vec<&[u8]> =
                    words.map(|w| if plain(&w) { w } else { VARIABLE }).collect();
                words.dedup_by(|a, b| *a == VARIABLE && *b == VARIABLE);
                words.join(&b' ')
            }
            2 => words.take(3).collect::<Vec<_>>().join(&b' '),
            _ => VARIABLE.to_vec(),
        };
        let (kind, writer): (u8, &[u8]) = if level >= 4 { (0, &[]) } else { (kind, writer) };
        let mut key = vec![severity, kind, writer.len() as u8];
        key.extend_from_slice(writer);
        key.extend_from_slice(&template);
        Self(key.into())
    }
}

/// A thing that the profile knows by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// The event.
    pub event: String,
    /// The component that it speaks of.
    pub component: Option<String>,
    /// The instance within the component: text from the log.
    pub instance: Option<String>,
}

impl Key for Name {
    const COARSEST: u8 = 1;

    /// 1: no instance.
    fn coarser(self, _: u8) -> Self {
        Self { instance: None, ..self }
    }
}
