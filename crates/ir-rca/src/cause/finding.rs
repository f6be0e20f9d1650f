//! What stands out in the logs: failures known by name, messages that are new, bursting or gone, changes between runs.

use std::collections::BTreeSet;

use ir_core::correlate::{
    Exposure, Message, Name, Named, SURPRISING, Scan, Seen, Shift, Sum, mask, shift,
};
use ir_core::docs::{Level, Profile};
use ir_core::wire::{Excerpt, Finding, FindingKind, Origin, Term, Time};

use super::outline::{Change, Outline};
use super::parts::Parts;

/// Findings of one incident that are told, the weightiest ones.
const TOLD: usize = 40;
/// Of those, messages that are no warning.
const TOLD_QUIET: usize = 10;

/// A finding, and what the ranking needs to know of it beyond its words.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) finding: Finding,
    /// What it says of its component, in few words.
    pub(crate) brief: String,
    /// The event, where it is a failure known by name.
    pub(crate) event: Option<String>,
    /// At least a warning, or a failure known by name.
    pub(crate) grave: bool,
    /// The labels of a change.
    pub(crate) values: Vec<String>,
}

/// What findings are made from.
pub(crate) struct Material<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) parts: &'a Parts<'a>,
    pub(crate) scan: &'a Scan,
    pub(crate) outline: &'a Outline,
    pub(crate) onset: Time,
    /// How much there was to write before the window.
    pub(crate) then: Exposure,
    /// And in it.
    pub(crate) now: Exposure,
    /// Names of the events that alerts count.
    pub(crate) alerted: &'a BTreeSet<Name>,
    /// Ids of the sources, by number.
    pub(crate) sources: &'a [String],
}

