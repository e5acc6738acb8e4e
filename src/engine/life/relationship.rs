//! A replication relationship begins, ends, falls out of step and is made good; a policy is changed.

use std::sync::Arc;

use crate::data_plane::Notice;
use crate::engine::index::{MaybeIndex, small};
use crate::engine::kernel::{phase, rules};
use crate::engine::observer::Observer;
use crate::engine::state::history::History;
use crate::engine::state::{Kernel, NO_LIMIT, Stage, Tracking};
use crate::ids::Id;
use crate::protection::{Policy, Protection};
use crate::topology::Host;

impl Kernel {
    /// A relationship from `host` to what `protection` names begins. Both sides are equal now, or a copy must follow.
    pub(in crate::engine) fn relate<O: Observer>(
        &mut self,
        vm: usize,
        host: Id<Host>,
        protection: &Protection,
        is_in_step: bool,
        observer: &mut O,
    ) {
        self.part_ways(vm);
        self.lives[vm].before_failover = self.lives[vm].before_failover.filter(|_| is_in_step);
        let now = self.now;
        let runs = self.running(vm);
        let replica = &mut self.replicas[vm];
        replica.host = small(host.index());
        replica.target = small(protection.replica_host.index()).into();
        replica.volume = small(protection.replica_volume.index()).into();
        replica.attempts = 0;
        replica.tracking = match (is_in_step, runs) {
            (true, true) => Tracking::On,
            (true, false) => Tracking::Quiet,
            (false, true) => Tracking::Off,
            (false, false) => Tracking::OffStopped,
        };
        replica.cut_at = now;
        if is_in_step {
            replica.newest = now;
        }
        self.lives[vm].has_point = is_in_step;
        self.ledgers[vm].since = now;
        let policy = self.design.policy(protection.policy);
        self.histories[vm] = History::new(&policy, now);
        self.follow(vm, policy);
        self.found_history(vm);
        self.regrid_as(vm, observer);
        self.live_on(vm, observer);
        self.go_on(observer);
    }

    /// Makes the newest point, if there is one, the first of the VM's history.
    pub(in crate::engine) fn found_history(&mut self, vm: usize) {
        let replica = &self.replicas[vm];
        if let Some(history) = self.histories[vm].as_mut().filter(|_| self.lives[vm].has_point) {
            history.add(replica.newest, false, replica.tally.applied, 0);
        }
    }

    /// Puts the VM under a policy from now on.
    fn follow(&mut self, vm: usize, policy: Arc<Policy>) {
        self.lives[vm].policy = Some(policy);
        self.bind_rules(vm);
        self.replicas[vm].resync_bytes = self.resync_limit(vm);
        self.find_route(vm);
    }

    /// Gives the VM the rules that its policy has on its host.
    pub(in crate::engine) fn bind_rules(&mut self, vm: usize) {
        let policy = self.lives[vm].policy.as_deref();
        let (cap, window) = self.network.stream(self.replicas[vm].host as usize);
        let rules = rules(policy, cap, window);
        let known = self.rules.iter().position(|other| *other == rules).unwrap_or_else(|| {
            self.rules.push(rules);
            self.rules.len() - 1
        });
        self.replicas[vm].rules = small(known);
    }

