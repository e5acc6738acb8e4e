//! Health and statistics in the product's words: windows, counts and the exact instants at which reasons begin and end.

use drsim::engine::observer::{Applied, Observer};
use drsim::ids::Id;
use drsim::measure::grid::{Ticks, window_edges};
use drsim::measure::health::{Health, Reason, Reasons, timeline};
use drsim::measure::monitor::Monitor;
use drsim::measure::watch::{Longest, Watch};
use drsim::measure::window::{Limits, Window};
use drsim::outcome::state::InState;
use drsim::protection::{Initial, Overrun, State};
use drsim::scenario::Scenario;
use drsim::units::{MICROS, Rate, Span, Time};

use crate::pair::{MB, pair, policy};

const S: u64 = MICROS;
const HOUR: u64 = 3600 * S;
const LIMITS: Limits = Limits { windows: 100, changes: 100 };

/// One window of 12 h and the next; ticks every 5 min from 0: 144 in each.
fn monitor() -> Monitor {
    Monitor::new([12 * HOUR, 24 * HOUR].into(), Ticks { phase: 0, interval: 300 * S }, true, LIMITS)
}

/// A log cut at `cut` and applied at `at`.
fn log(cut: u64, at: u64) -> Applied<'static> {
    Applied {
        vm: 0,
        cut,
        previous: 0,
        at,
        raw: 10,
        wire: 7,
        on_time: at - cut <= 300 * S,
        app_consistent: false,
        is_copy: false,
        causes: &[],
    }
}

/// Ticks from `from` to before `to` (seconds) succeed, each 10 s after its cut.
fn succeed(monitor: &mut Monitor, from: u64, to: u64) {
    for tick in (from..to).step_by(300) {
        monitor.applied(&log(tick * S, (tick + 10) * S));
    }
}

fn changes(monitor: &Monitor) -> Vec<(u64, Vec<Reason>)> {
    monitor.changes().0.iter().map(|(at, reasons)| (at / S, reasons.iter().collect())).collect()
}

fn counts(monitor: &Monitor) -> Vec<(u64, u64, u64, u64, u64)> {
    let row = |it: &Window| (it.from / S, it.to / S, it.expected, it.successes, it.misses());
    monitor.windows().0.map(row).collect()
}

fn starting_at(hour: i64, zone: &str) -> Scenario {
    let mut scenario = pair(Rate(MB), policy(300, Overrun::CutWhenDone), vec![vec![]]);
    // 2016-05-26T00:00:00Z; Zurich is two hours ahead.
    scenario.start_unix_us = (1_464_220_800 + hour * 3600) * 1_000_000;
    scenario.zone = zone.into();
    scenario.horizon = Span::seconds(2 * 86_400);
    scenario
}

#[test]
fn the_first_window_ends_at_the_next_edge_of_the_grid() {
    // As W11, with the default grid of 09:00 and 12 h: begun at 14:00, windows are 14–21, 21–09, 09–21, ….
    let hours = |scenario: &Scenario, zone: &str| -> Vec<u64> {
        window_edges(scenario, zone).iter().map(|edge| edge / HOUR).collect()
    };
    assert_eq!(hours(&starting_at(14, "UTC"), "UTC"), [7, 19, 31, 43, 55]);
    // 09:00 in Zurich is 07:00 UTC.
    assert_eq!(hours(&starting_at(14, "UTC"), "Europe/Zurich"), [5, 17, 29, 41, 53]);
    // A run that begins on an edge has a whole first window.
    assert_eq!(hours(&starting_at(9, "UTC"), "UTC"), [12, 24, 36, 48]);
}

#[test]
fn a_window_in_which_clocks_change_is_an_hour_longer_or_shorter() {
    let mut scenario = starting_at(0, "Europe/Zurich");
    // 2016-03-26T20:00:00Z is 21:00 in Zurich; at 02:00 the next morning clocks go forward, so 09:00 comes after 11 h.
    scenario.start_unix_us = 1_459_022_400_000_000;
    scenario.horizon = Span::seconds(12 * 3600);
    let edges: Vec<u64> = window_edges(&scenario, "Europe/Zurich").iter().map(|edge| edge / HOUR).collect();
    assert_eq!(edges, [11, 23]);
}

#[test]
fn ticks_are_counted_in_closed_form() {
    let ticks = Ticks { phase: 7, interval: 10 };
    for (from, to) in [(0, 0), (0, 7), (0, 8), (7, 8), (8, 17), (8, 18), (3, 1000), (27, 27)] {
        let counted = (0..1000).map(|k| 7 + 10 * k).filter(|tick| (from..to).contains(tick)).count() as u64;
        assert_eq!(ticks.within(from, to), counted, "{from}..{to}");
    }
}

