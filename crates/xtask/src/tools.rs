//! The six commands.

use clap::Command;

/// Every tool's command line, in the order of the pipe.
pub(crate) fn commands() -> [Command; 6] {
    [
        ir_detect::command(),
        ir_classify::command(),
        ir_contain::command(),
        ir_evidence::command(),
        ir_rca::command(),
        ir_report::command(),
    ]
}

/// The verbs of a tool, in order; `completions` is the same everywhere and left out.
pub(crate) fn verbs(tool: &Command) -> impl Iterator<Item = &Command> {
    tool.get_subcommands().filter(|verb| !verb.is_hide_set() && verb.get_name() != "completions")
}

#[cfg(test)]
mod tests {
    use super::{commands, verbs};

    #[test]
    fn the_report_sends_people_to_all_commands_that_there_are_and_to_no_others() {
        let mut real = Vec::new();
        for tool in commands() {
            real.push(tool.get_name().to_owned());
            real.extend(
                verbs(&tool).map(|verb| format!("{} {}", tool.get_name(), verb.get_name())),
            );
        }
        assert_eq!(ir_report::COMMANDS, real, "COMMANDS in crates/ir-report/src/report/steps.rs");
    }
}
