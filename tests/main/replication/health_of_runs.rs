//! Statistics and health as the kernel's own events bring them about: breaks, receipts, snapshots that fail, moves and resets.

use drsim::assess::{Options, assess};
use drsim::data_plane::DataPlane;
use drsim::engine::plane::Plane;
use drsim::ids::Id;
use drsim::measure::health::{Health, Reason, Stretch, timeline};
use drsim::measure::results::StatisticsRow;
use drsim::measure::watch::Watch;
use drsim::measure::window::Window;
use drsim::operations::Act;
use drsim::outcome::state::InState;
use drsim::protection::{Overrun, Phase, Retry, State};
use drsim::scenario::Scenario;
use drsim::topology::Volume;
use drsim::units::{MICROS, Rate, Ratio, Span, Time};
use drsim::workload::Layer;

use crate::fleet::{migrate, operate};
use crate::pair::{self, MB, pair, policy};

const S: u64 = MICROS;

/// One VM that writes `rate` B/s, over 1 MB/s, with ticks every 300 s.
fn one(rate: u64) -> Scenario {
    pair(Rate(MB), policy(300, Overrun::CutWhenDone), vec![vec![Layer::Constant(Rate(rate))]])
}

fn watched(it: &Scenario) -> Plane<Watch> {
    pair::plane(it, Watch::new(it))
}

fn run(plane: &mut Plane<Watch>, seconds: u64) {
    plane.advance(Time(seconds * S));
}

/// Stretches of a VM that is in one state all the time.
fn stretches(plane: &Plane<Watch>, state: State, to: u64) -> Vec<Stretch> {
    let states = [InState { from: 0, state, at_replica: false }];
    timeline(&states, plane.observer.monitors[0].as_ref().unwrap().changes().0, 0, to * S)
}

/// When it could not send, in seconds.
fn stuck(all: &[Stretch]) -> Vec<(u64, u64)> {
    let mut found: Vec<(u64, u64)> = Vec::new();
    for it in all.iter().filter(|it| it.reasons.is_some_and(|it| it.contains(Reason::CannotSend))) {
        assert_eq!(it.health(), Some(Health::Critical));
        match found.last_mut() {
            Some(last) if last.1 == it.from / S => last.1 = it.to / S,
            Some(_) | None => found.push((it.from / S, it.to / S)),
        }
    }
    found
}

/// The link is cut from 601 s to 2000 s.
fn cut_off(it: &Scenario) -> Plane<Watch> {
    let mut plane = watched(it);
    run(&mut plane, 601);
    plane.set_link(Id::new(0), None);
    run(&mut plane, 2000);
    plane.set_link(Id::new(0), Some(Ratio::ONE));
    run(&mut plane, 3000);
    plane
}

/// Facts 1.17, 1.42: there is nothing to send before the tick at 900 s; then health is critical until an attempt gets through.
#[test]
fn a_primary_that_cannot_send_is_critical_from_the_first_attempt_that_fails_to_the_one_that_does_not() {
    let mut it = one(1000);
    let told = stuck(&stretches(&cut_off(&it), State::Replicating, 3000));
    assert_eq!(told, [(900, 2000)], "tried again at the repair");
    it.policies[Id::new(0)].retry = Retry::BackOff;
    // It fails at 900, and after 1, 2, 4 and 8 min: 960, 1080, 1320, 1800. The next attempt is 10 min later.
    let told = stuck(&stretches(&cut_off(&it), State::Replicating, 3000));
    assert_eq!(told, [(900, 2400)]);
}

/// A first copy has no cycles to miss, and still cannot be sent.
#[test]
fn a_first_copy_that_cannot_be_sent_is_critical() {
    let all = stretches(&cut_off(&one(1000)), State::WaitingForInitialReplication, 3000);
    assert_eq!(stuck(&all), [(900, 2000)]);
    assert_eq!(all[0].health(), Some(Health::Warning));
}

