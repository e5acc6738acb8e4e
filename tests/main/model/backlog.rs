//! The backlog of a link is the most that ever waited for it, not the most seen by samples.

use drsim::data_plane::DataPlane;
use drsim::engine::plane::Plane;
use drsim::engine::state::Kernel;
use drsim::measure::watch::Watch;
use drsim::units::{MICROS, Time};

use super::{outage, run, scenario, text};

/// 1 MB/s over 16 Mbps: every 5 minutes 300 MB are cut, and sent in 150 s.
const SMALL: &[(&str, &str)] = &[("rate: \"80 Mbps\"", "rate: \"16 Mbps\"")];

#[test]
fn the_largest_backlog_is_that_right_after_a_cut() {
    let row = |results: &drsim::measure::results::Results| {
        let rows: Vec<u64> = results.links.iter().map(|row| row.backlog_max_bytes).collect();
        rows
    };
    assert_eq!(row(&run(&text(SMALL, ""))), [300_000_000, 0]);
    // Two VMs are cut at one instant: both logs wait, or are sent together.
    let two = "churn: \"1 MB/s\", network: \"hn\"), (name: \"b\", host: \"h1\", memory: \"4 GB\", disk: \"100 GB\", churn: \"500 KB/s\", network: \"hn\")";
    let one = "churn: \"1 MB/s\", network: \"hn\")";
    assert_eq!(row(&run(&text(&[SMALL[0], (one, two)], ""))), [450_000_000, 0]);
}

#[test]
fn a_backlog_is_that_of_the_link_that_is_cut_too() {
    let cut = "outages: [(name: \"o\", faults: [(link: \"wan\", at: \"6h2m\", lasts: \"58m\")])],";
    let results = run(&text(SMALL, cut));
    assert_eq!(results.links[0].backlog_max_bytes, 300_000_000);
    // At 6:02 the log cut at 6:00 has 60 MB to go. It is tried again 1, 3, 7, 15, 25, 55 and 85 minutes later, the last time on a whole
    // link: at 7:27:30 it is through, and what was written since 6:00 is cut.
    let links = &outage(&results, "o").links;
    assert_eq!(links.len(), 1);
    assert_eq!((links[0].name.as_str(), links[0].backlog_max_bytes), ("wan", 5_250_000_000));
}

/// What is kept is never below what can be seen at any time, and not above what can be seen right after a cut.
#[test]
fn the_largest_backlog_is_the_largest_of_all_instants() {
    let more = "(name: \"b\", host: \"h2\", memory: \"4 GB\", disk: \"100 GB\", churn: \"700 KB/s\", network: \"hn\"), (name: \"c\", host: \"h2\", memory: \"4 GB\", disk: \"100 GB\", churn: \"900 KB/s\", network: \"hn\")]";
    let second = "(name: \"h2\", site: \"hq\", cores: 8, memory: \"64 GB\", nic: \"20 Mbps\", send_slots: 1, volumes: [(name: \"v\", size: \"4 TB\")]),\n (name: \"d1\"";
    let changes = [
        (
            "rate: \"80 Mbps\", efficiency: \"100 %\"",
            "rate: \"24 Mbps\", efficiency: \"97 %\", throttle: [(rate: \"14 Mbps\", days: \"daily\", from: \"08:00\", to: \"18:00\")]",
        ),
        ("network: \"hn\")]", &format!("network: \"hn\"), {more}")),
        ("(name: \"d1\"", second),
    ];
    let scenario = scenario(&text(&changes, ""));
    let mut plane = Plane { kernel: Kernel::new(&scenario), observer: Watch::new(&scenario) };
    let mut seen = 0;
    for second in 0..86_400 {
        // A cut comes at whole seconds: right after it nothing has been sent but what a microsecond carries.
        plane.advance(Time(second * MICROS + 1));
        let unsent: u128 = (0..plane.kernel.vms()).map(|vm| plane.kernel.unsent(vm)).sum();
        seen = seen.max(u64::try_from(unsent / u128::from(MICROS)).unwrap());
        assert!(seen <= plane.kernel.backlog_max(0, 0));
    }
    let kept = plane.kernel.backlog_max(0, 0);
    assert!(seen > 1_000_000_000 && kept >= seen, "{seen}");
    // What is cut at the end of a log before is cut at any microsecond.
    assert!(kept - seen <= 3_000_000, "{kept} is not {seen}");
}
