//! Components ranked by how well the findings speak for each as the cause.

use std::collections::{BTreeMap, BTreeSet};

use ir_core::docs::Profile;
use ir_core::wire::{FindingKind, Hypothesis, Term, Time};

use super::finding::{Found, label, rounded, term, times};
use super::outline::Outline;
use super::parts::Parts;
use super::words::{alike, named_in, relays};

/// Hypotheses that are told.
const TOLD: usize = 10;
/// Evidence below this is no hypothesis.
const ENOUGH: f64 = 1.0;
/// Messages weigh less than failures known by name.
const MESSAGES: f64 = 0.7;
/// What is left of the weight of a message that only passes on what another component said.
const RELAYED: f64 = 0.2;
/// Two things within this many seconds are of the same moment.
const MOMENT_S: f64 = 1.0;

/// An alert of the incident.
#[derive(Clone, Debug)]
pub(crate) struct Pointer {
    pub(crate) id: String,
    pub(crate) component: Option<String>,
    pub(crate) instance: Option<String>,
}

/// What the ranking works on.
pub(crate) struct Ranking<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) parts: &'a Parts<'a>,
    pub(crate) outline: &'a Outline,
    pub(crate) findings: &'a [Found],
    /// Ids of the findings.
    pub(crate) ids: &'a [String],
    pub(crate) alerts: &'a [Pointer],
}

/// A component, or an instance of one, and the findings that are its own.
#[derive(Clone, Debug)]
struct Candidate {
    component: String,
    instance: Option<String>,
    /// Weight and number of each finding that speaks for it.
    failures: Vec<(f64, usize)>,
    messages: Vec<(f64, usize)>,
    /// Failed starts that stopped in it, and its line.
    stopped: Vec<(f64, usize)>,
    note: Option<String>,
    /// Its instance is a guess, and why.
    guessed: Option<&'static str>,
}

