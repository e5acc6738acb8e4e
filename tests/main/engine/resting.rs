//! A VM whose writes are not logged stands in no ring: what it misses, and when it goes on.

use drsim::data_plane::{DataPlane, Notice, Trigger};
use drsim::engine::plane::Plane;
use drsim::ids::Id;
use drsim::protection::{Overrun, Phase, Policy};
use drsim::scenario::Scenario;
use drsim::units::{Bytes, MICROS, Rate, Ratio, Time};
use drsim::workload::{Layer, Vm};

use crate::engine::beyond_cycle::told;
use crate::fleet::push;
use crate::pair::{MB, pair, plane, policy};

/// One VM that writes 10 MB/s and is cut at 0 s, 30 s, 60 s …, with a limit of 500 MB on its log.
fn one(link: u64) -> Scenario {
    let rules = Policy {
        phase: Phase::Aligned,
        resync_threshold: Some(Ratio(500_000)),
        ..policy(30, Overrun::CutWhenDone)
    };
    let mut it = pair(Rate(link), rules, vec![vec![Layer::Constant(Rate(10 * MB))]]);
    it.vms[Id::new(0)].disks[0].size = Bytes(1000 * MB);
    it
}

fn ticks(plane: &Plane<()>) -> u64 {
    plane.kernel.tally(0).ticks
}

#[test]
fn ticks_that_nobody_makes_are_expected_cycles_while_a_copy_is_awaited() {
    let it = one(100 * MB);
    let mut plane = plane(&it, ());
    told(&mut plane, 65_000);
    assert_eq!(ticks(&plane), 3);
    plane.require_resync(Id::new(0));
    for (second, expected) in [(65, 3), (90, 3), (91, 4), (120, 4), (151, 6)] {
        told(&mut plane, second * 1000);
        assert_eq!(ticks(&plane), expected, "at {second} s");
    }
    // A VM that is off misses none; nor does one that is replicated no more.
    plane.stop_vm(Id::new(0));
    told(&mut plane, 200_000);
    plane.start_vm(Id::new(0));
    told(&mut plane, 241_000);
    assert_eq!(ticks(&plane), 8);
    plane.unprotect(Id::new(0), false);
    told(&mut plane, 1_000_000);
    assert_eq!(ticks(&plane), 8);
}

#[test]
fn who_goes_on_before_the_cuts_of_an_instant_is_cut_at_it() {
    let it = one(100 * MB);
    let mut plane = plane(&it, ());
    told(&mut plane, 45_000);
    plane.require_resync(Id::new(0));
    told(&mut plane, 90_000);
    let before = plane.kernel.tally(0).applied_logs;
    plane.start_placeholder(Id::new(0));
    plane.advance(Time(90 * MICROS + 1));
    assert_eq!(
        plane.kernel.tally(0).applied_logs,
        before + 1,
        "nothing was written, so the log is applied at once"
    );
}

#[test]
fn who_goes_on_after_the_cuts_of_an_instant_is_not_cut_at_it() {
    let mut it = one(1);
    let other = Vm { name: "other".into(), ..it.vms[Id::new(0)].clone() };
    push(&mut it.vms, other);
    let mut plane = plane(&it, ());
    told(&mut plane, 45_000);
    plane.require_resync(Id::new(0));
    // The other's log is too large at its tick, which is told when all have ticked.
    let (at, notice) = (plane.advance(Time(100 * MICROS)), plane.notice());
    let too_large = Notice::ResyncRequired(Id::new(1), Trigger::LogTooLarge);
    assert_eq!((at, notice, ticks(&plane)), (Time(60 * MICROS), Some(too_large), 3));
    plane.start_placeholder(Id::new(0));
    let before = plane.kernel.tally(0);
    plane.advance(Time(90 * MICROS));
    assert_eq!(plane.kernel.tally(0), before);
    plane.advance(Time(91 * MICROS));
    assert!(plane.kernel.unsent(0) > 0);
}
