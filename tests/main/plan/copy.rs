//! First copies: closed forms, media against wire by hand, and batches that cover a fleet and fit their windows.

use drsim::document::Value;
use drsim::ids::{Id, Table};
use drsim::plan::Ask;
use drsim::plan::first_copy::copies::Copies;
use drsim::plan::first_copy::media::{Media, all_at_once, on_media};
use drsim::plan::first_copy::room::{capacity, changes};
use drsim::plan::first_copy::section::section;
use drsim::plan::first_copy::{Bound, FirstCopy, first_copy, windows};
use drsim::protection::{Overrun, Resync};
use drsim::recovery::Application;
use drsim::scenario::Scenario;
use drsim::topology::Volume;
use drsim::units::{Bytes, MICROS, Rate, Ratio, Span, Time};
use drsim::workload::{Disk, Layer, Vm};
use proptest::prelude::*;

use crate::pair::{MB, WAN, pair, policy};

const HOUR: u64 = 3600 * MICROS;

/// VMs with so many MB in use on their one disk, and so many kB/s of churn.
fn fleet(link: u64, vms: &[(u64, u64)]) -> Scenario {
    let churn = vms.iter().map(|(_, rate)| vec![Layer::Constant(Rate(rate * 1000))]).collect();
    let mut scenario = pair(Rate(link), policy(300, Overrun::CutWhenDone), churn);
    let sized = |(vm, (used, _)): (&Vm, &(u64, u64))| {
        let mut vm = vm.clone();
        vm.disks[0] = Disk { used: Some(Bytes(used * MB)), ..vm.disks[0].clone() };
        vm
    };
    scenario.vms = scenario.vms.iter().zip(vms).map(sized).collect();
    scenario
}

fn formed(scenario: &Scenario, windows: &[(u64, u64)]) -> FirstCopy {
    first_copy(scenario, windows, &|_, _| true).expect("nothing stops it")
}

/// Steady after S ÷ (C − λ), to within T ÷ (1 − λ/C) (`model.md` §6).
#[test]
fn a_first_copy_is_done_when_the_closed_form_says() {
    for (used, rate, link) in [(50_000, 1000, 10), (90_000, 4000, 10), (10_000, 500, 2), (90_000, 0, 7)] {
        let scenario = fleet(link * MB, &[(used, rate)]);
        let mut copies = Copies::new(&scenario);
        copies.begin(&[Id::new(0)]);
        copies.run(scenario.horizon.0);
        let protected = copies.copies()[0].protected.unwrap();
        let (used, rate, link) = (used as f64 * 1e6, rate as f64 * 1e3, link as f64 * 1e6);
        let steady = used / (link - rate);
        let slack = 300.0 / (1.0 - rate / link);
        let seconds = protected as f64 / 1e6;
        // On time is known when the first such log is applied: at most an interval and its own transfer later.
        assert!(seconds >= steady - slack && seconds <= steady + 2.0 * slack, "{seconds} {steady} {slack}");
        let copied = copies.copies()[0].copied.unwrap() as f64 / 1e6;
        assert!((copied - used / link).abs() < 1e-3, "{copied}");
        let accrued = copies.copies()[0].accrued.unwrap() as f64;
        assert!((accrued - rate * copied).abs() < 2.0, "{accrued}");
    }
}

#[test]
fn who_writes_as_much_as_is_left_never_ends_and_the_numbers_are_said() {
    let scenario = fleet(2 * MB, &[(10_000, 2000)]);
    let said = section(&scenario, &Ask::default(), &|_, _| true).expect("nothing stops it");
    let says = said.says.join("\n");
    assert!(
        says.contains("vm000 is never protected: its changes take 16 Mbps and 16 Mbps is left for them."),
        "{says}"
    );
    let vms = said.tables.iter().find(|table| table.key == "first_copy_vms").unwrap();
    let verdict = vms.rows[0].last().unwrap();
    assert_eq!(verdict, &Value::text("never: changes of 16.000 Mbps, 16.000 Mbps left"));
}

