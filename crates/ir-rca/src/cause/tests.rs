use std::collections::BTreeSet;

use ir_core::docs::{Profile, load_profile};
use ir_core::logs::{Classifier, ParseOptions, Parser, Zone};
use ir_core::wire::{Category, FindingKind, Incident, Time};

use super::{
    Analysis, Case, Lens, Observed, Observer, Outline, Parts, Pointer, Watched, begins, eras,
};

const PROFILE: &str = r#"
profile: 1
app: {name: shop}
logs:
  - id: main
    path: main.log
    format:
      text:
        first: '^(?P<ts>\S+ \S+) (?P<level>[A-Z]+) (?P<msg>.*)$'
        tail: ' - (?P<file>[\w.]+):(?P<line>\d+)$'
        ts: "%Y-%m-%d %H:%M:%S"
        levels: {INFO: info, WARN: warning, ERROR: error}
    zone: utc
  - {id: talk, path: talk.jsonl, format: {json: {ts: /time, kind: /kind}}, zone: utc, private: true}
ignore:
  - {log: main, level: [warning], match: '^cache is cold', why: it always is}
events:
  - {event: starting, log: main, match: '^starting'}
  - {event: ready, log: main, match: '^ready'}
  - {event: stopped, log: main, match: '^stopped'}
  - {event: start_failed_db, log: main, level: [error], match: '^start failed: DbError', component: db, failure: true}
  - {event: start_failed, log: main, level: [error], match: '^start failed:', failure: true}
  - {event: loaded, log: main, match: '^loaded (?P<plugin>\w+)', component: plugins, instance: plugin, change: true}
  - {event: endpoint, log: main, match: '^endpoint (?P<endpoint>\S+)', component: config, change: true}
  - {event: hook_failed, log: main, level: [error], match: '^hook (?P<plugin>\w+)\.\w+ failed', component: plugins, instance: plugin, failure: true}
  - {event: config_failed, log: main, level: [error], match: '^config ', component: config, failure: true}
  - {event: call_failed, log: main, level: [error], match: '^call failed: ', component: network, failure: true}
  - {event: timed_out, log: main, level: [error], match: '^call timed out', component: client, failure: true}
  - {event: tool_ran, log: main, match: '^tool ran', component: client}
  - {event: call_echo, log: main, level: [error], match: '^giving up: ', echo: true}
  - {event: other_error, log: main, level: [error], match: '^', failure: true}
  - {event: complaint, log: talk, kind: complaint, component: client, failure: true}
lifecycle: {start: [starting], ready: [ready], stop: [stopped], failed: [start_failed, start_failed_db]}
components:
  client: {about: calls, files: [client.py], depends: [network, config]}
  network: {about: the way out, depends: [config], external: true}
  config: {about: settings, files: [config.py]}
  db: {about: state, files: [db.py]}
  plugins: {about: extensions, files: [loader.py, "*_plugin.py"], depends: [config]}
  screen: {about: what people see, files: [screen.py, util.py]}
  keys: {about: what people type, files: [keys.py, util.py]}
"#;

const DAY: &str = "2026-01-05";

/// A log of lines `HH:MM:SS LEVEL message - file.py:1`, on one day.
fn log(lines: &str) -> String {
    lines.trim().lines().map(|line| format!("{DAY} {}\n", line.trim())).collect()
}

fn at(clock: &str) -> Time {
    format!("{DAY}T{clock}Z").parse().unwrap()
}

fn incident(onset: &str) -> Incident {
    Incident {
        title: "t".into(),
        app: None,
        host: None,
        onset: at(onset),
        detected: at(onset),
        last: at(onset),
        alerts: Vec::new(),
        categories: vec![Category::Availability],
    }
}

