//! Typed values from a tree. Every fault says where it stands and by which path it was reached.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Expected, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{Entry, Node, Pos, Scalar, ScalarKind, Value};
use crate::docs::did_you_mean;

/// Why a value could not be read.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(super) message: String,
    /// Where; none until the node that it belongs to is known.
    pub(super) at: Option<Pos>,
    /// Entries and items from the root to the faulty node, the innermost first.
    pub(super) path: Vec<usize>,
    /// The key that the faulty map lacks.
    pub(super) missing: Option<&'static str>,
}

impl Fault {
    fn at(at: Pos, message: String) -> Self {
        Self { message, at: Some(at), path: Vec::new(), missing: None }
    }

    /// The fault as seen from a node's parent.
    fn inside(mut self, index: usize, at: Pos) -> Self {
        self.at.get_or_insert(at);
        self.path.push(index);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), at: None, path: Vec::new(), missing: None }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format!("expected {expected}, found {found}"))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format!("unknown key {field:?}{}", near_or_all(field, expected)))
    }

    fn unknown_variant(word: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format!("unknown word {word:?}{}", near_or_all(word, expected)))
    }

    fn missing_field(field: &'static str) -> Self {
        Self { missing: Some(field), ..Self::custom(format!("the key {field:?} is missing")) }
    }
}

fn near_or_all(word: &str, known: &[&str]) -> String {
    match did_you_mean(word, known.iter().copied()) {
        near if !near.is_empty() => near,
        _ if known.is_empty() => String::new(),
        _ => format!("; known here: {}", known.join(", ")),
    }
}

impl Node {
    fn expected<T>(&self, what: &str) -> Result<T, Fault> {
        Err(Fault::at(self.at, format!("expected {what}, found {}", self.what())))
    }

    fn scalar(&self, what: &str) -> Result<&Scalar, Fault> {
        match &self.value {
            Value::Scalar(scalar) => Ok(scalar),
            _ => self.expected(what),
        }
    }

    /// A number keeps its spelling as text; what YAML takes for true or false must be quoted to be text.
    fn text(&self) -> Result<&str, Fault> {
        let scalar = self.scalar("text")?;
        match scalar.kind {
            ScalarKind::Bool(b) => Err(Fault::at(
                self.at,
                format!("expected text, found {b}: write \"{b}\" in quotes if the word is meant"),
            )),
            _ => Ok(&scalar.text),
        }
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ty),+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match self.scalar("a whole number")?.kind {
                ScalarKind::Whole(n) => match <$type>::try_from(n) {
                    Ok(n) => visitor.$visit(n),
                    Err(_) => self.expected(&format!("a whole number from {} to {}", <$type>::MIN, <$type>::MAX)),
                },
                _ => self.expected("a whole number"),
            }
        }
    )+};
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Null => visitor.visit_unit(),
            Value::Seq(items) => visitor.visit_seq(Items { items, next: 0 }),
            Value::Map(map) => visitor.visit_map(Entries { entries: &map.entries, next: 0 }),
            Value::Scalar(s) => match s.kind {
                ScalarKind::Text => visitor.visit_borrowed_str(&s.text),
                ScalarKind::Bool(b) => visitor.visit_bool(b),
                ScalarKind::Whole(n) => match u64::try_from(n) {
                    Ok(n) => visitor.visit_u64(n),
                    Err(_) => visitor.visit_i128(n),
                },
                ScalarKind::Real(x) => visitor.visit_f64(x),
            },
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.scalar("true or false")?.kind {
            ScalarKind::Bool(b) => visitor.visit_bool(b),
            _ => self.expected("true or false"),
        }
    }

    whole_numbers! {
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.scalar("a number")?.kind {
            ScalarKind::Whole(n) => visitor.visit_f64(n as f64),
            ScalarKind::Real(x) => visitor.visit_f64(x),
            _ => self.expected("a number"),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Seq(items) => visitor.visit_seq(Items { items, next: 0 }),
            _ => self.expected("a list"),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Map(map) => visitor.visit_map(Entries { entries: &map.entries, next: 0 }),
            _ => self.expected("a map"),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Scalar(_) => {
                visitor.visit_enum(Choice { word: self.text()?, node: self, entry: None })
            }
            Value::Map(map) => match map.entries.as_slice() {
                [entry] => {
                    visitor.visit_enum(Choice { word: &entry.key, node: self, entry: Some(entry) })
                }
                [_, second, ..] => Err(Fault::at(
                    second.key_at,
                    format!("only one of {} may stand here", variants.join(", ")),
                )),
                [] => self.expected(&format!("one of {}", variants.join(", "))),
            },
            _ => self.expected(&format!("one of {}", variants.join(", "))),
        }
    }

    forward_to_deserialize_any! { char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any i128 u128 }
}

struct Items<'de> {
    items: &'de [Node],
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let index = self.next;
        let Some(item) = self.items.get(index) else { return Ok(None) };
        self.next += 1;
        seed.deserialize(item).map(Some).map_err(|fault| fault.inside(index, item.at))
    }
}

struct Entries<'de> {
    entries: &'de [Entry],
    next: usize,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let index = self.next;
        let Some(entry) = self.entries.get(index) else { return Ok(None) };
        self.next += 1;
        let key: StrDeserializer<'_, Fault> = StrDeserializer::new(&entry.key);
        seed.deserialize(key).map(Some).map_err(|fault| fault.inside(index, entry.key_at))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let index = self.next.saturating_sub(1);
        let entry = &self.entries[index];
        seed.deserialize(&entry.value).map_err(|fault| fault.inside(index, entry.value.at))
    }
}

/// One of several ways: a bare word, or a map of one entry.
struct Choice<'de> {
    word: &'de str,
    node: &'de Node,
    entry: Option<&'de Entry>,
}

impl<'de> EnumAccess<'de> for Choice<'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let at = self.entry.map_or(self.node.at, |entry| entry.key_at);
        let word: StrDeserializer<'_, Fault> = StrDeserializer::new(self.word);
        let value = seed.deserialize(word).map_err(|mut fault| {
            fault.at.get_or_insert(at);
            fault
        })?;
        Ok((value, self))
    }
}

impl<'de> VariantAccess<'de> for Choice<'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.entry {
            None => Ok(()),
            Some(entry) => {
                Err(Fault::at(entry.key_at, format!("write {} alone, without a value", self.word)))
            }
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        self.value(|node| seed.deserialize(node))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.value(|node| node.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.value(|node| node.deserialize_struct("", fields, visitor))
    }
}

impl<'de> Choice<'de> {
    fn value<T>(self, read: impl FnOnce(&'de Node) -> Result<T, Fault>) -> Result<T, Fault> {
        match self.entry {
            Some(entry) => read(&entry.value).map_err(|fault| fault.inside(0, entry.value.at)),
            None => Err(Fault::at(
                self.node.at,
                format!("{} needs a value: write `{}: …`", self.word, self.word),
            )),
        }
    }
}
