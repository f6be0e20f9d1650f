//! What an advisor is shown.

use std::collections::{BTreeMap, BTreeSet};

use ir_core::correlate;
use ir_core::docs::Sends;
use ir_core::secrets;
use ir_core::wire::{
    Advice, AdviceTask, Alert, AlertState, Category, Excerpt, Finding, FindingKind, Hypothesis,
    IncidentState, Recorded, Severity, State, Time,
};
use serde::Serialize;

/// Version of the request.
const VERSION: &str = "ir.advice-request.v1";
/// So many incidents are shown, the gravest first.
const INCIDENTS: usize = 20;
/// So many alerts, findings and hypotheses of each.
const ROWS: usize = 20;
/// So many lines of each alert.
const SAMPLES: usize = 3;
/// No further incident is shown past so many bytes.
const MAX_BYTES: usize = 256 << 10;
/// Longer ids are nobody's.
const LONGEST_ID: usize = 128;

/// One question. It holds no path, no host, and no secret that can be told by its name or shape.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    version: &'static str,
    task: AdviceTask,
    incidents: Vec<Shown<'a>>,
    /// Incidents that are not shown.
    left_out: usize,
    /// The incident that each id in it belongs to.
    #[serde(skip)]
    known: BTreeMap<String, &'a str>,
}

/// An incident.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    onset: Time,
    last: Time,
    categories: &'a [Category],
    components: Vec<String>,
    alerts: Vec<ShownAlert<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<ShownFinding<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hypotheses: Vec<ShownHypothesis<'a>>,
}

#[derive(Debug, Serialize)]
struct ShownAlert<'a> {
    id: &'a str,
    rule: String,
    state: AlertState,
    category: Category,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    summary: String,
    trigger: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    onset: Time,
    count: u64,
    samples: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ShownFinding<'a> {
    id: &'a str,
    kind: FindingKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<String>,
    template: String,
    count: u64,
    before: u64,
    onset: Time,
    last: Time,
    score: f64,
    summary: String,
}

#[derive(Debug, Serialize)]
struct ShownHypothesis<'a> {
    id: String,
    component: String,
    score: f64,
    summary: String,
    #[serde(rename = "for")]
    supporting: Vec<&'a str>,
    against: Vec<&'a str>,
}

impl<'a> Request<'a> {
    /// About the incidents of `state`, the gravest first.
    pub(super) fn new(state: &'a State, task: AdviceTask, sends: Sends) -> Self {
        let mut all: Vec<(&String, &IncidentState)> = state.incidents.iter().collect();
        all.retain(|(id, incident)| incident.incident.is_some() && id.len() <= LONGEST_ID);
        all.sort_by_key(|(_, incident)| (incident.severity().is_none(), incident.severity()));
        let mut request = Self {
            version: VERSION,
            task,
            incidents: Vec::new(),
            left_out: 0,
            known: BTreeMap::new(),
        };
        let teller = Teller(sends);
        let mut bytes = 0;
        for (id, incident) in &all {
            if request.incidents.len() == INCIDENTS || bytes > MAX_BYTES {
                break;
            }
            let Some(shown) = teller.incident(id, incident, state, task) else { continue };
            bytes += serde_json::to_vec(&shown).map_or(0, |json| json.len());
            request.known.extend(ids(&shown).map(|known| (known.to_owned(), id.as_str())));
            request.incidents.push(shown);
        }
        request.left_out = all.len() - request.incidents.len();
        request
    }

    /// There is nothing to ask.
    pub(super) fn is_empty(&self) -> bool {
        self.incidents.is_empty()
    }

    /// The incident that `id` belongs to, if the advisor was shown it.
    pub(super) fn incident_of(&self, id: &str) -> Option<&'a str> {
        self.known.get(id).copied()
    }

    /// One line of JSON.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec(self).expect("a request is plain data");
        json.push(b'\n');
        json
    }
}

/// Every id that the advisor is shown and may speak about.
fn ids<'s>(shown: &'s Shown<'_>) -> impl Iterator<Item = &'s str> {
    let alerts = shown.alerts.iter().map(|alert| alert.id);
    let findings = shown.findings.iter().map(|finding| finding.id);
    let hypotheses = shown.hypotheses.iter().map(|hypothesis| hypothesis.id.as_str());
    std::iter::once(shown.id).chain(alerts).chain(findings).chain(hypotheses)
}

/// Tells texts as far as they may be told.
#[derive(Clone, Copy, Debug)]
struct Teller(Sends);

