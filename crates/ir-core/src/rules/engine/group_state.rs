//! A rule's groups: what each remembers, and what it said last.

use std::collections::BTreeMap;

use crate::rules::Rule;
use crate::rules::group::{Group, MOST_GROUPS, MOST_LABELS, OTHER, counts_for, parts};
use crate::rules::plan::{REPEAT, Reading};
use crate::rules::window::{
    self, Burst, Evidence, FIRST, Input, Tally, Verdict, Why, Window, later,
};
use crate::wire::{AlertState, Excerpt, Time};

/// All groups of one rule, and what is to be said of the rule as a whole.
#[derive(Debug, Default)]
pub(super) struct RuleState {
    slots: BTreeMap<Group, usize>,
    /// The slot of the group without labels.
    bare: Option<usize>,
    cells: Vec<Option<Cell>>,
    free: Vec<usize>,
    /// It was true or false at least once.
    pub(super) reached: bool,
    /// Why nothing could be said, where it was so.
    pub(super) why: Option<Why>,
    /// Samples without a unit were read in the rule's.
    pub(super) undeclared: bool,
    /// There were too many groups.
    pub(super) crowded: bool,
    /// A window had too many entries.
    pub(super) coarse: bool,
    /// Events that were counted and not alerted again.
    pub(super) repeats: u64,
}

/// A transition, before it is put into words.
pub(super) struct Change {
    pub(super) state: AlertState,
    pub(super) group: Group,
    pub(super) evidence: Evidence,
}

#[derive(Debug)]
struct Cell {
    group: Group,
    memory: Memory,
    /// What it said last and what stood behind that; none: nothing, or that it is over.
    alert: Option<(AlertState, Evidence)>,
    due: Option<Time>,
}

#[derive(Debug)]
enum Memory {
    Tally(Tally),
    Burst(Box<Burst>),
    Window(Box<dyn Window>),
    /// When the event was alerted last.
    Event(Option<Time>),
}

impl Memory {
    fn new(rule: &Rule, at: Time) -> Self {
        match rule.plan.reading {
            Reading::CountIn | Reading::RatioIn => Self::Tally(Tally::new(&rule.plan, at)),
            Reading::BurstIn => Self::Burst(Box::new(Burst::new(&rule.plan))),
            Reading::Event => Self::Event(None),
            _ => Self::Window(window::window(&rule.plan)),
        }
    }
}

impl RuleState {
    /// The slot of a group, made if it is new.
    pub(super) fn slot(&mut self, rule: &Rule, group: Group, at: Time) -> usize {
        let mut group = group;
        if self.slots.len() >= MOST_GROUPS && !group.is_empty() && !self.slots.contains_key(&group)
        {
            self.crowded = true;
            let labels =
                if rule.by.is_empty() { vec!["series".to_owned()] } else { rule.by.clone() };
            group = labels.into_iter().map(|label| (label, OTHER.to_owned())).collect();
        }
        if let Some(slot) = self.slots.get(&group) {
            return *slot;
        }
        let cell =
            Cell { group: group.clone(), memory: Memory::new(rule, at), alert: None, due: None };
        let slot = self.free.pop().unwrap_or_else(|| {
            self.cells.push(None);
            self.cells.len() - 1
        });
        self.cells[slot] = Some(cell);
        if group.is_empty() {
            self.bare = Some(slot);
        }
        self.slots.insert(group, slot);
        slot
    }

    fn cell(&self, slot: usize) -> Option<&Cell> {
        self.cells.get(slot)?.as_ref()
    }

    fn cell_mut(&mut self, slot: usize) -> Option<&mut Cell> {
        self.cells.get_mut(slot)?.as_mut()
    }

    /// The groups for which what happens to `slot` counts: itself, and where it lacks labels all that have them. A burst
    /// is its own group's alone: what lacks the label is as often as it is, in all of them at once.
    pub(super) fn affected(&self, rule: &Rule, slot: usize) -> Vec<usize> {
        match self.cell(slot) {
            _ if rule.plan.reading == Reading::BurstIn => vec![slot],
            Some(cell) if cell.group.len() < rule.by.len() => self
                .slots
                .iter()
                .filter(|(group, _)| counts_for(&cell.group, group))
                .map(|(_, slot)| *slot)
                .collect(),
            _ => vec![slot],
        }
    }