#[test]
fn more_than_a_fifth_missed_is_told_at_the_deadline_of_the_29th_miss_until_the_window_ends() {
    let mut it = monitor();
    succeed(&mut it, 0, 3600);
    // Ticks from 3600 s on are missed, one each 300 s. 28 of 144 are not more than 20 %; the 29th is: its tick is 3600 + 28 × 300 = 12 000 s,
    // and the next tick, by which it is missed, 12 300 s.
    // Without a log since 3310 s, an hour is over at 6910 s. The next log comes at 13 000 s; the window ends at 43 200 s.
    it.applied(&log(3600 * S, 13_000 * S));
    succeed(&mut it, 13_200, 86_400);
    it.finish(24 * HOUR, 0);
    // The late log took 9400 s: 13 logs took 12 × 10 + 9400 s, so the average is above 300 s until the 31st or so: (n − 1) × 10 + 9400 ≤ 300 n
    // from n = 33 on, which is the 20th log after it: cut at 13 200 + 19 × 300 = 18 900 s.
    let expected = [
        (6910, vec![Reason::Behind]),
        (12_300, vec![Reason::Missed, Reason::Behind]),
        (13_000, vec![Reason::Missed, Reason::Latency]),
        (18_910, vec![Reason::Missed]),
        (43_200, vec![]),
    ];
    assert_eq!(changes(&it), expected);
    // 12 succeeded before, 32 (3600, 3900, … 12 900) were missed, 100 succeeded after.
    assert_eq!(counts(&it), [(0, 43_200, 144, 112, 32), (43_200, 86_400, 144, 144, 0)]);
}

#[test]
fn a_fifth_exactly_is_normal() {
    let mut it = monitor();
    // 28 of 144 missed: 15 600 s less 7200 s is 28 ticks.
    succeed(&mut it, 0, 7200);
    succeed(&mut it, 15_600, 43_200);
    it.finish(12 * HOUR, 0);
    assert_eq!(counts(&it), [(0, 43_200, 144, 116, 28)]);
    assert!(changes(&it).iter().all(|(_, reasons)| !reasons.contains(&Reason::Missed)));
}

#[test]
fn a_cycle_belongs_to_the_window_of_its_tick_though_it_is_applied_in_the_next() {
    let mut it =
        Monitor::new([1000 * S, 9000 * S].into(), Ticks { phase: 900 * S, interval: 300 * S }, true, LIMITS);
    it.applied(&log(900 * S, 1100 * S));
    it.finish(1150 * S, 0);
    let windows: Vec<_> =
        it.windows().0.map(|it| (it.expected, it.successes, it.logs.count, it.logs.size)).collect();
    assert_eq!(windows, [(1, 1, 0, 0), (0, 0, 1, 7)]);
}

#[test]
fn pauses_in_cycling_and_another_grid_change_what_is_expected() {
    let mut it = monitor();
    // Ticks at 0 … 2700: 10. Off until 6000. On at 6000 with a grid of 30 s and phase 15: 6015 … 6285: 10, then 15 min: 6900, 7800, 8700.
    it.cycling(3000 * S, false);
    it.cycling(6000 * S, true);
    it.regridded(6000 * S, Ticks { phase: 15 * S, interval: 30 * S });
    it.regridded(6300 * S, Ticks { phase: 600 * S, interval: 900 * S });
    it.finish(9000 * S, 2);
    let windows: Vec<_> = it.windows().0.map(|it| (it.expected, it.undecided, it.misses())).collect();
    assert_eq!(windows, [(23, 2, 21)]);
}

#[test]
fn a_relationship_that_begins_later_has_no_cycles_before() {
    let mut it = Monitor::new([12 * HOUR].into(), Ticks { phase: 0, interval: 300 * S }, false, LIMITS);
    it.applied(&Applied { is_copy: true, ..log(7200 * S, 8000 * S) });
    it.started(8000 * S);
    it.cycling(8000 * S, true);
    it.finish(9000 * S, 0);
    // 8100, 8400, 8700; a copy is a synchronisation, but no cycle and no log.
    let windows: Vec<_> = it.windows().0.map(|it| (it.expected, it.logs.count, it.last.applied)).collect();
    assert_eq!(windows, [(3, 0, Some(8000 * S))]);
    assert!(changes(&it).is_empty());
}

