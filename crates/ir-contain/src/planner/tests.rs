use ir_core::builtin;
use ir_core::docs::load_profile;
use ir_core::wire::{
    Action, AffectedComponent, Alert, AlertState, Category, Classified, DocRef, Incident,
    IncidentState, Run, Severity, State, Time, parse_line,
};
use ir_core::wire::{Body, Event, Line};

use super::{Changed, Planner};
use crate::Profiles;

const INC: &str = "INC-20261123-00000001";

fn time() -> Time {
    "2026-11-23T07:34:20Z".parse().unwrap()
}

fn reference(name: &str) -> DocRef {
    DocRef { name: name.into(), sha256: "00".into(), from: "built-in".into() }
}

fn planner(chosen: bool) -> Planner {
    let base = load_profile("p", "profile: 1\napp: {name: bare}\n").unwrap();
    Planner::new(
        builtin::sop().unwrap().doc,
        Profiles::new(base, reference("bare"), chosen),
        Default::default(),
    )
}

fn alert() -> Alert {
    let text = r#"{"rule":"g.x","state":"firing","group":{},"category":"plugin","summary":"s","trigger":"t","reading":"event","onset":"2026-11-23T07:34:20Z","count":1}"#;
    serde_json::from_str(text).unwrap()
}

fn incident(app: Option<&str>, alerts: &[&str]) -> Incident {
    Incident {
        title: "t".into(),
        app: app.map(str::to_owned),
        host: Some("chat01".into()),
        onset: time(),
        detected: time(),
        last: time(),
        alerts: alerts.iter().map(|a| (*a).to_owned()).collect(),
        categories: vec![Category::Plugin],
    }
}

fn classified(severity: Severity, playbooks: &[&str], instances: &[&str]) -> Classified {
    Classified {
        severity,
        previous: None,
        rationale: Vec::new(),
        could_be: Vec::new(),
        components: vec![AffectedComponent {
            name: "plugin_system".into(),
            instances: instances.iter().map(|i| (*i).to_owned()).collect(),
            from: Vec::new(),
        }],
        categories: vec![Category::Plugin],
        playbooks: playbooks.iter().map(|p| (*p).to_owned()).collect(),
        respond_by: time(),
        response_s: 0.0,
        mobilize: Vec::new(),
    }
}

fn bound(changed: &Option<Changed>) -> Vec<&str> {
    let steps = changed.iter().flat_map(|c| &c.steps);
    steps.filter(|(_, s)| s.bound).map(|(_, s)| s.action.as_str()).collect()
}

#[test]
fn a_plan_is_written_whole_when_it_changes_and_not_otherwise() {
    let mut planner = planner(false);
    planner.alert("al-1", &alert());
    planner.incident(INC, incident(Some("chat-app"), &["al-1"]));
    let first = planner
        .classified(
            INC,
            "cl-1",
            Some(time()),
            classified(Severity::P1, &["security_breach"], &["a"]),
        )
        .unwrap();
    assert_eq!((first.host.as_deref(), first.time), (Some("chat01"), Some(time())));
    assert!(
        planner
            .classified(
                INC,
                "cl-2",
                Some(time()),
                classified(Severity::P1, &["security_breach"], &["a"])
            )
            .is_none()
    );
    let second = planner
        .classified(
            INC,
            "cl-3",
            Some(time()),
            classified(Severity::P1, &["security_breach"], &["a", "b"]),
        )
        .unwrap();
    assert_eq!(second.steps.len(), first.steps.len() + 1);
    assert_ne!(second.steps[0].1.plan, first.steps[0].1.plan);
    assert!(second.steps.iter().all(|(id, _)| !first.steps.iter().any(|(other, _)| other == id)));
    assert!(planner.finish().is_empty());
    assert_eq!(planner.reasons(), Vec::<String>::new());
    assert_eq!(planner.host(), Some("chat01"));
}

#[test]
fn folding_keeps_the_last_plan() {
    let mut planner = planner(false);
    planner.incident(INC, incident(Some("chat-app"), &[]));
    let mut state = State::default();
    let mut last = Vec::new();
    for instances in [&["a"][..], &["a", "b"]] {
        let changed = planner
            .classified(
                INC,
                &format!("cl-{}", instances.len()),
                Some(time()),
                classified(Severity::P1, &["system_overload", "security_breach"], instances),
            )
            .unwrap();
        for (id, step) in &changed.steps {
            let line = Event::new("ir-contain/chat01", id.as_str(), step.clone())
                .subject(INC)
                .at(changed.time)
                .to_line()
                .unwrap();
            let Line::Record(head) = parse_line(line.trim_ascii_end()) else { panic!("no record") };
            assert_eq!(head.kind, Action::KIND);
            state.apply(&head).unwrap();
        }
        last = changed.steps;
    }
    let found: &IncidentState = &state.incidents[INC];
    let folded: Vec<_> = found.actions.iter().map(|a| (a.id.clone(), a.body.clone())).collect();
    assert_eq!(folded, last);
}

