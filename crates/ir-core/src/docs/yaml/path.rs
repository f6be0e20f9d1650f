//! Paths such as `events[3].match` or `overrides.application_health.eventbus_queue_depth`.

use super::{Node, Pos, Value};

/// What a path leads to.
pub(crate) struct Found<'a> {
    /// The entry's key; none for items of a list and the root.
    key_at: Option<Pos>,
    node: &'a Node,
}

impl Found<'_> {
    /// Where the value begins. A map or list that begins on a line below its key is said to stand at the key.
    pub(crate) fn at(&self) -> Pos {
        match (&self.node.value, self.key_at) {
            (Value::Scalar(_), _) | (_, None) => self.node.at,
            (_, Some(key)) => key,
        }
    }

    /// Where the entry's key stands, or the item begins.
    pub(crate) fn key(&self) -> Pos {
        self.key_at.unwrap_or(self.node.at)
    }

    /// Where character `column` (from 1) of the value's text stands; the value's beginning where that cannot be told.
    pub(crate) fn column(&self, column: u32) -> Pos {
        let (line, col) = self.at();
        match &self.node.value {
            Value::Scalar(s) => match s.inset {
                Some(inset) => {
                    (line, col.saturating_add(inset).saturating_add(column.saturating_sub(1)))
                }
                None => (line, col),
            },
            _ => (line, col),
        }
    }
}

impl Node {
    /// The node at `path`: keys joined by dots (keys may hold dots themselves), `[N]` for the item number N from 0.
    pub(crate) fn find(&self, path: &str) -> Option<Found<'_>> {
        self.walk(path, None)
    }

    fn walk(&self, path: &str, key_at: Option<Pos>) -> Option<Found<'_>> {
        if path.is_empty() {
            return Some(Found { key_at, node: self });
        }
        if let Some(rest) = path.strip_prefix('[') {
            let (index, rest) = rest.split_once(']')?;
            let Value::Seq(items) = &self.value else { return None };
            return items.get(index.parse::<usize>().ok()?)?.walk(rest, None);
        }
        let Value::Map(map) = &self.value else { return None };
        let path = path.strip_prefix('.').unwrap_or(path);
        let mut fitting: Vec<_> = map
            .entries
            .iter()
            .filter_map(|entry| {
                let rest = path.strip_prefix(entry.key.as_str())?;
                (rest.is_empty() || rest.starts_with(['.', '['])).then_some((entry, rest))
            })
            .collect();
        // A key with a dot in it goes before a shorter one that is its head.
        fitting.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.key.len()));
        fitting.into_iter().find_map(|(entry, rest)| entry.value.walk(rest, Some(entry.key_at)))
    }
}