/// 100 GB in use, export and import at 100 MB/s, a day on the road: 1,000 + 86,400 + 1,000 s. A wire at 1 MB/s takes 1 s for each MB, media
/// 0.02 s, and 86,400 s: even at 86,400 ÷ 0.98 MB.
#[test]
fn media_and_wire_are_even_where_the_hand_says() {
    let media = Media { export: Rate(100 * MB), courier: Span::seconds(86_400), import: Rate(100 * MB) };
    assert_eq!(media.takes(100_000 * MB), Span::seconds(88_400));
    let even = media.break_even(1e6).unwrap();
    assert!((even - 86_400.0 / 0.98 * 1e6).abs() < 1.0, "{even}");
    assert_eq!(media.break_even(50e6), None, "the stations are no faster than the wire");
}

/// On either side of the even size the faster way is the one that the formula says, in runs. Wire: S ÷ (C − λ), with C − λ = 1 MB/s.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, and within the range")]
#[test]
fn runs_agree_on_which_side_of_the_even_size_media_are_faster() {
    let media = Media { export: Rate(20 * MB), courier: Span::seconds(20_000), import: Rate(20 * MB) };
    let even = 20_000.0 / (1.0 - 0.1);
    for (share, media_are_faster) in [(0.95, false), (1.05, true)] {
        let scenario = fleet(2 * MB, &[((even * share) as u64, 1000)]);
        let wire = all_at_once(&scenario, 0).takes.unwrap();
        let carried = on_media(&scenario, &media, 0).takes.unwrap();
        assert_eq!(carried < wire, media_are_faster, "{share} {carried} {wire}");
        let predicted = media.takes((even * share) as u64 * MB);
        assert!(carried >= predicted && carried.0 - predicted.0 <= 600 * MICROS, "{carried} {predicted}");
    }
}

/// 3 VMs of 30 GB at 10 MB/s: 3,000 s each, so that two fit into 2 h and three do not.
#[test]
fn a_window_holds_as_many_as_end_in_it() {
    let scenario = fleet(10 * MB, &[(30_000, 0), (30_000, 0), (30_000, 0)]);
    let found = formed(&scenario, &[(HOUR, 3 * HOUR), (5 * HOUR, 7 * HOUR)]);
    let sizes: Vec<usize> = found.batches.iter().map(|batch| batch.vms.len()).collect();
    assert_eq!(sizes, [2, 1]);
    assert_eq!(found.batches.iter().map(|batch| batch.bound).collect::<Vec<_>>(), [Some(Bound::Time), None]);
    // Both share the link to the end.
    let copied = found.copies.iter().map(|copy| copy.copied.unwrap() / MICROS).collect::<Vec<_>>();
    assert_eq!(copied, [3600 + 6000, 3600 + 6000, 5 * 3600 + 3000]);
    let (first, last) = (&found.batches[0].outstanding[0], found.batches[0].outstanding.last().unwrap());
    assert_eq!((*first, last.1), ((HOUR, 60_000 * MB), 0));
}

/// Batch 2 of 30 GB would take 1,500 s of 20 MB/s; the VM before it writes 10 MB/s, and the rest is left for it: 30 GB ÷ 10 MB/s are 3,000 s.
#[test]
fn a_batch_gets_what_the_changes_of_those_before_leave() {
    let mut scenario = fleet(20 * MB, &[(30_000, 10_000), (30_000, 0)]);
    let tier = |name: &str, vm: usize, tier: u8| Application {
        name: name.into(),
        tier: Some(tier),
        vms: vec![Id::new(vm)],
        rpo: None,
        rto: None,
        needs: Vec::new(),
        rpo_share: drsim::units::Ratio::ONE,
        mtpd: None,
        depends_on: vec![],
        validation: Span::ZERO,
    };
    scenario.recovery.applications = Table::new(vec![tier("first", 0, 1), tier("second", 1, 2)]);
    let found = formed(&scenario, &[(0, HOUR), (HOUR, 2 * HOUR)]);
    assert_eq!(found.batches.len(), 2);
    let took = (found.copies[1].copied.unwrap() - HOUR) / MICROS;
    assert!(took.abs_diff(3000) <= 300, "{took}");
    let link = &scenario.topology.links[Id::new(WAN)];
    let left = capacity(link, 0, (HOUR, 2 * HOUR), scenario.horizon.0)
        - changes(&scenario, Id::new(0), (HOUR, 2 * HOUR));
    assert!((left - 10e6).abs() < 1.0, "{left}");
}