    pub(super) fn due_at(&self, slot: usize) -> Option<Time> {
        self.cell(slot)?.due
    }

    pub(super) fn scheduled(&mut self, slot: usize, due: Option<Time>) {
        if let Some(cell) = self.cell_mut(slot) {
            cell.due = due;
        }
    }

    /// When the group changes with nothing happening.
    pub(super) fn due(&self, slot: usize, after: Time) -> Option<Time> {
        match &self.cell(slot)?.memory {
            Memory::Tally(tally) => tally.due(after),
            Memory::Burst(burst) => burst.due(after),
            Memory::Window(window) => window.due(after),
            Memory::Event(alerted) => {
                alerted.map(|alerted| later(alerted, REPEAT)).filter(|end| *end > after)
            }
        }
    }

    /// Counts bad events and all events of a group; `since`: when their source begins.
    pub(super) fn count(
        &mut self,
        slot: usize,
        at: Time,
        (bad, total): (u64, u64),
        since: Time,
        excerpt: Option<&Excerpt>,
    ) {
        let coarse = match self.cell_mut(slot).map(|cell| &mut cell.memory) {
            Some(Memory::Tally(tally)) => {
                tally.push(at, bad, total, excerpt);
                tally.is_coarse()
            }
            Some(Memory::Burst(burst)) => {
                burst.push(at, bad, since, excerpt);
                burst.is_coarse()
            }
            _ => false,
        };
        self.coarse |= coarse;
    }

    /// Shows a group a value or a switch; whether it contributes.
    pub(super) fn observe(
        &mut self,
        slot: usize,
        at: Time,
        input: &Input,
        excerpt: Option<&Excerpt>,
    ) -> bool {
        let Some(Cell { memory: Memory::Window(window), .. }) = self.cell_mut(slot) else {
            return false;
        };
        let contributes = window.push(at, input, excerpt);
        let coarse = window.is_coarse();
        self.coarse |= coarse;
        contributes
    }

    /// An alert that is firing counts on.
    pub(super) fn contribute(&mut self, slot: usize, count: u64) {
        if let Some(Cell { alert: Some((AlertState::Firing, evidence)), .. }) = self.cell_mut(slot)
        {
            evidence.count = evidence.count.saturating_add(count);
        }
    }

    /// An event: alerted, unless that was done a short while ago.
    pub(super) fn raise(
        &mut self,
        slot: usize,
        at: Time,
        excerpt: Option<&Excerpt>,
    ) -> Option<Change> {
        self.reached = true;
        let Some(Cell { memory: Memory::Event(alerted), group, .. }) = self.cell_mut(slot) else {
            return None;
        };
        if alerted.is_some_and(|alerted| at < later(alerted, REPEAT)) {
            self.repeats += 1;
            return None;
        }
        *alerted = Some(at);
        let evidence = Evidence {
            value: None,
            onset: at,
            count: 1,
            samples: excerpt.into_iter().cloned().collect(),
        };
        Some(Change { state: AlertState::Firing, group: group.clone(), evidence })
    }

    /// A count that has just risen: fires if it is over its limit. That it fell is decided at the end of the instant.
    pub(super) fn rise(&mut self, rule: &Rule, slot: usize, at: Time) -> Option<Change> {
        match self.verdict(rule, slot, at)? {
            Verdict::True => self.enter(rule, slot, &Verdict::True, at),
            _ => None,
        }
    }

    /// What a group says at the end of an instant.
    pub(super) fn decide(&mut self, rule: &Rule, slot: usize, at: Time) -> Option<Change> {
        let verdict = self.verdict(rule, slot, at)?;
        self.enter(rule, slot, &verdict, at)
    }

