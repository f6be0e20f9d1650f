//! Reading a bundle.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Seek};
use std::path::Path;

use super::{Begin, Copied, Entry, FORMAT, Item, MANIFEST, MAX_ITEMS, Role, Seal, name, open};
use crate::chain::{Broken, ChainError, Link, Tip, read_chain};
use crate::{Hash, Hasher};

/// Why a bundle, or a file in it, is not believed.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The system refused; the name in the bundle.
    #[error("{0}: {1}")]
    Io(String, io::Error),
    /// The chain is broken.
    #[error("{MANIFEST}:{0}")]
    Broken(#[from] Broken),
    /// The manifest is no manifest: line, what is wrong.
    #[error("{MANIFEST}:{0}: {1}")]
    Malformed(u64, String),
    /// Its collection did not come to its end.
    #[error("{MANIFEST}: its closing entry is missing: the collection did not come to its end")]
    Unsealed,
    /// It is not the bundle that was asked for: found, wanted.
    #[error("{MANIFEST}: its digest is {0}, not {1}: it was changed, or is that of another bundle")]
    Other(Hash, String),
    /// The file is not what the manifest says.
    #[error("{0}: {1}")]
    Changed(String, String),
}

/// A whole, sealed bundle whose manifest was checked. Its files are checked when they are read.
#[derive(Debug)]
pub struct Bundle {
    dir: File,
    begin: Begin,
    items: Vec<Item>,
    seal: Seal,
    sha256: Hash,
}

/// A log in a bundle.
#[derive(Clone, Copy, Debug)]
pub struct LogItem<'a> {
    /// All that is known of it.
    pub item: &'a Item,
    /// The log's id: what records give as the source of its lines; where a profile has a log of that id, its format holds.
    pub source: &'a str,
    /// The path of the original, as [`Item::path`].
    pub path: Option<&'a str>,
    /// The file in the bundle, relative to it.
    pub file: &'a str,
    /// Number, in the original, of the first line that was taken; from 1.
    pub first_line: u64,
    /// Offset, in the original, of the first byte that was taken.
    pub offset: u64,
}

impl Bundle {
    /// Opens the bundle in `dir`. `expected` is the digest of its manifest, from the record that announces it.
    ///
    /// # Errors
    /// If it cannot be read, is not whole, or is not the expected one.
    pub fn open(dir: &Path, expected: Option<&str>) -> Result<Self, BundleError> {
        let failed = |name: &str| {
            let name = name.to_owned();
            move |e| BundleError::Io(name, e)
        };
        let dir = open::directory(dir).map_err(failed("."))?;
        let file = open::regular(&dir, MANIFEST).map_err(failed(MANIFEST))?;
        let read = Manifest::read(file);
        let (_, sha256) = read.end.map_err(|e| match e {
            ChainError::Io(e) => BundleError::Io(MANIFEST.into(), e),
            ChainError::Broken(broken) => broken.into(),
        })?;
        if let Some(wanted) = expected.filter(|e| *e != sha256.to_string()) {
            return Err(BundleError::Other(sha256, wanted.to_owned()));
        }
        if let Some((line, fault)) = read.faults.into_iter().next() {
            return Err(BundleError::Malformed(line, fault));
        }
        match (read.begin, read.seal) {
            (Some(begin), Some(seal)) => Ok(Self { dir, begin, items: read.items, seal, sha256 }),
            _ => Err(BundleError::Unsealed),
        }
    }

    /// What the collection is.
    pub fn begin(&self) -> &Begin {
        &self.begin
    }

    /// All items, those that were not taken too, in the order of the manifest.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The closing entry.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// SHA-256 of the manifest.
    pub fn sha256(&self) -> Hash {
        self.sha256
    }

