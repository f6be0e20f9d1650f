//! What the incident may yet lead to, and how the parts stand that the procedure asks about by name.
//!
//! These rows explain; they ask for no severity. What nobody knows is `unknown`: no alert is no proof.

use std::collections::BTreeSet;

use ir_core::docs::Profile;
use ir_core::wire::{CouldBe, Rationale};

use crate::assess::{UNKNOWN, row};
use crate::case::Part;
use crate::facts::Facts;
use crate::matrix::place;

/// The procedure's factors of step 1.2 that one component of the application stands for.
const FACTORS: &[(&str, &str)] = &[
    ("event_bus_communication", "event_bus"),
    ("plugin_system_stability", "plugin_system"),
    ("terminal_responsiveness", "terminal_ui"),
    ("state_persistence_integrity", "state_db"),
];

/// The four potential impacts, then the application's factors as far as its profile knows the component.
pub(crate) fn rows(
    facts: &Facts,
    could_be: &[CouldBe],
    parts: &[Part],
    profile: &Profile,
) -> Vec<Rationale> {
    let mut rows = vec![
        escalation(could_be, parts, profile),
        continuity(facts),
        trust(facts),
        compliance(facts),
    ];
    rows.extend(
        FACTORS
            .iter()
            .filter(|(_, c)| profile.components.contains_key(*c))
            .map(|(f, c)| factor(f, c, parts, profile)),
    );
    rows
}