impl Material<'_> {
    /// All findings, the weightiest first.
    pub(crate) fn findings(&self) -> Vec<Found> {
        let mut all: Vec<Found> = self.scan.names.iter().filter_map(|n| self.named(n)).collect();
        all.extend(self.scan.messages.iter().filter_map(|m| self.message(m)));
        all.extend(self.changes());
        let weight = |f: &Found| f.finding.score;
        let key = |f: &Found| {
            (
                f.finding.onset,
                f.finding.kind,
                f.finding.component.clone(),
                f.finding.instance.clone(),
                f.finding.template.clone(),
            )
        };
        all.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| key(a).cmp(&key(b))));
        let mut quiet = 0;
        all.retain(|f| {
            quiet += usize::from(!f.grave && f.finding.kind != FindingKind::Change);
            f.grave || f.finding.kind == FindingKind::Change || quiet <= TOLD_QUIET
        });
        all.truncate(TOLD);
        all
    }

    /// There is a time before to compare with.
    pub(crate) fn has_baseline(&self) -> bool {
        self.scan.before.records > 0
    }

    fn named(&self, named: &Named) -> Option<Found> {
        let mut defs = self.profile.events.iter().filter(|def| def.event == named.name.event);
        if defs.clone().any(|def| def.failure) {
            return self.failure(named, 3.0, "a failure that the profile knows by name");
        }
        if self.alerted.contains(&named.name) {
            return self.failure(named, 2.0, "an alert of the incident counts it");
        }
        let level = defs.find_map(|def| def.level.iter().copied().max());
        let sample = named.window.samples.first().or(named.before.samples.first())?;
        let of = Whose {
            component: named.name.component.clone(),
            instance: named.name.instance.clone(),
            level,
            template: masked(&sample.text),
        };
        self.plain(of, &named.name.event, &named.before, &named.window)
    }

    fn failure(&self, named: &Named, weight: f64, why: &str) -> Option<Found> {
        let count = named.window.count;
        let first = named.window.samples.first()?;
        let (kind, surprise) = shift(count, named.before.count, &self.now, &self.then);
        let mut terms =
            vec![term("named", weight, why), term("count", frequency(count), &times(count))];
        if named.before.count > 0
            && !matches!(kind, Shift::New | Shift::Burst)
            && self.has_baseline()
        {
            let note = format!(
                "no more frequent than before, when it was seen {}",
                times(named.before.count)
            );
            terms.push(term("as_before", -2.0, &note));
        } else if kind != Shift::Same {
            terms.push(novelty(kind, surprise));
        }
        let who = label(named.name.component.as_deref(), named.name.instance.as_deref());
        let brief =
            format!("{} {}{}", named.name.event, times(count), self.compared(named.before.count));
        let summary = format!("{who}: {brief}");
        let of = Whose {
            component: named.name.component.clone(),
            instance: named.name.instance.clone(),
            level: None,
            template: masked(&first.text),
        };
        let finding = self.finding(
            FindingKind::Failure,
            of,
            &named.window,
            named.before.count,
            terms,
            summary,
        )?;
        Some(Found {
            finding,
            brief,
            event: Some(named.name.event.clone()),
            grave: true,
            values: Vec::new(),
        })
    }

    fn message(&self, message: &Message) -> Option<Found> {
        let component = message.writer.as_ref().and_then(|w| self.parts.of_writer(w));
        let who = message.writer.as_ref().map_or("an unnamed writer", |w| w.name());
        let of = Whose {
            component,
            instance: None,
            level: message.level,
            template: message.template.clone(),
        };
        self.plain(of, who, &message.before, &message.window)
    }

    /// What no definition calls a failure.
    fn plain(&self, of: Whose, who: &str, then: &Sum, now: &Sum) -> Option<Found> {
        let (count, before) = (now.count, then.count);
        let (shift, surprise) = shift(count, before, &self.now, &self.then);
        let gravity = match of.level {
            Some(Level::Critical) => 2.0,
            Some(Level::Error) => 1.5,
            Some(Level::Warning) => 0.7,
            Some(Level::Info | Level::Debug) | None => 0.0,
        };
        let grave = gravity > 0.0;
        // Without an earlier start, what is said at starts is new to these logs, and no news.
        let unheard = self.now.starts > 0 && self.then.starts == 0;
        let kind = match shift {
            Shift::New if grave || (surprise >= SURPRISING && !unheard) => FindingKind::New,
            Shift::Burst => FindingKind::Burst,
            Shift::Vanished => FindingKind::Vanished,
            _ if !self.has_baseline() && grave && count > 0 => FindingKind::New,
            _ => return None,
        };
        let level = of.level.map_or("a message", Level::word);
        let mut terms = vec![term("level", gravity, level)];
        if count > 0 {
            terms.push(term("count", frequency(count), &times(count)));
        }
        if shift != Shift::Same {
            terms.push(novelty(shift, surprise));
        }
        let brief = match kind {
            FindingKind::Vanished => {
                format!("{level} of {who} gone, seen {} before", times(before))
            }
            FindingKind::Burst => {
                format!("{level} of {who} more often, {}{}", times(count), self.compared(before))
            }
            _ => format!("{level} of {who} {}{}", times(count), self.compared(before)),
        };
        let gone = kind == FindingKind::Vanished;
        let mut finding =
            self.finding(kind, of, if gone { then } else { now }, before, terms, brief.clone())?;
        if gone {
            (finding.count, finding.onset, finding.last) = (0, self.scan.from, self.scan.from);
        }
        Some(Found { finding, brief, event: None, grave: grave && !gone, values: Vec::new() })
    }

    /// Changes that the run of the onset tells and no earlier run does, and the other way round. In logs that tell no starts:
    /// changes of the window.
    fn changes(&self) -> Vec<Found> {
        let Some(at) = self.outline.at(self.onset) else { return Vec::new() };
        let (earlier, now) = (&self.outline.lives[..at], &self.outline.lives[at]);
        if earlier.is_empty() && (now.started || !self.has_baseline()) {
            return Vec::new();
        }
        let begin = if now.started { now.start } else { self.scan.from };
        let news =
            |n: usize, seen: &Seen| self.outline.first_told(n) >= begin && seen.time <= self.onset;
        let new = now.changes.iter().filter(|(n, seen)| news(**n, seen));
        let mut all: Vec<Found> =
            new.filter_map(|(n, seen)| self.changed(self.outline.told(*n), seen, true)).collect();
        if let Some(last) = earlier.last().filter(|_| now.ready.is_some()) {
            let gone = last.changes.iter().filter(|(n, _)| !now.changes.contains_key(n));
            all.extend(
                gone.filter_map(|(n, seen)| self.changed(self.outline.told(*n), seen, false)),
            );
        }
        all
    }

    fn changed(&self, change: &Change, seen: &Seen, new: bool) -> Option<Found> {
        let values: Vec<String> = change.labels.values().cloned().collect();
        let what: Vec<String> =
            change.labels.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let what = format!("{} {}", change.name.event, what.join(", "));
        let brief = if new {
            format!("{what}: never before")
        } else {
            format!("{what}: in the run before, no longer")
        };
        let summary = brief.clone();
        let score = if new { 1.5 } else { 0.5 };
        let note = if new { "not told before" } else { "the run before told it" };
        let sum = Sum { count: 1, span: Some((seen.time, seen.time)), samples: vec![seen.clone()] };
        let of = Whose {
            component: change.name.component.clone(),
            instance: change.name.instance.clone(),
            level: None,
            template: masked(&seen.text),
        };
        let before = u64::from(!new);
        let mut finding = self.finding(
            FindingKind::Change,
            of,
            &sum,
            before,
            vec![term("change", score, note)],
            summary,
        )?;
        if !new {
            let start = self.outline.lives[self.outline.at(self.onset)?].start;
            (finding.count, finding.onset, finding.last) = (0, start, start);
        }
        Some(Found {
            finding,
            brief,
            event: None,
            grave: false,
            values: if new { values } else { Vec::new() },
        })
    }

    fn finding(
        &self,
        kind: FindingKind,
        of: Whose,
        sum: &Sum,
        before: u64,
        terms: Vec<Term>,
        summary: String,
    ) -> Option<Finding> {
        let (onset, last) = sum.span?;
        Some(Finding {
            kind,
            component: of.component,
            instance: of.instance,
            level: of.level.map(|l| l.word().to_owned()),
            template: of.template,
            count: sum.count,
            before,
            onset,
            last,
            score: rounded(terms.iter().map(|t| t.value).sum()),
            terms,
            samples: sum.samples.iter().map(|seen| self.excerpt(seen)).collect(),
            summary,
        })
    }

    pub(crate) fn excerpt(&self, seen: &Seen) -> Excerpt {
        let source = self.sources.get(seen.place.source as usize).cloned().unwrap_or_default();
        let origin = Origin { source, line: seen.place.line, offset: seen.place.offset };
        Excerpt::new(origin, Some(seen.time), &seen.text)
    }

    fn compared(&self, before: u64) -> String {
        match (self.has_baseline(), before) {
            (false, _) => "; there is no time before to compare with".into(),
            (true, 0) => ", never before".into(),
            (true, n) => format!(", {} before", times(n)),
        }
    }
}

