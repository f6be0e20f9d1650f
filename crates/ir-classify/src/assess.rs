//! From facts to a severity with its reasons, and what the unknown could still make of it.

use std::collections::BTreeSet;

use ir_core::docs::FACTS;
use ir_core::wire::{Category, CouldBe, Rationale, Severity};

use crate::facts::Facts;
use crate::matrix::{self, decisive, place, raised};

/// Values that say that somebody does not know yet.
const SUSPICIONS: &[&str] = &["suspect", "suspected"];

/// A severity and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assessment {
    /// What the known facts ask for, raised by one level where doubt is plausible.
    pub(crate) severity: Severity,
    /// A row for each fact, in the order of [`FACTS`].
    pub(crate) rationale: Vec<Rationale>,
    /// What unknown facts and suspicions could lead to, one entry a fact: the gravest first, and of equally grave ones
    /// those that the categories make plausible.
    pub(crate) could_be: Vec<CouldBe>,
}

/// Assesses the facts of an incident of these categories.
///
/// An unknown fact raises the severity only where it decides how grave an incident of one of the categories is, by one
/// level in all, and never to P0.
pub(crate) fn assess(facts: &Facts, categories: &BTreeSet<Category>) -> Assessment {
    let known = facts.severity();
    let doubts: BTreeSet<usize> = categories
        .iter()
        .map(|c| place(decisive(*c)))
        .filter(|fact| facts.get(*fact).is_none())
        .collect();
    let severity = if doubts.is_empty() { known } else { raised(known) };
    let cells = facts.cells();
    let rationale =
        FACTS.iter().enumerate().map(|(fact, (name, _))| match (&cells[fact], facts.from(fact)) {
            (Some(cell), Some(from)) => {
                let more = if from.more() > 0 {
                    format!(", as {} more alerts say", from.more())
                } else {
                    String::new()
                };
                row(
                    name,
                    cell.value,
                    cell.asks,
                    from.listed().to_vec(),
                    format!("{}{more}", cell.why),
                )
            }
            _ if doubts.contains(&fact) => {
                let (asks, note) = doubt(categories, fact, known, severity);
                row(name, UNKNOWN, asks, Vec::new(), note)
            }
            _ => row(name, UNKNOWN, None, Vec::new(), "nobody has said".into()),
        });
    let decisive = categories.iter().map(|c| decisive(*c)).collect();
    Assessment {
        severity,
        rationale: rationale.collect(),
        could_be: could_be(facts, severity, &decisive),
    }
}

/// The value of a factor that nobody knows.
pub(crate) const UNKNOWN: &str = "unknown";

pub(crate) fn row(
    factor: &str,
    value: &str,
    severity: Option<Severity>,
    from: Vec<String>,
    note: String,
) -> Rationale {
    Rationale { factor: factor.into(), value: value.into(), severity, from, note }
}

fn doubt(
    categories: &BTreeSet<Category>,
    fact: usize,
    known: Severity,
    severity: Severity,
) -> (Option<Severity>, String) {
    let kinds: Vec<_> =
        categories.iter().filter(|c| place(decisive(**c)) == fact).map(|c| c.word()).collect();
    let kinds = kinds.join(", ");
    if severity < known {
        (
            Some(severity),
            format!(
                "nobody has said, and it decides about {kinds}: raised from {known} to {severity} until somebody knows"
            ),
        )
    } else {
        (None, format!("nobody has said, and it decides about {kinds}; doubt raises to P1 at most"))
    }
}

fn could_be(facts: &Facts, severity: Severity, decisive: &BTreeSet<&str>) -> Vec<CouldBe> {
    let mut found = Vec::new();
    for (fact, (name, words)) in FACTS.iter().enumerate() {
        let open = facts.get(fact).is_none_or(|f| SUSPICIONS.contains(&f.word()));
        if !open {
            continue;
        }
        let from = facts.get(fact).map_or(0, |f| f.value + 1);
        // Of several values that lead equally far, the least grave: the list is ordered.
        let worst = (from..words.len()).map(|value| {
            let mut values = facts.values();
            values[fact] = Some(value);
            (matrix::severity(&values, facts.by_plugin() && facts.get(fact).is_some()), value)
        });
        if let Some((graver, value)) = worst.min().filter(|(graver, _)| *graver < severity) {
            let word = words[value];
            let note = format!("could be {graver} if {}", condition(name, word));
            found.push(CouldBe {
                severity: graver,
                fact: (*name).into(),
                value: word.into(),
                note,
            });
        }
    }
    let plausible =
        |c: &CouldBe| decisive.contains(c.fact.as_str()) || facts.word(&c.fact).is_some();
    found.sort_by_key(|c| (c.severity, !plausible(c)));
    found
}

fn condition(fact: &str, value: &str) -> String {
    match (fact, value) {
        ("functionality", "total") => "nothing works".into(),
        ("workaround", "no") => "there is no workaround".into(),
        ("users", _) => format!("{value} users are affected"),
        ("security", "confirmed") => "a compromise is confirmed".into(),
        ("security", _) => format!("a compromise is {value}"),
        ("data", _) => format!("data are {value}"),
        _ => format!("{fact} is {value}"),
    }
}

#[cfg(test)]
mod tests;
