//! The place at the recovery site: room on the host, networks, addresses, names.

use drsim::ids::Id;
use drsim::measure::results::Outcome;
use drsim::measure::results::VmEnd;
use drsim::units::Bytes;

use crate::fleet::*;

#[test]
fn what_does_not_fit_stays_down_with_the_shortfall_named() {
    let mut it = fleet();
    let (big, small) = (vm(&mut it, "big", 0), vm(&mut it, "small", 0));
    application(&mut it, "app-big", &[big], &[]);
    application(&mut it, "app-small", &[small], &[]);
    plan(&mut it, &[&[big, small]]);
    // r1: 16 GB less 4 GB reserve; big needs 20 GB (8 short), small needs 8 GB and still starts.
    it.topology.hosts[Id::new(2)].memory = Bytes(16 * GB);
    it.topology.hosts[Id::new(2)].memory_reserve = Bytes(4 * GB);
    it.vms[big].memory = Bytes(20 * GB);
    let row = run(&it, vec![down(host(0), 0, None)]);
    assert_eq!(vm_row(&row, "big").state, VmEnd::DidNotStart);
    assert_eq!(vm_row(&row, "big").reason.as_deref(), Some("host r1 was short of 8 GB of memory"));
    assert_eq!(app(&row, "app-big").outcome, Outcome::NotRecovered);
    assert_eq!(app(&row, "app-big").rpa_s, Some(200.0), "its data was failed over");
    assert_eq!(app(&row, "app-small").rta_from_outage_s, Some(725.0));
}

#[test]
fn vms_at_home_on_the_recovery_host_take_room_in_plan_order() {
    let mut it = fleet();
    let (z, a) = (vm(&mut it, "z", 0), vm(&mut it, "a", 0));
    let local = vm(&mut it, "local", 2);
    it.vms[local].protection = None;
    plan(&mut it, &[&[z, a]]);
    // 10 cores: 4 at home, 4 for z, 2 left of the 4 that a needs.
    it.topology.hosts[Id::new(2)].cores = 10;
    let row = run(&it, vec![down(host(0), 0, None)]);
    assert_eq!(vm_row(&row, "z").state, VmEnd::InService);
    assert_eq!(vm_row(&row, "a").reason.as_deref(), Some("host r1 was short of 2 cores"));
}

#[test]
fn without_mapping_a_vm_runs_isolated() {
    let mut it = fleet();
    let a = vm(&mut it, "a", 0);
    application(&mut it, "app", &[a], &[]);
    plan(&mut it, &[&[a]]);
    it.topology.mappings.clear();
    let row = run(&it, vec![down(host(0), 0, None)]);
    assert_eq!(vm_row(&row, "a").state, VmEnd::Isolated);
    let reason = "network lan-hq has no mapping to the recovery site";
    assert_eq!(vm_row(&row, "a").reason.as_deref(), Some(reason));
    assert_eq!(app(&row, "app").outcome, Outcome::NotRecovered);
    assert_eq!(app(&row, "app").reasons, [format!("VM a: running, isolated: {reason}")]);
}

#[test]
fn a_changed_address_costs_the_whole_time_to_live_from_power_on() {
    let mut it = fleet();
    let a = vm(&mut it, "a", 0);
    application(&mut it, "app", &[a], &[]);
    plan(&mut it, &[&[a]]);
    it.topology.mappings[0].keeps_address = false;
    for is_static in [true, false] {
        it.vms[a].nics[0].static_address = is_static;
        let row = run(&it, vec![down(host(0), 0, None)]);
        // Of the 1200 s, 120 s of boot and 60 s of readiness pass side by side with it.
        assert_eq!(app(&row, "app").rta_from_outage_s, Some(725.0 + 1020.0));
        assert!(phases(app(&row, "app")).contains(&("network", "VM a", 1020.0)));
    }
    // Without an adapter there is nothing to find.
    it.vms[a].nics.clear();
    assert_eq!(app(&run(&it, vec![down(host(0), 0, None)]), "app").rta_from_outage_s, Some(725.0));
}

#[test]
fn a_pool_that_is_missing_or_used_up_fails_the_allocation() {
    let mut it = fleet();
    let (z, a) = (vm(&mut it, "z", 0), vm(&mut it, "a", 0));
    plan(&mut it, &[&[z, a]]);
    it.topology.mappings[0].keeps_address = false;
    it.topology.networks[Id::new(1)].pool = Some(1);
    let row = run(&it, vec![down(host(0), 0, None)]);
    assert_eq!(vm_row(&row, "z").state, VmEnd::InService, "plan order, not name order");
    let reason = "address allocation failed: the pool of network lan-dr is used up";
    assert_eq!(vm_row(&row, "a").reason.as_deref(), Some(reason));
    it.topology.networks[Id::new(1)].pool = None;
    let row = run(&it, vec![down(host(0), 0, None)]);
    let reason = "address allocation failed: network lan-dr has no static pool";
    assert_eq!(vm_row(&row, "z").reason.as_deref(), Some(reason));
    assert_eq!(vm_row(&row, "z").state, VmEnd::Isolated);
}

#[test]
fn a_vm_that_is_not_replicated_waits_for_repair() {
    let mut it = fleet();
    let (a, b) = (vm(&mut it, "a", 0), vm(&mut it, "b", 0));
    it.vms[b].protection = None;
    application(&mut it, "app", &[a, b], &[]);
    plan(&mut it, &[&[a, b]]);
    let row = run(&it, vec![down(host(0), 0, Some(3000))]);
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(3270.0));
    assert_eq!(vm_row(&row, "a").rta_from_outage_s, Some(635.0));
    assert_eq!(phases(app(&row, "app"))[0], ("repair", "VM b", 3000.0));
}
