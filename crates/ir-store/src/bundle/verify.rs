//! Verifying a bundle: chain, files, sums, and that nothing else is there.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use ir_core::wire::ItemCounts;

use super::read::{Manifest, check_file};
use super::{BundleError, Copied, DATA, MANIFEST, RECORDS, SUMS, Seal, escaped, name, open, sums};
use crate::Hash;
use crate::chain::{Broken, ChainError, Fault};

/// How a bundle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it was sealed.
    Intact,
    /// As far as it goes, as it was written; but its collection did not come to its end.
    Incomplete,
    /// Something was changed, removed, put in or moved.
    Tampered,
}

/// One thing that is wrong with a bundle: `place: what`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file in the bundle, with the line where it has lines.
    pub place: String,
    /// What is wrong.
    pub what: String,
    /// What follows from it: [`Verdict::Incomplete`] or [`Verdict::Tampered`].
    pub verdict: Verdict,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// What a verification found.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How the bundle is.
    pub verdict: Verdict,
    /// The incident that its manifest names.
    pub incident: Option<String>,
    /// Its closing entry says that nothing which was wanted is lacking.
    pub complete: bool,
    /// Entries of items.
    pub items: u64,
    /// Files that are as the manifest says.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// SHA-256 of the manifest; none where its chain is broken.
    pub sha256: Option<Hash>,
}

/// Verifies the bundle in `dir` and hands every problem to `tell`. `expected` is the digest of its manifest, where one is known
/// from elsewhere: without it, a bundle that was rewritten from its first line to its last cannot be told from a genuine one.
///
/// # Errors
/// If there is no bundle in `dir`, or it cannot be read.
pub fn verify(
    dir: &Path,
    expected: Option<&str>,
    tell: &mut dyn FnMut(Problem),
) -> io::Result<Outcome> {
    let dir = open::directory(dir)?;
    let names: BTreeSet<_> = open::names(&dir)?.into_iter().collect();
    let has = |name: &str| names.contains(std::ffi::OsStr::new(name));
    if !has(MANIFEST) && !has(SUMS) && !has(DATA) {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("it is no bundle: it has no {MANIFEST}"),
        ));
    }
    let mut check = Check { tell, verdict: Verdict::Intact };
    let read = match open::regular(&dir, MANIFEST) {
        Ok(file) => Some(Manifest::read(file)),
        Err(e) if e.kind() == io::ErrorKind::NotFound && !has(SUMS) => {
            check.incomplete(MANIFEST, "it is missing: the collection ended before it began it");
            None
        }
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput) => {
            check.tampered(
                MANIFEST,
                if has(MANIFEST) { e.to_string() } else { "it is missing".into() },
            );
            None
        }
        Err(e) => return Err(e),
    };
    let mut outcome = Outcome {
        verdict: Verdict::Intact,
        incident: None,
        complete: false,
        items: 0,
        files: 0,
        bytes: 0,
        sha256: None,
    };
    let mut files: Vec<Copied> = Vec::new();
    let mut next = None;
    if let Some(read) = read {
        outcome.items = read.items.len() as u64;
        outcome.incident = read.begin.as_ref().and_then(|b| b.incident.clone());
        outcome.complete = read.seal.as_ref().is_some_and(|s| s.complete);
        next = read.seal.is_none().then(|| read.items.len() as u64 + 2);
        outcome.sha256 = check.manifest(&read, expected, has(SUMS))?;
        files = read.items.into_iter().filter_map(|item| item.copy).collect();
    }
    for copy in &files {
        match check_file(&dir, copy) {
            Ok(_) => {
                (outcome.files, outcome.bytes) = (outcome.files + 1, outcome.bytes + copy.bytes)
            }
            Err(BundleError::Io(_, e)) => return Err(e),
            Err(BundleError::Changed(file, what)) => check.tampered(file, what),
            Err(e) => check.tampered(&copy.file, e.to_string()),
        }
    }
    // Behind a broken line nobody knows what was listed.
    if outcome.sha256.is_some() || check.verdict < Verdict::Tampered {
        check.extras(&dir, &names, &files, next)?;
    }
    if let Some(sha256) = outcome.sha256 {
        check.sums(&dir, &files, sha256, next.is_none())?;
    }
    outcome.verdict = check.verdict;
    Ok(outcome)
}

struct Check<'a> {
    tell: &'a mut dyn FnMut(Problem),
    verdict: Verdict,
}

