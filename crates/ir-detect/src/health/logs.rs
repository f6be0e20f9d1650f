//! What the application's logs and the rules say at their end.

use ir_cli::{DocArgs, Documents, Session};
use ir_core::wire::{Alert, Category, CheckStatus, Event, ReadStatus};

use super::{Checks, Draft};
use crate::examine::{self, Examined};

const HOW: &str = "the rules over the logs that the profile names";

/// What the logs said.
pub(super) struct Logs(Examined);

/// Reads the profile's logs to their end.
///
/// # Errors
/// Faults of rules and expressions.
pub(super) fn read(
    args: &DocArgs,
    docs: &Documents,
    session: &mut Session,
) -> anyhow::Result<Logs> {
    examine::examine(args, docs, session).map(Logs)
}

impl Logs {
    /// A log was read, no run in it is open, and no start has failed since.
    pub(super) fn closed(&self) -> bool {
        let read =
            self.0.rows.iter().any(|row| row.status == ReadStatus::Read && row.from.is_some());
        let total =
            |e: &Event<Alert>| e.data.facts.get("functionality").is_some_and(|f| f == "total");
        let down = self.0.firing.iter().any(total);
        read && self.0.has_lifecycle && self.0.open_run.is_none() && !down
    }

    /// One check for each alert that is firing, and one for the reading.
    pub(super) fn check(self, checks: &mut Checks) {
        let firing = self.0.firing.len();
        for event in &self.0.firing {
            let alert = &event.data;
            let mut name = format!("rule:{}", alert.rule);
            for value in alert.group.values() {
                name.push_str(&format!(":{value}"));
            }
            checks.add(Draft {
                component: alert.component.clone(),
                value: alert.value,
                unit: alert.unit.clone(),
                limit: alert.limit,
                ..Draft::new(
                    name,
                    gravity(event),
                    HOW,
                    format!("{}; since {}", alert.summary, alert.onset),
                )
            });
        }
        let unread: Vec<_> = self
            .0
            .rows
            .iter()
            .filter(|row| row.status != ReadStatus::Read)
            .map(|row| row.reason.clone().unwrap_or_else(|| row.id.clone()))
            .collect();
        let coverage = &self.0.coverage;
        let (status, mut said) = match () {
            () if !unread.is_empty() => (CheckStatus::Unknown, unread.join("; ")),
            () if self.0.rows.is_empty() => {
                (CheckStatus::Unknown, "no log was found: nothing was read".to_owned())
            }
            () => (CheckStatus::Ok, format!("{} logs read to their ends", self.0.rows.len())),
        };
        said.push_str(&format!(
            "; of {} rules {} were evaluated, {} are unknown, {firing} alerts are firing",
            coverage.loaded,
            coverage.evaluated.len(),
            coverage.unknown.len(),
        ));
        checks.add(Draft::new("logs", status, HOW, said));
        if let Some(open) = self.0.open_run {
            checks.push(open);
        }
    }
}

/// What takes away much, or may be an attack or a loss of data, is critical.
fn gravity(event: &Event<Alert>) -> CheckStatus {
    let alert = &event.data;
    let much = alert.facts.get("functionality").is_some_and(|f| f == "total" || f == "significant");
    if much || matches!(alert.category, Category::Security | Category::DataIntegrity) {
        CheckStatus::Crit
    } else {
        CheckStatus::Warn
    }
}
