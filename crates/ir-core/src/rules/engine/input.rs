//! What an occurrence means to a rule.

use super::Occurrence;
use super::group_state::RuleState;
use crate::rules::prose::LARGEST;
use crate::rules::ruleset::{Hit, Role};
use crate::rules::window::{Input, Why};
use crate::rules::{Rule, Unit};

impl RuleState {
    /// What the occurrence tells the rule; none if nothing but that the rule has data.
    pub(super) fn input(&mut self, rule: &Rule, hit: &Hit, o: &Occurrence) -> Option<Input> {
        Some(match hit.role {
            Role::Counted { bad, total } => Input::Count { bad: bad.into(), total: total.into() },
            Role::Switch(on) => Input::Switch(on),
            Role::Event => Input::Raised,
            Role::Raised if o.value == Some(0.0) => {
                self.reached = true;
                return None;
            }
            Role::Raised => Input::Raised,
            Role::Weighed => match o.value.map(whole) {
                // A sample of a counted metric stands for so many of it, a bare event for one.
                None => Input::Count { bad: 1, total: 0 },
                Some(Some(count)) => Input::Count { bad: count, total: 0 },
                Some(None) => {
                    self.saw(&Why::NoNumber);
                    return None;
                }
            },
            Role::Value => Input::Value(self.in_unit(rule, hit, o)),
        })
    }

    /// The value in the rule's unit.
    fn in_unit(&mut self, rule: &Rule, hit: &Hit, o: &Occurrence) -> Result<f64, Why> {
        let value = o.value.filter(|value| value.abs() <= LARGEST).ok_or(Why::NoNumber)?;
        let said = o.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty());
        let own = said.map_or_else(|| Unit::of_name(&o.name).map(|(_, unit)| unit), Unit::named);
        let value = match (own, rule.unit) {
            (Some(own), Some(unit)) => own
                .convert(value, unit)
                .filter(|value| value.abs() <= LARGEST)
                .ok_or_else(|| {
                    Why::Unit(format!(
                        "its samples are in `{own}`, {}, and its limit is {}",
                        own.dimension(),
                        unit.dimension()
                    ))
                })?,
            (Some(own), None) => {
                return Err(Why::Unit(format!(
                    "its samples are in `{own}`, and its limit has no unit"
                )));
            }
            (None, Some(unit)) if said.is_some() => {
                return Err(Why::Unit(format!(
                    "its samples have a unit that cannot be compared with `{unit}`"
                )));
            }
            (None, Some(_)) => {
                self.undeclared |= rule.reads_samples();
                value
            }
            (None, None) => value,
        };
        match rule.unit {
            _ if !hit.inverted => Ok(value),
            Some(Unit::Percent) => Ok(100.0 - value),
            Some(Unit::Ratio) => Ok(1.0 - value),
            _ => Err(Why::Unit("its samples tell the other side of the capacity, which only percentages can be turned into".into())),
        }
    }
}

/// A count that a sample carries.
fn whole(value: f64) -> Option<u64> {
    (value >= 0.0 && value.is_finite()).then_some(value as u64)
}
