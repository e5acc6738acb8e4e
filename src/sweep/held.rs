//! What of every VM has left its source, and when: what an outage at any instant leaves to fail over to.
//!
//! Not what is applied counts but what is sent: a log whose last byte has left is still received and applied.

use crate::engine::observer::{Applied, Observer, Sent};

/// Stands for no point.
const NONE: u64 = u64::MAX;

/// Writes down what leaves, as a run goes on.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    /// By VM: the cut of the newest log that has left.
    newest: Vec<u64>,
    /// By VM: the most bytes that applying one of its logs wrote.
    largest: Vec<u64>,
    /// The same as `newest` when nothing of `changes` had come.
    before: Vec<u64>,
    /// (VM, instant, cut) in order of time.
    changes: Vec<(u32, u64, u64)>,
}

impl Recorder {
    /// For a run that begins with these points, by VM.
    pub(super) fn new(points: impl Iterator<Item = Option<u64>>) -> Recorder {
        let newest: Vec<u64> = points.map(|cut| cut.unwrap_or(NONE)).collect();
        Recorder { largest: vec![0; newest.len()], before: newest.clone(), newest, changes: Vec::new() }
    }

    /// By VM: the most bytes that applying one of its logs wrote so far.
    pub(super) fn largest(&self) -> &[u64] {
        &self.largest
    }

    /// What left since this was last asked for.
    pub(super) fn take(&mut self) -> Held {
        let first = std::mem::replace(&mut self.before, self.newest.clone());
        let mut changes = std::mem::take(&mut self.changes);
        changes.sort_by_key(|(vm, at, _)| (*vm, *at));
        let begin = |vm: usize| changes.partition_point(|(of, ..)| (*of as usize) < vm);
        let begins = (0..=first.len()).map(begin).collect();
        Held { first, begins, changes: changes.into_iter().map(|(_, at, cut)| (at, cut)).collect() }
    }

    fn note(&mut self, vm: usize, at: u64, cut: u64) {
        if self.newest[vm] != cut {
            self.newest[vm] = cut;
            self.changes.push((u32::try_from(vm).expect("fewer than 2^32 VMs"), at, cut));
        }
    }
}

impl Observer for Recorder {
    const CAUSES: bool = false;

    fn applied(&mut self, applied: Applied<'_>) {
        self.note(applied.vm, applied.at, applied.cut);
    }

    fn sent(&mut self, sent: Sent) {
        self.largest[sent.vm] = self.largest[sent.vm].max(sent.unique);
        self.note(sent.vm, sent.at, sent.cut);
    }

    fn stopped(&mut self, _: usize, _: u64) {}

    fn started(&mut self, vm: usize, at: u64, newest: u64) {
        self.note(vm, at, newest);
    }

    fn cycling(&mut self, _: usize, _: u64, _: bool) {}

    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

/// What of every VM had left its source by each instant of a stretch of time.
#[derive(Clone, Debug)]
pub(super) struct Held {
    first: Vec<u64>,
    /// Where in `changes` each VM's begin.
    begins: Vec<usize>,
    /// (instant, cut), VM by VM in order of time.
    changes: Vec<(u64, u64)>,
}

impl Held {
    /// The cut of a VM's newest log that had left by `at`, with what leaves at that very instant; `None`: nothing had.
    pub(super) fn at(&self, vm: usize, at: u64) -> Option<u64> {
        let own = self.of(vm);
        let after = own.partition_point(|(change, _)| *change <= at);
        let cut = after.checked_sub(1).map_or(self.first[vm], |last| own[last].1);
        (cut != NONE).then_some(cut)
    }

    /// When it changes for a VM after `from` and up to `to`.
    pub(super) fn changes(&self, vm: usize, from: u64, to: u64) -> impl Iterator<Item = u64> + '_ {
        let own = self.of(vm);
        let begin = own.partition_point(|(change, _)| *change <= from);
        own[begin..].iter().map(|(change, _)| *change).take_while(move |change| *change <= to)
    }

    fn of(&self, vm: usize) -> &[(u64, u64)] {
        &self.changes[self.begins[vm]..self.begins[vm + 1]]
    }
}
