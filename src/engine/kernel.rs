//! Building the kernel from a scenario, and running it forward.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::sync::Arc;

use super::churn::{Cursor, LayerKind};
use super::index::{MaybeIndex, small};
use super::instant::NEVER;
use super::min_tree::MinTree;
use super::net::Net;
use super::network::Network;
use super::network::classes::Classes;
use super::observer::Observer;
use super::order::{Order, phase};
use super::state::applies::Applies;
use super::state::backlog::Backlog;
use super::state::history::History;
use super::state::life::{Design, Grid, Life, Rest, part};
use super::state::migrations::Migrations;
use super::state::ring::Ring;
use super::state::space::Space;
use super::state::streams::Streams;
use super::state::{
    Edge, Edges, Kernel, LOGS_MAX, Ledger, NO_LIMIT, Replica, Rules, Slots, Stage, Tally, Tracking,
};
use crate::data_plane::Notice;
use crate::ids::Id;
use crate::protection::{Initial, Policy, Protection, Technology};
use crate::scenario::Scenario;
use crate::units::{MICROS, Rate, Ratio};
use crate::workload::Vm;

impl Kernel {
    /// Replication at the start of the run: every protected VM has a recovery point cut then.
    pub fn new(scenario: &Scenario) -> Self {
        Kernel::laid_out(scenario, Order::new(scenario))
    }

    /// As [`Kernel::new`], with VMs in other rows, which changes nothing but where in memory they stand.
    pub fn laid_out(scenario: &Scenario, order: Order) -> Self {
        let topology = &scenario.topology;
        let network = Network::new(topology);
        let (classes, mut nets) = Classes::new(&network);
        nets.extend(topology.volumes.iter().map(|volume| match volume.apply_rate {
            Some(rate) => Net::new(&[rate.0]),
            None => Net::new(&[]),
        }));
        let mut parts = Parts::default();
        let by_row = || (0..scenario.vms.len()).map(|row| &scenario.vms[order.id(row)]);
        let replicas: Vec<Replica> = by_row().map(|vm| parts.replica(scenario, vm)).collect();
        let slots = |total| Slots { total, used: 0, waiting: VecDeque::new(), busy: 0, since: 0 };
        let design = Arc::new(Design::new(scenario));
        let lives: Vec<Life> = by_row().map(|vm| life(scenario, &design, vm)).collect();
        let mut kernel = Kernel {
            now: 0,
            depth_max: small(LOGS_MAX / replicas.len().max(1)).max(1),
            ledgers: vec![Ledger::default(); replicas.len()],
            rings: rings(&lives),
            ticked: 0,
            hosts: topology.hosts.iter().map(|host| slots(host.send_slots)).collect(),
            next_ends: MinTree::new(nets.len()),
            edges: edges(scenario),
            replicas,
            sources: parts.sources,
            kinds: parts.kinds.into(),
            rules: parts.rules,
            nets,
            classes,
            network,
            lives,
            twins: BTreeMap::new(),
            histories: by_row().map(|vm| history(scenario, vm)).collect(),
            notices: VecDeque::new(),
            design,
            logs: Vec::new(),
            free_logs: Vec::new(),
            unsettled: Vec::new(),
            travelling: BinaryHeap::new(),
            retries: BTreeSet::new(),
            late: Vec::new(),
            grantable: Vec::new(),
            watched: BTreeSet::new(),
            pending: Vec::new(),
            volumes_up: vec![true; topology.volumes.len()],
            applied_by_volume: vec![0; topology.volumes.len()],
            switches: vec![Vec::new(); scenario.vms.len()],
            ended: Vec::new(),
            due: Vec::new(),
            migrations: Migrations::new(scenario),
            applies: Applies::new(scenario),
            streams: Streams::new(scenario),
            space: Space::new(scenario, &order),
            backlog: Backlog::new(topology.links.len(), scenario.vms.len()),
            order,
        };
        for row in kernel.order.by_vm() {
            kernel.find_route(row);
            kernel.found_history(row);
            let keeps_points = kernel.histories[row].is_some();
            kernel.replicas[row].special = kernel.lives[row].is_special(keeps_points);
            kernel.note_snapshot(row);
        }
        kernel
    }

