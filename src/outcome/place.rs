//! Where VMs and their replicas stand, and which policy they follow: at the start as the scenario says, from then on as the facts do.

use crate::facts::{Fact, Seen};
use crate::ids::Id;
use crate::protection::Policy;
use crate::scenario::Scenario;
use crate::topology::{Host, Volume};
use crate::units::Time;
use crate::workload::Vm;

/// What a VM stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The host.
    pub host: Id<Host>,
    /// The volumes of its disks, each once, sorted.
    pub volumes: Vec<Id<Volume>>,
}

/// Where a VM is, and where its replica; and by which policy it is replicated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The VM.
    pub vm: Ground,
    /// Its replica; between a failover and a reversal where it came from, and where a reversal would put the replica.
    pub replica: Option<Ground>,
    /// The policy it follows, or would if it were replicated.
    pub policy: Option<Id<Policy>>,
}

impl Place {
    fn at_start(row: &Vm) -> Place {
        let mut volumes: Vec<Id<Volume>> = row.disks.iter().map(|disk| disk.volume).collect();
        volumes.sort_unstable();
        volumes.dedup();
        let protection = row.protection.as_ref();
        let replica = protection.map(|it| Ground { host: it.replica_host, volumes: vec![it.replica_volume] });
        let policy = protection.map(|it| it.policy);
        Place { vm: Ground { host: row.host, volumes }, replica, policy }
    }

    /// With the roles changed.
    fn turned(self) -> Place {
        match self.replica {
            Some(replica) => Place { vm: replica, replica: Some(self.vm), policy: self.policy },
            None => self,
        }
    }
}

/// The places of all VMs over a run.
#[derive(Clone, Debug)]
pub struct Places<'a> {
    /// The scenario, which says where they stand at the start.
    pub scenario: &'a Scenario,
    /// Of each VM the changes, in order.
    changes: Vec<Vec<(Time, Place)>>,
}

impl<'a> Places<'a> {
    /// As the facts of a run tell them.
    pub fn of(scenario: &'a Scenario, facts: &[Fact]) -> Places<'a> {
        let mut places = Places { scenario, changes: vec![Vec::new(); scenario.vms.len()] };
        facts.iter().for_each(|fact| places.take(fact));
        places
    }

    fn take(&mut self, fact: &Fact) {
        let (vm, place) = if let Seen::Moved { vm, to, .. } = fact.seen {
            let mut place = self.at_end(vm);
            place.vm.host = to;
            (vm, place)
        } else if let Seen::ReplicaMoved { vm, to } = fact.seen {
            let mut place = self.at_end(vm);
            if let Some(replica) = &mut place.replica {
                replica.host = to;
            }
            (vm, place)
        } else if let Seen::ChangedPlaces { vm } = fact.seen {
            (vm, self.at_end(vm).turned())
        } else if let Seen::Follows { vm, policy } = fact.seen {
            (vm, Place { policy: Some(policy), ..self.at_end(vm) })
        } else {
            return;
        };
        self.changes[vm.index()].push((fact.at, place));
    }

    /// At that instant, with what happened in it.
    pub fn at(&self, vm: Id<Vm>, at: Time) -> Place {
        let last = self.changes[vm.index()].iter().rev().find(|(since, _)| *since <= at);
        last.map_or_else(|| Place::at_start(&self.scenario.vms[vm]), |(_, place)| place.clone())
    }

    /// At the end of the run.
    pub fn at_end(&self, vm: Id<Vm>) -> Place {
        self.at(vm, Time(u64::MAX))
    }
}
