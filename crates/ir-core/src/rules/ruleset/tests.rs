use super::{Rule, RuleError, RuleSet};
use crate::docs::{Profile, Sop};
use crate::rules::Reading;
use crate::wire::Category;

/// A procedure with the twelve lines and the given meanings.
pub(in crate::rules) fn sop(meanings: &str) -> Sop {
    let text = format!(
        "
sop: 1
name: test
severities: {{}}
steps: []
incident_detection:
  system_health:
    - cpu_usage > 90% for 5 minutes
    - memory_usage > 95% for 3 minutes
    - disk_space < 10% available
    - network_latency > 5000ms consistently
  application_health:
    - terminal_renderer fps < 10 for 30 seconds
    - eventbus_queue_depth > 1000 messages
    - plugin_failure_rate > 10% in 5 minutes
    - sqlite_connection_failures > 5 in 1 minute
  security_events:
    - authentication_failures > 20 in 1 minute
    - plugin_isolation_breach_detected
    - configuration_tampering_detected
    - unusual_system_call_patterns
meanings:
  system_health.cpu_usage: {{category: availability}}
{meanings}
containment_rules:
  security_breach: [isolate_affected_plugins]
  system_overload: [scale_resources_if_available]
playbooks:
  security_breach: {{categories: [security, plugin]}}
  system_overload: {{categories: [availability]}}
"
    );
    serde_yaml::from_str(&text).unwrap()
}

/// A profile with some events and the given further parts.
pub(in crate::rules) fn profile(rest: &str) -> Profile {
    let text = format!(
        r"
profile: 1
app: {{name: test}}
events:
  - {{event: plugin_failure, log: main, match: '^Failed (?P<plugin>\w+)\.(?P<hook>\w+)'}}
  - {{event: plugin_turn, log: turns, kind: user, set: {{plugin: none}}}}
  - {{event: db_failure, log: main, match: '^database is locked', set: {{cause: locked}}}}
  - {{event: queue_level, log: main, match: '^Queue (?P<value>\d+)'}}
  - {{event: app_start, log: main, match: '^Starting'}}
  - {{event: app_ready, log: main, match: '^Ready'}}
  - {{event: app_failed, log: main, match: '^Failed to start'}}
  - {{event: configuration_tampering_detected, log: main, match: '^Config changed: (?P<path>.*)'}}
lifecycle: {{start: [app_start], ready: [app_ready], stop: [app_stop], failed: [app_failed]}}
components:
  plugin_system: {{about: plugins}}
  state_db: {{about: state}}
{rest}
"
    );
    serde_yaml::from_str(&text).unwrap()
}

pub(in crate::rules) const METRICS: &str = r"
metrics:
  cpu_usage: {live: host_cpu}
  eventbus_queue_depth: {gauge: [queue_level]}
  plugin_failure_rate: {ratio: {bad: [plugin_failure], total: [plugin_turn]}}
  sqlite_connection_failures: {events: [db_failure, db_failure]}
  plugin_burst: {burst: {events: [plugin_failure], before: 10 s, min_events: 5}}
  db_burst: {burst: {events: [db_failure], before: 6 hours}}
  plugin_down: {state: {on: [plugin_failure], off: [plugin_turn]}}
  app_down: {state: {on: [app_failed], off: [app_ready]}}
  unusual_system_call_patterns: {never: no audit log is kept}
";

fn rule<'a>(rules: &'a RuleSet, id: &str) -> &'a Rule {
    rules.rules().iter().find(|rule| rule.id == id).unwrap_or_else(|| panic!("no rule {id}"))
}

