//! Every instant of a week: a site is lost at each microsecond, of 24 VMs and of 1,000, with one thread. `cargo bench --bench sweep`.
//!
//! Targets, user CPU: 1.5 s for two sites, 30 s and 500 MB for 1,000 VMs.

mod cpu;
#[path = "outages/fleets.rs"]
mod fleets;

use std::collections::BTreeMap;

use cpu::user_seconds;
use drsim::scenario::Scenario;
use drsim::sweep::{Ask, How, sweep};
use drsim::units::Time;

/// Name, scenario, the outage, and the seconds that it may take.
type Case = (&'static str, fn() -> String, &'static str, f64);

const CASES: [Case; 4] = [
    ("two sites, hq lost", || fleets::two_site(1), "hq-0000", 1.5),
    ("two sites, hq-and-vmm-lost", shipped, "hq-and-vmm-lost", 3.0),
    ("two sites, wan-cut", shipped, "wan-cut", 3.0),
    ("1,000 VMs, hq lost", || fleets::many_vms(1000, 1), "hq-0000", 30.0),
];

fn shipped() -> String {
    include_str!("../scenarios/two-site.ron").to_owned()
}

fn main() {
    for (name, text, outage, target) in CASES {
        let files = BTreeMap::from([("many.ron".to_owned(), text().into_bytes())]);
        let read = Scenario::parse(&files, "many.ron");
        let mut scenario = read.unwrap_or_else(|problems| panic!("{}", problems.render(false))).0;
        scenario.keep_outages(|it| it.name == outage);
        let window = (Time::START, Time(scenario.horizon.0));
        let ask = Ask { outages: scenario.outages.ids().collect(), window, every: None, threads: 1 };
        let before = user_seconds();
        let found = sweep(&scenario, &ask, &|_| {});
        let took = user_seconds() - before;
        let it = &found.outages[0];
        let exact = it.known(How::Exact, window).share_of(scenario.horizon.0);
        let worst = it.longest().most().map_or(0, |(most, _)| most / 1_000_000);
        println!(
            "{name:28} {took:6.2} s user CPU of {target} s   exact {:5.1} %  {} pieces, worst RTA {worst} s   {} MB at most so far",
            100.0 * exact,
            it.ends.len(),
            memory_mb()
        );
    }
}

/// The most memory that this process ever had; 0 where the system does not tell.
fn memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1000
}
