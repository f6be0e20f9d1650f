use super::{Class, Classifier, EventMatch, MAX_LABEL, clean, origin_labels};
use crate::docs::{Level, Profile};
use crate::logs::{Record, Sample};

fn profile(text: &str) -> Profile {
    serde_yaml::from_str(&format!("profile: 1\napp: {{name: x}}\n{text}")).unwrap()
}

const LOGS: &str = "
logs:
  - {id: main, path: a, format: auto}
  - {id: turns, path: b, format: {json: {ts: /t, kind: /type, session: /s}}, private: true}
components:
  bus: {about: x, files: [executor.py]}
";

fn record(level: Option<Level>, message: &[u8]) -> Record<'_> {
    Record { level, ..Record::bare(message) }
}

fn event(class: Class) -> EventMatch {
    match class {
        Class::Event(event) => event,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_definition_wins_and_noise_comes_first() {
    let mut c = Classifier::new(&profile(&format!(
        "{LOGS}
events:
  - {{event: late, log: main, level: [warning], match: '^Hook (?P<plugin>[^.]+)[.](?P<hook>\\S+) timed out after (?P<value>[0-9.]+)s', set: {{why: timeout}}, instance: plugin, component: plugins, failure: true}}
  - {{event: hook, log: main, match: '^Hook ', change: true}}
  - {{event: any_error, log: main, level: [error, critical], echo: true}}
ignore:
  - {{log: main, level: [warning], match: '^Hook core[.]', why: normal}}
"
    )))
    .unwrap();
    let late = event(
        c.classify("main", &record(Some(Level::Warning), b"Hook demo.post timed out after 1.5s")),
    );
    assert_eq!((late.def, late.name.as_str(), late.value), (0, "late", Some(1.5)));
    let labels: Vec<_> = late.labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
    assert_eq!(labels, ["hook=post", "plugin=demo", "why=timeout"]);
    assert_eq!(
        (late.component.as_deref(), late.instance.as_deref(), late.failure, late.change),
        (Some("plugins"), Some("demo"), true, false)
    );
    assert_eq!(
        event(c.classify("main", &record(Some(Level::Info), b"Hook demo.post timed out after 1s")))
            .name,
        "hook"
    );
    assert_eq!(
        c.classify("main", &record(Some(Level::Warning), b"Hook core.post timed out after 1s")),
        Class::Ignored
    );
    assert_eq!(
        event(c.classify("main", &record(Some(Level::Error), b"Hook core.post"))).name,
        "hook"
    );
    assert_eq!(
        event(c.classify("main", &record(Some(Level::Critical), b"whatever"))).name,
        "any_error"
    );
    assert_eq!(
        c.classify("main", &record(None, b"the user wrote: Hook demo.post timed out after 1s")),
        Class::Plain
    );
    assert_eq!(c.classify("other", &record(None, b"Hook ")), Class::Plain);
    let sample = Some(Sample { name: "x", value: None, unit: None, labels: vec![] });
    assert_eq!(
        c.classify("main", &Record { sample, ..record(Some(Level::Error), b"Hook ") }),
        Class::Plain
    );
    let written = Record { file: Some("executor.py"), ..record(Some(Level::Info), b"Hook ") };
    assert_eq!(event(c.classify("main", &written)).component.as_deref(), Some("bus"));
    assert_eq!(c.component_of(&written), Some("bus"));
    assert_eq!(c.component_of(&record(None, b"")), None);
}

#[test]
fn kinds_and_first_records_of_sessions() {
    let mut c = Classifier::new(&profile(&format!(
        "{LOGS}\nevents:\n  - {{event: turn, log: turns, kind: user, skip_first_of_session: true}}\n  - {{event: reply, log: turns, kind: assistant}}"
    )))
    .unwrap();
    let mut see = |kind, session| {
        matches!(
            c.classify("turns", &Record { kind: Some(kind), session, ..record(None, b"") }),
            Class::Event(_)
        )
    };
    assert!(!see("user", Some("a")));
    assert!(see("user", Some("a")));
    assert!(!see("user", Some("b")));
    assert!(see("assistant", Some("c")));
    assert!(!see("system", Some("a")));
    assert!(see("user", Some("b")));
    assert!(!see("user", None));
    assert!(see("user", None));
}

#[test]
fn what_cannot_be_used_is_said_with_its_place() {
    let errors = Classifier::new(&profile(&format!(
        "{LOGS}
events:
  - {{event: a, log: main, match: '^fine'}}
  - {{event: b, log: main, match: '^x|y'}}
  - {{event: c, log: nowhere, match: '^x'}}
  - {{event: d, log: turns, match: '^x'}}
ignore:
  - {{log: main, match: '^(', why: x}}
"
    )))
    .unwrap_err();
    let said: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 4, "{said:?}");
    assert_eq!(said[0], "ignore[0].match at column 2: unclosed group");
    assert!(
        said[1].starts_with("events[1].match at column 4: it does not begin with ^ here"),
        "{said:?}"
    );
    assert!(said[2].starts_with("events[2].log: no log"), "{said:?}");
    assert!(said[3].contains("private"), "{said:?}");
}

#[test]
fn labels_are_short_printable_text() {
    assert_eq!(clean(b"a\x1b[31mb\n\x00\xffc"), "a\u{fffd}[31mb\u{fffd}\u{fffd}\u{fffd}c");
    let long = clean("ä".repeat(500).as_bytes());
    assert_eq!((long.len(), long.chars().all(|c| c == 'ä')), (MAX_LABEL, true));
    assert!(clean(&[0xff; 500]).len() <= MAX_LABEL);
    assert_eq!(clean(&[b'a'; 500]).len(), MAX_LABEL);
}

#[test]
fn values_are_finite_numbers() {
    let mut c = Classifier::new(&profile(&format!(
        "{LOGS}\nevents:\n  - {{event: a, log: main, match: '^n=(?P<value>.*)$'}}"
    )))
    .unwrap();
    let mut value = |m: &[u8]| event(c.classify("main", &record(None, m))).value;
    assert_eq!(value(b"n= 12 "), Some(12.0));
    for none in [&b"n=nan"[..], b"n=inf", b"n=", b"n=\xff", b"n=1e999"] {
        assert_eq!(value(none), None, "{none:?}");
    }
}

#[test]
fn definitions_for_any_log_keep_their_place_and_spare_private_text() {
    let mut c = Classifier::new(&profile(&format!(
        "{LOGS}
events:
  - {{event: first, log: '*', match: '^a'}}
  - {{event: second, log: main, match: '^(?:a|b)'}}
  - {{event: third, log: '*', match: '^'}}
ignore:
  - {{log: '*', level: [info], match: '^', why: normal}}
"
    )))
    .unwrap();
    let mut name = |log: &str, level, message: &'static str| match c
        .classify(log, &record(level, message.as_bytes()))
    {
        Class::Event(event) => event.name,
        other => format!("{other:?}"),
    };
    assert_eq!(name("main", None, "a"), "first");
    assert_eq!(name("main", None, "b"), "second");
    assert_eq!(name("main", None, "c"), "third");
    assert_eq!(name("log-12345678", None, "b"), "third");
    assert_eq!(name("stdin", Some(Level::Info), "a"), "Ignored");
    assert_eq!(name("turns", None, "a"), "Plain");
}

#[test]
fn a_program_is_known_by_its_bare_name_and_another_one_only_quotes() {
    let mut c = Classifier::new(&profile(
        "events:\n  - {event: kill, log: '*', program: [kernel, sshd], match: '^Out of memory'}",
    ))
    .unwrap();
    let mut by = |program: Option<&'static str>| {
        let record = Record { program, ..record(None, b"Out of memory: kill") };
        c.classify("any", &record) != Class::Plain
    };
    for own in [None, Some("kernel"), Some("sshd(pam_unix)"), Some("/usr/sbin/sshd")] {
        assert!(by(own), "{own:?}");
    }
    for other in ["shipper", "kernel2", "kernel.shop", "x kernel", "(kernel)", ""] {
        assert!(!by(Some(other)), "{other}");
    }
}

#[test]
fn hosts_and_programs_are_clean_labels() {
    let said =
        Record { host: Some("web\u{1b}01"), program: Some("/opt/shop(v2)"), ..record(None, b"x") };
    let labels: Vec<_> = origin_labels(&said).collect();
    assert_eq!(labels, [("host", "web\u{fffd}01".to_owned()), ("program", "shop".to_owned())]);
    assert_eq!(origin_labels(&record(None, b"x")).count(), 0);
}
