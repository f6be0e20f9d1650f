use std::collections::BTreeMap;

use ir_core::builtin;
use ir_core::docs::{Profile, Sop, load_profile};
use ir_core::wire::{Action, ActionPhase, Approval, Severity};
use proptest::prelude::*;

use super::{Ask, MAX_INSTANCES, plan};

const PROFILE: &str = r#"
profile: 1
app: {name: shop}
variables:
  root: {default: /srv/shop, about: where it lives}
  pid: {about: the process}
components:
  storage: {about: disks}
  state_db: {about: state, depends: [storage]}
  plugin_system: {about: plugins}
  terminal_ui: {about: screen, depends: [plugin_system, state_db]}
actions:
  isolate_affected_plugins:
    what: move {instance} of {component} away
    per_instance_of: plugin_system
    run: [[/usr/bin/mv, --, "${root}/plugins/{instance}.py", "${root}/away/{instance}.py"]]
    verify: no line names {instance}
    verify_run: [[/usr/bin/test, "!", -e, "${root}/plugins/{instance}.py"]]
    undo: move {instance} back
    undo_run: [[/usr/bin/mv, --, "${root}/away/{instance}.py", "${root}/plugins/{instance}.py"]]
    needs: [restart]
  backup_current_state:
    what: copy
    run: [[/usr/bin/cp, -a, --, "${root}", "${root}.copy"]]
    verify: the copy is there
    undo: nothing to take back
    touches: [storage]
  enable_enhanced_logging:
    what: ask the process for more
    run: [[/usr/bin/kill, --signal, USR1, "${pid}"]]
    verify: debug lines
    undo: ask for less
    needs: [root]
  stop_write_operations:
    what: freeze
    run: [[/usr/bin/kill, --signal, STOP, "${pid}"]]
    verify: it stands
    undo: not possible
    destroys: [the session]
    touches: [state_db]
  enable_read_only_mode:
    what: by hand
    verify: a write fails
    undo: by hand
"#;

fn sop() -> Sop {
    builtin::sop().unwrap().doc
}

fn profile() -> Profile {
    load_profile("shop", PROFILE).unwrap()
}

fn ask(severity: Severity, playbooks: &[&str], instances: &[&str]) -> Ask {
    Ask {
        incident: "INC-20261123-00000001".into(),
        severity: Some(severity),
        playbooks: playbooks.iter().map(|p| (*p).to_owned()).collect(),
        components: vec![
            ("state_db".into(), Vec::new()),
            ("plugin_system".into(), instances.iter().map(|i| (*i).to_owned()).collect()),
        ],
    }
}

