//! A replication relationship begins, ends, falls out of step and is made good; a policy is changed.

use std::sync::Arc;

use crate::data_plane::Notice;
use crate::engine::index::{MaybeIndex, small};
use crate::engine::kernel::rules;
use crate::engine::observer::Observer;
use crate::engine::order::phase;
use crate::engine::state::history::History;
use crate::engine::state::{Kernel, NO_LIMIT, Stage, Tracking};
use crate::ids::Id;
use crate::protection::{Policy, Protection};
use crate::topology::Host;

impl Kernel {
    /// A relationship from `host` to what `protection` names begins. Both sides are equal now, or a copy must follow.
    pub(in crate::engine) fn relate<O: Observer>(
        &mut self,
        row: usize,
        host: Id<Host>,
        protection: &Protection,
        is_in_step: bool,
        observer: &mut O,
    ) {
        self.part_ways(row);
        self.lives[row].before_failover = self.lives[row].before_failover.filter(|_| is_in_step);
        let now = self.now;
        let runs = self.running(row);
        let replica = &mut self.replicas[row];
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
        self.lives[row].has_point = is_in_step;
        self.book_from_now(row);
        let policy = self.design.policy(protection.policy);
        self.histories[row] = History::new(&policy, now);
        self.follow(row, policy);
        self.found_history(row);
        self.regrid_as(row, observer);
        self.live_on(row, observer);
        self.go_on(observer);
    }

    /// Makes the newest point, if there is one, the first of the VM's history.
    pub(in crate::engine) fn found_history(&mut self, row: usize) {
        let replica = &self.replicas[row];
        if let Some(history) = self.histories[row].as_mut().filter(|_| self.lives[row].has_point) {
            history.add(replica.newest, false, replica.tally.applied, 0);
        }
    }

    /// Puts the VM under a policy from now on.
    fn follow(&mut self, row: usize, policy: Arc<Policy>) {
        self.lives[row].policy = Some(policy);
        self.bind_rules(row);
        self.replicas[row].resync_bytes = self.resync_limit(row);
        self.find_route(row);
    }

    /// Gives the VM the rules that its policy has on its host.
    pub(in crate::engine) fn bind_rules(&mut self, row: usize) {
        let policy = self.lives[row].policy.as_deref();
        let (cap, window) = self.network.stream(self.replicas[row].host as usize);
        let rules = rules(policy, cap, window);
        let known = self.rules.iter().position(|other| *other == rules).unwrap_or_else(|| {
            self.rules.push(rules);
            self.rules.len() - 1
        });
        self.replicas[row].rules = small(known);
    }

