//! Asking an advisor: a program that the user chose by name, shown what is known, bounded, and believed in nothing.
//!
//! What it says becomes records of its own, `ir.advice.v1`, and changes no other record. If anything is wrong with it, the
//! output is that of the run without it, but for a line in the run record.

mod answer;
mod request;

use std::path::Path;
use std::time::Duration;

use clap::Args;
use ir_core::docs::{AdvisorDef, Sop, did_you_mean, duration};
use ir_core::wire::{
    Advice, AdviceOrigin, AdviceTask, AdvisorFate, AdvisorRun, Event, Line, Run, State, id,
    parse_line,
};
use ir_host::exec::{self, End, Flood, Job, NoProgram, Program};

use crate::{Documents, Exit, Failed, Session, escape, interrupted};
use answer::Answer;
use request::Request;

/// The option that chooses an advisor.
#[derive(Args, Clone, Debug, Default)]
pub struct AdvisorArgs {
    /// Ask this advisor of the procedure too; its word changes no record but is added, and is not the same every time
    #[arg(long, value_name = "NAME", help_heading = "Documents")]
    pub advisor: Option<String>,
}

/// The advisor that was chosen.
#[derive(Debug)]
pub struct Advisor {
    name: String,
    def: AdvisorDef,
    /// Or why it cannot be run; that is told when it is asked, and is no reason to do nothing.
    program: Result<Program, String>,
}

impl Advisor {
    /// The advisor that `args` choose from `sop`, which was read from `from`; none if they choose none.
    ///
    /// # Errors
    /// Exit code 2 for a name that the procedure does not have, 3 for a program that others may exchange.
    pub fn choose(args: &AdvisorArgs, sop: &Sop, from: &str) -> anyhow::Result<Option<Self>> {
        let Some(name) = &args.advisor else { return Ok(None) };
        let Some(def) = sop.advisors.get(name) else {
            let near = did_you_mean(name, sop.advisors.keys().map(String::as_str));
            let all: Vec<&str> = sop.advisors.keys().map(String::as_str).collect();
            let all = if all.is_empty() { "none".into() } else { all.join(", ") };
            let message = format!(
                "--advisor {name}: the procedure ({from}) has no such advisor{near}; under advisors it has {all}"
            );
            return Err(Failed::new(Exit::Usage, message));
        };
        let program = match Program::new(&def.argv) {
            Ok(program) => Ok(program),
            Err(NoProgram::Untrusted(path, why)) => {
                let message = format!("advisor {name}: {}: {why}", path.display());
                return Err(Failed::new(Exit::Refused, message));
            }
            Err(why) => Err(why.to_string()),
        };
        Ok(Some(Self { name: name.clone(), def: def.clone(), program }))
    }

    /// As [`Advisor::choose`], from the procedure at `sop`, or the one that this machine is set up for.
    ///
    /// # Errors
    /// As [`Advisor::choose`] and [`Documents::procedure`].
    pub fn load(args: &AdvisorArgs, sop: Option<&Path>) -> anyhow::Result<Option<Self>> {
        if args.advisor.is_none() {
            return Ok(None);
        }
        let procedure = Documents::procedure(sop)?;
        Self::choose(args, &procedure.doc, &procedure.reference.from)
    }

    /// Asks it about the incidents of `state`, writes what it says, and notes in `run` what came of it.
    ///
    /// # Errors
    /// If the output cannot be written. Whatever is wrong with the advisor is told, and is no error.
    pub fn advise(
        &self,
        session: &mut Session,
        state: &State,
        task: AdviceTask,
        run: &mut Run,
    ) -> anyhow::Result<()> {
        let request = Request::new(state, task, self.def.sends);
        let asked = !request.is_empty() && !session.out.closed() && !interrupted();
        // What is known goes on before the advisor, which may take long, is waited for.
        session.out.flush()?;
        let answer = if asked { self.ask(session, &request) } else { Ok(Answer::default()) };
        let mut told = AdvisorRun {
            name: self.name.clone(),
            fate: AdvisorFate::NotAsked,
            reason: None,
            dropped: 0,
        };
        match answer {
            Ok(answer) => {
                if asked {
                    told.fate = AdvisorFate::Silent;
                }
                told.dropped = answer.dropped;
                for (incident, notes, order) in answer.by_incident(&request) {
                    told.fate = AdvisorFate::Advised;
                    let advice = Advice {
                        origin: AdviceOrigin::Advisor,
                        advisor: self.name.clone(),
                        task,
                        notes,
                        order,
                    };
                    session.out.emit(&event(session, state, incident, advice))?;
                }
                if told.dropped > 0 {
                    session.notes.error(format_args!(
                        "advisor {}: {} of its notes and places in its order are dropped: they are blank, name an id that it was not shown, or one twice",
                        self.name, told.dropped
                    ));
                }
            }
            Err(why) => {
                session.notes.error(format_args!("advisor {}: failed: {why}", self.name));
                told.fate = AdvisorFate::Failed;
                told.reason = Some(why);
            }
        }
        run.advisor = Some(told);
        Ok(())
    }

    /// Its answer, or a sentence why there is none.
    fn ask(&self, session: &Session, request: &Request<'_>) -> Result<Answer, String> {
        let program = self.program.as_ref().map_err(Clone::clone)?;
        let max_stdout = usize::try_from(self.def.max_bytes).unwrap_or(usize::MAX);
        let timeout = Duration::from_secs_f64(duration(&self.def.timeout)?);
        let job = Job {
            stdin: Some(request.to_json()),
            max_stdout,
            flood: Flood::Kill,
            ..Job::new(timeout)
        };
        let outcome = exec::run(program, &job, &interrupted)
            .map_err(|e| format!("{} could not be started: {e}", program.file().display()))?;
        let said = String::from_utf8_lossy(&outcome.stderr.bytes);
        for line in said.lines().take(20) {
            session.notes.detail(format_args!("advisor {}: it says: {}", self.name, escape(line)));
        }
        match outcome.end {
            End::Code(0) => Answer::parse(&outcome.stdout.bytes, request),
            End::TimedOut => Err(format!("it took longer than {} and was ended", self.def.timeout)),
            End::Flooded => Err(format!(
                "it wrote more than {max_stdout} bytes to its output, or more than {} to standard error",
                job.max_stderr
            )),
            end => Err(end.to_string()),
        }
    }
}

/// The record of `advice`, which is about `incident`.
fn event(session: &Session, state: &State, incident: &str, advice: Advice) -> Event<Advice> {
    let about = state.incidents.get(incident).and_then(|i| i.incident.as_ref()).map(|i| &i.body);
    let source = session.source(about.and_then(|i| i.host.as_deref()));
    let content = serde_json::to_string(&advice).unwrap_or_default();
    Event::new(source, id("ad", [incident, &content]), advice)
        .subject(incident)
        .at(about.map(|i| i.last))
}

/// Takes a record of this tool's own, as it was written, into `state`, as if it had come from upstream.
pub fn learn(state: &mut State, line: &[u8]) {
    if let Line::Record(head) = parse_line(line.trim_ascii_end()) {
        // A body that this program has written can be read by it.
        let _ = state.apply(&head);
    }
}
