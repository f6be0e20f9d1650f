//! A map from keys to tallies whose size is bounded: beyond the bound the keys become coarser.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use super::tally::Tally;

/// A key that can be made coarser step by step.
pub(super) trait Key: Eq + Hash {
    /// The coarsest level; 0 is the finest.
    const COARSEST: u8;
    /// This key of level `level - 1`, made one of `level`.
    #[must_use]
    fn coarser(self, level: u8) -> Self;
}

/// Tallies by key. The level of the keys is the smallest at which the distinct keys of all that was ever put in are no more
/// than the bound, whatever the order and the grouping in which it came: coarser keys are made of finer ones alone, and a
/// part never has more distinct keys than the whole.
#[derive(Clone, Debug)]
pub(super) struct Table<K> {
    tallies: HashMap<K, Tally>,
    level: u8,
    bound: usize,
}

impl<K: Key> Table<K> {
    pub(super) fn new(bound: usize) -> Self {
        Self { tallies: HashMap::new(), level: 0, bound }
    }

    pub(super) fn level(&self) -> u8 {
        self.level
    }

    /// The tally of a key of level 0, given in borrowed form and, where it is new or coarser keys are in use, in owned form.
    pub(super) fn with<Q>(
        &mut self,
        key: &Q,
        owned: impl FnOnce() -> K,
        act: impl FnOnce(&mut Tally),
    ) where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        if self.level == 0
            && let Some(tally) = self.tallies.get_mut(key)
        {
            act(tally);
            return;
        }
        let key = (1..=self.level).fold(owned(), K::coarser);
        act(self.tallies.entry(key).or_default());
        self.settle_bound();
    }

    pub(super) fn merge(&mut self, mut other: Self) {
        while self.level < other.level {
            self.coarsen();
        }
        while other.level < self.level {
            other.coarsen();
        }
        other
            .tallies
            .into_iter()
            .for_each(|(key, tally)| self.tallies.entry(key).or_default().merge(tally));
        self.settle_bound();
    }

    pub(super) fn each(&mut self, act: impl FnMut(&mut Tally)) {
        self.tallies.values_mut().for_each(act);
    }

    /// In no order: sort what is made of it.
    pub(super) fn into_pairs(self) -> impl Iterator<Item = (K, Tally)> {
        self.tallies.into_iter()
    }

    fn settle_bound(&mut self) {
        while self.tallies.len() > self.bound && self.level < K::COARSEST {
            self.coarsen();
        }
    }

    fn coarsen(&mut self) {
        self.level += 1;
        let finer = std::mem::take(&mut self.tallies);
        finer.into_iter().for_each(|(key, tally)| {
            self.tallies.entry(key.coarser(self.level)).or_default().merge(tally)
        });
    }
}
