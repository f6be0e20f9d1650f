//! The rules of a procedure and a profile, every name in them resolved.

mod check;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::group::{Group, project, series};
use super::plan::{Plan, Reading};
use super::source::{Source, known_events, resolve};
use super::{Condition, Unit, parse};
use crate::docs::{Profile, RuleDef, RuleText, Sop};
use crate::wire::Category;

/// A checked rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `group.name`, e.g. `system_health.cpu_usage` or `app.start_failed`.
    pub id: String,
    /// The text in force.
    pub trigger: String,
    /// Why the profile reads the procedure's rule otherwise, where it does.
    pub reason: Option<String>,
    /// What the text says.
    pub condition: Condition,
    /// How it is read on this profile.
    pub reading: Reading,
    /// The labels that it is evaluated separately by; the label that names the instance is one of them.
    pub by: Vec<String>,
    /// Kind of incident that it points to.
    pub category: Category,
    /// The profile's component.
    pub component: Option<String>,
    /// The label whose value names the instance within the component.
    pub instance: Option<String>,
    /// Impact facts that its author vouches for.
    pub facts: BTreeMap<String, String>,
    /// Containment playbooks: its own, else those that the procedure gives the category.
    pub playbooks: Vec<String>,
    /// A sentence for people, with `{value}`, `{count}`, `{limit}` and `{LABEL}` to fill in.
    pub summary: Option<String>,
    /// The end of the input completes a hold that is still open.
    pub settle_at_end: bool,
    /// Of limit and values.
    pub(super) unit: Option<Unit>,
    pub(super) plan: Plan,
    pub(super) source: Source,
}

impl Rule {
    pub(super) fn is_threshold(&self) -> bool {
        matches!(self.condition, Condition::Threshold(_))
    }

    pub(super) fn reads_samples(&self) -> bool {
        matches!(self.source, Source::Samples(_))
    }

    /// What of values is said: their unit, else what is counted.
    pub(super) fn unit_word(&self) -> Option<String> {
        let Condition::Threshold(t) = &self.condition else { return None };
        self.unit.map(|unit| unit.symbol().to_owned()).or_else(|| t.noun.clone())
    }

    /// Silence, where a log was read that could have spoken, is a zero, and zero makes it false.
    pub(super) fn is_silent_zero(&self) -> bool {
        let zero = matches!(self.reading, Reading::CountIn | Reading::Event | Reading::State | Reading::StateHold);
        zero && !self.plan.test.holds(0.0)
    }

    /// The group of an occurrence. A value without `by` is judged series by series: to mix them would mean nothing.
    pub(super) fn group(&self, labels: &Group) -> Group {
        let value = matches!(self.reading, Reading::Newest | Reading::Hold | Reading::Steady | Reading::MeanIn);
        if self.by.is_empty() && value && self.reads_samples() { series(labels) } else { project(&self.by, labels) }
    }

    /// Whether `count` occurrences in the window make it true. Rates are compared without a division.
    pub(super) fn compare_count(&self, count: u64) -> bool {
        let test = self.plan.test;
        match self.per_seconds() {
            None => test.holds(count as f64),
            Some(per) => test.op.holds(count as f64 * per, test.limit * self.plan.span.as_secs_f64()),
        }
    }

    /// The value of `count` occurrences in the window.
    pub(super) fn count_value(&self, count: u64) -> f64 {
        match self.per_seconds() {
            None => count as f64,
            Some(per) => count as f64 * per / self.plan.span.as_secs_f64(),
        }
    }

    fn per_seconds(&self) -> Option<f64> {
        self.plan.per.map(|unit| if unit == Unit::PerMin { 60.0 } else { 1.0 })
    }
}

/// What is wrong with a rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// Place in its document, e.g. `incident_detection.system_health[0]` or `rules[3].when`.
    pub path: String,
    /// Column in the text there, in characters from 1.
    pub column: Option<usize>,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "{}: column {column}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

impl std::error::Error for RuleError {}

/// How an occurrence feeds a rule.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hit {
    pub(super) rule: usize,
    pub(super) role: Role,
    /// Only with this value of the label `component`.
    pub(super) component: Option<String>,
    /// The value tells the other side of the capacity.
    pub(super) inverted: bool,
}

/// What an occurrence is to a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    /// One event, above the line of a ratio, below it, or both.
    Counted { bad: bool, total: bool },
    /// A sample that stands for as many as its value says.
    Weighed,
    /// It switches a state.
    Switch(bool),
    /// A value.
    Value,
    /// An event that is a flag.
    Event,
    /// A sample or bare event that is a flag, unless its value is 0.
    Raised,
}