#[test]
fn nothing_in_a_stream_lowers_the_severity_of_a_plan() {
    let mut planner = planner(false);
    planner
        .classified(INC, "cl-1", None, classified(Severity::P1, &["system_overload"], &[]))
        .unwrap();
    assert!(
        planner
            .classified(INC, "cl-2", None, classified(Severity::P3, &["system_overload"], &[]))
            .is_none()
    );
}

#[test]
fn alerts_without_classification_are_told() {
    let mut planner = planner(false);
    for id in ["al-1", "al-2", "al-3"] {
        planner.alert(id, &alert());
    }
    let mut quiet = alert();
    quiet.state = AlertState::Resolved;
    planner.alert("al-4", &quiet);
    assert_eq!(
        planner.reasons(),
        ["no classification in the stream for 3 firing alerts: ir-classify goes before ir-contain"]
    );
    planner.incident(INC, incident(None, &["al-1"]));
    planner.incident(INC, incident(None, &["al-1", "al-2"]));
    assert!(planner.reasons()[0].contains("3 firing alerts"));
    planner.classified(INC, "cl-1", None, classified(Severity::P1, &["system_overload"], &[]));
    assert!(planner.reasons()[0].contains("one firing alert:"));
    planner.incident(INC, incident(None, &["al-1", "al-2", "al-3"]));
    assert!(planner.reasons().is_empty());
}

#[test]
fn an_incident_without_playbook_is_noted() {
    let mut planner = planner(true);
    assert!(planner.classified(INC, "cl-1", None, classified(Severity::P3, &[], &[])).is_none());
    assert_eq!(planner.notes(), [format!("no playbook fits {INC}: no step is planned for it")]);
    assert!(
        planner
            .classified(INC, "cl-2", None, classified(Severity::P3, &["system_overlaod"], &[]))
            .is_none()
    );
    assert_eq!(planner.reasons().len(), 1);
    assert!(
        planner.reasons()[0].contains("did you mean \"system_overload\"?"),
        "{:?}",
        planner.reasons()
    );
}

#[test]
fn the_profile_is_that_of_the_application_unless_one_is_chosen() {
    let ask = || classified(Severity::P1, &["security_breach"], &["demo"]);
    let mut fallback = planner(false);
    assert_eq!(bound(&fallback.classified(INC, "cl-1", None, ask())), Vec::<&str>::new());
    fallback.incident(INC, incident(Some("/etc/passwd"), &[]));
    assert!(fallback.finish().is_empty(), "an unknown application changes nothing");

    let mut by_app = planner(false);
    by_app.incident(INC, incident(Some("chat-app"), &[]));
    let changed = by_app.classified(INC, "cl-1", None, ask());
    assert!(bound(&changed).contains(&"isolate_affected_plugins"));
    assert_eq!(by_app.profiles().reference().name, "chat-app");
    assert!(by_app.notes()[0].contains("chat-app"), "{:?}", by_app.notes());

    let mut chosen = planner(true);
    chosen.incident(INC, incident(Some("chat-app"), &[]));
    assert_eq!(bound(&chosen.classified(INC, "cl-1", None, ask())), Vec::<&str>::new());
    assert!(chosen.notes().is_empty());
}

#[test]
fn a_run_record_names_a_shipped_profile_but_never_a_file() {
    let run = |name: &str| {
        let text = r#"{"tool":"ir-detect","version":"0.1.0","complete":true,"upstream":"none","lines":0,"bytes":0}"#;
        let mut run: Run = serde_json::from_str(text).unwrap();
        run.profile = Some(DocRef {
            name: name.into(),
            sha256: "ff".into(),
            from: format!("/tmp/{name}.yaml"),
        });
        run
    };
    let mut planner = planner(false);
    planner
        .classified(INC, "cl-1", None, classified(Severity::P1, &["security_breach"], &["demo"]))
        .unwrap();
    planner.run(run("/tmp/x.yaml"));
    assert!(planner.finish().is_empty());
    planner.run(run("chat-app"));
    let changed = planner.finish();
    assert_eq!(changed.len(), 1);
    assert!(
        changed[0].steps.iter().any(|(_, s)| s.bound && s.action == "isolate_affected_plugins")
    );
    assert!(
        planner.notes().iter().any(|n| n.contains("made with another profile")),
        "{:?}",
        planner.notes()
    );
}

#[test]
fn variables_are_checked_before_anything_is_read() {
    let base = || {
        load_profile("p", "profile: 1\napp: {name: bare}\nvariables: {port: {about: x}}\n").unwrap()
    };
    let check = |chosen, name: &str| {
        Profiles::new(base(), reference("bare"), chosen)
            .check_set(&[(name.to_owned(), "1".to_owned())].into())
    };
    assert!(check(true, "port").is_ok());
    assert!(check(true, "state_dir").is_err());
    assert!(check(false, "state_dir").is_ok());
    assert!(check(false, "state_dri").unwrap_err().contains("did you mean \"state_dir\"?"));
}
