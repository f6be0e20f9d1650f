//! Exit codes, the same for all tools.

use std::process::ExitCode;

/// How a tool ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, with findings or without; also when a reader downstream closed.
    Done,
    /// 1: what was asked is not so (`--fail-on`, tampering, lint faults).
    NotSo,
    /// 2: usage, rules or configuration.
    Usage,
    /// 3: refused by a safety rule (approval, lock, permissions).
    Refused,
    /// 4: partial: rejected input, unfinished upstream, incomplete bundle, inconclusive.
    Partial,
    /// 5: could not read or write.
    Io,
    /// 130: interrupted.
    Interrupted,
    /// 1 of a check that speaks as monitoring plugins do: over a warning limit.
    Warning,
    /// 2 of such a check: over a critical limit.
    Critical,
    /// 3 of such a check: something could not be measured.
    Unknown,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NotSo | Self::Warning => 1,
            Self::Usage | Self::Critical => 2,
            Self::Refused | Self::Unknown => 3,
            Self::Partial => 4,
            Self::Io => 5,
            Self::Interrupted => 130,
        }
    }

    /// The number for a check that speaks as monitoring plugins do: whatever kept it from its verdict is unknown.
    pub(crate) const fn check_code(self) -> u8 {
        match self {
            Self::Done | Self::Warning | Self::Critical => self.code(),
            _ => Self::Unknown.code(),
        }
    }

    /// Where both apply, the one that says more: 130 > 2 > 5 > 3 > 1 > 4 > 0.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Done => 0,
            // A check can be critical and have been unable to measure something else.
            Self::Unknown => 1,
            Self::Warning => 2,
            Self::Critical => 3,
            Self::Partial => 4,
            Self::NotSo => 5,
            Self::Refused => 6,
            Self::Io => 7,
            Self::Usage => 8,
            Self::Interrupted => 9,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit::{self, *};

    #[test]
    fn the_first_of_the_documented_order_wins() {
        let order = [Interrupted, Usage, Io, Refused, NotSo, Partial, Done];
        for (i, a) in order.iter().enumerate() {
            for b in &order[i..] {
                assert_eq!(a.merge(*b), *a);
                assert_eq!(b.merge(*a), *a);
            }
        }
        assert_eq!(order.map(Exit::code), [130, 2, 5, 3, 1, 4, 0]);
    }

    #[test]
    fn checks_speak_as_monitoring_plugins_do() {
        let order = [Critical, Warning, Unknown, Done];
        assert_eq!(order.map(Exit::check_code), [2, 1, 3, 0]);
        for (i, a) in order.iter().enumerate() {
            assert!(order[i..].iter().all(|b| a.merge(*b) == *a && b.merge(*a) == *a));
        }
        for failed in [Usage, Io, Refused, NotSo, Partial] {
            assert_eq!(failed.check_code(), 3);
        }
    }
}
