//! A program that may be run.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use crate::Untrusted;
use crate::owner::judge;

/// Symbolic links on the way to a program; more are a circle.
const MAX_LINKS: usize = 40;

/// An argument vector whose program belongs to root or the user, in directories that do, and that nobody else may write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    argv: Vec<OsString>,
    file: PathBuf,
}

/// Why a program is not run; its text tells which one.
#[derive(Debug, thiserror::Error)]
pub enum NoProgram {
    /// There is no argument at all.
    #[error("the list of arguments is empty; mend: begin it with the program's absolute path")]
    Empty,
    /// It would be looked up along a search path, or from the working directory.
    #[error("{0:?} is not an absolute path; mend: write it in full, e.g. /usr/bin/env")]
    Relative(OsString),
    /// The system ends an argument at a zero byte.
    #[error("argument {0} holds a zero byte")]
    ZeroByte(usize),
    /// The system refused.
    #[error("{0}: {1}")]
    Io(PathBuf, #[source] io::Error),
    /// It is a directory, or nobody may execute it.
    #[error("{0}: it is not an executable file")]
    NotExecutable(PathBuf),
    /// Others could exchange it.
    #[error("{0}: {1}")]
    Untrusted(PathBuf, #[source] Untrusted),
}

impl NoProgram {
    /// It is refused for safety, not because it is wrong or missing.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Untrusted(..))
    }
}

impl Program {
    /// Checks `argv`; its first element is the program. Symbolic links are followed, and every directory and link on the way
    /// is checked too: who can exchange one of those can exchange the program.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub fn new<S: AsRef<OsStr>>(argv: &[S]) -> Result<Self, NoProgram> {
        let argv: Vec<OsString> = argv.iter().map(|arg| arg.as_ref().to_owned()).collect();
        let first = argv.first().ok_or(NoProgram::Empty)?;
        if let Some(at) = argv.iter().position(|arg| arg.as_bytes().contains(&0)) {
            return Err(NoProgram::ZeroByte(at));
        }
        if !Path::new(first).is_absolute() {
            return Err(NoProgram::Relative(first.clone()));
        }
        let file = resolve(Path::new(first))?;
        Ok(Self { argv, file })
    }

    /// As it was written; the first element is the program.
    pub fn argv(&self) -> &[OsString] {
        &self.argv
    }

    /// The file that is executed: absolute, without symbolic links.
    pub fn file(&self) -> &Path {
        &self.file
    }
}

/// The executable file that `path`, an absolute one, means.
fn resolve(path: &Path) -> Result<PathBuf, NoProgram> {
    let mut at = PathBuf::from("/");
    let mut ahead = names(path);
    let mut links = 0;
    let mut meta = look(&at)?;
    while let Some(name) = ahead.pop() {
        if name == ".." {
            at.pop();
            meta = look(&at)?;
            continue;
        }
        at.push(name);
        meta = look(&at)?;
        if meta.is_symlink() {
            links += 1;
            if links > MAX_LINKS {
                return Err(NoProgram::Io(at, rustix::io::Errno::LOOP.into()));
            }
            let target = std::fs::read_link(&at).map_err(|e| NoProgram::Io(at.clone(), e))?;
            at.pop();
            if target.is_absolute() {
                at = PathBuf::from("/");
            }
            ahead.extend(names(&target));
        }
    }
    if meta.is_file() && meta.mode() & 0o111 != 0 {
        Ok(at)
    } else {
        Err(NoProgram::NotExecutable(at))
    }
}

/// What stands at `path`, if nobody else can exchange it.
fn look(path: &Path) -> Result<std::fs::Metadata, NoProgram> {
    let meta = std::fs::symlink_metadata(path).map_err(|e| NoProgram::Io(path.to_owned(), e))?;
    judge(path, &meta).map_err(|why| NoProgram::Untrusted(path.to_owned(), why))?;
    Ok(meta)
}

/// The names in a path, the last one first.
fn names(path: &Path) -> Vec<OsString> {
    let name = |part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    };
    path.components().rev().filter_map(name).collect()
}
