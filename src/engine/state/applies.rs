//! Limits on applying, and whose turn it is.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use crate::engine::index::{MaybeIndex, small};
use crate::scenario::Scenario;
use crate::topology::{Host, Volume};
use crate::units::MICROS;
use crate::workload::Vm;

/// Requests at most outstanding on one disk (fact 1.16).
const DEPTH_MAX: u64 = 256;

/// Disks of one VM applied at once where nothing is set (fact 1.14).
const DISKS_DEFAULT: u64 = 4;

/// Limits on applying, and who waits for them.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Applies {
    /// `None`: nothing limits any apply but its volume's rate.
    limits: Option<Arc<Limits>>,
    /// In order of their first use.
    queues: Vec<Queue>,
    /// The queue of each replica's host and primary host.
    queue_of: BTreeMap<(u32, u32), u32>,
    /// By VM, while it has a turn or waits for one. Empty where nothing limits applies.
    places: Vec<Option<Turn>>,
    /// Queues that may have both a free turn and somebody waiting.
    grantable: Vec<u32>,
    /// Replicated disks on each host.
    disks_on: Vec<u64>,
    /// The host on which the disks of each VM's replica are counted, if there is one.
    counted_at: Vec<MaybeIndex>,
}

#[derive(Debug)]
struct Limits {
    hosts: Vec<HostLimits>,
    volumes: Vec<VolumeLimits>,
    /// Replicated disks of each VM.
    disks: Vec<u64>,
}

#[derive(Debug)]
struct HostLimits {
    vms: Option<u32>,
    disks: u64,
    depth: Option<u32>,
}

#[derive(Debug)]
struct VolumeLimits {
    request_rate: Option<u64>,
    dedup: Option<u32>,
}

/// VMs of one primary host that apply, or wait to apply, on one replica's host.
#[derive(Clone, Debug)]
struct Queue {
    target: u32,
    source: u32,
    /// How many have a turn.
    busy: u32,
    /// Since when each of the others waits, and which VM it is.
    waiting: BinaryHeap<Reverse<(u64, u32)>>,
}

/// Where a VM has a turn, or waits for one.
#[derive(Clone, Copy, Debug)]
struct Turn {
    queue: u32,
    ready: u64,
    has_turn: bool,
}

impl Applies {
    pub(in crate::engine) fn new(scenario: &Scenario) -> Self {
        let topology = &scenario.topology;
        let host = |host: &Host| HostLimits {
            vms: host.hyper_v.apply_vms.filter(|vms| *vms > 0),
            disks: match host.hyper_v.apply_disks {
                0 => DISKS_DEFAULT,
                disks => u64::from(disks),
            },
            depth: host.hyper_v.apply_depth.filter(|depth| *depth > 0),
        };
        let volume = |volume: &Volume| VolumeLimits {
            request_rate: volume.storage.apply_request_rate.map(|rate| rate.0),
            dedup: volume.storage.dedup_slowdown,
        };
        let limits = Limits {
            hosts: topology.hosts.iter().map(host).collect(),
            volumes: topology.volumes.iter().map(volume).collect(),
            disks: scenario.vms.iter().map(replicated_disks).collect(),
        };
        let any = limits.hosts.iter().any(|host| host.vms.is_some())
            || limits.volumes.iter().any(|volume| volume.request_rate.is_some() || volume.dedup.is_some());
        if !any {
            return Applies::default();
        }
        Applies {
            limits: Some(Arc::new(limits)),
            disks_on: vec![0; topology.hosts.len()],
            counted_at: vec![MaybeIndex::NONE; scenario.vms.len()],
            places: vec![None; scenario.vms.len()],
            ..Applies::default()
        }
    }

    /// The disks of a VM's replica stand on host `target` from now on, or there is none.
    pub(in crate::engine) fn place(&mut self, vm: usize, target: MaybeIndex) {
        let Some(limits) = &self.limits else { return };
        let before = std::mem::replace(&mut self.counted_at[vm], target);
        if let Some(host) = before.index() {
            self.disks_on[host] -= limits.disks[vm];
        }
        if let Some(host) = target.index() {
            self.disks_on[host] += limits.disks[vm];
        }
    }

    /// Whether nothing limits any apply but its volume's rate.
    pub(in crate::engine) fn is_unlimited(&self) -> bool {
        self.limits.is_none()
    }

