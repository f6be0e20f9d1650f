//! What is known of the impact, and who says so.

use ir_core::docs::{FACTS, did_you_mean};
use ir_core::wire::{Category, Severity};

use crate::ids::Ids;
use crate::matrix::{self, Cell, Values};

/// Stands in rationale rows for what was said on the command line.
pub const COMMAND_LINE: &str = "--fact";

/// A fact with its value, checked against [`FACTS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Place in [`FACTS`].
    pub(crate) fact: usize,
    /// Place in the list of its values, the gravest last.
    pub(crate) value: usize,
}

impl Fact {
    /// The fact called `name` with the value `value`.
    ///
    /// # Errors
    /// An unknown name or value, with the known one that is near to it.
    pub fn new(name: &str, value: &str) -> Result<Self, String> {
        let Some(fact) = FACTS.iter().position(|(known, _)| *known == name) else {
            let near = did_you_mean(name, FACTS.iter().map(|(known, _)| *known));
            let all: Vec<_> = FACTS.iter().map(|(known, _)| *known).collect();
            return Err(format!("unknown fact {name:?}{near}; the facts are {}", all.join(", ")));
        };
        let words = FACTS[fact].1;
        let Some(place) = words.iter().position(|word| *word == value) else {
            let near = did_you_mean(value, words.iter().copied());
            return Err(format!(
                "unknown value {value:?} of {name}{near}; it is one of {}",
                words.join(", ")
            ));
        };
        Ok(Self { fact, value: place })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        FACTS[self.fact].0
    }

    /// Its value.
    pub fn word(self) -> &'static str {
        FACTS[self.fact].1[self.value]
    }
}

/// `NAME=VALUE`.
impl std::str::FromStr for Fact {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) =
            text.split_once('=').ok_or("write NAME=VALUE, e.g. functionality=total")?;
        Self::new(name, value)
    }
}

#[derive(Clone, Debug)]
struct Known {
    value: usize,
    from: Ids,
    /// Only alerts about plugins say so.
    by_plugin: bool,
}

/// The known facts. Of several values the gravest wins, whatever the order they come in.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    known: [Option<Known>; FACTS.len()],
}

impl Facts {
    /// Facts that a person gave on the command line.
    ///
    /// # Errors
    /// A fact that is given twice with different values.
    pub fn given(facts: &[Fact]) -> Result<Self, String> {
        let mut all = Self::default();
        for fact in facts {
            if let Some(other) = all.get(fact.fact).filter(|other| other != fact) {
                return Err(format!(
                    "--fact {} is given as {} and as {}",
                    fact.name(),
                    other.word(),
                    fact.word()
                ));
            }
            all.add(*fact, COMMAND_LINE, None);
        }
        Ok(all)
    }

    /// Takes in what the record `from`, of an alert of `category`, says; whether the value changed.
    pub(crate) fn add(&mut self, fact: Fact, from: &str, category: Option<Category>) -> bool {
        let by_plugin = category == Some(Category::Plugin);
        let slot = &mut self.known[fact.fact];
        match slot {
            Some(known) if known.value > fact.value => false,
            Some(known) if known.value == fact.value => {
                known.by_plugin &= by_plugin;
                known.from.add_new(from);
                false
            }
            _ => {
                let mut ids = Ids::with_room(Ids::ROW);
                ids.add(from);
                *slot = Some(Known { value: fact.value, from: ids, by_plugin });
                true
            }
        }
    }

    /// The fact at that place of [`FACTS`], if it is known.
    pub(crate) fn get(&self, fact: usize) -> Option<Fact> {
        self.known[fact].as_ref().map(|known| Fact { fact, value: known.value })
    }

    /// Its value's word, by the fact's name; `unknown` is none.
    pub(crate) fn word(&self, name: &str) -> Option<&'static str> {
        self.get(matrix::place(name)).map(Fact::word)
    }

    /// Who says so.
    pub(crate) fn from(&self, fact: usize) -> Option<&Ids> {
        self.known[fact].as_ref().map(|known| &known.from)
    }

    pub(crate) fn values(&self) -> Values {
        std::array::from_fn(|fact| self.known[fact].as_ref().map(|known| known.value))
    }

    /// Only alerts about plugins speak of the compromise.
    pub(crate) fn by_plugin(&self) -> bool {
        self.known[matrix::place("security")].as_ref().is_some_and(|known| known.by_plugin)
    }

    /// The cell of the matrix for each known fact.
    pub(crate) fn cells(&self) -> [Option<Cell>; FACTS.len()] {
        matrix::cells(&self.values(), self.by_plugin())
    }

    /// The severity that the known facts ask for; P3 where nothing is known.
    pub(crate) fn severity(&self) -> Severity {
        matrix::severity(&self.values(), self.by_plugin())
    }
}

#[cfg(test)]
mod tests {
    use ir_core::wire::{Category, Severity};

    use super::{COMMAND_LINE, Fact, Facts};

    #[test]
    fn names_and_values_are_strict() {
        assert_eq!("data=lost".parse::<Fact>().map(|f| (f.name(), f.word())), Ok(("data", "lost")));
        for (text, told) in [
            ("functionalty=total", "did you mean \"functionality\"?"),
            ("functionality=totl", "did you mean \"total\"?"),
            ("functionality=Total", "did you mean \"total\"?"),
            ("functionality", "write NAME=VALUE"),
            ("data=unknown", "it is one of intact, suspect, lost"),
            ("", "write NAME=VALUE"),
        ] {
            let error = text.parse::<Fact>().unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn a_person_says_each_fact_once() {
        let fact = |text: &str| text.parse::<Fact>().unwrap();
        assert!(Facts::given(&[fact("data=lost"), fact("data=lost")]).is_ok());
        let error = Facts::given(&[fact("data=lost"), fact("data=intact")]).unwrap_err();
        assert_eq!(error, "--fact data is given as lost and as intact");
    }

    #[test]
    fn the_gravest_value_wins_and_cites_all_who_say_it() {
        let fact = |text: &str| text.parse::<Fact>().unwrap();
        let mut facts = Facts::given(&[fact("data=suspect")]).unwrap();
        assert!(!facts.add(fact("data=intact"), "al-1", None));
        assert!(!facts.add(fact("data=suspect"), "al-2", None));
        let data = fact("data=lost").fact;
        assert_eq!(facts.from(data).unwrap().listed(), [COMMAND_LINE, "al-2"]);
        assert!(facts.add(fact("data=lost"), "al-3", None));
        assert_eq!(facts.from(data).unwrap().listed(), ["al-3"]);
        assert_eq!(facts.word("data"), Some("lost"));
        assert_eq!(facts.word("users"), None);
    }

    #[test]
    fn a_compromise_that_others_than_plugin_alerts_suspect_counts_in_full() {
        let suspected = Fact::new("security", "suspected").unwrap();
        let mut facts = Facts::default();
        facts.add(suspected, "al-1", Some(Category::Plugin));
        assert_eq!(facts.severity(), Severity::P2);
        facts.add(suspected, "al-2", Some(Category::Security));
        assert_eq!(facts.severity(), Severity::P1);
        facts.add(suspected, "al-3", Some(Category::Plugin));
        assert_eq!(facts.severity(), Severity::P1);
    }
}
