//! Errors that know their exit code.

use std::fmt;
use std::io;

use crate::Exit;

/// An error with the exit code that it asks for. Made by [`Fail::or_exit`].
#[derive(Debug)]
pub struct Failed {
    /// The exit code.
    pub exit: Exit,
    source: anyhow::Error,
}

impl Failed {
    /// An error with a message.
    #[expect(clippy::new_ret_no_self, reason = "nobody wants it but as an error")]
    pub fn new(
        exit: Exit,
        message: impl fmt::Display + fmt::Debug + Send + Sync + 'static,
    ) -> anyhow::Error {
        anyhow::Error::new(Self { exit, source: anyhow::Error::msg(message) })
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl std::error::Error for Failed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.chain().nth(1)
    }
}

/// Gives an error its exit code.
pub trait Fail<T> {
    /// On an error, the tool ends with `exit`.
    ///
    /// # Errors
    /// Those of `self`.
    fn or_exit(self, exit: Exit) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> Fail<T> for Result<T, E> {
    fn or_exit(self, exit: Exit) -> anyhow::Result<T> {
        self.map_err(|e| anyhow::Error::new(Failed { exit, source: e.into() }))
    }
}

/// The exit code of an error: its own, else 5 for I/O, else 2.
pub(crate) fn exit_of(error: &anyhow::Error) -> Exit {
    for cause in error.chain() {
        if let Some(failed) = cause.downcast_ref::<Failed>() {
            return failed.exit;
        }
        if cause.is::<io::Error>() {
            return Exit::Io;
        }
    }
    Exit::Usage
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::{Fail, Failed, exit_of};
    use crate::Exit;

    #[test]
    fn the_code_survives_context() {
        let refused: anyhow::Result<()> = Err(std::io::Error::other("x")).or_exit(Exit::Refused);
        assert_eq!(exit_of(&refused.context("y").unwrap_err()), Exit::Refused);
        assert_eq!(exit_of(&Failed::new(Exit::NotSo, "no")), Exit::NotSo);
        assert_eq!(
            exit_of(&anyhow::Error::from(std::io::Error::other("x")).context("y")),
            Exit::Io
        );
        assert_eq!(exit_of(&anyhow::anyhow!("bad rule")), Exit::Usage);
    }

    #[test]
    fn every_link_of_the_chain_is_told_once() {
        let e: anyhow::Result<()> =
            Err(anyhow::anyhow!("root").context("middle")).or_exit(Exit::Io);
        assert_eq!(format!("{:#}", e.context("top").unwrap_err()), "top: middle: root");
    }
}
