//! Named events among log records, after a profile's definitions.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use regex::bytes::{Captures, Regex, RegexSet};

use super::Record;
use super::pattern::{PatternError, compile, compile_set, unanchored};
use crate::docs::{EventDef, IgnoreDef, Level, LogSource, Profile};
use crate::wire::digest;

/// A label's value is cut here, in bytes: it comes from the log, and anybody may have written it.
pub const MAX_LABEL: usize = 200;

/// Sessions remembered for definitions that skip the first record of each; past that the oldest is forgotten.
const MAX_SESSIONS: usize = 100_000;

/// What is wrong with a profile's definition of an event or of noise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventError {
    /// Where in the profile, e.g. `events[3].match`.
    pub path: String,
    /// Column in that text, from 1, where it is known.
    pub column: Option<usize>,
    /// A sentence.
    pub message: String,
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(column) = self.column {
            write!(f, " at column {column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for EventError {}

/// What the profile says of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Class {
    /// Normal noise.
    Ignored,
    /// A named event.
    Event(EventMatch),
    /// Nothing.
    Plain,
}

/// A record that is a named event.
#[derive(Clone, Debug, PartialEq)]
pub struct EventMatch {
    /// Index of its definition in the profile.
    pub def: usize,
    /// The event's name.
    pub name: String,
    /// Named groups of the expression, and what the definition sets. Untrusted text of at most [`MAX_LABEL`] bytes each,
    /// without control characters.
    pub labels: BTreeMap<String, String>,
    /// What the group `value` holds, where that is a number.
    pub value: Option<f64>,
    /// The component that failed: as the definition says, else the one that wrote the record.
    pub component: Option<String>,
    /// The instance within the component.
    pub instance: Option<String>,
    /// It is a failure.
    pub failure: bool,
    /// It is a change.
    pub change: bool,
    /// It repeats a failure that another record told.
    pub echo: bool,
}

/// Knows a profile's named events and normal noise.
///
/// Noise comes first: an operator writes it to silence something, events included. Then the first definition in the order of
/// the document wins. Levels and kinds are compared before expressions, and expressions see the first line of the message only.
#[derive(Clone, Debug)]
pub struct Classifier {
    logs: BTreeMap<String, Rules>,
    components: BTreeMap<String, String>,
    sessions: Sessions,
}

/// The definitions for one log.
#[derive(Clone, Debug)]
struct Rules {
    rules: Vec<Rule>,
    tables: Vec<Table>,
    /// By level (none, debug … critical): index into `tables`.
    by_level: [usize; 6],
}

/// The definitions that a level admits.
#[derive(Clone, Debug)]
struct Table {
    /// In order, noise first: index into the rules, and into `set` if it has an expression.
    order: Vec<(usize, Option<usize>)>,
    set: RegexSet,
    /// Some have no expression.
    loose: bool,
}

#[derive(Clone, Debug)]
struct Rule {
    regex: Option<Regex>,
    levels: Vec<Level>,
    meaning: Meaning,
}

#[derive(Clone, Debug)]
enum Meaning {
    Noise,
    Event { index: usize, def: Box<EventDef> },
}

impl Classifier {
    /// Compiles the definitions of a profile.
    ///
    /// # Errors
    /// All that cannot be used: expressions that do not compile or are not anchored, logs that the profile does not declare,
    /// expressions on private logs.
    pub fn new(profile: &Profile) -> Result<Self, Vec<EventError>> {
        let mut errors = Vec::new();
        let mut logs: BTreeMap<String, Vec<Rule>> = BTreeMap::new();
        for (index, def) in profile.ignore.iter().enumerate() {
            let path = format!("ignore[{index}]");
            match noise(&path, def, &profile.logs) {
                Ok(rule) => logs.entry(def.log.clone()).or_default().push(rule),
                Err(error) => errors.push(error),
            }
        }
        for (index, def) in profile.events.iter().enumerate() {
            let path = format!("events[{index}]");
            match event(&path, index, def, &profile.logs) {
                Ok(rule) => logs.entry(def.log.clone()).or_default().push(rule),
                Err(error) => errors.push(error),
            }
        }
        let mut compiled = BTreeMap::new();
        for (log, rules) in logs {
            match Rules::new(rules) {
                Ok(rules) => _ = compiled.insert(log, rules),
                Err(e) => errors.push(EventError { path: format!("the expressions for the log {log:?}"), column: None, message: e.reason }),
            }
        }
        let mut components = BTreeMap::new();
        for (name, component) in &profile.components {
            for file in &component.files {
                components.entry(file.clone()).or_insert_with(|| name.clone());
            }
        }
        if errors.is_empty() { Ok(Self { logs: compiled, components, sessions: Sessions::default() }) } else { Err(errors) }
    }

    /// What the record of the source `log` is. Metric samples and bare events are nothing to it: they carry their own names.
    pub fn classify(&mut self, log: &str, record: &Record<'_>) -> Class {
        let Some(rules) = self.logs.get(log).filter(|_| record.sample.is_none()) else { return Class::Plain };
        let Some(rule) = rules.find(record) else { return Class::Plain };
        let (index, def) = match &rule.meaning {
            Meaning::Noise => return Class::Ignored,
            Meaning::Event { index, def } => (*index, def),
        };
        if def.skip_first_of_session && self.sessions.is_new(index, record.session.unwrap_or_default()) {
            return Class::Plain;
        }
        let captures = rule.regex.as_ref().and_then(|regex| regex.captures(record.message));
        let mut labels = BTreeMap::new();
        if let (Some(regex), Some(captures)) = (&rule.regex, &captures) {
            collect(regex, captures, &mut labels);
        }
        labels.extend(def.set.clone());
        let value = captures.as_ref().and_then(|c| c.name("value"));
        let value = value.and_then(|v| str::from_utf8(v.as_bytes()).ok()?.trim().parse::<f64>().ok());
        let component = def.component.as_deref().or_else(|| self.component_of(record)).map(str::to_owned);
        let instance = def.instance.as_ref().and_then(|label| labels.get(label)).filter(|i| !i.is_empty()).cloned();
        Class::Event(EventMatch {
            def: index,
            name: def.event.clone(),
            labels,
            value: value.filter(|v| v.is_finite()),
            component,
            instance,
            failure: def.failure,
            change: def.change,
            echo: def.echo,
        })
    }

    /// The component whose source file wrote the record.
    pub fn component_of(&self, record: &Record<'_>) -> Option<&str> {
        self.components.get(record.file?).map(String::as_str)
    }
}

fn collect(regex: &Regex, captures: &Captures<'_>, labels: &mut BTreeMap<String, String>) {
    for name in regex.capture_names().flatten().filter(|name| *name != "value") {
        if let Some(found) = captures.name(name) {
            labels.insert(name.to_owned(), clean(found.as_bytes()));
        }
    }
}

/// Text of a log that is safe to be a label.
fn clean(bytes: &[u8]) -> String {
    // Each byte becomes a character of at most three bytes, so that the head suffices.
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_LABEL + 4)]);
    let mut out = String::with_capacity(head.len().min(MAX_LABEL));
    for c in head.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }) {
        if out.len() + c.len_utf8() > MAX_LABEL {
            break;
        }
        out.push(c);
    }
    out
}

