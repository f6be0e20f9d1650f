//! A YAML document as a tree whose every node knows where it stands, and typed values read from it.

mod de;
mod parse;
mod path;
mod typed;

pub(crate) use parse::parse;
pub(crate) use path::Found;
pub(crate) use typed::typed;

/// Where a node begins: line and column in characters, both from 1.
pub(crate) type Pos = (u32, u32);

/// One node.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: Pos,
    pub(crate) value: Value,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Nothing: an empty value, `~` or `null`.
    Null,
    Scalar(Scalar),
    Seq(Vec<Node>),
    Map(Map),
}

/// A scalar: its text as written (quotes and folding undone) and what it is without a type to read it by.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    pub(crate) kind: ScalarKind,
    /// How many columns after the node's own the text begins; none where text and source differ (block scalars, escapes).
    pub(crate) inset: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ScalarKind {
    Text,
    Bool(bool),
    Whole(i128),
    Real(f64),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Map {
    pub(crate) entries: Vec<Entry>,
    /// Keys of entries that were cut out because their value was faulty.
    cut: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_at: Pos,
    pub(crate) value: Node,
}

impl Node {
    /// What it is, for people.
    fn what(&self) -> String {
        match &self.value {
            Value::Null => "nothing".into(),
            Value::Seq(_) => "a list".into(),
            Value::Map(_) => "a map".into(),
            Value::Scalar(s) => match s.kind {
                ScalarKind::Text => format!("the text {:?}", shortened(&s.text)),
                ScalarKind::Bool(b) => b.to_string(),
                ScalarKind::Whole(_) | ScalarKind::Real(_) => {
                    format!("the number {}", shortened(&s.text))
                }
            },
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
