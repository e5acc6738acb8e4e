//! The rules of replication, written down a second time, slowly: what happens when.

use drsim::engine::state::Tally;
use drsim::ids::Id;
use drsim::protection::Policy;
use drsim::scenario::Scenario;
use drsim::units::Ratio;

use super::net::Net;
use super::network::Network;
use super::state::{Machine, Seen, Stage};
use super::world;

pub struct Slow<'a> {
    pub scenario: &'a Scenario,
    pub now: u64,
    pub vms: Vec<Machine>,
    pub network: Network,
    /// `None`: applies at once.
    pub volumes: Vec<Option<Net>>,
    pub hosts_up: Vec<bool>,
    pub volumes_up: Vec<bool>,
    pub shares: Vec<Option<Ratio>>,
    pub throttles: Vec<[Option<u64>; 2]>,
    edges: Vec<(u64, usize, usize, Option<u64>)>,
    /// (VM, cut, applied at, raw bytes)
    pub applied: Vec<(usize, u64, u64, u64)>,
    pub seen: Seen,
}

impl<'a> Slow<'a> {
    pub fn new(scenario: &'a Scenario) -> Self {
        let topology = &scenario.topology;
        let machine = |vm: &drsim::workload::Vm| {
            let policy = vm.protection.as_ref().map(|protection| &scenario.policies[protection.policy]);
            Machine {
                switches: Vec::new(),
                protected: policy.is_some(),
                off: false,
                ended: false,
                stage: Stage::Idle,
                logs: Vec::new(),
                route: None,
                next_tick: policy.map_or(u64::MAX, |policy| world::first_tick(policy, &vm.name)),
                overdue: false,
                attempts: 0,
                cut_at: 0,
                cut_written: 0,
                newest: 0,
                unique_carry: 0,
                wire_carry: 0,
                tally: Tally::default(),
            }
        };
        let mut slow = Slow {
            scenario,
            now: 0,
            vms: scenario.vms.iter().map(machine).collect(),
            network: Network::new(topology),
            volumes: topology
                .volumes
                .iter()
                .map(|volume| volume.apply_rate.map(|rate| Net::new(&[rate.0])))
                .collect(),
            hosts_up: vec![true; topology.hosts.len()],
            volumes_up: vec![true; topology.volumes.len()],
            shares: vec![Some(Ratio::ONE); topology.links.len()],
            throttles: vec![[None; 2]; topology.links.len()],
            edges: world::edges(topology),
            applied: Vec::new(),
            seen: Seen::default(),
        };
        for vm in 0..slow.vms.len() {
            slow.vms[vm].route = slow.find_route(vm);
        }
        slow
    }

    /// Everything before `to`, and the completions at it.
    pub fn advance(&mut self, to: u64) {
        loop {
            self.network.settle();
            self.volumes.iter_mut().flatten().for_each(Net::settle);
            let completion = self.next_completion();
            let edge = self.edges.first().map_or(u64::MAX, |edge| edge.0);
            let retry = self.vms.iter().filter_map(|vm| vm.stage.tries_again()).min().unwrap_or(u64::MAX);
            let cut = (0..self.vms.len()).map(|vm| self.next_cut(vm)).min().unwrap_or(u64::MAX);
            let next = completion.min(edge).min(retry).min(cut);
            let stop = next > to || (next == to && completion > to);
            self.pass(if stop { to } else { next });
            if stop {
                return;
            } else if completion == next {
                self.complete();
            } else if edge == next {
                let (_, link, direction, throttle) = self.edges.remove(0);
                self.throttles[link][direction] = throttle;
                self.update_capacity(link, direction);
            } else if retry == next {
                for vm in 0..self.vms.len() {
                    if self.vms[vm].stage.tries_again() == Some(next) {
                        self.try_to_send(vm);
                    }
                }
                self.go_on();
            } else {
                self.cuts();
            }
        }
    }

    fn pass(&mut self, to: u64) {
        self.network.pass(to - self.now);
        self.volumes.iter_mut().flatten().for_each(|net| net.pass(to - self.now));
        self.now = to;
    }

