//! What an advisor answers, as far as it is heard.

use std::collections::{BTreeMap, BTreeSet};

use ir_core::wire::{Advice, AdviceNote, Body};
use serde::Deserialize;

use super::request::{Request, cut};

/// More notes are refused, or more places in the order.
const MAX_ROWS: usize = 200;
/// Longest quotation from it in a sentence, bytes.
const QUOTED: usize = 200;

/// The notes and the order that name ids it was shown.
#[derive(Debug, Default)]
pub(super) struct Answer {
    notes: Vec<AdviceNote>,
    order: Vec<String>,
    /// Pieces that did not.
    pub(super) dropped: u64,
}

/// As it is written: what is not foreseen (a severity, a confidence, an action) is refused with all the rest.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: String,
    #[serde(default)]
    notes: Vec<WrittenNote>,
    #[serde(default)]
    order: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenNote {
    about: String,
    text: String,
}

impl Answer {
    /// The answer in `bytes` to `request`.
    ///
    /// # Errors
    /// A sentence why it is none.
    pub(super) fn parse(bytes: &[u8], request: &Request<'_>) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|e| format!("its answer is no text: {e}"))?;
        if text.trim().is_empty() {
            return Err("it answered nothing".into());
        }
        let written: Written = serde_json::from_str(text).map_err(|e| {
            format!("its answer is not what it should be: {}", cut(&e.to_string(), QUOTED))
        })?;
        if written.version != Advice::KIND {
            let found = cut(&written.version, QUOTED);
            return Err(format!("its answer has the version {found:?}, not {:?}", Advice::KIND));
        }
        if written.notes.len() > MAX_ROWS || written.order.len() > MAX_ROWS {
            return Err(format!(
                "its answer has more than {MAX_ROWS} notes or places in its order"
            ));
        }
        let said = written.notes.len() + written.order.len();
        let known = |id: &String| request.incident_of(id).is_some();
        let notes: Vec<AdviceNote> = written
            .notes
            .into_iter()
            .filter(|note| known(&note.about) && !note.text.trim().is_empty())
            .map(|note| AdviceNote { about: note.about, text: cut(&note.text, AdviceNote::MAX) })
            .collect();
        let mut placed = BTreeSet::new();
        let order: Vec<String> =
            written.order.into_iter().filter(|id| known(id) && placed.insert(id.clone())).collect();
        let heard = notes.len() + order.len();
        if heard == 0 && said > 0 {
            return Err("its answer says nothing about any id that it was shown".into());
        }
        Ok(Self { notes, order, dropped: (said - heard) as u64 })
    }

    /// Notes and order of each incident that it says anything about.
    pub(super) fn by_incident<'a>(
        self,
        request: &Request<'a>,
    ) -> Vec<(&'a str, Vec<AdviceNote>, Vec<String>)> {
        let mut all: BTreeMap<&str, (Vec<AdviceNote>, Vec<String>)> = BTreeMap::new();
        for note in self.notes {
            if let Some(incident) = request.incident_of(&note.about) {
                all.entry(incident).or_default().0.push(note);
            }
        }
        for id in self.order {
            if let Some(incident) = request.incident_of(&id) {
                all.entry(incident).or_default().1.push(id);
            }
        }
        all.into_iter().map(|(incident, (notes, order))| (incident, notes, order)).collect()
    }
}

#[cfg(test)]
mod tests;
