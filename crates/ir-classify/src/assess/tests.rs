use std::collections::BTreeSet;

use ir_core::docs::FACTS;
use ir_core::wire::{Category, Severity};
use proptest::prelude::*;

use super::assess;
use crate::facts::{Fact, Facts};
use crate::matrix::decisive;
use Category::{Availability, DataIntegrity, EventBus, Plugin, Security, TerminalUx};
use Severity::{P0, P1, P2, P3};

/// Facts by name and value.
type Said<'a> = &'a [(&'a str, &'a str)];

fn facts(said: Said<'_>, category: Category) -> Facts {
    let mut facts = Facts::default();
    for (n, (name, value)) in said.iter().enumerate() {
        facts.add(Fact::new(name, value).unwrap(), &format!("al-{n}"), Some(category));
    }
    facts
}

/// What alerts of a category say, what comes of it, and what stands at the head of "could be".
#[test]
fn doubt_raises_by_one_level_where_the_category_makes_it_plausible() {
    let cases: &[(Category, Said<'_>, Severity, &str)] = &[
        (Availability, &[], P2, "could be P0 if nothing works"),
        (Availability, &[("functionality", "none")], P3, "could be P0 if data are lost"),
        (Availability, &[("functionality", "minor")], P2, "could be P0 if data are lost"),
        (Availability, &[("performance", "degraded")], P1, "could be P0 if nothing works"),
        (Availability, &[("functionality", "total")], P0, ""),
        (Availability, &[("users", "some")], P1, "could be P0 if nothing works"),
        (Security, &[], P2, "could be P0 if a compromise is confirmed"),
        (
            Security,
            &[("security", "none"), ("functionality", "none")],
            P3,
            "could be P0 if data are lost",
        ),
        (Security, &[("functionality", "minor")], P1, "could be P0 if a compromise is confirmed"),
        (Security, &[("security", "suspected")], P1, "could be P0 if a compromise is confirmed"),
        (Security, &[("security", "confirmed")], P0, ""),
        (DataIntegrity, &[], P2, "could be P0 if data are lost"),
        (DataIntegrity, &[("functionality", "significant")], P1, "could be P0 if data are lost"),
        (
            DataIntegrity,
            &[("data", "suspect"), ("functionality", "none"), ("security", "none")],
            P1,
            "could be P0 if data are lost",
        ),
        (
            DataIntegrity,
            &[("data", "intact"), ("functionality", "minor"), ("workaround", "yes")],
            P2,
            "could be P0 if a compromise is confirmed",
        ),
        (
            Plugin,
            &[("functionality", "minor"), ("workaround", "no")],
            P1,
            "could be P0 if data are lost",
        ),
        (Plugin, &[("security", "suspected")], P1, "could be P0 if nothing works"),
        (EventBus, &[("performance", "normal")], P2, "could be P0 if nothing works"),
        (
            TerminalUx,
            &[("functionality", "none"), ("users", "none")],
            P3,
            "could be P0 if data are lost",
        ),
        (TerminalUx, &[("users", "none")], P2, "could be P0 if nothing works"),
    ];
    for (category, said, severity, could) in cases {
        let found = assess(&facts(said, *category), &BTreeSet::from([*category]));
        assert_eq!(found.severity, *severity, "{category} {said:?}");
        assert_eq!(
            found.could_be.first().map_or("", |c| c.note.as_str()),
            *could,
            "{category} {said:?}"
        );
    }
}

#[test]
fn every_fact_has_a_row_and_unknown_is_a_value() {
    let found = assess(
        &facts(&[("functionality", "minor")], Plugin),
        &BTreeSet::from([Plugin, DataIntegrity]),
    );
    let rows: Vec<_> =
        found.rationale.iter().map(|r| (r.factor.as_str(), r.value.as_str(), r.severity)).collect();
    assert_eq!(
        rows,
        [
            ("functionality", "minor", Some(P2)),
            ("performance", "unknown", None),
            ("workaround", "unknown", None),
            ("data", "unknown", Some(P1)),
            ("security", "unknown", None),
            ("users", "unknown", None),
        ]
    );
    assert_eq!(found.rationale[0].from, ["al-0"]);
    assert_eq!(
        found.rationale[3].note,
        "nobody has said, and it decides about data_integrity: raised from P2 to P1 until somebody knows"
    );
    let could: Vec<_> = found.could_be.iter().map(|c| c.note.as_str()).collect();
    assert_eq!(could, ["could be P0 if data are lost", "could be P0 if a compromise is confirmed"]);
}

fn any_facts() -> impl Strategy<Value = Vec<Fact>> {
    let one = (0..FACTS.len(), 0_usize..4)
        .prop_map(|(fact, value)| Fact { fact, value: value % FACTS[fact].1.len() });
    prop::collection::vec(one, 0..8)
}

fn any_categories() -> impl Strategy<Value = BTreeSet<Category>> {
    prop::collection::btree_set(prop::sample::select(Category::ALL), 1..4)
}

fn said(all: &[Fact]) -> Facts {
    let mut facts = Facts::default();
    for fact in all {
        facts.add(*fact, "al-1", None);
    }
    facts
}

proptest! {
    #[test]
    fn the_order_of_facts_does_not_matter(all in any_facts(), categories in any_categories()) {
        let mut turned = all.clone();
        turned.reverse();
        prop_assert_eq!(assess(&said(&all), &categories), assess(&said(&turned), &categories));
    }

    #[test]
    fn doubt_adds_one_level_at_most_and_never_makes_a_p0(all in any_facts(), categories in any_categories()) {
        let facts = said(&all);
        let (known, found) = (facts.severity(), assess(&facts, &categories).severity);
        prop_assert!(found <= known && known as u8 - found as u8 <= 1);
        prop_assert!(found > P0 || known == P0);
        let decided = categories.iter().all(|c| facts.word(decisive(*c)).is_some());
        prop_assert!(!decided || found == known);
    }

    #[test]
    fn what_could_be_would_be(all in any_facts(), categories in any_categories()) {
        let found = assess(&said(&all), &categories);
        for could in &found.could_be {
            prop_assert!(could.severity < found.severity);
            let mut more = all.clone();
            more.push(Fact::new(&could.fact, &could.value).unwrap());
            prop_assert_eq!(said(&more).severity(), could.severity);
        }
    }

    #[test]
    fn one_more_fact_lowers_nothing_but_doubt(all in any_facts(), more in any_facts(), categories in any_categories()) {
        let before = said(&all);
        let after = said(&[all, more].concat());
        prop_assert!(after.severity() <= before.severity());
        prop_assert!(assess(&after, &categories).severity <= before.severity());
    }

    #[test]
    fn one_more_category_never_lowers(all in any_facts(), some in any_categories(), more in any_categories()) {
        let facts = said(&all);
        let both: BTreeSet<_> = some.union(&more).copied().collect();
        prop_assert!(assess(&facts, &both).severity <= assess(&facts, &some).severity);
    }
}
