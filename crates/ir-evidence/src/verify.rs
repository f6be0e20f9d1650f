//! `ir-evidence verify DIR...`

use ir_cli::{Exit, Session, escape};
use ir_store::bundle::{Outcome, Verdict, verify};

use crate::args::VerifyArgs;

/// Verifies each bundle: a line for every problem, or one of summary.
///
/// # Errors
/// If standard output cannot be written.
pub(crate) fn run(args: &VerifyArgs, session: &mut Session) -> anyhow::Result<()> {
    let expected = args.expect.map(|hash| hash.to_string());
    for dir in &args.dirs {
        let shown = dir.display().to_string();
        let mut printed = Ok(());
        let outcome = verify(dir, expected.as_deref(), &mut |problem| {
            if printed.is_ok() {
                printed = print(session, &format!("{}/{problem}", shown.trim_end_matches('/')));
            }
        });
        printed?;
        match outcome {
            Err(e) => {
                session.notes.error(format_args!("{shown}: {e}"));
                session.raise(Exit::Io);
            }
            Ok(outcome) => match outcome.verdict {
                Verdict::Tampered => session.raise(Exit::NotSo),
                Verdict::Incomplete => session.raise(Exit::Partial),
                Verdict::Intact => print(session, &format!("{shown}: {}", summary(&outcome)))?,
            },
        }
    }
    Ok(())
}

/// Names in a bundle may be hostile: one line stays one line.
fn print(session: &mut Session, line: &str) -> anyhow::Result<()> {
    session.out.write(format!("{}\n", escape(line)).as_bytes())
}

fn summary(outcome: &Outcome) -> String {
    let incident = outcome.incident.as_deref().unwrap_or("no incident");
    let sha256 = outcome.sha256.map(|hash| hash.to_string()).unwrap_or_default();
    let lacking = if outcome.complete {
        ""
    } else {
        "; something that was wanted is lacking, see its manifest"
    };
    let Outcome { items, files, bytes, .. } = outcome;
    format!(
        "intact: {incident}, {items} items, {files} files, {bytes} bytes, manifest {sha256}{lacking}"
    )
}
