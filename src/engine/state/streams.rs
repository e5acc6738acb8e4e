//! What is applied of logs while they are received, by the rules in `cycle/stream.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::scenario::Scenario;

/// Logs that are applied while they are received, by VM.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Streams {
    /// Whether each volume applies so; empty where none does.
    volumes: Arc<[bool]>,
    pub(in crate::engine) running: BTreeMap<u32, Stream>,
    /// Cut of a log of which part is applied, and the micro-bytes that are not.
    left: BTreeMap<u32, (u64, u128)>,
}

/// A flow that applies a log under way.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Stream {
    pub(in crate::engine) net: usize,
    pub(in crate::engine) class: u32,
    pub(in crate::engine) tag: u128,
    /// Micro-bytes.
    pub(in crate::engine) need: u128,
    /// The cut of its log.
    pub(in crate::engine) cut: u64,
}

impl Streams {
    pub(in crate::engine) fn new(scenario: &Scenario) -> Self {
        let volumes = scenario.topology.volumes.iter();
        let all: Vec<bool> = volumes.map(|volume| volume.storage.streams).collect();
        let volumes = if all.contains(&true) { all.into() } else { Arc::default() };
        Streams { volumes, running: BTreeMap::new(), left: BTreeMap::new() }
    }

    /// Whether no volume applies so.
    pub(in crate::engine) fn are_none(&self) -> bool {
        self.volumes.is_empty()
    }

    /// Whether logs are applied on this volume while they are received.
    pub(in crate::engine) fn on(&self, volume: usize) -> bool {
        self.volumes.get(volume).copied().unwrap_or(false)
    }

    /// Micro-bytes of the VM's log with this cut that are not applied; `None`: nothing of it is.
    pub(in crate::engine) fn left(&self, vm: u32, cut: u64) -> Option<u128> {
        self.left.get(&vm).filter(|(own, _)| *own == cut).map(|(_, left)| *left)
    }

    pub(in crate::engine) fn keep(&mut self, vm: u32, cut: u64, left: u128) {
        self.left.insert(vm, (cut, left));
    }

    /// Nothing of the VM's log counts as applied any more.
    pub(in crate::engine) fn forget(&mut self, vm: u32) {
        self.left.remove(&vm);
    }

    /// What the rest of the run depends on: VM, cut, class, tag, need, and what is left.
    pub(in crate::engine) fn numbers(&self) -> impl Iterator<Item = u128> {
        let running = self.running.iter().flat_map(|(vm, it)| {
            [u128::from(*vm), u128::from(it.cut), u128::from(it.class), it.tag, it.need]
        });
        let left = self.left.iter().flat_map(|(vm, (cut, left))| [u128::from(*vm), u128::from(*cut), *left]);
        running.chain(left)
    }
}
