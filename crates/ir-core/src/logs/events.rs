//! Named events among log records, after a profile's definitions.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use regex::bytes::{Captures, Regex, RegexSet};

use super::Record;
use super::pattern::{PatternError, compile, compile_set, unanchored};
use crate::docs::{ANY_LOG, EventDef, IgnoreDef, Level, LogSource, Profile};
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
    /// Noise first, then events, each in the order of the document.
    rules: Vec<Rule>,
    logs: BTreeMap<String, Tables>,
    /// For sources that the profile does not declare.
    others: Tables,
    components: BTreeMap<String, String>,
    sessions: Sessions,
}

#[derive(Clone, Debug)]
struct Rule {
    log: String,
    regex: Option<Regex>,
    levels: Vec<Level>,
    meaning: Meaning,
}

#[derive(Clone, Debug)]
enum Meaning {
    Noise,
    Event { index: usize, def: Box<EventDef> },
}

/// The rules for one log by level: none, debug … critical.
#[derive(Clone, Debug)]
struct Tables([Arc<Table>; 6]);

/// The rules for one log that a level admits.
#[derive(Debug)]
struct Table {
    /// In order: index into the rules, and into `set` if it has an expression.
    order: Vec<(usize, Option<usize>)>,
    set: RegexSet,
    /// Some have no expression.
    loose: bool,
}

