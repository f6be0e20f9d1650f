//! Text to tree. The parser bounds depth, nodes and aliases; repeated keys are all reported, the first one is kept.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{
    DefaultMessageFormatter, DuplicateKeyPolicy, Location, MessageFormatter, Options, Spanned,
};

use super::{Entry, Map, Node, Pos, Scalar, ScalarKind, Value};
use crate::docs::DocError;

/// A longer document is refused.
const MAX_BYTES: usize = 1 << 20;

/// What aliases may unfold to in one document, so that nested ones cannot grow it out of all measure.
const MAX_ALIASED_NODES: usize = 4_000;
const MAX_ANCHORED_BYTES: usize = 16 << 10;

/// All texts of a document together, aliased ones as often as they are used.
const MAX_TEXT_BYTES: usize = 2 * MAX_BYTES;

/// The document as a tree.
///
/// # Errors
/// It is no YAML, too large, or repeats keys.
pub(crate) fn parse(file: &str, text: &str) -> Result<Node, Vec<DocError>> {
    let error =
        |(line, col): Pos, message: String| DocError { file: file.to_owned(), line, col, message };
    if text.len() > MAX_BYTES {
        return Err(vec![error(
            (1, 1),
            format!("the document has {} bytes; at most {MAX_BYTES} are read", text.len()),
        )]);
    }
    let raw: Spanned<Raw<'_>> =
        serde_yaml::from_str_with_options(text, options()).map_err(|e| {
            let at = e.location().map_or((1, 1), position);
            vec![error(at, plain_message(&e))]
        })?;
    let mut builder = Builder { source: text, text_bytes: 0, faults: Vec::new() };
    let tree = builder.node(raw);
    if builder.faults.is_empty() {
        Ok(tree)
    } else {
        Err(builder.faults.into_iter().map(|(at, message)| error(at, message)).collect())
    }
}

fn options() -> Options {
    serde_yaml::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        emit_comments: false,
        budget: serde_yaml::budget! {
            max_nodes: 100_000,
            max_recorded_anchor_bytes: MAX_ANCHORED_BYTES,
        },
        alias_limits: serde_yaml::alias_limits! {
            max_total_replayed_events: MAX_ALIASED_NODES,
        },
    }
}

/// The parser's sentence without the place, which stands before it already.
fn plain_message(error: &serde_yaml::Error) -> String {
    match error.without_snippet() {
        serde_yaml::Error::MultipleDocuments { .. } => {
            "a second document begins here: write one in each file".into()
        }
        other => DefaultMessageFormatter.format_message(other).into_owned(),
    }
}

fn position(at: Location) -> Pos {
    let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX).max(1);
    (number(at.line()), number(at.column()))
}

/// A node as the parser gives it, before its scalars are looked up in the text. Texts are borrowed where that can be.
enum Raw<'a> {
    Null,
    Bool(bool),
    Whole(i128),
    Real(f64),
    Text(Cow<'a, str>),
    Seq(Vec<Spanned<Self>>),
    Map(Vec<(Spanned<Self>, Spanned<Self>)>),
}

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Raw<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_unit<E>(self) -> Result<Raw<'de>, E> {
                Ok(Raw::Null)
            }

            fn visit_bool<E>(self, v: bool) -> Result<Raw<'de>, E> {
                Ok(Raw::Bool(v))
            }

            fn visit_i64<E>(self, v: i64) -> Result<Raw<'de>, E> {
                Ok(Raw::Whole(v.into()))
            }

            fn visit_u64<E>(self, v: u64) -> Result<Raw<'de>, E> {
                Ok(Raw::Whole(v.into()))
            }

            fn visit_f64<E>(self, v: f64) -> Result<Raw<'de>, E> {
                Ok(Raw::Real(v))
            }

            fn visit_str<E>(self, v: &str) -> Result<Raw<'de>, E> {
                Ok(Raw::Text(v.to_owned().into()))
            }

            fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Raw<'de>, E> {
                Ok(Raw::Text(v.into()))
            }

            fn visit_string<E>(self, v: String) -> Result<Raw<'de>, E> {
                Ok(Raw::Text(v.into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw<'de>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Raw::Seq(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Raw::Map(entries))
            }
        }
        d.deserialize_any(Any)
    }
}

/// Turns what the parser gives into nodes and notes what is wrong with keys.
struct Builder<'a> {
    source: &'a str,
    text_bytes: usize,
    faults: Vec<(Pos, String)>,
}

impl Builder<'_> {
    fn node(&mut self, raw: Spanned<Raw<'_>>) -> Node {
        let at = position(raw.referenced);
        let value = match raw.value {
            Raw::Null => Value::Null,
            Raw::Seq(items) => Value::Seq(items.into_iter().map(|item| self.node(item)).collect()),
            Raw::Map(pairs) => Value::Map(self.map(pairs)),
            Raw::Bool(b) => self.scalar(raw.defined, ScalarKind::Bool(b), b.to_string()),
            Raw::Whole(n) => self.scalar(raw.defined, ScalarKind::Whole(n), n.to_string()),
            Raw::Real(x) => self.scalar(raw.defined, ScalarKind::Real(x), x.to_string()),
            Raw::Text(text) => self.text(&text, raw.defined, at),
        };
        Node { at, value }
    }

    fn text(&mut self, text: &str, defined: Location, at: Pos) -> Value {
        let before = self.text_bytes;
        self.text_bytes += text.len();
        if self.text_bytes > MAX_TEXT_BYTES {
            if before <= MAX_TEXT_BYTES {
                self.faults.push((
                    at,
                    format!("aliases unfold to more than {MAX_TEXT_BYTES} bytes of text"),
                ));
            }
            return Value::Null;
        }
        Value::Scalar(Scalar {
            inset: self.inset(text, defined),
            text: text.to_owned(),
            kind: ScalarKind::Text,
        })
    }

    fn map(&mut self, pairs: Vec<(Spanned<Raw<'_>>, Spanned<Raw<'_>>)>) -> Map {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: BTreeMap<String, Pos> = BTreeMap::new();
        for (key, value) in pairs {
            let key_at = position(key.referenced);
            let Value::Scalar(Scalar { text: key, .. }) = self.node(key).value else {
                self.faults.push((key_at, "a key is one word".into()));
                continue;
            };
            if let Some((line, _)) = seen.get(&key) {
                self.faults
                    .push((key_at, format!("the key {key:?} stands on line {line} already")));
                continue;
            }
            seen.insert(key.clone(), key_at);
            entries.push(Entry { key, key_at, value: self.node(value) });
        }
        Map { entries, cut: Vec::new() }
    }

    /// A plain scalar as the source spells it, so that the text `0.10` does not become `0.1`.
    fn scalar(&self, defined: Location, kind: ScalarKind, canonical: String) -> Value {
        let spelled = || {
            let (from, length) = (defined.span().byte_offset()?, defined.span().byte_len()?);
            let from = usize::try_from(from).ok()?;
            let text =
                self.source.get(from..from.checked_add(usize::try_from(length).ok()?)?)?.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        Value::Scalar(Scalar { text: spelled().unwrap_or(canonical), kind, inset: Some(0) })
    }

    /// See [`Scalar::inset`].
    fn inset(&self, text: &str, defined: Location) -> Option<u32> {
        let from = usize::try_from(defined.span().byte_offset()?).ok()?;
        let written = self.source.get(from..)?;
        let after =
            |quote: &str| written.strip_prefix(quote).is_some_and(|rest| rest.starts_with(text));
        if after("") { Some(0) } else { (after("'") || after("\"")).then_some(1) }
    }
}
