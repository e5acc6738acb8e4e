//! The closed forms that the engine must reproduce (`model.md` §6), exact where the rule is exact.
//!
//! ⌈n/k⌉·t for recoveries in parallel is tested in `recovery`; weighted max-min in `fair_sharing`. Comparisons and livelock
//! are tested in `lifecycle`.

use drsim::data_plane::{CopyMethod, DataPlane, Notice, Trigger};
use drsim::engine::plane::Plane;
use drsim::ids::Id;
use drsim::measure::watch::{Longest, Watch};
use drsim::protection::{Overrun, Policy};
use drsim::scenario::Scenario;
use drsim::units::{Bytes, Rate, Ratio, Span, Time};
use drsim::workload::{AfterEnd, Layer};

use crate::engine::beyond_cycle::{fresh, told};
use crate::pair::{MB, Point, Points, WAN, pair, plane, points, policy, unsent};

const SECOND: u64 = 1_000_000;

fn constant(rate: u64) -> Vec<Layer> {
    vec![Layer::Constant(Rate(rate))]
}

/// So many bytes in the first `seconds`, then nothing.
fn once(bytes: u64, seconds: u64) -> Vec<Layer> {
    let (bins, bin) = ([bytes].into(), Span::seconds(seconds));
    vec![Layer::Measured { bins, bin, growth: Ratio::ONE, after_end: AfterEnd::Zero }]
}

fn applies_at(scenario: &mut Scenario, rate: u64) {
    scenario.topology.volumes[Id::new(1)].apply_rate = Some(Rate(rate));
}

fn set_latency(scenario: &mut Scenario, latency: u64) {
    scenario.topology.links[Id::new(WAN)].latency = Span(latency);
}

#[test]
fn a_log_faster_than_its_interval_ages_from_x_to_x_plus_t() {
    // T, sent in, applied in, least, mean, most (seconds): 1 MB/s written.
    for (t, sent, applied, least, mean, most) in [(30, 3, 2, 5, 20, 35), (300, 40, 20, 60, 210, 360)] {
        let mut scenario = pair(Rate(t * MB / sent), policy(t, Overrun::CutWhenDone), vec![constant(MB)]);
        applies_at(&mut scenario, t * MB / applied);
        let seen = points(&scenario, 1000 * t);
        let (mut ages, low) = seen.ages();
        assert_eq!((low, ages.mean(), ages.max().0), (least * SECOND, mean * SECOND, most * SECOND));
        // Time-weighted, the age is uniform between the two.
        assert_eq!(ages.quantiles([500, 1000]), [mean * SECOND, most * SECOND]);

        // The observer of real runs says the same.
        let mut plane = plane(&scenario, Watch::new(&scenario));
        plane.advance(Time(10 * t * SECOND));
        let watch = plane.observer.fork(10 * t * SECOND, 110 * t * SECOND);
        let mut plane = Plane { kernel: plane.kernel, observer: watch };
        plane.advance(Time(110 * t * SECOND));
        plane.observer.finish(110 * t * SECOND, |_| Longest::default());
        let ages = &plane.observer.vms[0].ages;
        assert_eq!(ages.total(), 100 * t * SECOND);
        assert_eq!((ages.mean(), ages.max().0), (mean * SECOND, most * SECOND));
    }
}

#[test]
fn a_log_slower_than_its_interval_is_cut_when_done_back_to_back() {
    // Constant X: a latency that no size changes. Sending takes the first microsecond by which the few bytes are through.
    let mut scenario = pair(Rate(1_000_000 * MB), policy(30, Overrun::CutWhenDone), vec![constant(MB)]);
    set_latency(&mut scenario, 45 * SECOND - 100);
    let seen = points(&scenario, 30_000);
    let x = |point: &Point| point.at - point.cut;
    // From the second log on, each holds the 45 MB written while the one before travelled: sent in 45 µs.
    let steady = Points(seen.0[3..].to_vec());
    let all = x(&steady.0[0]);
    assert!(steady.0.iter().all(|point| x(point) == all), "{all}");
    assert_eq!(all, 45 * SECOND - 100 + 45);
    let (ages, low) = steady.ages();
    assert_eq!((low, ages.mean(), ages.max().0), (all, 3 * all / 2, 2 * all));
    assert!(steady.0.windows(2).all(|pair| pair[1].cut == pair[0].at));
}

