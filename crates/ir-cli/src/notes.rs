//! What people read: standard error, one line each, prefixed with the tool's name.

use std::fmt;
use std::io::{IsTerminal, Write};

use crate::escape::escape;

/// Standard error.
#[derive(Clone, Debug)]
pub struct Notes {
    tool: &'static str,
    quiet: bool,
    verbose: u8,
    tty: bool,
}

impl Notes {
    pub(crate) fn new(tool: &'static str, quiet: bool, verbose: u8) -> Self {
        Self { tool, quiet, verbose, tty: std::io::stderr().is_terminal() }
    }

    /// Something went wrong; always said.
    pub fn error(&self, text: impl fmt::Display) {
        let text = text.to_string();
        // A closed standard error is no reason to fail.
        let _ = writeln!(anstream::stderr().lock(), "{}: {}", self.tool, escape(&text));
    }

    /// Worth knowing while somebody looks: said on a terminal or with `-v`, never with `--quiet`.
    /// Off a terminal nothing is said when all is well, so that cron sends no mail.
    pub fn note(&self, text: impl fmt::Display) {
        if !self.quiet && (self.tty || self.verbose > 0) {
            self.error(text);
        }
    }

    /// Details, with `-v` only.
    pub fn detail(&self, text: impl fmt::Display) {
        if !self.quiet && self.verbose > 0 {
            self.error(text);
        }
    }

    /// Standard error is a terminal and nobody asked for quiet.
    pub(crate) fn watched(&self) -> bool {
        self.tty && !self.quiet
    }
}
