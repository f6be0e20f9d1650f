//! Blast radius: what a step touches, and what cannot work without that.

use std::collections::BTreeSet;

use ir_core::docs::Profile;

/// `touched` in their order, each once, then every component that depends on one of them, directly or by way of others,
/// sorted.
pub fn blast_radius<'a>(
    profile: &'a Profile,
    touched: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let mut radius: Vec<&str> = Vec::new();
    for name in touched {
        if !radius.contains(&name) {
            radius.push(name);
        }
    }
    let mut dependents: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = dependents.len();
        for (name, component) in &profile.components {
            let hit = |d: &String| radius.contains(&d.as_str()) || dependents.contains(d.as_str());
            if !radius.contains(&name.as_str()) && component.depends.iter().any(hit) {
                dependents.insert(name);
            }
        }
        if dependents.len() == before {
            return radius.into_iter().chain(dependents).map(str::to_owned).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ir_core::docs::{Component, Profile, load_profile};
    use proptest::prelude::*;

    use super::blast_radius;

    fn profile(edges: &[(usize, usize)]) -> Profile {
        let mut profile = load_profile("p", "profile: 1\napp: {name: app}\n").unwrap();
        for n in 0..6 {
            let depends = edges
                .iter()
                .filter(|(from, _)| *from == n)
                .map(|(_, to)| format!("c{to}"))
                .collect();
            profile
                .components
                .insert(format!("c{n}"), Component { depends, ..Component::default() });
        }
        profile
    }

    #[test]
    fn touched_first_then_what_stands_on_them() {
        let profile = profile(&[(5, 4), (4, 3), (3, 0), (1, 0)]);
        assert_eq!(blast_radius(&profile, ["c4", "c3", "c4"]), ["c4", "c3", "c5"]);
        assert_eq!(blast_radius(&profile, ["c2"]), ["c2"]);
        assert!(blast_radius(&profile, []).is_empty());
    }

    /// `from` depends on `to`, followed step by step.
    fn reaches(edges: &[(usize, usize)], from: usize, to: usize, left: usize) -> bool {
        from == to
            || (left > 0
                && edges.iter().any(|(a, b)| *a == from && reaches(edges, *b, to, left - 1)))
    }

    proptest! {
        #[test]
        fn same_as_following_every_path(edges in prop::collection::vec((0..6_usize, 0..6_usize), 0..12), touched in prop::collection::btree_set(0..6_usize, 0..3)) {
            let names: Vec<String> = touched.iter().map(|n| format!("c{n}")).collect();
            let profile = profile(&edges);
            let found: BTreeSet<String> = blast_radius(&profile, names.iter().map(String::as_str)).into_iter().collect();
            let expected: BTreeSet<String> =
                (0..6).filter(|n| touched.iter().any(|t| reaches(&edges, *n, *t, 6))).map(|n| format!("c{n}")).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