    /// The verdict on a group; none where there is nothing to judge.
    fn verdict(&mut self, rule: &Rule, slot: usize, at: Time) -> Option<Verdict> {
        let cell = self.cell_mut(slot)?;
        let alerting = cell.alert.is_some();
        let verdict = match &mut cell.memory {
            Memory::Event(_) => return None,
            Memory::Window(window) => window.verdict(at),
            Memory::Burst(burst) => burst.verdict(at, alerting)?,
            Memory::Tally(_) => self.tally(rule, slot, at)?,
        };
        match &verdict {
            Verdict::Unknown(why) => self.saw(why),
            _ => self.reached = true,
        }
        Some(verdict)
    }

    /// Remembers why nothing could be said: of several reasons the one that tells most.
    pub(super) fn saw(&mut self, why: &Why) {
        if self.why.as_ref().is_none_or(|known| known.rank() < why.rank()) {
            self.why = Some(why.clone());
        }
    }

    /// The tallies that count for a group: its own and those with fewer labels. Asked for so often that it takes no
    /// memory.
    fn tallies(&self, slot: usize) -> impl Iterator<Item = usize> + use<> {
        let mut found = [slot; 1 << MOST_LABELS];
        let mut count = 1;
        let mut add = |part: Option<usize>| {
            if let Some(part) = part.filter(|part| *part != slot) {
                found[count] = part;
                count += 1;
            }
        };
        match self.cell(slot).map(|cell| &cell.group) {
            Some(group) if group.len() > 1 => {
                parts(group).for_each(|part| add(self.slots.get(&part).copied()))
            }
            _ => add(self.bare),
        }
        found.into_iter().take(count)
    }

    fn tally(&mut self, rule: &Rule, slot: usize, at: Time) -> Option<Verdict> {
        let plan = &rule.plan;
        let (mut bad, mut total) = (0u64, 0u64);
        for part in self.tallies(slot) {
            if let Some(Cell { memory: Memory::Tally(tally), .. }) = self.cell_mut(part) {
                tally.expire(at);
                bad = bad.saturating_add(tally.bad());
                total = total.saturating_add(tally.total());
            }
        }
        let cell = self.cell(slot)?;
        let Memory::Tally(own) = &cell.memory else { return None };
        if plan.reading == Reading::CountIn && !plan.test.op.rises() {
            // That little happened says something only after a whole window.
            return own.is_full(at).then(|| rule.compare_count(bad).into());
        }
        if own.is_empty() && cell.alert.is_none() {
            // Nothing of its own: what counts for all groups is not this one's doing.
            return None;
        }
        Some(match plan.reading {
            Reading::CountIn => rule.compare_count(bad).into(),
            _ if bad > total => Verdict::Unknown(Why::Excess { bad, total }),
            _ if total < plan.min_events.max(1) => {
                Verdict::Unknown(Why::TooFew { seen: total, needed: plan.min_events.max(1) })
            }
            // Both sides whole numbers: exact where the limit is one.
            _ => plan.test.op.holds(100.0 * bad as f64, plan.test.limit * total as f64).into(),
        })
    }

    /// Enters the state that the verdict calls for.
    fn enter(&mut self, rule: &Rule, slot: usize, verdict: &Verdict, at: Time) -> Option<Change> {
        let before = self.cell(slot)?.alert.as_ref().map(|(state, _)| *state);
        match (before, verdict) {
            (None | Some(AlertState::NoData), Verdict::True) => self.fire(rule, slot, at),
            (Some(AlertState::Firing | AlertState::NoData), Verdict::False) => {
                let value = self.value(rule, slot);
                let cell = self.cell_mut(slot)?;
                let (_, evidence) = cell.alert.take()?;
                Some(Change {
                    state: AlertState::Resolved,
                    group: cell.group.clone(),
                    evidence: Evidence { value, ..evidence },
                })
            }
            (Some(AlertState::Firing), Verdict::Unknown(why)) if why.loses_sight() => {
                let cell = self.cell_mut(slot)?;
                let (state, evidence) = cell.alert.as_mut()?;
                *state = AlertState::NoData;
                Some(Change {
                    state: AlertState::NoData,
                    group: cell.group.clone(),
                    evidence: evidence.clone(),
                })
            }
            _ => None,
        }
    }