    /// Lets the VM tick as its policy says from now on.
    fn regrid_as<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let policy = self.lives[row].policy.as_deref().expect("a relationship has a policy");
        let (phase, interval) =
            (phase(policy, &self.design.vms[self.order.vm(row)].name), policy.interval.0.max(1));
        self.regrid(row, phase, interval);
        observer.regridded(self.order.vm(row), self.now, phase, interval);
    }

    /// Puts the VM under another policy. Points that this does not keep are deleted.
    pub(in crate::engine) fn set_policy<O: Observer>(
        &mut self,
        row: usize,
        policy: &Policy,
        observer: &mut O,
    ) {
        if self.replicas[row].tracking == Tracking::Unprotected {
            return;
        }
        let resumes = self.unroute::<O>(row);
        self.follow(row, Arc::new(policy.clone()));
        let fresh = History::new(policy, self.now);
        match (self.histories[row].as_mut(), fresh) {
            (Some(history), Some(fresh)) => history.follow(fresh),
            (None, fresh @ Some(_)) => {
                self.histories[row] = fresh;
                self.found_history(row);
            }
            (_, None) => self.histories[row] = None,
        }
        self.regrid_as(row, observer);
        self.live_on(row, observer);
        self.route_again(row, resumes, observer);
    }

    /// The relationship is removed: what was not applied counts as untracked.
    pub(in crate::engine) fn unprotect<O: Observer>(&mut self, row: usize, observer: &mut O) {
        self.part_ways(row);
        self.replicas[row].target = MaybeIndex::NONE;
        self.lives[row].policy = None;
        self.lives[row].has_point = false;
        self.histories[row] = None;
        self.live_on(row, observer);
        self.go_on(observer);
    }

    /// The VM becomes what it was at the cut of a point, where its replica stands. All written later is lost.
    pub(in crate::engine) fn fail_over<O: Observer>(&mut self, row: usize, cut: u64, observer: &mut O) {
        if !self.lives[row].has_point {
            self.stop(row, observer);
            return;
        }
        let before = self.before_failing_over(row);
        // The relationship ends first, so that stopping the VM asks for no resynchronisation.
        self.part_ways(row);
        self.stop(row, observer);
        let written = self.written(row);
        let kept = self.histories[row].as_ref().and_then(|history| history.applied_at(cut));
        let replica = &mut self.replicas[row];
        replica.tally.applied = kept.unwrap_or(replica.tally.applied);
        replica.tally.lost = written - replica.tally.applied;
        replica.cut_written = written;
        replica.host = replica.target_host();
        self.read_at_replica(row);
        self.remember(row, before);
        self.live_on(row, observer);
        self.go_on(observer);
    }

    /// Ends the relationship, if there is one: all logs are dropped, what they hold counts as open.
    pub(in crate::engine) fn part_ways(&mut self, row: usize) {
        self.reopen::<()>(row);
        self.drop_received(row);
        self.forget_log(row);
        self.late.retain(|late| *late as usize != row);
        let replica = &mut self.replicas[row];
        replica.overdue = false;
        replica.tracking = Tracking::Unprotected;
        replica.cut_written -= std::mem::take(&mut replica.tally.awaiting_copy);
        replica.resync_bytes = NO_LIMIT;
        let life = &mut self.lives[row];
        life.copy = None;
        (life.suspended, life.placeholder, life.synchronizing, life.app_due) = (false, false, false, false);
        self.tick_or_rest(row);
        self.place_replica(row);
    }

    /// Drops the log or copy that is received and not applied, the only one in the chain: what it holds counts as open.
    pub(in crate::engine) fn drop_received(&mut self, row: usize) {
        self.stop_applying(row);
        self.travelling.retain(|entry| entry.0.1 as usize != row);
        let replica = &mut self.replicas[row];
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
    pub(in crate::engine) fn drop_points(&mut self, row: usize) {
        let is_over = self.replicas[row].tracking == Tracking::Unprotected;
        if is_over {
            self.lives[row].has_point = false;
        }
        self.lives[row].before_failover = None;
        if let Some(history) = &mut self.histories[row] {
            if is_over { history.clear() } else { history.forget() }
        }
    }

    /// Tracking stops and nothing more is sent until a copy (fact 1.24). What is received is still applied.
    pub(in crate::engine) fn stop_tracking<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let tracking = match self.replicas[row].tracking {
            Tracking::On => Tracking::Off,
            Tracking::Quiet | Tracking::Stopped => Tracking::OffStopped,
            Tracking::Unprotected | Tracking::Off | Tracking::OffStopped => return,
        };
        self.spend_stage::<O>(row);
        self.reopen::<O>(row);
        let replica = &mut self.replicas[row];
        replica.tracking = tracking;
        replica.cut_written -= std::mem::take(&mut replica.tally.awaiting_copy);
        let life = &mut self.lives[row];
        (life.placeholder, life.synchronizing, life.app_due) = (false, false, false);
        self.forget_log(row);
        self.find_route(row);
        self.live_on(row, observer);
    }

    /// Stops tracking because somebody asks for a resynchronisation.
    pub(in crate::engine) fn require_resync<O: Observer>(&mut self, row: usize, observer: &mut O) {
        self.stop_tracking(row, observer);
        self.go_on(observer);
    }

    /// All written so far is cut as soon as nothing is under way, and [`Notice::Synchronized`] follows when it is applied.
    pub(in crate::engine) fn synchronize<O: Observer>(&mut self, row: usize, observer: &mut O) {
        if !matches!(self.replicas[row].tracking, Tracking::On | Tracking::Quiet) {
            return;
        }
        self.lives[row].synchronizing = true;
        let replica = &mut self.replicas[row];
        if !replica.overdue {
            replica.overdue = true;
            if replica.stage == Stage::Idle {
                self.late.push(small(row));
            }
        }
        self.live_on(row, observer);
    }

    /// Gives the VM's disks another size, of which the limit of its log is a share.
    pub(in crate::engine) fn resize(&mut self, row: usize, size: u64) {
        self.lives[row].disk_size = size;
        if self.replicas[row].tracking != Tracking::Unprotected {
            self.replicas[row].resync_bytes = self.resync_limit(row);
        }
    }

    /// Tells whoever waits for all that was written to be applied, if it is: nothing is under way any more.
    pub(in crate::engine) fn fall_idle(&mut self, row: usize) {
        if self.lives[row].synchronizing && self.written(row) == self.replicas[row].cut_written {
            self.lives[row].synchronizing = false;
            self.tell(Notice::Synchronized(self.order.id(row)));
        }
    }
}
