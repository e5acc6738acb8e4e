//! Limits on applying, for hosts and volumes that have them: turns by primary host, outstanding requests, deduplication.
//!
//! **Turns** (fact 1.15): at most `apply_vms` VMs of one primary host apply at once on a replica's host; the others wait by (ready, VM), ready
//! since their log arrived. A turn given back goes to whoever waited longest of all who are ready at that instant. Volumes that apply at
//! once ask for none. **Requests** (facts 1.14, 1.16): an apply's rate is at most request rate × depth of a disk × disks at once: the depth is
//! `apply_depth` ÷ replicated disks on that host, rounded down, from 1 to 256; disks at once are at most `apply_disks`, 4 where that is 0.
//! A limit of 0 is none.
//! **Deduplication** (fact 2.16): with additional recovery points the unique bytes count `dedup_slowdown` times.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use crate::engine::observer::Observer;
use crate::engine::state::{Kernel, NONE, Replica, Stage, Tracking};
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
    lanes: Vec<Lane>,
    /// The lane of each replica's host and primary host.
    lane_of: BTreeMap<(u32, u32), u32>,
    /// By VM, while it has a turn or waits for one. Empty where nothing limits applies.
    places: Vec<Option<Place>>,
    /// Lanes that may have both a free turn and somebody waiting.
    grantable: Vec<u32>,
    /// Replicated disks on each host.
    disks_on: Vec<u64>,
    /// Where the disks of each VM's replica are counted, or [`NONE`].
    counted_at: Vec<u32>,
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

/// VMs of one primary host on one replica's host.
#[derive(Clone, Debug)]
struct Lane {
    target: u32,
    source: u32,
    busy: u32,
    /// Since when, and who.
    waiting: BinaryHeap<Reverse<(u64, u32)>>,
}

/// Where a VM has a turn, or waits for one.
#[derive(Clone, Copy, Debug)]
struct Place {
    lane: u32,
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
            counted_at: vec![NONE; scenario.vms.len()],
            places: vec![None; scenario.vms.len()],
            ..Applies::default()
        }
    }

    /// The disks of a VM's replica stand on host `target` from now on; [`NONE`]: there is none.
    pub(in crate::engine) fn place(&mut self, vm: usize, target: u32) {
        let Some(limits) = &self.limits else { return };
        let before = std::mem::replace(&mut self.counted_at[vm], target);
        if let Some(count) = self.disks_on.get_mut(before as usize) {
            *count -= limits.disks[vm];
        }
        if let Some(count) = self.disks_on.get_mut(target as usize) {
            *count += limits.disks[vm];
        }
    }

    /// Micro-bytes that an apply counts, and the most of its rate.
    fn terms(&self, vm: usize, replica: &Replica, unique: u64, keeps_points: bool) -> (u128, Option<u64>) {
        let need = u128::from(unique) * u128::from(MICROS);
        let Some(limits) = &self.limits else { return (need, None) };
        let volume = &limits.volumes[replica.volume as usize];
        let host = &limits.hosts[replica.target as usize];
        let slowdown = volume.dedup.filter(|_| keeps_points).unwrap_or(1).max(1);
        let cap = volume.request_rate.map(|rate| {
            let on_host = self.disks_on[replica.target as usize].max(1);
            let depth =
                host.depth.map_or(DEPTH_MAX, |depth| (u64::from(depth) / on_host).clamp(1, DEPTH_MAX));
            rate.saturating_mul(depth).saturating_mul(limits.disks[vm].min(host.disks).max(1))
        });
        (need * u128::from(slowdown), cap)
    }

    /// Who has a turn or waits for one, in numbers.
    pub(in crate::engine) fn numbers(&self) -> impl Iterator<Item = u128> {
        self.places.iter().enumerate().filter_map(|(vm, place)| place.map(|place| (vm, place))).flat_map(
            |(vm, Place { lane, ready, .. })| {
                let lane = &self.lanes[lane as usize];
                [vm as u128, lane.target.into(), lane.source.into(), ready.into()]
            },
        )
    }

    fn has_turns(&self, host: u32) -> bool {
        self.limits.as_ref().is_some_and(|limits| limits.hosts[host as usize].vms.is_some())
    }

    /// Whether a VM of this lane may begin.
    fn is_free(&self, lane: &Lane) -> bool {
        let limit = self.limits.as_ref().and_then(|limits| limits.hosts[lane.target as usize].vms);
        limit.is_none_or(|limit| lane.busy < limit)
    }

    /// The lane from one host to another, made at its first use.
    fn lane(&mut self, target: u32, source: u32) -> u32 {
        let next = small(self.lanes.len());
        let lane = *self.lane_of.entry((target, source)).or_insert(next);
        if lane == next {
            self.lanes.push(Lane { target, source, busy: 0, waiting: BinaryHeap::new() });
        }
        lane
    }
}

