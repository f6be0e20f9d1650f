//! Alerts: what each rule said of each group, and the lines behind it.

use ir_core::wire::{Alert, AlertState, Excerpt, Recorded};

use super::examined::measured;
use super::{ROWS, Writer, joined};
use crate::phrase::{Phrase, Tone};

/// Log lines shown of one record.
const LINES: usize = 5;

impl Writer {
    pub(super) fn alerts(&mut self, alerts: &[&Recorded<Alert>]) {
        for (n, alert) in alerts.iter().take(ROWS).enumerate() {
            let body = &alert.body;
            let (state, tone) = match body.state {
                AlertState::Firing => ("firing", Tone::Bad),
                AlertState::Resolved => ("resolved", Tone::Good),
                AlertState::NoData => ("no data", Tone::Bad),
            };
            let line = Phrase::new().state(state, tone).own(" ").time(alert.time);
            let mut line = line.own(": ").code(&body.rule);
            if !body.group.is_empty() {
                let group = body
                    .group
                    .iter()
                    .map(|(name, value)| Phrase::new().code(&format!("{name}={value}")));
                line = line.own(" of ").and(joined(group.collect()));
            }
            let id = self.id(&alert.id);
            self.page.number(n + 1, line.own(", ").and(id));
            self.page.under(Phrase::new().text(&body.summary));
            self.page.under(value(body));
            let trigger = Phrase::new()
                .own("rule: ")
                .code(&body.trigger)
                .own(", read as ")
                .code(&body.reading);
            self.page.under(trigger);
            let counted =
                Phrase::new().own("first contributing event ").time(Some(body.onset)).own(", ");
            self.page.under(counted.plural(body.count, "contributing event").own(" so far"));
            self.samples(&body.samples);
        }
        self.page.left_out(alerts.len().saturating_sub(ROWS));
    }

    /// Log lines under the last item of a list.
    pub(super) fn samples(&mut self, samples: &[Excerpt]) {
        if samples.is_empty() {
            return;
        }
        self.page.under(Phrase::new().own("lines:"));
        for line in samples.iter().take(LINES) {
            let at = format!("{}:{}", line.origin.source, line.origin.line);
            let text = match line.text.is_empty() {
                true => Phrase::new().own("(private)"),
                false => Phrase::new().code(&line.text),
            };
            self.page.deeper(Phrase::new().time(line.time).own(" ").code(&at).own(" ").and(text));
        }
        if samples.len() > LINES {
            self.page.deeper(
                Phrase::new()
                    .plural((samples.len() - LINES) as u64, "more line")
                    .own(" in the record"),
            );
        }
    }
}

/// `value 25 % > limit 10 % over 5 min`.
fn value(alert: &Alert) -> Phrase {
    let Some(seen) = alert.value else { return Phrase::new().own("no value was compared") };
    let unit = alert.unit.as_deref();
    let mut line = Phrase::new().own("value ").and(measured(Some(seen), unit));
    if let Some(limit) = alert.limit {
        line = line
            .own(", the rule asks for ")
            .code(alert.op.as_deref().unwrap_or("?"))
            .own(" ")
            .and(measured(Some(limit), unit));
    }
    match alert.window_s {
        Some(window) if window > 0.0 => line.own(" over ").seconds(window),
        _ => line,
    }
}