fn profile() -> Profile {
    load_profile("test", PROFILE).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Analyses logs: id, text. The alerts show these lines of the first log.
fn analyse_all(
    logs: &[(&str, String)],
    onset: &str,
    alerts: &[Pointer],
    shown: &[u64],
) -> Analysis {
    let (profile, incident) = (profile(), incident(onset));
    let (parts, classifier) = (Parts::new(&profile), Classifier::new(&profile).unwrap());
    let shown: BTreeSet<(String, u64)> =
        shown.iter().map(|line| (logs[0].0.to_owned(), *line)).collect();
    let eras = eras(&incident, false, None);
    let lens =
        Lens { profile: &profile, parts: &parts, classifier: &classifier, eras, alerted: &shown };
    let mut all = Observed::nothing(eras);
    let mut outline = Outline::new(incident.onset);
    for (number, (id, text)) in logs.iter().enumerate() {
        let source = profile.logs.iter().find(|log| log.id == *id).unwrap();
        let mut parser = Parser::new(&source.format, Zone::utc(), ParseOptions::default()).unwrap();
        let watched = Watched {
            id,
            file: id,
            number: number as u32,
            private: source.private,
            skipped: (0, 0),
        };
        let mut observer = Observer::new(lens, watched);
        text.lines().for_each(|line| parser.push(line.as_bytes(), &mut |r| observer.record(r)));
        parser.finish(&mut |r| observer.record(r));
        let mut observed = observer.finish();
        outline.merge(std::mem::replace(&mut observed.outline, Outline::new(incident.onset)));
        all.merge(observed);
    }
    let scan = all.seen.settle(begins(incident.onset, &outline, all.trouble));
    let sources: Vec<String> = logs.iter().map(|(id, _)| (*id).to_owned()).collect();
    let read = Some((&scan, &outline));
    let case = Case {
        id: "INC-1",
        incident: &incident,
        alerts,
        alerted: &all.alerted,
        profile: &profile,
        sources: &sources,
        read,
        limits: Vec::new(),
    };
    case.analyse()
}

fn analyse(lines: &str, onset: &str) -> Analysis {
    analyse_all(&[("main", log(lines))], onset, &[], &[])
}

fn ranked(analysis: &Analysis) -> Vec<&str> {
    analysis.cause.1.hypotheses.iter().map(|h| h.component.as_str()).collect()
}

const CALM: &str = "
    08:00:00 INFO starting
    08:00:01 INFO loaded Search - loader.py:1
    08:00:02 INFO ready
    08:10:00 INFO served - client.py:1
    08:20:00 INFO served - client.py:1
    08:30:00 INFO stopped
";

fn after_calm(lines: &str) -> String {
    format!("{CALM}{lines}")
}

#[test]
fn a_plugin_that_no_earlier_run_loaded_is_named_with_its_change() {
    let analysis = analyse(
        &after_calm(
            "09:00:00 INFO starting
             09:00:01 INFO loaded Search - loader.py:1
             09:00:01 INFO loaded RecapPlugin - loader.py:1
             09:00:02 INFO ready
             09:00:09 ERROR hook recap.render failed: no rows - util.py:1
             09:00:12 ERROR hook recap.render failed: no rows - util.py:1",
        ),
        "09:00:09",
    );
    assert_eq!(ranked(&analysis), ["plugins:recap"]);
    let best = &analysis.cause.1.hypotheses[0];
    let change = analysis.findings.iter().find(|(_, f)| f.kind == FindingKind::Change).unwrap();
    assert_eq!(best.change.as_ref(), Some(&change.0));
    assert!(best.supporting.contains(&change.0));
    assert_eq!(best.score, best.terms.iter().map(|t| t.value).sum::<f64>());
    assert!(best.confidence.is_none());
    assert!(analysis.cause.1.baseline.is_some());
}

#[test]
fn what_stands_on_a_failed_component_is_not_its_rival() {
    let calls = "09:00:08 ERROR call failed: refused by 127.0.0.1:80 - client.py:3\n".repeat(30);
    let analysis = analyse(
        &after_calm(&format!(
            "09:00:00 INFO starting
             09:00:01 ERROR config app.json is broken - config.py:1
             09:00:02 INFO endpoint 127.0.0.1:80
             09:00:03 INFO ready
             {calls}"
        )),
        "09:00:08",
    );
    assert_eq!(ranked(&analysis), ["config", "network"]);
    let terms = |rank: usize| {
        analysis.cause.1.hypotheses[rank].terms.iter().map(|t| t.name.as_str()).collect::<Vec<_>>()
    };
    assert!(terms(0).contains(&"explains") && terms(1).contains(&"explained"));
}

#[test]
fn without_a_time_before_names_and_levels_decide() {
    let analysis = analyse("08:00:00 ERROR start failed: DbError: locked - main.py:1", "08:00:00");
    assert_eq!(ranked(&analysis), ["db"]);
    assert!(analysis.cause.1.baseline.is_none());
    assert!(analysis.cause.1.summary.contains("no time before"));
    assert!(!analysis.findings[0].1.terms.iter().any(|t| t.name == "novelty"));
}

#[test]
fn nothing_stands_out_of_a_healthy_log() {
    let again = CALM.replace("08:", "09:");
    let pointer = Pointer { id: "al-1".into(), component: Some("client".into()), instance: None };
    let lines = log(&format!("{CALM}09:05:00 WARN cache is cold - db.py:1{again}"));
    let analysis = analyse_all(&[("main", lines)], "09:00:01", &[pointer], &[]);
    let (_, cause) = &analysis.cause;
    assert!(
        cause.inconclusive && cause.hypotheses.is_empty(),
        "an alert alone is no evidence: {cause:?}"
    );
    assert!(cause.window_records > 0 && cause.baseline_records > 0);
    assert!(analysis.findings.is_empty(), "{:?}", analysis.findings);
}

#[test]
fn a_run_that_nothing_closed_is_said() {
    let analysis = analyse(
        "08:00:00 INFO starting\n08:00:01 INFO ready\n08:00:30 INFO starting\n08:00:31 INFO ready",
        "08:00:05",
    );
    assert!(
        analysis.cause.1.summary.contains("has no closing line"),
        "{}",
        analysis.cause.1.summary
    );
}

#[test]
fn a_failed_start_speaks_for_the_component_at_work() {
    let analysis = analyse(
        "08:00:00 INFO starting
         08:00:01 INFO loaded Search - loader.py:1
         08:00:01 INFO loaded MetricsRelay - loader.py:1
         08:00:02 INFO endpoint 127.0.0.1:80 - config.py:1
         08:00:02 INFO preparing - recap_plugin.py:1
         08:00:02 ERROR start failed: the metrics collector refused the connection - main.py:1",
        "08:00:02",
    );
    assert_eq!(ranked(&analysis), ["plugins:MetricsRelay"]);
    assert!(analysis.cause.1.summary.contains("does not name the instance"));
}

#[test]
fn a_message_that_is_passed_on_speaks_for_its_origin() {
    let analysis = analyse(
        &after_calm(
            "08:40:00 ERROR write: page 17 is not readable any more - db.py:1
             08:40:00 ERROR drawing: write: page 17 is not readable any more - screen.py:1
             08:40:00 ERROR page 17 is not readable any more - util.py:1",
        ),
        "08:40:00",
    );
    assert_eq!(ranked(&analysis)[0], "db");
    let rest: Vec<_> = ranked(&analysis).into_iter().skip(1).collect();
    assert!(rest.is_empty(), "{rest:?}");
}

#[test]
fn errors_without_a_name_are_counted_by_their_text() {
    let analysis = analyse(
        &after_calm(
            "08:40:00 ERROR cursor left the screen at 3,4 - screen.py:1
             08:40:01 ERROR cursor left the screen at 7,1 - screen.py:1
             08:40:02 ERROR glyph 12 is missing - screen.py:1",
        ),
        "08:40:00",
    );
    assert_eq!(ranked(&analysis), ["screen"]);
    let templates: Vec<_> =
        analysis.findings.iter().map(|(_, f)| (f.template.as_str(), f.count)).collect();
    assert_eq!(templates[0], ("cursor left the screen at <*>", 2));
    assert!(templates.contains(&("glyph <*> is missing", 1)));
}

#[test]
fn a_time_out_speaks_for_the_client_that_waited() {
    let analysis =
        analyse(&after_calm("08:40:00 ERROR call timed out after 3 s - client.py:1"), "08:40:00");
    assert_eq!(ranked(&analysis), ["client"]);
}

#[test]
fn private_logs_give_times_and_kinds_alone() {
    let talk = r#"{"time":"2026-01-05T08:40:00Z","kind":"complaint","text":"my secret"}"#
        .to_owned()
        + "\n";
    let analysis =
        analyse_all(&[("main", log(CALM)), ("talk", talk.repeat(2))], "08:40:00", &[], &[]);
    assert_eq!(ranked(&analysis), ["client"]);
    let told = format!("{analysis:?}");
    assert!(!told.contains("secret"));
    assert_eq!(analysis.findings[0].1.count, 2);
}

#[test]
fn the_order_of_the_logs_changes_no_count() {
    let talk = r#"{"time":"2026-01-05T08:40:00Z","kind":"complaint"}"#.to_owned();
    let main = log(&after_calm("08:40:00 ERROR hook search.find failed: no index - loader.py:1"));
    let one = analyse_all(&[("main", main.clone()), ("talk", talk.clone())], "08:40:00", &[], &[]);
    let other = analyse_all(&[("talk", talk), ("main", main)], "08:40:00", &[], &[]);
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
}

#[test]
fn an_event_that_is_no_failure_counts_if_an_alert_counts_it() {
    let calls = "08:40:00 INFO tool ran - client.py:1\n".repeat(20);
    let log = log(&after_calm(&calls));
    let silent = analyse_all(&[("main", log.clone())], "08:40:00", &[], &[]);
    assert!(silent.cause.1.inconclusive);
    assert_eq!(silent.findings[0].1.kind, FindingKind::New, "it is told all the same");
    let shown = analyse_all(&[("main", log)], "08:40:00", &[], &[7]);
    assert_eq!(ranked(&shown), ["client"]);
    assert_eq!((shown.findings[0].1.kind, shown.findings[0].1.count), (FindingKind::Failure, 20));
}

#[test]
fn a_window_ends_with_the_alerts_or_where_the_next_incident_begins() {
    let first = incident("08:40:00");
    assert_eq!(eras(&first, false, None).end, None);
    assert_eq!(eras(&first, true, None).end, Some(at("08:41:00")));
    let end = eras(&first, false, Some(at("08:50:00"))).end.unwrap();
    assert!(end < at("08:50:00") && at("08:50:00").seconds_since(end) < 0.001);
    assert_eq!(eras(&first, true, Some(at("08:50:00"))).end, Some(at("08:41:00")));
}