#[test]
fn the_procedure_is_read_through_the_profile() {
    let sop = sop(
        "  application_health.plugin_failure_rate: {category: plugin, component: plugin_system, instance: plugin, facts: {functionality: significant}}",
    );
    let profile = profile(&format!(
        "{METRICS}
overrides:
  application_health.eventbus_queue_depth: {{when: 'eventbus_queue_depth >= 800 messages', reason: the queue ends at 1000}}
rules:
  - app_failed
  - {{id: down, when: app_down == 1 for 1 minute, settle_at_end: true, meaning: {{category: event_bus, playbooks: [system_overload]}}}}
  - {{id: hooks, when: plugin_failure > 5 in 1 minute, by: [plugin, hook], summary: '{{count}} failures of {{plugin}} (limit {{limit}})'}}
"
    ));
    let rules = RuleSet::compile(&sop, &profile).unwrap();
    let readings: Vec<_> =
        rules.rules().iter().map(|rule| (rule.id.as_str(), rule.reading)).collect();
    assert_eq!(
        readings,
        [
            ("application_health.terminal_renderer_fps", Reading::Hold),
            ("application_health.eventbus_queue_depth", Reading::Newest),
            ("application_health.plugin_failure_rate", Reading::RatioIn),
            ("application_health.sqlite_connection_failures", Reading::CountIn),
            ("security_events.authentication_failures", Reading::CountIn),
            ("security_events.plugin_isolation_breach_detected", Reading::Event),
            ("security_events.configuration_tampering_detected", Reading::Event),
            ("security_events.unusual_system_call_patterns", Reading::Event),
            ("system_health.cpu_usage", Reading::Hold),
            ("system_health.memory_usage", Reading::Hold),
            ("system_health.disk_space", Reading::Newest),
            ("system_health.network_latency", Reading::Steady),
            ("app.app_failed", Reading::Event),
            ("app.down", Reading::StateHold),
            ("app.hooks", Reading::CountIn),
        ]
    );
    let ratio = rule(&rules, "application_health.plugin_failure_rate");
    assert_eq!(
        (ratio.by.as_slice(), ratio.category),
        (&["plugin".to_owned()][..], Category::Plugin),
        "the instance is a label of `by`"
    );
    assert_eq!(
        (ratio.plan.min_events, ratio.playbooks.as_slice()),
        (20, &["security_breach".to_owned()][..])
    );
    assert_eq!(ratio.facts["functionality"], "significant");
    let queue = rule(&rules, "application_health.eventbus_queue_depth");
    assert_eq!(
        (queue.trigger.as_str(), queue.reason.as_deref()),
        ("eventbus_queue_depth >= 800 messages", Some("the queue ends at 1000"))
    );
    let down = rule(&rules, "app.down");
    assert_eq!(
        (down.category, down.playbooks.as_slice(), down.settle_at_end),
        (Category::EventBus, &["system_overload".to_owned()][..], true)
    );
    assert_eq!(
        rule(&rules, "app.app_failed").playbooks,
        ["system_overload"],
        "availability, unless it is said"
    );
}

#[test]
fn sentences_tell_what_the_profile_makes_of_a_rule() {
    let profile = profile(&format!(
        "{METRICS}\nrules:\n  - {{id: down, when: app_down == 1 for 1 minute, settle_at_end: true}}\n  - {{id: up, when: app_down == 0}}\n  - app_failed"
    ));
    let rules = RuleSet::compile(
        &sop("  application_health.plugin_failure_rate: {instance: plugin}"),
        &profile,
    )
    .unwrap();
    for (id, sentence) in [
        (
            "application_health.plugin_failure_rate",
            "takes the share of plugin_failure among plugin_turn within 5 minutes; fires when it is over 10%, resolves when it no longer is; \
             needs at least 20 of the latter; separately by plugin",
        ),
        (
            "application_health.sqlite_connection_failures",
            "counts db_failure; fires when the number within 1 minute is over 5, resolves when it no longer is",
        ),
        (
            "application_health.eventbus_queue_depth",
            "reads eventbus_queue_depth from queue_level; fires at a sample that is over 1000 messages, resolves at the first one that is not",
        ),
        (
            "app.down",
            "fires when app_failed happened and no app_ready followed for 1 minute, resolves when one does; the end of the input completes the time",
        ),
        ("app.up", "fires when app_ready happens, resolves when app_failed does"),
        (
            "app.app_failed",
            "fires when app_failed happens; repeats within 1 hour of the alert are counted, not alerted again",
        ),
        ("security_events.unusual_system_call_patterns", "can never fire: no audit log is kept"),
    ] {
        assert_eq!(rule(&rules, id).sentence(), sentence, "{id}");
    }
}

#[test]
fn what_no_data_can_reach_is_known_beforehand() {
    for (when, never) in [
        ("plugin_failure_rate > 100% in 5 minutes", true),
        ("plugin_failure_rate >= 100% in 5 minutes", false),
        ("plugin_failure_rate < 0% in 5 minutes", true),
        ("plugin_failure_rate == 101% in 5 minutes", true),
        ("db_failure < 0 in 5 minutes", true),
        ("db_failure <= 0 in 5 minutes", false),
        ("db_failure == 2.5 in 5 minutes", true),
        ("db_failure > 1000000 in 5 minutes", false),
        ("app_down > 1", true),
        ("app_down >= 1", false),
        ("cpu_usage > 100% for 5 minutes", false),
    ] {
        let rules = RuleSet::compile(
            &sop(""),
            &profile(&format!("{METRICS}\nrules: [{{id: x, when: '{when}'}}]")),
        )
        .unwrap();
        assert_eq!(rule(&rules, "app.x").plan.never.is_some(), never, "{when}");
    }
}

/// What is wrong with the document, the path of it, and a part of what is said.
fn errors(meanings: &str, rest: &str) -> Vec<RuleError> {
    RuleSet::compile(&sop(meanings), &profile(&format!("{METRICS}\n{rest}"))).expect_err(rest)
}

