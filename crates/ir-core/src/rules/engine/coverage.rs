//! Which rules had data, which did not, and what else is to be said of them.

use super::Engine;
use super::group_state::RuleState;
use crate::rules::Rule;
use crate::rules::plan::Reading;
use crate::rules::source::{Samples, Source};
use crate::wire::{RuleCoverage, RuleNote};

impl Engine {
    /// Rules by whether they reached a verdict, each list sorted by rule.
    pub fn coverage(&self) -> RuleCoverage {
        let mut coverage =
            RuleCoverage { loaded: self.rules().len() as u64, ..RuleCoverage::default() };
        for (rule, state) in self.rules().iter().zip(&self.states) {
            let note = |reason: String| RuleNote { rule: rule.id.clone(), reason };
            if let Some(reason) = &rule.plan.never {
                coverage.never.push(note(reason.clone()));
            } else if state.reached || (rule.is_silent_zero() && self.is_covered(rule)) {
                coverage.evaluated.push(rule.id.clone());
            } else {
                coverage.unknown.push(note(self.why_unknown(rule, state)));
            }
        }
        coverage.evaluated.sort();
        coverage.unknown.sort_by(|a, b| a.rule.cmp(&b.rule));
        coverage.never.sort_by(|a, b| a.rule.cmp(&b.rule));
        coverage
    }

    /// What was assumed, rounded or left out in the evaluation, sorted by rule; one sentence each.
    pub fn notes(&self) -> Vec<RuleNote> {
        let mut notes = Vec::new();
        for (rule, state) in self.rules().iter().zip(&self.states) {
            let mut add = |reason: String| notes.push(RuleNote { rule: rule.id.clone(), reason });
            if let (true, Some(unit)) = (state.undeclared, rule.unit) {
                add(format!("samples that name no unit were read in the rule's, `{unit}`"));
            }
            if state.crowded {
                add("more than 10000 groups at a time: those beyond share one, named …other".into());
            }
            if state.coarse {
                add("more than 100000 entries in one window: the oldest were rounded in time or left out".into());
            }
            if state.repeats > 0 {
                add(format!(
                    "{} repeats within an hour of an alert were counted and not alerted again",
                    state.repeats
                ));
            }
        }
        notes.sort_by(|a, b| a.rule.cmp(&b.rule));
        notes
    }

    fn is_covered(&self, rule: &Rule) -> bool {
        rule.source.names().iter().any(|name| self.covered.contains(*name))
    }

    fn why_unknown(&self, rule: &Rule, state: &RuleState) -> String {
        let names = || rule.source.names().join(", ");
        match (&state.why, &rule.source) {
            (Some(why), _) => why.to_string(),
            (None, Source::Samples(Samples { live: Some(method), name, .. })) => {
                let how = method.word();
                if method.is_sampled() {
                    format!("needs samples of the live host: {name}")
                } else {
                    format!(
                        "needs samples of the live host: {name}; this version does not take them ({how})"
                    )
                }
            }
            (None, Source::Samples(samples)) if rule.plan.reading == Reading::Event => {
                format!("nothing in the input can tell of {}{}", samples.name, samples.hint)
            }
            (None, Source::Samples(samples)) => {
                format!("no samples of {} in the input{}", samples.name, samples.hint)
            }
            (None, _) if self.is_covered(rule) => format!("none of {} in the input", names()),
            (None, _) => format!("no log was read that could tell of {}", names()),
        }
    }
}
