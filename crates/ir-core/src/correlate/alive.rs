//! How long something was there to write a log: the measure by which counts of two stretches of time are compared.

use std::collections::BTreeMap;

use crate::wire::Time;

/// Silence longer than this, in seconds, is time in which nothing ran.
pub const SILENCE_S: i64 = 60;

/// Units of time per block of the set.
const BLOCK: i64 = 3600;
const WORDS: usize = (BLOCK as usize).div_ceil(64);
/// More blocks than this, and the set counts in the next coarser unit. With the coarsest the whole calendar fits.
const MAX_BLOCKS: usize = 10_000;
/// Units, in seconds, each a multiple of the one before.
const UNITS: [i64; 3] = [1, 60, 3600];

/// The set of seconds in which any record was written. Its union is commutative and associative, and its size is bounded:
/// where records are spread over years it counts in minutes, then in hours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Alive {
    blocks: BTreeMap<i64, [u64; WORDS]>,
    unit: usize,
}

impl Alive {
    /// Something was written at `time`.
    pub(super) fn insert(&mut self, time: Time) {
        self.insert_unit(second(time).div_euclid(UNITS[self.unit]));
        self.bound();
    }

    /// The seconds of both.
    pub(super) fn merge(&mut self, mut other: Self) {
        while self.unit < other.unit {
            self.coarsen();
        }
        while other.unit < self.unit {
            other.coarsen();
        }
        for (block, words) in other.blocks {
            let mine = self.blocks.entry(block).or_insert([0; WORDS]);
            for (mine, theirs) in mine.iter_mut().zip(words) {
                *mine |= theirs;
            }
        }
        self.bound();
    }

    /// Time alive before `cut`, and from it on, in seconds. From one written second to the next one counts, up to
    /// [`SILENCE_S`]; the last one counts for one unit.
    pub(super) fn split(&self, cut: Time) -> (f64, f64) {
        let unit = UNITS[self.unit];
        let cut = second(cut).div_euclid(unit);
        let (mut before, mut after) = (0, 0);
        let mut add =
            |from: i64, length: i64| if from < cut { before += length } else { after += length };
        let mut last = None;
        for now in self.units() {
            if let Some(then) = last {
                add(then, (now - then).min((SILENCE_S / unit).max(1)));
            }
            last = Some(now);
        }
        if let Some(then) = last {
            add(then, 1);
        }
        ((before * unit) as f64, (after * unit) as f64)
    }

    fn units(&self) -> impl Iterator<Item = i64> {
        self.blocks.iter().flat_map(|(block, words)| {
            (0..BLOCK)
                .filter(|i| words[(i / 64) as usize] >> (i % 64) & 1 == 1)
                .map(|i| *block * BLOCK + i)
        })
    }

    fn insert_unit(&mut self, unit: i64) {
        let bit = unit.rem_euclid(BLOCK);
        self.blocks.entry(unit.div_euclid(BLOCK)).or_insert([0; WORDS])[(bit / 64) as usize] |=
            1 << (bit % 64);
    }

    fn bound(&mut self) {
        while self.blocks.len() > MAX_BLOCKS && self.unit + 1 < UNITS.len() {
            self.coarsen();
        }
    }

    fn coarsen(&mut self) {
        let factor = UNITS[self.unit + 1] / UNITS[self.unit];
        let mut coarser = Self { blocks: BTreeMap::new(), unit: self.unit + 1 };
        for unit in self.units() {
            coarser.insert_unit(unit.div_euclid(factor));
        }
        *self = coarser;
    }
}

fn second(time: Time) -> i64 {
    i64::try_from(time.as_nanos().div_euclid(1_000_000_000))
        .expect("the calendar's seconds fit in 64 bits")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{Alive, SILENCE_S, second};
    use crate::wire::Time;

    fn at(s: i64) -> Time {
        Time::from_millis(s * 1000).unwrap()
    }

    fn of(seconds: &[i64]) -> Alive {
        let mut alive = Alive::default();
        seconds.iter().for_each(|s| alive.insert(at(*s)));
        alive
    }

    #[test]
    fn silence_counts_up_to_a_minute() {
        assert_eq!(of(&[0, 0, 10, 1000]).split(at(500)), (10.0 + 60.0, 1.0));
        assert_eq!(Alive::default().split(at(0)), (0.0, 0.0));
        assert_eq!(second("1969-12-31T23:59:59.5Z".parse().unwrap()), -1);
    }

    #[test]
    fn the_set_is_bounded() {
        let mut alive = Alive::default();
        for hour in 0..100_000 {
            alive.insert(at(hour * 3600));
        }
        assert!(alive.blocks.len() <= super::MAX_BLOCKS);
        assert_eq!(alive.split(at(0)), (0.0, 100_000.0 * 60.0 - 0.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_is_the_naive_sum(seconds in prop::collection::vec(-10_000_i64..10_000, 0..60), cut in -10_000_i64..10_000) {
            let set: BTreeSet<i64> = seconds.iter().copied().collect();
            let list: Vec<i64> = set.into_iter().collect();
            let length = |i: usize| list.get(i + 1).map_or(1, |next| (next - list[i]).min(SILENCE_S));
            let sum = |side: bool| (0..list.len()).filter(|i| (list[*i] < cut) == side).map(length).sum::<i64>() as f64;
            prop_assert_eq!(of(&seconds).split(at(cut)), (sum(true), sum(false)));
        }

        #[test]
        fn union_forgets_order_and_grouping(parts in prop::collection::vec(prop::collection::vec(0_i64..400_000_000, 0..40), 3)) {
            let merged = |order: [usize; 3]| {
                let mut all = of(&parts[order[0]]);
                let mut rest = of(&parts[order[1]]);
                rest.merge(of(&parts[order[2]]));
                all.merge(rest);
                all
            };
            prop_assert_eq!(merged([0, 1, 2]), merged([2, 0, 1]));
            prop_assert_eq!(merged([0, 1, 2]), of(&parts.concat()));
        }
    }
}