    fn next_completion(&self) -> u64 {
        let volumes = self.volumes.iter().flatten().map(Net::next_end);
        let ends = volumes.chain([self.network.next_end()]).flatten();
        let arrivals = self.vms.iter().filter_map(|vm| vm.stage.arrives());
        ends.map(|gap| self.now.saturating_add(gap)).chain(arrivals).min().unwrap_or(u64::MAX)
    }

    /// An overdue VM is cut at the instant it falls idle.
    fn next_cut(&self, vm: usize) -> u64 {
        if self.overdue_and_idle(vm) { self.now } else { self.vms[vm].next_tick }
    }

    fn overdue_and_idle(&self, vm: usize) -> bool {
        self.vms[vm].overdue && self.vms[vm].stage == Stage::Idle && self.tracks(vm)
    }

    /// All logs whose last byte is sent, arrives or is applied now, by VM.
    fn complete(&mut self) {
        let mut done = self.network.finish();
        self.volumes.iter_mut().flatten().for_each(|net| done.extend(net.finish()));
        done.extend((0..self.vms.len()).filter(|vm| self.vms[*vm].stage == Stage::Travelling(self.now)));
        done.sort_unstable();
        for vm in done {
            match self.vms[vm].stage {
                Stage::Sending => self.sent(vm),
                Stage::Travelling(_) => self.arrived(vm),
                Stage::Applying => self.applied(vm),
                Stage::Idle | Stage::Between | Stage::Waiting(_) | Stage::Parked | Stage::Broken(_) => {
                    unreachable!("only a flow or a journey ends")
                }
            }
        }
        self.go_on();
    }

    fn cuts(&mut self) {
        for vm in 0..self.vms.len() {
            let late = self.overdue_and_idle(vm);
            if self.vms[vm].next_tick == self.now {
                self.vms[vm].next_tick += self.policy(vm).interval.0;
                self.tick(vm);
            }
            if late && self.overdue_and_idle(vm) {
                self.seen.overdue_cuts += 1;
                self.cut(vm, false);
            }
        }
        self.go_on();
    }

    /// VMs that have applied a log start on their next; then free slots go to who waits; and again while anything happens.
    pub fn go_on(&mut self) {
        loop {
            for vm in 0..self.vms.len() {
                if self.vms[vm].stage == Stage::Between {
                    self.begin(vm);
                }
            }
            for host in 0..self.hosts_up.len() {
                self.grant(host);
            }
            if self.vms.iter().all(|vm| vm.stage != Stage::Between) {
                return;
            }
        }
    }

    fn grant(&mut self, host: usize) {
        let here = |slow: &Self, vm: usize| slow.scenario.vms[Id::new(vm)].host.index() == host;
        let slots =
            self.scenario.topology.hosts[Id::new(host)].send_slots.map_or(usize::MAX, |slots| slots as usize);
        loop {
            let mine: Vec<usize> = (0..self.vms.len()).filter(|vm| here(self, *vm)).collect();
            let used = mine.iter().filter(|vm| self.vms[**vm].stage == Stage::Sending).count();
            let first = mine.iter().filter_map(|vm| Some((self.vms[*vm].stage.waits_since()?, *vm)));
            match first.min() {
                Some((since, vm)) if used < slots => {
                    self.seen.slot_waits += u64::from(since < self.now);
                    self.send(vm);
                }
                _none_or_full => return,
            }
        }
    }

    /// Whether its writes are logged.
    pub fn tracks(&self, vm: usize) -> bool {
        let machine = &self.vms[vm];
        machine.protected && !machine.ended && !machine.off && self.running(vm)
    }

    pub fn running(&self, vm: usize) -> bool {
        self.vms[vm].switches.len().is_multiple_of(2)
    }

    pub fn written(&self, vm: usize) -> u64 {
        world::written(self.scenario, vm, &self.vms[vm].switches, self.now)
    }

    pub fn policy(&self, vm: usize) -> &'a Policy {
        let protection = self.scenario.vms[Id::new(vm)].protection.as_ref();
        &self.scenario.policies[protection.expect("a protected VM").policy]
    }
}
