//! One JSON object a line: by the pointers of a profile ([`Pointers`]), or by the usual names of fields ([`usual`]).

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::clock::{Said, from_epoch, from_epoch_fraction};
use super::level;
use super::pattern::FormatError;
use super::scan::iso;
use crate::docs::{JsonFormat, Level};

mod usual;

pub(super) use usual::usual;

/// What a JSON line says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct JsonLine<'a> {
    pub(super) said: Option<Said>,
    pub(super) level: Option<Level>,
    pub(super) host: Option<Cow<'a, str>>,
    pub(super) program: Option<Cow<'a, str>>,
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) session: Option<Cow<'a, str>>,
    pub(super) message: Cow<'a, [u8]>,
    pub(super) sample: Option<SampleLine<'a>>,
}

/// A metric sample or a bare named event.
#[derive(Debug, PartialEq)]
pub(super) struct SampleLine<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) value: Option<f64>,
    pub(super) unit: Option<Cow<'a, str>>,
    pub(super) labels: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// A value that is no container.
#[derive(Clone, Debug, PartialEq)]
enum Scalar<'a> {
    Text(Cow<'a, str>),
    Whole(i128),
    Real(f64),
    Flag(bool),
}

impl<'a> Scalar<'a> {
    fn into_text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text,
            Self::Whole(n) => n.to_string().into(),
            Self::Real(n) => n.to_string().into(),
            Self::Flag(b) => b.to_string().into(),
        }
    }

    fn number(&self) -> Option<f64> {
        match *self {
            Self::Whole(n) => Some(n as f64),
            Self::Real(n) => Some(n),
            Self::Text(_) | Self::Flag(_) => None,
        }
    }

    /// RFC 3339, the same without zone, or an epoch as number or text.
    fn time(&self) -> Option<Said> {
        let instant = |at| Said::Instant { at, civil: None };
        match self {
            Self::Whole(n) => from_epoch(*n).map(instant),
            Self::Real(n) => from_epoch_fraction(*n).map(instant),
            Self::Text(text) => {
                let text = text.trim();
                let whole = iso(text.as_bytes()).filter(|i| i.len == text.len()).map(|i| i.said);
                whole.or_else(|| from_epoch(text.parse().ok()?).map(instant))
            }
            Self::Flag(_) => None,
        }
    }

    fn level(&self) -> Option<Level> {
        match self {
            Self::Text(text) => level::word(text.trim().as_bytes())
                .or_else(|| level::number(text.trim().parse().ok()?)),
            other => level::number(other.number()?),
        }
    }
}

/// The pointers of a [`JsonFormat`], split.
#[derive(Clone, Debug)]
pub(super) struct Pointers {
    paths: [Option<Vec<String>>; SLOTS],
}

const SLOTS: usize = 5;

impl Pointers {
    pub(super) fn new(format: &JsonFormat) -> Result<Self, FormatError> {
        let path = |field: &'static str, pointer: Option<&String>| {
            pointer.map(|p| split(field, p)).transpose()
        };
        Ok(Self {
            paths: [
                path("ts", Some(&format.ts))?,
                path("message", format.message.as_ref())?,
                path("level", format.level.as_ref())?,
                path("kind", format.kind.as_ref())?,
                path("session", format.session.as_ref())?,
            ],
        })
    }

    /// Reads a line; `None` if it is no JSON object.
    pub(super) fn read<'a>(&self, line: &'a str) -> Option<JsonLine<'a>> {
        if !line.trim_ascii_start().starts_with('{') {
            return None;
        }
        let mut found: Found<'a> = [const { None }; SLOTS];
        let active =
            (0..SLOTS).filter(|&i| self.paths[i].is_some()).fold(0, |mask, i| mask | 1 << i);
        let mut json = serde_json::Deserializer::from_str(line);
        Walk { paths: &self.paths, active, depth: 0, found: &mut found }
            .deserialize(&mut json)
            .ok()?;
        json.end().ok()?;
        let [ts, message, level, kind, session] = found;
        Some(JsonLine {
            said: ts.and_then(|s| s.time()),
            level: level.and_then(|s| s.level()),
            kind: kind.map(Scalar::into_text),
            session: session.map(Scalar::into_text),
            message: message.map(|s| bytes(s.into_text())).unwrap_or_default(),
            ..JsonLine::default()
        })
    }
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// The segments of a JSON pointer (RFC 6901).
fn split(field: &'static str, pointer: &str) -> Result<Vec<String>, FormatError> {
    let rest = pointer.strip_prefix('/').ok_or_else(|| {
        FormatError::new(
            field,
            Some(1),
            format!("{pointer:?} is no JSON pointer: it begins with /, such as /timestamp"),
        )
    })?;
    Ok(rest.split('/').map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect())
}

