//! How much was looked at.

use ir_core::wire::{Check, CheckStatus, ReadStatus, Recorded, Run, Time, Upstream};

/// Sums over the tools that begin a pipe: later ones read the same logs again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Lines of the logs that were read.
    pub(crate) lines: u64,
    /// Sources of which anything was read.
    pub(crate) sources: u64,
    /// Sources that are missing, unreadable or read in part.
    pub(crate) unread: u64,
    /// First event time in them.
    pub(crate) from: Option<Time>,
    /// Last event time in them.
    pub(crate) to: Option<Time>,
    /// Rules loaded.
    pub(crate) rules: u64,
    /// Rules that reached a verdict.
    pub(crate) evaluated: u64,
    /// Checks whose status is unknown.
    pub(crate) unknown_checks: u64,
}

impl Seen {
    /// What `runs` and `checks` tell.
    pub(crate) fn of(runs: &[Recorded<Run>], checks: &[Recorded<Check>]) -> Self {
        let mut seen = Self::default();
        for run in runs
            .iter()
            .map(|r| &r.body)
            .filter(|r| r.rules.is_some() || r.upstream == Upstream::None)
        {
            for source in &run.sources {
                seen.lines = seen.lines.saturating_add(source.lines);
                seen.sources +=
                    u64::from(matches!(source.status, ReadStatus::Read | ReadStatus::Partial));
                seen.unread += u64::from(source.status != ReadStatus::Read);
                seen.from = [seen.from, source.from].into_iter().flatten().min();
                seen.to = [seen.to, source.to].into_iter().flatten().max();
            }
            if let Some(rules) = &run.rules {
                seen.rules = seen.rules.saturating_add(rules.loaded);
                seen.evaluated += rules.evaluated.len() as u64;
            }
        }
        seen.unknown_checks =
            checks.iter().filter(|c| c.body.status == CheckStatus::Unknown).count() as u64;
        seen
    }
}