/// Checked rules and what feeds them.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    index: BTreeMap<String, Vec<Hit>>,
}

impl RuleSet {
    /// The procedure's rules, as the profile reads them, and the profile's own, in group `app`.
    ///
    /// # Errors
    /// Everything that is wrong with any of them: texts, names that nothing declares, readings that do not fit.
    pub fn compile(sop: &Sop, profile: &Profile) -> Result<Self, Vec<RuleError>> {
        let mut compiler =
            Compiler { sop, profile, events: known_events(profile), ids: BTreeSet::new(), rules: Vec::new(), errors: Vec::new() };
        compiler.metrics();
        for (group, texts) in &sop.incident_detection {
            for (i, text) in texts.iter().enumerate() {
                compiler.sop_rule(group, &format!("incident_detection.{group}[{i}]"), text);
            }
        }
        compiler.references();
        for (i, text) in profile.rules.iter().enumerate() {
            compiler.app_rule(&format!("rules[{i}]"), text);
        }
        if compiler.errors.is_empty() { Ok(Self::indexed(compiler.rules)) } else { Err(compiler.errors) }
    }

    /// The rules: the procedure's by group, then the profile's.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules that an occurrence of this name feeds.
    pub(super) fn hits(&self, name: &str) -> &[Hit] {
        self.index.get(name).map_or(&[], Vec::as_slice)
    }

    fn indexed(rules: Vec<Rule>) -> Self {
        let mut index: BTreeMap<String, Vec<Hit>> = BTreeMap::new();
        for (rule, def) in rules.iter().enumerate().filter(|(_, def)| def.plan.never.is_none()) {
            let mut add = |name: &str, role, component: Option<&String>, inverted| {
                let hits = index.entry(name.to_owned()).or_default();
                let hit = Hit { rule, role, component: component.cloned(), inverted };
                match hits.iter_mut().find(|known| known.rule == rule && known.component == hit.component) {
                    None => hits.push(hit),
                    // An event of both lists of a ratio counts on both sides.
                    Some(Hit { role: Role::Counted { total, .. }, .. }) => *total |= matches!(role, Role::Counted { total: true, .. }),
                    Some(_) => {}
                }
            };
            match &def.source {
                Source::Events(events) if def.reading == Reading::Event => events.iter().for_each(|e| add(e, Role::Event, None, false)),
                Source::Events(events) => events.iter().for_each(|e| add(e, Role::Counted { bad: true, total: false }, None, false)),
                Source::Ratio { bad, total, .. } => {
                    bad.iter().for_each(|e| add(e, Role::Counted { bad: true, total: false }, None, false));
                    total.iter().for_each(|e| add(e, Role::Counted { bad: false, total: true }, None, false));
                }
                Source::Gauge { events, inverted } => events.iter().for_each(|e| add(e, Role::Value, None, *inverted)),
                Source::State { on, off } => {
                    on.iter().for_each(|e| add(e, Role::Switch(true), None, false));
                    off.iter().for_each(|e| add(e, Role::Switch(false), None, false));
                }
                Source::Samples(samples) => {
                    let role = match def.reading {
                        Reading::Event => Role::Raised,
                        Reading::CountIn => Role::Weighed,
                        _ => Role::Value,
                    };
                    for name in &samples.names {
                        add(&name.name, role, name.component.as_ref(), name.inverted);
                        // A name that ends in a unit is the same metric in that unit.
                        for suffix in Unit::suffixes().filter(|_| role == Role::Value) {
                            add(&format!("{}{suffix}", name.name), role, name.component.as_ref(), name.inverted);
                        }
                    }
                }
                Source::Never(_) => {}
            }
        }
        Self { rules, index }
    }
}

struct Compiler<'a> {
    sop: &'a Sop,
    profile: &'a Profile,
    events: BTreeSet<&'a str>,
    ids: BTreeSet<String>,
    rules: Vec<Rule>,
    errors: Vec<RuleError>,
}

/// Where the parts of a rule stand.
struct Places {
    /// The rule.
    rule: String,
    /// Its text.
    when: String,
    /// Its meaning.
    meaning: String,
}

