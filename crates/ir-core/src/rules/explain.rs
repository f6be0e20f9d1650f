//! What a condition and a rule mean, in one plain sentence.

use jiff::SignedDuration;

use super::plan::{Plan, Reading, STEADY_WINDOW};
use super::source::Source;
use super::window::SIGMAS;
use super::{Condition, Op, Qualifier, Rule, Threshold, Timing};

impl Condition {
    /// What is read, how it is windowed and when it fires, as names and units alone suggest it. A profile may know
    /// better: see [`Rule::sentence`].
    pub fn sentence(&self) -> String {
        match self {
            Self::Flag { metric } => event(metric),
            Self::Threshold(t) => threshold(t, &subject(t), Reading::of(self)),
        }
    }
}

impl Rule {
    /// What is read on this profile, how it is windowed and when it fires; or why it never can.
    pub fn sentence(&self) -> String {
        if let Some(reason) = &self.plan.never {
            return format!("can never fire: {reason}");
        }
        let mut sentence = match (&self.condition, &self.source) {
            // Whichever of the two makes the condition true comes first.
            (_, Source::State { on, off }) if self.plan.test.holds(1.0) => {
                state(on, off, self.plan.span)
            }
            (_, Source::State { on, off }) => state(off, on, self.plan.span),
            (Condition::Flag { .. }, source) => event(&source.names().join(" or ")),
            (Condition::Threshold(t), Source::Events(events)) => {
                threshold(t, &events.join(" or "), self.reading)
            }
            (Condition::Threshold(t), Source::Ratio { bad, total, .. }) => {
                let share = threshold(
                    t,
                    &format!("{} among {}", bad.join(" or "), total.join(" or ")),
                    self.reading,
                );
                format!("{share}; needs at least {} of the latter", self.plan.min_events)
            }
            (Condition::Threshold(t), Source::Burst { events, .. }) => burst(t, events, &self.plan),
            (Condition::Threshold(t), Source::Gauge { events, .. }) => {
                threshold(t, &format!("{} from {}", subject(t), events.join(" or ")), self.reading)
            }
            (Condition::Threshold(t), Source::Samples(_) | Source::Never(_)) => {
                threshold(t, &subject(t), self.reading)
            }
        };
        if !self.by.is_empty() {
            sentence.push_str(&format!("; separately by {}", self.by.join(" and ")));
        }
        if self.settle_at_end {
            sentence.push_str("; the end of the input completes the time");
        }
        if let Some(reason) = &self.reason {
            sentence.push_str(&format!("; read so on this profile: {reason}"));
        }
        sentence
    }
}

fn event(name: &str) -> String {
    format!(
        "fires when {name} happens; repeats within 1 hour of the alert are counted, not alerted again"
    )
}

fn state(begins: &[String], ends: &[String], span: SignedDuration) -> String {
    let (begins, ends) = (begins.join(" or "), ends.join(" or "));
    if span.is_zero() {
        format!("fires when {begins} happens, resolves when {ends} does")
    } else {
        format!(
            "fires when {begins} happened and no {ends} followed for {}, resolves when one does",
            words(span)
        )
    }
}

fn threshold(t: &Threshold, what: &str, reading: Reading) -> String {
    let limit = limit(t);
    let span = match t.timing {
        Timing::Now => String::new(),
        Timing::For(span) | Timing::In(span) => words(span),
        Timing::Consistently(span) => words(span.unwrap_or(STEADY_WINDOW)),
    };
    match reading {
        Reading::Hold => {
            format!(
                "reads {what}; fires when every sample for {span} is {limit}, one that is not starts the time again"
            )
        }
        Reading::CountIn => format!(
            "counts {what}; fires when the number within {span} is {limit}, resolves when it no longer is"
        ),
        Reading::RatioIn => format!(
            "takes the share of {what} within {span}; fires when it is {limit}, resolves when it no longer is"
        ),
        Reading::BurstIn => format!(
            "counts {what} within {span}; fires when they come {limit} times as often as before, resolves when they no longer do"
        ),
        Reading::MeanIn => format!(
            "takes the mean of {what} within {span}; fires when it is {limit}, resolves when it no longer is"
        ),
        Reading::Steady => format!(
            "reads {what}; fires when at least 90% of the samples within {span}, the newest among them, are {limit}; \
             needs at least 5 samples and 60% of those that their interval lets expect"
        ),
        Reading::Newest | Reading::State | Reading::StateHold | Reading::Event => {
            format!(
                "reads {what}; fires at a sample that is {limit}, resolves at the first one that is not"
            )
        }
    }
}

fn burst(t: &Threshold, events: &[String], plan: &Plan) -> String {
    format!(
        "counts {} within {} and within a half, a quarter and an eighth of that; fires when there are at least {} and they surely come {} as often as in the {} before: \
         by {SIGMAS} standard deviations, the wider the more that time itself went up and down; the alert goes on \
         against the time before it, and resolves when that is no longer so; unknown where there is no time before",
        events.join(" or "),
        words(plan.span),
        plan.min_events.max(1),
        limit(&Threshold { unit: None, noun: Some("times".into()), ..t.clone() }),
        words(plan.before),
    )
}

/// What is read, in words.
fn subject(t: &Threshold) -> String {
    let side = match t.qualifier {
        Some(Qualifier::Available) => ", what is available of it",
        Some(Qualifier::Used) => ", what is used of it",
        None => "",
    };
    match &t.component {
        Some(component) => format!("{} of {component}{side}", t.metric),
        None => format!("{}{side}", t.metric),
    }
}

/// The comparison, in words: `over 90%`, `at least 5 messages`.
fn limit(t: &Threshold) -> String {
    let op = match t.op {
        Op::Gt => "over",
        Op::Ge => "at least",
        Op::Lt => "below",
        Op::Le => "at most",
        Op::Eq => "exactly",
        Op::Ne => "other than",
    };
    let unit = t.unit.map_or("", |unit| unit.symbol());
    let noun = t.noun.as_ref().map_or_else(String::new, |noun| format!(" {noun}"));
    format!("{op} {}{unit}{noun}", t.value)
}

/// A duration in its largest whole unit: `5 minutes`.
fn words(span: SignedDuration) -> String {
    let ms = span.as_millis();
    let (count, unit) =
        [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1000, "second")]
            .into_iter()
            .find(|(each, _)| ms % each == 0)
            .map_or((ms, "millisecond"), |(each, unit)| (ms / each, unit));
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
