//! What went by without being used: the first few are told, the rest is counted.

/// So many are told one by one.
const TOLD: usize = 10;
/// Longest sentence, characters: they quote what others wrote.
const LONGEST: usize = 300;

/// Sentences, each once.
#[derive(Debug, Default)]
pub(crate) struct Troubles {
    told: Vec<String>,
    more: u64,
}

impl Troubles {
    /// Adds a sentence.
    pub(crate) fn tell(&mut self, sentence: &str) {
        let sentence = match sentence.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &sentence[..end]),
            None => sentence.to_owned(),
        };
        if self.told.contains(&sentence) {
            return;
        }
        if self.told.len() >= TOLD {
            self.more += 1;
        } else {
            self.told.push(sentence);
        }
    }

    /// All of them.
    pub(crate) fn told(&self) -> Vec<String> {
        let mut all = self.told.clone();
        if self.more > 0 {
            all.push(format!("and {} more of the kind", self.more));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, TOLD, Troubles};

    #[test]
    fn the_first_are_told_and_the_rest_is_counted() {
        let mut troubles = Troubles::default();
        for n in 0..TOLD + 3 {
            troubles.tell(&format!("{n} {}", "é".repeat(LONGEST * 2)));
            troubles.tell("0 the same");
        }
        let told = troubles.told();
        assert_eq!(told.len(), TOLD + 1);
        assert!(told[..TOLD].iter().all(|t| t.chars().count() <= LONGEST + 1));
        assert_eq!(told[TOLD], "and 4 more of the kind");
    }
}
