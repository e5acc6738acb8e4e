//! Where VMs and their replicas stand, and which policy they follow: at the start as the scenario says, from then on as the facts do.

use crate::ids::Id;
use crate::protection::Policy;
use crate::topology::{Host, Volume};
use crate::workload::Vm;

/// What a VM stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The host.
    pub host: Id<Host>,
    /// The volume of each of its disks, in their order; or the one that holds them all.
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
    pub(super) fn at_start(row: &Vm) -> Place {
        let volumes = row.disks.iter().map(|disk| disk.volume).collect();
        let protection = row.protection.as_ref();
        let replica = protection.map(|it| Ground { host: it.replica_host, volumes: vec![it.replica_volume] });
        let policy = protection.map(|it| it.policy);
        Place { vm: Ground { host: row.host, volumes }, replica, policy }
    }

    /// With the roles changed.
    pub(super) fn turned(self) -> Place {
        match self.replica {
            Some(replica) => Place { vm: replica, replica: Some(self.vm), policy: self.policy },
            None => self,
        }
    }

    /// Moved to that host.
    pub(super) fn on(mut self, host: Id<Host>) -> Place {
        self.vm.host = host;
        self
    }

    /// Its disks moved to those volumes.
    pub(super) fn with_disks_on(mut self, volumes: &[Id<Volume>]) -> Place {
        volumes.clone_into(&mut self.vm.volumes);
        self
    }

    /// Its replica moved to that host.
    pub(super) fn replicated_on(mut self, host: Id<Host>) -> Place {
        if let Some(replica) = &mut self.replica {
            replica.host = host;
        }
        self
    }

    /// Under that policy.
    pub(super) fn following(self, policy: Id<Policy>) -> Place {
        Place { policy: Some(policy), ..self }
    }
}
