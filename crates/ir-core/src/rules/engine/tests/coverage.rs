//! What is said of rules that had no data.

use super::{engine, event, run, sample};

const RULES: &str = r"
  - {id: count, when: db_failure > 5 in 1 minute}
  - {id: flag, when: configuration_tampering_detected}
  - {id: few, when: db_failure < 1 in 1 minute}
  - {id: ratio, when: plugin_failure_rate > 10% in 5 minutes}
  - {id: gauge, when: eventbus_queue_depth > 1000}
  - {id: state, when: app_down == 1 for 1 minute}
  - {id: live, when: cpu_usage > 90% for 5 minutes}
  - {id: plain, when: network_latency > 5s}
  - {id: typo, when: eventbus_queue_dept > 5}
  - {id: nobody, when: plugin_isolation_breach}
  - {id: cannot, when: unusual_system_call_patterns}
  - {id: hopeless, when: plugin_failure_rate > 100% in 5 minutes}
";

fn unknown(e: &super::Engine) -> Vec<(String, String)> {
    e.coverage().unknown.into_iter().map(|note| (note.rule, note.reason)).collect()
}

fn pair(rule: &str, reason: &str) -> (String, String) {
    (format!("app.{rule}"), reason.to_owned())
}

#[test]
fn nothing_read_is_nothing_known() {
    let e = engine(RULES);
    let coverage = e.coverage();
    assert_eq!((coverage.loaded, coverage.evaluated.len()), (12, 0));
    assert_eq!(
        unknown(&e),
        [
            pair("count", "no log was read that could tell of db_failure"),
            pair("few", "no log was read that could tell of db_failure"),
            pair("flag", "no log was read that could tell of configuration_tampering_detected"),
            pair("gauge", "no log was read that could tell of queue_level"),
            pair("live", "needs samples of the live host: cpu_usage"),
            pair("nobody", "nothing in the input can tell of plugin_isolation_breach"),
            pair("plain", "no samples of network_latency in the input"),
            pair("ratio", "no log was read that could tell of plugin_failure, plugin_turn"),
            pair("state", "no log was read that could tell of app_failed, app_ready"),
            pair(
                "typo",
                "no samples of eventbus_queue_dept in the input (did you mean \"eventbus_queue_depth\"?)"
            ),
        ]
    );
    let never: Vec<_> =
        coverage.never.iter().map(|note| (note.rule.as_str(), note.reason.as_str())).collect();
    assert_eq!(
        never,
        [
            ("app.cannot", "no audit log is kept"),
            ("app.hopeless", "a share lies between 0% and 100%, so it can never be > 100%")
        ]
    );
}

#[test]
fn the_silence_of_a_log_that_was_read_is_a_zero() {
    let mut e = engine(RULES);
    for name in [
        "db_failure",
        "configuration_tampering_detected",
        "queue_level",
        "app_ready",
        "plugin_failure",
        "plugin_turn",
    ] {
        e.covered(name);
    }
    assert_eq!(e.coverage().evaluated, ["app.count", "app.flag", "app.state"]);
    let told = unknown(&e);
    assert!(told.contains(&pair("gauge", "none of queue_level in the input")), "{told:?}");
    assert!(
        told.contains(&pair("ratio", "none of plugin_failure, plugin_turn in the input")),
        "{told:?}"
    );
    assert!(
        told.contains(&pair("few", "none of db_failure in the input")),
        "a count from the start would be guessed: {told:?}"
    );
}

#[test]
fn what_was_judged_once_is_evaluated() {
    let mut e = engine(RULES);
    run(
        &mut e,
        [
            sample(0, "cpu_usage", 5.0),
            sample(1, "queue_level", 5.0),
            sample(2, "network_latency_seconds", 1.0),
            sample(3, "plugin_isolation_breach", 0.0),
            event(4, "app_ready", &[]),
        ],
    );
    assert_eq!(
        e.coverage().evaluated,
        ["app.gauge", "app.live", "app.nobody", "app.plain", "app.state"]
    );
    assert!(e.drain().is_empty());
}
