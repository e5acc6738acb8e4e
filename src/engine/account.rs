//! Reading the kernel: what it has done, what is under way, the audit of bytes and the digest.

use super::churn::written_between;
use super::index::{MaybeIndex, small};
use super::net::Served;
use super::network::Owner;
use super::observer::{Cause, Observer};
use super::state::{Kernel, Log, Replica, Stage, Tally, Tracking};
use crate::scenario::Scenario;
use crate::units::MICROS;
use crate::workload::Vm;

/// Where all raw bytes written by a fleet are. Their sum is what was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// On disks that are not replicated, or by VMs that are not protected.
    pub excluded: u128,
    /// In open logs.
    pub open: u128,
    /// Cut, not applied.
    pub cut: u128,
    /// Applied at replicas.
    pub applied: u128,
    /// Written while tracking was off.
    pub untracked: u128,
    /// Lost by failing over, or written by a second copy that was given up.
    pub lost: u128,
}

impl Audit {
    /// All bytes written.
    pub fn written(&self) -> u128 {
        self.excluded + self.open + self.cut + self.applied + self.untracked + self.lost
    }
}

impl Kernel {
    /// The instant reached, µs.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Counters of a VM.
    pub fn tally(&self, vm: usize) -> Tally {
        let row = self.order.row(vm);
        let tally = self.replicas[row].tally;
        Tally { ticks: tally.ticks + self.rested_ticks(row), ..tally }
    }

    /// Whether tracking is off, so that replication waits for a first copy or a resynchronisation.
    pub fn needs_resync(&self, vm: usize) -> bool {
        matches!(self.replicas[self.order.row(vm)].tracking, Tracking::Off | Tracking::OffStopped)
    }

    /// Ticks whose next tick is past `now` and whose log is not yet applied: neither successful nor missed.
    pub fn undecided_ticks(&self, vm: usize) -> u64 {
        let row = self.order.row(vm);
        let interval = self.rules_of(row).interval;
        let is_undecided = |log: &Log| log.at_tick && log.cut + interval > self.now;
        self.chain(&self.replicas[row]).map(|log| u64::from(is_undecided(log))).sum()
    }

    /// Bytes written to replicated disks and not in the newest point.
    pub fn unprotected(&self, vm: usize) -> u64 {
        let row = self.order.row(vm);
        let tally = &self.replicas[row].tally;
        self.written_at(row) - tally.applied - tally.lost
    }

    /// Bytes written to replicated disks since the VM's last cut.
    pub fn uncut(&self, vm: usize) -> u64 {
        let row = self.order.row(vm);
        self.written_at(row) - self.replicas[row].cut_written
    }

    /// Bytes written to replicated disks.
    pub fn written_so_far(&self, vm: usize) -> u64 {
        self.written_at(self.order.row(vm))
    }

    /// As [`Kernel::written_so_far`].
    pub(super) fn written_at(&self, row: usize) -> u64 {
        let replica = &self.replicas[row];
        if !self.switches[row].len().is_multiple_of(2) {
            return replica.stopped_at;
        }
        self.would_be_written(row) - replica.skipped
    }

    /// Bytes that would be written to replicated disks by now if the VM had always run.
    pub(super) fn would_be_written(&self, row: usize) -> u64 {
        let replica = &self.replicas[row];
        let range = replica.sources.start as usize..replica.sources.end as usize;
        let layers = self.sources[range.clone()].iter().zip(&self.kinds[range]);
        layers.map(|(source, kind)| source.clone().written(kind, self.now)).fold(0, u64::saturating_add)
    }

    /// Wire bytes of the VM's logs not yet sent, in micro-bytes.
    pub fn unsent(&mut self, vm: usize) -> u128 {
        let replica = &self.replicas[self.order.row(vm)];
        let mut sum = self.chain(replica).map(|log| log.unsent).sum();
        if replica.stage == Stage::Sending {
            sum -= replica.need;
            let (net, class) = self.classes.at(replica.flow_class());
            sum += self.nets[net].remaining(self.now, class, replica.tag, replica.need);
        }
        sum
    }

