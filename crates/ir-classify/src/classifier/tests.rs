use std::collections::BTreeMap;
use std::sync::LazyLock;

use ir_core::builtin;
use ir_core::docs::{Profile, Sop, load_profile};
use ir_core::wire::{Alert, AlertState, Category, DocRef, MAX_RECORD_BYTES, Severity, Time};
use proptest::prelude::*;

use super::{Change, Classifier};
use crate::{Arrival, Fact, Facts, Profiles};
use Severity::{P0, P1, P2, P3};

const PROFILE: &str = "profile: 1
app: {name: shop}
components:
  storage: {about: disks}
  state_db: {about: state, depends: [storage], skills: [sqlite]}
  event_bus: {about: bus, skills: [async]}
  plugin_system: {about: plugins, depends: [event_bus], skills: [async, packaging]}
";

static DOCUMENTS: LazyLock<(Sop, Profile)> =
    LazyLock::new(|| (builtin::sop().unwrap().doc, load_profile("shop", PROFILE).unwrap()));

fn classifier(given: &[&str]) -> Classifier {
    let (sop, profile) = DOCUMENTS.clone();
    let reference = DocRef { name: "shop".into(), sha256: String::new(), from: "shop.yaml".into() };
    let given: Vec<Fact> = given.iter().map(|f| f.parse().unwrap()).collect();
    Classifier::new(
        sop,
        Profiles::new(profile, reference, true),
        1800.0,
        Facts::given(&given).unwrap(),
    )
    .unwrap()
}

fn minute(minute: i64) -> Time {
    Time::from_millis(1_795_420_800_000 + minute * 60_000).unwrap()
}

/// An alert that fires: id, minute, rule, category, facts.
fn alert(id: &str, at: i64, rule: &str, category: Category, facts: &[(&str, &str)]) -> Arrival {
    Arrival {
        id: id.into(),
        host: None,
        time: Some(minute(at)),
        alert: Alert {
            rule: rule.into(),
            state: AlertState::Firing,
            group: BTreeMap::new(),
            app: Some("shop".into()),
            component: None,
            instance: None,
            category,
            facts: facts.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            summary: format!("{rule} is too high"),
            trigger: rule.into(),
            reading: "event".into(),
            value: None,
            unit: None,
            op: None,
            limit: None,
            window_s: None,
            onset: minute(at),
            count: 1,
            samples: Vec::new(),
            sources: Vec::new(),
            playbooks: Vec::new(),
        },
    }
}

fn of(mut arrival: Arrival, component: &str, instance: Option<&str>) -> Arrival {
    arrival.alert.component = Some(component.into());
    arrival.alert.instance = instance.map(str::to_owned);
    arrival
}

fn resolved(mut arrival: Arrival) -> Arrival {
    arrival.alert.state = AlertState::Resolved;
    arrival
}

fn severities(changes: &[Change]) -> Vec<Severity> {
    changes.iter().filter_map(|c| Some(c.classified.as_ref()?.1.severity)).collect()
}

#[test]
fn the_first_alert_opens_an_incident_with_all_that_is_known() {
    let mut engine = classifier(&["users=some"]);
    let first = of(
        alert("al-1", 10, "g.failures", Category::Plugin, &[("functionality", "significant")]),
        "plugin_system",
        Some("demo"),
    );
    let changes = engine.take(&first).unwrap();
    let [change] = &changes[..] else { panic!("{changes:?}") };
    let (_, incident) = &change.incident;
    assert!(change.subject.starts_with("INC-"), "{}", change.subject);
    assert_eq!(change.time, Some(minute(10)));
    assert_eq!(incident.title, "shop: g.failures is too high");
    assert_eq!(incident.alerts, ["al-1"]);
    let (_, body) = change.classified.as_ref().unwrap();
    assert_eq!((body.severity, body.previous), (P1, None));
    assert_eq!((body.respond_by, body.response_s), (minute(40), 1800.0));
    assert_eq!(body.playbooks, ["system_overload"]);
    assert_eq!(body.components[0].name, "plugin_system");
    assert_eq!(body.components[0].instances, ["demo"]);
    assert_eq!(
        body.mobilize,
        [
            "Core response team",
            "specialists",
            "specialist:plugin_system",
            "skill:async",
            "skill:packaging"
        ]
    );
    let users = body.rationale.iter().find(|r| r.factor == "users").unwrap();
    assert_eq!((users.value.as_str(), &users.from[..]), ("some", &["--fact".to_owned()][..]));
    let factors: Vec<_> = body.rationale.iter().map(|r| r.factor.as_str()).collect();
    assert_eq!(
        factors,
        [
            "functionality",
            "performance",
            "workaround",
            "data",
            "security",
            "users",
            "escalation",
            "business_continuity",
            "customer_trust",
            "compliance",
            "event_bus_communication",
            "plugin_system_stability",
            "state_persistence_integrity",
        ]
    );
}