#[test]
fn what_is_kept_is_bounded_and_what_is_merged_is_counted() {
    let edges: Vec<u64> = (1..=50).map(|hour| hour * HOUR).collect();
    let limits = Limits { windows: 3, changes: 4 };
    let mut it = Monitor::new(edges.into(), Ticks { phase: 0, interval: 300 * S }, true, limits);
    it.finish(40 * HOUR + 60 * S, 0);
    let (windows, omitted) = it.windows();
    assert_eq!((windows.count(), omitted), (3, 38));
    assert_eq!(it.changes().0.len(), 4);
    assert!(it.changes().1 > 0);
    // Merged changes never make health look better.
    assert!(it.changes().0[3].1.contains(Reason::Missed) && it.changes().0[3].1.contains(Reason::Behind));
}

#[test]
fn several_reasons_hold_at_once_and_the_worst_is_the_health() {
    // W13: an error, more than 20 % missed, and more than an hour behind.
    let missed = Reasons::NONE.with(Reason::Missed);
    let cycles = [(100, missed), (200, missed.with(Reason::Behind)), (400, Reasons::NONE)];
    let state = |from, state, at_replica| InState { from, state, at_replica };
    let states = [
        state(0, State::Replicating, false),
        state(300, State::Error, false),
        state(500, State::Suspended, true),
    ];
    let seen: Vec<_> = timeline(&states, &cycles, 0, 600)
        .iter()
        .map(|it| (it.from, it.to, it.health().unwrap(), it.reasons.unwrap().iter().collect::<Vec<_>>()))
        .collect();
    let expected = [
        (0, 100, Health::Normal, vec![]),
        (100, 200, Health::Warning, vec![Reason::Missed]),
        (200, 300, Health::Warning, vec![Reason::Missed, Reason::Behind]),
        (300, 400, Health::Critical, vec![Reason::Error, Reason::Missed, Reason::Behind]),
        (400, 500, Health::Critical, vec![Reason::Error]),
        (500, 600, Health::Critical, vec![Reason::ReplicaPaused]),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn each_state_has_its_health_and_a_paused_primary_only_warns() {
    let health = |state, at_replica| {
        let all = timeline(&[InState { from: 0, state, at_replica }], &[], 0, 1);
        all[0].health()
    };
    assert_eq!(health(State::NotEnabled, false), None);
    assert_eq!(health(State::Replicating, false), Some(Health::Normal));
    for state in [
        State::ReadyForInitialReplication,
        State::WaitingForInitialReplication,
        State::FailoverWaitingCompletion,
        State::FailedOver,
        State::Suspended,
        State::Resynchronizing,
    ] {
        assert_eq!(health(state, false), Some(Health::Warning), "{state:?}");
    }
    for (state, at_replica) in
        [(State::Suspended, true), (State::WaitingForStartResynchronize, false), (State::Error, false)]
    {
        assert_eq!(health(state, at_replica), Some(Health::Critical), "{state:?}");
    }
}

#[test]
fn missed_cycles_of_a_vm_that_is_failed_over_are_no_news() {
    let cycles = [(10, Reasons::NONE.with(Reason::Behind))];
    let failed_over = InState { from: 5, state: State::FailedOver, at_replica: false };
    let all = timeline(&[failed_over], &cycles, 0, 20);
    let reasons: Vec<_> = all.iter().map(|it| it.reasons.map(|it| it.iter().collect::<Vec<_>>())).collect();
    assert_eq!(reasons, [None, Some(vec![Reason::Failover])]);
}

/// Two VMs in one application.
fn watched(change: impl Fn(&mut Scenario)) -> Watch {
    let mut scenario = pair(Rate(MB), policy(300, Overrun::CutWhenDone), vec![vec![], vec![]]);
    scenario.recovery.applications = [drsim::recovery::Application {
        name: "app".into(),
        tier: None,
        vms: vec![Id::new(0), Id::new(1)],
        depends_on: vec![],
        rpo: None,
        rto: None,
        needs: Vec::new(),
        rpo_share: drsim::units::Ratio::ONE,
        mtpd: None,
        validation: Span::ZERO,
    }]
    .into_iter()
    .collect();
    change(&mut scenario);
    Watch::new(&scenario)
}

fn point(vm: usize, cut: u64, at: u64) -> Applied<'static> {
    Applied { vm, ..log(cut * S, at * S) }
}

#[test]
fn an_age_pauses_while_its_vm_is_off_and_the_time_off_counts_in_its_height() {
    let mut watch = watched(|_| ());
    watch.applied(point(0, 90, 100));
    watch.stopped(0, 150 * S);
    watch.stopped(0, 160 * S);
    watch.applied(point(1, 290, 300));
    watch.started(0, 400 * S, 90 * S);
    watch.applied(point(0, 440, 450));
    watch.finish(500 * S, |_| Longest::default());
    // VM 0: 0→100 s, 10→60, not counted from 150 to 400, then 310→360 and 10→60.
    let ages = &watch.vms[0].ages;
    assert_eq!((ages.total(), ages.max()), (250 * S, (360 * S, 450 * S)));
    // The application: 0→150 (VM 1 has only the first point), nothing, 310→360 by VM 0, then 160→210 by VM 1.
    let ages = &watch.applications[0].as_ref().unwrap().ages;
    assert_eq!((ages.total(), ages.max()), (250 * S, (360 * S, 450 * S)));
    assert_eq!(ages.mean(), (150 * 75 + 50 * 335 + 50 * 185) * S / 250);
}

#[test]
fn an_application_has_no_age_before_all_its_vms_have_a_point() {
    let mut watch = watched(|scenario| {
        let vm = &mut scenario.vms[Id::new(1)];
        vm.protection.as_mut().unwrap().relationship.initial = Initial::Network { at: None };
    });
    watch.applied(point(0, 300, 310));
    watch.applied(Applied { is_copy: true, ..point(1, 100, 1000) });
    watch.started(1, 1000 * S, 100 * S);
    watch.cycling(1, 1000 * S, true);
    watch.applied(point(1, 1200, 1210));
    watch.finish(1300 * S, |_| Longest::default());
    let ages = &watch.vms[1].ages;
    assert_eq!((ages.total(), ages.max()), (300 * S, (1110 * S, 1210 * S)));
    // From 1000 s on: VM 1 is the older, 900→1110; then VM 0, cut at 300: 910→1000.
    let ages = &watch.applications[0].as_ref().unwrap().ages;
    assert_eq!((ages.total(), ages.max().0), (300 * S, 1110 * S));
    assert_eq!(ages.mean(), (210 * 1005 + 90 * 955) * S / 300);
}

#[test]
fn a_replica_in_the_other_direction_begins_with_its_own_first_point() {
    let mut watch = watched(|_| ());
    watch.stopped(0, 1000 * S);
    watch.started(0, 5000 * S, 4900 * S);
    watch.started(0, 5100 * S, 5100 * S);
    watch.finish(5200 * S, |_| Longest::default());
    // 0→1000, 100→200, 0→100.
    assert_eq!(watch.vms[0].ages.total(), 1200 * S);
    assert_eq!(watch.vms[0].ages.max(), (1000 * S, 1000 * S));
}

#[test]
fn windows_of_a_run_add_up_to_its_ticks() {
    use drsim::assess::{Options, assess};
    let mut scenario = pair(
        Rate(MB),
        policy(300, Overrun::CutWhenDone),
        vec![
            vec![drsim::workload::Layer::Constant(Rate(MB))],
            vec![drsim::workload::Layer::Constant(Rate(2 * MB))],
        ],
    );
    scenario.horizon = Span(Time(3 * 86_400 * S).0);
    let (results, charts) = assess(&scenario, &Options { threads: 1, progress: &|_| () }).unwrap();
    for vm in &results.vms {
        let own = results.statistics.iter().filter(|row| row.vm == vm.name);
        let (expected, missed) =
            own.fold((0, 0), |sum, row| (sum.0 + row.cycles_expected, sum.1 + row.cycles_missed));
        assert_eq!((expected, missed), (vm.cycles_expected, vm.cycles_missed), "{}", vm.name);
        assert_eq!(results.statistics.last().unwrap().pending_bytes, Some(results.vms[1].pending_bytes));
    }
    // The run begins at midnight: 9 h, then 12 h each, then what is left of the last.
    let windows: Vec<_> =
        results.statistics.iter().filter(|row| row.vm == "vm000").map(|row| row.cycles_expected).collect();
    assert_eq!(windows, [108, 144, 144, 144, 144, 144, 36]);
    // Together they write more than the link carries, so hardly a cycle succeeds: health is told.
    assert_eq!(results.fleet_health.warning, 2);
    assert!(results.vms.iter().all(|vm| vm.health.as_ref().unwrap().warning_share > 0.5));
    assert_eq!(charts.health.first(), Some(&(0.0, [2, 0, 0])));
    assert!(results.health.iter().all(|row| row.health == Health::Warning));
}