impl Ranking<'_> {
    /// The hypotheses, the likeliest first; none where nothing is evidence enough.
    pub(crate) fn hypotheses(&self) -> Vec<Hypothesis> {
        let mut scored: Vec<(f64, Time, Hypothesis)> = Vec::new();
        let candidates: Vec<Candidate> =
            self.candidates().into_iter().filter(|c| c.own() >= ENOUGH).collect();
        let first = candidates.iter().map(|c| self.onset(c)).min();
        for candidate in &candidates {
            let terms = self.terms(candidate, &candidates, first);
            let score = rounded(terms.iter().map(|t| t.value).sum());
            let hypothesis = self.hypothesis(candidate, &candidates, terms, score);
            scored.push((score, self.onset(candidate), hypothesis));
        }
        scored.sort_by(|a, b| {
            b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then_with(|| a.2.component.cmp(&b.2.component))
        });
        let ranked = scored.into_iter().take(TOLD).zip(1..);
        ranked.map(|((_, _, hypothesis), rank)| Hypothesis { rank, ..hypothesis }).collect()
    }

    fn candidates(&self) -> Vec<Candidate> {
        let mut all: BTreeMap<(String, Option<String>), Candidate> = BTreeMap::new();
        for (number, found) in self.findings.iter().enumerate().filter(|(_, f)| f.grave) {
            let f = &found.finding;
            let passed_on = self.passed_on(number);
            let (component, instance, at_work) = match (self.only_reports(found), passed_on) {
                (true, false) => match self.at_work(found) {
                    Some((component, note)) => (Some(component), None, Some(note)),
                    None => (None, None, None),
                },
                _ => (f.component.clone(), f.instance.clone(), None),
            };
            let Some(component) = component else { continue };
            // The weightiest finding comes first: it names the instance.
            let same = |(c, i): &&(String, Option<String>)| match (i, &instance) {
                (Some(known), Some(its)) => *c == component && alike(known, its),
                _ => false,
            };
            let key = all.keys().find(same).cloned().unwrap_or((component, instance));
            let candidate = all.entry(key.clone()).or_insert_with(|| Candidate::new(key.0, key.1));
            let weight = if passed_on { RELAYED * f.score } else { f.score };
            match (at_work, &found.event) {
                (Some(note), _) => {
                    candidate.stopped.push((weight, number));
                    candidate.note.get_or_insert(note);
                }
                (None, Some(_)) => candidate.failures.push((weight, number)),
                (None, None) => candidate.messages.push((MESSAGES * weight, number)),
            }
        }
        let mut joined = join(all);
        let named: BTreeSet<String> =
            joined.iter().filter(|c| c.instance.is_some()).map(|c| c.component.clone()).collect();
        for candidate in joined.iter_mut().filter(|c| !named.contains(&c.component)) {
            if let Some((instance, why)) = self.guess(candidate) {
                candidate.instance = Some(instance);
                candidate.guessed = Some(why);
            }
        }
        joined
    }

    /// The failure of a start of which the profile does not say whose it is: whoever writes it only reports it.
    fn only_reports(&self, found: &Found) -> bool {
        let Some(event) = &found.event else { return false };
        let failed = self.profile.lifecycle.as_ref().is_some_and(|l| l.failed.contains(event));
        failed
            && !self.profile.events.iter().any(|def| def.event == *event && def.component.is_some())
    }

    /// The component in which a failed start stopped, and why.
    fn at_work(&self, found: &Found) -> Option<(String, String)> {
        let life = &self.outline.lives[self.outline.at(found.finding.onset)?];
        let (component, seen) = life.at_work.as_ref()?;
        let text = String::from_utf8_lossy(&seen.text);
        Some((
            component.clone(),
            format!(
                "the start that failed wrote its last line before the failure here: {:?}",
                head(&text)
            ),
        ))
    }

    /// The instance of a component that failed without naming one: the only one that is new, or the only one among those
    /// of that run that the failure's text names.
    fn guess(&self, c: &Candidate) -> Option<(String, &'static str)> {
        if let [one] = self.new_instances(&c.component)[..] {
            return Some((one.to_owned(), "of its instances this alone is new"));
        }
        let at = self.outline.at(self.onset(c))?;
        let told = self.outline.lives[at].changes.keys().map(|n| &self.outline.told(*n).name);
        let mine = told.filter(|name| name.component.as_deref() == Some(&c.component));
        let instances: BTreeSet<&str> = mine.filter_map(|name| name.instance.as_deref()).collect();
        let texts: Vec<&str> = c
            .numbers()
            .flat_map(|n| &self.findings[n].finding.samples)
            .map(|s| s.text.as_str())
            .collect();
        let named = |i: &&str| texts.iter().any(|text| named_in(i, text, &[&c.component]));
        let named: Vec<&str> = instances.iter().copied().filter(named).collect();
        match named[..] {
            [one] => {
                Some((one.to_owned(), "of its instances the failure's text names this one alone"))
            }
            _ => None,
        }
    }

    /// Instances of the component that no earlier run told.
    fn new_instances(&self, component: &str) -> Vec<&str> {
        let changes = self
            .findings
            .iter()
            .filter(|f| f.is_new_change() && f.finding.component.as_deref() == Some(component));
        let set: BTreeSet<&str> = changes.filter_map(|f| f.finding.instance.as_deref()).collect();
        set.into_iter().collect()
    }

    /// Whether a message only repeats what another component said in the same moment.
    fn passed_on(&self, number: usize) -> bool {
        let found = &self.findings[number];
        if found.event.is_some() && !self.only_reports(found) {
            return false;
        }
        let Some(sample) = found.finding.samples.first() else { return false };
        self.findings.iter().filter(|f| f.grave && f.finding.component.is_some()).any(|other| {
            let earlier = other
                .finding
                .samples
                .first()
                .filter(|s| (s.time, &s.origin) < (sample.time, &sample.origin));
            other.finding.component != found.finding.component
                && found.finding.onset.seconds_since(other.finding.onset) <= MOMENT_S
                && earlier.is_some_and(|s| relays(&sample.text, &s.text))
        })
    }

    fn onset(&self, candidate: &Candidate) -> Time {
        candidate
            .numbers()
            .map(|n| self.findings[n].finding.onset)
            .min()
            .expect("a candidate has a finding")
    }

    fn terms(&self, c: &Candidate, all: &[Candidate], first: Option<Time>) -> Vec<Term> {
        let mut terms = Vec::new();
        let onset = self.onset(c);
        let own = c.own();
        if !c.failures.is_empty() {
            terms.push(term(
                "failures",
                diminishing(&c.failures),
                &self.listed("known by name", &c.failures),
            ));
        }
        if !c.messages.is_empty() {
            terms.push(term(
                "messages",
                diminishing(&c.messages),
                &self.listed("errors and warnings", &c.messages),
            ));
        }
        if !c.stopped.is_empty() {
            terms.push(term(
                "stopped_here",
                diminishing(&c.stopped),
                c.note.as_deref().unwrap_or_default(),
            ));
        }
        let fits = |f: &Found| self.change_fits(c, f);
        if let Some((weight, change)) = self
            .findings
            .iter()
            .filter_map(|f| Some((fits(f)?, f)))
            .max_by(|a, b| a.0.total_cmp(&b.0))
        {
            terms.push(term("change", weight, &change.brief));
        }
        let explained: Vec<&Candidate> = all.iter().filter(|d| self.explains(c, d)).collect();
        if !explained.is_empty() {
            let value = explained.iter().map(|d| d.own().min(own) / 2.0).sum::<f64>().min(own);
            let names: BTreeSet<String> = explained.iter().map(|d| d.name()).collect();
            let names: Vec<String> = names.into_iter().collect();
            terms.push(term(
                "explains",
                value,
                &format!("what stands on it failed later: {}", names.join(", ")),
            ));
        }
        if let Some(below) =
            all.iter().filter(|u| self.explains(u, c)).max_by(|a, b| a.own().total_cmp(&b.own()))
        {
            let value = -below.own().min(own) / 2.0;
            terms.push(term(
                "explained",
                value,
                &format!("it stands on {}, which failed first", below.name()),
            ));
        }
        let behind = first.map_or(0.0, |first| onset.seconds_since(first));
        let value = 0.2 * own * if behind <= MOMENT_S { 1.0 } else { 0.5_f64.powf(behind / 10.0) };
        let note = if behind <= MOMENT_S {
            "its first sign is the first of all".into()
        } else {
            format!("its first sign came {behind:.1} s after the first of all")
        };
        terms.push(term("onset", value, &note));
        let pointing = self.alerts.iter().filter(|a| c.is(a)).count() as u64;
        if pointing > 0 {
            terms.push(term("alerts", 0.5, &format!("alerts point to it {}", times(pointing))));
        }
        terms
    }

    /// What the weightiest of the findings say, after `what`.
    fn listed(&self, what: &str, list: &[(f64, usize)]) -> String {
        let mut sorted = list.to_vec();
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let briefs: Vec<&str> =
            sorted.iter().take(3).map(|(_, n)| &*self.findings[*n].brief).collect();
        let more = if sorted.len() > briefs.len() {
            format!(" and {} more", sorted.len() - briefs.len())
        } else {
            String::new()
        };
        format!("{what}: {}{more}", briefs.join(", "))
    }

    /// How much a change speaks for the candidate: it precedes it and is of the same instance; or of the same component,
    /// where no instance is known; or the failure's text names the value that is new.
    fn change_fits(&self, c: &Candidate, change: &Found) -> Option<f64> {
        let f = &change.finding;
        if !change.is_new_change()
            || f.onset > self.onset(c)
            || f.component.as_deref() != Some(&c.component)
        {
            return None;
        }
        let mentioned = || {
            let mut samples = c.numbers().flat_map(|n| &self.findings[n].finding.samples);
            samples
                .any(|s| change.values.iter().any(|v| v.len() >= 4 && s.text.contains(v.as_str())))
        };
        match (&c.instance, &f.instance) {
            (Some(mine), Some(its)) => alike(mine, its).then_some(2.0),
            _ if mentioned() => Some(2.0),
            _ => Some(0.7),
        }
    }

    /// Whether the failure of `below` explains what `c` shows: `c` stands on it, and it failed no later.
    fn explains(&self, below: &Candidate, c: &Candidate) -> bool {
        let failed = !below.failures.is_empty() || !below.stopped.is_empty();
        failed
            && self.parts.stands_on(&c.component, &below.component)
            && self.onset(below).seconds_since(self.onset(c)) <= MOMENT_S
    }

    fn hypothesis(
        &self,
        c: &Candidate,
        all: &[Candidate],
        terms: Vec<Term>,
        score: f64,
    ) -> Hypothesis {
        let onset = self.onset(c);
        let mut mine: Vec<(f64, usize)> = [&c.failures[..], &c.messages, &c.stopped].concat();
        mine.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut supporting: Vec<usize> = mine.iter().map(|(_, n)| *n).collect();
        let changes =
            (0..self.findings.len()).filter(|n| self.change_fits(c, &self.findings[*n]).is_some());
        let changes: Vec<usize> = changes.collect();
        let guilty = changes.iter().copied().max_by(|a, b| {
            let weight = |n: usize| self.change_fits(c, &self.findings[n]).unwrap_or(0.0);
            weight(*a).total_cmp(&weight(*b)).then(b.cmp(a))
        });
        supporting.extend(&changes);
        let ids = |numbers: Vec<usize>| numbers.into_iter().take(20).map(|n| self.ids[n].clone());
        let pointing = self.alerts.iter().filter(|a| c.is(a)).map(|a| a.id.clone());
        let rivals = all.iter().filter(|r| {
            r.component != c.component && self.onset(r) < onset && !self.explains(c, r)
        });
        let mut against: Vec<usize> = rivals
            .flat_map(Candidate::numbers)
            .filter(|n| self.findings[*n].finding.onset < onset)
            .collect();
        against.sort_unstable();
        against.dedup();
        let mut summary =
            format!("{}: {}", c.name(), mine.first().map_or("", |(_, n)| &self.findings[*n].brief));
        if let Some(why) = c.guessed {
            summary.push_str(&format!("; the log does not name the instance: {why}"));
        }
        for t in terms
            .iter()
            .filter(|t| matches!(&*t.name, "change" | "explains" | "stopped_here") && t.value > 0.0)
        {
            summary.push_str("; ");
            summary.push_str(&t.note);
        }
        Hypothesis {
            rank: 0,
            component: c.name(),
            metric: None,
            change: guilty.map(|n| self.ids[n].clone()),
            confidence: None,
            score,
            summary,
            terms,
            supporting: ids(supporting).chain(pointing).collect(),
            against: ids(against).collect(),
        }
    }
}