/// Components that cannot work without one of `broken`, directly or by way of others; not those themselves.
fn dependents<'p>(profile: &'p Profile, broken: &BTreeSet<&str>) -> BTreeSet<&'p str> {
    let mut found: BTreeSet<&'p str> = BTreeSet::new();
    loop {
        let before = found.len();
        for (name, component) in &profile.components {
            let stands_on = |d: &String| broken.contains(d.as_str()) || found.contains(d.as_str());
            if !broken.contains(name.as_str()) && component.depends.iter().any(stands_on) {
                found.insert(name);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

fn escalation(could_be: &[CouldBe], parts: &[Part], profile: &Profile) -> Rationale {
    let broken: BTreeSet<&str> = parts.iter().map(|p| p.name.as_str()).collect();
    let next: Vec<&str> = dependents(profile, &broken).into_iter().collect();
    let mut scenarios: Vec<String> = could_be.first().map(|c| c.note.clone()).into_iter().collect();
    let from = if next.is_empty() {
        Vec::new()
    } else {
        scenarios.push(format!(
            "{} {} on what is affected",
            next.join(", "),
            if next.len() == 1 { "depends" } else { "depend" }
        ));
        parts.first().map(|p| p.from.listed().to_vec()).unwrap_or_default()
    };
    if scenarios.is_empty() {
        return row(
            "escalation",
            "none_known",
            None,
            from,
            "nothing known could make it graver".into(),
        );
    }
    row("escalation", "possible", None, from, scenarios.join("; "))
}

/// Ids of those who said these facts.
fn from(facts: &Facts, names: &[&str]) -> Vec<String> {
    let ids: BTreeSet<&String> =
        names.iter().filter_map(|n| facts.from(place(n))).flat_map(|ids| ids.listed()).collect();
    ids.into_iter().cloned().collect()
}

fn continuity(facts: &Facts) -> Rationale {
    let functionality = facts.word("functionality");
    let slow = facts.word("performance") == Some("degraded");
    let (value, note, of): (&str, &str, &[&str]) = match functionality {
        Some("total") => ("interrupted", "no work is possible", &["functionality"]),
        Some("significant") => ("impaired", "work goes on in part", &["functionality"]),
        _ if slow => ("impaired", "work goes on slowly", &["performance"]),
        Some(_) => ("maintained", "work goes on", &["functionality"]),
        None => (UNKNOWN, "what still works is not known", &[]),
    };
    row("business_continuity", value, None, from(facts, of), note.into())
}

fn trust(facts: &Facts) -> Rationale {
    let is = |fact, words: &[&str]| facts.word(fact).is_some_and(|w| words.contains(&w));
    let harmed = is("data", &["lost"]) || is("security", &["confirmed"]);
    let outage = is("functionality", &["significant", "total"]) && is("users", &["most", "all"]);
    let (value, note, of): (&str, &str, &[&str]) = match () {
        () if harmed => {
            ("at_risk", "what users entrusted to the application is harmed", &["data", "security"])
        }
        () if outage => ("at_risk", "many users cannot do their work", &["functionality", "users"]),
        () if is("users", &["none"]) && is("data", &["intact"]) && is("security", &["none"]) => (
            "not_at_risk",
            "no user is affected, data and security are in order",
            &["users", "data", "security"],
        ),
        () => (UNKNOWN, "users, data and security are not all known", &[]),
    };
    row("customer_trust", value, None, from(facts, of), note.into())
}

fn compliance(facts: &Facts) -> Rationale {
    let of = &["data", "security"];
    let (value, note) = match (facts.word("data"), facts.word("security")) {
        (Some("lost"), _) | (_, Some("confirmed")) => ("to_review", "check duties to notify"),
        (Some("suspect"), _) | (_, Some("suspected")) => {
            ("possible", "duties to notify arise if the suspicion holds")
        }
        (Some("intact"), Some("none")) => ("none_known", "data and security are in order"),
        _ => {
            return row(
                "compliance",
                UNKNOWN,
                None,
                Vec::new(),
                "data and security are not both known".into(),
            );
        }
    };
    row("compliance", value, None, from(facts, of), note.into())
}

fn factor(factor: &str, component: &str, parts: &[Part], profile: &Profile) -> Rationale {
    if let Some(part) = parts.iter().find(|p| p.name == component) {
        return row(
            factor,
            "affected",
            None,
            part.from.listed().to_vec(),
            format!("alerts name {component}"),
        );
    }
    let below = parts
        .iter()
        .find(|p| dependents(profile, &BTreeSet::from([p.name.as_str()])).contains(component));
    match below {
        Some(part) => {
            let note = format!("{component} depends on {}, which is affected", part.name);
            row(factor, "at_risk", None, part.from.listed().to_vec(), note)
        }
        None => row(
            factor,
            UNKNOWN,
            None,
            Vec::new(),
            format!("no alert names {component}, which proves nothing"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use ir_core::docs::{Profile, load_profile};
    use ir_core::wire::Severity;

    use super::rows;
    use crate::assess::assess;
    use crate::case::Part;
    use crate::facts::{Fact, Facts};

    fn profile() -> Profile {
        let text = "profile: 1\napp: {name: app}\ncomponents:\n  storage: {about: x}\n  state_db: {about: x, depends: [storage]}\n  \
                    llm: {about: x, depends: [state_db]}\n  event_bus: {about: x}\n  terminal_ui: {about: x, depends: [llm, event_bus]}\n";
        load_profile("p", text).unwrap()
    }

    fn said(facts: &[(&str, &str)]) -> Facts {
        let mut all = Facts::default();
        for (name, value) in facts {
            all.add(Fact::new(name, value).unwrap(), &format!("al-{name}"), None);
        }
        all
    }

    fn values(facts: &Facts, parts: &[&str]) -> Vec<(String, String)> {
        let parts: Vec<Part> =
            parts.iter().map(|name| Part::new(name, "al-1", Severity::P2)).collect();
        let could_be = assess(facts, &[].into()).could_be;
        rows(facts, &could_be, &parts, &profile())
            .into_iter()
            .map(|r| (r.factor, r.value))
            .collect()
    }

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn nothing_known_is_said_to_be_unknown() {
        let expected = pairs(&[
            ("escalation", "possible"),
            ("business_continuity", "unknown"),
            ("customer_trust", "unknown"),
            ("compliance", "unknown"),
            ("event_bus_communication", "unknown"),
            ("terminal_responsiveness", "unknown"),
            ("state_persistence_integrity", "unknown"),
        ]);
        assert_eq!(values(&said(&[]), &[]), expected);
    }

    #[test]
    fn what_stands_on_an_affected_component_is_at_risk() {
        let found = values(&said(&[]), &["storage"]);
        assert_eq!(
            found[4..],
            pairs(&[
                ("event_bus_communication", "unknown"),
                ("terminal_responsiveness", "at_risk"),
                ("state_persistence_integrity", "at_risk"),
            ])
        );
        let found = values(&said(&[]), &["event_bus", "state_db"]);
        assert_eq!(
            found[4..],
            pairs(&[
                ("event_bus_communication", "affected"),
                ("terminal_responsiveness", "at_risk"),
                ("state_persistence_integrity", "affected"),
            ])
        );
    }

    #[test]
    fn facts_decide_about_continuity_trust_and_compliance() {
        for (facts, continuity, trust, compliance) in [
            (
                &[("functionality", "total"), ("users", "all")][..],
                "interrupted",
                "at_risk",
                "unknown",
            ),
            (
                &[("functionality", "significant"), ("users", "some")],
                "impaired",
                "unknown",
                "unknown",
            ),
            (
                &[("functionality", "minor"), ("performance", "degraded")],
                "impaired",
                "unknown",
                "unknown",
            ),
            (&[("functionality", "minor"), ("data", "lost")], "maintained", "at_risk", "to_review"),
            (&[("security", "confirmed"), ("data", "intact")], "unknown", "at_risk", "to_review"),
            (&[("security", "suspected"), ("data", "intact")], "unknown", "unknown", "possible"),
            (
                &[("security", "none"), ("data", "intact"), ("users", "none")],
                "unknown",
                "not_at_risk",
                "none_known",
            ),
        ] {
            let found = values(&said(facts), &[]);
            let found: Vec<_> = found[1..4].iter().map(|(_, v)| v.as_str()).collect();
            assert_eq!(found, [continuity, trust, compliance], "{facts:?}");
        }
    }
}