    /// Lets the VM tick as its policy says from now on.
    fn regrid_as<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let policy = self.lives[vm].policy.as_deref().expect("a relationship has a policy");
        let (phase, interval) = (phase(policy, &self.design.vms[vm].name), policy.interval.0.max(1));
        self.regrid(vm, phase, interval);
        observer.regridded(vm, self.now, phase, interval);
    }

    /// Puts the VM under another policy. Points that this does not keep are deleted.
    pub(in crate::engine) fn set_policy<O: Observer>(
        &mut self,
        vm: usize,
        policy: &Policy,
        observer: &mut O,
    ) {
        if self.replicas[vm].tracking == Tracking::Unprotected {
            return;
        }
        let resumes = self.unroute::<O>(vm);
        self.follow(vm, Arc::new(policy.clone()));
        let fresh = History::new(policy, self.now);
        match (self.histories[vm].as_mut(), fresh) {
            (Some(history), Some(fresh)) => history.follow(*fresh),
            (None, fresh @ Some(_)) => {
                self.histories[vm] = fresh;
                self.found_history(vm);
            }
            (_, None) => self.histories[vm] = None,
        }
        self.regrid_as(vm, observer);
        self.live_on(vm, observer);
        self.route_again(vm, resumes, observer);
    }

    /// The relationship is removed: what was not applied counts as untracked.
    pub(in crate::engine) fn unprotect<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        self.part_ways(vm);
        self.replicas[vm].target = MaybeIndex::NONE;
        self.lives[vm].policy = None;
        self.lives[vm].has_point = false;
        self.histories[vm] = None;
        self.live_on(vm, observer);
        self.go_on(observer);
    }

    /// The VM becomes what it was at the cut of a point, where its replica stands. All written later is lost.
    pub(in crate::engine) fn fail_over<O: Observer>(&mut self, vm: usize, cut: u64, observer: &mut O) {
        if !self.lives[vm].has_point {
            self.stop(vm, observer);
            return;
        }
        let before = self.before_failing_over(vm);
        // The relationship ends first, so that stopping the VM asks for no resynchronisation.
        self.part_ways(vm);
        self.stop(vm, observer);
        let written = self.written(vm);
        let kept = self.histories[vm].as_ref().and_then(|history| history.applied_at(cut));
        let replica = &mut self.replicas[vm];
        replica.tally.applied = kept.unwrap_or(replica.tally.applied);
        replica.tally.lost = written - replica.tally.applied;
        replica.cut_written = written;
        replica.host = replica.target_host();
        self.read_at_replica(vm);
        self.remember(vm, before);
        self.live_on(vm, observer);
        self.go_on(observer);
    }

    /// Ends the relationship, if there is one: all logs are dropped, what they hold counts as open.
    pub(in crate::engine) fn part_ways(&mut self, vm: usize) {
        self.reopen::<()>(vm);
        self.drop_received(vm);
        self.forget_log(vm);
        self.late.retain(|late| *late as usize != vm);
        let replica = &mut self.replicas[vm];
        replica.overdue = false;
        replica.tracking = Tracking::Unprotected;
        replica.cut_written -= std::mem::take(&mut replica.tally.awaiting_copy);
        replica.resync_bytes = NO_LIMIT;
        let life = &mut self.lives[vm];
        life.copy = None;
        (life.suspended, life.placeholder, life.synchronizing, life.app_due) = (false, false, false, false);
        self.tick_or_rest(vm);
        self.place_replica(vm);
    }

    /// Drops the log or copy that is received and not applied, the only one in the chain: what it holds counts as open.
    pub(in crate::engine) fn drop_received(&mut self, vm: usize) {
        self.stop_applying(vm);
        self.travelling.retain(|entry| entry.0.1 as usize != vm);
        let replica = &mut self.replicas[vm];
        if let Some(oldest) = std::mem::take(&mut replica.first_log).get() {
            let log = &self.logs[oldest as usize];
            replica.cut_at = log.previous;
            replica.cut_written -= log.raw;
            replica.queued -= log.raw;
            replica.depth -= 1;
            self.free_logs.push(oldest);
        }
        (replica.last_log, replica.stage) = (MaybeIndex::NONE, Stage::Idle);
    }

    /// Deletes the points beside the newest, or all of them where the relationship is over.
    pub(in crate::engine) fn drop_points(&mut self, vm: usize) {
        let is_over = self.replicas[vm].tracking == Tracking::Unprotected;
        if is_over {
            self.lives[vm].has_point = false;
        }
        self.lives[vm].before_failover = None;
        if let Some(history) = &mut self.histories[vm] {
            if is_over { history.clear() } else { history.forget() }
        }
    }

    /// Lets logs flow to a placeholder from now on, while a copy travels on media.
    pub(in crate::engine) fn start_placeholder<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let tracking = match self.replicas[vm].tracking {
            Tracking::Off => Tracking::On,
            Tracking::OffStopped => Tracking::Quiet,
            Tracking::Unprotected | Tracking::On | Tracking::Quiet | Tracking::Stopped => return,
        };
        // The placeholder is another replica: what was under way to the one before is of no use.
        self.lives[vm].copy = None;
        self.drop_received(vm);
        let written = self.written(vm);
        let now = self.now;
        let replica = &mut self.replicas[vm];
        replica.tracking = tracking;
        replica.tally.awaiting_copy += written - replica.cut_written;
        (replica.cut_at, replica.cut_written) = (now, written);
        replica.newest = now;
        (self.lives[vm].placeholder, self.lives[vm].has_point) = (true, false);
        if let Some(history) = &mut self.histories[vm] {
            history.clear();
        }
        self.ledgers[vm].since = now;
        self.live_on(vm, observer);
    }

    /// The copy on media has arrived: with it, what the placeholder has received is a point.
    pub(in crate::engine) fn copy_arrived<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let life = &mut self.lives[vm];
        if !std::mem::take(&mut life.placeholder) {
            return;
        }
        life.has_point = true;
        self.replicas[vm].tally.copies += 1;
        let carried = std::mem::take(&mut self.replicas[vm].tally.awaiting_copy);
        self.count_applied(vm, carried);
        self.found_history(vm);
        self.live_on(vm, observer);
    }

    /// Tracking stops and nothing more is sent until a copy (fact 1.24). What is received is still applied.
    pub(in crate::engine) fn stop_tracking<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let tracking = match self.replicas[vm].tracking {
            Tracking::On => Tracking::Off,
            Tracking::Quiet | Tracking::Stopped => Tracking::OffStopped,
            Tracking::Unprotected | Tracking::Off | Tracking::OffStopped => return,
        };
        self.spend_stage::<O>(vm);
        self.reopen::<O>(vm);
        let replica = &mut self.replicas[vm];
        replica.tracking = tracking;
        replica.cut_written -= std::mem::take(&mut replica.tally.awaiting_copy);
        let life = &mut self.lives[vm];
        (life.placeholder, life.synchronizing, life.app_due) = (false, false, false);
        self.forget_log(vm);
        self.find_route(vm);
        self.live_on(vm, observer);
    }

    /// Stops tracking because somebody asks for a resynchronisation.
    pub(in crate::engine) fn require_resync<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        self.stop_tracking(vm, observer);
        self.go_on(observer);
    }

    /// All written so far is cut as soon as nothing is under way, and [`Notice::Synchronized`] follows when it is applied.
    pub(in crate::engine) fn synchronize<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        if !matches!(self.replicas[vm].tracking, Tracking::On | Tracking::Quiet) {
            return;
        }
        self.lives[vm].synchronizing = true;
        let replica = &mut self.replicas[vm];
        if !replica.overdue {
            replica.overdue = true;
            if replica.stage == Stage::Idle {
                self.late.push(small(vm));
            }
        }
        self.live_on(vm, observer);
    }

    /// Gives the VM's disks another size, of which the limit of its log is a share.
    pub(in crate::engine) fn resize(&mut self, vm: usize, size: u64) {
        self.lives[vm].disk_size = size;
        if self.replicas[vm].tracking != Tracking::Unprotected {
            self.replicas[vm].resync_bytes = self.resync_limit(vm);
        }
    }

    /// Tells whoever waits for all that was written to be applied, if it is: nothing is under way any more.
    pub(in crate::engine) fn fall_idle(&mut self, vm: usize) {
        if self.lives[vm].synchronizing && self.written(vm) == self.replicas[vm].cut_written {
            self.lives[vm].synchronizing = false;
            self.tell(Notice::Synchronized(Id::new(vm)));
        }
    }
}
