//! Where the host is read, and why a figure could not be.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

/// No file of `/proc` that we read is longer.
const MOST: u64 = 4 << 20;

/// Why something could not be measured: a sentence without its full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmeasured(String);

impl Unmeasured {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    pub(crate) fn io(path: &Path, error: &io::Error) -> Self {
        Self(format!("{}: {error}", path.display()))
    }
}

impl fmt::Display for Unmeasured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unmeasured {}

/// A host: the running one, or a tree of files that was recorded of one.
#[derive(Clone, Debug)]
pub struct Host {
    root: PathBuf,
}

impl Default for Host {
    fn default() -> Self {
        Self::here()
    }
}

impl Host {
    /// The running host.
    pub fn here() -> Self {
        Self::at("/")
    }

    /// The host whose `/proc` is `ROOT/proc`, and so on.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// This program runs on it.
    pub(crate) fn is_here(&self) -> bool {
        self.root == Path::new("/")
    }

    /// Where `path`, given without its leading slash, is.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// The start of a file, at most `most` bytes. A pipe that stands in its place holds nothing up.
    pub(crate) fn head(&self, path: &str, most: u64) -> io::Result<Vec<u8>> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let file = File::from(rustix::fs::open(self.path(path), flags, Mode::empty())?);
        let mut bytes = Vec::new();
        file.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// A whole file as text; bytes that are no UTF-8 become U+FFFD.
    pub(crate) fn text(&self, path: &str) -> Result<String, Unmeasured> {
        let bytes = self.head(path, MOST + 1).map_err(|e| Unmeasured::io(&self.path(path), &e))?;
        if bytes.len() as u64 > MOST {
            let shown = self.path(path);
            return Err(Unmeasured(format!("{}: longer than {MOST} bytes", shown.display())));
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// That a file is not what it should be.
    pub(crate) fn odd(&self, path: &str, what: impl fmt::Display) -> Unmeasured {
        Unmeasured(format!("{}: {what}", self.path(path).display()))
    }
}