#[test]
fn logs_of_a_link_too_slow_grow_by_the_factor_of_churn_to_capacity() {
    let scenario = pair(Rate(10 * MB), policy(30, Overrun::CutWhenDone), vec![constant(15 * MB)]);
    let seen = points(&scenario, 2000).0;
    // X of the first is 30 s × 15 ÷ 10; each next one takes 3/2 of the one before.
    let mut x = 45 * SECOND;
    for point in &seen[..7] {
        assert_eq!(point.at - point.cut, x);
        assert_eq!(point.at - point.previous, x + x * 2 / 3);
        x = x * 3 / 2;
    }
}

#[test]
fn an_outage_leaves_churn_times_its_length_and_drains_at_the_difference() {
    let (churn, capacity, down) = (4 * MB, 10 * MB, 3600);
    let scenario = pair(Rate(capacity), policy(300, Overrun::Queue), vec![constant(churn)]);
    let mut plane = plane(&scenario, ());
    let before_cuts = |plane: &mut Plane<()>, at: u64| {
        plane.advance(Time(at * SECOND));
        unsent(&mut plane.kernel)
    };
    let bytes = |bytes: u64| u128::from(bytes) * u128::from(SECOND);
    assert_eq!(before_cuts(&mut plane, 7200), 0);
    plane.set_link(Id::new(WAN), None);
    let repair = 7200 + down;
    assert_eq!(before_cuts(&mut plane, repair), bytes(churn * down));
    assert_eq!(churn * down, 14_400 * MB);
    plane.set_link(Id::new(WAN), Some(Ratio::ONE));
    let drained = churn * down / (capacity - churn);
    assert_eq!(drained, 2400);
    for at in (0..drained).step_by(300) {
        let left = churn * down - (capacity - churn) * at;
        assert_eq!(before_cuts(&mut plane, repair + at), bytes(left), "{at}");
    }
    for at in [repair + drained, repair + drained + 300] {
        assert_eq!(before_cuts(&mut plane, at), 0);
    }
}

#[test]
fn the_published_link_for_20_tb_that_change_by_5_percent_a_day_just_suffices() {
    // Zerto: 92.6 Mb/s.
    let month = |rate: &str| {
        let churn = vec![Layer::Measured {
            bins: [MB * MB].into(),
            bin: Span::seconds(86_400),
            growth: Ratio::ONE,
            after_end: AfterEnd::Repeat,
        }];
        let scenario = pair(Rate::parse(rate).unwrap(), policy(300, Overrun::Queue), vec![churn]);
        let mut plane = plane(&scenario, ());
        plane.advance(Time((30 * 86_400 + 300) * SECOND));
        unsent(&mut plane.kernel)
    };
    assert_eq!(month("92.6 Mbps"), 0);
    // 1 TB − 92.5 Mb/s × 86,400 s = 1 GB a day too much.
    assert_eq!(month("92.5 Mbps"), u128::from(30 * 1000 * MB) * u128::from(SECOND));
}

#[test]
fn equal_flows_share_a_link_equally() {
    for count in [1, 2, 3, 7, 64, 300] {
        let (size, rate) = (30 * MB, 10 * MB);
        let scenario =
            pair(Rate(rate), policy(30, Overrun::Queue), (0..count).map(|_| once(size, 30)).collect());
        let mut plane = plane(&scenario, Points::default());
        plane.advance(Time(31 * SECOND));
        let sent: Vec<u128> = (0..plane.kernel.vms())
            .map(|vm| u128::from(size) * u128::from(SECOND) - plane.kernel.unsent(vm))
            .collect();
        assert!(sent.iter().all(|sent| *sent == u128::from(rate * SECOND / count)), "{count}: {sent:?}");
        plane.advance(Time(10_000 * SECOND));
        let ends: Vec<u64> =
            plane.observer.0.iter().filter(|point| point.raw > 0).map(|point| point.at).collect();
        // n × 3 s after the cut, all together.
        assert_eq!(ends, vec![(30 + 3 * count) * SECOND; usize::try_from(count).unwrap()]);
    }
}