#[test]
fn each_error_says_where_and_how_to_mend() {
    let rule = |fields: &str| format!("rules: [{{{fields}}}]");
    for (meanings, rest, path, column, said) in [
        ("", rule("when: cpu_usage > 90%%"), "rules[0].when", Some(16), "unexpected '%'"),
        (
            "",
            "rules: ['x > 5', 'cpu_usage above 9']".into(),
            "rules[1]",
            Some(11),
            "did you mean `>`",
        ),
        (
            "",
            rule("when: db_failure > 5"),
            "rules[0].when",
            None,
            "a count needs a window: write e.g. `db_failure > 5 in 5 minutes`",
        ),
        (
            "",
            rule("when: db_failure > 5 for 5 minutes"),
            "rules[0].when",
            None,
            "a count needs a window",
        ),
        (
            "",
            rule("when: db_failure > 5% in 5 minutes"),
            "rules[0].when",
            None,
            "not measured in `%`",
        ),
        ("", rule("when: db_failure > 5 free in 5 minutes"), "rules[0].when", None, "no capacity"),
        (
            "",
            rule("when: plugin_failure_rate > 0.1 in 5 minutes"),
            "rules[0].when",
            None,
            "write it in percent",
        ),
        ("", rule("when: plugin_failure_rate > 10%"), "rules[0].when", None, "over a window"),
        ("", rule("when: plugin_failure_rate"), "rules[0].when", None, "compare it with a limit"),
        ("", rule("when: eventbus_queue_depth"), "rules[0].when", None, "compare it with a limit"),
        ("", rule("when: app_down > 5% for 1 minute"), "rules[0].when", None, "no unit"),
        ("", rule("when: app_down > 0 in 1 minute"), "rules[0].when", None, "1 or 0"),
        (
            "",
            rule("when: 'db_failure > 5 in 1 minute', by: [cuase]"),
            "rules[0].by[0]",
            None,
            "did you mean \"cause\"",
        ),
        ("", rule("when: memory_usage > 5, by: [a, b, c, d, e]"), "rules[0].by", None, "at most 4"),
        (
            "",
            rule("when: 'db_failure > 5 in 1 minute', summary: 'by {cause}'"),
            "rules[0].summary",
            None,
            "nothing fills {cause}",
        ),
        (
            "",
            rule("when: 'db_failure > 5 in 1 minute', min_events: 3"),
            "rules[0].min_events",
            None,
            "read as count_in",
        ),
        (
            "",
            rule("when: 'plugin_failure_rate > 5% in 1 minute', min_events: 0"),
            "rules[0].min_events",
            None,
            "at least 1",
        ),
        (
            "",
            rule("when: 'db_failure > 5 in 1 minute', settle_at_end: true"),
            "rules[0].settle_at_end",
            None,
            "only a hold",
        ),
        (
            "",
            rule("when: app_failed, meaning: {component: state_bd}"),
            "rules[0].meaning.component",
            None,
            "did you mean \"state_db\"",
        ),
        (
            "",
            rule("when: app_failed, meaning: {facts: {dta: lost}}"),
            "rules[0].meaning.facts.dta",
            None,
            "did you mean \"data\"",
        ),
        (
            "",
            rule("when: app_failed, meaning: {facts: {data: losst}}"),
            "rules[0].meaning.facts.data",
            None,
            "did you mean \"lost\"",
        ),
        (
            "",
            rule("when: app_failed, meaning: {playbooks: [system_overlod]}"),
            "rules[0].meaning.playbooks[0]",
            None,
            "did you mean \"system_overload\"",
        ),
        (
            "",
            rule("when: db_failure > 5 in 1 minute, meaning: {instance: plugin}"),
            "rules[0].meaning.instance",
            None,
            "have no label \"plugin\"",
        ),
        (
            "",
            "rules: [app_failed, {when: app_failed}]".into(),
            "rules[1]",
            None,
            "a rule app.app_failed already",
        ),
        (
            "",
            "overrides: {system_health.cpu_usge: {when: cpu_usage > 5, reason: x}}".into(),
            "overrides.system_health.cpu_usge",
            None,
            "did you mean \"system_health.cpu_usage\"",
        ),
        (
            "",
            "overrides: {system_health.cpu_usage: {when: cpu_usage > 5 fro 5 minutes, reason: x}}"
                .into(),
            "overrides.system_health.cpu_usage.when",
            Some(15),
            "did you mean \"for\"",
        ),
        (
            "  system_health.cpu: {}",
            String::new(),
            "meanings.system_health.cpu",
            None,
            "the procedure has no rule",
        ),
        (
            "  application_health.sqlite_connection_failures: {instance: plugin}",
            String::new(),
            "meanings.application_health.sqlite_connection_failures.instance",
            None,
            "no label \"plugin\"",
        ),
        (
            "  system_health.memory_usage: {component: memory}",
            String::new(),
            "meanings.system_health.memory_usage.component",
            None,
            "unknown component",
        ),
    ] {
        let errors = errors(meanings, &rest);
        assert_eq!(errors.len(), 1, "{rest}: {errors:?}");
        assert_eq!(
            (errors[0].path.as_str(), errors[0].column),
            (path, column),
            "{rest}: {}",
            errors[0]
        );
        assert!(errors[0].message.contains(said), "{rest}: {}", errors[0]);
    }
}