    /// Resources of the VM's path now.
    pub fn path(&self, vm: usize) -> &[u32] {
        self.replicas[self.order.row(vm)].class.get().map_or(&[], |class| self.classes.way(class))
    }

    /// What a resource of the network has done, without flows in progress.
    pub fn served(&mut self, resource: u32) -> Served {
        let (net, place) = self.classes.place(resource);
        self.nets[net].served(self.now, place)
    }

    /// How many VMs there are, protected or not.
    pub fn vms(&self) -> usize {
        self.replicas.len()
    }

    /// What a volume has applied (finished applies, micro-bytes) and for how long it was busy. `None` if it applies at once.
    pub fn applied_on(&mut self, volume: usize) -> Option<Served> {
        let net = &mut self.nets[self.classes.net_of_volume(volume)];
        net.limits().then(|| net.served(self.now, 0))
    }

    /// ∫ slots in use dt of a host, slot-µs.
    pub fn slots_busy(&self, host: usize) -> u128 {
        let slots = &self.hosts[host];
        slots.busy + u128::from(slots.used) * u128::from(self.now - slots.since)
    }

    /// What a resource of the network stands for.
    pub fn owner(&self, resource: u32) -> Owner {
        self.network.owner(resource)
    }

    /// The resource of a host's card for sending; the next one is for receiving. `None` if the host has no card that limits.
    pub fn card(&self, host: usize) -> Option<u32> {
        self.network.card(host)
    }

    /// Payload capacity of a link's direction now in B/s, and whether a throttle is what limits it.
    pub fn capacity(&self, link: usize, direction: usize) -> (u64, bool) {
        self.network.capacity(u32::try_from(2 * link + direction).expect("fewer than 2^32 resources"))
    }

    /// How the time since a VM's newest point was spent.
    pub fn causes_now<O: Observer>(&mut self, vm: usize) -> Vec<(Cause, u64)> {
        self.causes::<O>(vm);
        self.ledgers[self.order.row(vm)].current.to_vec()
    }

    /// How the time of a VM was spent, up to now; the running stage is booked first. Empty unless the observer asks for causes.
    pub fn causes<O: Observer>(&mut self, vm: usize) -> Vec<(Cause, u64)> {
        let row = self.order.row(vm);
        if self.replicas[row].stage == Stage::Sending {
            let class = self.replicas[row].class;
            self.nets.iter_mut().for_each(|net| net.run_to(self.now));
            self.spend_sending::<O>(row, class);
            self.snapshot::<O>(row);
        } else {
            self.spend_stage::<O>(row);
        }
        let ledger = &self.ledgers[row];
        let mut total = ledger.total.clone();
        for (cause, time) in &ledger.current {
            super::state::add(&mut total, *cause, *time);
        }
        total.sort_unstable();
        total.into_vec()
    }

    /// Checks that every byte a VM has written is somewhere, against its churn evaluated afresh.
    ///
    /// # Errors
    /// A sentence that names the VM and the difference.
    pub fn audit(&self, scenario: &Scenario) -> Result<Audit, String> {
        let mut sums = Audit::default();
        for (id, vm) in scenario.vms.entries() {
            let (index, row) = (id.index(), self.row(id));
            let replica = &self.replicas[row];
            let (replicated, excluded) = self.written_afresh(row, vm);
            sums.excluded += u128::from(excluded);
            if !self.design.vms[index].is_candidate {
                sums.excluded += u128::from(replicated);
                continue;
            }
            let queued: u64 = self.chain(replica).map(|log| log.raw).sum();
            let (lost_twins, kept_twins) = self.audit_twins(index, vm)?;
            sums.lost += u128::from(lost_twins);
            sums.untracked += u128::from(kept_twins);
            let open = self.uncut(index);
            let tally = &replica.tally;
            let found = open + queued + tally.applied + tally.lost + tally.awaiting_copy;
            if found != replicated || queued != replica.queued {
                return Err(format!(
                    "VM {} wrote {replicated} bytes, of which {found} are accounted for",
                    vm.name
                ));
            }
            match replica.tracking {
                Tracking::Off | Tracking::OffStopped | Tracking::Unprotected => {
                    sums.untracked += u128::from(open);
                }
                Tracking::On | Tracking::Quiet | Tracking::Stopped => sums.open += u128::from(open),
            }
            let copied = self.lives[row].copy.map_or(0, |copy| copy.raw);
            sums.untracked += u128::from(copied) + u128::from(tally.awaiting_copy);
            sums.cut += u128::from(queued - copied);
            sums.applied += u128::from(replica.tally.applied);
            sums.lost += u128::from(replica.tally.lost);
        }
        Ok(sums)
    }