    /// Whether the VM's log cannot be sent: there is no route, or it backs off after a break.
    pub fn cannot_send(&self, vm: usize) -> bool {
        self.replicas[self.order.row(vm)].stage == Stage::Broken
    }

    /// What the engine keeps of a VM stands there.
    pub(super) fn row(&self, vm: Id<Vm>) -> usize {
        self.order.row(vm.index())
    }

    /// The same, with another limit on the logs that a VM under `queue` may hold cut and not applied.
    #[must_use]
    pub fn with_depth_max(mut self, depth_max: u32) -> Self {
        self.depth_max = depth_max.max(1);
        self
    }

    /// The same at this instant, for somebody who asks for no causes: none are kept. What is the largest backlog so far is what there is now.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        let ledgers = std::mem::take(&mut self.ledgers);
        let mut fork = self.clone();
        self.ledgers = ledgers;
        fork.backlog.restart();
        fork
    }

    /// Runs to `to`: everything before it, and the completions at it. Stops at an earlier instant, again with all completions
    /// there, when a watched VM has nothing more to apply, and while there is a notice that nobody has taken.
    // By this name `.ci/instructions` counts.
    #[inline(never)]
    pub fn advance<O: Observer>(&mut self, mut to: u64, observer: &mut O) -> u64 {
        loop {
            if (!self.watched.is_empty() && self.watch_over()) || !self.notices.is_empty() {
                to = self.now;
            }
            self.settle();
            let completion = self.next_completion();
            let edge = self.edges.sorted.get(self.edges.next).map_or(NEVER, |edge| edge.0);
            let retry = self.retries.first().map_or(NEVER, |retry| retry.0);
            let late = if self.late.is_empty() { NEVER } else { self.now };
            let cut = self.rings.iter().map(Ring::next).min().unwrap_or(NEVER).min(late);
            let at = completion.min(edge).min(retry).min(cut);
            let is_over = at > to || (at == to && completion > to);
            let next = if is_over { to } else { at };
            if next > self.now {
                self.look_at_backlogs::<O>();
            }
            self.now = next;
            if is_over {
                return to;
            }
            if completion == at {
                self.complete(observer);
            } else if edge == at {
                self.turn_edge(observer);
            } else if retry == at {
                self.retry(observer);
            } else {
                self.cut_due(observer);
            }
        }
    }

    /// When the next log is sent, arrives or is applied.
    fn next_completion(&self) -> u64 {
        self.next_ends.min().min(self.travelling.peek().map_or(NEVER, |entry| entry.0.0))
    }

    /// Settles the nets that were touched, and notes when the next flow of each ends.
    pub(super) fn settle(&mut self) {
        while let Some(net) = self.unsettled.pop() {
            let next = self.nets[net as usize].settle();
            self.next_ends.set(net as usize, next);
        }
    }

    /// Marks a net for settling before time goes on.
    pub(super) fn touch(&mut self, net: usize) {
        let net = u32::try_from(net).expect("fewer than 2^32 nets");
        if !self.unsettled.contains(&net) {
            self.unsettled.push(net);
        }
    }

    /// Brings a throttle or a QoS policy to what its calendar says from now on.
    fn turn_edge<O: Observer>(&mut self, observer: &mut O) {
        let (_, edge) = self.edges.sorted[self.edges.next];
        self.edges.next += 1;
        match edge {
            Edge::Throttle(resource, throttle) => {
                self.network.set_throttle(resource, throttle);
                self.set_capacity(resource);
            }
            Edge::Qos(policy, on) => self.set_qos(policy as usize, on, observer),
        }
    }

    /// Puts a QoS policy in force, or out of it: flows whose path changes go on by the new one with what is left.
    pub(super) fn set_qos<O: Observer>(&mut self, policy: usize, on: bool, observer: &mut O) {
        if self.network.set_qos(policy, on) {
            self.reroute(|_| true, observer);
        }
    }

    /// Leaves a notice for whoever runs the kernel.
    pub(super) fn tell(&mut self, notice: Notice) {
        self.notices.push_back(notice);
    }

    /// Brings a link direction's capacity up to date.
    pub(super) fn set_capacity(&mut self, resource: u32) {
        let (capacity, throttled) = self.network.capacity(resource);
        let (net, place) = self.classes.place(resource);
        self.nets[net].set_capacity(self.now, place, capacity, throttled);
        self.touch(net);
    }

    /// Watches no longer over VMs that have nothing more to apply; returns whether there were any.
    fn watch_over(&mut self) -> bool {
        let before = self.watched.len();
        let Kernel { watched, replicas, order, .. } = self;
        watched.retain(|vm| replicas[order.row(*vm as usize)].receiving());
        watched.len() < before
    }
}