fn noise(path: &str, def: &IgnoreDef, logs: &[LogSource]) -> Result<Rule, EventError> {
    let regex = expression(path, &def.log, Some(&def.pattern), logs)?;
    Ok(Rule { regex, levels: def.level.clone(), meaning: Meaning::Noise })
}

fn event(path: &str, index: usize, def: &EventDef, logs: &[LogSource]) -> Result<Rule, EventError> {
    let regex = expression(path, &def.log, def.pattern.as_ref(), logs)?;
    Ok(Rule { regex, levels: def.level.clone(), meaning: Meaning::Event { index, def: Box::new(def.clone()) } })
}

fn expression(path: &str, log: &str, pattern: Option<&String>, logs: &[LogSource]) -> Result<Option<Regex>, EventError> {
    let error = |key: &str, column, message: String| EventError { path: format!("{path}.{key}"), column, message };
    let source = logs.iter().find(|source| source.id == log);
    let source = source.ok_or_else(|| error("log", None, format!("no log of the profile has the id {log:?}")))?;
    let Some(pattern) = pattern else { return Ok(None) };
    if source.private {
        return Err(error("match", None, format!("the log {log:?} is private: its text is not matched; compare `kind` instead")));
    }
    let regex = compile(pattern).map_err(|PatternError { column, reason }| error("match", column, reason))?;
    match unanchored(pattern) {
        None => Ok(Some(regex)),
        Some(column) => Err(error(
            "match",
            Some(column),
            "it does not begin with ^ here: unanchored, it would look through every line, and take a text that only quotes the failure for one".into(),
        )),
    }
}

