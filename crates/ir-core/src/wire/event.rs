//! An event of our own, ready to be written.

use serde::Serialize;

use super::Time;

/// Our own records are at most this long, line feed included.
pub const MAX_RECORD_BYTES: usize = 1 << 20;

/// A record that would be longer than [`MAX_RECORD_BYTES`]: its type and length.
#[derive(Debug, thiserror::Error)]
#[error("a record of type {kind} would be {bytes} bytes long, more than {MAX_RECORD_BYTES}")]
pub struct TooLarge {
    /// The record's type.
    pub kind: &'static str,
    /// Its length in bytes.
    pub bytes: usize,
}

/// A record body: it knows its type.
pub trait Body: Serialize {
    /// `ir.<noun>.v<N>`.
    const KIND: &'static str;
}

/// One record. Its keys are written in this order.
#[derive(Debug, Serialize)]
pub struct Event<T> {
    specversion: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    /// See [`source`].
    pub source: String,
    /// See [`super::id()`].
    pub id: String,
    /// The incident, once one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Event time, where the record has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// The body.
    pub data: T,
}

impl<T: Body> Event<T> {
    /// An event without subject and time.
    pub fn new(source: impl Into<String>, id: impl Into<String>, data: T) -> Self {
        Self {
            specversion: "1.0",
            kind: T::KIND,
            source: source.into(),
            id: id.into(),
            subject: None,
            time: None,
            data,
        }
    }

    /// With the incident that it belongs to.
    #[must_use]
    pub fn subject(mut self, incident: impl Into<String>) -> Self {
        self.subject = Some(incident.into());
        self
    }

    /// With its event time.
    #[must_use]
    pub fn at(mut self, time: impl Into<Option<Time>>) -> Self {
        self.time = time.into();
        self
    }

    /// The line that goes on the wire, with its line feed.
    ///
    /// # Errors
    /// If it is longer than [`MAX_RECORD_BYTES`].
    pub fn to_line(&self) -> Result<Vec<u8>, TooLarge> {
        let mut line = serde_json::to_vec(self).expect("our bodies are plain data");
        line.push(b'\n');
        if line.len() > MAX_RECORD_BYTES {
            Err(TooLarge { kind: T::KIND, bytes: line.len() })
        } else {
            Ok(line)
        }
    }
}

/// The `source` of a record: `tool/host`, the host percent-encoded; `unknown` where no host is known.
pub fn source(tool: &str, host: Option<&str>) -> String {
    let mut out = format!("{tool}/");
    for byte in host.filter(|h| !h.is_empty()).unwrap_or("unknown").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The observed host in a `source` that [`source`] wrote; `None` where it is unknown.
pub fn source_host(source: &str) -> Option<String> {
    let host = source.split_once('/')?.1;
    let mut out = Vec::with_capacity(host.len());
    let mut rest = host.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digit = |b: Option<u8>| char::from(b?).to_digit(16);
        out.push((digit(rest.next())? * 16 + digit(rest.next())?) as u8);
    }
    String::from_utf8(out).ok().filter(|h| h != "unknown")
}

#[cfg(test)]
mod tests {
    use super::{source, source_host};

    #[test]
    fn hosts_survive_the_round_trip() {
        for host in ["chat01", "a b/c", "größe", "100%"] {
            assert_eq!(source_host(&source("ir-detect", Some(host))).as_deref(), Some(host));
        }
        assert_eq!(source("ir-detect", None), "ir-detect/unknown");
        assert_eq!(source_host("ir-detect/unknown"), None);
    }
}
