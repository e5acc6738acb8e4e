//! What happens from outside: stops and starts, hosts, volumes and links that fail and return.

use drsim::ids::Id;
use drsim::protection::{Interrupted, Technology};
use drsim::units::Ratio;

use super::slow::Slow;
use super::state::Stage;
use super::world::{self, Route};

impl Slow<'_> {
    pub fn target(&self, vm: usize) -> usize {
        let protection = self.scenario.vms[Id::new(vm)].protection.as_ref();
        protection.expect("a protected VM").replica_host.index()
    }

    pub fn volume(&self, vm: usize) -> usize {
        let protection = self.scenario.vms[Id::new(vm)].protection.as_ref();
        protection.expect("a protected VM").replica_volume.index()
    }

    /// Whether the replica's host and volume both work.
    pub fn receives(&self, vm: usize) -> bool {
        self.hosts_up[self.target(vm)] && self.volumes_up[self.volume(vm)]
    }

    pub fn find_route(&self, vm: usize) -> Option<Route> {
        if !self.vms[vm].protected {
            return None;
        }
        let (from, to) = (self.scenario.vms[Id::new(vm)].host.index(), self.target(vm));
        let cut: Vec<bool> = self.shares.iter().map(Option::is_none).collect();
        let up = self.hosts_up[from] && self.hosts_up[to];
        up.then(|| world::route(&self.scenario.topology, &cut, from, to)).flatten()
    }

    pub fn update_capacity(&mut self, link: usize, direction: usize) {
        let (share, throttle) = (self.shares[link], self.throttles[link][direction]);
        let (capacity, throttled) =
            world::capacity(&self.scenario.topology, link, direction, share, throttle);
        self.network.set_capacity(link, direction, capacity, throttled);
    }

    pub fn set_link(&mut self, link: usize, share: Option<Ratio>) {
        self.shares[link] = share;
        (0..2).for_each(|direction| self.update_capacity(link, direction));
        self.reroute();
    }

    pub fn set_host(&mut self, host: usize, up: bool) {
        self.hosts_up[host] = up;
        self.reroute();
        self.stop_or_start_applies();
    }

    pub fn set_volume(&mut self, volume: usize, up: bool) {
        self.volumes_up[volume] = up;
        self.stop_or_start_applies();
    }

    /// Every VM looks for its route, in order; where it changed, flows go on by it or fail.
    fn reroute(&mut self) {
        for vm in 0..self.vms.len() {
            let route = self.find_route(vm);
            if route == self.vms[vm].route {
                continue;
            }
            self.seen.reroutes += 1;
            let routed = route.is_some();
            self.vms[vm].route = route;
            match self.vms[vm].stage {
                Stage::Sending => self.move_flow(vm, routed),
                Stage::Waiting(_) if !routed => self.fail(vm),
                Stage::Broken(None) if routed => self.try_to_send(vm),
                Stage::Idle | Stage::Between | Stage::Waiting(_) | Stage::Travelling(_) => {}
                Stage::Applying | Stage::Parked | Stage::Broken(_) => {}
            }
        }
        self.go_on();
    }

    fn move_flow(&mut self, vm: usize, routed: bool) {
        let remaining = self.network.remove(vm);
        let resend = self.policy(vm).interrupted == Interrupted::Resend;
        let log = &mut self.vms[vm].logs[0];
        log.unsent = remaining;
        if routed {
            self.seen.moved_flows += 1;
            self.send(vm);
            return;
        }
        if resend {
            self.seen.resent += 1;
            log.unsent = u128::from(log.wire) * 1_000_000;
        }
        self.fail(vm);
    }

    /// An apply that is broken off starts again from its beginning.
    fn stop_or_start_applies(&mut self) {
        for vm in 0..self.vms.len() {
            match self.vms[vm].stage {
                Stage::Applying if !self.receives(vm) => {
                    self.stop_applying(vm);
                    self.seen.parked += 1;
                    self.vms[vm].stage = Stage::Parked;
                }
                Stage::Parked if self.receives(vm) => self.apply(vm),
                Stage::Idle | Stage::Between | Stage::Waiting(_) | Stage::Sending => {}
                Stage::Travelling(_) | Stage::Applying | Stage::Parked | Stage::Broken(_) => {}
            }
        }
        self.go_on();
    }

    fn stop_applying(&mut self, vm: usize) {
        let volume = self.volume(vm);
        self.volumes[volume].as_mut().expect("an apply that takes time").remove(vm);
    }

    /// Logs that have not left for good are dropped: what they hold is open again.
    pub fn reopen(&mut self, vm: usize) {
        if self.vms[vm].stage == Stage::Sending {
            self.network.remove(vm);
        }
        let machine = &mut self.vms[vm];
        let received = matches!(machine.stage, Stage::Travelling(_) | Stage::Applying | Stage::Parked);
        if !received {
            machine.stage = Stage::Idle;
        }
        let dropped = machine.logs.split_off(usize::from(received));
        if let Some(first) = dropped.first() {
            machine.cut_at = first.previous;
        }
        machine.cut_written -= dropped.iter().map(|log| log.raw).sum::<u64>();
        machine.overdue = false;
        self.seen.dropped_logs += dropped.len() as u64;
    }

    pub fn stop(&mut self, vm: usize) {
        if !self.running(vm) {
            return;
        }
        let now = self.now;
        self.vms[vm].switches.push(now);
        if self.vms[vm].protected && !self.vms[vm].ended {
            self.reopen(vm);
        }
        self.go_on();
    }

    /// Under Hyper-V Replica a crash with tracking on forces resynchronisation.
    pub fn start(&mut self, vm: usize) {
        if self.running(vm) {
            return;
        }
        let hyper_v = self.vms[vm].protected && self.policy(vm).technology == Technology::HyperV;
        let now = self.now;
        let machine = &mut self.vms[vm];
        machine.switches.push(now);
        if machine.protected && !machine.ended {
            self.seen.crash_resyncs += u64::from(hyper_v && !machine.off);
            machine.off |= hyper_v;
        }
    }

    /// Failed over: what is not applied is lost, and what it wrote since, when it is done once more.
    pub fn end(&mut self, vm: usize) {
        self.stop(vm);
        if !self.vms[vm].protected {
            return;
        }
        if self.vms[vm].stage == Stage::Applying {
            self.stop_applying(vm);
        }
        let written = self.written(vm);
        let machine = &mut self.vms[vm];
        machine.logs.clear();
        (machine.stage, machine.ended, machine.cut_written) = (Stage::Idle, true, written);
        machine.tally.lost = written - machine.tally.applied;
        self.seen.lost_bytes += machine.tally.lost;
    }
}