    /// Enters the firing state, with what stands behind it now.
    pub(super) fn fire(&mut self, rule: &Rule, slot: usize, at: Time) -> Option<Change> {
        let evidence = self.evidence(rule, slot, at)?;
        let cell = self.cell_mut(slot)?;
        cell.alert = Some((AlertState::Firing, evidence.clone()));
        Some(Change { state: AlertState::Firing, group: cell.group.clone(), evidence })
    }

    fn evidence(&self, rule: &Rule, slot: usize, at: Time) -> Option<Evidence> {
        match &self.cell(slot)?.memory {
            Memory::Window(window) => return window.evidence(),
            Memory::Burst(burst) => return Some(burst.evidence(at)),
            Memory::Tally(_) | Memory::Event(_) => {}
        }
        let value = self.value(rule, slot);
        let (mut onset, mut count, mut first) = (None::<Time>, 0u64, Vec::new());
        for part in self.tallies(slot) {
            if let Some(Cell { memory: Memory::Tally(tally), .. }) = self.cell(part) {
                onset = onset.into_iter().chain(tally.onset()).min();
                count = count.saturating_add(tally.bad());
                first.extend(tally.first());
            }
        }
        first.sort_by_key(|(then, _)| *then);
        let samples = first.into_iter().take(FIRST).map(|(_, excerpt)| excerpt.clone()).collect();
        Some(Evidence { value, onset: onset.unwrap_or(at), count, samples })
    }

    /// The value that a group is compared by, as of its last verdict.
    fn value(&self, rule: &Rule, slot: usize) -> Option<f64> {
        match &self.cell(slot)?.memory {
            Memory::Window(window) => return window.value(),
            Memory::Burst(burst) => return burst.value(),
            Memory::Tally(_) | Memory::Event(_) => {}
        }
        let (mut bad, mut total) = (0u64, 0u64);
        for part in self.tallies(slot) {
            if let Some(Cell { memory: Memory::Tally(tally), .. }) = self.cell(part) {
                bad = bad.saturating_add(tally.bad());
                total = total.saturating_add(tally.total());
            }
        }
        match rule.plan.reading {
            Reading::CountIn => Some(rule.count_value(bad)),
            _ => (total > 0).then(|| 100.0 * bad as f64 / total as f64),
        }
    }

    /// Groups that say nothing and whose hold is open, in their order.
    pub(super) fn open(&self, at: Time) -> Vec<usize> {
        let open = |slot: &usize| match self.cell(*slot) {
            Some(Cell { memory: Memory::Window(window), alert: None, .. }) => {
                window.verdict(at) == Verdict::Open
            }
            _ => false,
        };
        self.slots.values().copied().filter(open).collect()
    }

    /// Drops a group that says nothing and remembers nothing.
    pub(super) fn forget(&mut self, rule: &Rule, slot: usize, at: Time) {
        let Some(cell) = self.cell(slot) else { return };
        let blank = match &cell.memory {
            // A count that fires on little must remember since when it watches.
            Memory::Tally(tally) => {
                tally.is_empty()
                    && (rule.plan.reading == Reading::RatioIn || rule.plan.test.op.rises())
            }
            Memory::Burst(burst) => burst.is_empty(),
            Memory::Window(window) => window.is_blank(),
            Memory::Event(alerted) => alerted.is_none_or(|alerted| later(alerted, REPEAT) <= at),
        };
        if !blank || cell.alert.is_some() {
            return;
        }
        if let Some(cell) = self.cells[slot].take() {
            self.bare = self.bare.filter(|bare| *bare != slot);
            self.slots.remove(&cell.group);
            self.free.push(slot);
        }
    }

    /// How many groups are remembered.
    #[cfg(test)]
    pub(super) fn groups(&self) -> usize {
        self.slots.len()
    }
}
