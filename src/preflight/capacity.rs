//! A replica must pass admission at its host: startup memory and cores (fact 9.6).

use std::collections::BTreeMap;

use crate::problem::{Problem, codes};
use crate::scenario::{Places, Scenario};
use crate::units::Bytes;

/// One warning for each replica host, with the VM that lacks most.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let mut short: BTreeMap<usize, Vec<(u64, u32, &str)>> = BTreeMap::new();
    for vm in scenario.vms.iter() {
        let Some(protection) = &vm.protection else { continue };
        let host = &scenario.topology.hosts[protection.replica_host];
        let free = host.memory.0.saturating_sub(host.memory_reserve.0);
        let lack = (vm.memory.0.saturating_sub(free), vm.cores.saturating_sub(host.cores));
        if lack != (0, 0) {
            short.entry(protection.replica_host.index()).or_default().push((lack.0, lack.1, &vm.name));
        }
    }
    let host = |index: usize| &scenario.topology.hosts[crate::ids::Id::new(index)].name;
    short.into_iter().filter_map(|(index, vms)| warning(places, host(index), &vms)).collect()
}

fn warning(places: &Places, host: &str, vms: &[(u64, u32, &str)]) -> Option<Problem> {
    let (memory, cores, name) = vms.iter().max()?;
    let lack = match (memory, cores) {
        (0, cores) => format!("{cores} cores"),
        (memory, 0) => format!("{} of memory", Bytes(*memory)),
        (memory, cores) => format!("{} of memory and {cores} cores", Bytes(*memory)),
    };
    let more = if vms.len() > 1 { format!(" ({} vms do not fit there)", vms.len()) } else { String::new() };
    let what = format!("replica host `{host}` is too small for vm `{name}`: {lack} short{more}");
    Some(Problem::new(&codes::HOST_TOO_SMALL, places.of("vm", name), what))
}
