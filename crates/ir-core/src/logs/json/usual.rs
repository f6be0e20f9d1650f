//! JSON lines by the names that logging libraries use, metric samples, and the export of journald.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{JsonLine, Name, SampleLine, Scalar, bytes, priority};

/// A field that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    /// Time, by preference.
    Time(usize),
    Level(usize),
    Message(usize),
    Program(usize),
    Host(usize),
    Kind,
    Session,
    Event,
    Metric,
    Value,
    Unit,
    Labels,
    /// An object that holds level or message of some libraries.
    Log,
    Fields,
    /// Microseconds since the epoch, as journald writes them.
    JournalTime,
    JournalPriority,
}

/// Names by preference; a name that appears in several lists would be an error.
const TIME: &[&str] =
    &["ts", "time", "timestamp", "@timestamp", "t", "datetime", "date", "asctime"];
const LEVEL: &[&str] =
    &["level", "severity", "lvl", "loglevel", "log_level", "levelname", "log.level"];
const MESSAGE: &[&str] = &["message", "msg", "MESSAGE"];
const PROGRAM: &[&str] = &[
    "SYSLOG_IDENTIFIER",
    "_SYSTEMD_UNIT",
    "component",
    "logger",
    "service",
    "target",
    "module",
    "name",
];
const HOST: &[&str] = &["_HOSTNAME", "host", "hostname"];

fn field(key: &str) -> Option<Field> {
    let rank = |names: &[&str]| names.iter().position(|n| *n == key);
    Some(match key {
        "type" => Field::Kind,
        "session" | "session_id" | "sessionId" => Field::Session,
        "event" => Field::Event,
        "metric" => Field::Metric,
        "value" => Field::Value,
        "unit" => Field::Unit,
        "labels" => Field::Labels,
        "log" => Field::Log,
        "fields" => Field::Fields,
        "__REALTIME_TIMESTAMP" => Field::JournalTime,
        "PRIORITY" => Field::JournalPriority,
        _ => {
            return rank(TIME)
                .map(Field::Time)
                .or_else(|| rank(LEVEL).map(Field::Level))
                .or_else(|| rank(MESSAGE).map(Field::Message))
                .or_else(|| rank(PROGRAM).map(Field::Program))
                .or_else(|| rank(HOST).map(Field::Host));
        }
    })
}

/// A value, and as much of a container as is of use.
enum Node<'a> {
    Scalar(Scalar<'a>),
    /// A list of numbers below 256: a text that is not UTF-8.
    Bytes(Vec<u8>),
    /// The scalars of an object.
    Object(Vec<(Cow<'a, str>, Scalar<'a>)>),
    Other,
}

/// At most this many fields of an inner object count.
const INNER: usize = 64;

/// Reads a line; `None` if it is no JSON object with any of the usual fields.
pub(in crate::logs) fn usual(line: &str) -> Option<JsonLine<'_>> {
    let mut json = serde_json::Deserializer::from_str(line);
    let fields = Top.deserialize(&mut json).ok()?;
    json.end().ok()?;
    let line = Parts(fields);
    line.sample().or_else(|| line.log())
}

struct Parts<'a>(Vec<(Field, Node<'a>)>);

