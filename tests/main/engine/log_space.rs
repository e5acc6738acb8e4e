//! Room for change logs on volumes that have a size: full at instants computed by hand. A VM writes 1 MB/s to a disk of 100 GB and is cut
//! every 100 s; the link is down, so its log grows by 100 MB from tick to tick.

use drsim::data_plane::{DataPlane, Notice, Trigger};
use drsim::engine::plane::Plane;
use drsim::ids::Id;
use drsim::protection::{Overrun, Protection};
use drsim::scenario::Scenario;
use drsim::topology::Volume;
use drsim::units::{Bytes, MICROS, Rate, Time};
use drsim::workload::{Disk, Layer, Vm};

use crate::fleet::push;
use crate::pair::{MB, Points, pair, plane, policy};

const GB: u64 = 1000 * MB;

fn writers(count: usize) -> Scenario {
    let churn = vec![vec![Layer::Constant(Rate(MB))]; count];
    pair(Rate(10 * MB), policy(100, Overrun::Queue), churn)
}

fn holds(scenario: &mut Scenario, volume: usize, size: u64) {
    scenario.topology.volumes[Id::new(volume)].size = Some(Bytes(size));
}

fn cut_off(scenario: &Scenario) -> Plane<Points> {
    let mut plane = plane(scenario, Points::default());
    plane.set_link(Id::new(0), None);
    plane
}

fn second(seconds: u64) -> Time {
    Time(seconds * MICROS)
}

/// When replication stops for lack of room: second, VM, volume.
fn full(plane: &mut Plane<Points>, until: u64) -> Vec<(u64, usize, usize)> {
    let mut found = Vec::new();
    loop {
        let now = plane.advance(second(until));
        while let Some(notice) = plane.notice() {
            let Notice::ResyncRequired(vm, Trigger::VolumeFull(volume)) = notice else {
                panic!("{notice:?}")
            };
            found.push((now.0 / MICROS, vm.index(), volume.index()));
        }
        if now == second(until) {
            return found;
        }
    }
}

#[test]
fn a_volume_without_room_at_a_tick_ends_in_resynchronisation_required() {
    let mut it = writers(1);
    holds(&mut it, 0, 100 * GB + 250 * MB);
    let mut plane = cut_off(&it);
    assert_eq!(full(&mut plane, 1000), [(300, 0, 0)]);
    assert!(plane.kernel.needs_resync(0));
    assert_eq!(plane.kernel.log_space_peak(0), 300 * MB);
    assert_eq!(plane.kernel.space_used(0), Some(Bytes(100 * GB)), "what is not tracked takes no room");
    plane.kernel.audit(&it).unwrap();
}

#[test]
fn what_just_fits_goes_on_and_applied_logs_take_no_room() {
    let mut it = writers(1);
    holds(&mut it, 0, 100 * GB + 300 * MB);
    let mut plane = cut_off(&it);
    assert_eq!(full(&mut plane, 350), []);
    plane.set_link(Id::new(0), Some(drsim::units::Ratio::ONE));
    assert_eq!(full(&mut plane, 1000), []);
    assert_eq!(plane.kernel.log_space_peak(0), 300 * MB);
    assert_eq!(plane.kernel.space_used(0), Some(Bytes(100 * GB + 100 * MB)), "the log of one interval");
}

#[test]
fn vms_share_the_room_and_each_log_counts_as_of_its_own_last_tick() {
    let mut it = writers(2);
    holds(&mut it, 0, 200 * GB + 250 * MB);
    // At 200 s the first finds 200 + 100 MB and gives way; at 300 s the second finds 300 MB.
    assert_eq!(full(&mut cut_off(&it), 1000), [(200, 0, 0), (300, 1, 0)]);
}

#[test]
fn a_failed_over_vm_leaves_its_room_to_others() {
    let mut it = writers(2);
    holds(&mut it, 0, 200 * GB + 250 * MB);
    let mut plane = cut_off(&it);
    assert_eq!(full(&mut plane, 150), []);
    plane.stop_vm(Id::new(1));
    plane.fail_over(Id::new(1), Time::START);
    assert_eq!(full(&mut plane, 1000), [(300, 0, 0)]);
}

#[test]
fn a_replica_left_behind_keeps_its_room_and_a_deleted_one_gives_it_back() {
    let mut it = writers(1);
    holds(&mut it, 1, 200 * GB);
    for (deletes, left) in [(false, 100 * GB), (true, 0)] {
        let mut plane = cut_off(&it);
        assert_eq!(plane.kernel.space_used(1), Some(Bytes(100 * GB)));
        plane.unprotect(Id::new(0), deletes);
        plane.move_vm(Id::new(0), Id::new(0));
        assert_eq!(plane.kernel.space_used(1), Some(Bytes(left)));
    }
}

#[test]
fn used_size_counts_for_disks_and_whole_size_for_replicas() {
    let mut it = writers(1);
    it.vms[Id::new(0)].disks[0].used = Some(Bytes(GB));
    holds(&mut it, 0, GB + 150 * MB);
    assert_eq!(full(&mut cut_off(&it), 1000), [(200, 0, 0)]);
    // A VM of the other site, whose volume holds the first one's replica too.
    let protection = Protection {
        replica_host: Id::new(0),
        replica_volume: Id::new(0),
        ..it.vms[Id::new(0)].protection.clone().unwrap()
    };
    let disk = Disk { volume: Id::new(1), ..it.vms[Id::new(0)].disks[0].clone() };
    let other = Vm {
        name: "vm001".into(),
        host: Id::new(1),
        disks: vec![disk],
        protection: Some(protection),
        ..it.vms[Id::new(0)].clone()
    };
    push(&mut it.vms, other);
    holds(&mut it, 0, 1000 * GB);
    holds(&mut it, 1, 101 * GB + 50 * MB);
    assert_eq!(full(&mut cut_off(&it), 1000), [(100, 1, 1)]);
}

#[test]
fn a_log_is_split_by_the_sizes_of_the_disks() {
    let mut it = writers(1);
    let volume = Volume { name: "e".into(), ..it.topology.volumes[Id::new(0)].clone() };
    let volume = push(&mut it.topology.volumes, volume);
    let first = &mut it.vms[Id::new(0)].disks[0];
    let second_disk =
        Disk { name: "data".into(), size: Bytes(25 * GB), volume, churn: vec![], ..first.clone() };
    let excluded = Disk { replicate: false, churn: vec![], ..second_disk.clone() };
    first.size = Bytes(75 * GB);
    it.vms[Id::new(0)].disks.extend([second_disk, excluded]);
    // Of each 100 MB the second volume has 25; the excluded disk takes room and no log.
    holds(&mut it, 2, 50 * GB + 60 * MB);
    let mut plane = cut_off(&it);
    assert_eq!(full(&mut plane, 1000), [(300, 0, 2)]);
    assert_eq!((plane.kernel.log_space_peak(0), plane.kernel.log_space_peak(2)), (225 * MB, 75 * MB));
}

#[test]
fn a_volume_without_a_size_never_fills() {
    assert_eq!(full(&mut cut_off(&writers(1)), 100_000), []);
}