/// What is sent when it stops, or waits in a pause, is not stuck any more; a fork knows what holds where it begins.
#[test]
fn a_break_ends_with_a_pause_and_goes_on_in_a_fork() {
    let mut plane = watched(&one(1000));
    run(&mut plane, 601);
    plane.set_link(Id::new(0), None);
    run(&mut plane, 1000);
    let fork = plane.observer.fork(1000 * S, 3000 * S);
    let begins = fork.monitors[0].as_ref().unwrap().changes().0[0];
    assert!(begins.0 == 1000 * S && begins.1.contains(Reason::CannotSend));
    plane.suspend(Id::new(0));
    run(&mut plane, 1500);
    plane.resume(Id::new(0));
    run(&mut plane, 1600);
    plane.stop_vm(Id::new(0));
    run(&mut plane, 2000);
    let told = stuck(&stretches(&plane, State::Replicating, 2000));
    assert_eq!(told, [(900, 1000), (1500, 1600)]);
}

/// The statistics of the one VM at `seconds`.
fn window(it: &Scenario, seconds: u64) -> Window {
    let mut plane = watched(it);
    run(&mut plane, seconds);
    plane.observer.finish_monitors(seconds * S, |_| 0);
    *plane.observer.monitors[0].as_ref().unwrap().windows().0.last().unwrap()
}

/// Fact 2.6: a snapshot is due at the first tick of its hour, and fails if VSS is held then, not on the hour.
#[test]
fn snapshots_that_failed_are_those_that_replication_could_not_take() {
    let mut it = one(1000);
    let row = &mut it.policies[Id::new(0)];
    row.interval = Span::seconds(900);
    // Ticks at 450, 1350 … 4050 … 7650 s: snapshots are due at the first, and at those after one and two hours.
    row.phase = Phase::At(Span::seconds(450));
    (row.settings.recovery_points, row.settings.app_consistent) = (4, Some(Span::seconds(3600)));
    let failed = |from: u64, to: u64| {
        let mut it = it.clone();
        it.vms[Id::new(0)].guest.backups = vec![(Time(from * S), Time(to * S))];
        let window = window(&it, 9000);
        (window.app_points, window.app_failures)
    };
    assert_eq!(failed(3600, 3700), (3, 0), "over before the tick at 4050 s");
    assert_eq!(failed(7600, 7700), (2, 1), "held at the tick at 7650 s");
}

/// Fact 1.52. A log of 3 MB is sent in 3 s and applied in 30 s.
#[test]
fn received_applied_and_app_consistent_instants_are_told_apart() {
    let mut it = one(10_000);
    it.topology.volumes[Id::new(1)].apply_rate = Some(Rate(MB / 10));
    let settings = &mut it.policies[Id::new(0)].settings;
    (settings.recovery_points, settings.app_consistent) = (4, Some(Span::seconds(3600)));
    let at = |seconds| {
        let last = window(&it, seconds).last;
        [last.received, last.applied, last.app_consistent].map(|at| at.map(|at| at / S))
    };
    // The first tick cuts an empty log, whose snapshot is app-consistent.
    assert_eq!(at(302), [Some(0), Some(0), Some(0)]);
    assert_eq!(at(320), [Some(303), Some(0), Some(0)]);
    assert_eq!(at(340), [Some(303), Some(333), Some(0)]);
    assert_eq!(at(4000), [Some(3903), Some(3933), Some(3633)]);
    it.horizon = Span::seconds(3920);
    let result = assess(&it, &Options { threads: 1, progress: &|_| () }).unwrap().0;
    let row = result.statistics.last().unwrap();
    let told = [&row.last_received, &row.last_synchronised, &row.last_app_consistent];
    let expected = ["1970-01-01T01:05:03+00:00", "1970-01-01T01:00:33+00:00", "1970-01-01T01:00:33+00:00"];
    assert_eq!(told.map(|at| at.as_deref().unwrap()), expected);
}

fn statistics(it: &Scenario) -> Vec<StatisticsRow> {
    assess(it, &Options { threads: 1, progress: &|_| () }).unwrap().0.statistics
}

