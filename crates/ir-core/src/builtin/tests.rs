use std::collections::BTreeMap;

use super::{profile, profile_names, profile_text, sop, sop_text};
use crate::docs::{
    DocError, Loaded, MetricDef, Profile, RuleText, Sop, check_together, duration, duration_range,
    unbound_actions,
};
use crate::logs::Classifier;
use crate::rules::RuleSet;
use crate::wire::{Category, Severity};

mod generic;
mod lines;

fn shown<T>(result: Result<T, Vec<DocError>>) -> T {
    result.unwrap_or_else(|faults| {
        panic!("{}", faults.iter().map(|fault| format!("\n{fault}")).collect::<String>())
    })
}

fn the_sop() -> Loaded<Sop> {
    shown(sop())
}

fn the_profile(name: &str) -> Loaded<Profile> {
    shown(profile(name).unwrap())
}

#[test]
fn every_document_loads_and_fits_the_others() {
    let sop = the_sop();
    assert_eq!(sop.reference.from, "built-in");
    for name in profile_names() {
        let profile = the_profile(name);
        assert_eq!(profile.doc.app.name, name);
        assert_eq!(check_together(&sop.doc, &profile.doc), [], "{name}");
        if let Err(errors) = RuleSet::compile(&sop.doc, &profile.doc) {
            panic!("{name}{}", errors.iter().map(|e| format!("\n{e}")).collect::<String>());
        }
        if let Err(errors) = Classifier::new(&profile.doc) {
            panic!("{name}{}", errors.iter().map(|e| format!("\n{e}")).collect::<String>());
        }
    }
    assert!(profile("nobody").is_none() && profile_text("nobody").is_none());
}

/// The two blocks of the procedure's text, indentation aside.
const DETECTION: &str = "\
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
";
const CONTAINMENT: &str = "\
containment_rules:
  security_breach:
    - isolate_affected_plugins
    - disable_external_connections
    - backup_current_state
    - enable_enhanced_logging

  system_overload:
    - implement_circuit_breakers
    - reduce_eventbus_throughput
    - disable_non_critical_plugins
    - scale_resources_if_available

  data_corruption:
    - stop_write_operations
    - backup_current_state
    - isolate_affected_storage
    - enable_read_only_mode
";

#[test]
fn the_rule_blocks_are_the_procedures_own_text() {
    let blank_lines =
        |text: &str| text.lines().map(|line| format!("{}\n", line.trim_end())).collect::<String>();
    let ours = blank_lines(sop_text());
    assert!(ours.contains(DETECTION), "incident_detection");
    assert!(ours.contains(CONTAINMENT), "containment_rules");
    let sop = the_sop().doc;
    assert_eq!(sop.incident_detection.values().map(Vec::len).sum::<usize>(), 12);
    assert!(
        sop.incident_detection.values().flatten().all(|rule| matches!(rule, RuleText::Prose(_)))
    );
    assert_eq!(
        unbound_actions(&sop, &the_profile("chat-app").doc),
        <[&str; 0]>::default(),
        "eleven actions, all bound"
    );
    assert_eq!(the_profile("chat-app").doc.actions.len(), 11);
}

#[test]
fn the_severities_are_the_procedures() {
    let sop = the_sop().doc;
    for (severity, seconds, mobilize) in [
        (Severity::P0, 900.0, "Full incident response team"),
        (Severity::P1, 1800.0, "Core response team"),
        (Severity::P2, 7200.0, "Primary on-call engineer"),
        (Severity::P3, 86400.0, "Scheduled resolution"),
    ] {
        let level = &sop.severities[&severity];
        assert_eq!(duration(&level.response), Ok(seconds), "{severity}");
        assert_eq!(level.mobilize[0], mobilize);
    }
}

