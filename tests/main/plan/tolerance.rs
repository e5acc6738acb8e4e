//! How long links may be down: hand-computed instants, and runs that are cut off for exactly that long and for one tick less.

use drsim::ids::Id;
use drsim::plan::tolerance::catch_up::{catch_up, worst};
use drsim::plan::tolerance::cut_off::{CutOff, Subject, outlives};
use drsim::plan::tolerance::tolerances;
use drsim::protection::{Overrun, Policy};
use drsim::scenario::Scenario;
use drsim::topology::Volume;
use drsim::units::{Bytes, MICROS, Rate, Ratio, Span};
use drsim::workload::{AfterEnd, Layer};
use proptest::prelude::*;

use crate::pair::{MB, pair, policy};

const T: u64 = 300 * MICROS;

/// Half of the disk of 100 GB.
fn half(overrun: Overrun) -> Policy {
    Policy { resync_threshold: Some(Ratio(500_000)), ..policy(300, overrun) }
}

fn measured(bins: &[u64]) -> Vec<Layer> {
    let bins = bins.iter().copied().collect();
    vec![Layer::Measured { bins, bin: Span::seconds(300), growth: Ratio::ONE, after_end: AfterEnd::Repeat }]
}

/// 1 MB/s, half a disk of 100 GB: 50,000 s of changes are allowed, and the tick after them, at the cut + 50,100 s, finds more. Logs of 300 MB take
/// 6 s at 50 MB/s: the last log has left at worst 306 s ago, less a microsecond; at best 6 s ago, typically 156 s.
#[test]
fn a_constant_stream_is_cut_off_for_half_a_disk() {
    let scenario = pair(Rate(50 * MB), half(Overrun::Queue), vec![vec![Layer::Constant(Rate(MB))]]);
    let found = tolerances(&scenario);
    let tolerance = found.vms[0].clone().unwrap();
    let (worst, from) = tolerance.worst.unwrap();
    assert_eq!((worst, tolerance.limit), (50_100 * MICROS - 306 * MICROS + 1, 50_000 * MB));
    assert_eq!(from % T, 6 * MICROS - 1);
    assert_eq!(tolerance.median.unwrap() / MICROS, 50_100 - 156);
}

/// Within the run as well as beyond it, where churn begins again: 100 kB/s come to 50 GB after 500,000 s of a run of 86,400 s.
#[test]
fn what_the_run_does_not_reach_goes_on_as_it_began() {
    let scenario = pair(Rate(50 * MB), half(Overrun::Queue), vec![vec![Layer::Constant(Rate(MB / 10))]]);
    let (worst, _) = tolerances(&scenario).vms[0].clone().unwrap().worst.unwrap();
    let sent = 600_000;
    assert_eq!(worst, 500_100 * MICROS - T - sent + 1);
    let idle = pair(Rate(MB), half(Overrun::Queue), vec![vec![]]);
    assert_eq!(tolerances(&idle).vms[0].clone().unwrap().worst, None);
}

#[test]
fn without_the_rule_there_is_no_limit() {
    let scenario = pair(Rate(MB), policy(300, Overrun::Queue), vec![measured(&[MB])]);
    assert_eq!(tolerances(&scenario).vms, [None]);
}

/// Two VMs of 1 MB/s on a volume with room for 36 GB of logs: 18,000 s, to within a step of the grid and an interval; a run agrees.
#[test]
fn a_volume_fills_by_all_logs_on_it() {
    let stream = || vec![Layer::Constant(Rate(MB))];
    let mut scenario = pair(Rate(50 * MB), policy(300, Overrun::Queue), vec![stream(), stream()]);
    let sized = |volume: &Volume| {
        let size = (volume.host == Id::new(0)).then_some(Bytes(236_000 * MB));
        Volume { size, ..volume.clone() }
    };
    scenario.topology.volumes = scenario.topology.volumes.iter().map(sized).collect();
    let found = tolerances(&scenario);
    let tolerance = found.volumes[0].clone().unwrap();
    let (worst, from) = tolerance.worst.unwrap();
    assert_eq!(tolerance.limit, 36_000 * MB);
    assert!(worst.abs_diff(18_000 * MICROS) <= 2 * T, "{worst}");
    let seen = CutOff::new(&scenario, Subject::Volume(Id::new(0)), from).resync_at(None, scenario.horizon.0);
    assert!((seen.unwrap() - from).abs_diff(worst) <= 2 * T, "{seen:?} {from} {worst}");
    assert_eq!(found.volumes[1], None, "it has no size");
}

/// λD ÷ (C − λ): queue, aligned ticks, and an outage on ticks (`model.md` §6); a log's own interval and transfer come on top.
#[test]
fn a_fleet_catches_up_as_the_closed_form_says() {
    for (lambda, capacity, hours) in [(1, 2, 1), (1, 4, 1), (2, 3, 2), (1, 10, 4)] {
        let layers = vec![vec![Layer::Constant(Rate(lambda * MB))]];
        let scenario = pair(Rate(capacity * MB), policy(300, Overrun::Queue), layers);
        let lasts = Span::seconds(hours * 3600);
        let found = catch_up(&scenario, 36_000 * MICROS, lasts);
        let fluid = lambda * hours * 3600 * MICROS / (capacity - lambda);
        let usual = found.usual.unwrap();
        assert!(usual.abs_diff(fluid) <= 2 * T, "{lambda} {capacity} {hours}: {usual} {fluid}");
        let sent = 300 * MICROS * lambda / capacity;
        assert!(found.oldest >= lasts.0 + sent && found.oldest <= lasts.0 + 2 * T + sent, "{found:?}");
        assert_eq!(found.resyncs, 0);
    }
}

