//! What all pages say alike.

/// Exit codes and what they mean.
pub(super) const EXIT: &[(&str, &str)] = &[
    ("0", "Done, with findings or without; also when a reader downstream closed."),
    (
        "1",
        "What was asked is not so: an incident as grave as --fail-on says, a bundle that is not as it was sealed.",
    ),
    ("2", "The command line, a rule or a document is wrong."),
    ("3", "Refused by a safety rule: permissions, an approval, a lock."),
    (
        "4",
        "Partial: rejected input, an upstream that did not finish, an incomplete bundle, an inconclusive analysis.",
    ),
    ("5", "Something could not be read or written."),
    ("130", "Interrupted."),
];

/// What wins where several codes apply.
pub(super) const EXIT_ORDER: &str =
    "Where several apply, the first of 130, 2, 5, 3, 1, 4 and 0 is given.";

/// Which pages an entry is for.
#[derive(Clone, Copy)]
pub(super) enum For {
    /// All.
    All,
    /// Those of tools that have this option.
    Option(&'static str),
    /// That of this tool.
    Tool(&'static str),
}

/// Environment variables and their meaning.
pub(super) const ENVIRONMENT: &[(&str, &str, For)] = &[
    (
        "IR_PROFILE",
        "The profile, where --profile names none: a shipped one's name, or a file.",
        For::Option("profile"),
    ),
    ("IR_SOP", "The procedure, where --sop names none: a file.", For::Option("sop")),
    (
        "IR_HOME",
        "Where evidence bundles go that -o does not place: /var/lib/ir where that is writable, else $XDG_STATE_HOME/ir or ~/.local/state/ir.",
        For::Tool("ir-evidence"),
    ),
    ("NO_COLOR", "If set and not empty, no colour.", For::All),
];

/// Files and their meaning.
pub(super) const FILES: &[(&str, &str, For)] = &[
    (
        "/etc/ir/profile.yaml, $XDG_CONFIG_HOME/ir/profile.yaml, ~/.config/ir/profile.yaml",
        "The profile, where neither --profile nor IR_PROFILE names one: the first of these that is there. It must belong to root or to the user, and nobody else may be able to write to it.",
        For::Option("profile"),
    ),
    (
        "/etc/ir/sop.yaml, $XDG_CONFIG_HOME/ir/sop.yaml, ~/.config/ir/sop.yaml",
        "The procedure, found in the same way.",
        For::Option("sop"),
    ),
];
