//! The rules of a procedure and a profile, every name in them resolved.

mod check;
mod index;

pub(super) use index::{Hit, Role};

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::plan::{Plan, Reading};
use super::source::{known_events, resolve};
use super::{Condition, Rule, Unit, parse};
use crate::docs::{Profile, RuleDef, RuleText, Sop};
use crate::wire::Category;

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
        let mut compiler = Compiler {
            sop,
            profile,
            events: known_events(profile),
            ids: BTreeSet::new(),
            rules: Vec::new(),
            errors: Vec::new(),
        };
        compiler.metrics();
        let mut named = true;
        for (group, texts) in &sop.incident_detection {
            for (i, text) in texts.iter().enumerate() {
                let path = format!("incident_detection.{group}[{i}]");
                named &= compiler.sop_rule(group, &path, text).is_some();
            }
        }
        // A rule that could not be read has no name yet: what refers to it is no error.
        if named {
            compiler.references();
        }
        for (i, text) in profile.rules.iter().enumerate() {
            compiler.app_rule(&format!("rules[{i}]"), text);
        }
        if compiler.errors.is_empty() {
            Ok(Self { index: index::index(&compiler.rules), rules: compiler.rules })
        } else {
            Err(compiler.errors)
        }
    }

    /// The rules: the procedure's by group, then the profile's.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules that an occurrence of this name feeds.
    pub(super) fn hits(&self, name: &str) -> &[Hit] {
        self.index.get(name).map_or(&[], Vec::as_slice)
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
            .map_err(|e| {
                self.errors.push(RuleError {
                    path: path.to_owned(),
                    column: Some(e.column),
                    message: e.message,
                })
            })
            .ok()
    }

    /// A rule of the procedure; none if it could not even be named.
    fn sop_rule(&mut self, group: &str, path: &str, text: &RuleText) -> Option<()> {
        let (mut def, when) = long_form(text, path);
        let written = self.condition(&when, &def.when)?;
        let id = format!("{group}.{}", def.id.clone().unwrap_or_else(|| written.name()));
        let mut places = Places { rule: path.to_owned(), when, meaning: format!("{path}.meaning") };
        if let Some(meaning) = self.sop.meanings.get(&id) {
            if def.meaning != Default::default() {
                self.error(
                    &places.meaning,
                    format!("the meaning of {id} is told here and under `meanings`: leave one out"),
                );
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
        if self.new_id(path, &id)
            && let Some(condition) = condition
        {
            self.rule(&places, id, def, condition, reason);
        }
        Some(())
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
            self.error(
                path,
                format!("there is a rule {id} already: give one of them an `id` of its own"),
            );
        }
        new
    }

    fn rule(
        &mut self,
        places: &Places,
        id: String,
        def: RuleDef,
        condition: Condition,
        reason: Option<String>,
    ) {
        let source = resolve(&condition, self.profile, &self.events);
        let mut by: Vec<String> = Vec::new();
        for label in def.by.iter().chain(&def.meaning.instance) {
            if !by.contains(label) {
                by.push(label.clone());
            }
        }
        self.labels(places, &def, &by, &source);
        self.meaning(&places.meaning, &def.meaning);
        let mut plan = match Plan::new(&condition, &source) {
            Ok(plan) => plan,
            Err(message) => return self.error(&places.when, message),
        };
        match def.min_events {
            Some(0) => self.error(
                format!("{}.min_events", places.rule),
                "a ratio or a burst needs at least 1 event",
            ),
            Some(min) if matches!(plan.reading, Reading::RatioIn | Reading::BurstIn) => {
                plan.min_events = min;
            }
            Some(_) if plan.never.is_none() => {
                self.error(
                    format!("{}.min_events", places.rule),
                    format!(
                        "only a ratio or a burst of events needs a number of them; this rule is read as {}",
                        plan.reading
                    ),
                );
            }
            _ => {}
        }
        if def.settle_at_end && !matches!(plan.reading, Reading::Hold | Reading::StateHold) {
            self.error(
                format!("{}.settle_at_end", places.rule),
                format!(
                    "only a hold (`for`) can be settled; this rule is read as {}",
                    plan.reading
                ),
            );
        }
        let unit = match &condition {
            Condition::Threshold(t) => {
                t.unit.or_else(|| Unit::of_name(&t.metric).map(|(_, unit)| unit))
            }
            Condition::Flag { .. } => None,
        };
        let category = def.meaning.category.unwrap_or(Category::Availability);
        let playbooks = if def.meaning.playbooks.is_empty() {
            self.playbooks_of(category)
        } else {
            def.meaning.playbooks
        };
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
        let fits = |name: &&String| {
            self.sop.playbooks.get(*name).is_some_and(|def| def.categories.contains(&category))
        };
        self.sop.containment_rules.keys().filter(fits).cloned().collect()
    }
}

/// The long form of a rule, and where its text stands.
fn long_form(text: &RuleText, path: &str) -> (RuleDef, String) {
    match text {
        RuleText::Prose(when) => {
            (RuleDef { when: when.clone(), ..RuleDef::default() }, path.to_owned())
        }
        RuleText::Long(def) => ((**def).clone(), format!("{path}.when")),
    }
}

#[cfg(test)]
pub(in crate::rules) mod tests;