/// Copies hold the host's slots: with two, two copies at once would leave none for changes, and what is copied already grows too old.
#[test]
fn a_batch_leaves_earlier_vms_within_what_they_are_allowed() {
    let vms: Vec<(u64, u64)> = vec![(1_000, 10), (60_000, 0), (60_000, 0)];
    let mut scenario = fleet(30 * MB, &vms);
    scenario.topology.hosts = scenario
        .topology
        .hosts
        .iter()
        .cloned()
        .map(|mut host| {
            host.send_slots = Some(2);
            host
        })
        .collect();
    let tier = |name: &str, vms: Vec<Id<Vm>>, tier: u8| Application {
        name: name.into(),
        tier: Some(tier),
        vms,
        rpo: Some(Span::seconds(900)),
        rto: None,
        needs: Vec::new(),
        rpo_share: drsim::units::Ratio::ONE,
        mtpd: None,
        depends_on: vec![],
        validation: Span::ZERO,
    };
    scenario.recovery.applications =
        Table::new(vec![tier("first", vec![Id::new(0)], 1), tier("second", vec![Id::new(1), Id::new(2)], 2)]);
    let found = formed(&scenario, &[(0, HOUR / 2), (HOUR, 4 * HOUR), (4 * HOUR, 8 * HOUR)]);
    let sizes: Vec<usize> = found.batches.iter().map(|batch| batch.vms.len()).collect();
    assert_eq!(sizes, [1, 1, 1]);
    assert_eq!(found.batches[1].bound, Some(Bound::Age));
    assert!(
        found
            .batches
            .iter()
            .all(|batch| batch.fits && batch.broken.is_empty() && batch.oldest <= 900 * MICROS)
    );
}

/// A VM that writes 1 MB/s while its 90 GB take 3,000 s: a snapshot of 3 GB, and a log of as much until it is sent, need 6 GB, and a little more.
#[test]
fn a_batch_needs_room_for_snapshots_and_logs() {
    for (free, fits) in [(5_900, false), (6_900, true)] {
        let mut scenario = fleet(30 * MB, &[(90_000, 1000)]);
        let sized = |volume: &Volume| {
            let size = (volume.host == Id::new(0)).then_some(Bytes((90_000 + free) * MB));
            Volume { size, ..volume.clone() }
        };
        scenario.topology.volumes = scenario.topology.volumes.iter().map(sized).collect();
        let batch = formed(&scenario, &[(0, 4 * HOUR)]).batches.remove(0);
        assert_eq!((batch.fits, batch.bound), (fits, (!fits).then_some(Bound::Room)), "{free}");
    }
}

