//! When VMs are replicated and replicas stand, as the timetable has it; and sums of what stands together.
//!
//! Operations are taken to do what they ask at their instant. Whether they do is the run's to say, where a replica without
//! room is refused.

use std::collections::BTreeMap;

use crate::ids::Id;
use crate::operations::{Operation, Switch};
use crate::units::{Span, Time};
use crate::workload::Vm;

/// Times from an instant up to another, exclusively, in order; `None`: to the end of the run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stays(Vec<(Time, Option<Time>)>);

impl Stays {
    /// All of the run.
    pub fn always() -> Stays {
        Stays(vec![(Time::START, None)])
    }

    /// At no time.
    pub fn never() -> Stays {
        Stays(Vec::new())
    }

    /// Whether they contain `at`.
    pub fn contain(&self, at: Time) -> bool {
        self.0.iter().any(|(from, until)| *from <= at && until.is_none_or(|until| at < until))
    }

    /// What of them is in `other`, or what is not.
    #[must_use]
    pub fn split(&self, other: &Stays) -> (Stays, Stays) {
        let both = || self.0.iter().chain(&other.0);
        let mut edges: Vec<Time> = both().flat_map(|(from, until)| [Some(*from), *until]).flatten().collect();
        edges.sort_unstable();
        edges.dedup();
        let ends = edges.iter().skip(1).map(|end| Some(*end)).chain([None]);
        let own = edges.iter().copied().zip(ends).filter(|(from, _)| self.contain(*from));
        let (inside, outside) = own.partition(|(from, _)| other.contain(*from));
        (Stays(inside), Stays(outside))
    }

    /// While the last of these is true: (instant, whether), in order.
    pub fn of(turns: &[(Time, bool)]) -> Stays {
        let ends = turns.iter().skip(1).map(|(at, _)| Some(*at)).chain([None]);
        let all = turns.iter().zip(ends).filter(|((_, is), _)| *is);
        Stays(all.map(|((at, _), end)| (*at, end)).filter(|(at, end)| Some(*at) != *end).collect())
    }

    /// The parts of them within a run of this length.
    pub fn within(&self, horizon: Span) -> impl Iterator<Item = (Time, Time)> {
        let end = Time::START.plus(horizon);
        let parts =
            self.0.iter().map(move |(from, until)| (*from, until.map_or(end, |until| until.min(end))));
        parts.filter(|(from, until)| from < until)
    }

    /// The instants at which they begin.
    pub fn begins(&self) -> impl Iterator<Item = Time> {
        self.0.iter().map(|(from, _)| *from)
    }
}

/// When operators enable and disable the protection of each VM.
pub struct Timetable(BTreeMap<Id<Vm>, Vec<(Time, Switch)>>);

impl Timetable {
    /// By those of every run; what follows an outage changes nothing that is placed. `operations` are in the order of time.
    pub fn new(operations: &[Operation]) -> Timetable {
        let mut changes: BTreeMap<Id<Vm>, Vec<(Time, Switch)>> = BTreeMap::new();
        for operation in operations.iter().filter(|operation| operation.of.is_none()) {
            let Some((vms, change)) = operation.act.switches() else { continue };
            for vm in vms {
                changes.entry(*vm).or_default().push((operation.at, change));
            }
        }
        Timetable(changes)
    }

    /// When the replica of `vm` takes its place: from enabling on until it is deleted. `enabled` is that of its entry.
    pub fn standing(&self, vm: Id<Vm>, enabled: Option<Time>) -> Stays {
        self.stays(vm, enabled, |change| change == Switch::Off { replica_deleted: true })
    }

    /// When `vm` is replicated.
    pub fn replicated(&self, vm: Id<Vm>, enabled: Option<Time>) -> Stays {
        self.stays(vm, enabled, |change| change != Switch::On)
    }

    fn stays(&self, vm: Id<Vm>, enabled: Option<Time>, ends: fn(Switch) -> bool) -> Stays {
        let mut stays = Vec::new();
        let mut since = enabled.is_none().then_some(Time::START);
        for (at, change) in self.0.get(&vm).into_iter().flatten().copied() {
            match since {
                None if change == Switch::On => since = Some(at),
                Some(from) if ends(change) => {
                    stays.push((from, Some(at)));
                    since = None;
                }
                None | Some(_) => {}
            }
        }
        stays.extend(since.map(|from| (from, None)));
        Stays(stays)
    }
}

/// Amounts that come and go.
#[derive(Clone, Default)]
pub struct Ledger(BTreeMap<Stays, u64>);

impl Ledger {
    /// Adds what is there for those times.
    pub fn add(&mut self, stays: &Stays, amount: u64) {
        match self.0.get_mut(stays) {
            Some(sum) => *sum = sum.saturating_add(amount),
            None => {
                self.0.insert(stays.clone(), amount);
            }
        }
    }

    /// What is there at `at`.
    pub fn at(&self, at: Time) -> u64 {
        let there = self.0.iter().filter(|(stays, _)| stays.contain(at));
        there.fold(0, |sum, (_, amount)| sum.saturating_add(*amount))
    }

    /// Instants at which more is there than before, each once, in order.
    pub fn rises(&self) -> Vec<Time> {
        let mut all: Vec<Time> = self.0.keys().flat_map(Stays::begins).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The most that is there at any instant.
    pub fn peak(&self) -> u64 {
        self.rises().into_iter().map(|at| self.at(at)).max().unwrap_or(0)
    }

    /// The most that is there at any instant of `stays`.
    pub fn most(&self, stays: &Stays) -> u64 {
        let within = self.rises().into_iter().filter(|at| stays.contain(*at));
        within.chain(stays.begins()).map(|at| self.at(at)).max().unwrap_or(0)
    }
}