type Found<'a> = [Option<Scalar<'a>>; SLOTS];

/// Walks into what some pointer leads into, and skips all else.
struct Walk<'p, 'f, 'a> {
    paths: &'p [Option<Vec<String>>; SLOTS],
    /// The pointers that lead here, a bit each.
    active: u8,
    depth: usize,
    found: &'f mut Found<'a>,
}

impl<'a> Walk<'_, '_, 'a> {
    /// The pointers among the active ones whose next segment is `key`.
    fn towards(&self, key: &str) -> u8 {
        let leads = |i: usize| {
            self.paths[i]
                .as_ref()
                .is_some_and(|path| path.get(self.depth).is_some_and(|s| s == key))
        };
        (0..SLOTS)
            .filter(|&i| self.active >> i & 1 == 1 && leads(i))
            .fold(0, |mask, i| mask | 1 << i)
    }

    fn deeper(&mut self, active: u8) -> Walk<'_, '_, 'a> {
        Walk { paths: self.paths, active, depth: self.depth + 1, found: self.found }
    }

    fn keep(self, value: &Scalar<'a>) {
        for i in (0..SLOTS).filter(|&i| self.active >> i & 1 == 1) {
            if self.paths[i].as_ref().is_some_and(|path| path.len() == self.depth) {
                self.found[i] = Some(value.clone());
            }
        }
    }
}

impl<'a> DeserializeSeed<'a> for Walk<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Walk<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(active) = map.next_key_seed(Name(|key: &str| self.towards(key)))? {
            if active == 0 {
                map.next_value::<IgnoredAny>()?;
            } else {
                map.next_value_seed(self.deeper(active))?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut seq: A) -> Result<(), A::Error> {
        for index in 0usize.. {
            let active = self.towards(&index.to_string());
            let more = if active == 0 {
                seq.next_element::<IgnoredAny>()?.is_some()
            } else {
                seq.next_element_seed(self.deeper(active))?.is_some()
            };
            if !more {
                break;
            }
        }
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<(), E> {
        self.keep(&Scalar::Text(text.into()));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.keep(&Scalar::Text(text.to_owned().into()));
        Ok(())
    }

    fn visit_i64<E>(self, n: i64) -> Result<(), E> {
        self.keep(&Scalar::Whole(n.into()));
        Ok(())
    }

    fn visit_u64<E>(self, n: u64) -> Result<(), E> {
        self.keep(&Scalar::Whole(n.into()));
        Ok(())
    }

    fn visit_f64<E>(self, n: f64) -> Result<(), E> {
        self.keep(&Scalar::Real(n));
        Ok(())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.keep(&Scalar::Flag(flag));
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Reads the name of a field and makes something of it, without keeping it.
struct Name<F>(F);

impl<'a, T, F: FnOnce(&str) -> T> DeserializeSeed<'a> for Name<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<T, D::Error> {
        json.deserialize_str(self)
    }
}

impl<T, F: FnOnce(&str) -> T> Visitor<'_> for Name<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, key: &str) -> Result<T, E> {
        Ok((self.0)(key))
    }
}

/// The severity of journald, a number in a text.
fn priority(value: &Scalar<'_>) -> Option<Level> {
    match value {
        Scalar::Text(text) => level::syslog(text.parse().ok()?),
        other => level::syslog(other.number().filter(|n| n.fract() == 0.0 && *n >= 0.0)? as u64),
    }
}

#[cfg(test)]
mod tests;