#[test]
fn only_news_is_written_and_the_rest_at_the_end() {
    let mut engine = classifier(&[]);
    let bus = |id: &str, at| {
        of(
            alert(id, at, "g.depth", Category::EventBus, &[("performance", "degraded")]),
            "event_bus",
            None,
        )
    };
    assert_eq!(severities(&engine.take(&bus("al-1", 0)).unwrap()), [P1]);
    assert!(engine.take(&bus("al-2", 1)).unwrap().is_empty());
    assert!(engine.take(&resolved(bus("al-3", 2))).unwrap().is_empty());
    // A new component, and of a kind with another playbook.
    let db = of(
        alert("al-4", 3, "g.failures", Category::DataIntegrity, &[("data", "suspect")]),
        "state_db",
        None,
    );
    let changes = engine.take(&db).unwrap();
    assert_eq!(changes[0].incident.1.alerts, ["al-1", "al-2", "al-3", "al-4"]);
    assert_eq!(changes[0].incident.1.title, "shop: g.depth is too high (and one more alert)");
    let body = &changes[0].classified.as_ref().unwrap().1;
    assert_eq!(body.playbooks, ["data_corruption", "system_overload"]);
    assert_eq!((body.severity, body.previous), (P1, None));
    // Graver: said, with the one before.
    let lost = of(
        alert("al-5", 4, "g.lost", Category::DataIntegrity, &[("data", "lost")]),
        "state_db",
        None,
    );
    let changes = engine.take(&lost).unwrap();
    let body = &changes[0].classified.as_ref().unwrap().1;
    assert_eq!((body.severity, body.previous), (P0, Some(P1)));
    assert_eq!(body.respond_by, minute(15));
    assert_eq!(
        body.components.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
        ["state_db", "event_bus"]
    );
    assert!(engine.take(&resolved(lost.clone())).unwrap().is_empty());
    let last = engine.finish();
    assert_eq!(last.len(), 1);
    assert!(last[0].classified.is_none());
    assert_eq!(last[0].incident.1.alerts.len(), 6);
    assert_eq!(last[0].incident.1.last, minute(4));
    assert_eq!(engine.gravest(), Some(P0));
}

#[test]
fn nothing_is_written_at_the_end_if_nothing_joined() {
    let mut engine = classifier(&[]);
    assert_eq!(engine.take(&alert("al-1", 0, "g.x", Category::Plugin, &[])).unwrap().len(), 1);
    assert!(engine.finish().is_empty());
}

#[test]
fn a_lower_assessment_keeps_the_severity_and_says_so() {
    let mut engine = classifier(&[]);
    // P2 out of doubt; then the fact is known to be harmless.
    assert_eq!(
        severities(&engine.take(&alert("al-1", 0, "g.x", Category::Plugin, &[])).unwrap()),
        [P2]
    );
    let changes = engine
        .take(&alert("al-2", 1, "g.y", Category::Plugin, &[("functionality", "none")]))
        .unwrap();
    let (_, body) = changes[0].classified.as_ref().unwrap();
    assert_eq!((body.severity, body.previous), (P2, None));
    assert_eq!(body.rationale[0].factor, "severity_in_force");
    assert!(body.rationale[0].from[0].starts_with("cl-"));
    assert!(body.rationale[0].note.contains("ask for P3"));
}

