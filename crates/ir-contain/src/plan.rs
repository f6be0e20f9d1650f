//! The containment plan of one incident.

use std::collections::BTreeMap;

use ir_core::docs::{ActionDef, Profile, Sop};
use ir_core::wire::{Action, ActionPhase, Severity, Step, digest};

use crate::approval::{Effect, approval, restarts};
use crate::bind::{Binder, Names, instance_fault};
use crate::radius::blast_radius;

/// Instances of a component that get a step each; of more, one unbound step says so.
const MAX_INSTANCES: usize = 100;
/// Longest name of an instance that is shown, characters.
const SHOWN: usize = 60;

/// What a plan is made for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// The incident's id.
    pub incident: String,
    /// The severity in force; none is taken for P3.
    pub severity: Option<Severity>,
    /// Playbooks by the procedure's names.
    pub playbooks: Vec<String>,
    /// Affected components with their instances.
    pub components: Vec<(String, Vec<String>)>,
}

/// All steps: those that destroy nothing first, and otherwise in the procedure's order. Empty where the procedure has
/// none of the playbooks.
pub fn plan(
    sop: &Sop,
    profile: &Profile,
    set: &BTreeMap<String, String>,
    ask: &Ask,
) -> Vec<Action> {
    let mut drafts: Vec<Draft> = Vec::new();
    for (playbook, actions) in
        sop.containment_rules.iter().filter(|(name, _)| ask.playbooks.contains(name))
    {
        for (place, action) in actions.iter().enumerate() {
            let asks = format!("step {} of {} of {playbook}", place + 1, actions.len());
            for mut draft in steps_of(action, profile, set, ask) {
                match drafts
                    .iter_mut()
                    .find(|d| d.action.action == *action && d.action.target == draft.action.target)
                {
                    // Two playbooks may share an action: once is enough.
                    Some(known) => known.asks.push_str(&format!(", and {asks}")),
                    None => {
                        draft.asks.clone_from(&asks);
                        draft.action.playbook.clone_from(playbook);
                        drafts.push(draft);
                    }
                }
            }
        }
    }
    let destroying = drafts.iter().filter(|d| d.effect.destroys()).count();
    let first_destroying = drafts.iter().position(|d| d.effect.destroys());
    for (place, draft) in drafts.iter_mut().enumerate() {
        draft.moved =
            first_destroying.is_some_and(|first| place > first) && !draft.effect.destroys();
    }
    drafts.sort_by_key(|d| d.effect.destroys());
    let preserved = destroying < drafts.len();
    let of = u32::try_from(drafts.len()).unwrap_or(u32::MAX);
    let steps = drafts
        .into_iter()
        .zip(1..)
        .map(|(draft, seq)| draft.finish(seq, of, ask.severity, preserved));
    let mut steps: Vec<Action> = steps.collect();
    let whole = serde_json::to_string(&steps).unwrap_or_default();
    let plan = digest(format!("{}\n{whole}", ask.incident).as_bytes());
    for step in &mut steps {
        step.plan.clone_from(&plan);
    }
    steps
}

/// A step before its place in the plan is known.
struct Draft {
    action: Action,
    effect: Effect,
    /// It restarts the application.
    restarts: bool,
    asks: String,
    /// Why it cannot be carried out.
    missing: Option<String>,
    /// It goes before steps that the procedure has earlier.
    moved: bool,
}

impl Draft {
    fn finish(self, seq: u32, of: u32, severity: Option<Severity>, preserved: bool) -> Action {
        let Self { mut action, effect, restarts, asks, missing, moved } = self;
        let mut reason = vec![asks];
        if moved {
            reason.push("it destroys nothing, so it goes before what does".into());
        }
        if effect.destroys() && preserved {
            reason.push("it goes after the steps that destroy nothing".into());
        }
        if restarts {
            reason.push(
                "run ir-evidence before it: a restart overwrites and forgets what is evidence now"
                    .into(),
            );
        } else if effect.destroys() {
            reason.push(
                "run ir-evidence before it: what is lost by it cannot be collected after it".into(),
            );
        }
        if effect.destroys() {
            action.needs.push("a sealed evidence bundle (ir-evidence)".into());
        }
        if let Some(missing) = &missing {
            reason.insert(0, format!("not bound: {missing}"));
        }
        action.reason = reason.join("; ");
        action.bound = missing.is_none();
        action.approval = approval(severity.unwrap_or(Severity::P3), effect);
        action.seq = seq;
        action.of = of;
        action
    }
}

