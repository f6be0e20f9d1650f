//! The live host: figures, again and again, as samples that can be recorded and replayed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use ir_cli::{Documents, Exit, Failed, Session, interrupted};
use ir_core::docs::{LiveMethod, MetricDef};
use ir_core::rules::Occurrence;
use ir_core::wire::{Event, Excerpt, Origin, Sample, Time, id};
use ir_host::proc::{Figure, Host, Sampler};
use ir_host::process::Wanted;

use crate::args::LiveArgs;

/// How often somebody who interrupts is looked for.
const PATIENCE: Duration = Duration::from_millis(100);

/// When readings are due.
struct Pace {
    interval: Duration,
    /// The next one.
    due: Instant,
    /// None is due after it.
    end: Option<Instant>,
    /// How many are to come.
    left: u64,
}

impl Pace {
    fn new(args: &LiveArgs, now: Instant) -> Self {
        let interval = Duration::from_secs_f64(args.interval);
        let (end, left) = match args.lasting {
            Some(lasting) => {
                // What lasts longer than the clock goes has no end.
                let lasting = Duration::try_from_secs_f64(lasting).ok();
                (lasting.and_then(|lasting| now.checked_add(lasting)), u64::MAX)
            }
            None => (None, args.samples),
        };
        Self { interval, due: now, end, left }
    }

    /// When the next one is due; none after the last one.
    fn due(&self) -> Option<Instant> {
        (self.left > 0 && self.end.is_none_or(|end| self.due <= end)).then_some(self.due)
    }

    /// One is taken `now`. Where a mount hung or this program was stopped, those that were missed are not made up for: rates
    /// over an instant are noise.
    fn take(&mut self, now: Instant) {
        self.left -= 1;
        let next = self.due + self.interval;
        let soon = next.saturating_duration_since(now) < self.interval / 2;
        self.due = if soon { now + self.interval } else { next };
    }
}

/// A host that is sampled.
pub(crate) struct Live {
    pub(crate) sampler: Sampler,
    /// What the profile calls each method.
    names: BTreeMap<LiveMethod, Vec<String>>,
    source: String,
    /// The observed host.
    pub(crate) host: String,
    pace: Pace,
    taken: u64,
    /// By which methods there was a value.
    pub(crate) measured: BTreeSet<LiveMethod>,
    /// No sample is older than the one before it, whatever becomes of the clock.
    last: Option<Time>,
}

impl Live {
    /// Of the running host, with what the documents say of the application.
    ///
    /// # Errors
    /// Exit code 2 if the profile's `process` cannot be filled in.
    pub(crate) fn new(
        args: &LiveArgs,
        docs: &Documents,
        session: &Session,
    ) -> anyhow::Result<Self> {
        let mut names: BTreeMap<LiveMethod, Vec<String>> = BTreeMap::new();
        for (name, def) in &docs.profile.metrics {
            if let MetricDef::Live(method) = def {
                names.entry(*method).or_default().push(name.clone());
            }
        }
        let host = session.common.host.clone().unwrap_or_else(Host::name);
        Ok(Self {
            sampler: sampler(docs)?,
            names,
            source: session.source(Some(&host)),
            host,
            pace: Pace::new(args, Instant::now()),
            taken: 0,
            measured: BTreeSet::new(),
            last: None,
        })
    }

    /// Waits for the next moment and takes its samples; none after the last one, and where somebody interrupts.
    pub(crate) fn next(&mut self, session: &Session) -> Option<(Time, Vec<Event<Sample>>)> {
        let due = self.pace.due()?;
        while let Some(rest) = due.checked_duration_since(Instant::now()).filter(|r| !r.is_zero()) {
            if interrupted() || session.out.closed() {
                return None;
            }
            std::thread::sleep(rest.min(PATIENCE));
        }
        self.pace.take(Instant::now());
        let figures = self.sampler.take();
        self.taken += 1;
        self.measured.extend(figures.iter().filter(|f| f.value.is_ok()).map(|f| f.method));
        let at = session.now();
        let at = self.last.map_or(at, |last| last.max(at));
        self.last = Some(at);
        let samples = figures.iter().flat_map(|figure| self.samples(figure, at)).collect();
        Some((at, samples))
    }

    /// A figure under each name that the profile has for it, else under the method's own.
    fn samples(&self, figure: &Figure, at: Time) -> Vec<Event<Sample>> {
        let own = [figure.method.word().to_owned()];
        let names = self.names.get(&figure.method).map_or(&own[..], Vec::as_slice);
        let labels: BTreeMap<String, String> =
            figure.labels.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
        let sample = |name: &String| {
            let sample = Sample {
                metric: name.clone(),
                value: figure.value.as_ref().ok().copied().map(rounded),
                unit: figure.method.unit().map(str::to_owned),
                labels: labels.clone(),
                method: format!("{}: {}", figure.method.word(), figure.how),
                interval_s: figure.interval_s.map(rounded),
                reason: figure.value.as_ref().err().map(ToString::to_string),
            };
            let mut identity = vec![self.source.clone(), name.clone(), at.to_string()];
            identity.push(self.taken.to_string());
            identity.extend(labels.iter().flat_map(|(n, v)| [n.clone(), v.clone()]));
            Event::new(self.source.clone(), id("sm", identity), sample).at(at)
        };
        names.iter().map(sample).collect()
    }
}

