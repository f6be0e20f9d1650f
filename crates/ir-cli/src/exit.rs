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
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NotSo => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Partial => 4,
            Self::Io => 5,
            Self::Interrupted => 130,
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
            Self::Partial => 1,
            Self::NotSo => 2,
            Self::Refused => 3,
            Self::Io => 4,
            Self::Usage => 5,
            Self::Interrupted => 6,
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
}
