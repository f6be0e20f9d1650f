//! The time axis.

use ir_core::wire::Time;

/// The shortest axis, seconds.
const SHORTEST: f64 = 2.0;
/// Steps between ticks, seconds: what clocks and calendars divide into, each at most three times the one before, so that
/// a tick always falls on the axis.
const STEPS: [f64; 38] = [
    0.1,
    0.2,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    15.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    900.0,
    1800.0,
    3600.0,
    7200.0,
    10_800.0,
    21_600.0,
    43_200.0,
    DAY,
    2.0 * DAY,
    5.0 * DAY,
    10.0 * DAY,
    30.0 * DAY,
    90.0 * DAY,
    180.0 * DAY,
    1.0 * YEAR,
    2.0 * YEAR,
    5.0 * YEAR,
    10.0 * YEAR,
    20.0 * YEAR,
    50.0 * YEAR,
    100.0 * YEAR,
    200.0 * YEAR,
    500.0 * YEAR,
    1_000.0 * YEAR,
    2_000.0 * YEAR,
];
const DAY: f64 = 86_400.0;
const YEAR: f64 = 365.0 * DAY;
/// For the whole calendar.
const LONGEST: f64 = 5_000.0 * YEAR;
/// Steps that fit the axis; one tick more than that may stand on it.
const MOST: f64 = 4.0;

/// A stretch of time, and room beyond its ends where something lies there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Axis {
    /// Its beginning.
    pub(crate) from: Time,
    /// Its end.
    pub(crate) to: Time,
    /// Part of the length that the stretch takes, after `before`.
    length: f64,
    before: f64,
}

/// A tick of the axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    /// Its place.
    pub(crate) at: f64,
    /// The time of day, or the day where ticks are whole days apart.
    pub(crate) label: String,
    /// The day, at the first tick and where it changes.
    pub(crate) day: Option<String>,
}

impl Axis {
    /// Room beyond an end, as a part of the whole.
    const BEYOND: f64 = 0.1;

    /// An axis over all of `core`, and of `others` what lies no further from it than half its length. `others` hold
    /// all that is shown. None where nothing has a time.
    pub(super) fn of(
        core: impl Iterator<Item = Time>,
        others: impl Iterator<Item = Time> + Clone,
    ) -> Option<Self> {
        let ends = |ends: Option<(Time, Time)>, at: Time| {
            Some(ends.map_or((at, at), |(from, to)| (from.min(at), to.max(at))))
        };
        let (from, to) = core.fold(None, ends).or_else(|| others.clone().fold(None, ends))?;
        let near = (to.seconds_since(from) / 2.0).max(SHORTEST);
        let (least, most) = (from.plus_seconds(-near), to.plus_seconds(near));
        let (from, to) =
            others.clone().filter(|at| (least..=most).contains(at)).fold(Some((from, to)), ends)?;
        let length = to.seconds_since(from);
        let pad = (length * 0.03).max((SHORTEST - length) / 2.0);
        let (from, to) = (from.plus_seconds(-pad), to.plus_seconds(pad));
        let beyond = |beyond: bool| if beyond { Self::BEYOND } else { 0.0 };
        let before = beyond(others.clone().any(|at| at < from));
        let after = beyond(others.clone().any(|at| at > to));
        Some(Self { from, to, length: 1.0 - before - after, before })
    }

    /// Its length in seconds.
    pub(crate) fn length_s(&self) -> f64 {
        self.to.seconds_since(self.from)
    }

    /// Where a time lies, from 0 to 1. What lies beyond an end is in the middle of the room there.
    pub(crate) fn place(&self, at: Time) -> f64 {
        if at < self.from {
            return self.before / 2.0;
        }
        if at > self.to {
            return (1.0 + self.end()) / 2.0;
        }
        // The ends are never one point.
        self.before + self.length * (at.seconds_since(self.from) / self.length_s())
    }

    /// Where the stretch begins.
    pub(crate) fn begin(&self) -> f64 {
        self.before
    }

    /// Where the stretch ends.
    pub(crate) fn end(&self) -> f64 {
        self.before + self.length
    }

    /// Its ticks, whole steps of the clock or the calendar.
    pub(crate) fn ticks(&self) -> Vec<Tick> {
        let length = self.length_s();
        let step = STEPS.into_iter().find(|step| length / step <= MOST).unwrap_or(LONGEST);
        let ms = |time: Time| time.as_nanos().div_euclid(1_000_000);
        let (first, last, step_ms) = (ms(self.from), ms(self.to), (step * 1e3) as i128);
        let form = match step {
            s if s < 1.0 => "%H:%M:%S.%1f",
            s if s < 60.0 => "%H:%M:%S",
            s if s < DAY => "%H:%M",
            _ => "%Y-%m-%d",
        };
        let mut ticks = Vec::new();
        let mut last_day = String::new();
        let mut at = (first + step_ms - 1).div_euclid(step_ms) * step_ms;
        while at <= last {
            if let Some(time) = i64::try_from(at).ok().and_then(Time::from_millis) {
                let day = time.0.strftime("%Y-%m-%d").to_string();
                let new = step < DAY && day != last_day;
                ticks.push(Tick {
                    at: self.place(time),
                    label: time.0.strftime(form).to_string(),
                    day: new.then(|| day.clone()),
                });
                last_day = day;
            }
            at += step_ms;
        }
        ticks
    }
}