#[test]
fn every_step_and_every_command_line_has_its_entry() {
    let sop = the_sop().doc;
    let numbers: Vec<&str> = sop.steps.iter().map(|step| step.step.as_str()).collect();
    assert_eq!(
        numbers,
        [
            "1.1", "1.2", "1.3", "2.1", "2.2", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3", "5.1",
            "5.2", "5.3"
        ]
    );
    let spans: Vec<(f64, f64)> =
        sop.steps.iter().map(|step| duration_range(&step.duration).unwrap()).collect();
    assert_eq!(spans[0], (60.0, 300.0));
    assert_eq!(spans[11], (7200.0, 14400.0));
    let commands: BTreeMap<&str, Vec<&str>> = sop
        .steps
        .iter()
        .map(|step| (step.step.as_str(), step.commands.iter().map(String::as_str).collect()))
        .collect();
    let expected = [
        (
            "1.2",
            [
                "./scripts/health_check.sh --comprehensive",
                "ai-system-analyzer --incident-mode --capture-state",
                "python tests/system_integration_tests.py --incident-validation",
            ],
        ),
        (
            "3.1",
            [
                "./scripts/incident_evidence_collection.sh",
                "ai-log-analyzer --incident-mode --time-range=\"last-4-hours\"",
                "python diagnostics/system_diagnostics.py --full-report --incident-context",
            ],
        ),
        (
            "4.1",
            [
                "python tests/pre_deployment_tests.py --incident-resolution",
                "./scripts/deploy_incident_fix.sh --staged --monitor",
                "ai-deployment-monitor --incident-resolution --auto-rollback",
            ],
        ),
        (
            "4.2",
            [
                "python tests/system_recovery_tests.py --full-validation",
                "ai-system-validator --post-incident --baseline-comparison",
                "python tests/user_journey_tests.py --critical-paths",
            ],
        ),
    ];
    for (step, lines) in expected {
        assert_eq!(commands[step], lines, "{step}");
    }
    assert_eq!(commands.values().map(Vec::len).sum::<usize>(), 12);
    assert!(sop.steps.iter().all(|step| !step.tools.is_empty()));
}

#[test]
fn every_rule_of_the_procedure_means_something_and_every_kind_of_incident_has_a_playbook() {
    let sop = the_sop().doc;
    assert_eq!(sop.meanings.len(), 12);
    assert!(sop.meanings.values().all(|meaning| meaning.category.is_some()
        && !meaning.facts.is_empty()
        && !meaning.playbooks.is_empty()));
    for category in Category::ALL {
        assert!(
            sop.playbooks.values().any(|playbook| playbook.categories.contains(category)),
            "{category}"
        );
    }
}

#[test]
fn every_rule_of_a_profile_can_be_judged_and_says_what_it_means() {
    for name in profile_names() {
        let profile = the_profile(name).doc;
        for rule in &profile.rules {
            let RuleText::Long(rule) = rule else { panic!("{name}: {rule:?}") };
            assert!(
                rule.id.is_some()
                    && rule.summary.is_some()
                    && rule.meaning.category.is_some()
                    && !rule.meaning.facts.is_empty(),
                "{rule:?}"
            );
        }
        // An application's profile accounts for all of the procedure's metrics: measured, or said why not. On a host as
        // such the input itself may name them.
        for metric in [
            "cpu_usage",
            "memory_usage",
            "disk_space",
            "network_latency",
            "terminal_renderer_fps",
            "eventbus_queue_depth",
            "plugin_failure_rate",
            "sqlite_connection_failures",
            "authentication_failures",
            "plugin_isolation_breach_detected",
            "configuration_tampering_detected",
            "unusual_system_call_patterns",
        ] {
            assert!(name == "generic" || profile.metrics.contains_key(metric), "{name}: {metric}");
        }
        // No event is defined that nothing uses: it feeds a metric, a run, the causes, or it is recognised on purpose.
        let used: Vec<&String> = profile
            .metrics
            .values()
            .flat_map(|metric| match metric {
                MetricDef::Events(events) | MetricDef::Gauge(events) => {
                    events.iter().collect::<Vec<_>>()
                }
                MetricDef::Ratio(ratio) => ratio.bad.iter().chain(&ratio.total).collect(),
                MetricDef::Burst(burst) => burst.events.iter().collect(),
                MetricDef::State(state) => state.on.iter().chain(&state.off).collect(),
                MetricDef::Live(_) | MetricDef::Never(_) => Vec::new(),
            })
            .chain(
                profile
                    .lifecycle
                    .iter()
                    .flat_map(|l| l.start.iter().chain(&l.ready).chain(&l.stop).chain(&l.failed)),
            )
            .collect();
        let idle: Vec<&str> = profile
            .events
            .iter()
            .filter(|event| {
                !event.echo && !event.change && !event.failure && !used.contains(&&event.event)
            })
            .map(|event| event.event.as_str())
            .collect();
        assert!(idle.iter().all(|event| event.starts_with("plugin_")), "{name}: {idle:?}");
    }
}