/// The steps of one action: one, or one for each affected instance.
fn steps_of(
    action: &str,
    profile: &Profile,
    set: &BTreeMap<String, String>,
    ask: &Ask,
) -> Vec<Draft> {
    let Some(def) = profile.actions.get(action) else {
        let missing = format!("the profile {} does not say how to do it", profile.app.name);
        return vec![undescribed(action, missing)];
    };
    let binder = Binder { profile, set };
    let Some(component) = def.per_instance_of.as_deref() else {
        let component = if let [only] = &def.touches[..] { Some(only.as_str()) } else { None };
        let names = Names { instance: None, component };
        return vec![described(action, def, binder, names, component.map(str::to_owned), None)];
    };
    let names = Names { instance: None, component: Some(component) };
    let affected = ask
        .components
        .iter()
        .find(|(name, _)| name == component)
        .map(|(_, i)| i.as_slice())
        .unwrap_or_default();
    if affected.is_empty() {
        let missing = format!("no alert names an instance of {component}");
        return vec![described(
            action,
            def,
            binder,
            names,
            Some(component.to_owned()),
            Some(missing),
        )];
    }
    let mut steps: Vec<Draft> = affected
        .iter()
        .take(MAX_INSTANCES)
        .map(|instance| {
            let target = Some(format!("{component}:{}", shown(instance)));
            match instance_fault(instance) {
                None => described(action, def, binder, Names { instance: Some(instance), ..names }, target, None),
                Some(fault) => {
                    let missing = format!("the name of the instance comes from the input and cannot be trusted: {fault}");
                    described(action, def, binder, names, target, Some(missing))
                }
            }
        })
        .collect();
    if affected.len() > MAX_INSTANCES {
        let missing = format!(
            "{} more instances of {component} are affected",
            affected.len() - MAX_INSTANCES
        );
        steps.push(described(
            action,
            def,
            binder,
            names,
            Some(component.to_owned()),
            Some(missing),
        ));
    }
    steps
}

fn shown(instance: &str) -> String {
    match instance.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &instance[..end]),
        None => instance.to_owned(),
    }
}

fn empty(action: &str) -> Action {
    let nothing = || Step { what: String::new(), argv: Vec::new() };
    Action {
        plan: String::new(),
        seq: 0,
        of: 0,
        playbook: String::new(),
        action: action.to_owned(),
        phase: ActionPhase::Planned,
        target: None,
        bound: false,
        reason: String::new(),
        run: nothing(),
        verify: nothing(),
        undo: nothing(),
        destroys: Vec::new(),
        needs: Vec::new(),
        blast_radius: Vec::new(),
        approval: ir_core::wire::Approval::Two,
    }
}

fn draft(action: Action, effect: Effect, restarts: bool, missing: Option<String>) -> Draft {
    Draft { action, effect, restarts, asks: String::new(), missing, moved: false }
}

/// A step that only the procedure knows: a person has to find out.
fn undescribed(name: &str, missing: String) -> Draft {
    let mut action = empty(name);
    action.run.what = format!("{} (by hand)", name.replace('_', " "));
    action.verify.what = "not known: the profile does not describe the action".into();
    action.undo.what = "not known: the profile does not describe the action".into();
    action.destroys = vec!["not known: the profile does not describe the action".into()];
    draft(action, Effect::of(None), false, Some(missing))
}

fn described(
    name: &str,
    def: &ActionDef,
    binder: Binder<'_>,
    names: Names<'_>,
    target: Option<String>,
    missing: Option<String>,
) -> Draft {
    let mut action = empty(name);
    let mut missing = missing;
    if missing.is_none() && def.run.is_empty() {
        missing = Some("a person has to do it: the profile gives no command".into());
    }
    if missing.is_none() {
        let all =
            [&def.run, &def.verify_run, &def.undo_run].map(|vectors| binder.argv(vectors, names));
        match all {
            // Verification and undo belong to the step: without them it is not to be carried out.
            [Ok(run), Ok(verify), Ok(undo)] => {
                (action.run.argv, action.verify.argv, action.undo.argv) = (run, verify, undo);
            }
            [run, verify, undo] => missing = [run, verify, undo].into_iter().find_map(Result::err),
        }
    }
    action.target = target;
    action.run.what = binder.sentence(&def.what, names);
    action.verify.what = binder.sentence(&def.verify, names);
    action.undo.what = binder.sentence(&def.undo, names);
    action.destroys = def.destroys.iter().map(|d| binder.sentence(d, names)).collect();
    if action.destroys.is_empty() && restarts(def) {
        action.destroys.push("what only the running application holds".into());
    }
    action.needs.clone_from(&def.needs);
    let touched = def.per_instance_of.iter().chain(&def.touches).map(String::as_str);
    action.blast_radius = blast_radius(binder.profile, touched);
    draft(action, Effect::of(Some(def)), restarts(def), missing)
}

#[cfg(test)]
mod tests;