#[test]
fn a_graver_classification_that_passes_by_is_in_force() {
    let mut engine = classifier(&[]);
    let changes = engine
        .take(&alert("al-1", 0, "g.x", Category::Plugin, &[("functionality", "minor")]))
        .unwrap();
    assert_eq!(severities(&changes), [P2]);
    engine.hear(&changes[0].subject, "cl-other", P1);
    engine.hear(&changes[0].subject, "cl-lower", P3);
    engine.hear("INC-20200101-00000000", "cl-foreign", P2);
    let changes = engine
        .take(&alert("al-2", 1, "g.y", Category::EventBus, &[("functionality", "minor")]))
        .unwrap();
    let (_, body) = changes[0].classified.as_ref().unwrap();
    assert_eq!((body.severity, body.rationale[0].from[0].as_str()), (P1, "cl-other"));
    assert_eq!(engine.gravest(), Some(P1));
}

#[test]
fn names_that_nobody_knows_are_told_and_not_used() {
    let mut engine = classifier(&[]);
    let mut odd = alert(
        "al-1",
        0,
        "g.x",
        Category::Security,
        &[("functionality", "totl"), ("luck", "bad"), ("security", "suspected")],
    );
    odd.alert.playbooks = vec!["security_braech".into(), "rm -rf".into()];
    let changes = engine.take(&odd).unwrap();
    let (_, body) = changes[0].classified.as_ref().unwrap();
    assert_eq!(body.severity, P1);
    assert_eq!(body.playbooks, ["security_breach"], "those of the category");
    assert_eq!(engine.troubles().len(), 4, "{:?}", engine.troubles());
}

#[test]
fn names_without_end_are_refused() {
    let long = || Some("x".repeat(5000));
    let mut engine = classifier(&[]);
    let mut broken: [Arrival; 3] =
        std::array::from_fn(|_| alert("al-1", 0, "g.x", Category::Plugin, &[]));
    broken[0].alert.instance = long();
    broken[1].alert.app = long();
    broken[2].alert.group.insert("plugin".into(), "x".repeat(5000));
    for arrival in broken {
        assert!(engine.take(&arrival).is_err());
    }
    assert!(engine.finish().is_empty());
}

#[test]
fn records_stay_within_their_size_whatever_comes() {
    let mut engine = classifier(&[]);
    let mut longest = 0;
    let mut see = |changes: Vec<Change>| {
        for change in changes {
            longest = longest.max(serde_json::to_string(&change.incident.1).unwrap().len());
            longest = longest.max(
                change.classified.map_or(0, |(_, c)| serde_json::to_string(&c).unwrap().len()),
            );
        }
    };
    for n in 0..40_000 {
        let mut arrival = alert(&format!("al-{n:016x}"), 0, "g.x", Category::Plugin, &[]);
        if n < 400 {
            arrival.alert.component = Some(format!("{n}{}", "\u{1}".repeat(240)));
            arrival.alert.instance = Some(format!("{n}{}", "\u{1}".repeat(500)));
        }
        see(engine.take(&arrival).unwrap());
    }
    see(engine.finish());
    assert!(longest < MAX_RECORD_BYTES, "{longest}");
    let troubles = engine.troubles();
    assert!(troubles[0].contains("more alerts than its record lists"), "{troubles:?}");
    assert!(troubles[1].contains("more components or instances"), "{troubles:?}");
}

#[test]
fn unknown_applications_do_not_run_together() {
    let mut engine = classifier(&[]);
    let bare = |id: &str, component: &str| {
        let mut arrival = of(alert(id, 0, "g.x", Category::Plugin, &[]), component, None);
        arrival.alert.app = None;
        arrival
    };
    let a = engine.take(&bare("al-1", "a")).unwrap();
    let b = engine.take(&bare("al-2", "b")).unwrap();
    assert_ne!(a[0].subject, b[0].subject);
    let mut hosted = bare("al-3", "a");
    hosted.host = Some("chat01".into());
    assert_ne!(engine.take(&hosted).unwrap()[0].subject, a[0].subject);
    assert_eq!(engine.host(), None);
}

