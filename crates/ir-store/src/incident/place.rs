//! IR_HOME on the disk: whose it is, who may write to it, and opening what is in it.

use std::fs::{DirBuilder, File};
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, Stat, fchmod, fstat, mkdirat, openat, statat,
};
use rustix::io::Errno;

use super::{Book, StoreError};

/// The directory of the incidents' files.
const INCIDENTS: &str = "incidents";

/// The open IR_HOME.
#[derive(Debug)]
pub(super) struct Place {
    /// As it was given.
    pub(super) path: PathBuf,
    dir: File,
    policy: Policy,
}

/// Who may use it.
#[derive(Clone, Copy, Debug)]
struct Policy {
    me: u32,
    /// The group that shares it, if IR_HOME is writable by its group and hands the group on (mode 02770).
    group: Option<u32>,
}

/// Why a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// It need not be there.
    Reading,
    /// It is made where it is not there.
    Appending,
}

impl Place {
    /// Opens IR_HOME; `None` if it is not there and is only to be read.
    pub(super) fn open(path: &Path, why: For) -> Result<Option<Self>, StoreError> {
        // Without a slash or dot at its end, which would follow a link.
        let path: PathBuf = path.components().collect();
        let me = rustix::process::geteuid().as_raw();
        let mut policy = Policy { me, group: None };
        let stat = match look(CWD, &path, &path)? {
            Some(stat) => stat,
            None if why == For::Reading => return Ok(None),
            None => {
                let made = DirBuilder::new().recursive(true).mode(0o700).create(&path);
                made.map_err(StoreError::io(&path))?;
                look(CWD, &path, &path)?.ok_or_else(|| StoreError::sys(&path)(Errno::NOENT))?
            }
        };
        policy.check_home(&path, &stat)?;
        let dir = open_dir(CWD, &path, &path)?;
        let stat = fstat(&dir).map_err(StoreError::sys(&path))?;
        policy.check_home(&path, &stat)?;
        const SHARED: u32 = 0o2020;
        if stat.st_mode & SHARED == SHARED {
            policy.group = Some(stat.st_gid);
        }
        Ok(Some(Self { path, dir, policy }))
    }

    /// Where a book's file is.
    pub(super) fn path_of(&self, book: &Book) -> PathBuf {
        self.dir_of(book).join(book.file())
    }

    /// Where the file of a book's torn lines is.
    pub(super) fn torn_path(&self, book: &Book) -> PathBuf {
        self.dir_of(book).join(book.torn())
    }

    fn dir_of(&self, book: &Book) -> PathBuf {
        match book {
            Book::Detect => self.path.clone(),
            Book::Incident(_) => self.path.join(INCIDENTS),
        }
    }

    /// Opens a book's file; `None` if it is not there and is only to be read. The flag says that it was made.
    pub(super) fn open_book(
        &self,
        book: &Book,
        why: For,
    ) -> Result<Option<(File, bool)>, StoreError> {
        let Some(dir) = self.open_dir_of(book, why)? else { return Ok(None) };
        self.open_file(&dir, &book.file(), &self.path_of(book), why)
    }

    /// Opens the file of a book's torn lines, to append.
    pub(super) fn open_torn(&self, book: &Book) -> Result<File, StoreError> {
        let path = self.torn_path(book);
        let dir = self.open_dir_of(book, For::Appending)?;
        let opened = dir.map(|dir| self.open_file(&dir, &book.torn(), &path, For::Appending));
        match opened.transpose()?.flatten() {
            Some((file, _)) => Ok(file),
            None => Err(StoreError::sys(&path)(Errno::NOENT)),
        }
    }

    /// Waits until the names of a book's files are on the disk.
    pub(super) fn sync_dir(&self, book: &Book) -> Result<(), StoreError> {
        let Some(dir) = self.open_dir_of(book, For::Reading)? else { return Ok(()) };
        dir.sync_all().map_err(StoreError::io(&self.dir_of(book)))?;
        self.dir.sync_all().map_err(StoreError::io(&self.path))
    }

