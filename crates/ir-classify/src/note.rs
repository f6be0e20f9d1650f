//! `ir-classify note [INC] TEXT`: what a person writes down about an incident.

use clap::{ArgMatches, Args, Command, FromArgMatches};
use ir_cli::{Exit, Failed, Session};
use ir_core::wire::{Event, Note, NoteKind};

#[derive(Args, Debug)]
pub(crate) struct NoteArgs {
    /// The incident, by the beginning of its id [default: the only one], and what to write down
    #[arg(value_name = "[INC] TEXT", required = true, num_args = 1..=2)]
    words: Vec<String>,
    /// Who says so [default: the login user]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// What it is: note, observation, decision or done
    #[arg(long, value_name = "KIND", default_value = "note")]
    kind: NoteKind,
}

const LONG_ABOUT: &str = "\
Write down something about an incident.

Stores one ir.note.v1 in the incident's file under IR_HOME, and prints nothing: exit code 0 says that it is on the disk. \
Reports show notes in the timeline. Who wrote it is a claim, which nothing proves.";

const AFTER: &str = "\
Examples:
  ir-classify note 'the deploy of 07:40 was rolled back by hand'
  ir-classify note INC-20261123-0a1b --kind decision --by ana 'we wait for the vendor'
  ir-report show | jq -r 'select(.type == \"ir.note.v1\").data | [.recorded, .by, .text] | @tsv'";

pub(crate) fn command() -> Command {
    NoteArgs::augment_args(Command::new("note"))
        .about("Write down something about an incident")
        .long_about(LONG_ABOUT)
        .after_help(AFTER)
}

/// Runs it.
///
/// # Errors
/// No such incident, no text (exit code 2); a store that is not safe to use (3) or cannot be written (5).
pub(crate) fn run(matches: &ArgMatches, session: &mut Session) -> anyhow::Result<()> {
    let NoteArgs { words, by, kind } = NoteArgs::from_arg_matches(matches)?;
    let (prefix, text) = match &words[..] {
        [prefix, text] => (Some(prefix.as_str()), text),
        [text, ..] => (None, text),
        [] => return Err(Failed::new(Exit::Usage, "the text is missing")),
    };
    check(prefix, text)
        .and_then(|()| by.as_deref().map_or(Ok(()), check_name))
        .map_err(|why| Failed::new(Exit::Usage, why))?;
    let incident = session.incident(&session.store()?, prefix)?;
    let login = ir_host::login();
    let now = session.now();
    let (by, login) = match by {
        Some(by) => (by, Some(login)),
        None => (login, None),
    };
    let id = session.act_id("nt")?;
    let note = Note { text: text.clone(), kind, by, login, recorded: now };
    let event = Event::new(session.source(None), id.clone(), note).subject(incident.as_str());
    session.act(&incident, &event.at(now))?;
    session.notes.note(format_args!("{id} is in {incident}"));
    Ok(())
}

fn check(prefix: Option<&str>, text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("the text is empty".into());
    }
    if prefix.is_none() && text.starts_with("INC-") && !text.contains(char::is_whitespace) {
        return Err(format!("{text:?} names an incident: the text is missing"));
    }
    if text.len() > Note::MAX {
        let length = text.len();
        return Err(format!("the text is {length} bytes long, more than {}", Note::MAX));
    }
    Ok(())
}

/// Longest name of who wrote it, in bytes.
const LONGEST_NAME: usize = 200;

fn check_name(by: &str) -> Result<(), String> {
    match by.len() {
        _ if by.trim().is_empty() => Err("--by: the name is empty".into()),
        length if length > LONGEST_NAME => {
            Err(format!("--by: the name is {length} bytes long, more than {LONGEST_NAME}"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{check, check_name, command};

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
        let parses =
            |args: &[&str]| command().try_get_matches_from([&["note"], args].concat()).is_ok();
        assert!(parses(&["text"]) && parses(&["INC-1", "text", "--kind", "done", "--by", "ana"]));
        assert!(!parses(&[]) && !parses(&["a", "b", "c"]) && !parses(&["a", "--kind", "rumour"]));
    }

    #[test]
    fn who_says_so_has_a_name() {
        assert!(check_name("ana").is_ok());
        assert!(check_name("").is_err() && check_name(" ").is_err());
        assert!(check_name(&"x".repeat(201)).is_err());
    }

    #[test]
    fn a_text_is_a_text() {
        assert!(check(None, "INC-20261123 was noise").is_ok());
        assert!(check(Some("INC-2"), "INC-20261123-0a1b2c3d").is_ok());
        for bad in ["", " \n", "INC-20261123", &"x".repeat(20_000)] {
            assert!(check(None, bad).is_err(), "{bad}");
        }
    }
}