impl Teller {
    fn incident<'a>(
        self,
        id: &'a str,
        incident: &'a IncidentState,
        state: &'a State,
        task: AdviceTask,
    ) -> Option<Shown<'a>> {
        let body = &incident.incident.as_ref()?.body;
        let listed: BTreeSet<&str> = body.alerts.iter().map(String::as_str).collect();
        let alerts = state.alerts.iter().filter(|a| listed.contains(&*a.id));
        let alerts = alerts.filter(|a| a.id.len() <= LONGEST_ID).take(ROWS);
        let components = incident.classified.iter().flat_map(|c| &c.body.components);
        let mut shown = Shown {
            id,
            severity: incident.severity(),
            onset: body.onset,
            last: body.last,
            categories: &body.categories[..body.categories.len().min(ROWS)],
            components: components.take(ROWS).map(|c| name(&c.name)).collect(),
            alerts: alerts.map(|alert| self.alert(alert)).collect(),
            findings: Vec::new(),
            hypotheses: Vec::new(),
        };
        if task == AdviceTask::Causes {
            let findings = incident.findings.iter().filter(|f| f.id.len() <= LONGEST_ID);
            shown.findings = findings.take(ROWS).map(|finding| self.finding(finding)).collect();
            let cause = incident.cause.iter().filter(|cause| cause.id.len() <= LONGEST_ID);
            let all = cause.flat_map(|cause| cause.body.hypotheses.iter().map(|h| (&*cause.id, h)));
            shown.hypotheses = all.take(ROWS).map(|(id, h)| self.hypothesis(id, h)).collect();
        }
        Some(shown)
    }

    fn alert(self, alert: &Recorded<Alert>) -> ShownAlert<'_> {
        let body = &alert.body;
        ShownAlert {
            id: &alert.id,
            rule: name(&body.rule),
            state: body.state,
            category: body.category,
            component: body.component.as_deref().map(name),
            instance: body.instance.as_deref().map(|text| self.text(text)),
            summary: self.text(&body.summary),
            trigger: name(&body.trigger),
            value: body.value,
            limit: body.limit,
            unit: body.unit.as_deref().map(name),
            onset: body.onset,
            count: body.count,
            samples: body.samples.iter().take(SAMPLES).map(|s| self.text(&s.text)).collect(),
        }
    }

    fn finding(self, finding: &Recorded<Finding>) -> ShownFinding<'_> {
        let body = &finding.body;
        ShownFinding {
            id: &finding.id,
            kind: body.kind,
            component: body.component.as_deref().map(name),
            level: body.level.as_deref().map(name),
            template: self.text(&body.template),
            count: body.count,
            before: body.before,
            onset: body.onset,
            last: body.last,
            score: body.score,
            summary: self.text(&body.summary),
        }
    }

    fn hypothesis<'a>(self, cause: &str, hypothesis: &'a Hypothesis) -> ShownHypothesis<'a> {
        let some = |ids: &'a [String]| {
            let ids = ids.iter().map(String::as_str);
            ids.filter(|id| id.len() <= LONGEST_ID).take(ROWS).collect()
        };
        ShownHypothesis {
            id: Advice::hypothesis(cause, hypothesis.rank),
            component: self.instance(&hypothesis.component),
            score: hypothesis.score,
            summary: self.text(&hypothesis.summary),
            supporting: some(&hypothesis.supporting),
            against: some(&hypothesis.against),
        }
    }

    /// `component:instance`: the component is the profile's word, the instance the log's.
    fn instance(self, text: &str) -> String {
        match text.split_once(':') {
            Some((component, instance)) => format!("{}:{}", name(component), self.text(instance)),
            None => name(text),
        }
    }

    /// A text that came from a log, or may quote one.
    fn text(self, text: &str) -> String {
        let hidden = secrets::hide(head(text, 4 * Excerpt::MAX).as_bytes());
        let told = match self.0 {
            Sends::Full => hidden.into_owned(),
            Sends::Masked => {
                let mut masked = Vec::new();
                correlate::mask(&hidden, &mut masked);
                masked
            }
        };
        cut(&String::from_utf8_lossy(&told), Excerpt::MAX)
    }
}

/// A word of the documents, written by whoever wrote rules and profile.
fn name(text: &str) -> String {
    let hidden = secrets::hide(head(text, 4 * Excerpt::MAX).as_bytes());
    cut(&String::from_utf8_lossy(&hidden), Excerpt::MAX)
}

/// The first `max` bytes of `text`, or a little less: a character stays whole.
pub(super) fn head(text: &str, max: usize) -> &str {
    let end = (0..=max.min(text.len())).rev().find(|&i| text.is_char_boundary(i));
    &text[..end.unwrap_or(0)]
}

/// `text`, cut after `max` bytes.
pub(super) fn cut(text: &str, max: usize) -> String {
    if text.len() <= max { text.to_owned() } else { format!("{}…", head(text, max)) }
}

#[cfg(test)]
mod tests;
