//! One page.

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::shared::{ENVIRONMENT, EXIT, EXIT_ORDER, FILES, For};
use crate::tools::{commands, verbs};

/// The page of `tool`, without a date, so that it only changes with the tool.
pub(super) fn page(tool: &Command) -> String {
    let name = tool.get_name();
    let mut head = Roff::new();
    let version = format!("ir-tools {}", tool.get_version().unwrap_or_default());
    head.control(
        "TH",
        [name.to_uppercase().as_str(), "1", "\"\"", version.as_str(), "Incident response"],
    );
    head.control("SH", ["NAME"]);
    head.text([roman(format!(
        "{name} - {}",
        tool.get_about().map(ToString::to_string).unwrap_or_default()
    ))]);
    head.control("SH", ["SYNOPSIS"]);
    usage(&mut head, tool, name);
    for verb in verbs(tool) {
        head.control("br", []);
        usage(&mut head, verb, &format!("{name} {}", verb.get_name()));
    }
    let mut body = head.to_roff();
    // The verbs have sections of their own, and clap_mangen would point to pages of theirs.
    let man = Man::new(tool.clone());
    body.push_str(&section(|out| man.render_description_section(out)));
    body.push_str(&section(|out| man.render_options_section(out)));
    let mut tail = Roff::new();
    for verb in verbs(tool) {
        tail.control("SH", [format!("{name} {}", verb.get_name()).to_uppercase().as_str()]);
        lines(
            &mut tail,
            &verb
                .get_long_about()
                .or_else(|| verb.get_about())
                .map(ToString::to_string)
                .unwrap_or_default(),
        );
        let options = Man::new(verb.clone().disable_help_flag(true));
        body.push_str(&std::mem::take(&mut tail).to_roff());
        body.push_str(&section(|out| options.render_options_section(out)).replace(".SH ", ".SS "));
        after(&mut tail, verb, "SS");
    }
    after(&mut tail, tool, "SH");
    let concerned = |whom: For| match whom {
        For::All => true,
        For::Option(option) => tool.get_arguments().any(|arg| arg.get_id() == option),
        For::Tool(other) => other == name,
    };
    tail.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in EXIT {
        tagged(&mut tail, code, meaning);
    }
    tail.control("PP", []);
    tail.text([roman(EXIT_ORDER)]);
    for (title, entries) in [("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)] {
        let entries: Vec<_> = entries.iter().filter(|(_, _, whom)| concerned(*whom)).collect();
        if !entries.is_empty() {
            tail.control("SH", [title]);
        }
        for (entry, meaning, _) in entries {
            tagged(&mut tail, entry, meaning);
        }
    }
    see_also(&mut tail, name);
    body.push_str(&tail.to_roff());
    // Before a list of values clap_mangen breaks the line twice and leaves it empty; one space means the same.
    let body = body.replace(".br\n\n.br\n", ".sp\n");
    format!("{PREAMBLE}{body}")
}

/// groff sets a straight apostrophe only on request.
const PREAMBLE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// A section that clap_mangen writes, without its preamble.
fn section(render: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    render(&mut out).expect("memory takes every byte");
    let text = String::from_utf8(out).expect("pages are text");
    text.strip_prefix(PREAMBLE).map(str::to_owned).unwrap_or(text)
}

/// `NAME [OPTIONS] [FILE]...`
fn usage(roff: &mut Roff, command: &Command, name: &str) {
    let usage =
        command.clone().bin_name(name).disable_help_subcommand(true).render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let rest = usage.strip_prefix(name).unwrap_or(usage).to_owned();
    roff.text([bold(name), roman(rest)]);
}

/// The paragraphs after a command's help: examples, exit codes (which have a section of their own), notes.
fn after(roff: &mut Roff, command: &Command, level: &str) {
    let text = command.get_after_long_help().or_else(|| command.get_after_help());
    let text = text.map(ToString::to_string).unwrap_or_default();
    let mut notes = Vec::new();
    for paragraph in text.split("\n\n") {
        match paragraph.split_once('\n') {
            Some(("Examples:" | "Example:", examples)) => {
                roff.control(level, ["EXAMPLES"]);
                roff.control("nf", []);
                for line in examples.lines() {
                    roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
                }
                roff.control("fi", []);
            }
            _ if paragraph.starts_with("Exit codes:") || paragraph.trim().is_empty() => {}
            _ => notes.push(paragraph),
        }
    }
    if !notes.is_empty() {
        roff.control(level, ["NOTES"]);
        lines(roff, &notes.join("\n\n"));
    }
}

fn lines(roff: &mut Roff, text: &str) {
    for line in text.lines() {
        if line.trim().is_empty() {
            roff.control("PP", []);
        } else {
            roff.text([roman(line)]);
        }
    }
}

fn tagged(roff: &mut Roff, tag: &str, text: &str) {
    roff.control("TP", []);
    roff.text([bold(tag)]);
    roff.text([roman(text)]);
}

fn see_also(roff: &mut Roff, name: &str) {
    roff.control("SH", ["SEE ALSO"]);
    let tools = commands();
    let mut pages: Vec<_> = tools
        .iter()
        .map(Command::get_name)
        .filter(|other| *other != name)
        .map(|n| (n, "1"))
        .collect();
    pages.push(("ir-record", "5"));
    let mut line = Vec::new();
    for (i, (page, section)) in pages.iter().enumerate() {
        line.push(bold(*page));
        line.push(roman(format!("({section}){}", if i + 1 < pages.len() { ", " } else { "" })));
    }
    roff.text(line);
}
