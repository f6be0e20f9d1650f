//! How many people have to agree to a step: the harm of the cure against the harm of the disease.
//!
//! | the step | P0, P1 | P2, P3 |
//! |---|---|---|
//! | destroys nothing and needs nothing | none | none |
//! | destroys nothing, but needs a privilege or the like | one | one |
//! | destroys or interrupts, and can be taken back | one | two |
//! | destroys and cannot be taken back, or nobody says what it does | two | two |
//!
//! A grave incident does not wait for a second person where the step can be taken back; for a light one the step may
//! well be the greater harm.

use ir_core::docs::ActionDef;
use ir_core::wire::{Approval, Severity};

/// What a step does besides containing the incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    Harmless,
    /// It destroys nothing, but needs something that not everybody has.
    Privileged,
    /// It destroys or interrupts something; the profile says how to take it back.
    Reversible,
    /// It destroys or interrupts something for good, or nobody says what it does.
    Irreversible,
}

impl Effect {
    /// The effect of an action as the profile describes it; none: it does not.
    pub fn of(def: Option<&ActionDef>) -> Self {
        let Some(def) = def else { return Self::Irreversible };
        if restarts(def) || !def.destroys.is_empty() {
            if def.undo_run.is_empty() { Self::Irreversible } else { Self::Reversible }
        } else if def.needs.is_empty() {
            Self::Harmless
        } else {
            Self::Privileged
        }
    }

    /// Something is lost by it, or may be: evidence comes first.
    pub fn destroys(self) -> bool {
        matches!(self, Self::Reversible | Self::Irreversible)
    }
}

/// The action restarts the application: what only its memory holds, and what it overwrites at its start, is gone then.
pub(crate) fn restarts(def: &ActionDef) -> bool {
    def.needs.iter().any(|need| need.to_lowercase().contains("restart"))
}

/// How many people have to agree.
pub fn approval(severity: Severity, effect: Effect) -> Approval {
    match (effect, severity) {
        (Effect::Harmless, _) => Approval::None,
        (Effect::Privileged, _) => Approval::One,
        (Effect::Reversible, Severity::P0 | Severity::P1) => Approval::One,
        (Effect::Reversible, Severity::P2 | Severity::P3) | (Effect::Irreversible, _) => {
            Approval::Two
        }
    }
}

#[cfg(test)]
mod tests {
    use ir_core::wire::{Approval, Severity};

    use super::{Effect, approval};
    use Approval::{None, One, Two};
    use Effect::{Harmless, Irreversible, Privileged, Reversible};

    #[test]
    fn every_cell() {
        for (effect, expected) in [
            (Harmless, [None, None, None, None]),
            (Privileged, [One, One, One, One]),
            (Reversible, [One, One, Two, Two]),
            (Irreversible, [Two, Two, Two, Two]),
        ] {
            let found: Vec<_> = Severity::ALL.iter().map(|s| approval(*s, effect)).collect();
            assert_eq!(found, expected, "{effect:?}");
        }
    }
}
