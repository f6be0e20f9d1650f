//! From text to a checked document.

use super::check::{check_profile, check_sop};
use super::{DocError, Document, Profile, Sop};
use crate::wire::{DocRef, digest};

/// A document in force, with what is needed to name it in records and to locate faults in it.
#[derive(Clone, Debug)]
pub struct Loaded<T> {
    /// The typed value.
    pub doc: T,
    /// The text as parsed.
    pub source: Document,
    /// Its name, digest and where it comes from, as records carry them.
    pub reference: DocRef,
}

impl Loaded<Sop> {
    /// Reads a procedure; `from` is `built-in` or its path as typed, and stands in its errors.
    ///
    /// # Errors
    /// Every fault, in the order of the document.
    pub fn sop(from: &str, text: &str) -> Result<Self, Vec<DocError>> {
        load(from, text, check_sop, |sop: &Sop| &sop.name)
    }
}

impl Loaded<Profile> {
    /// Reads a profile; `from` is `built-in` or its path as typed, and stands in its errors.
    ///
    /// # Errors
    /// Every fault, in the order of the document.
    pub fn profile(from: &str, text: &str) -> Result<Self, Vec<DocError>> {
        load(from, text, check_profile, |profile: &Profile| &profile.app.name)
    }
}

fn load<T: serde::de::DeserializeOwned>(
    from: &str,
    text: &str,
    check: impl Fn(&T, &Document) -> Vec<DocError>,
    name: impl Fn(&T) -> &str,
) -> Result<Loaded<T>, Vec<DocError>> {
    let source = Document::parse(from, text)?;
    let doc: T = source.read()?;
    let faults = check(&doc, &source);
    if !faults.is_empty() {
        return Err(faults);
    }
    let reference = DocRef {
        name: name(&doc).to_owned(),
        sha256: digest(text.as_bytes()),
        from: from.to_owned(),
    };
    Ok(Loaded { doc, source, reference })
}

/// The procedure in `text`; `name` stands in its errors.
///
/// # Errors
/// Every fault, in the order of the document.
pub fn load_sop(name: &str, text: &str) -> Result<Sop, Vec<DocError>> {
    Loaded::sop(name, text).map(|loaded| loaded.doc)
}

/// The profile in `text`; `name` stands in its errors.
///
/// # Errors
/// Every fault, in the order of the document.
pub fn load_profile(name: &str, text: &str) -> Result<Profile, Vec<DocError>> {
    Loaded::profile(name, text).map(|loaded| loaded.doc)
}
