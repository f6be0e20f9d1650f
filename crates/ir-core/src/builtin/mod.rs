//! The documents that come with the program: the procedure and two profiles.

use crate::docs::{DocError, Loaded, Profile, Sop};

const SOP: &str = include_str!("sop.yaml");
const PROFILES: &[(&str, &str)] = &[
    ("chat-app", include_str!("profiles/chat-app.yaml")),
    ("generic", include_str!("profiles/generic.yaml")),
];

/// The text of the procedure.
pub fn sop_text() -> &'static str {
    SOP
}

/// The text of the profile called `name`.
pub fn profile_text(name: &str) -> Option<&'static str> {
    PROFILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Names of the profiles, sorted.
pub fn profile_names() -> impl Iterator<Item = &'static str> + Clone {
    PROFILES.iter().map(|(name, _)| *name)
}

/// The procedure.
///
/// # Errors
/// None in a release: the tests read it.
pub fn sop() -> Result<Loaded<Sop>, Vec<DocError>> {
    Loaded::sop("built-in", SOP)
}

/// The profile called `name`; none where there is no such profile.
///
/// # Errors
/// None in a release: the tests read every one.
pub fn profile(name: &str) -> Option<Result<Loaded<Profile>, Vec<DocError>>> {
    profile_text(name).map(|text| Loaded::profile("built-in", text))
}

#[cfg(test)]
mod tests;