impl Compiler<'_> {
    fn error(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.errors.push(RuleError { path: path.into(), column: None, message: message.into() });
    }

    /// The condition in `text`, which stands at `path`.
    fn condition(&mut self, path: &str, text: &str) -> Option<Condition> {
        parse(text)
            .map_err(|e| self.errors.push(RuleError { path: path.to_owned(), column: Some(e.column), message: e.message }))
            .ok()
    }

    fn sop_rule(&mut self, group: &str, path: &str, text: &RuleText) {
        let (mut def, when) = long_form(text, path);
        let Some(written) = self.condition(&when, &def.when) else { return };
        let id = format!("{group}.{}", def.id.clone().unwrap_or_else(|| written.name()));
        let mut places = Places { rule: path.to_owned(), when, meaning: format!("{path}.meaning") };
        if let Some(meaning) = self.sop.meanings.get(&id) {
            if def.meaning != Default::default() {
                self.error(&places.meaning, format!("the meaning of {id} is told here and under `meanings`: leave one out"));
            }
            places.meaning = format!("meanings.{id}");
            def.meaning = meaning.clone();
        }
        let (condition, reason) = match self.profile.overrides.get(&id) {
            None => (Some(written), None),
            Some(other) => {
                places.when = format!("overrides.{id}.when");
                def.when.clone_from(&other.when);
                (self.condition(&places.when, &other.when), Some(other.reason.clone()))
            }
        };
        if self.new_id(path, &id) && let Some(condition) = condition {
            self.rule(&places, id, def, condition, reason);
        }
    }

    fn app_rule(&mut self, path: &str, text: &RuleText) {
        let (def, when) = long_form(text, path);
        let Some(condition) = self.condition(&when, &def.when) else { return };
        let id = format!("app.{}", def.id.clone().unwrap_or_else(|| condition.name()));
        if self.new_id(path, &id) {
            let places = Places { rule: path.to_owned(), when, meaning: format!("{path}.meaning") };
            self.rule(&places, id, def, condition, None);
        }
    }

    fn new_id(&mut self, path: &str, id: &str) -> bool {
        let new = self.ids.insert(id.to_owned());
        if !new {
            self.error(path, format!("there is a rule {id} already: give one of them an `id` of its own"));
        }
        new
    }

    fn rule(&mut self, places: &Places, id: String, def: RuleDef, condition: Condition, reason: Option<String>) {
        let source = resolve(&condition, self.profile, &self.events);
        let mut by = def.by.clone();
        by.extend(def.meaning.instance.clone().filter(|instance| !def.by.contains(instance)));
        self.labels(places, &def, &by, &source);
        self.meaning(&places.meaning, &def.meaning);
        let mut plan = match Plan::new(&condition, &source) {
            Ok(plan) => plan,
            Err(message) => return self.error(&places.when, message),
        };
        match def.min_events {
            Some(0) => self.error(format!("{}.min_events", places.rule), "a ratio needs at least 1 event"),
            Some(min) if plan.reading == Reading::RatioIn => plan.min_events = min,
            Some(_) if plan.never.is_none() => {
                self.error(format!("{}.min_events", places.rule), format!("only a ratio of events needs a number of them; this rule is read as {}", plan.reading));
            }
            _ => {}
        }
        if def.settle_at_end && !matches!(plan.reading, Reading::Hold | Reading::StateHold) {
            self.error(format!("{}.settle_at_end", places.rule), format!("only a hold (`for`) can be settled; this rule is read as {}", plan.reading));
        }
        let unit = match &condition {
            Condition::Threshold(t) => t.unit.or_else(|| Unit::of_name(&t.metric).map(|(_, unit)| unit)),
            Condition::Flag { .. } => None,
        };
        let category = def.meaning.category.unwrap_or(Category::Availability);
        let playbooks = if def.meaning.playbooks.is_empty() { self.playbooks_of(category) } else { def.meaning.playbooks };
        self.rules.push(Rule {
            id,
            trigger: def.when,
            reason,
            condition,
            reading: plan.reading,
            by,
            category,
            component: def.meaning.component,
            instance: def.meaning.instance,
            facts: def.meaning.facts,
            playbooks,
            summary: def.summary,
            settle_at_end: def.settle_at_end,
            unit,
            plan,
            source,
        });
    }

    /// The playbooks that the procedure gives a kind of incident, in its order.
    fn playbooks_of(&self, category: Category) -> Vec<String> {
        let fits = |name: &&String| self.sop.playbooks.get(*name).is_some_and(|def| def.categories.contains(&category));
        self.sop.containment_rules.keys().filter(fits).cloned().collect()
    }
}

/// The long form of a rule, and where its text stands.
fn long_form(text: &RuleText, path: &str) -> (RuleDef, String) {
    match text {
        RuleText::Prose(when) => (RuleDef { when: when.clone(), ..RuleDef::default() }, path.to_owned()),
        RuleText::Long(def) => ((**def).clone(), format!("{path}.when")),
    }
}

#[cfg(test)]
mod tests;
