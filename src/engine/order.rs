//! Where a VM stands inside the engine.
//!
//! VMs are cut in the order of their ticks, so what the engine keeps of them lies in that order: a **row** is a VM's place there, and
//! who is looked at one after the other lies side by side. It does not change in a run: a VM that follows another policy keeps its row. Who comes first at one
//! instant is a matter of ids all the same: names and copy frequencies change where something lies, and nothing else.

use std::ops::{Index, IndexMut};
use std::sync::Arc;

use super::index::small;
use crate::ids::Id;
use crate::protection::{Phase, Policy};
use crate::scenario::Scenario;
use crate::workload::Vm;

/// The rows of all VMs.
#[derive(Clone, Debug)]
pub struct Order {
    rows: Arc<[u32]>,
    vms: Arc<[u32]>,
}

impl Order {
    /// By interval, phase and id; who is never replicated comes last.
    pub fn new(scenario: &Scenario) -> Order {
        let ticks = |id: Id<Vm>| {
            let vm = &scenario.vms[id];
            let policy = vm.protection.as_ref().map(|protection| &scenario.policies[protection.policy]);
            let grid = policy.map(|policy| (policy.interval.0, phase(policy, &vm.name)));
            (grid.is_none(), grid, small(id.index()))
        };
        let mut sorted: Vec<_> = scenario.vms.ids().map(ticks).collect();
        sorted.sort_unstable();
        Order::of(sorted.into_iter().map(|(.., vm)| vm).collect())
    }

    /// With these VMs row by row, each once.
    pub fn of(vms: Arc<[u32]>) -> Order {
        let mut rows = vec![0; vms.len()];
        for (row, vm) in vms.iter().enumerate() {
            rows[*vm as usize] = small(row);
        }
        Order { rows: rows.into(), vms }
    }

    /// The row of a VM.
    #[inline]
    pub fn row(&self, vm: usize) -> usize {
        self.rows[vm] as usize
    }

    /// The VM of a row.
    #[inline]
    pub fn vm(&self, row: usize) -> usize {
        self.vms[row] as usize
    }

    /// As [`Order::vm`], for those who know ids.
    #[inline]
    pub(super) fn id(&self, row: usize) -> Id<Vm> {
        Id::new(self.vm(row))
    }

    /// As [`Order::vm`], as queues keep it.
    #[inline]
    pub(super) fn name(&self, row: usize) -> u32 {
        self.vms[row]
    }

    /// All rows, VM by VM.
    pub(super) fn by_vm(&self) -> impl Iterator<Item = usize> + use<> {
        let rows = Arc::clone(&self.rows);
        (0..rows.len()).map(move |vm| rows[vm] as usize)
    }
}

/// One of each VM, row by row; asked for by VM.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    order: Order,
    rows: Vec<T>,
}

impl<T> Rows<T> {
    /// What `of` says of each VM.
    pub fn new(order: Order, of: impl FnMut(usize) -> T) -> Self {
        let rows = order.vms.iter().map(|vm| *vm as usize).map(of).collect();
        Rows { order, rows }
    }

    /// Another of each.
    pub fn map<U>(&self, other: impl FnMut(&T) -> U) -> Rows<U> {
        Rows { order: self.order.clone(), rows: self.rows.iter().map(other).collect() }
    }

    /// All with their VMs, in the order of rows.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut T)> {
        self.order.vms.iter().map(|vm| *vm as usize).zip(&mut self.rows)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl<T> Index<usize> for Rows<T> {
    type Output = T;

    #[inline]
    fn index(&self, vm: usize) -> &T {
        &self.rows[self.order.row(vm)]
    }
}

impl<T> IndexMut<usize> for Rows<T> {
    #[inline]
    fn index_mut(&mut self, vm: usize) -> &mut T {
        &mut self.rows[self.order.row(vm)]
    }
}

/// The phase of a VM's ticks under a policy, µs.
pub fn phase(policy: &Policy, vm: &str) -> u64 {
    let interval = policy.interval.0.max(1);
    match policy.phase {
        Phase::Aligned => 0,
        Phase::At(phase) => phase.0 % interval,
        Phase::Stable => {
            let hash = blake3::hash(vm.as_bytes());
            let first = hash.as_bytes().first_chunk::<8>().expect("a hash has 32 bytes");
            u64::from_le_bytes(*first) % interval
        }
    }
}