#[test]
fn windows_are_those_for_resynchronisations_and_else_the_days() {
    let mut scenario = fleet(MB, &[(1, 0)]);
    assert_eq!(windows(&scenario), [(0, 24 * HOUR)]);
    let mut policy = scenario.policies[Id::new(0)].clone();
    policy.settings.resync =
        Resync::Windows(vec![(Time(HOUR), Time(2 * HOUR)), (Time(23 * HOUR), Time(30 * HOUR))]);
    scenario.policies = Table::new(vec![policy]);
    assert_eq!(windows(&scenario), [(HOUR, 2 * HOUR), (23 * HOUR, 24 * HOUR)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Every VM is in one batch or left over, and a batch that is said to fit its window does, without harm to those before.
    #[test]
    fn batches_cover_every_vm_once_and_fit_their_windows(
        vms in prop::collection::vec((0u64..60_000, 0u64..1500), 1..9),
        link in 3u64..20,
        window in 1u64..4,
        compression in prop_oneof![Just(1_000_000u32), Just(1_500_000)],
    ) {
        let mut scenario = fleet(link * MB, &vms);
        let mut policy = scenario.policies[Id::new(0)].clone();
        policy.compression = Ratio(compression);
        scenario.policies = Table::new(vec![policy]);
        let windows: Vec<(u64, u64)> = (0..5).map(|day| (day * 4 * HOUR, (day * 4 + window) * HOUR)).collect();
        let found = formed(&scenario, &windows);
        let mut all: Vec<Id<Vm>> = found.batches.iter().flat_map(|batch| batch.vms.clone()).collect();
        all.extend(&found.left_over);
        all.sort_unstable();
        prop_assert_eq!(all, scenario.vms.ids().collect::<Vec<_>>());
        for batch in &found.batches {
            let within = |at: u64| at % scenario.horizon.0;
            prop_assert!(windows.contains(&(within(batch.window.0), within(batch.window.1))));
            for vm in &batch.vms {
                let copy = found.copies[vm.index()];
                prop_assert_eq!(copy.begun, Some(batch.window.0));
                if batch.fits {
                    prop_assert!(copy.protected.unwrap() <= batch.window.1);
                    prop_assert!(copy.copied < copy.protected);
                }
            }
            prop_assert!(!batch.fits || batch.broken.is_empty());
        }
    }
}

/// 200 Mbps for 12 h a day, and next to nothing in the other 12: 12.5 MB/s in the mean, of which 4.166667 MB/s are written anew.
fn by_night(used: &str, horizon: &str) -> Scenario {
    crate::file::read(&format!(
        r#"(
        schema: 1, name: "by night", start: "2026-03-02T00:00[UTC]", horizon: "{horizon}",
        sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
        hosts: [
            (name: "h", site: "hq", cores: 8, memory: "64 GB", volumes: [(name: "d")]),
            (name: "r", site: "dr", cores: 8, memory: "64 GB", volumes: [(name: "d")]),
        ],
        links: [(name: "wan", from: "hq", to: "dr", rate: "200 Mbps", efficiency: "100 %",
                 throttle: [(from: "08:00", to: "20:00", rate: "1 kbps")])],
        vmm_servers: [(name: "v1", site: "hq"), (name: "v2", site: "dr")],
        clouds: [(name: "a", vmm: "v1", hosts: ["h"]), (name: "b", vmm: "v2", hosts: ["r"])],
        policies: [(name: "p", interval: "5m", compression: "1", resync_threshold: "never")],
        protection: [(from: "a", to: "b", policy: "p")],
        vms: [(name: "vm", host: "h", memory: "8 GB", disks: [(name: "d", size: "100 TB", used: "{used}", churn: "4.166667 MB/s")])],
    )"#
    ))
    .unwrap_or_else(|problems| panic!("{}", problems.render(false)))
    .0
}

/// S ÷ (C − λ): 20 TB ÷ 8.33 MB/s are 27.8 days, of a run of two or of seven, to within the night in which it ends. In one of 31 days the same.
#[test]
fn a_first_copy_that_outlasts_the_run_has_its_end() {
    for horizon in ["2d", "7d", "31d"] {
        let scenario = by_night("20 TB", horizon);
        let takes = all_at_once(&scenario, 0).takes.unwrap().as_seconds() / 86_400.0;
        assert!((takes - 27.8).abs() < 0.6, "{horizon}: {takes}");
        let said = section(&scenario, &Ask::default(), &|_, _| true).unwrap().says.join(" ");
        assert_eq!(said.contains("begin again"), horizon != "31d", "{said}");
    }
}

/// Nine VMs of 30 GB at 10 MB/s take 3,000 s each; of the one window of 2 h each day two fit: five days of a run of one.
#[test]
fn windows_come_again_after_the_run() {
    let scenario = fleet(10 * MB, &[(30_000, 0); 9]);
    let found = formed(&scenario, &[(HOUR, 3 * HOUR)]);
    let begins: Vec<u64> = found.batches.iter().map(|batch| batch.window.0 / HOUR).collect();
    assert_eq!((begins, found.left_over.len()), (vec![1, 25, 49, 73, 97], 0));
    // A night that the end of the run cuts is one with the morning after: 22:00 to 2:00 take four.
    let found = formed(&scenario, &[(0, 2 * HOUR), (22 * HOUR, 24 * HOUR)]);
    let batches: Vec<(u64, usize)> =
        found.batches.iter().map(|it| (it.window.0 / HOUR, it.vms.len())).collect();
    assert_eq!(batches, [(0, 2), (22, 4), (46, 3)]);
}
