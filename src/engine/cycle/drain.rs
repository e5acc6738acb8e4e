//! How long a log may take from its source until it is applied, at most.
//!
//! A VM has one log under way at a time, and on its volume there is for every VM at most one log that is applied and one that is applied while
//! it arrives. Shares of a volume are equal but for caps, so that each has at least its part among all of them; who waits for a turn
//! waits at most for one log of every other.

use crate::engine::state::{Kernel, Replica, Tracking};
use crate::ids::Id;
use crate::topology::Host;

impl Kernel {
    /// For each VM: µs from the instant at which the last byte of a log leaves its source until it is applied, at most, as long as what its
    /// replica stands on works. `unique`: the most bytes that a log of each applies. Zero for a VM without a relationship.
    pub fn drained_within(&self, unique: &[u64]) -> Vec<u64> {
        let replicated = |replica: &&Replica| replica.tracking != Tracking::Unprotected;
        let replicas = || self.order.by_vm().map(|row| &self.replicas[row]);
        let mut on_volume = vec![0_u64; self.volumes_up.len()];
        for replica in replicas().filter(replicated) {
            on_volume[replica.target_volume() as usize] += 2;
        }
        let alone: Vec<u64> = replicas()
            .zip(unique)
            .enumerate()
            .map(|(vm, (replica, unique))| {
                if replica.tracking == Tracking::Unprotected {
                    return 0;
                }
                let (target, volume) = (replica.target_host(), replica.target_volume());
                let keeps_points = self.rules[replica.rules as usize].keeps_points;
                let (need, cap) = self.applies.terms(vm, (target, volume), *unique, keeps_points);
                let share = self.nets[self.classes.net_of_volume(volume as usize)]
                    .least_capacity()
                    .map(|rate| rate / on_volume[volume as usize]);
                match [share, cap].into_iter().flatten().min() {
                    // Rounding may give a microsecond to somebody else.
                    Some(rate) => u64::try_from(need.div_ceil(u128::from(rate.max(1))))
                        .unwrap_or(u64::MAX)
                        .saturating_add(1),
                    None => 0,
                }
            })
            .collect();
        let mut on_host = vec![0_u64; self.hosts.len()];
        for (replica, alone) in replicas().zip(&alone).filter(|(replica, _)| replicated(replica)) {
            let sum = &mut on_host[replica.target_host() as usize];
            *sum = sum.saturating_add(*alone);
        }
        let of = |(replica, alone): (&Replica, &u64)| match replicated(&replica) {
            false => 0,
            true if self.applies.has_turns(replica.target_host()) => {
                replica.latency.saturating_add(on_host[replica.target_host() as usize])
            }
            true => replica.latency.saturating_add(*alone),
        };
        replicas().zip(&alone).map(of).collect()
    }

    /// Where the replica of a VM stands, if it has one.
    pub fn replica_host(&self, vm: usize) -> Option<Id<Host>> {
        let replica = &self.replicas[self.order.row(vm)];
        replica.target.index().filter(|_| replica.tracking != Tracking::Unprotected).map(Id::new)
    }
}