fn any_arrivals() -> impl Strategy<Value = Vec<Arrival>> {
    let facts = [
        ("functionality", "none"),
        ("functionality", "minor"),
        ("functionality", "total"),
        ("data", "suspect"),
        ("security", "suspected"),
        ("users", "none"),
    ];
    let one = (
        0..200_i64,
        0..4_usize,
        prop::sample::select(Category::ALL),
        prop::collection::vec(prop::sample::select(facts.to_vec()), 0..3),
        0..4_usize,
        prop::option::of(0..3_usize),
    );
    prop::collection::vec(one, 1..25).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(n, (at, rule, category, facts, state, component))| {
                let mut arrival = alert(
                    &format!("al-{n}"),
                    at,
                    ["g.a", "g.b", "g.c", "h.d"][rule],
                    category,
                    &facts,
                );
                arrival.alert.state = [
                    AlertState::Firing,
                    AlertState::Firing,
                    AlertState::Resolved,
                    AlertState::NoData,
                ][state];
                arrival.alert.component =
                    component.map(|c| ["event_bus", "plugin_system", "state_db"][c].to_owned());
                arrival
            })
            .collect()
    })
}

fn run(arrivals: &[Arrival], given: &[&str]) -> Vec<Change> {
    let mut engine = classifier(given);
    let mut changes: Vec<Change> = arrivals.iter().flat_map(|a| engine.take(a).unwrap()).collect();
    changes.extend(engine.finish());
    changes
}

proptest! {
    #[test]
    fn severity_is_never_lowered_and_ids_are_stable(arrivals in any_arrivals()) {
        let changes = run(&arrivals, &[]);
        prop_assert_eq!(&changes, &run(&arrivals, &[]));
        let mut in_force: BTreeMap<&str, Severity> = BTreeMap::new();
        let mut ids: BTreeMap<&str, String> = BTreeMap::new();
        for change in &changes {
            if let Some((id, body)) = &change.classified {
                let before = in_force.insert(&change.subject, body.severity);
                prop_assert!(before.is_none_or(|b| body.severity <= b));
                prop_assert_eq!(body.previous, before.filter(|b| *b != body.severity));
                let text = serde_json::to_string(body).unwrap();
                prop_assert!(ids.insert(id, text.clone()).is_none_or(|other| other == text));
            }
        }
    }

    #[test]
    fn what_a_person_adds_never_lowers_what_is_known(arrivals in any_arrivals()) {
        let worst = |changes: &[Change]| severities(changes).into_iter().min();
        prop_assert!(worst(&run(&arrivals, &["users=some"])) <= worst(&run(&arrivals, &[])));
        prop_assert_eq!(worst(&run(&arrivals, &["data=lost"])), worst(&run(&arrivals, &[])).map(|_| P0));
    }

    #[test]
    fn alerts_about_another_application_change_nothing(arrivals in any_arrivals(), others in any_arrivals()) {
        let others = others.into_iter().map(|mut a| {
            a.id = format!("x{}", a.id);
            a.alert.app = Some("other".into());
            a
        });
        let mut mixed = Vec::new();
        let mut others = others.peekable();
        for (n, arrival) in arrivals.iter().enumerate() {
            if n % 2 == 0 {
                mixed.extend(others.next());
            }
            mixed.push(arrival.clone());
        }
        mixed.extend(others);
        let mut found = run(&mixed, &[]);
        found.retain(|c| c.incident.1.app.as_deref() == Some("shop"));
        prop_assert_eq!(found, run(&arrivals, &[]));
    }

    #[test]
    fn every_alert_is_listed_in_the_incident_it_belongs_to(arrivals in any_arrivals()) {
        let mut last: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for change in run(&arrivals, &[]) {
            last.insert(change.subject, change.incident.1.alerts);
        }
        let listed: Vec<String> = last.into_values().flatten().collect();
        for arrival in arrivals.iter().filter(|a| a.alert.state == AlertState::Firing) {
            prop_assert_eq!(listed.iter().filter(|id| **id == arrival.id).count(), 1);
        }
    }
}