/// Samples the running host for these documents.
///
/// # Errors
/// Exit code 2 if the profile's `process` cannot be filled in.
pub(crate) fn sampler(docs: &Documents) -> anyhow::Result<Sampler> {
    let host = Host::here();
    let wanted =
        Wanted::of(&docs.profile, &docs.set, &host).map_err(|why| Failed::new(Exit::Usage, why))?;
    Ok(Sampler::new(host, wanted, paths(docs)))
}

/// Every file that the profile names, for the file systems that they are on. What cannot be filled in is told by who reads it.
fn paths(docs: &Documents) -> Vec<PathBuf> {
    let profile = &docs.profile;
    let written = profile.logs.iter().map(|log| &log.path);
    let written = written.chain(profile.files.iter().map(|file| &file.path));
    // The shipped profile of any host names logs that may be anywhere; an application's files are what it needs.
    let folder = |path: &String| {
        let fixed = path.split(['*', '?']).next().unwrap_or_default();
        let fixed = fixed.rsplit_once('/').map_or(fixed, |(folder, _)| folder);
        profile.expand(fixed, &docs.set).ok().map(PathBuf::from)
    };
    let mut paths: Vec<PathBuf> = written.filter_map(folder).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Three decimals: all that is meant, and read back from its text as the very same number.
fn rounded(value: f64) -> f64 {
    let thousand = value * 1000.0;
    if thousand.abs() < 1e15 { thousand.round() / 1000.0 } else { value }
}

/// What a sample is to the rules, taken now or recorded.
pub(crate) fn occurrence(sample: &Sample, record: &str, time: Time) -> Occurrence {
    let unit = sample.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let said = match (sample.value, &sample.reason) {
        (Some(value), _) => format!("{} {value}{unit} ({})", sample.metric, sample.method),
        (None, Some(why)) => format!("{} unknown: {why}", sample.metric),
        (None, None) => format!("{} unknown", sample.metric),
    };
    // A record has no place in a log: its id is its place.
    let origin = Origin { source: record.to_owned(), line: 1, offset: 0 };
    Occurrence {
        time,
        name: sample.metric.clone(),
        labels: sample.labels.clone(),
        value: sample.value,
        unit: sample.unit.clone(),
        excerpt: Some(Excerpt::new(origin, Some(time), said.as_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Pace, rounded};
    use crate::args::LiveArgs;

    /// The moments of readings, in seconds, where the one after three seconds comes `late` by so much.
    fn moments(samples: u64, lasting: Option<f64>, late: f64) -> Vec<f64> {
        let start = Instant::now();
        let mut pace = Pace::new(&LiveArgs { live: true, interval: 1.0, samples, lasting }, start);
        let (mut taken, mut now) = (Vec::new(), start);
        while let Some(due) = pace.due() {
            now = now.max(due);
            if (due - start).as_secs() == 3 && taken.len() == 3 {
                now += Duration::from_secs_f64(late);
            }
            taken.push((now - start).as_secs_f64());
            pace.take(now);
        }
        taken
    }

    #[test]
    fn what_was_missed_is_not_made_up_for() {
        assert_eq!(moments(1, None, 0.0), [0.0]);
        assert_eq!(moments(9, Some(4.0), 0.0), [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(moments(6, None, 0.25), [0.0, 1.0, 2.0, 3.25, 4.0, 5.0]);
        assert_eq!(moments(6, None, 7.25), [0.0, 1.0, 2.0, 10.25, 11.25, 12.25]);
        assert_eq!(moments(9, Some(4.5), 0.75), [0.0, 1.0, 2.0, 3.75]);
        assert_eq!(moments(9, Some(5.0), 7.25), [0.0, 1.0, 2.0, 10.25]);
        let endless = LiveArgs { live: true, interval: 1.0, samples: 2, lasting: Some(1e300) };
        assert_eq!(Pace::new(&endless, Instant::now()).end, None);
    }

    #[test]
    fn three_decimals_survive_their_text() {
        for (value, short) in [(12.345_678, 12.346), (0.000_4, 0.0), (1.5, 1.5), (1e300, 1e300)] {
            assert_eq!(rounded(value), short);
            let text = serde_json::to_string(&rounded(value)).unwrap();
            assert_eq!(serde_json::from_str::<f64>(&text).unwrap(), short);
        }
    }
}
