//! Building a bundle.

use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use ir_core::wire::ItemCounts;
use rustix::fs::{Mode, OFlags, openat};

use super::{Begin, Copied, DATA, Entry, Item, MANIFEST, RECORDS, SUMS, Seal, name, open, sums};
use crate::chain::ChainWriter;
use crate::{Hash, Hasher};

/// Only its owner may look into a bundle, whatever the umask.
const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// Unfinished collections that may lie beside a bundle.
const MAX_PARTIALS: u32 = 100;

/// A bundle in the making, in `DIR.partial`. If the process ends, what is listed in its manifest is there.
#[derive(Debug)]
pub struct Builder {
    path: PathBuf,
    dir: File,
    data: File,
    manifest: ChainWriter,
    files: Vec<(String, Hash)>,
    items: ItemCounts,
    bytes: u64,
    lacks: bool,
}

impl Builder {
    /// Makes `DIR.partial` and begins the manifest. Where an unfinished collection has that name already, it is left as it is,
    /// and `DIR.partial-2` is made, and so on.
    ///
    /// # Errors
    /// If `dir` has no last part (`.`, `/`), or as the system says.
    pub fn create(dir: &Path, begin: Begin) -> io::Result<Self> {
        let path = make_partial(dir)?;
        std::fs::set_permissions(&path, Permissions::from_mode(DIRECTORY_MODE))?;
        let data = path.join(DATA);
        DirBuilder::new().mode(DIRECTORY_MODE).create(&data)?;
        std::fs::set_permissions(&data, Permissions::from_mode(DIRECTORY_MODE))?;
        let dir = open::directory(&path)?;
        let data = open::subdirectory(&dir, DATA)?;
        let mut manifest = ChainWriter::new(create(&dir, MANIFEST)?);
        manifest.append(&Entry::Begin(Box::new(begin)))?;
        manifest.sync()?;
        dir.sync_all()?;
        Ok(Self {
            path,
            dir,
            data,
            manifest,
            files: Vec::new(),
            items: ItemCounts::default(),
            bytes: 0,
            lacks: false,
        })
    }

    /// Where the unfinished bundle is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes taken so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// A file for the item that is added next; `original` is the name on the host, any bytes.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn draft(&self, original: &OsStr) -> io::Result<Draft> {
        self.open(name::generated(self.manifest.tip().links + 1, original))
    }

    /// The file for the incident's records.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn records(&self) -> io::Result<Draft> {
        self.open(RECORDS.to_owned())
    }

    fn open(&self, name: String) -> io::Result<Draft> {
        let file = match name.split_once('/') {
            Some((_, inner)) => create(&self.data, inner)?,
            None => create(&self.dir, &name)?,
        };
        Ok(Draft {
            name,
            file: BufWriter::with_capacity(1 << 17, file),
            hash: Hasher::default(),
            redacted: false,
        })
    }

    /// Adds an item, with its file if it has one. Returns after file and entry are on the disk; an entry without a file
    /// waits for the next one that has one.
    ///
    /// # Errors
    /// If they cannot be written: the bundle then stays unfinished.
    pub fn add(&mut self, mut item: Item, draft: Option<Draft>) -> io::Result<()> {
        let filed = draft.is_some();
        if let Some(draft) = draft {
            let bytes = draft.hash.bytes();
            let file = draft.file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            if draft.name == RECORDS {
                self.dir.sync_all()?
            } else {
                self.data.sync_all()?
            }
            let sha256 = draft.hash.finish();
            self.files.push((draft.name.clone(), sha256));
            self.bytes += bytes;
            item.copy = Some(Copied { file: draft.name, bytes, sha256, redacted: draft.redacted });
        }
        item.status.count(&mut self.items);
        self.lacks |= item.lacks();
        self.manifest.append(&Entry::Item(Box::new(item)))?;
        if filed { self.manifest.sync() } else { Ok(()) }
    }

    /// Writes the closing entry and `SHA256SUMS`. The bundle is whole, but still called `DIR.partial`.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn seal(mut self) -> io::Result<Sealed> {
        let seal = Seal {
            complete: !self.lacks,
            items: self.items,
            files: self.files.len() as u64,
            bytes: self.bytes,
        };
        self.manifest.append(&Entry::Seal(seal.clone()))?;
        self.manifest.sync()?;
        let sha256 = self.manifest.digest();
        // After the seal: sums without a seal are then a sure sign that the manifest's end was cut off.
        let mut file = create(&self.dir, SUMS)?;
        file.write_all(
            sums::sums(self.files.iter().map(|(n, h)| (n.as_str(), *h)), sha256).as_bytes(),
        )?;
        file.sync_all()?;
        self.dir.sync_all()?;
        Ok(Sealed { path: self.path, sha256, seal })
    }
}

/// A file of a bundle that is being written; hashed on the way.
#[derive(Debug)]
pub struct Draft {
    name: String,
    file: BufWriter<File>,
    hash: Hasher,
    /// Secrets in it are masked.
    pub redacted: bool,
}

impl Draft {
    /// Its name in the bundle.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes written.
    pub fn bytes(&self) -> u64 {
        self.hash.bytes()
    }

    /// SHA-256 of what was written so far.
    pub fn digest(&self) -> Hash {
        self.hash.clone().finish()
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A whole bundle that has not got its name yet.
#[derive(Debug)]
pub struct Sealed {
    path: PathBuf,
    /// SHA-256 of its manifest.
    pub sha256: Hash,
    /// Its closing entry.
    pub seal: Seal,
}

impl Sealed {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name, at once or not at all. An empty directory of that name is replaced.
    ///
    /// # Errors
    /// If there is something else of that name, or as the system says; the bundle then stays where it is.
    pub fn publish(self, to: &Path) -> io::Result<()> {
        rustix::fs::rename(&self.path, to)?;
        open::directory(parent(to))?.sync_all()
    }

    /// Removes it.
    ///
    /// # Errors
    /// As the system says.
    pub fn discard(self) -> io::Result<()> {
        std::fs::remove_dir_all(self.path)
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the directory that an unfinished bundle has; parents too, for the owner only.
fn make_partial(dir: &Path) -> io::Result<PathBuf> {
    let Some(base) = dir.file_name() else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a bundle needs a directory of its own: give it a name",
        ));
    };
    DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(parent(dir))?;
    for number in 1..=MAX_PARTIALS {
        let mut name = OsString::from(base);
        name.push(if number == 1 { ".partial".to_owned() } else { format!(".partial-{number}") });
        let path = dir.with_file_name(name);
        match DirBuilder::new().mode(DIRECTORY_MODE).create(&path) {
            Ok(()) => return Ok(path),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    let many = format!(
        "{MAX_PARTIALS} unfinished collections lie beside it; look at them and remove them"
    );
    Err(io::Error::new(io::ErrorKind::AlreadyExists, many))
}

/// A new file in `dir`.
fn create(dir: &File, name: &str) -> io::Result<File> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = File::from(openat(dir, name, flags, Mode::from_raw_mode(FILE_MODE))?);
    file.set_permissions(Permissions::from_mode(FILE_MODE))?;
    Ok(file)
}
