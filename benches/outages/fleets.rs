//! The scenarios of the benchmark, written here: many losses of a site, spread over a week.

use std::fmt::Write;

/// Two sites, 24 VMs; its own outages are left out.
const TWO_SITE: &str = include_str!("../../scenarios/two-site.ron");

const HOSTS: usize = 20;

/// VMs of an application and of its plan: the product takes no more.
const GROUP: usize = 100;

/// The shipped example of two sites, whose HQ is lost every ten minutes.
pub fn two_site(outages: usize) -> String {
    let from = TWO_SITE.find("    outages: [").expect("the example has outages");
    let to = from + TWO_SITE[from..].find("    // ---- What is promised").expect("the example has gates");
    format!("{}    outages: [{}],\n{}", &TWO_SITE[..from], losses(outages), &TWO_SITE[to..])
}

/// 1,000 VMs or another number on 20 hosts, in applications of 100, each with its plan.
pub fn many_vms(vms: usize, outages: usize) -> String {
    let mut hosts = String::new();
    for host in 1..=HOSTS {
        for (side, rate) in [("hq", ""), ("dr", ", apply_rate: \"200 MB/s\"")] {
            write(
                &mut hosts,
                format_args!(
                    "(name: \"{side}-{host:02}\", site: \"{side}\", cores: 512, memory: \"1 TB\", nic: \"10 Gbps\", stream_cap: \"1 Gbps\", \
                     volumes: [(name: \"csv\", size: \"40 TB\"{rate})]), "
                ),
            );
        }
    }
    let (mut rows, mut applications, mut plans) = (String::new(), String::new(), String::new());
    for group in 0..vms.div_ceil(GROUP) {
        let count = (vms - group * GROUP).min(GROUP);
        write(
            &mut rows,
            format_args!(
                "(name: \"app{group:02}-{{n:03}}\", count: {count}, host: \"hq-*\", cores: 2, memory: \"4 GB\", disk: \"60 GB\", \
                 network: \"hq-net\", churn: [(profile: \"office\", rate: \"log-uniform 20 KB/s to 400 KB/s\")]), "
            ),
        );
        let name = format_args!("name: \"app{group:02}\"");
        let those = format_args!("vms: [\"app{group:02}-*\"]");
        write(&mut applications, format_args!("({name}, tier: 1, {those}, rpo: \"15m\", rto: \"8h\"), "));
        write(&mut plans, format_args!("({name}, people: \"operations\", groups: [({those})]), "));
    }
    format!(
        r#"(
    schema: 1, name: "A thousand", start: "2026-03-02T00:00[Europe/Berlin]", horizon: "7d", seed: 5,
    sites: [(name: "hq", zone: "Europe/Berlin"), (name: "dr", zone: "Europe/Berlin")],
    networks: [(name: "hq-net", site: "hq", dns_ttl: "5m"), (name: "dr-net", site: "dr", dns_ttl: "5m")],
    network_mappings: [(from: "hq-net", to: "dr-net")],
    hosts: [{hosts}],
    links: [(name: "wan", from: "hq", to: "dr", rate: "10 Gbps", latency: "8ms",
        throttle: [(days: "Mon-Fri", from: "08:00", to: "18:00", rate: "6 Gbps")])],
    vmm_servers: [(name: "vmm-hq", site: "hq"), (name: "vmm-dr", site: "dr")],
    clouds: [(name: "cloud-hq", vmm: "vmm-hq", hosts: ["hq-*"]), (name: "cloud-dr", vmm: "vmm-dr", hosts: ["dr-*"])],
    profiles: [(name: "office", hours: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1, 1, 1, 1, 0.7, 1, 1, 1, 1, 0.7, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1])],
    vms: [{rows}],
    policies: [(name: "5min", interval: "5m", compression: "1.5", recovery_points: 24)],
    protection: [(vms: ["*"], from: "cloud-hq", to: "cloud-dr", policy: "5min")],
    applications: [{applications}],
    people: [(name: "operations", detection: "10m", decision: "20m", operators: 4, shifts: [(days: "daily", from: "06:00", to: "22:00")])],
    plans: [{plans}],
    outages: [{}],
)"#,
        losses(outages)
    )
}

/// HQ lost again and again, each loss in a run of its own, as often as a week has room for beside its first hours.
fn losses(count: usize) -> String {
    let every = 160 * 60 / count.max(1);
    let mut text = String::new();
    for number in 0..count {
        let minutes = 60 + number * every;
        write(
            &mut text,
            format_args!("(name: \"hq-{number:04}\", faults: [(site: \"hq\", at: \"{minutes}m\")]), "),
        );
    }
    text
}

fn write(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("a string takes all");
}