fn replicated_disks(vm: &Vm) -> u64 {
    vm.disks.iter().filter(|disk| disk.replicate).count() as u64
}

impl Kernel {
    /// Starts to apply the oldest log, which has arrived.
    pub(in crate::engine) fn apply<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let replica = &mut self.replicas[vm];
        if !self.network.host_up(replica.target as usize) || !self.volumes_up[replica.volume as usize] {
            replica.stage = Stage::Parked;
            return;
        }
        let volume_limits = self.nets[1 + replica.volume as usize].limits();
        if self.applies.limits.is_none() && !volume_limits {
            self.applied(vm, observer);
            return;
        }
        let unique = self.logs[replica.first_log as usize].unique;
        let keeps_points = self.rules[replica.rules as usize].keeps_points;
        let (need, cap) = self.applies.terms(vm, &self.replicas[vm], unique, keeps_points);
        if cap.is_none() && !volume_limits {
            self.applied(vm, observer);
        } else if self.applies.has_turns(self.replicas[vm].target) {
            self.await_turn(vm);
        } else {
            self.start_applying(vm, need, cap);
        }
    }

    fn start_applying(&mut self, vm: usize, need: u128, cap: Option<u64>) {
        let replica = &mut self.replicas[vm];
        let net = 1 + replica.volume as usize;
        let path: &[u32] = if self.nets[net].limits() { &[0] } else { &[] };
        replica.stage = Stage::Applying;
        replica.need = need;
        if !self.nets[net].is_class(replica.apply_class, path, 1, cap) {
            replica.apply_class = self.nets[net].class(path, 1, cap);
        }
        replica.tag = self.nets[net].start(self.now, replica.apply_class, small(vm), need);
        self.touch(net);
    }

    fn await_turn(&mut self, vm: usize) {
        let replica = &mut self.replicas[vm];
        replica.stage = Stage::Queued;
        let (lane, ready) = (self.applies.lane(replica.target, replica.host), self.now);
        self.applies.places[vm] = Some(Place { lane, ready, has_turn: false });
        self.applies.lanes[lane as usize].waiting.push(Reverse((ready, small(vm))));
        self.applies.grantable.push(lane);
    }

    /// Gives free turns to those who wait.
    pub(in crate::engine) fn grant_turns(&mut self) {
        while let Some(lane) = self.applies.grantable.pop() {
            while self.applies.is_free(&self.applies.lanes[lane as usize])
                && let Some(Reverse((ready, vm))) = self.applies.lanes[lane as usize].waiting.pop()
            {
                self.applies.lanes[lane as usize].busy += 1;
                let vm = vm as usize;
                self.applies.places[vm] = Some(Place { lane, ready, has_turn: true });
                let replica = &self.replicas[vm];
                let unique = self.logs[replica.first_log as usize].unique;
                let keeps_points = self.rules[replica.rules as usize].keeps_points;
                let (need, cap) = self.applies.terms(vm, replica, unique, keeps_points);
                self.start_applying(vm, need, cap);
            }
        }
    }

    /// Gives back the VM's turn, or its place among those who wait.
    pub(in crate::engine) fn leave_turn(&mut self, vm: usize) {
        if self.applies.places.is_empty() {
            return;
        }
        let Some(place) = self.applies.places[vm].take() else { return };
        let lane = &mut self.applies.lanes[place.lane as usize];
        if place.has_turn {
            lane.busy -= 1;
            self.applies.grantable.push(place.lane);
        } else {
            lane.waiting.retain(|Reverse((_, other))| *other != small(vm));
        }
    }

    /// Takes the VM out of applying, or out of those who wait for a turn.
    pub(in crate::engine) fn stop_applying(&mut self, vm: usize) {
        self.leave_turn(vm);
        let replica = &self.replicas[vm];
        if replica.stage == Stage::Applying {
            let net = 1 + replica.volume as usize;
            let (class, tag, need) = (replica.apply_class, replica.tag, replica.need);
            self.nets[net].remove(self.now, class, small(vm), tag, need);
            self.touch(net);
        }
    }

    /// Where a VM's replica stands, while it is one, counts for limits on applying (fact 1.16), and for space.
    pub(in crate::engine) fn place_replica(&mut self, vm: usize) {
        let Replica { host, target, volume, tracking, .. } = self.replicas[vm];
        self.applies.place(vm, if tracking == Tracking::Unprotected { NONE } else { target });
        if let Some(space) = &mut self.space {
            space.place(vm, host, volume);
        }
    }
}

fn small(vm: usize) -> u32 {
    u32::try_from(vm).expect("fewer than 2^32 VMs")
}
