//! Which application an incident is about, as a profile.

use std::collections::BTreeMap;

use ir_core::builtin;
use ir_core::docs::{Profile, Sop, check_together, did_you_mean};
use ir_core::wire::DocRef;

/// The profile that a person chose; where nobody chose one, the shipped profile of the incident's application, else the
/// shipped one that the alerts were made with.
///
/// Names come from records: they are looked up among the shipped profiles, never as a file.
#[derive(Debug)]
pub struct Profiles {
    base: (Profile, DocRef),
    chosen: bool,
    /// Shipped profiles that were asked for, by name; none where it does not fit the procedure.
    shipped: BTreeMap<String, Option<(Profile, DocRef)>>,
    /// The profile that the run record of an earlier tool names.
    named: Option<DocRef>,
    /// Profiles in use, in the order of their first use.
    used: Vec<DocRef>,
}

impl Profiles {
    /// The profile `base` holds for every incident if it was `chosen`, else only where no shipped one fits.
    pub fn new(base: Profile, reference: DocRef, chosen: bool) -> Self {
        Self {
            base: (base, reference),
            chosen,
            shipped: BTreeMap::new(),
            named: None,
            used: Vec::new(),
        }
    }

    /// Refuses variables that no profile in question declares.
    ///
    /// # Errors
    /// The first unknown name, with the known one that is near to it.
    pub fn check_set(&self, set: &BTreeMap<String, String>) -> Result<(), String> {
        if self.chosen {
            return self.base.0.check_set(set);
        }
        let shipped = builtin::profile_names().filter_map(|name| builtin::profile(name)?.ok());
        let known: Vec<String> =
            shipped.flat_map(|loaded| loaded.doc.variables.into_keys()).collect();
        match set.keys().find(|name| !known.contains(name)) {
            Some(name) => Err(format!(
                "no shipped profile has a variable {name:?}{}",
                did_you_mean(name, known.iter().map(String::as_str))
            )),
            None => Ok(()),
        }
    }

    /// The run record of an earlier tool names the profile that it worked with.
    pub(crate) fn hear(&mut self, reference: DocRef) {
        self.named = Some(reference);
    }

    /// The profile for incidents of `app`.
    pub(crate) fn of(&mut self, app: Option<&str>, sop: &Sop) -> &Profile {
        let named = self.named.as_ref().map(|reference| reference.name.clone());
        let found = [app.map(str::to_owned), named]
            .into_iter()
            .flatten()
            .find(|name| !self.chosen && self.has(name, sop));
        let (profile, reference) =
            found.and_then(|name| self.shipped.get(&name)?.as_ref()).unwrap_or(&self.base);
        if !self.used.contains(reference) {
            self.used.push(reference.clone());
        }
        profile
    }

    /// There is such a shipped profile, and it fits the procedure.
    fn has(&mut self, name: &str, sop: &Sop) -> bool {
        if !self.shipped.contains_key(name)
            && let Some(Ok(loaded)) = builtin::profile(name)
        {
            let fits = check_together(sop, &loaded.doc).is_empty();
            self.shipped.insert(name.to_owned(), fits.then_some((loaded.doc, loaded.reference)));
        }
        self.shipped.get(name).is_some_and(Option::is_some)
    }

    /// The profile to name in the run record.
    pub(crate) fn reference(&self) -> &DocRef {
        self.used.first().unwrap_or(&self.base.1)
    }

    /// What was assumed because nobody chose a profile, one sentence each.
    pub(crate) fn assumed(&self) -> Vec<String> {
        let mut all = Vec::new();
        if self.chosen || self.used.is_empty() {
            return all;
        }
        let names: Vec<_> = self.used.iter().map(|reference| reference.name.as_str()).collect();
        all.push(format!("no profile was named: the shipped one is taken: {}", names.join(", ")));
        if let Some(named) = self
            .named
            .as_ref()
            .filter(|named| !self.used.iter().any(|used| used.sha256 == named.sha256))
        {
            let name: String = named.name.chars().take(60).collect();
            all.push(format!(
                "the alerts were made with another profile, {name:?}: say --profile to plan with it"
            ));
        }
        all
    }
}