fn novelty(shift: Shift, surprise: f64) -> Term {
    let value = ((1.0 + surprise).ln() / 4.0).min(1.5);
    let note = match shift {
        Shift::New => "not seen in the time before",
        Shift::Burst => "far more often than before, by time and by start",
        Shift::Vanished => "steady before, and gone",
        Shift::Same => "as before",
    };
    term("novelty", value, &format!("{note} (likelihood ratio {surprise:.1})"))
}

/// Whose a finding is.
struct Whose {
    component: Option<String>,
    instance: Option<String>,
    level: Option<Level>,
    template: String,
}

pub(crate) fn term(name: &str, value: f64, note: &str) -> Term {
    Term { name: name.into(), value: rounded(value), note: note.into() }
}

/// Three decimals are all that a score means, and print alike everywhere.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// `plugin_system:demo`, or what there is of it.
pub(crate) fn label(component: Option<&str>, instance: Option<&str>) -> String {
    match (component, instance) {
        (Some(c), Some(i)) => format!("{c}:{i}"),
        (Some(c), None) => c.into(),
        (None, Some(i)) => i.into(),
        (None, None) => "an unknown component".into(),
    }
}

pub(crate) fn times(count: u64) -> String {
    if count == 1 { "once".into() } else { format!("{count} times") }
}

/// What a count adds: much for the first few, little for a storm.
fn frequency(count: u64) -> f64 {
    ((count.max(1) as f64).log2() / 4.0).min(1.0)
}

fn masked(text: &[u8]) -> String {
    let mut out = Vec::new();
    mask(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
