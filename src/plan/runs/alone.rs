//! Whether a link is all that makes logs wait: then a faster one never makes any later than the same logs were.

use crate::protection::Overrun;
use crate::scenario::Scenario;
use crate::topology::{Host, Volume};

/// Whether at a higher rate nothing is ever done later: then whatever holds at a rate holds at every higher one.
pub fn is_ordered(steady: &Scenario) -> bool {
    let used = steady.vms.iter().filter_map(|vm| vm.protection.as_ref());
    let mut policies = used.map(|protection| &steady.policies[protection.policy]);
    is_alone(steady) && policies.all(|policy| policy.on_overrun == Overrun::Queue)
}

/// Whether nothing but the link makes logs wait. A throttle of the link is the link.
pub fn is_alone(steady: &Scenario) -> bool {
    let topology = &steady.topology;
    let is_free = |host: &Host| {
        let waits = host.send_slots.is_some() || host.hyper_v.apply_vms.is_some();
        !waits && host.nic.is_none() && host.stream_cap.is_none() && host.tcp_window.is_none()
    };
    let is_instant =
        |volume: &Volume| volume.apply_rate.is_none() && volume.storage.apply_request_rate.is_none();
    topology.links.len() == 1
        && topology.qos.is_empty()
        && topology.hosts.iter().all(is_free)
        && topology.volumes.iter().all(is_instant)
}