fn set(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn names(steps: &[Action]) -> Vec<(&str, Option<&str>, bool)> {
    steps.iter().map(|s| (s.action.as_str(), s.target.as_deref(), s.bound)).collect()
}

#[test]
fn what_destroys_nothing_comes_first_and_the_rest_keeps_its_order() {
    let steps = plan(
        &sop(),
        &profile(),
        &set(&[("pid", "7")]),
        &ask(Severity::P1, &["security_breach"], &["a", "b"]),
    );
    assert_eq!(
        names(&steps),
        [
            ("backup_current_state", Some("storage"), true),
            ("enable_enhanced_logging", None, true),
            ("isolate_affected_plugins", Some("plugin_system:a"), true),
            ("isolate_affected_plugins", Some("plugin_system:b"), true),
            ("disable_external_connections", None, false),
        ]
    );
    assert_eq!(
        steps[0].reason,
        "step 3 of 4 of security_breach; it destroys nothing, so it goes before what does"
    );
    assert_eq!(
        steps[2].reason,
        "step 1 of 4 of security_breach; it goes after the steps that destroy nothing; \
         run ir-evidence before it: a restart overwrites and forgets what is evidence now"
    );
    assert_eq!(steps[2].needs, ["restart", "a sealed evidence bundle (ir-evidence)"]);
    assert!(
        steps[4]
            .reason
            .starts_with("not bound: the profile shop does not say how to do it; step 2 of 4"),
        "{}",
        steps[4].reason
    );
    assert_eq!(steps[4].run.what, "disable external connections (by hand)");
    let places: Vec<_> = steps.iter().map(|s| (s.seq, s.of, s.phase)).collect();
    assert_eq!(places, (1..=5).map(|n| (n, 5, ActionPhase::Planned)).collect::<Vec<_>>());
    assert!(steps.iter().all(|s| s.plan == steps[0].plan && s.plan.len() == 64));
}

#[test]
fn arguments_sentences_radius_and_approval_are_filled_in() {
    let steps = plan(
        &sop(),
        &profile(),
        &set(&[("root", "/opt")]),
        &ask(Severity::P0, &["security_breach"], &["a"]),
    );
    let isolate = steps.iter().find(|s| s.action == "isolate_affected_plugins").unwrap();
    assert_eq!(isolate.run.argv, [["/usr/bin/mv", "--", "/opt/plugins/a.py", "/opt/away/a.py"]]);
    assert_eq!(isolate.verify.argv, [["/usr/bin/test", "!", "-e", "/opt/plugins/a.py"]]);
    assert_eq!(isolate.undo.argv, [["/usr/bin/mv", "--", "/opt/away/a.py", "/opt/plugins/a.py"]]);
    assert_eq!(isolate.run.what, "move a of plugin_system away");
    assert_eq!(isolate.blast_radius, ["plugin_system", "terminal_ui"]);
    assert_eq!(isolate.approval, Approval::One);
    assert_eq!(steps[0].approval, Approval::None);
    assert_eq!(steps[0].blast_radius, ["storage", "state_db", "terminal_ui"]);
    let light =
        plan(&sop(), &profile(), &set(&[]), &ask(Severity::P2, &["security_breach"], &["a"]));
    let isolate = light.iter().find(|s| s.action == "isolate_affected_plugins").unwrap();
    assert_eq!(isolate.approval, Approval::Two);
    assert_ne!(light[0].plan, steps[0].plan);
}

#[test]
fn a_variable_without_a_value_leaves_the_step_unbound() {
    let steps = plan(&sop(), &profile(), &set(&[]), &ask(Severity::P1, &["data_corruption"], &[]));
    assert_eq!(
        names(&steps),
        [
            ("backup_current_state", Some("storage"), true),
            ("enable_read_only_mode", None, false),
            ("stop_write_operations", Some("state_db"), false),
            ("isolate_affected_storage", None, false),
        ]
    );
    assert!(
        steps[2]
            .reason
            .starts_with("not bound: the variable pid has no value: say --set pid=VALUE"),
        "{}",
        steps[2].reason
    );
    assert!(steps[2].run.argv.is_empty());
    assert_eq!(steps[2].approval, Approval::Two, "it cannot be taken back");
    assert!(steps[1].reason.starts_with("not bound: a person has to do it"), "{}", steps[1].reason);
}

#[test]
fn two_playbooks_share_a_step() {
    let steps = plan(
        &sop(),
        &profile(),
        &set(&[]),
        &ask(Severity::P1, &["security_breach", "data_corruption"], &["a"]),
    );
    let backups: Vec<_> = steps.iter().filter(|s| s.action == "backup_current_state").collect();
    assert_eq!(backups.len(), 1);
    assert!(
        backups[0]
            .reason
            .starts_with("step 2 of 4 of data_corruption, and step 3 of 4 of security_breach; "),
        "{}",
        backups[0].reason
    );
    assert_eq!(steps.len(), 7);
}

#[test]
fn hostile_names_reach_no_argument() {
    let hostile = ["../../etc", "-rf", "a;reboot", "..", "ok", "${pid}", "{instance}"];
    let steps = plan(
        &sop(),
        &profile(),
        &set(&[("pid", "7")]),
        &ask(Severity::P1, &["security_breach"], &hostile),
    );
    let isolate: Vec<_> = steps.iter().filter(|s| s.action == "isolate_affected_plugins").collect();
    assert_eq!(isolate.len(), hostile.len());
    for (step, name) in isolate.iter().zip(hostile) {
        assert_eq!(step.bound, name == "ok", "{name}");
        assert_eq!(step.run.argv.is_empty(), name != "ok");
        assert_eq!(step.target.as_deref(), Some(format!("plugin_system:{name}").as_str()));
        assert_eq!(step.reason.contains("cannot be trusted"), name != "ok", "{}", step.reason);
    }
}

#[test]
fn an_action_per_instance_needs_one() {
    let steps = plan(&sop(), &profile(), &set(&[]), &ask(Severity::P1, &["security_breach"], &[]));
    let isolate = steps.iter().find(|s| s.action == "isolate_affected_plugins").unwrap();
    assert_eq!((isolate.target.as_deref(), isolate.bound), (Some("plugin_system"), false));
    assert!(isolate.reason.starts_with("not bound: no alert names an instance of plugin_system"));
    let many: Vec<String> = (0..MAX_INSTANCES + 5).map(|n| format!("p{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let steps =
        plan(&sop(), &profile(), &set(&[]), &ask(Severity::P1, &["security_breach"], &many));
    let isolate: Vec<_> = steps.iter().filter(|s| s.action == "isolate_affected_plugins").collect();
    assert_eq!(isolate.len(), MAX_INSTANCES + 1);
    assert!(
        isolate[MAX_INSTANCES].reason.starts_with("not bound: 5 more instances of plugin_system")
    );
}

#[test]
fn no_playbook_no_plan() {
    assert!(plan(&sop(), &profile(), &set(&[]), &ask(Severity::P1, &[], &["a"])).is_empty());
    assert!(
        plan(&sop(), &profile(), &set(&[]), &ask(Severity::P1, &["nobody_has_it"], &["a"]))
            .is_empty()
    );
}

#[test]
fn shipped_profiles_bind_what_they_describe() {
    let sop = sop();
    let playbooks: Vec<&str> = sop.containment_rules.keys().map(String::as_str).collect();
    for name in builtin::profile_names() {
        let profile = builtin::profile(name).unwrap().unwrap().doc;
        let all: BTreeMap<String, String> =
            profile.variables.keys().map(|v| (v.clone(), "7".to_owned())).collect();
        let steps = plan(&sop, &profile, &all, &ask(Severity::P1, &playbooks, &["demo"]));
        for step in &steps {
            let described = profile.actions.contains_key(&step.action);
            let per_instance =
                profile.actions.get(&step.action).and_then(|def| def.per_instance_of.as_deref());
            let expected =
                described && per_instance.is_none_or(|component| component == "plugin_system");
            assert_eq!(step.bound, expected, "{name}: {}: {}", step.action, step.reason);
        }
        let first = steps.iter().position(|s| !s.destroys.is_empty()).unwrap();
        assert!(steps[first..].iter().all(|s| !s.destroys.is_empty()), "{name}");
    }
}

proptest! {
    #[test]
    fn every_action_once_and_destruction_last(
        picks in prop::collection::btree_set(prop::sample::select(vec!["security_breach", "system_overload", "data_corruption"]), 0..4),
        instances in prop::collection::btree_set("[a-z./-]{1,4}", 0..4),
        severity in prop::sample::select(Severity::ALL),
    ) {
        let (sop, profile) = (sop(), profile());
        let playbooks: Vec<&str> = picks.iter().copied().collect();
        let instances: Vec<&str> = instances.iter().map(String::as_str).collect();
        let ask = ask(severity, &playbooks, &instances);
        let steps = plan(&sop, &profile, &set(&[]), &ask);
        prop_assert_eq!(&steps, &plan(&sop, &profile, &set(&[]), &ask));
        let mut expected: Vec<&String> = playbooks.iter().flat_map(|p| &sop.containment_rules[*p]).collect();
        expected.sort();
        expected.dedup();
        let mut found: Vec<&String> = steps.iter().map(|s| &s.action).collect();
        found.sort();
        found.dedup();
        prop_assert_eq!(found, expected);
        let destroys: Vec<bool> = steps.iter().map(|s| !s.destroys.is_empty()).collect();
        prop_assert!(destroys.is_sorted());
        for step in &steps {
            prop_assert!(step.bound || step.reason.starts_with("not bound: "));
            prop_assert_eq!(step.bound, !step.run.argv.is_empty());
            let strange = step.run.argv.iter().flatten().any(|a| a.split('/').any(|part| part == "..") || a.contains('{'));
            prop_assert!(!strange);
        }
    }
}