#[test]
fn metrics_of_unknown_events_are_errors() {
    let metrics = "
metrics:
  a: {events: [db_falure]}
  b: {ratio: {bad: [plugin_failure], total: [plugin_turns, plugin_turn]}}
  c: {gauge: []}
  d: {state: {on: [run_unclosed], off: [run_unclosed]}}
  e: {state: {on: [app_stop], off: [nothing]}}
";
    let errors = RuleSet::compile(&sop(""), &profile(metrics)).unwrap_err();
    let found: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "metrics.a.events[0]: unknown event \"db_falure\" (did you mean \"db_failure\"?)",
            "metrics.b.ratio.total[0]: unknown event \"plugin_turns\" (did you mean \"plugin_turn\"?)",
            "metrics.c.gauge: the list names no event",
            "metrics.d.state.off[0]: the event \"run_unclosed\" switches the state on and off",
            "metrics.e.state.off[0]: unknown event \"nothing\"",
        ]
    );
}

#[test]
fn all_errors_are_collected() {
    let errors = errors(
        "  security_events.nothing: {}",
        "overrides: {system_health.disk_space: {when: disk, reason: x}, app.x: {when: y, reason: z}}\nrules: ['a >', {when: app_failed, by: [x]}]",
    );
    let paths: Vec<_> = errors.iter().map(|e| e.path.as_str()).collect();
    assert_eq!(
        paths,
        ["meanings.security_events.nothing", "overrides.app.x", "rules[0]", "rules[1].by[0]"]
    );
}

#[test]
fn a_profile_without_components_says_nothing_against_any() {
    let mut bare = profile("");
    bare.components.clear();
    let sop = sop("  system_health.memory_usage: {component: memory}");
    assert_eq!(
        rule(&RuleSet::compile(&sop, &bare).unwrap(), "system_health.memory_usage")
            .component
            .as_deref(),
        Some("memory")
    );
}

#[test]
fn a_rule_that_cannot_be_read_makes_no_other_error() {
    let mut sop = sop("  system_health.memory_usage: {}");
    let rules = sop.incident_detection.get_mut("system_health").unwrap();
    rules[1] = crate::docs::RuleText::Prose("memory_usage > 95%% for 3 minutes".into());
    let errors = RuleSet::compile(&sop, &profile("")).unwrap_err();
    let found: Vec<_> = errors.iter().map(|e| (e.path.as_str(), e.column)).collect();
    assert_eq!(found, [("incident_detection.system_health[1]", Some(19))]);
}

#[test]
fn a_burst_says_what_it_is_compared_with_and_fits_no_other_reading() {
    let compile = |rules: &str| {
        let profile = profile(&format!("{METRICS}\nrules:\n{rules}"));
        RuleSet::compile(&sop(""), &profile)
    };
    let rules = compile(
        "  - {id: burst, when: plugin_burst >= 3 times in 2 s, by: [plugin], min_events: 7}",
    )
    .unwrap();
    assert_eq!(
        rule(&rules, "app.burst").sentence(),
        "counts plugin_failure within 2 seconds and within a half, a quarter and an eighth of that; fires when there are at least 7 and they surely come at least 3 times \
         as often as in the 10 seconds before: by 4 standard deviations, the wider the more that time itself went up \
         and down; the alert goes on against the time before it, and resolves when that is no longer so; unknown where \
         there is no time before; separately by plugin"
    );
    for (text, message) in [
        (
            "plugin_burst",
            "\"plugin_burst\" is a burst: say how many times as often as before, e.g. `plugin_burst > 4 times in 5 minutes`",
        ),
        ("plugin_burst < 3 in 2 s", "say over which window and how many times"),
        ("plugin_burst > 3% in 2 s", "say over which window and how many times"),
        ("plugin_burst > 3 for 2 s", "say over which window and how many times"),
        ("plugin_burst > 3 free in 2 s", "is no capacity"),
        (
            "plugin_burst > 3 in 11 s",
            "as long as the window at least, and 1000 times as long at most",
        ),
        (
            "plugin_burst > 3 in 9 ms",
            "as long as the window at least, and 1000 times as long at most",
        ),
    ] {
        let errors = compile(&format!("  - {text}")).unwrap_err();
        assert!(errors.len() == 1 && errors[0].message.contains(message), "{text}: {errors:?}");
        assert_eq!(errors[0].path, "rules[0]");
    }
}
