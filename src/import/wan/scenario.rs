//! A whole scenario around a network: two of its places are sites, with a machine between them; the others are routers.

use std::fmt::Write;

use super::super::marks::Marks;
use super::super::names::unique;
use super::Wan;
use crate::units::Rate;

/// What the caller decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WanOptions {
    /// Place of the main site.
    pub main: usize,
    /// Place of the recovery site, another one.
    pub recovery: usize,
    /// Rate of links whose rate the file does not tell.
    pub rate: Rate,
    /// Kilometres that light travels in fibre in a millisecond.
    pub km_per_ms: u32,
}

/// Microseconds for a length, rounded to the nearest.
pub fn latency_us(metres: u64, km_per_ms: u32) -> u64 {
    let per = u64::from(km_per_ms.max(1));
    (metres + per / 2) / per
}

/// Whether a place is one of the sites: which.
fn site(options: &WanOptions, place: usize) -> Option<usize> {
    [options.main, options.recovery].iter().position(|site| *site == place)
}

/// The names of all places, with these for the two that are sites.
fn place_names(wan: &Wan, options: &WanOptions, sites: [&str; 2]) -> Vec<String> {
    let mut names: Vec<String> = wan.nodes.clone();
    // A router that is called like a site is another place.
    for (place, name) in names.iter_mut().enumerate() {
        match site(options, place) {
            Some(at) => sites[at].clone_into(name),
            None if sites.contains(&name.as_str()) => name.push_str(" (router)"),
            None => {}
        }
    }
    names
}

/// The sections of routers and links, with these names for the two places that are sites.
pub fn sections(wan: &Wan, options: &WanOptions, sites: [&str; 2]) -> String {
    let names = place_names(wan, options, sites);
    let routers: String = (0..names.len())
        .filter(|place| site(options, *place).is_none())
        .fold(String::new(), |text, place| format!("{text}        (name: {:?}),\n", names[place]));
    let routers =
        if routers.is_empty() { String::new() } else { format!("    routers: [\n{routers}    ],\n") };
    format!("{routers}    links: [\n{}    ],\n", links(wan, options, &names))
}

/// The scenario, titled `name`.
pub fn scenario(wan: &Wan, options: &WanOptions, name: &str) -> String {
    let (main, recovery) = (&wan.nodes[options.main], &wan.nodes[options.recovery]);
    let length = wan.lengths(options.main)[options.recovery].unwrap_or(0);
    format!(
        r#"// A wide-area network ({source}), with two of its places as sites. Written by `drsim import topology`.
//
// Places and lengths of links are the file's; light travels {speed} km of fibre in a millisecond. Rates that the file does
// not tell, hosts, the machine, policy, objectives and the outage are stand-ins: put yours in their place, then
// `drsim check` this file and `drsim run` it. From {main} to {recovery} it is {km} km.
(
    schema: 1,
    name: {name:?},
    start: "2026-01-05T00:00[UTC]", // a Monday
    horizon: "7d",

    sites: [(name: {main:?}, zone: "UTC"), (name: {recovery:?}, zone: "UTC")],
{network}    hosts: [
        (name: "main-hv", site: {main:?}, cores: 16, memory: "64 GiB", volumes: [(name: "data")]),
        (name: "recovery-hv", site: {recovery:?}, cores: 16, memory: "64 GiB", volumes: [(name: "data")]),
    ],
    vmm_servers: [(name: "main-vmm", site: {main:?}), (name: "recovery-vmm", site: {recovery:?})],
    clouds: [
        (name: "main", vmm: "main-vmm", hosts: ["main-hv"]),
        (name: "recovery", vmm: "recovery-vmm", hosts: ["recovery-hv"]),
    ],

    policies: [(name: "5min", interval: "5m")],
    protection: [(from: "main", to: "recovery", policy: "5min")],
    vms: [(name: "machine", host: "main-hv", cores: 2, memory: "4 GiB", disk: "200 GB", churn: "500 KB/s")],

    applications: [(name: "all", vms: ["*"], rpo: "15m", rto: "4h")],
    people: [(name: "operations")],
    plans: [(name: "to-recovery", people: "operations", groups: [(vms: ["*"])])],

    outages: [
        (name: "main-lost", about: "The main site is lost.", faults: [(site: {main:?}, at: "3d12h")]),
    ],

{assumed})
"#,
        source = wan.source,
        speed = options.km_per_ms,
        km = length / 1000,
        network = sections(wan, options, [main, recovery]),
        assumed = marks(wan, options, [main, recovery]).around().section(),
    )
}

fn marks(wan: &Wan, options: &WanOptions, sites: [&str; 2]) -> Marks {
    let mut marks = Marks::default();
    mark_rates(&mut marks, wan, options, sites);
    for (what, why) in [
        ("start", "a Monday"),
        ("horizon", "a week"),
        ("hosts", "one a site"),
        ("vms.machine", "a machine to begin with"),
        ("policies.5min", "no file tells the copy frequency"),
    ] {
        marks.add(what, why);
    }
    marks
}

/// Marks the rates of links that the file does not tell.
pub fn mark_rates(marks: &mut Marks, wan: &Wan, options: &WanOptions, sites: [&str; 2]) {
    let names = link_names(wan, &place_names(wan, options, sites));
    for (_, name) in wan.links.iter().zip(names).filter(|(link, _)| link.rate.is_none()) {
        marks.add(format!("links.{name}.rate"), "the network does not tell it");
    }
}

fn link_names(wan: &Wan, places: &[String]) -> Vec<String> {
    let mut names: Vec<String> =
        wan.links.iter().map(|link| format!("{} - {}", places[link.ends[0]], places[link.ends[1]])).collect();
    unique(names.iter_mut());
    names
}

fn links(wan: &Wan, options: &WanOptions, places: &[String]) -> String {
    let names = link_names(wan, places);
    let mut text = String::new();
    for (link, name) in wan.links.iter().zip(names) {
        let [from, to] = link.ends.map(|end| &places[end]);
        let rate = link.rate.unwrap_or(options.rate);
        let latency = match link.metres.map(|metres| latency_us(metres, options.km_per_ms)) {
            None | Some(0) => String::new(),
            Some(us) => format!(", latency: \"{us}us\""),
        };
        let _ = writeln!(
            text,
            "        (name: {name:?}, from: {from:?}, to: {to:?}, rate: \"{}\"{latency}),",
            written(rate)
        );
    }
    text
}

/// Exactly: whole megabits as such, else bytes.
fn written(rate: Rate) -> String {
    match rate.0 {
        bytes if bytes.is_multiple_of(125_000) => format!("{} Mbps", bytes / 125_000),
        bytes => format!("{bytes} B/s"),
    }
}