impl Found {
    fn is_new_change(&self) -> bool {
        self.finding.kind == FindingKind::Change && self.finding.count > 0
    }
}

impl Candidate {
    fn new(component: String, instance: Option<String>) -> Self {
        Self {
            component,
            instance,
            failures: Vec::new(),
            messages: Vec::new(),
            stopped: Vec::new(),
            note: None,
            guessed: None,
        }
    }

    fn name(&self) -> String {
        label(Some(&self.component), self.instance.as_deref())
    }

    fn numbers(&self) -> impl Iterator<Item = usize> {
        [&self.failures, &self.messages, &self.stopped].into_iter().flatten().map(|(_, n)| *n)
    }

    /// What its own findings weigh.
    fn own(&self) -> f64 {
        diminishing(&self.failures) + diminishing(&self.messages) + diminishing(&self.stopped)
    }

    fn is(&self, alert: &Pointer) -> bool {
        let instances = match (&self.instance, &alert.instance) {
            (Some(mine), Some(its)) => alike(mine, its),
            _ => true,
        };
        alert.component.as_ref() == Some(&self.component) && instances
    }
}

/// Findings of a component without an instance go to its only instance, where it has only one.
fn join(mut all: BTreeMap<(String, Option<String>), Candidate>) -> Vec<Candidate> {
    let bare: Vec<String> =
        all.keys().filter(|(_, instance)| instance.is_none()).map(|(c, _)| c.clone()).collect();
    for component in bare {
        let mut instances =
            all.keys().filter(|(c, instance)| *c == component && instance.is_some()).cloned();
        if let (Some(only), None) = (instances.next(), instances.next())
            && let Some(rest) = all.remove(&(component, None))
            && let Some(whole) = all.get_mut(&only)
        {
            whole.failures.extend(rest.failures);
            whole.messages.extend(rest.messages);
            whole.stopped.extend(rest.stopped);
            whole.note = whole.note.take().or(rest.note);
        }
    }
    all.into_values().collect()
}

/// The sum of weights, each further one counting half of the one before: many weak signs do not outweigh a strong one.
fn diminishing(weights: &[(f64, usize)]) -> f64 {
    let mut sorted: Vec<f64> = weights.iter().map(|(w, _)| *w).collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    sorted.iter().rev().fold(0.0, |sum, weight| weight + sum / 2.0)
}

fn head(text: &str) -> String {
    text.chars().take(100).collect()
}
