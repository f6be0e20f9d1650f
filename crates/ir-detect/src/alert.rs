//! A rule's transition to an alert record.

use std::collections::BTreeMap;

use ir_core::rules::{Rule, Transition};
use ir_core::wire::{Alert, AlertState, Event, SourceRef, id};

/// Makes alerts of transitions.
pub(crate) struct Alerts {
    pub(crate) app: String,
    /// By id.
    pub(crate) sources: BTreeMap<String, SourceRef>,
}

impl Alerts {
    /// The record; its id comes of rule, group, state, instant and host.
    pub(crate) fn event(&self, rule: &Rule, t: Transition, source: &str) -> Event<Alert> {
        let mut identity = vec![
            source.to_owned(),
            self.app.clone(),
            rule.id.clone(),
            t.state.to_string(),
            t.at.to_string(),
        ];
        for (label, value) in &t.group {
            identity.extend([label.clone(), value.clone()]);
        }
        let mut sources: Vec<_> = t.samples.iter().map(|s| s.origin.source.as_str()).collect();
        sources.sort_unstable();
        sources.dedup();
        let sources = sources.into_iter().filter_map(|id| self.sources.get(id).cloned()).collect();
        let at = t.at;
        let alert = Alert {
            rule: rule.id.clone(),
            state: t.state,
            app: Some(self.app.clone()),
            component: rule.component.clone(),
            instance: rule.instance.as_ref().and_then(|label| t.group.get(label)).cloned(),
            category: rule.category,
            facts: rule.facts.clone(),
            summary: summary(rule, &t),
            trigger: rule.trigger.clone(),
            reading: t.reading.into(),
            value: t.value,
            unit: t.unit,
            op: t.op.map(|op| op.to_string()),
            limit: t.limit,
            window_s: t.window_s,
            onset: t.onset,
            count: t.count,
            samples: t.samples,
            sources,
            playbooks: rule.playbooks.clone(),
            group: t.group,
        };
        Event::new(source, id("al", identity), alert).at(at)
    }
}

/// The rule's sentence, filled in; else one made of its text.
fn summary(rule: &Rule, t: &Transition) -> String {
    let value = t.value.map_or_else(|| "unknown".into(), figure);
    let mut text = match &rule.summary {
        Some(template) => fill(template, |name| match name {
            "value" => Some(value.clone()),
            "count" => Some(t.count.to_string()),
            "limit" => Some(t.limit.map_or_else(|| "none".into(), figure)),
            label => t.group.get(label).cloned(),
        }),
        None if t.value.is_some() => {
            let unit = t.unit.as_deref().map(|u| format!(" {u}")).unwrap_or_default();
            format!("{}: {value}{unit}", rule.trigger)
        }
        None => rule.trigger.clone(),
    };
    match t.state {
        AlertState::Firing => {}
        AlertState::Resolved => text.insert_str(0, "No longer: "),
        AlertState::NoData => text.insert_str(0, "No data any more for: "),
    }
    text
}

/// At most three decimals, without trailing zeros.
fn figure(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Fills `{name}` in; what `find` does not know stays as it is. What is filled in is not looked at again.
fn fill(template: &str, find: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(close) = rest.find('}') else { break };
        match find(&rest[1..close]) {
            Some(value) => out.push_str(&value),
            None => out.push_str(&rest[..=close]),
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{figure, fill};

    #[test]
    fn labels_are_filled_in_once() {
        let find = |name: &str| (name == "plugin").then(|| "{plugin}{count}".to_owned());
        assert_eq!(
            fill("the plugin {plugin} {other} fails {", find),
            "the plugin {plugin}{count} {other} fails {"
        );
    }

    #[test]
    fn figures_are_short() {
        assert_eq!([figure(60.0), figure(33.333_33), figure(0.5)], ["60", "33.333", "0.5"]);
    }
}