    /// The logs of a VM that are cut and not applied, the oldest first.
    pub(super) fn chain(&self, replica: &Replica) -> impl Iterator<Item = &Log> {
        let log = |index: MaybeIndex| index.index().map(|index| &self.logs[index]);
        std::iter::successors(log(replica.first_log), move |before| log(before.next))
    }

    /// Bytes written to replicated and to excluded disks while the VM ran, evaluated from its churn anew.
    fn written_afresh(&self, row: usize, vm: &Vm) -> (u64, u64) {
        let mut instants = vec![0];
        instants.extend_from_slice(&self.switches[row]);
        if instants.len() % 2 == 1 {
            instants.push(self.now);
        }
        (written_between(vm, &instants, true), written_between(vm, &instants, false))
    }

    /// Feeds all that the rest of the run depends on, and the integer accumulators, into a hash.
    pub fn digest(&mut self, hash: &mut blake3::Hasher) {
        let mut put = |value: u128| {
            hash.update(&value.to_le_bytes());
        };
        put(u128::from(self.now));
        for vm in 0..self.replicas.len() {
            let unsent = self.unsent(vm);
            let row = self.order.row(vm);
            let replica = &self.replicas[row];
            let tally = self.tally(vm);
            let numbers = [
                replica.cut_at,
                replica.cut_written,
                replica.queued,
                replica.newest,
                replica.skipped,
                replica.stopped_at,
                replica.unique_carry,
                replica.wire_carry,
                u64::from(replica.attempts),
                u64::from(replica.overdue),
                replica.stage as u64,
                replica.tracking as u64,
                tally.ticks,
                tally.successes,
                tally.applied_logs,
                tally.applied,
                tally.lost,
                tally.largest_log,
                tally.awaiting_copy,
                tally.copies,
                tally.app_points,
                tally.app_failures,
            ];
            numbers.iter().for_each(|number| put(u128::from(*number)));
            put(unsent);
            let life = &self.lives[row];
            let flags = [life.suspended, life.placeholder, life.has_point, life.synchronizing, life.app_due];
            put(flags.into_iter().fold(0, |sum, flag| sum << 1 | u128::from(flag)));
            put(life.copy.map_or(0, |copy| u128::from(copy.raw) << 1 | 1));
            let number = |row: MaybeIndex| row.get().unwrap_or(u32::MAX);
            let place = [replica.host, number(replica.target), number(replica.volume)];
            put(place.into_iter().fold(0, |sum, index| sum << 32 | u128::from(index)));
            put(u128::from(replica.resync_bytes) << 64 | u128::from(self.rules_of(row).interval));
            if let Some(history) = &self.histories[row] {
                history.digest(&mut put);
            }
        }
        for vm in self.twins.keys() {
            let (lost, kept) = self.twin_bytes(*vm);
            put(u128::from(lost) << 64 | u128::from(kept));
        }
        for (at, vm) in &self.retries {
            put(u128::from(*at) << 32 | u128::from(*vm));
        }
        self.migrations.numbers().for_each(&mut put);
        self.applies.numbers().for_each(&mut put);
        self.streams.numbers().for_each(&mut put);
        for host in &self.hosts {
            put(host.busy);
            host.waiting.iter().for_each(|(at, vm)| put(u128::from(*at) << 32 | u128::from(*vm)));
        }
        for resource in 0..self.network.capacities().len() {
            let served = self.served(small(resource));
            [served.carried, served.offered, u128::from(served.binding), u128::from(served.throttle_binding)]
                .into_iter()
                .for_each(&mut put);
        }
    }
}

/// µB as whole bytes, rounded down.
pub fn whole_bytes(micro_bytes: u128) -> u64 {
    u64::try_from(micro_bytes / u128::from(MICROS)).unwrap_or(u64::MAX)
}
