//! One checked rule.

use std::collections::BTreeMap;

use super::group::{Group, project, series};
use super::plan::{Plan, Reading};
use super::source::Source;
use super::{Condition, Unit};
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
        let zero = matches!(
            self.reading,
            Reading::CountIn
                | Reading::BurstIn
                | Reading::Event
                | Reading::State
                | Reading::StateHold
        );
        zero && !self.plan.test.holds(0.0)
    }

    /// The group of an occurrence. A value without `by` is judged series by series: to mix them would mean nothing.
    pub(super) fn group(&self, labels: &Group) -> Group {
        let value = matches!(
            self.reading,
            Reading::Newest | Reading::Hold | Reading::Steady | Reading::MeanIn
        );
        if self.by.is_empty() && value && self.reads_samples() {
            series(labels)
        } else {
            project(&self.by, labels)
        }
    }

    /// Whether `count` occurrences in the window make it true. Rates are compared without a division.
    pub(super) fn compare_count(&self, count: u64) -> bool {
        let test = self.plan.test;
        match self.per_seconds() {
            None => test.holds(count as f64),
            Some(per) => {
                test.op.holds(count as f64 * per, test.limit * self.plan.span.as_secs_f64())
            }
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