/// Fact 1.53. With a second host at the primary site, to which the VM moves after five hours.
#[test]
fn statistics_survive_a_live_migration() {
    let mut it = one(1000);
    // Any host will do for a plain replica.
    it.vms[Id::new(0)].protection.as_mut().unwrap().relationship.orchestrated = false;
    let mut second = it.topology.hosts[Id::new(0)].clone();
    second.name = "host2".into();
    crate::fleet::push(&mut it.topology.hosts, second);
    let volume = it.topology.volumes[it.vms[Id::new(0)].disks[0].volume].clone();
    crate::fleet::push(&mut it.topology.volumes, Volume { host: Id::new(2), ..volume });
    let stays = statistics(&it);
    let to = Id::new(2);
    operate(&mut it, 5 * 3600 + 100, migrate(Id::new(0), to));
    let (result, _) = assess(&it, &Options { threads: 1, progress: &|_| () }).unwrap();
    assert_eq!(result.operations.moves.len(), 1, "it has moved");
    let moves = result.statistics;
    let counts = |rows: &[StatisticsRow]| -> Vec<(String, u64, u64, u64)> {
        let row = |it: &StatisticsRow| {
            (it.from.clone(), it.cycles_expected, it.cycles_successful, it.size_max_bytes)
        };
        rows.iter().map(row).collect()
    };
    assert_eq!(counts(&moves), counts(&stays));
    assert_eq!(counts(&moves).first().unwrap().2, 108, "all cycles from midnight to nine");
}

/// Fact 1.53. The link is too slow by a third, so that most cycles are missed; a reset at noon begins a window of its own.
#[test]
fn a_reset_begins_the_statistics_again_and_ends_the_warnings_they_gave() {
    let mut it = one(MB * 4 / 3);
    it.horizon = Span::seconds(18 * 3600);
    operate(&mut it, 12 * 3600, Act::ResetStatistics { vms: vec![Id::new(0)] });
    let (result, _) = assess(&it, &Options { threads: 1, progress: &|_| () }).unwrap();
    let windows: Vec<(&str, &str, u64)> =
        result.statistics.iter().map(|it| (&it.from[11..16], &it.to[11..16], it.cycles_expected)).collect();
    assert_eq!(windows, [("00:00", "09:00", 108), ("09:00", "12:00", 36), ("12:00", "18:00", 72)]);
    let noon = 12.0 * 3600.0;
    let before = result.health.iter().find(|row| row.to_s == Some(noon)).expect("a warning ends at noon");
    assert!(before.reasons.contains(&Reason::Missed), "{:?}", before.reasons);
    // Of the 108 ticks from noon to nine, 22 misses are too many: none before 22 intervals are over.
    let missed_again = |row: &&drsim::measure::results::HealthRow| {
        row.from_s >= noon && row.reasons.contains(&Reason::Missed)
    };
    let again = result.health.iter().find(missed_again).expect("the link is still too slow");
    assert!(again.from_s >= noon + 22.0 * 300.0, "{}", again.from_s);
}

/// As operators write it: a pattern takes the protected VMs.
#[test]
fn a_reset_is_written_as_an_operation_on_vms() {
    let example = include_str!("../../../scenarios/tutorial.ron");
    let act = "operations: [(at: \"Mon 12:00\", reset_statistics: [\"sql-*\"])],\n    outages: [";
    let files = std::collections::BTreeMap::from([(
        "main.ron".to_owned(),
        example.replacen("outages: [", act, 1).into_bytes(),
    )]);
    let (it, _) = Scenario::parse(&files, "main.ron").unwrap_or_else(|it| panic!("{}", it.render(false)));
    let vms: Vec<_> = it.vms.entries().filter(|(_, vm)| vm.name.starts_with("sql-")).map(|it| it.0).collect();
    assert_eq!(it.operations[0].act, Act::ResetStatistics { vms });
    assert_eq!(it.operations[0].name, "reset of the statistics of sql-*");
}