impl Check<'_> {
    fn problem(&mut self, place: impl Into<String>, what: impl Into<String>, verdict: Verdict) {
        self.verdict = self.verdict.max(verdict);
        (self.tell)(Problem { place: place.into(), what: what.into(), verdict });
    }

    fn tampered(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.problem(place, what, Verdict::Tampered);
    }

    fn incomplete(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.problem(place, what, Verdict::Incomplete);
    }

    /// The digest of the manifest, unless its chain is broken.
    fn manifest(
        &mut self,
        read: &Manifest,
        expected: Option<&str>,
        sums: bool,
    ) -> io::Result<Option<Hash>> {
        for (line, fault) in &read.faults {
            self.tampered(format!("{MANIFEST}:{line}"), fault);
        }
        let sha256 = match &read.end {
            Ok((_, sha256)) => Some(*sha256),
            // The process ended in the middle of a line; sums are written last of all, so then there are none.
            Err(ChainError::Broken(Broken { line, fault: Fault::Cut }))
                if read.seal.is_none() && !sums =>
            {
                self.incomplete(
                    format!("{MANIFEST}:{line}"),
                    "it is cut off: the collection ended here",
                );
                None
            }
            Err(ChainError::Broken(Broken { line, fault })) => {
                self.tampered(format!("{MANIFEST}:{line}"), fault.to_string());
                None
            }
            Err(ChainError::Io(e)) => {
                return Err(io::Error::new(e.kind(), format!("{MANIFEST}: {e}")));
            }
        };
        match (&read.seal, sha256) {
            (Some(seal), Some(_)) => self.totals(seal, read),
            (None, Some(_)) if sums => self.tampered(
                MANIFEST,
                format!("its end was cut off: {SUMS} is there, the closing entry is not"),
            ),
            (None, Some(_)) => self.incomplete(
                MANIFEST,
                "its closing entry is missing: the collection did not come to its end",
            ),
            (_, None) => {}
        }
        if let (Some(sha256), Some(expected)) = (sha256, expected)
            && sha256.to_string() != expected
        {
            self.tampered(MANIFEST, format!("its digest is {sha256}, not {expected}"));
        }
        Ok(sha256)
    }

    fn totals(&mut self, seal: &Seal, read: &Manifest) {
        let mut counted = Seal { complete: true, items: ItemCounts::default(), files: 0, bytes: 0 };
        for item in &read.items {
            item.status.count(&mut counted.items);
            counted.complete &= !item.lacks();
            if let Some(copy) = &item.copy {
                (counted.files, counted.bytes) =
                    (counted.files + 1, counted.bytes.saturating_add(copy.bytes));
            }
        }
        if counted != *seal {
            self.tampered(
                format!("{MANIFEST}:{}", read.items.len() + 2),
                "its totals are not those of the items",
            );
        }
    }

    /// Whatever is in the directory but not in the manifest. `next` is the line that an unfinished collection would write next: the
    /// file that belongs to it may be there already.
    fn extras(
        &mut self,
        dir: &File,
        names: &BTreeSet<std::ffi::OsString>,
        files: &[Copied],
        next: Option<u64>,
    ) -> io::Result<()> {
        let mut known: BTreeSet<&str> = files.iter().map(|f| f.file.as_str()).collect();
        known.extend([MANIFEST, SUMS]);
        let mut found = Vec::new();
        for name in names {
            if name == DATA && open::is_directory(dir, name) {
                let data = open::subdirectory(dir, DATA)?;
                found.extend(
                    open::names(&data)?.iter().map(|inner| format!("{DATA}/{}", escaped(inner))),
                );
            } else {
                found.push(escaped(name));
            }
        }
        for name in found.iter().filter(|name| !known.contains(name.as_str())) {
            let unlisted = next.is_some() && (name::line_of(name) == next || name == RECORDS);
            if unlisted {
                self.incomplete(
                    name,
                    "it is not in the manifest: the collection ended while it was written",
                );
            } else {
                self.tampered(name, "it is not in the manifest");
            }
        }
        Ok(())
    }

    fn sums(
        &mut self,
        dir: &File,
        files: &[Copied],
        manifest: Hash,
        sealed: bool,
    ) -> io::Result<()> {
        let wanted = sums::sums(files.iter().map(|f| (f.file.as_str(), f.sha256)), manifest);
        let file = match open::regular(dir, SUMS) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                if sealed {
                    self.incomplete(SUMS, "it is missing");
                }
                return Ok(());
            }
            Err(e) if e.kind() == io::ErrorKind::InvalidInput => {
                self.tampered(SUMS, e.to_string());
                return Ok(());
            }
            Err(e) => return Err(e),
        };
        let mut text = Vec::new();
        file.take(wanted.len() as u64 + 1).read_to_end(&mut text)?;
        if text != wanted.as_bytes() {
            let same = text.iter().zip(wanted.as_bytes()).take_while(|(a, b)| a == b);
            let line = same.filter(|(a, _)| **a == b'\n').count() + 1;
            self.tampered(format!("{SUMS}:{line}"), format!("it is not what {MANIFEST} says"));
        }
        Ok(())
    }
}
