//! Lines of the shapes that applications and hosts write, and what the profiles make of them.

use super::the_profile;
use crate::docs::Level;
use crate::logs::{Class, Classifier, Record};

const LEVELS: [Level; 5] =
    [Level::Debug, Level::Info, Level::Warning, Level::Error, Level::Critical];

fn classifier(profile: &str) -> Classifier {
    Classifier::new(&the_profile(profile).doc).unwrap()
}

fn class(classifier: &mut Classifier, log: &str, level: Option<Level>, message: &str) -> Class {
    let record = Record { level, ..Record::bare(message.as_bytes()) };
    classifier.classify(log, &record)
}

/// What a line is, as the tables write it.
fn told(classifier: &mut Classifier, log: &str, level: Option<Level>, message: &str) -> String {
    match class(classifier, log, level, message) {
        Class::Ignored => "ignored".into(),
        Class::Plain => "plain".into(),
        Class::Event(event) if event.echo => format!("{} (echo)", event.name),
        Class::Event(event) => match (event.component, event.instance) {
            (None, _) => event.name,
            (Some(component), None) => format!("{} {component}", event.name),
            (Some(component), Some(instance)) => format!("{} {component}:{instance}", event.name),
        },
    }
}

/// Holds every row of a table against the profile, for a log called `log`.
fn check(profile: &str, log: &str, table: &str) {
    let mut classifier = classifier(profile);
    let rows = table.lines().filter(|row| !row.is_empty() && !row.starts_with('#'));
    for row in rows {
        let [level, expected, message] = row.splitn(3, " | ").collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let known = LEVELS.into_iter().find(|known| known.word() == level);
        assert!(known.is_some() || level == "-", "{row}");
        assert_eq!(told(&mut classifier, log, known, message), expected, "{row}");
    }
}

#[test]
fn every_failure_of_the_chat_app_has_its_name_and_component() {
    check("chat-app", "main", include_str!("chat-app.lines"));
}

#[test]
fn hosts_of_any_kind_are_understood() {
    for log in ["kernel", "a-log-of-the-command-line"] {
        check("generic", log, include_str!("generic.lines"));
    }
}

#[test]
fn labels_carry_figures_and_no_secrets() {
    let mut classifier = classifier("chat-app");
    let mut event =
        |level, message: &str| match class(&mut classifier, "main", Some(level), message) {
            Class::Event(event) => event,
            other => panic!("{other:?}"),
        };
    let filling = event(Level::Warning, "Queue utilization high: 85.0% (850/1000)");
    assert_eq!(filling.value, Some(850.0));
    let endpoint = "API service initialized for https://me:secret@host.example:8443/v1";
    assert_eq!(event(Level::Info, endpoint).labels["endpoint"], "host.example:8443");
    let refused = event(Level::Error, "LLM API call failed: LLM API error: 429 - slow down");
    assert_eq!((&*refused.labels["status"], &*refused.labels["kind"]), ("429", "status"));
}
