//! Live migrations under way, by the rules in `life/migrate.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::index::small;
use crate::scenario::Scenario;

/// Migrations under way, by VM.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Migrations {
    /// Memory of each VM, bytes.
    pub(in crate::engine) memory: Arc<[u64]>,
    pub(in crate::engine) under_way: BTreeMap<u32, Migration>,
}

/// A migration: its hosts, its flow and what comes after it.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Migration {
    pub(in crate::engine) from: usize,
    pub(in crate::engine) to: usize,
    pub(in crate::engine) class: u32,
    pub(in crate::engine) tag: u128,
    /// Micro-bytes.
    pub(in crate::engine) need: u128,
    pub(in crate::engine) carries: Carries,
}

/// What the flow of a migration carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Carries {
    /// Disks, at no more than so many B/s; then comes the memory.
    Disks(u64),
    Memory,
}

impl Carries {
    /// The most that the flow gets, B/s.
    pub(in crate::engine) fn cap(self) -> Option<u64> {
        match self {
            Carries::Disks(most) => Some(most),
            Carries::Memory => None,
        }
    }
}

impl Migrations {
    pub(in crate::engine) fn new(scenario: &Scenario) -> Self {
        let memory = scenario.vms.iter().map(|vm| vm.memory.0).collect();
        Migrations { memory, under_way: BTreeMap::new() }
    }

    /// Micro-bytes that the flow of this index carries.
    pub(in crate::engine) fn need(&self, flow: u32) -> u128 {
        let vm = usize::try_from(flow).expect("32 bits fit") - self.memory.len();
        self.under_way[&small(vm)].need
    }

    /// Of each migration what the rest of the run depends on: VM, destination, class (and so what it carries), tag, need.
    pub(in crate::engine) fn numbers(&self) -> impl Iterator<Item = u128> {
        self.under_way
            .iter()
            .flat_map(|(vm, it)| [u128::from(*vm), it.to as u128, u128::from(it.class), it.tag, it.need])
    }

    /// Class, tag and need of each flow.
    pub(in crate::engine) fn flows(&self) -> impl Iterator<Item = (u32, u128, u128)> {
        self.under_way.values().map(|it| (it.class, it.tag, it.need))
    }
}
