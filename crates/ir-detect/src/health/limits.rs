//! What is too much, or too little.

use std::collections::BTreeMap;

use ir_cli::{Exit, Failed};
use ir_core::docs::did_you_mean;
use ir_core::wire::CheckStatus;

/// A limit of its own for a check.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limit {
    pub(super) warn: Option<f64>,
    pub(super) crit: Option<f64>,
    /// A value below it is bad, not one above.
    pub(super) below: bool,
}

/// Name, warning limit, critical limit, whether low values are bad. The critical ones of memory and space are the procedure's;
/// its limit of processors holds for five minutes, so that one reading over it only warns.
const DEFAULTS: &[(&str, Option<f64>, Option<f64>, bool)] = &[
    ("cpu", Some(90.0), None, false),
    ("memory", Some(90.0), Some(95.0), false),
    ("swap", Some(80.0), Some(95.0), false),
    ("load", Some(2.0), Some(4.0), false),
    ("pressure_cpu", Some(80.0), None, false),
    ("pressure_memory", Some(10.0), Some(30.0), false),
    ("pressure_io", Some(60.0), None, false),
    ("disk_space", Some(15.0), Some(10.0), true),
    ("disk_inodes", Some(10.0), Some(5.0), true),
    ("zombies", Some(50.0), Some(500.0), false),
    ("blocked", Some(5.0), Some(20.0), false),
];

/// The same for the help text.
pub(crate) const HELP: &str = "\
Limits: NAME, warning, critical (see --warn and --crit)
  cpu              > 90 %   -       not idle; one reading is not five minutes
  memory           > 90 %   > 95 %  not available to programs
  swap             > 80 %   > 95 %  in use
  load             > 2      > 4     of five minutes, for each processor
  pressure_cpu     > 80 %   -       of ten seconds, waited for a processor
  pressure_memory  > 10 %   > 30 %  waited for memory
  pressure_io      > 60 %   -       waited for a disk
  disk_space       < 15 %   < 10 %  available to programs, each file system
  disk_inodes      < 10 %   < 5 %   free, each file system
  zombies          > 50     > 500   processes ended and not buried
  blocked          > 5      > 20    processes that wait for a device";

/// The limits in force.
#[derive(Debug)]
pub(super) struct Limits(BTreeMap<&'static str, Limit>);

/// `NAME=VALUE` of the command line.
pub(crate) fn parse(text: &str) -> Result<(String, f64), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE, e.g. memory=80")?;
    if !DEFAULTS.iter().any(|(known, ..)| *known == name) {
        let known: Vec<_> = DEFAULTS.iter().map(|(known, ..)| *known).collect();
        let near = did_you_mean(name, known.iter().copied());
        return Err(format!(
            "no check has limits under the name {name:?}{near}; there are {}",
            known.join(", ")
        ));
    }
    match value.parse::<f64>() {
        Ok(value) if value.is_finite() && value >= 0.0 => Ok((name.to_owned(), value)),
        _ => Err(format!("{value:?} is no limit: write a number from 0 on, without a unit")),
    }
}

impl Limits {
    /// The defaults, changed.
    ///
    /// # Errors
    /// Where a critical limit would be reached before its warning.
    pub(super) fn new(warn: &[(String, f64)], crit: &[(String, f64)]) -> anyhow::Result<Self> {
        let mut limits: BTreeMap<_, _> = DEFAULTS
            .iter()
            .map(|(name, warn, crit, below)| {
                (*name, Limit { warn: *warn, crit: *crit, below: *below })
            })
            .collect();
        for (name, value) in warn {
            if let Some(limit) = limits.get_mut(name.as_str()) {
                limit.warn = Some(*value);
            }
        }
        for (name, value) in crit {
            if let Some(limit) = limits.get_mut(name.as_str()) {
                limit.crit = Some(*value);
            }
        }
        for (name, limit) in &limits {
            let typed = warn.iter().chain(crit).any(|(typed, _)| typed == name);
            if let (true, Some(warn), Some(crit)) = (typed, limit.warn, limit.crit)
                && (if limit.below { crit > warn } else { crit < warn })
            {
                return Err(Failed::new(
                    Exit::Usage,
                    format!(
                        "{name}: the critical limit {crit} would come before the warning limit {warn}; set both with --warn and --crit"
                    ),
                ));
            }
        }
        Ok(Self(limits))
    }

    pub(super) fn of(&self, name: &str) -> Limit {
        self.0.get(name).copied().unwrap_or(Limit { warn: None, crit: None, below: false })
    }
}

impl Limit {
    /// The verdict on a value, and the limit that it is over; of one that is in order the first that it could be over.
    pub(super) fn judge(self, value: f64) -> (CheckStatus, Option<f64>) {
        let over = |limit: Option<f64>| {
            limit.is_some_and(|limit| if self.below { value < limit } else { value > limit })
        };
        match () {
            () if over(self.crit) => (CheckStatus::Crit, self.crit),
            () if over(self.warn) => (CheckStatus::Warn, self.warn),
            () => (CheckStatus::Ok, self.warn.or(self.crit)),
        }
    }

    /// `over` or `under`, for sentences.
    pub(super) fn word(self) -> &'static str {
        if self.below { "under" } else { "over" }
    }
}

#[cfg(test)]
mod tests {
    use ir_core::wire::CheckStatus::{Crit, Ok as Fine, Warn};

    use super::{DEFAULTS, HELP, Limits, parse};

    #[test]
    fn the_help_tells_every_default() {
        for (name, warn, crit, below) in DEFAULTS {
            let line = HELP.lines().find(|l| l.split_whitespace().next() == Some(name)).unwrap();
            let sign = if *below { "<" } else { ">" };
            for limit in [warn, crit].into_iter().flatten() {
                assert!(line.contains(&format!("{sign} {limit}")), "{line}");
            }
        }
        assert_eq!(HELP.lines().count(), DEFAULTS.len() + 1);
    }

    #[test]
    fn limits_are_met_only_beyond_them() {
        let limits = Limits::new(&[], &[("cpu".into(), 99.0)]).unwrap();
        let of = |name: &str, value: f64| limits.of(name).judge(value);
        assert_eq!(of("memory", 95.0), (Warn, Some(90.0)));
        assert_eq!(of("memory", 95.1), (Crit, Some(95.0)));
        assert_eq!(of("memory", 90.0), (Fine, Some(90.0)));
        assert_eq!(of("disk_space", 10.0), (Warn, Some(15.0)));
        assert_eq!(of("disk_space", 9.9), (Crit, Some(10.0)));
        assert_eq!(of("cpu", 100.0), (Crit, Some(99.0)));
        assert_eq!(of("nobody", 100.0), (Fine, None));
    }

    #[test]
    fn what_is_typed_is_checked() {
        assert_eq!(parse("memory=80"), Ok(("memory".into(), 80.0)));
        assert!(parse("memroy=80").unwrap_err().contains("did you mean \"memory\"?"));
        for bad in ["memory", "memory=", "memory=x", "memory=-1", "memory=inf", "memory=5%"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(Limits::new(&[("memory".into(), 96.0)], &[]).is_err());
        assert!(Limits::new(&[("disk_space".into(), 5.0)], &[]).is_err());
        assert!(Limits::new(&[("memory".into(), 96.0)], &[("memory".into(), 97.0)]).is_ok());
    }
}
