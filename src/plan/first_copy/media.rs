//! The other ways of a first copy: all VMs at once over the network, or on media; and from how many bytes on media are faster.

use super::copies::{Copies, FAR, on_the_wire, sizes};
use super::order;
use crate::ids::Id;
use crate::protection::Initial;
use crate::scenario::Scenario;
use crate::units::{MICROS, Rate, Span, as_f64};
use crate::workload::Vm;

/// One station writes the media, VM by VM, a courier takes all of them, and one station reads them, VM by VM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Media {
    /// Rate of the export, of bytes in use.
    pub export: Rate,
    /// How long they travel.
    pub courier: Span,
    /// Rate of the import.
    pub import: Rate,
}

/// What a disk on a shelf does (a parameter), and a day's travel.
const STATION: Rate = Rate(100_000_000);
const COURIER: Span = Span::seconds(86_400);

impl Media {
    /// As the first VM says that is copied so, where it says anything; else 100 MB/s, a day, 100 MB/s.
    pub fn of(scenario: &Scenario) -> Media {
        let offline = |vm: &Vm| match vm.protection.as_ref()?.relationship.initial {
            Initial::Offline { export, courier, import } => Some((export, courier, import)),
            Initial::Done | Initial::Network { .. } | Initial::Existing { .. } => None,
        };
        let (export, courier, import) =
            scenario.vms.iter().find_map(offline).unwrap_or((None, COURIER, None));
        Media { export: export.unwrap_or(STATION), courier, import: import.unwrap_or(STATION) }
    }

    /// From the first byte of the export to the last of the import.
    pub fn takes(&self, used: u64) -> Span {
        let (export, import) = (time_for(used, self.export), time_for(used, self.import));
        Span(export.saturating_add(self.courier.0).saturating_add(import))
    }

    /// From how many bytes in use on media are faster than a wire on which copies get on at `speed`, bytes in use per second;
    /// `None`: they never are.
    pub fn break_even(&self, speed: f64) -> Option<f64> {
        let per_byte = 1.0 / speed - 1.0 / as_f64(self.export.0) - 1.0 / as_f64(self.import.0);
        (per_byte > 0.0).then(|| self.courier.as_seconds() / per_byte)
    }
}

/// Rounded up to a microsecond.
fn time_for(bytes: u64, rate: Rate) -> u64 {
    let micros = (u128::from(bytes) * u128::from(MICROS)).div_ceil(u128::from(rate.0.max(1)));
    u64::try_from(micros).unwrap_or(u64::MAX)
}

/// A way to copy the whole fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// From its begin until every VM is protected; `None`: never.
    pub takes: Option<Span>,
    /// VMs that needed a resynchronisation.
    pub resyncs: u64,
    /// VMs that were never protected.
    pub unprotected: u64,
}

fn way(copies: &Copies, vms: &[Id<Vm>], from: u64) -> Way {
    let of = |vm: &Id<Vm>| copies.copies()[vm.index()];
    let last = vms.iter().map(|vm| of(vm).protected).collect::<Option<Vec<u64>>>();
    Way {
        takes: last.map(|all| Span(all.into_iter().max().unwrap_or(from) - from)),
        resyncs: vms.iter().filter(|vm| of(vm).resync.is_some()).count() as u64,
        unprotected: vms.iter().filter(|vm| of(vm).protected.is_none()).count() as u64,
    }
}

/// All copies begin over the network at `from`.
pub fn all_at_once(scenario: &Scenario, from: u64) -> Way {
    let mut copies = Copies::new(scenario);
    let vms = order(scenario);
    copies.run(from);
    copies.begin(&vms);
    copies.run_to_the_end(&on_the_wire(scenario, &vms));
    way(&copies, &vms, from)
}

/// All are exported from `from` on, in order, and imported in the same.
pub fn on_media(scenario: &Scenario, media: &Media, from: u64) -> Way {
    let mut copies = Copies::new(scenario);
    let vms = order(scenario);
    let used: Vec<u64> = vms.iter().map(|vm| sizes(scenario, *vm).0).collect();
    copies.run(from);
    copies.export(&vms);
    let arrived =
        from.saturating_add(time_for(used.iter().sum(), media.export)).saturating_add(media.courier.0);
    let mut so_far = 0u64;
    for (vm, used) in vms.iter().zip(used) {
        so_far += used;
        let imported = arrived.saturating_add(time_for(so_far, media.import));
        if imported >= FAR {
            break;
        }
        copies.run(imported);
        copies.import(*vm);
    }
    copies.run_to_the_end(&on_the_wire(scenario, &vms));
    way(&copies, &vms, from)
}
