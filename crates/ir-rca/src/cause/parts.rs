//! The components of the application: whose a record is, and what stands on what.

use std::collections::{BTreeSet, HashMap};

use ir_core::correlate::Writer;
use ir_core::docs::Profile;

/// The profile's components, ready for questions.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    profile: &'a Profile,
    /// Source file to component; none where several components list the file: it only passes on.
    files: HashMap<&'a str, Option<&'a str>>,
}

impl<'a> Parts<'a> {
    pub(crate) fn new(profile: &'a Profile) -> Self {
        let mut files = HashMap::new();
        for (name, component) in &profile.components {
            for file in &component.files {
                files
                    .entry(file.as_str())
                    .and_modify(|owner| *owner = None)
                    .or_insert(Some(name.as_str()));
            }
        }
        Self { profile, files }
    }

    /// The component whose source file it is. A name with a `*` stands for all files that fit and no other name lists.
    pub(crate) fn of_file(&self, file: &str) -> Option<&'a str> {
        if let Some(owner) = self.files.get(file) {
            return *owner;
        }
        let mut owners =
            self.profile.components.iter().filter(|(_, c)| c.files.iter().any(|f| fits(f, file)));
        match (owners.next(), owners.next()) {
            (Some((name, _)), None) => Some(name),
            _ => None,
        }
    }

    /// The component that a writer belongs to; a program that the profile does not know is one by itself.
    pub(crate) fn of_writer(&self, writer: &Writer<String>) -> Option<String> {
        match writer {
            Writer::File(file) => self.of_file(file).map(str::to_owned),
            Writer::Program(program) => Some(self.of_file(program).unwrap_or(program).to_owned()),
        }
    }

    /// Whether `component` cannot work without `other`, directly or through others.
    pub(crate) fn stands_on(&self, component: &str, other: &str) -> bool {
        let mut seen = BTreeSet::from([component]);
        let mut open = vec![component];
        while let Some(name) = open.pop() {
            for below in self.profile.components.get(name).into_iter().flat_map(|c| &c.depends) {
                if below == other {
                    return component != other;
                }
                if seen.insert(below) {
                    open.push(below);
                }
            }
        }
        false
    }
}

/// Whether `file` is `pattern`, in which a `*` stands for any letters.
fn fits(pattern: &str, file: &str) -> bool {
    match pattern.split_once('*') {
        None => false,
        Some((head, tail)) => {
            file.len() >= head.len() + tail.len() && file.starts_with(head) && file.ends_with(tail)
        }
    }
}