    /// Micro-bytes that applying `unique` bytes on (host, volume) amounts to, and the most B/s at which that may go.
    pub(in crate::engine) fn terms(
        &self,
        vm: usize,
        (target, volume): (u32, u32),
        unique: u64,
        keeps_points: bool,
    ) -> (u128, Option<u64>) {
        let need = u128::from(unique) * u128::from(MICROS);
        let Some(limits) = &self.limits else { return (need, None) };
        let volume = &limits.volumes[volume as usize];
        let host = &limits.hosts[target as usize];
        let slowdown = volume.dedup.filter(|_| keeps_points).unwrap_or(1).max(1);
        let cap = volume.request_rate.map(|rate| {
            let on_host = self.disks_on[target as usize].max(1);
            let depth =
                host.depth.map_or(DEPTH_MAX, |depth| (u64::from(depth) / on_host).clamp(1, DEPTH_MAX));
            rate.saturating_mul(depth).saturating_mul(limits.disks[vm].min(host.disks).max(1))
        });
        (need * u128::from(slowdown), cap)
    }

    /// Whether the same VMs have turns, and wait for them since the same instants.
    pub(in crate::engine) fn is_same(&self, other: &Applies) -> bool {
        let Applies { limits: _, queues: _, queue_of: _, places, grantable, disks_on, counted_at } = self;
        let place = |it: &Applies, turn: &Option<Turn>| {
            turn.map(|Turn { queue, ready, has_turn }| {
                let queue = &it.queues[queue as usize];
                (queue.target, queue.source, ready, has_turn)
            })
        };
        (disks_on, counted_at) == (&other.disks_on, &other.counted_at)
            && grantable.is_empty()
            && other.grantable.is_empty()
            && places.iter().zip(&other.places).all(|(a, b)| place(self, a) == place(other, b))
    }

    /// Every VM that has a turn or waits for one, as numbers for the digest.
    pub(in crate::engine) fn numbers(&self) -> impl Iterator<Item = u128> {
        self.places.iter().enumerate().filter_map(|(vm, place)| place.map(|place| (vm, place))).flat_map(
            |(vm, Turn { queue, ready, .. })| {
                let queue = &self.queues[queue as usize];
                [vm as u128, queue.target.into(), queue.source.into(), ready.into()]
            },
        )
    }

    /// Whether VMs take turns to apply on a host.
    pub(in crate::engine) fn has_turns(&self, host: u32) -> bool {
        self.limits.as_ref().is_some_and(|limits| limits.hosts[host as usize].vms.is_some())
    }

    /// Whether the next VM of this queue may begin.
    fn is_free(&self, queue: &Queue) -> bool {
        let limit = self.limits.as_ref().and_then(|limits| limits.hosts[queue.target as usize].vms);
        limit.is_none_or(|limit| queue.busy < limit)
    }

    /// The queue from one host to another, made at its first use.
    fn queue(&mut self, target: u32, source: u32) -> u32 {
        let next = small(self.queues.len());
        let queue = *self.queue_of.entry((target, source)).or_insert(next);
        if queue == next {
            self.queues.push(Queue { target, source, busy: 0, waiting: BinaryHeap::new() });
        }
        queue
    }

    /// A VM with its replica on one host and its primary on another waits for a turn from now on.
    pub(in crate::engine) fn wait(&mut self, vm: usize, (target, source): (u32, u32), now: u64) {
        let queue = self.queue(target, source);
        self.places[vm] = Some(Turn { queue, ready: now, has_turn: false });
        self.queues[queue as usize].waiting.push(Reverse((now, small(vm))));
        self.grantable.push(queue);
    }

    /// Whether a turn may be free for a VM that waits for one.
    #[inline]
    pub(in crate::engine) fn may_grant(&self) -> bool {
        !self.grantable.is_empty()
    }

    /// Gives a free turn to a VM that waits for one.
    pub(in crate::engine) fn grant(&mut self) -> Option<usize> {
        while let Some(queue) = self.grantable.last().copied() {
            if self.is_free(&self.queues[queue as usize])
                && let Some(Reverse((ready, vm))) = self.queues[queue as usize].waiting.pop()
            {
                self.queues[queue as usize].busy += 1;
                self.places[vm as usize] = Some(Turn { queue, ready, has_turn: true });
                return Some(vm as usize);
            }
            self.grantable.pop();
        }
        None
    }

    /// A VM gives back its turn, or its place among those who wait.
    pub(in crate::engine) fn leave(&mut self, vm: usize) {
        let Some(place) = self.places.get_mut(vm).and_then(Option::take) else { return };
        let queue = &mut self.queues[place.queue as usize];
        if place.has_turn {
            queue.busy -= 1;
            self.grantable.push(place.queue);
        } else {
            queue.waiting.retain(|Reverse((_, other))| *other != small(vm));
        }
    }
}

fn replicated_disks(vm: &Vm) -> u64 {
    vm.disks.iter().filter(|disk| disk.replicate).count() as u64
}