impl Classifier {
    /// Compiles the definitions of a profile.
    ///
    /// # Errors
    /// All that cannot be used: expressions that do not compile or are not anchored, logs that the profile does not declare,
    /// expressions on private logs.
    pub fn new(profile: &Profile) -> Result<Self, Vec<EventError>> {
        let mut errors = Vec::new();
        let mut rules = Vec::new();
        let noise =
            profile.ignore.iter().enumerate().map(|(index, def)| noise(index, def, &profile.logs));
        let events =
            profile.events.iter().enumerate().map(|(index, def)| event(index, def, &profile.logs));
        for rule in noise.chain(events) {
            match rule {
                Ok(rule) => rules.push(rule),
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut known = BTreeMap::new();
        let mut tables = |log: Option<&LogSource>| {
            let text = log.is_none_or(|log| !log.private);
            let concerns = |rule: &Rule| {
                log.is_some_and(|log| rule.log == log.id) || (text && rule.log == ANY_LOG)
            };
            Tables::new(&rules, concerns, &mut known).map_err(|e| {
                let what = log.map_or("every log".into(), |log| format!("the log {:?}", log.id));
                vec![EventError {
                    path: "events".into(),
                    column: None,
                    message: format!("the expressions for {what} together: {}", e.reason),
                }]
            })
        };
        let others = tables(None)?;
        let mut logs = BTreeMap::new();
        for log in &profile.logs {
            logs.insert(log.id.clone(), tables(Some(log))?);
        }
        let mut components = BTreeMap::new();
        for (name, component) in &profile.components {
            for file in &component.files {
                components.entry(file.clone()).or_insert_with(|| name.clone());
            }
        }
        Ok(Self { rules, logs, others, components, sessions: Sessions::default() })
    }

    /// What the record of the source `log` is. Metric samples and bare events are nothing to it: they carry their own names.
    pub fn classify(&mut self, log: &str, record: &Record<'_>) -> Class {
        if record.sample.is_some() {
            return Class::Plain;
        }
        let tables = self.logs.get(log).unwrap_or(&self.others);
        let Some(rule) = tables.find(&self.rules, record) else { return Class::Plain };
        let (index, def) = match &rule.meaning {
            Meaning::Noise => return Class::Ignored,
            Meaning::Event { index, def } => (*index, def),
        };
        if def.skip_first_of_session
            && self.sessions.is_new(index, record.session.unwrap_or_default())
        {
            return Class::Plain;
        }
        let captures = rule.regex.as_ref().and_then(|regex| regex.captures(record.message));
        let mut labels = BTreeMap::new();
        if let (Some(regex), Some(captures)) = (&rule.regex, &captures) {
            collect(regex, captures, &mut labels);
        }
        labels.extend(def.set.clone());
        let value = captures.as_ref().and_then(|c| c.name("value"));
        let value =
            value.and_then(|v| str::from_utf8(v.as_bytes()).ok()?.trim().parse::<f64>().ok());
        let component =
            def.component.as_deref().or_else(|| self.component_of(record)).map(str::to_owned);
        let instance = def
            .instance
            .as_ref()
            .and_then(|label| labels.get(label))
            .filter(|i| !i.is_empty())
            .cloned();
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

/// The labels `host` and `program` of a record that names them. Untrusted text as in [`EventMatch::labels`].
pub fn origin_labels(record: &Record<'_>) -> impl Iterator<Item = (&'static str, String)> {
    [("host", record.host), ("program", record.program.map(bare))]
        .into_iter()
        .filter_map(|(label, text)| Some((label, text.filter(|text| !text.is_empty())?)))
        .map(|(label, text)| (label, clean(text.as_bytes())))
}

/// A program's name without its folder and what it says of itself in parentheses: `/usr/sbin/sshd(pam_unix)` is `sshd`.
fn bare(program: &str) -> &str {
    let name = program.split('(').next().unwrap_or_default();
    name.rsplit('/').next().unwrap_or_default()
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

fn noise(index: usize, def: &IgnoreDef, logs: &[LogSource]) -> Result<Rule, EventError> {
    let regex = expression(&format!("ignore[{index}]"), &def.log, Some(&def.pattern), logs)?;
    Ok(Rule { log: def.log.clone(), regex, levels: def.level.clone(), meaning: Meaning::Noise })
}

fn event(index: usize, def: &EventDef, logs: &[LogSource]) -> Result<Rule, EventError> {
    let regex = expression(&format!("events[{index}]"), &def.log, def.pattern.as_ref(), logs)?;
    let meaning = Meaning::Event { index, def: Box::new(def.clone()) };
    Ok(Rule { log: def.log.clone(), regex, levels: def.level.clone(), meaning })
}

fn expression(
    path: &str,
    log: &str,
    pattern: Option<&String>,
    logs: &[LogSource],
) -> Result<Option<Regex>, EventError> {
    let error = |key: &str, column, message: String| EventError {
        path: format!("{path}.{key}"),
        column,
        message,
    };
    let source = logs.iter().find(|source| source.id == log);
    if source.is_none() && log != ANY_LOG {
        return Err(error("log", None, format!("no log of the profile has the id {log:?}")));
    }
    let Some(pattern) = pattern else { return Ok(None) };
    if source.is_some_and(|source| source.private) {
        return Err(error(
            "match",
            None,
            format!("the log {log:?} is private: its text is not matched; compare `kind` instead"),
        ));
    }
    let regex = compile(pattern)
        .map_err(|PatternError { column, reason }| error("match", column, reason))?;
    match unanchored(pattern) {
        None => Ok(Some(regex)),
        Some(column) => Err(error(
            "match",
            Some(column),
            "it does not begin with ^ here: unanchored, it would look through every line, and take a text that only quotes the failure for one".into(),
        )),
    }
}

impl Tables {
    /// `known`: tables of other logs and levels, by their rules.
    fn new(
        rules: &[Rule],
        concerns: impl Fn(&Rule) -> bool,
        known: &mut BTreeMap<Vec<usize>, Arc<Table>>,
    ) -> Result<Self, PatternError> {
        let mut table = |level: Option<Level>| {
            let admits = |rule: &Rule| {
                rule.levels.is_empty() || level.is_some_and(|l| rule.levels.contains(&l))
            };
            let members: Vec<usize> =
                (0..rules.len()).filter(|&i| concerns(&rules[i]) && admits(&rules[i])).collect();
            if let Some(table) = known.get(&members) {
                return Ok(Arc::clone(table));
            }
            let table = Arc::new(Table::new(&members, rules)?);
            known.insert(members, Arc::clone(&table));
            Ok(table)
        };
        let mut of = |level| table(Some(level));
        let [debug, info, warning] = [of(Level::Debug)?, of(Level::Info)?, of(Level::Warning)?];
        let [error, critical] = [of(Level::Error)?, of(Level::Critical)?];
        Ok(Self([table(None)?, debug, info, warning, error, critical]))
    }

    fn find<'r>(&self, rules: &'r [Rule], record: &Record<'_>) -> Option<&'r Rule> {
        let table = &self.0[slot(record.level)];
        // Most lines match nothing, and that is cheap to see: all expressions are anchored.
        let any = !table.set.is_empty() && table.set.is_match(record.message);
        if !any && !table.loose {
            return None;
        }
        let matched = any.then(|| table.set.matches(record.message));
        table.order.iter().find_map(|&(rule, expression)| {
            let rule = &rules[rule];
            let kind = match &rule.meaning {
                Meaning::Event { def, .. } => def.kind.as_deref(),
                Meaning::Noise => None,
            };
            let program = match &rule.meaning {
                Meaning::Event { def, .. } => &def.program[..],
                Meaning::Noise => &[],
            };
            let by = |name: &str| program.iter().any(|known| known == bare(name));
            let fits = expression.is_none_or(|e| matched.as_ref().is_some_and(|m| m.matched(e)));
            (fits
                && (program.is_empty() || record.program.is_none_or(by))
                && kind.is_none_or(|kind| record.kind == Some(kind)))
            .then_some(rule)
        })
    }
}

impl Table {
    fn new(members: &[usize], rules: &[Rule]) -> Result<Self, PatternError> {
        let expressions = || members.iter().filter_map(|&i| rules[i].regex.as_ref());
        let mut next = 0..;
        let order: Vec<_> = members
            .iter()
            .map(|&i| (i, rules[i].regex.as_ref().and_then(|_| next.next())))
            .collect();
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
        let session =
            if session.len() > MAX_LABEL { digest(session.as_bytes()) } else { session.to_owned() };
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