#[test]
fn a_stream_carries_a_window_per_round_trip_whatever_the_link() {
    // 64 KiB at 40 ms: 1,638,400 B/s.
    let cap = 65_536 * 1000 / 40;
    assert_eq!(cap, 1_638_400);
    for link in ["100 Mbps", "10 Gbps"] {
        let mut scenario =
            pair(Rate::parse(link).unwrap(), policy(30, Overrun::Queue), vec![once(10 * cap, 30)]);
        scenario.topology.hosts[Id::new(0)].tcp_window = Some(Bytes(65_536));
        set_latency(&mut scenario, 20_000);
        assert_eq!(points(&scenario, 100).0[0].at, 30 * SECOND + 10 * SECOND + 20_000, "{link}");
    }
    // A stream cap below it wins; a link slower than either does.
    let mut scenario = pair(Rate(MB), policy(30, Overrun::Queue), vec![once(10 * MB, 30)]);
    scenario.topology.hosts[Id::new(0)].tcp_window = Some(Bytes(65_536));
    set_latency(&mut scenario, 20_000);
    assert_eq!(points(&scenario, 100).0[0].at, 40 * SECOND + 20_000);
    scenario.topology.hosts[Id::new(0)].stream_cap = Some(Rate(MB / 2));
    assert_eq!(points(&scenario, 100).0[0].at, 50 * SECOND + 20_000);
}

/// Past the limit on waiting logs ticks cut nothing: three logs wait, and what is written then goes out in one, without a byte lost.
#[test]
fn a_queue_that_is_full_lets_the_open_log_grow() {
    let scenario = pair(Rate(100 * MB), policy(30, Overrun::Queue), vec![constant(MB)]);
    let mut plane = plane(&scenario, ());
    plane.kernel = plane.kernel.with_depth_max(3);
    plane.set_link(Id::new(WAN), Some(Ratio(0)));
    plane.advance(Time(1000 * SECOND));
    // The empty log of the first tick is applied at once; ticks at 30, 60 and 90 s fill the queue.
    assert_eq!(unsent(&mut plane.kernel), u128::from(90 * MB * SECOND));
    plane.set_link(Id::new(WAN), Some(Ratio::ONE));
    plane.advance(Time(2000 * SECOND));
    let audit = plane.kernel.audit(&scenario).expect("no byte is lost");
    assert_eq!((audit.written(), audit.cut), (u128::from(2000 * MB), 0));
    assert_eq!(plane.kernel.tally(0).largest_log, 930 * MB, "cut at 1,020 s, since 90 s");
}

/// Instants (cut, applied) of the points of a first copy of `size` MB with `churn` MB/s over 10 MB/s, and of what follows it, up to `to` s.
fn first_copy(churn: u64, size: u64, interval: u64, to: u64) -> Vec<(u64, u64)> {
    let scenario = fresh(churn, size, policy(interval, Overrun::CutWhenDone));
    let mut plane = plane(&scenario, Points::default());
    plane.start_copy(Id::new(0), CopyMethod::Full);
    let told = told(&mut plane, to * 1000);
    assert_eq!(told, [(size * 100, Notice::CopyDone(Id::new(0)))], "S ÷ C after it began");
    plane.kernel.audit(&scenario).unwrap();
    plane.observer.0.iter().map(|point| (point.cut, point.at)).collect()
}

#[test]
fn a_first_copy_is_followed_by_logs_that_shrink_by_churn_over_capacity() {
    // 6000 MB in 600 s, then 240, 96, 38.4 and 15.36 s, which is within the interval: the next is cut at a tick.
    let points = first_copy(4, 6000, 30, 1000);
    let ms: Vec<(u64, u64)> = points.iter().map(|(cut, at)| (cut / 1000, at / 1000)).collect();
    let expected = [(600_000, 840_000), (840_000, 936_000), (936_000, 974_400), (974_400, 989_760)];
    assert_eq!(ms[..4], expected);
    assert_eq!(ms[4..], [(990_000, 996_240)]);
}

