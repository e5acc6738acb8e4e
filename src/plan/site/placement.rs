//! Whether what finds no room lacks capacity, or only a host that has it all in one piece.
//!
//! A VM starts on the one host that its replica is on. So VMs may be refused while the hosts of a site have room for all of them together:
//! then more of the same hosts need not help, and another place for the replica, or larger hosts, do.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Admission, Admitted, Estate};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::{Host, Site};
use crate::units::Bytes;
use crate::workload::Vm;

/// Room, or what asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// Virtual processors; [`u64::MAX`]: no limit.
    pub processors: u64,
    /// Startup memory.
    pub memory: Bytes,
}

impl Room {
    fn of(vm: &Vm) -> Room {
        Room { processors: u64::from(vm.cores), memory: vm.memory }
    }

    /// What is left on a host on which so much is used: virtual processors, bytes of memory.
    fn left(host: &Host, (processors, memory): (u64, u64)) -> Room {
        let limit = |most: u32| u64::from(host.cores).saturating_mul(u64::from(most));
        let offered = host.memory.0.saturating_sub(host.memory_reserve.0);
        Room {
            processors: host
                .hyper_v
                .vcpu_per_core
                .map_or(u64::MAX, |most| limit(most).saturating_sub(processors)),
            memory: Bytes(offered.saturating_sub(memory)),
        }
    }

    fn and(self, more: Room) -> Room {
        let memory = Bytes(self.memory.0.saturating_add(more.memory.0));
        Room { processors: self.processors.saturating_add(more.processors), memory }
    }

    fn holds(self, wanted: Room) -> bool {
        self.processors >= wanted.processors && self.memory >= wanted.memory
    }
}

/// VMs find no room at a site whose hosts with replicas have enough left for all of them together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The site.
    pub at: Id<Site>,
    /// What these hosts have left together.
    pub left: Room,
    /// The first VM that is refused.
    pub vm: Id<Vm>,
    /// What it wants.
    pub wants: Room,
    /// The one of these hosts with most memory left on which it would start if its replica were there; `None`: none has room for it in one
    /// piece.
    pub fits_on: Option<Id<Host>>,
}

/// The sites at which VMs lack a place and not capacity, once all have been admitted or refused; `estate` is what is taken then.
pub fn placements(scenario: &Scenario, estate: &Estate, admissions: &[Admission]) -> Vec<Placement> {
    let hosts = &scenario.topology.hosts;
    let mut refused: BTreeMap<Id<Site>, Vec<Id<Vm>>> = BTreeMap::new();
    for it in admissions {
        if let (Admitted::NoRoom(..), Some(host)) = (it.admitted, it.host) {
            refused.entry(hosts[host].site).or_default().push(it.vm);
        }
    }
    let of = |(at, vms): (Id<Site>, Vec<Id<Vm>>)| {
        let holders: BTreeSet<Id<Host>> = estate.replicas.iter().copied().flatten().collect();
        let holders = || holders.iter().copied().filter(|host| hosts[*host].site == at);
        let room = |host: Id<Host>| Room::left(&hosts[host], estate.used[host.index()]);
        let left = holders().map(room).fold(Room::default(), Room::and);
        let wanted = vms.iter().map(|vm| Room::of(&scenario.vms[*vm])).fold(Room::default(), Room::and);
        let (vm, wants) = (vms[0], Room::of(&scenario.vms[vms[0]]));
        let fits =
            |host: &Id<Host>| room(*host).holds(wants) && u64::from(hosts[*host].cores) >= wants.processors;
        let fits_on = holders().filter(fits).max_by_key(|host| (room(*host).memory, Reverse(*host)));
        left.holds(wanted).then_some(Placement { at, left, vm, wants, fits_on })
    };
    refused.into_iter().filter_map(of).collect()
}

/// In a sentence.
pub(in crate::plan) fn sentence(scenario: &Scenario, it: &Placement) -> String {
    let name = &scenario.vms[it.vm].name;
    let mends = match it.fits_on {
        Some(host) => {
            format!("with its replica on {} VM {name} would start", scenario.topology.hosts[host].name)
        }
        None => format!(
            "none has the {} that VM {name} wants in one piece, so that larger hosts mend it, and more of the same size need not",
            said(it.wants)
        ),
    };
    format!(
        "That is for want of a place, not of capacity: the hosts with replicas at {} have {} left together; {mends}.",
        scenario.topology.sites[it.at].name,
        said(it.left)
    )
}

/// A limit that there is not is not told of.
fn said(room: Room) -> String {
    match room {
        Room { processors: 0 | u64::MAX, memory } => format!("{memory} of memory"),
        Room { processors, memory: Bytes(0) } => format!("{processors} virtual processors"),
        Room { processors, memory } => format!("{processors} virtual processors and {memory} of memory"),
    }
}
