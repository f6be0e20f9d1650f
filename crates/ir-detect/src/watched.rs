//! How long samples were watched, and what could not be measured: a rule that looks at five minutes says nothing after one
//! second.

use std::collections::{BTreeMap, BTreeSet};

use ir_core::rules::Rule;
use ir_core::wire::{RuleCoverage, RuleNote, Sample, Time};

/// What was sampled, by metric.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    metrics: BTreeMap<String, Span>,
    /// Samples in all.
    pub(crate) count: u64,
    /// First and last.
    pub(crate) span: Option<(Time, Time)>,
}

#[derive(Debug)]
struct Span {
    from: Time,
    to: Time,
    /// Why the last one had no value.
    reason: Option<String>,
}

impl Watched {
    pub(crate) fn take(&mut self, sample: &Sample, at: Time) {
        self.count += 1;
        let (from, to) = self.span.unwrap_or((at, at));
        self.span = Some((from.min(at), to.max(at)));
        let reason = sample.value.is_none().then(|| sample.reason.clone().unwrap_or_default());
        match self.metrics.get_mut(&sample.metric) {
            Some(span) => {
                span.to = span.to.max(at);
                span.from = span.from.min(at);
                span.reason = reason;
            }
            None => {
                let span = Span { from: at, to: at, reason };
                self.metrics.insert(sample.metric.clone(), span);
            }
        }
    }

    /// Rules on samples that were watched too short a time, and did not fire, are unknown; and a rule whose figure could not be
    /// measured says why.
    pub(crate) fn judge(
        &self,
        coverage: &mut RuleCoverage,
        rules: &[Rule],
        fired: &BTreeSet<usize>,
    ) {
        for (i, rule) in rules.iter().enumerate() {
            let Some(span) = self.metrics.get(&rule.condition.name()) else { continue };
            let seen = span.to.seconds_since(span.from);
            if let Some(why) = span.reason.as_ref().filter(|why| !why.is_empty()) {
                let note = coverage.unknown.iter_mut().find(|note| note.rule == rule.id);
                if let Some(note) = note {
                    note.reason = format!("it could not be measured: {why}");
                }
            } else if rule.window_s() > seen && !fired.contains(&i) {
                let reason =
                    format!("watched for {seen} s of the {} s that it looks at", rule.window_s());
                coverage.evaluated.retain(|evaluated| *evaluated != rule.id);
                coverage.unknown.retain(|note| note.rule != rule.id);
                coverage.unknown.push(RuleNote { rule: rule.id.clone(), reason });
            }
        }
        coverage.unknown.sort_by(|a, b| a.rule.cmp(&b.rule));
    }
}
