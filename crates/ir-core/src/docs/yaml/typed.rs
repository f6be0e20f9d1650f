//! All faults of a document at once: what is faulty is noted, cut out, and the rest is read on.

use serde::de::DeserializeOwned;

use super::{Node, Value};
use crate::docs::DocError;

/// A document with more faults than this is not read on.
const MAX_FAULTS: usize = 100;

/// A value of type `T` from the tree.
///
/// # Errors
/// Every unknown key, missing key, unknown word and value of a wrong type, in the order of the document.
pub(crate) fn typed<T: DeserializeOwned>(file: &str, tree: &Node) -> Result<T, Vec<DocError>> {
    let mut rest = tree.clone();
    let mut faults = Vec::new();
    while faults.len() < MAX_FAULTS {
        let fault = match T::deserialize(&rest) {
            Ok(value) if faults.is_empty() => return Ok(value),
            Ok(_) => break,
            Err(fault) => fault,
        };
        let path: Vec<usize> = fault.path.iter().rev().copied().collect();
        // What a cut made missing was reported when it was cut.
        let reported = rest.at_path(&path).is_some_and(|node| {
            fault.missing.map_or_else(|| node.is_emptied(), |key| node.lost(key))
        });
        if !reported {
            let (line, col) = fault.at.unwrap_or(rest.at);
            faults.push(DocError { file: file.to_owned(), line, col, message: fault.message });
        }
        if !rest.cut(&path) {
            break;
        }
    }
    faults.sort_by_key(|fault| (fault.line, fault.col));
    Err(faults)
}

impl Node {
    fn at_path(&self, path: &[usize]) -> Option<&Self> {
        path.iter().try_fold(self, |node, &index| match &node.value {
            Value::Seq(items) => items.get(index),
            Value::Map(map) => map.entries.get(index).map(|entry| &entry.value),
            Value::Null | Value::Scalar(_) => None,
        })
    }

    fn lost(&self, key: &str) -> bool {
        matches!(&self.value, Value::Map(map) if map.cut.iter().any(|cut| cut == key))
    }

    /// All that it had was cut out.
    fn is_emptied(&self) -> bool {
        matches!(&self.value, Value::Map(map) if map.entries.is_empty() && !map.cut.is_empty())
    }

    /// Takes out the entry or item at `path`; false for the root and where there is none.
    fn cut(&mut self, path: &[usize]) -> bool {
        let Some((&index, rest)) = path.split_first() else { return false };
        match &mut self.value {
            Value::Seq(items) if index < items.len() => {
                if !rest.is_empty() {
                    return items[index].cut(rest);
                }
                items.remove(index);
                true
            }
            Value::Map(map) if index < map.entries.len() => {
                if !rest.is_empty() {
                    return map.entries[index].value.cut(rest);
                }
                let entry = map.entries.remove(index);
                map.cut.push(entry.key);
                true
            }
            _ => false,
        }
    }
}
