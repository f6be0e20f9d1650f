//! One line of a pipe: a record, somebody else's JSON, or a bad line.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Time;

/// What a line is. The caller keeps the bytes and forwards them, unless the line is [`Line::Bad`].
#[derive(Debug)]
pub enum Line<'a> {
    /// A CloudEvents event, of a type that we know or not.
    Record(Head<'a>),
    /// A JSON object that is no CloudEvents event: passed on untouched, never believed.
    Foreign,
    /// White space only.
    Blank,
    /// Not a JSON object, or an event that breaks CloudEvents 1.0: rejected.
    Bad(Reason),
}

/// The envelope of a record, borrowed from its line; the body stays unread until [`Head::body`].
#[derive(Debug)]
pub struct Head<'a> {
    /// The whole record as it was written, white space around it left out.
    pub line: &'a str,
    /// `ir.<noun>.v<N>`, or another vendor's type.
    pub kind: Cow<'a, str>,
    /// `<tool>/<observed host>`.
    pub source: Cow<'a, str>,
    /// With `source`, the key by which duplicates are told.
    pub id: Cow<'a, str>,
    /// The incident, on records written once one is known.
    pub subject: Option<Cow<'a, str>>,
    /// Event time.
    pub time: Option<Time>,
    /// The body as it was written.
    pub data: Option<&'a RawValue>,
}

impl<'a> Head<'a> {
    /// The body as a `T`.
    ///
    /// # Errors
    /// If there is no body, or it has not the shape of a `T`.
    pub fn body<T: Deserialize<'a>>(&self) -> Result<T, Reason> {
        let data = self
            .data
            .ok_or_else(|| Reason::Body(self.kind.to_string(), "it has no data".into()))?;
        serde_json::from_str(data.get())
            .map_err(|e| Reason::Body(self.kind.to_string(), e.to_string()))
    }
}

/// Why a line is refused; reads as a sentence after `file:line: `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Not valid UTF-8; the offset of the first bad byte in the line, from 0.
    NotUtf8(usize),
    /// Not a JSON object: serde's word for it, with the column.
    NotJson(String),
    /// CloudEvents 1.0 is broken.
    Envelope(&'static str),
    /// The time is no RFC 3339 time.
    Time(String),
    /// The type is known but its body is not of that shape: type, what is wrong.
    Body(String, String),
    /// Same source and id as an earlier record, other content.
    Conflict(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8(at) => write!(f, "not UTF-8 at byte {}", at + 1),
            Self::NotJson(why) => write!(f, "not a JSON object: {why}"),
            Self::Envelope(why) => write!(f, "not a CloudEvents 1.0 event: {why}"),
            Self::Time(why) => write!(f, "not a CloudEvents 1.0 event: time {why}"),
            Self::Body(kind, why) => write!(f, "not a valid {kind}: {why}"),
            Self::Conflict(id) => {
                write!(f, "same source and id as an earlier record, but other content: {id}")
            }
        }
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    specversion: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    source: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    subject: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    time: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

/// Reads one line, without its line feed.
pub fn parse_line(line: &[u8]) -> Line<'_> {
    let text = match str::from_utf8(line) {
        Ok(text) => text.trim_ascii(),
        Err(e) => return Line::Bad(Reason::NotUtf8(e.valid_up_to())),
    };
    if text.is_empty() {
        return Line::Blank;
    }
    if !text.starts_with('{') {
        return Line::Bad(Reason::NotJson("it does not begin with \"{\"".into()));
    }
    let envelope: Envelope<'_> = match serde_json::from_str(text) {
        Ok(envelope) => envelope,
        Err(e) if e.is_data() => {
            return foreign_or(text, "an attribute is repeated or is not a string");
        }
        Err(e) => return Line::Bad(Reason::NotJson(e.to_string())),
    };
    let Some(version) = envelope.specversion else { return foreign_or(text, "") };
    if version != "1.0" {
        return Line::Bad(Reason::Envelope("specversion is not \"1.0\""));
    }
    let filled = |field: Option<Cow<'_, str>>| field.is_none_or(|f| f.is_empty());
    let (Some(kind), Some(source), Some(id)) = (envelope.kind, envelope.source, envelope.id) else {
        return Line::Bad(Reason::Envelope("type, source and id are required"));
    };
    if filled(Some(kind.clone())) || filled(Some(source.clone())) || filled(Some(id.clone())) {
        return Line::Bad(Reason::Envelope("type, source and id must not be empty"));
    }
    let time = match envelope.time.map(|t| t.parse()).transpose() {
        Ok(time) => time,
        Err(why) => return Line::Bad(Reason::Time(why)),
    };
    Line::Record(Head {
        line: text,
        kind,
        source,
        id,
        subject: envelope.subject,
        time,
        data: envelope.data,
    })
}

/// An object without `specversion` is foreign; one that has it claims to be an event, so what is wrong is said.
fn foreign_or(text: &str, why: &'static str) -> Line<'static> {
    let whole = || serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text);
    match whole() {
        Ok(object) if object.contains_key("specversion") => Line::Bad(Reason::Envelope(why)),
        Ok(_) => Line::Foreign,
        Err(e) => Line::Bad(Reason::NotJson(e.to_string())),
    }
}

#[cfg(test)]
mod tests;
