//! Instants at which replication has nothing under way, so that a run at another link rate can go on from there.
//!
//! At such an instant no log exists and every VM was cut at its last tick, so what follows depends on churn and calendars
//! alone, up to the remainders of rounding: less than a byte for each log.

use std::sync::Arc;

use super::observer::Observer;
use super::state::ring::Ring;
use super::state::{Edges, Kernel, Tally};
use crate::ids::Id;
use crate::protection::Overrun;
use crate::topology::Link;
use crate::units::{Rate, Time};

impl Ring {
    /// (row, its last tick), for those that have ticked.
    fn last_ticks(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.entries.iter().enumerate().filter_map(|(place, (phase, row))| {
            let round =
                if place < self.position { Some(self.round) } else { self.round.checked_sub(self.interval) };
            Some((row.index()?, round? + phase))
        })
    }
}

impl Kernel {
    /// Whether nothing is cut and not applied, and every VM was cut at its last tick.
    pub fn is_quiet(&self) -> bool {
        let resting = (0..self.replicas.len()).filter_map(|row| Some((row, self.rested_last(row)?)));
        self.logs.len() == self.free_logs.len()
            && self.late.is_empty()
            && (self.rings.iter().flat_map(Ring::last_ticks).chain(resting))
                .all(|(row, tick)| self.replicas[row].cut_at == tick)
    }

    /// Ticks whose log was not applied by the next, or is not yet, of VMs whose cuts depend on it.
    pub fn ticks_missed(&self) -> u64 {
        let depends = |vm: &usize| self.rules_of(self.order.row(*vm)).overrun != Overrun::Queue;
        let missed = |tally: Tally| tally.ticks - tally.successes;
        (0..self.replicas.len()).filter(depends).map(|vm| missed(self.tally(vm))).sum()
    }

    /// The cut of a VM's newest point.
    pub fn newest(&self, vm: usize) -> u64 {
        self.replicas[self.order.row(vm)].newest
    }

    /// Another period of `period` µs begins now, as the first did at the start of the run: churn, throttles and QoS policies do the same
    /// again. What is on its way goes on.
    pub fn begin_again<O: Observer>(&mut self, period: u64, observer: &mut O) {
        let now = self.now;
        for (source, kind) in self.sources.iter_mut().zip(self.kinds.iter()) {
            source.begin_again(kind, now);
        }
        let later = self.edges.sorted.iter().map(|(at, edge)| (at.saturating_add(period), *edge));
        self.edges = Edges { sorted: later.collect(), next: 0 };
        let topology = self.network.topology.clone();
        for (id, policy) in topology.qos.entries() {
            let begins = |(from, to): &(Time, Time)| *from == Time::START && from < to;
            self.set_qos(
                id.index(),
                policy.in_force.as_ref().is_none_or(|it| it.iter().any(begins)),
                observer,
            );
        }
    }

    /// A link has this nominal rate in each direction from now on.
    pub fn set_link_rate(&mut self, link: Id<Link>, rate: [Rate; 2]) {
        self.network.set_rate(link, rate);
        for direction in 0..2 {
            self.set_capacity(
                u32::try_from(2 * link.index() + direction).expect("fewer than 2^32 resources"),
            );
        }
    }
}

impl super::network::Network {
    fn set_rate(&mut self, link: Id<Link>, rate: [Rate; 2]) {
        Arc::make_mut(&mut self.topology).links[link].rate = rate;
    }
}
