//! Which application an incident is about, as a profile.

use std::collections::BTreeMap;

use ir_core::builtin;
use ir_core::docs::Profile;
use ir_core::wire::DocRef;

/// The profile that a person chose; where nobody chose one, the shipped profile of the application that alerts name.
#[derive(Debug)]
pub struct Profiles {
    base: (Profile, DocRef),
    chosen: bool,
    /// Shipped profiles in use, by application.
    shipped: BTreeMap<String, (Profile, DocRef)>,
}

impl Profiles {
    /// The profile `base` holds for every incident if it was `chosen`, else only where no shipped one fits.
    pub fn new(base: Profile, reference: DocRef, chosen: bool) -> Self {
        Self { base: (base, reference), chosen, shipped: BTreeMap::new() }
    }

    /// The profile for incidents of `app`. The name comes from a record: it is looked up among the shipped profiles,
    /// never as a file.
    pub(crate) fn of(&mut self, app: Option<&str>) -> &Profile {
        let Some(app) = app.filter(|app| !self.chosen && *app != self.base.0.app.name) else {
            return &self.base.0;
        };
        if !self.shipped.contains_key(app)
            && let Some(Ok(loaded)) = builtin::profile(app)
        {
            self.shipped.insert(app.to_owned(), (loaded.doc, loaded.reference));
        }
        self.shipped.get(app).map_or(&self.base.0, |(profile, _)| profile)
    }

    /// The profile to name in the run record, and what was assumed.
    pub(crate) fn in_force(&self) -> (DocRef, Option<String>) {
        let mut names = self.shipped.keys().map(String::as_str);
        match self.shipped.values().next() {
            Some((_, reference)) => {
                let first = names.next().unwrap_or_default();
                let rest = names.map(|n| format!(", {n}")).collect::<String>();
                (
                    reference.clone(),
                    Some(format!(
                        "no profile was named; that of the alerts' application is taken: {first}{rest}"
                    )),
                )
            }
            None => (self.base.1.clone(), None),
        }
    }
}