impl<'a> Parts<'a> {
    /// The last of a field: repeated names are read as most programs read them.
    fn node(&self, field: Field) -> Option<&Node<'a>> {
        self.0.iter().rev().find(|(f, _)| *f == field).map(|(_, node)| node)
    }

    fn scalar(&self, field: Field) -> Option<&Scalar<'a>> {
        match self.node(field)? {
            Node::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    fn text(&self, field: Field) -> Option<Cow<'a, str>> {
        match self.scalar(field)? {
            Scalar::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The scalar of that name in an inner object.
    fn inner(&self, field: Field, names: &[&str]) -> Option<&Scalar<'a>> {
        match self.node(field)? {
            Node::Object(fields) => names
                .iter()
                .find_map(|n| fields.iter().find(|(name, _)| name == n))
                .map(|(_, value)| value),
            _ => None,
        }
    }

    fn best<T>(
        &self,
        names: &[&str],
        field: fn(usize) -> Field,
        read: impl Fn(&Scalar<'a>) -> Option<T>,
    ) -> Option<T> {
        (0..names.len()).find_map(|rank| self.scalar(field(rank)).and_then(&read))
    }

    fn said(&self) -> Option<super::Said> {
        let journal =
            self.scalar(Field::JournalTime).and_then(|s| s.clone().into_text().parse().ok());
        let journal = journal.and_then(|us| jiff::Timestamp::from_microsecond(us).ok());
        let journal = journal.map(|at| super::Said::Instant { at, civil: None });
        journal.or_else(|| self.best(TIME, Field::Time, Scalar::time))
    }

    fn host(&self) -> Option<Cow<'a, str>> {
        let plain = (0..HOST.len()).find_map(|rank| self.text(Field::Host(rank)));
        plain.or_else(|| {
            self.inner(Field::Host(1), &["name", "hostname"]).cloned().map(Scalar::into_text)
        })
    }

    fn sample(&self) -> Option<JsonLine<'a>> {
        let value = self.scalar(Field::Value).and_then(Scalar::number);
        let metric = self.text(Field::Metric).filter(|_| value.is_some());
        // With a level or a message it is a log line, whose library calls the message "event".
        let bare = |parts: &Self| (0..LEVEL.len()).all(|r| parts.node(Field::Level(r)).is_none());
        let silent =
            |parts: &Self| (0..MESSAGE.len()).all(|r| parts.node(Field::Message(r)).is_none());
        let event =
            || self.text(Field::Event).filter(|name| is_name(name) && bare(self) && silent(self));
        let name = metric.or_else(event).filter(|name| !name.is_empty())?;
        let mut labels = match self.node(Field::Labels) {
            Some(Node::Object(labels)) => {
                labels.iter().rev().map(|(n, v)| (n.clone(), v.clone().into_text())).collect()
            }
            _ => Vec::new(),
        };
        // The sort is stable: of repeated names the last one comes first, and stays.
        labels.sort_by(|a: &(Cow<'_, str>, Cow<'_, str>), b| a.0.cmp(&b.0));
        labels.dedup_by(|later, earlier| later.0 == earlier.0);
        let sample = SampleLine { name, value, unit: self.text(Field::Unit), labels };
        Some(JsonLine {
            said: self.said(),
            host: self.host(),
            sample: Some(sample),
            ..JsonLine::default()
        })
    }

    fn log(&self) -> Option<JsonLine<'a>> {
        let level = self
            .best(LEVEL, Field::Level, Scalar::level)
            .or_else(|| self.scalar(Field::JournalPriority).and_then(priority))
            .or_else(|| self.inner(Field::Log, &["level"]).and_then(Scalar::level));
        let message =
            (0..MESSAGE.len()).find_map(|rank| match self.node(Field::Message(rank))? {
                Node::Bytes(bytes) => Some(Cow::Owned(bytes.clone())),
                Node::Scalar(scalar) => Some(bytes(scalar.clone().into_text())),
                Node::Object(_) | Node::Other => None,
            });
        let elsewhere = || {
            let text = |scalar: &Scalar<'a>| bytes(scalar.clone().into_text());
            let inner = self.inner(Field::Fields, &["message"]).map(text);
            inner
                .or_else(|| self.scalar(Field::Event).map(text))
                .or_else(|| self.scalar(Field::Log).map(text))
        };
        let message = message.or_else(elsewhere);
        let said = self.said();
        if said.is_none() && message.is_none() && level.is_none() {
            return None;
        }
        Some(JsonLine {
            said,
            level,
            host: self.host(),
            program: (0..PROGRAM.len()).find_map(|rank| self.text(Field::Program(rank))),
            kind: self.text(Field::Kind),
            session: self.text(Field::Session),
            message: message.unwrap_or_default(),
            sample: None,
        })
    }
}

/// What a bare event may be called; a sentence is a message.
fn is_name(text: &str) -> bool {
    text.len() <= 200
        && !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.:-".contains(&b))
}

struct Top;

impl<'a> DeserializeSeed<'a> for Top {
    type Value = Vec<(Field, Node<'a>)>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Top {
    type Value = Vec<(Field, Node<'a>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::with_capacity(8);
        while let Some(key) = map.next_key_seed(Name(field))? {
            match key {
                Some(field) => fields.push((field, map.next_value_seed(Shallow)?)),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(fields)
    }
}

struct Shallow;

impl<'a> DeserializeSeed<'a> for Shallow {
    type Value = Node<'a>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Node<'a>, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Shallow {
    type Value = Node<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Node<'a>, E> {
        Ok(Node::Scalar(Scalar::Text(text.into())))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'a>, E> {
        Ok(Node::Scalar(Scalar::Text(text.to_owned().into())))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Node<'a>, E> {
        Ok(Node::Scalar(Scalar::Whole(n.into())))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Node<'a>, E> {
        Ok(Node::Scalar(Scalar::Whole(n.into())))
    }

    fn visit_f64<E>(self, n: f64) -> Result<Node<'a>, E> {
        Ok(Node::Scalar(Scalar::Real(n)))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node<'a>, E> {
        Ok(Node::Scalar(Scalar::Flag(flag)))
    }

    fn visit_unit<E>(self) -> Result<Node<'a>, E> {
        Ok(Node::Other)
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Node<'a>, A::Error> {
        let mut bytes = Some(Vec::new());
        while let Some(node) = seq.next_element_seed(Element)? {
            bytes = bytes.zip(node).map(|(mut bytes, byte)| {
                bytes.push(byte);
                bytes
            });
        }
        Ok(bytes.map_or(Node::Other, Node::Bytes))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Node<'a>, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = map.next_key::<Cow<'a, str>>()? {
            if fields.len() == INNER {
                map.next_value::<IgnoredAny>()?;
            } else if let Node::Scalar(value) = map.next_value_seed(Shallow)? {
                fields.push((key, value));
            }
        }
        Ok(Node::Object(fields))
    }
}

/// One element of a list: a byte, or something else.
struct Element;

impl<'a> DeserializeSeed<'a> for Element {
    type Value = Option<u8>;

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<Option<u8>, D::Error> {
        Ok(match Shallow.deserialize(json)? {
            Node::Scalar(Scalar::Whole(n)) => u8::try_from(n).ok(),
            _ => None,
        })
    }
}