/// What replicas share, or what stands apart from them so that a cut touches little memory.
#[derive(Default)]
struct Parts {
    sources: Vec<Cursor>,
    kinds: Vec<LayerKind>,
    rules: Vec<Rules>,
}

impl Parts {
    fn replica(&mut self, scenario: &Scenario, vm: &Vm) -> Replica {
        let first = small(self.sources.len());
        for layer in vm.disks.iter().filter(|disk| disk.replicate).flat_map(|disk| &disk.churn) {
            let (source, kind) = Cursor::new(layer);
            self.sources.push(source);
            self.kinds.push(kind);
        }
        let host = &scenario.topology.hosts[vm.host];
        let policy = related(vm).map(|protection| &scenario.policies[protection.policy]);
        let rules = rules(policy, host.stream_cap.map(|rate| rate.0), host.tcp_window.map(|bytes| bytes.0));
        let known = self.rules.iter().position(|other| *other == rules).unwrap_or_else(|| {
            self.rules.push(rules);
            self.rules.len() - 1
        });
        let share = policy.and_then(|policy| policy.resync_threshold);
        Replica {
            sources: first..small(self.sources.len()),
            rules: small(known),
            resync_bytes: share.map_or(NO_LIMIT, |share| part(vm.disk_size().0, share)),
            ..idle_replica(vm)
        }
    }
}

/// The relationship that is there when the run starts.
fn related(vm: &Vm) -> Option<&Protection> {
    vm.protection.as_ref().filter(|protection| protection.relationship.enabled.is_none())
}

/// Whether the replica is complete when the run starts.
fn has_copy(vm: &Vm) -> bool {
    related(vm).is_some_and(|protection| protection.relationship.initial == Initial::Done)
}

fn life(scenario: &Scenario, design: &Design, vm: &Vm) -> Life {
    let policy = related(vm).map(|protection| design.policy(protection.policy));
    let disks = vm.disks.iter().filter(|disk| disk.replicate);
    let read_rate = disks.filter_map(|disk| scenario.topology.volumes[disk.volume].storage.read_rate).min();
    let has_copy = has_copy(vm);
    let grid = policy.as_deref().map(|policy| {
        let phase = phase(policy, &vm.name);
        let rest = (!has_copy).then_some(Rest { next: phase, counts: false });
        Grid { phase, interval: policy.interval.0, rest }
    });
    Life::new(vm, policy, grid, has_copy, read_rate.map(|rate| rate.0))
}

fn history(scenario: &Scenario, vm: &Vm) -> Option<History> {
    History::new(&scenario.policies[related(vm)?.policy], 0)
}

