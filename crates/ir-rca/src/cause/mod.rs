//! From what a scan of the logs found to findings and ranked hypotheses. No I/O.

mod finding;
mod observe;
mod outline;
mod parts;
mod rank;
mod window;
mod words;

use std::collections::BTreeSet;

use ir_core::correlate::{Eras, Exposure, Name, Scan};
use ir_core::docs::Profile;
use ir_core::wire::{Cause, Finding, Hypothesis, Incident, Span, Time, id};

pub(crate) use observe::{Lens, Observed, Observer, Watched};
pub(crate) use outline::Outline;
pub(crate) use parts::Parts;
pub(crate) use rank::Pointer;
pub(crate) use window::{LEAD_S, begins};

use finding::Material;
use rank::Ranking;

/// One incident, and what its logs gave.
pub(crate) struct Case<'a> {
    /// Its id.
    pub(crate) id: &'a str,
    pub(crate) incident: &'a Incident,
    pub(crate) alerts: &'a [Pointer],
    /// Names of the events that alerts count.
    pub(crate) alerted: &'a BTreeSet<Name>,
    pub(crate) profile: &'a Profile,
    /// Ids of the sources, by number.
    pub(crate) sources: &'a [String],
    /// None where no log could be read.
    pub(crate) read: Option<(&'a Scan, &'a Outline)>,
    /// Why the logs say less than they might.
    pub(crate) limits: Vec<String>,
}

/// The findings and the causes of one incident, with their ids.
#[derive(Debug)]
pub(crate) struct Analysis {
    pub(crate) findings: Vec<(String, Finding)>,
    pub(crate) cause: (String, Cause),
}

/// The times that divide the logs for an incident. It lasts to the end of the logs, unless `over`: all its alerts are
/// resolved; and not into the incident after it, whose onset is `next`.
pub(crate) fn eras(incident: &Incident, over: bool, next: Option<Time>) -> Eras {
    let last = incident.last.max(incident.onset);
    let end = over.then(|| last.plus_seconds(LEAD_S));
    let next = next.filter(|next| *next > last).map(|next| next.plus_seconds(-1e-9));
    let end = [end, next].into_iter().flatten().min();
    Eras { lead: incident.onset.plus_seconds(-LEAD_S), onset: incident.onset, end }
}

impl Case<'_> {
    /// Looks for the cause.
    pub(crate) fn analyse(&self) -> Analysis {
        let Some((scan, outline)) = self.read.filter(|(scan, _)| scan.window.records > 0) else {
            let what = if self.read.is_some() {
                "the logs have no record of that time"
            } else {
                "no log could be read"
            };
            let window =
                Span { from: self.incident.onset, to: self.incident.last.max(self.incident.onset) };
            return self.conclude(Vec::new(), Vec::new(), window, None, what.to_owned());
        };
        let (before, during) = outline.starts(scan.from, scan.window.span.map(|span| span.1));
        let parts = Parts::new(self.profile);
        let material = Material {
            profile: self.profile,
            alerted: self.alerted,
            parts: &parts,
            scan,
            outline,
            onset: self.incident.onset,
            then: Exposure { seconds: scan.before.alive_s, starts: before },
            now: Exposure { seconds: scan.window.alive_s, starts: during },
            sources: self.sources,
        };
        let found = material.findings();
        let ids: Vec<String> =
            found.iter().map(|f| content_id("fi", self.id, &f.finding)).collect();
        let ranking = Ranking {
            profile: self.profile,
            parts: &parts,
            outline,
            findings: &found,
            ids: &ids,
            alerts: self.alerts,
        };
        let hypotheses = ranking.hypotheses();
        let window =
            Span { from: scan.from, to: scan.window.span.map_or(scan.from, |span| span.1) };
        let reason = self.unclear(outline, &found.iter().map(|f| &f.finding).collect::<Vec<_>>());
        let findings = ids.into_iter().zip(found).map(|(id, f)| (id, f.finding)).collect();
        self.conclude(findings, hypotheses, window, Some(scan), reason)
    }

    /// Why nothing is held to be the cause.
    fn unclear(&self, outline: &Outline, findings: &[&Finding]) -> String {
        let unnamed = findings.iter().any(|f| {
            f.component.is_none()
                && f.level.as_deref().is_some_and(|l| l == "error" || l == "critical")
        });
        let lives = &outline.lives;
        let unclosed = |at: usize| {
            lives[at].end.is_none() && lives.get(at + 1).is_some_and(|next| next.started)
        };
        let at = outline.at(self.incident.onset);
        // The run of the onset, or the one before it, of which only the next start tells that nothing closed it.
        let open = at
            .into_iter()
            .flat_map(|at| [Some(at), at.checked_sub(1)])
            .flatten()
            .find(|at| unclosed(*at));
        match open {
            _ if unnamed => "errors stand out, but no component of the profile wrote them".into(),
            Some(at) => format!(
                "nothing stands out in the window, but the run of {} has no closing line: its last lines may tell why it ended",
                lives[at].start
            ),
            None => "nothing stands out in the logs".into(),
        }
    }

    fn conclude(
        &self,
        findings: Vec<(String, Finding)>,
        hypotheses: Vec<Hypothesis>,
        window: Span,
        scan: Option<&Scan>,
        reason: String,
    ) -> Analysis {
        let baseline = scan.and_then(|scan| scan.before.span).map(|(from, to)| Span { from, to });
        let mut summary = match &hypotheses[..] {
            [] => format!("inconclusive: {reason}"),
            [best, rest @ ..] => match rest.first() {
                Some(next) => format!("{} (next: {})", best.summary, next.component),
                None => best.summary.clone(),
            },
        };
        if scan.is_some() && baseline.is_none() {
            summary.push_str("; the logs hold no time before the incident: ranked by known failures and levels alone");
        }
        for limit in &self.limits {
            summary.push_str("; ");
            summary.push_str(limit);
        }
        let cause = Cause {
            inconclusive: hypotheses.is_empty(),
            hypotheses,
            summary,
            window,
            baseline,
            window_records: scan.map_or(0, |s| s.window.records),
            baseline_records: scan.map_or(0, |s| s.before.records),
        };
        Analysis { findings, cause: (content_id("ca", self.id, &cause), cause) }
    }
}

/// An id of a record about `incident` with that content.
fn content_id<T: serde::Serialize>(prefix: &str, incident: &str, body: &T) -> String {
    id(prefix, [incident, &serde_json::to_string(body).expect("our bodies are plain data")])
}

#[cfg(test)]
mod tests;
