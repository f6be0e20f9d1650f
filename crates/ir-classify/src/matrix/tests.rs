use ir_core::docs::FACTS;
use ir_core::wire::{Category, Severity};
use proptest::prelude::*;

use super::{MATRIX, MINOR_WITHOUT_WORKAROUND, Values, decisive, place, severity};
use Severity::{P0, P1, P2, P3};

/// Facts by name and value.
type Said<'a> = &'a [(&'a str, &'a str)];

fn values(facts: Said<'_>) -> Values {
    let mut values = Values::default();
    for (name, word) in facts {
        let (fact, (_, words)) = FACTS.iter().enumerate().find(|(_, (n, _))| n == name).unwrap();
        values[fact] = Some(words.iter().position(|w| w == word).unwrap());
    }
    values
}

#[test]
fn every_cell_says_what_the_procedure_says() {
    let expected = [
        ("functionality", "none", Some(P3)),
        ("functionality", "minor", Some(P2)),
        ("functionality", "significant", Some(P1)),
        ("functionality", "total", Some(P0)),
        ("performance", "normal", None),
        ("performance", "degraded", Some(P1)),
        ("workaround", "yes", Some(P2)),
        ("workaround", "no", Some(P2)),
        ("data", "intact", None),
        ("data", "suspect", Some(P1)),
        ("data", "lost", Some(P0)),
        ("security", "none", None),
        ("security", "suspected", Some(P1)),
        ("security", "confirmed", Some(P0)),
        ("users", "none", Some(P3)),
        ("users", "some", Some(P2)),
        ("users", "most", Some(P2)),
        ("users", "all", Some(P2)),
    ];
    let cells: Vec<_> = MATRIX.iter().map(|c| (c.fact, c.value, c.asks)).collect();
    assert_eq!(cells, expected);
    let all: Vec<_> =
        FACTS.iter().flat_map(|(fact, words)| words.iter().map(move |w| (*fact, *w))).collect();
    assert_eq!(
        cells.iter().map(|c| (c.0, c.1)).collect::<Vec<_>>(),
        all,
        "one cell for every value of every fact"
    );
}

#[test]
fn graver_values_never_ask_for_less() {
    for (fact, words) in FACTS {
        let asks: Vec<_> = words.iter().map(|w| severity(&values(&[(fact, w)]), false)).collect();
        assert!(asks.is_sorted_by(|a, b| a >= b), "{fact}: {asks:?}");
    }
}

/// Sets of facts and what the procedure's table makes of them.
#[test]
fn sets_of_facts() {
    let cases: &[(&str, Said<'_>, Severity)] = &[
        ("nothing is known", &[], P3),
        ("complete outage", &[("functionality", "total"), ("users", "all")], P0),
        (
            "outage that can be worked around is an outage",
            &[("functionality", "total"), ("workaround", "yes")],
            P0,
        ),
        (
            "outage for some users is an outage",
            &[("functionality", "total"), ("users", "some")],
            P0,
        ),
        (
            "data breach with everything working",
            &[("data", "lost"), ("functionality", "none"), ("users", "none")],
            P0,
        ),
        (
            "compromise that nobody notices",
            &[("security", "confirmed"), ("functionality", "none"), ("users", "none")],
            P0,
        ),
        (
            "significant functionality",
            &[("functionality", "significant"), ("data", "intact"), ("security", "none")],
            P1,
        ),
        (
            "significant functionality with a workaround",
            &[("functionality", "significant"), ("workaround", "yes")],
            P1,
        ),
        ("slow", &[("performance", "degraded"), ("functionality", "none"), ("users", "some")], P1),
        (
            "data in doubt",
            &[("data", "suspect"), ("functionality", "minor"), ("workaround", "yes")],
            P1,
        ),
        ("compromise suspected", &[("security", "suspected"), ("functionality", "none")], P1),
        (
            "minor function, workaround",
            &[("functionality", "minor"), ("workaround", "yes"), ("users", "all")],
            P2,
        ),
        (
            "minor function, workaround not known",
            &[("functionality", "minor"), ("users", "some")],
            P2,
        ),
        ("minor function, no workaround", &[("functionality", "minor"), ("workaround", "no")], P1),
        ("users are hit, nobody knows by what", &[("users", "most")], P2),
        (
            "cosmetic",
            &[("functionality", "none"), ("performance", "normal"), ("users", "none")],
            P3,
        ),
        (
            "cosmetic and known to be harmless",
            &[("users", "none"), ("data", "intact"), ("security", "none")],
            P3,
        ),
        (
            "no workaround, but no function affected either",
            &[("functionality", "none"), ("workaround", "no")],
            P2,
        ),
        (
            "everything at once",
            &[
                ("functionality", "minor"),
                ("performance", "degraded"),
                ("data", "lost"),
                ("security", "suspected"),
            ],
            P0,
        ),
    ];
    for (name, facts, expected) in cases {
        assert_eq!(severity(&values(facts), false), *expected, "{name}");
    }
    assert_eq!(MINOR_WITHOUT_WORKAROUND.asks, Some(P1));
}

#[test]
fn a_plugin_under_suspicion_adds_one_level_at_most() {
    for (facts, expected) in [
        (&[("security", "suspected")][..], P2),
        (&[("security", "suspected"), ("functionality", "none")], P2),
        (&[("security", "suspected"), ("functionality", "minor")], P1),
        (&[("security", "suspected"), ("functionality", "significant")], P1),
        (&[("security", "suspected"), ("functionality", "total")], P0),
        (&[("security", "confirmed")], P0),
    ] {
        assert_eq!(severity(&values(facts), true), expected, "{facts:?}");
    }
}

#[test]
fn every_category_has_a_decisive_fact() {
    for category in Category::ALL {
        let fact = decisive(*category);
        assert_eq!(FACTS[place(fact)].0, fact);
    }
}

fn any_values() -> impl Strategy<Value = Values> {
    prop::array::uniform6(prop::option::of(0_usize..4))
        .prop_map(|picks| std::array::from_fn(|fact| picks[fact].map(|p| p % FACTS[fact].1.len())))
}

proptest! {
    #[test]
    fn one_more_or_graver_fact_never_lowers(base in any_values(), fact in 0..FACTS.len(), up in 0_usize..4, by_plugin: bool) {
        let mut graver = base;
        let at_least = base[fact].unwrap_or(0);
        graver[fact] = Some((at_least + up).min(FACTS[fact].1.len() - 1));
        prop_assert!(severity(&graver, by_plugin) <= severity(&base, by_plugin));
        prop_assert!(severity(&base, false) <= severity(&base, true));
    }
}
