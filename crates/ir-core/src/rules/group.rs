//! What a rule is evaluated separately by.

use std::collections::BTreeMap;

/// Labels and their values. Empty: the whole, or what has none of the labels.
pub type Group = BTreeMap<String, String>;

/// A rule has at most this many groups at a time; what comes beyond them shares one more.
pub(super) const MOST_GROUPS: usize = 10_000;
/// The value of every label in that one group.
pub(super) const OTHER: &str = "…other";
/// A rule is evaluated by at most this many labels.
pub(super) const MOST_LABELS: usize = 4;
/// Values are cut to this length in bytes: they come from the input and are kept as long as their group.
const LONGEST_VALUE: usize = 256;

/// The labels `by` of an occurrence that has `labels`; a label that is missing or empty is left out.
pub(super) fn project(by: &[String], labels: &Group) -> Group {
    by.iter()
        .filter_map(|label| {
            Some((label.clone(), cut(labels.get(label).filter(|value| !value.is_empty())?)))
        })
        .collect()
}

/// All labels of a sample, which tell its series.
pub(super) fn series(labels: &Group) -> Group {
    labels
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| (cut(label), cut(value)))
        .collect()
}

fn cut(text: &str) -> String {
    let end = (0..=LONGEST_VALUE.min(text.len()))
        .rev()
        .find(|&end| text.is_char_boundary(end))
        .unwrap_or(0);
    text[..end].to_owned()
}

/// Whether what happened to `general` counts for `special`: it has no label that `special` has otherwise.
pub(super) fn counts_for(general: &Group, special: &Group) -> bool {
    general.iter().all(|(label, value)| special.get(label) == Some(value))
}

/// Every group whose occurrences count for `group`: itself and all with fewer of its labels.
pub(super) fn parts(group: &Group) -> impl Iterator<Item = Group> + '_ {
    (0u32..1 << group.len().min(MOST_LABELS)).map(move |mask| {
        let kept = group.iter().enumerate().filter(move |(i, _)| mask >> i & 1 == 1);
        kept.map(|(_, (label, value))| (label.clone(), value.clone())).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{Group, counts_for, parts, project, series};

    fn group(pairs: &[(&str, &str)]) -> Group {
        pairs.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn occurrences_count_for_the_groups_that_do_not_contradict_them() {
        let by = ["plugin".to_owned(), "hook".to_owned()];
        let demo = project(&by, &group(&[("plugin", "demo"), ("hook", ""), ("file", "x")]));
        assert_eq!(demo, group(&[("plugin", "demo")]), "an empty label is none");
        let whole = group(&[("plugin", "demo"), ("hook", "on_input")]);
        assert!(counts_for(&demo, &whole) && counts_for(&Group::new(), &whole));
        assert!(!counts_for(&whole, &demo) && !counts_for(&group(&[("plugin", "other")]), &whole));
        assert_eq!(parts(&whole).count(), 4);
        assert!(parts(&whole).all(|part| counts_for(&part, &whole)));
    }

    #[test]
    fn hostile_values_are_cut_at_a_character() {
        let long = "é".repeat(10_000);
        let cut = project(&["plugin".into()], &group(&[("plugin", &long)]));
        assert_eq!(cut["plugin"].len(), 256);
        assert_eq!(series(&group(&[("a", &long), ("b", "")])).len(), 1);
    }
}
