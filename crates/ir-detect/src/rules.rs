//! The verb `rules`: the rules in force.

use ir_cli::{Documents, Session};
use ir_core::rules::Engine;
use serde::Serialize;

use crate::args::RulesArgs;
use crate::documents;

/// A rule as it is printed.
#[derive(Serialize)]
struct Row<'a> {
    rule: &'a str,
    trigger: &'a str,
    reading: &'static str,
    category: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<&'a str>,
    /// Why it can never fire on this profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    never: Option<&'a str>,
    /// Why the profile reads the procedure's rule otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

/// JSON lines; with `--explain` sentences instead.
pub(crate) fn run(args: &RulesArgs, session: &mut Session) -> anyhow::Result<()> {
    let docs = Documents::load(&args.docs, "generic")?;
    let engine = Engine::new(documents::rule_set(&docs)?);
    let never = engine.coverage().never;
    for rule in engine.rules() {
        let line = if args.explain {
            format!("{}: {}\n    {}\n", rule.id, rule.trigger, rule.sentence())
        } else {
            let row = Row {
                rule: &rule.id,
                trigger: &rule.trigger,
                reading: rule.reading.word(),
                category: rule.category.to_string(),
                component: rule.component.as_deref(),
                never: never.iter().find(|n| n.rule == rule.id).map(|n| n.reason.as_str()),
                reason: rule.reason.as_deref(),
            };
            serde_json::to_string(&row)? + "\n"
        };
        session.out.write(line.as_bytes())?;
    }
    session.notes.note(format_args!("{} rules, 0 errors", engine.rules().len()));
    Ok(())
}