#[test]
fn a_first_copy_is_steady_after_its_size_over_what_churn_leaves_of_the_link() {
    for (churn, size, interval) in
        [(1, 9000, 30), (4, 6000, 30), (5, 50_000, 300), (8, 20_000, 300), (9, 4000, 30)]
    {
        let expected = size / (10 - churn);
        let points = first_copy(churn, size, interval, 2 * expected + 10 * interval);
        let steady = points.iter().find(|(cut, at)| at - cut <= interval * SECOND).expect("it gets there");
        let tolerance = interval * 10 / (10 - churn);
        assert!(
            steady.1.abs_diff(expected * SECOND) <= tolerance * SECOND,
            "{churn} of 10 MB/s, {size} MB: {} for {expected} ± {tolerance} s",
            steady.1 / SECOND
        );
    }
}

#[test]
fn a_first_copy_over_a_link_no_faster_than_the_churn_is_never_steady() {
    let points = first_copy(10, 3000, 30, 40_000);
    assert!(points.len() > 100);
    assert!(points.iter().all(|(cut, at)| at - cut == 300 * SECOND), "each log is as long as the one before");
    let points = first_copy(15, 600, 30, 20_000);
    assert!(points.iter().map(|(cut, at)| at - cut).is_sorted_by(|a, b| a < b), "each is longer");
    assert!(points.len() > 10);
}

/// What is written during the copy passes half of the disks at t = S ÷ 2λ if the copy, S ÷ C long, takes longer: at λ > C ÷ 2.
#[test]
fn a_first_copy_outgrows_its_log_if_churn_is_more_than_half_the_link() {
    for (churn, fits) in [(4, true), (5, true), (6, false), (12, false)] {
        let half = Policy { resync_threshold: Some(Ratio(500_000)), ..policy(30, Overrun::CutWhenDone) };
        let scenario = fresh(churn, 6000, half);
        let mut plane = plane(&scenario, ());
        let vm = Id::new(0);
        plane.start_copy(vm, CopyMethod::Full);
        let told = told(&mut plane, 601_000);
        // The first tick after 3000 MB ÷ λ.
        let at = (3000 / churn / 30 + 1) * 30_000;
        let expected = match fits {
            true => (600_000, Notice::CopyDone(vm)),
            false => (at, Notice::ResyncRequired(vm, Trigger::LogTooLarge)),
        };
        assert_eq!(told, [expected], "{churn} MB/s");
    }
}

/// Carried on media the copy takes as long as the media, whatever the link; over the wire S ÷ (C − λ). Which is sooner follows from the size.
#[test]
fn media_are_sooner_than_the_wire_where_the_copy_is_large_and_the_link_is_slow() {
    let carried_in = 86_400;
    for (size, media_win) in [(100_000, false), (700_000, false), (800_000, true), (2_000_000, true)] {
        let scenario = fresh(1, size, policy(300, Overrun::CutWhenDone));
        let mut wire = plane(&scenario, ());
        let mut media = wire.clone();
        let vm = Id::new(0);
        wire.start_copy(vm, CopyMethod::Full);
        media.start_placeholder(vm);
        told(&mut wire, carried_in * 1000);
        told(&mut media, carried_in * 1000);
        media.copy_arrived(vm);
        let age = |plane: &Plane<()>| plane.newest_point(vm).map(|cut| carried_in * SECOND - cut.0);
        assert_eq!(
            age(&media),
            Some(300 * SECOND),
            "logs flowed all the while: the tick now is still to come"
        );
        let is_steady = age(&wire).is_some_and(|age| age <= 400 * SECOND);
        assert_eq!(is_steady, !media_win, "{size} MB: {} s over the wire", size / 9);
    }
}