    /// The file `name` of IR_HOME itself, made where it is not there.
    pub(super) fn own_file(&self, name: &str) -> Result<File, StoreError> {
        let path = self.path.join(name);
        match self.open_file(&self.dir, name, &path, For::Appending)? {
            Some((file, _)) => Ok(file),
            None => Err(StoreError::sys(&path)(Errno::NOENT)),
        }
    }

    /// Whether the file `name` of IR_HOME itself is there; if it is, it is safe to use.
    pub(super) fn has_own_file(&self, name: &str) -> Result<bool, StoreError> {
        let path = self.path.join(name);
        let Some(stat) = look(&self.dir, Path::new(name), &path)? else { return Ok(false) };
        self.policy.check_file(&path, &stat)?;
        check_regular(&path, &stat)?;
        Ok(true)
    }

    /// IR_HOME itself, opened once more: for a lock of its own.
    pub(super) fn own_lock(&self) -> Result<File, StoreError> {
        open_dir(&self.dir, Path::new("."), &self.path)
    }

    /// Names in the directory of incidents, in the order of their bytes.
    pub(super) fn names(&self) -> Result<Vec<String>, StoreError> {
        let path = self.path.join(INCIDENTS);
        let Some(dir) = self.incidents(For::Reading)? else { return Ok(Vec::new()) };
        let entries = rustix::fs::Dir::read_from(&dir).map_err(StoreError::sys(&path))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(StoreError::sys(&path))?;
            let name = entry.file_name().to_string_lossy();
            if name != "." && name != ".." {
                names.push(name.into_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn open_dir_of(&self, book: &Book, why: For) -> Result<Option<File>, StoreError> {
        match book {
            Book::Detect => Ok(Some(open_dir(&self.dir, Path::new("."), &self.path)?)),
            Book::Incident(_) => self.incidents(why),
        }
    }

    fn incidents(&self, why: For) -> Result<Option<File>, StoreError> {
        let path = self.path.join(INCIDENTS);
        let name = Path::new(INCIDENTS);
        let made = match look(&self.dir, name, &path)? {
            Some(stat) => {
                self.policy.check_file(&path, &stat)?;
                false
            }
            None if why == For::Reading => return Ok(None),
            None => match mkdirat(&self.dir, name, self.policy.directory_mode()) {
                Ok(()) => true,
                Err(Errno::EXIST) => false,
                Err(e) => return Err(StoreError::sys(&path)(e)),
            },
        };
        let dir = open_dir(&self.dir, name, &path)?;
        if made {
            // Whatever the umask.
            fchmod(&dir, self.policy.directory_mode()).map_err(StoreError::sys(&path))?;
        }
        self.policy.check_file(&path, &fstat(&dir).map_err(StoreError::sys(&path))?)?;
        Ok(Some(dir))
    }

    fn open_file(
        &self,
        dir: &File,
        name: &str,
        path: &Path,
        why: For,
    ) -> Result<Option<(File, bool)>, StoreError> {
        let safe = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let access = match why {
            For::Reading => OFlags::RDONLY,
            For::Appending => OFlags::RDWR | OFlags::APPEND,
        };
        let mut made = false;
        let file: OwnedFd = loop {
            if let Some(stat) = look(dir, Path::new(name), path)? {
                self.policy.check_file(path, &stat)?;
                check_regular(path, &stat)?;
                match openat(dir, name, access | safe, Mode::empty()) {
                    Ok(file) => break file,
                    Err(Errno::NOENT) => {}
                    Err(e) => return Err(StoreError::sys(path)(e)),
                }
            } else if why == For::Reading {
                return Ok(None);
            } else {
                let mode = self.policy.file_mode();
                match openat(dir, name, access | safe | OFlags::CREATE | OFlags::EXCL, mode) {
                    Ok(file) => {
                        fchmod(&file, mode).map_err(StoreError::sys(path))?;
                        made = true;
                        break file;
                    }
                    Err(Errno::EXIST) => {}
                    Err(e) => return Err(StoreError::sys(path)(e)),
                }
            }
        };
        self.policy.check_file(path, &fstat(&file).map_err(StoreError::sys(path))?)?;
        Ok(Some((File::from(file), made)))
    }
}

impl Policy {
    fn directory_mode(&self) -> Mode {
        Mode::from_raw_mode(if self.group.is_some() { 0o2770 } else { 0o700 })
    }

    fn file_mode(&self) -> Mode {
        Mode::from_raw_mode(if self.group.is_some() { 0o660 } else { 0o600 })
    }

    /// IR_HOME itself belongs to root or to the user.
    fn check_home(&self, path: &Path, stat: &Stat) -> Result<(), StoreError> {
        const SETGID: u32 = 0o2000;
        self.check_link(path, stat)?;
        self.check_owner(path, stat)?;
        let group_may = stat.st_mode & SETGID != 0;
        if stat.st_mode & 0o020 != 0 && !group_may {
            let why = "its group may write to it, but it does not hand its group on";
            let shown = path.display();
            return Err(StoreError::refused(
                path,
                format!("{why}; mend: chmod g-w {shown}, or chmod g+s {shown} to share it"),
            ));
        }
        self.check_others(path, stat)
    }

    /// What is in it belongs to root, to the user, or to the group that shares it.
    fn check_file(&self, path: &Path, stat: &Stat) -> Result<(), StoreError> {
        self.check_link(path, stat)?;
        let shared = self.group == Some(stat.st_gid);
        if !shared {
            self.check_owner(path, stat)?;
            if stat.st_mode & 0o020 != 0 {
                return Err(writable(path, stat));
            }
        }
        self.check_others(path, stat)
    }

    fn check_link(&self, path: &Path, stat: &Stat) -> Result<(), StoreError> {
        if FileType::from_raw_mode(stat.st_mode) != FileType::Symlink {
            return Ok(());
        }
        let why = "it is a symbolic link, which the store does not follow; mend: name the place itself, or move it there";
        Err(StoreError::refused(path, why))
    }

    fn check_owner(&self, path: &Path, stat: &Stat) -> Result<(), StoreError> {
        let (owner, me) = (stat.st_uid, self.me);
        if owner == 0 || owner == me {
            return Ok(());
        }
        let why = format!(
            "it belongs to uid {owner}, not to root or to you (uid {me}); mend: chown it, or set IR_HOME to a place of your own"
        );
        Err(StoreError::refused(path, why))
    }

    fn check_others(&self, path: &Path, stat: &Stat) -> Result<(), StoreError> {
        if stat.st_mode & 0o002 == 0 { Ok(()) } else { Err(writable(path, stat)) }
    }
}

/// Opening anything else could wait for ever.
fn check_regular(path: &Path, stat: &Stat) -> Result<(), StoreError> {
    if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile {
        return Ok(());
    }
    Err(StoreError::refused(path, "it is no regular file; move it away"))
}

fn writable(path: &Path, stat: &Stat) -> StoreError {
    let mode = stat.st_mode & 0o7777;
    let shown = path.display();
    StoreError::refused(
        path,
        format!("others may write to it (mode {mode:03o}); mend: chmod go-w {shown}"),
    )
}

fn look(dir: impl std::os::fd::AsFd, name: &Path, path: &Path) -> Result<Option<Stat>, StoreError> {
    match statat(dir, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(stat)),
        Err(Errno::NOENT) => Ok(None),
        Err(e) => Err(StoreError::sys(path)(e)),
    }
}

fn open_dir(dir: impl std::os::fd::AsFd, name: &Path, path: &Path) -> Result<File, StoreError> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::DIRECTORY | OFlags::NOFOLLOW;
    openat(dir, name, flags, Mode::empty()).map(File::from).map_err(StoreError::sys(path))
}