/// A VM's replication at the start of the run, without its churn and its rules.
fn idle_replica(vm: &Vm) -> Replica {
    let target = related(vm).map(|protection| (protection.replica_host, protection.replica_volume));
    let tracking = match (target, has_copy(vm)) {
        (None, _) => Tracking::Unprotected,
        (Some(_), true) => Tracking::On,
        (Some(_), false) => Tracking::Off,
    };
    Replica {
        sources: 0..0,
        rules: 0,
        resync_bytes: NO_LIMIT,
        host: small(vm.host.index()),
        target: target.map(|(host, _)| small(host.index())).into(),
        volume: target.map(|(_, volume)| small(volume.index())).into(),
        class: MaybeIndex::NONE,
        unlimited: false,
        latency: 0,
        stage: Stage::Idle,
        tracking,
        overdue: false,
        special: false,
        attempts: 0,
        depth: 0,
        first_log: MaybeIndex::NONE,
        last_log: MaybeIndex::NONE,
        apply_class: MaybeIndex::NONE,
        tag: 0,
        need: 0,
        ready: 0,
        cut_at: 0,
        cut_written: 0,
        queued: 0,
        skipped: 0,
        stopped_at: 0,
        newest: 0,
        snapshot_at: NEVER,
        unique_carry: 0,
        wire_carry: 0,
        tally: Tally::default(),
    }
}

pub(super) fn rules(policy: Option<&Policy>, cap: Option<u64>, tcp_window: Option<u64>) -> Rules {
    let millionths = u64::from(Ratio::ONE.0);
    let hyper_v = policy.is_some_and(|policy| policy.technology == Technology::HyperV);
    let wire = policy.map_or((1, 1), |policy| {
        (millionths + u64::from(policy.overhead.0), u64::from(policy.compression.0).max(1))
    });
    let mut rules = Rules {
        interval: policy.map_or(MICROS, |policy| policy.interval.0),
        overrun: policy.map_or(crate::protection::Overrun::CutWhenDone, |policy| policy.on_overrun),
        interrupted: policy.map_or(crate::protection::Interrupted::Keep, |policy| policy.interrupted),
        retry: policy.map_or(crate::protection::Retry::BackOff, |policy| policy.retry),
        weight: policy.map_or(1, |policy| u64::from(policy.weight.max(1))),
        port: policy.map_or(0, |policy| policy.settings.port),
        cap,
        tcp_window,
        coalescing: policy.map_or(Vec::new(), |policy| {
            policy.coalescing.iter().map(|(length, share)| (length.0, u64::from(share.0))).collect()
        }),
        usual: None,
        wire,
        crash_resyncs: hyper_v,
        keeps_points: policy.is_some_and(|policy| policy.settings.recovery_points > 0),
    };
    rules.usual = rules.coalescing_at(rules.interval);
    rules
}

fn rings(lives: &[Life]) -> Vec<Ring> {
    let mut rings: BTreeMap<u64, Vec<(u64, u32)>> = BTreeMap::new();
    for (row, life) in lives.iter().enumerate() {
        if let Some(Grid { phase, interval, rest: None }) = life.grid {
            rings.entry(interval).or_default().push((phase, small(row)));
        }
    }
    let ring = |(interval, mut entries): (u64, Vec<(u64, u32)>)| {
        entries.sort_unstable();
        Ring::new(interval, entries.into_iter().map(|(phase, row)| (phase, row.into())).collect(), 0)
    };
    rings.into_iter().map(ring).collect()
}

fn edges(scenario: &Scenario) -> Edges {
    let mut sorted = Vec::new();
    for (id, link) in scenario.topology.links.entries() {
        for (direction, edges) in link.throttle.iter().enumerate() {
            let resource = u32::try_from(2 * id.index() + direction).expect("fewer than 2^32 resources");
            let edge = |rate: &Option<Rate>| Edge::Throttle(resource, rate.map(|rate| rate.0));
            sorted.extend(edges.iter().map(|(at, rate)| (at.0, edge(rate))));
        }
    }
    let qos = super::network::qos::edges(&scenario.topology).into_iter();
    sorted.extend(qos.map(|(at, policy, on)| (at, Edge::Qos(policy, on))));
    sorted.sort_unstable();
    Edges { sorted: sorted.into(), next: 0 }
}

/// Memory of a kernel's state for each VM, in bytes, with volumes and points: `tests/memory.rs` holds it to what is allocated.
pub const VM_BYTES: usize = 1_800;

/// The same of what does not grow with VMs: some hosts, links and nets.
pub const FIXED_BYTES: usize = 1 << 16;