#[test]
fn who_writes_as_much_as_the_link_carries_never_catches_up() {
    let scenario = pair(Rate(MB), half(Overrun::Queue), vec![vec![Layer::Constant(Rate(MB))]]);
    let found = catch_up(&scenario, 3_600 * MICROS, Span::seconds(7200));
    assert_eq!(found.usual, None);
    let long = catch_up(&scenario, 3_600 * MICROS, Span::seconds(60_000));
    assert_eq!((found.resyncs, long.resyncs), (0, 1));
}

#[test]
fn the_worst_instant_is_when_most_is_written() {
    let mut bins = [MB; 288];
    bins[100..112].fill(900 * MB);
    let scenario = pair(Rate(50 * MB), half(Overrun::Queue), vec![measured(&bins)]);
    let from = worst(&scenario, Span::seconds(3600)).unwrap().from;
    // Where most is written, and within the two intervals after it, before a log is there.
    assert!((100 * T - 60 * MICROS..102 * T).contains(&from), "{from}");
}

/// 6 MB/s over 8 MB/s, copied every 5 minutes: a log of 1,800 MB takes 225 s. Cut off for 20 minutes while it is on its way, the next one
/// begins to gather at its tick and holds 1,425 s of writes, which take 1,068.75 s.
#[test]
fn worst_is_an_instant_at_which_a_log_is_on_its_way() {
    let Some(path) = crate::shared::case("verdicts/tolerance-worst.ron") else { return };
    let scenario = crate::file::scenario(&std::fs::read_to_string(path).unwrap());
    let lasts = Span::seconds(1200);
    let found = worst(&scenario, lasts).unwrap();
    let from = found.from;
    assert_eq!(found, catch_up(&scenario, from, lasts));
    assert_eq!(found.oldest.div_ceil(10_000), 249_375);
    // Cut off 225 s sooner, when it began, the log is there no sooner and the links are: of equally old points this takes longest.
    assert_eq!(from % T, 0);
    let sooner = found.usual.unwrap() - catch_up(&scenario, from + 225 * MICROS - 1, lasts).usual.unwrap();
    assert!(sooner.abs_diff(225 * MICROS) < 2 && found.usual.unwrap() >= 3_739 * MICROS, "{found:?}");
}

fn bins() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(prop_oneof![4 => 0..50 * MB, 1 => 0..20_000 * MB], 24..72)
}

/// A link that never binds, so that a log is through at once when it works again.
fn random(churn: &[Vec<u64>], overrun: Overrun) -> Scenario {
    let churn = churn.iter().map(|bins| measured(bins)).collect();
    pair(Rate(1 << 40), half(overrun), churn)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Cut off from the worst instant for exactly that long, a VM needs a resynchronisation; for one tick less it does not.
    #[test]
    fn a_vm_is_lost_at_its_tolerance_and_one_tick_before_it_is_not(
        churn in prop::collection::vec(bins(), 1..4),
        overrun in prop_oneof![Just(Overrun::Queue), Just(Overrun::CutWhenDone), Just(Overrun::NextTick)],
    ) {
        let scenario = random(&churn, overrun);
        let horizon = scenario.horizon.0;
        let found = tolerances(&scenario);
        for vm in scenario.vms.ids() {
            let Some((worst, from)) = found.vms[vm.index()].clone().unwrap().worst else { continue };
            let end = from + worst;
            if end >= horizon {
                continue;
            }
            let cut_off = CutOff::new(&scenario, Subject::Vm(vm), from);
            prop_assert_eq!(cut_off.resync_at(None, horizon), Some(end));
            prop_assert_eq!(cut_off.resync_at(Some(end), horizon), Some(end));
            if worst > T {
                prop_assert_eq!(cut_off.resync_at(Some(end - T), end), None);
                prop_assert_eq!(outlives(&scenario, vm, (from, end)), Some(Span(worst - T)));
            }
        }
    }

    /// From no instant does it last less, and from half of them at most as long as the median.
    #[test]
    fn no_instant_is_worse_than_the_worst(churn in bins(), instants in prop::collection::vec(0u64..40_000, 12)) {
        let scenario = random(&[churn], Overrun::Queue);
        let tolerance = tolerances(&scenario).vms[0].clone().unwrap();
        if let Some((worst, _)) = tolerance.worst {
            for from in instants {
                let from = from * MICROS;
                let cut_off = CutOff::new(&scenario, Subject::Vm(Id::new(0)), from);
                if let Some(at) = cut_off.resync_at(None, scenario.horizon.0) {
                    prop_assert!(at - from >= worst, "{from} {at} {worst}");
                }
            }
            prop_assert!(tolerance.median.unwrap() >= worst);
        }
    }
}