impl Rules {
    fn new(rules: Vec<Rule>) -> Result<Self, PatternError> {
        let mut tables: Vec<Table> = Vec::new();
        let mut by_level = [0; 6];
        let mut known: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        const LEVELS: [Option<Level>; 6] =
            [None, Some(Level::Debug), Some(Level::Info), Some(Level::Warning), Some(Level::Error), Some(Level::Critical)];
        for level in LEVELS {
            let admits = |rule: &Rule| rule.levels.is_empty() || level.is_some_and(|l| rule.levels.contains(&l));
            let members: Vec<usize> = (0..rules.len()).filter(|&i| admits(&rules[i])).collect();
            let table = match known.get(&members) {
                Some(&table) => table,
                None => {
                    tables.push(Table::new(&members, &rules)?);
                    known.insert(members, tables.len() - 1);
                    tables.len() - 1
                }
            };
            by_level[slot(level)] = table;
        }
        Ok(Self { rules, tables, by_level })
    }

    fn find(&self, record: &Record<'_>) -> Option<&Rule> {
        let table = &self.tables[self.by_level[slot(record.level)]];
        // Most lines match nothing, and that is cheap to see: all expressions are anchored.
        let any = !table.set.is_empty() && table.set.is_match(record.message);
        if !any && !table.loose {
            return None;
        }
        let matched = any.then(|| table.set.matches(record.message));
        table.order.iter().find_map(|&(rule, expression)| {
            let rule = &self.rules[rule];
            let kind = match &rule.meaning {
                Meaning::Event { def, .. } => def.kind.as_deref(),
                Meaning::Noise => None,
            };
            let fits = expression.is_none_or(|e| matched.as_ref().is_some_and(|m| m.matched(e)));
            (fits && kind.is_none_or(|kind| record.kind == Some(kind))).then_some(rule)
        })
    }
}

impl Table {
    fn new(members: &[usize], rules: &[Rule]) -> Result<Self, PatternError> {
        let expressions = || members.iter().filter_map(|&i| rules[i].regex.as_ref());
        let mut next = 0..;
        let order: Vec<_> = members.iter().map(|&i| (i, rules[i].regex.as_ref().and_then(|_| next.next()))).collect();
        let loose = order.iter().any(|(_, expression)| expression.is_none());
        Ok(Self { order, set: compile_set(expressions().map(Regex::as_str))?, loose })
    }
}

fn slot(level: Option<Level>) -> usize {
    level.map_or(0, |level| level as usize + 1)
}

/// The sessions seen, by definition.
#[derive(Clone, Debug, Default)]
struct Sessions {
    seen: BTreeSet<(usize, String)>,
    order: VecDeque<(usize, String)>,
}

impl Sessions {
    fn is_new(&mut self, def: usize, session: &str) -> bool {
        let session = if session.len() > MAX_LABEL { digest(session.as_bytes()) } else { session.to_owned() };
        let key = (def, session);
        if !self.seen.insert(key.clone()) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > MAX_SESSIONS
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests;
