//! Alerts: what each rule said of each group, and the lines behind it.

use ir_core::wire::{Alert, AlertState, Excerpt, Recorded};

use super::examined::measured;
use super::{ROWS, Writer, joined};
use crate::md::Inline;

/// Log lines shown of one record.
const LINES: usize = 5;

impl Writer {
    pub(super) fn alerts(&mut self, alerts: &[&Recorded<Alert>]) {
        for (n, alert) in alerts.iter().take(ROWS).enumerate() {
            let body = &alert.body;
            let state = match body.state {
                AlertState::Firing => "**firing** ",
                AlertState::Resolved => "resolved ",
                AlertState::NoData => "**no data** ",
            };
            let mut line = Inline::new().md(state).time(alert.time).md(": ").code(&body.rule);
            if !body.group.is_empty() {
                let group = body
                    .group
                    .iter()
                    .map(|(name, value)| Inline::new().code(&format!("{name}={value}")));
                line = line.md(" of ").and(joined(group.collect()));
            }
            let id = self.id(&alert.id);
            self.page.number(n + 1, line.md(", ").and(id));
            self.page.under(Inline::new().text(&body.summary));
            self.page.under(value(body));
            let trigger =
                Inline::new().md("rule: ").code(&body.trigger).md(", read as ").code(&body.reading);
            self.page.under(trigger);
            let counted =
                Inline::new().md("first contributing event ").time(Some(body.onset)).md(", ");
            self.page.under(counted.plural(body.count, "contributing event").md(" so far"));
            self.samples(&body.samples);
        }
        self.page.left_out(alerts.len().saturating_sub(ROWS));
    }

    /// Log lines under the last item of a list.
    pub(super) fn samples(&mut self, samples: &[Excerpt]) {
        if samples.is_empty() {
            return;
        }
        self.page.under(Inline::new().md("lines:"));
        for line in samples.iter().take(LINES) {
            let at = format!("{}:{}", line.origin.source, line.origin.line);
            let text = match line.text.is_empty() {
                true => Inline::new().md("(private)"),
                false => Inline::new().code(&line.text),
            };
            self.page.deeper(Inline::new().time(line.time).md(" ").code(&at).md(" ").and(text));
        }
        if samples.len() > LINES {
            self.page.deeper(
                Inline::new()
                    .plural((samples.len() - LINES) as u64, "more line")
                    .md(" in the record"),
            );
        }
    }
}

/// `value 25 % > limit 10 % over 5 min`.
fn value(alert: &Alert) -> Inline {
    let Some(seen) = alert.value else { return Inline::new().md("no value was compared") };
    let unit = alert.unit.as_deref();
    let mut line = Inline::new().md("value ").and(measured(Some(seen), unit));
    if let Some(limit) = alert.limit {
        line = line
            .md(", the rule asks for ")
            .code(alert.op.as_deref().unwrap_or("?"))
            .md(" ")
            .and(measured(Some(limit), unit));
    }
    match alert.window_s {
        Some(window) if window > 0.0 => line.md(" over ").seconds(window),
        _ => line,
    }
}