    /// The logs of which something was taken.
    pub fn logs(&self) -> impl Iterator<Item = LogItem<'_>> {
        self.items.iter().filter(|item| item.role == Role::Log).filter_map(|item| {
            let (first_line, offset) =
                item.part.as_ref().map_or((1, 0), |part| (part.first_line, part.offset));
            let file = &item.copy.as_ref()?.file;
            Some(LogItem {
                item,
                source: &item.id,
                path: item.path.as_deref(),
                file,
                first_line,
                offset,
            })
        })
    }

    /// An item's file, positioned at its start. It is read to its end first and compared with the manifest.
    ///
    /// # Errors
    /// If the item has no file, or the file cannot be read or is not what the manifest says.
    pub fn read(&self, item: &Item) -> Result<File, BundleError> {
        let Some(copy) = &item.copy else {
            return Err(BundleError::Changed(item.id.clone(), "nothing of it was taken".into()));
        };
        check_file(&self.dir, copy)
    }
}

/// The file that an entry speaks of, if it is what the entry says.
pub(super) fn check_file(dir: &File, copy: &Copied) -> Result<File, BundleError> {
    let failed = |e: io::Error| match e.kind() {
        io::ErrorKind::NotFound => BundleError::Changed(copy.file.clone(), "it is missing".into()),
        io::ErrorKind::InvalidInput => BundleError::Changed(copy.file.clone(), e.to_string()),
        _ => BundleError::Io(copy.file.clone(), e),
    };
    let mut file = open::regular(dir, &copy.file).map_err(failed)?;
    let changed = |what: String| Err(BundleError::Changed(copy.file.clone(), what));
    let size = file.metadata().map_err(failed)?.len();
    if size != copy.bytes {
        return changed(format!("it has {size} bytes, not {}", copy.bytes));
    }
    let mut hash = Hasher::default();
    hash.read(&file).map_err(failed)?;
    let sha256 = hash.finish();
    if sha256 != copy.sha256 {
        return changed(format!("its digest is {sha256}, not {}", copy.sha256));
    }
    file.rewind().map_err(failed)?;
    Ok(file)
}

/// A manifest as far as it can be read.
pub(super) struct Manifest {
    pub(super) begin: Option<Begin>,
    pub(super) items: Vec<Item>,
    pub(super) seal: Option<Seal>,
    /// Lines that a manifest cannot have, in order.
    pub(super) faults: Vec<(u64, String)>,
    /// How the chain ends; the SHA-256 of the whole.
    pub(super) end: Result<(Tip, Hash), ChainError>,
}

impl Manifest {
    pub(super) fn read(file: File) -> Self {
        let mut read = Self {
            begin: None,
            items: Vec::new(),
            seal: None,
            faults: Vec::new(),
            end: Ok((Tip::START, Hash::GENESIS)),
        };
        let mut names = BTreeSet::new();
        read.end = read_chain(BufReader::new(file), &mut |link: Link<Entry>| {
            if let Err(fault) = read.take(link.seq, link.body, &mut names) {
                read.faults.push((link.seq, fault));
            }
        });
        read
    }

    fn take(
        &mut self,
        line: u64,
        entry: Entry,
        names: &mut BTreeSet<String>,
    ) -> Result<(), String> {
        if self.seal.is_some() {
            return Err("it stands after the closing entry".into());
        }
        match entry {
            Entry::Begin(begin) if line == 1 => {
                let format = begin.format;
                self.begin = Some(*begin);
                if format == FORMAT {
                    Ok(())
                } else {
                    Err(format!("format {format} is not known to this version, only {FORMAT}"))
                }
            }
            Entry::Begin(_) => Err("only the first line begins a bundle".into()),
            _ if line == 1 => Err("the first line does not begin a bundle".into()),
            Entry::Seal(seal) => {
                self.seal = Some(seal);
                Ok(())
            }
            Entry::Item(_) if line > MAX_ITEMS => Err(format!("more than {MAX_ITEMS} items")),
            Entry::Item(item) => {
                if let Some(copy) = &item.copy {
                    if !name::is_safe(&copy.file) {
                        return Err("the name of its file leads out of the bundle or is not one that collections make".into());
                    }
                    if !names.insert(copy.file.clone()) {
                        return Err(format!("{} is listed twice", copy.file));
                    }
                }
                self.items.push(*item);
                Ok(())
            }
        }
    }
}
