//! How grave each impact fact is, in the words of the procedure's severity table.
//!
//! | severity | the procedure's words |
//! |---|---|
//! | P0 | complete system outage, data breach, security compromise |
//! | P1 | significant functionality impaired, performance degradation |
//! | P2 | minor functionality affected, workarounds available |
//! | P3 | cosmetic issues, no user impact |
//!
//! Every value of every fact asks for one severity, or for nothing; the gravest of all that is asked for is taken. So
//! one more fact never lowers a severity, and the order of facts does not matter.

use ir_core::docs::FACTS;
use ir_core::wire::{Category, Severity};

use Severity::{P0, P1, P2, P3};

/// One value of one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The fact.
    pub fact: &'static str,
    /// Its value.
    pub value: &'static str,
    /// The severity that it asks for by itself; none where it asks for nothing.
    pub asks: Option<Severity>,
    /// Why, for people.
    pub why: &'static str,
}

const fn cell(
    fact: &'static str,
    value: &'static str,
    asks: Option<Severity>,
    why: &'static str,
) -> Cell {
    Cell { fact, value, asks, why }
}

/// The matrix, in the order of [`FACTS`].
///
/// A workaround lowers nothing: the procedure's P1 says "significant functionality impaired" with or without one, and
/// its P2 wants both a minor function and a workaround. So `significant` with `workaround: yes` stays P1, and `minor`
/// with `workaround: no` is no longer P2 (see [`MINOR_WITHOUT_WORKAROUND`]).
///
/// How many users are hit does not stand in the table beyond "no user impact", which any user's being hit rules out.
pub const MATRIX: &[Cell] = &[
    cell("functionality", "none", Some(P3), "no function is affected"),
    cell("functionality", "minor", Some(P2), "a minor function is affected"),
    cell("functionality", "significant", Some(P1), "significant functionality is impaired"),
    cell("functionality", "total", Some(P0), "nothing works: a complete outage"),
    cell("performance", "normal", None, "performance is normal"),
    cell("performance", "degraded", Some(P1), "performance is degraded"),
    cell("workaround", "yes", Some(P2), "there is something to work around, and a way to do so"),
    cell("workaround", "no", Some(P2), "there is no workaround"),
    cell("data", "intact", None, "data are intact"),
    cell("data", "suspect", Some(P1), "data may be damaged or exposed"),
    cell("data", "lost", Some(P0), "data are lost or breached"),
    cell("security", "none", None, "security is not touched"),
    cell("security", "suspected", Some(P1), "a compromise is suspected"),
    cell("security", "confirmed", Some(P0), "a compromise is confirmed"),
    cell("users", "none", Some(P3), "no user is affected"),
    cell("users", "some", Some(P2), "some users are affected"),
    cell("users", "most", Some(P2), "most users are affected"),
    cell("users", "all", Some(P2), "all users are affected"),
];

/// The one pair of facts that asks for more than its parts: a minor function that nobody can work around falls out of
/// the procedure's P2, and in doubt the graver row counts.
pub const MINOR_WITHOUT_WORKAROUND: Cell = cell(
    "workaround",
    "no",
    Some(P1),
    "a minor function is affected and there is no workaround: more than the procedure's P2",
);

/// The fact that decides how grave an incident of a category is: while nobody knows it, the worse is plausible.
pub const fn decisive(category: Category) -> &'static str {
    match category {
        Category::Security => "security",
        Category::DataIntegrity => "data",
        Category::Availability | Category::Plugin | Category::EventBus | Category::TerminalUx => {
            "functionality"
        }
    }
}

/// One level graver; doubt and suspicion stop at P1, for only a known fact makes a P0.
pub(crate) const fn raised(severity: Severity) -> Severity {
    match severity {
        P3 => P2,
        P2 | P1 => P1,
        P0 => P0,
    }
}

/// A value for each fact of [`FACTS`]: its place in the fact's list of values.
pub(crate) type Values = [Option<usize>; FACTS.len()];

/// Place of a fact in [`FACTS`].
pub(crate) fn place(fact: &str) -> usize {
    FACTS.iter().position(|(name, _)| *name == fact).unwrap_or_default()
}

/// The cell of each known fact. `by_plugin`: only alerts about plugins speak of the suspected compromise.
pub(crate) fn cells(values: &Values, by_plugin: bool) -> [Option<Cell>; FACTS.len()] {
    let mut cells: [Option<Cell>; FACTS.len()] = std::array::from_fn(|fact| {
        let (name, words) = FACTS[fact];
        let word = words[values[fact]?];
        MATRIX.iter().copied().find(|c| c.fact == name && c.value == word)
    });
    let is = |fact, value| cells[place(fact)].is_some_and(|c: Cell| c.value == value);
    let (minor, stuck, suspected) =
        (is("functionality", "minor"), is("workaround", "no"), is("security", "suspected"));
    if minor && stuck {
        cells[place("workaround")] = Some(MINOR_WITHOUT_WORKAROUND);
    }
    // A plugin that may have left its bounds is no compromise of the system yet: it adds one level to what else is known.
    if suspected && by_plugin {
        let security = place("security");
        let others = cells
            .iter()
            .enumerate()
            .filter(|(fact, _)| *fact != security)
            .filter_map(|(_, c)| c.as_ref()?.asks)
            .min();
        let asks = raised(others.unwrap_or(P3)).max(P1);
        cells[security] = cells[security].map(|c| Cell {
            asks: Some(asks),
            why: "a plugin may have left its bounds: one level graver, P1 at most",
            ..c
        });
    }
    cells
}

/// The severity that known facts ask for; P3 where nothing is known.
pub(crate) fn severity(values: &Values, by_plugin: bool) -> Severity {
    cells(values, by_plugin).iter().filter_map(|c| c.as_ref()?.asks).min().unwrap_or(P3)
}

#[cfg(test)]
mod tests;
