//! Short references: the beginning of an id that no other id of the report shares.

use std::collections::BTreeMap;

/// Characters that a reference has at least: the prefix of an id, its dash and four digits.
const LEAST: usize = 7;

/// The ids of a report and their short forms.
#[derive(Debug, Default)]
pub(crate) struct Refs {
    /// Length of the short form, and the place in the order of ids.
    short: BTreeMap<String, (usize, usize)>,
}

impl Refs {
    /// Short forms of `ids`, repeated ones or not.
    pub(crate) fn new<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        let mut short: BTreeMap<String, (usize, usize)> =
            ids.into_iter().map(|id| (id.to_owned(), (0, 0))).collect();
        // In sorted order the neighbours share the longest beginnings.
        let sorted: Vec<String> = short.keys().cloned().collect();
        let shared =
            |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
        for (i, (id, found)) in short.iter_mut().enumerate() {
            let before =
                i.checked_sub(1).and_then(|i| sorted.get(i)).map_or(0, |other| shared(id, other));
            let after = sorted.get(i + 1).map_or(0, |other| shared(id, other));
            let needed = (before.max(after) + 1).max(LEAST);
            let length = id.char_indices().nth(needed).map_or(id.len(), |(at, _)| at);
            *found = (length, i);
        }
        Self { short }
    }

    /// The short form; an id that is not of this report stays whole.
    pub(crate) fn short<'a>(&self, id: &'a str) -> &'a str {
        &id[..self.short.get(id).map_or(id.len(), |found| found.0)]
    }

    /// Its place among all ids, from 0; none if it is not of this report.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.short.get(id).map(|found| found.1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Refs;

    #[test]
    fn references_are_short_where_they_can_be() {
        let refs = Refs::new(["al-4b1c0f7d9e2a6c55", "al-4b1c0f7d00000000", "ev-00", "é-ééééééé"]);
        let short = |id| refs.short(id);
        assert_eq!(short("al-4b1c0f7d9e2a6c55"), "al-4b1c0f7d9");
        assert_eq!(short("al-4b1c0f7d00000000"), "al-4b1c0f7d0");
        assert_eq!(short("ev-00"), "ev-00");
        assert_eq!(short("é-ééééééé"), "é-ééééé");
        assert_eq!(short("not of this report"), "not of this report");
    }

    proptest! {
        /// Against brute force: unique, a beginning of its id, and no shorter than needed.
        #[test]
        fn references_are_unique_beginnings(ids in prop::collection::btree_set("[ab]{0,3}-?[ab]{0,9}", 0..12)) {
            let refs = Refs::new(ids.iter().map(String::as_str));
            for id in &ids {
                let short = refs.short(id);
                prop_assert!(id.starts_with(short));
                let others = ids.iter().filter(|other| *other != id);
                // A whole id may be the beginning of another one; a shortened one never is.
                prop_assert!(short == id || others.clone().all(|other| !other.starts_with(short)));
                if short.len() > 7 {
                    prop_assert!(others.clone().any(|other| other.starts_with(&short[..short.len() - 1])));
                }
            }
        }
    }
}
