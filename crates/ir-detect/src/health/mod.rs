//! The verb `health`: checks of the host and the application, with the exit codes of monitoring plugins.
//!
//! - `limits`: what is too much
//! - `figures`: the host's figures against their limits
//! - `application`: its processes, its configuration, its databases
//! - `logs`: with `--comprehensive`, what its logs and the rules say
//! - `table`: the same for people

mod application;
mod figures;
mod limits;
mod logs;
mod table;

use ir_cli::{Documents, Exit, Session, interrupted};
use ir_core::wire::{Check, CheckStatus, Event, id};
use ir_host::proc::Host;

use crate::args::HealthArgs;
use crate::live;

pub(crate) use limits::HELP as LIMITS;
pub(crate) use limits::parse as parse_limit;

/// How often somebody who interrupts is looked for.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(100);

/// Runs it.
///
/// # Errors
/// As the documents and the output have it; all of them end as UNKNOWN.
pub(crate) fn run(args: &HealthArgs, session: &mut Session) -> anyhow::Result<()> {
    let docs = Documents::load(&args.docs, "generic")?;
    let limits = limits::Limits::new(&args.warn, &args.crit)?;
    let mut sampler = live::sampler(&docs)?;
    let host = session.common.host.clone().unwrap_or_else(Host::name);
    let mut checks = Checks {
        app: docs.profile.app.name.clone(),
        source: session.source(Some(&host)),
        found: Vec::new(),
    };
    sampler.take();
    let begun = std::time::Instant::now();
    let interval = std::time::Duration::from_secs_f64(args.interval);
    while let Some(rest) = interval.checked_sub(begun.elapsed()).filter(|rest| !rest.is_zero()) {
        if interrupted() {
            session.raise(Exit::Interrupted);
            return Ok(());
        }
        std::thread::sleep(rest.min(PATIENCE));
    }
    let figures = sampler.take();
    figures::check(&figures, &limits, &mut checks);
    figures::stuck(sampler.host(), &limits, &mut checks);
    let logs =
        if args.comprehensive { Some(logs::read(&args.docs, &docs, session)?) } else { None };
    application::check(&docs, &sampler, &figures, logs.as_ref(), args.comprehensive, &mut checks);
    if let Some(logs) = logs {
        logs.check(&mut checks);
    }
    let at = session.now();
    let events: Vec<Event<Check>> = checks.found.into_iter().map(|event| event.at(at)).collect();
    if session.out.is_terminal() || args.table {
        let text = table::table(&events, session.out.colours());
        session.out.paint(&text)?;
    } else {
        for event in &events {
            session.out.emit(event)?;
        }
    }
    for event in &events {
        session.raise(match event.data.status {
            CheckStatus::Ok => Exit::Done,
            CheckStatus::Warn => Exit::Warning,
            CheckStatus::Crit => Exit::Critical,
            CheckStatus::Unknown => Exit::Unknown,
        });
    }
    Ok(())
}

/// The checks so far.
struct Checks {
    app: String,
    source: String,
    found: Vec<Event<Check>>,
}

/// One check in the making.
struct Draft {
    check: String,
    component: Option<String>,
    status: CheckStatus,
    value: Option<f64>,
    unit: Option<String>,
    limit: Option<f64>,
    method: String,
    summary: String,
}

impl Draft {
    fn new(
        check: impl Into<String>,
        status: CheckStatus,
        method: impl Into<String>,
        summary: impl Into<String>,
    ) -> Self {
        Self {
            check: check.into(),
            component: None,
            status,
            value: None,
            unit: None,
            limit: None,
            method: method.into(),
            summary: summary.into(),
        }
    }
}

impl Checks {
    fn add(&mut self, draft: Draft) {
        let Draft { check, component, status, value, unit, limit, method, summary } = draft;
        let identity = [self.source.as_str(), &self.app, &check];
        let body = Check {
            check: check.clone(),
            status,
            app: Some(self.app.clone()),
            component,
            value,
            unit,
            limit,
            method,
            summary,
            samples: Vec::new(),
        };
        self.found.push(Event::new(self.source.clone(), id("ch", identity), body));
    }

    /// One that was made elsewhere.
    fn push(&mut self, event: Event<Check>) {
        self.found.push(event);
    }
}
