//! Random scenarios, as text: estates, policies, applications, people, plans, operations, faults. Most of them are valid; what is not is refused
//! with a message like anybody's.

use std::fmt::Write;

use crate::determinism::Dice;

/// Hours of every run.
const HORIZON_H: usize = 48;

/// Draws the parts of one scenario.
struct Draw {
    dice: Dice,
    vms: Vec<String>,
    hosts: usize,
    links: usize,
    has_clusters: bool,
}

impl Draw {
    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.dice.below(choices.len())]
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.dice.below(many) == 0
    }

    /// An instant of the run, to the second.
    fn at(&mut self) -> String {
        format!("{}s", self.dice.below(HORIZON_H * 3600))
    }

    fn span(&mut self, hours: usize) -> String {
        format!("{}s", 1 + self.dice.below(hours * 3600))
    }

    fn vm(&mut self) -> String {
        let index = self.dice.below(self.vms.len());
        self.vms[index].clone()
    }

    fn host(&mut self, side: &str) -> String {
        format!("{side}{}", 1 + self.dice.below(self.hosts))
    }

    /// A throttle of a link.
    fn throttle(&mut self) -> String {
        if self.one_in(2) {
            return String::new();
        }
        let rate = self.of(&["5 Mbps", "20 Mbps", "0 bps"]);
        let days = self.of(&["Mon-Fri", "daily", "Tue"]);
        let rate = if rate == "0 bps" { "1 Mbps" } else { rate };
        format!(", throttle: [(days: \"{days}\", from: \"08:00\", to: \"18:00\", rate: \"{rate}\")]")
    }

    fn estate(&mut self) -> String {
        let mut text = String::from(
            "schema: 1, name: \"random\", start: \"2026-03-02T00:00[Europe/Berlin]\", seed: 3,
             fault_domains: [(name: \"earth\"), (name: \"campus\", within: \"earth\")],
             logical_networks: [(name: \"prod\"), (name: \"lab\")],
             networks: [(name: \"hq-net\", site: \"hq\", logical: \"prod\"), (name: \"dr-net\", site: \"dr\", logical: \"prod\", dns_ttl: \"5m\"),
                        (name: \"dr-lab\", site: \"dr\", logical: \"lab\")],
             network_mappings: [(from: \"hq-net\", to: \"dr-net\"), (from: \"dr-net\", to: \"hq-net\")],
             profiles: [(name: \"office\", hours: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1, 1, 1, 1, 0.7, 1, 1, 1, 1, 0.7, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1])],\n",
        );
        let domains = self.of(&["", ", fault_domains: [\"campus\"]"]);
        writeln!(text, "horizon: \"{HORIZON_H}h\", sites: [(name: \"hq\", zone: \"Europe/Berlin\"{domains}), (name: \"dr\", zone: \"UTC\")],").unwrap();
        let os = self.of(&["2012 R2", "2016", "2022"]);
        text += "hosts: [";
        for side in ["hq", "dr"] {
            for index in 1..=self.hosts {
                let memory = self.of(&["32 GB", "128 GB"]);
                let more = self.of(&[
                    "",
                    ", apply_vms: 1",
                    ", send_slots: 1",
                    ", nic: \"50 Mbps\"",
                    ", tcp_window: \"64 KB\"",
                ]);
                let volume =
                    self.of(&["", ", size: \"2 TB\"", ", size: \"700 GB\"", ", apply_rate: \"3 MB/s\""]);
                let shared = if self.has_clusters { ", cluster: true" } else { "" };
                let volumes = format!(", volumes: [(name: \"v\"{volume}{shared})]");
                writeln!(text, "(name: \"{side}{index}\", site: \"{side}\", cores: 8, memory: \"{memory}\", os: \"{os}\"{more}{volumes}),").unwrap();
            }
        }
        text += "],\n";
        if self.has_clusters {
            text += "clusters: [";
            for side in ["hq", "dr"] {
                writeln!(text, "(name: \"{side}-cluster\", site: \"{side}\", nodes: [\"{side}*\"]),")
                    .unwrap();
            }
            text += "],\n";
        }
        text += "links: [";
        for index in 1..=self.links {
            let (rate, throttle) = (self.of(&["2 Mbps", "20 Mbps", "100 Mbps", "1 Gbps"]), self.throttle());
            let latency = self.of(&["0s", "8ms", "40ms"]);
            writeln!(text, "(name: \"wan{index}\", from: \"hq\", to: \"dr\", rate: \"{rate}\", latency: \"{latency}\"{throttle}),").unwrap();
        }
        let single = self.one_in(6);
        let at = if single { "hq" } else { "dr" };
        let servers = if single {
            "(name: \"vmm-hq\", site: \"hq\")".to_owned()
        } else {
            format!("(name: \"vmm-hq\", site: \"hq\"), (name: \"vmm-{at}\", site: \"dr\")")
        };
        writeln!(
            text,
            "], vmm_servers: [{servers}], clouds: [(name: \"cloud-hq\", vmm: \"vmm-hq\", hosts: [\"hq*\"]), (name: \"cloud-dr\", vmm: \"vmm-{at}\", hosts: [\"dr*\"])],"
        )
        .unwrap();
        text
    }

    fn policies(&mut self) -> String {
        let mut text = String::from("policies: [");
        for name in ["fast", "slow"] {
            let interval = self.of(&["5m", "15m"]);
            let points =
                self.of(&["", ", recovery_points: 4", ", recovery_points: 12, app_consistent: \"2h\""]);
            let overrun = self.of(&[
                "",
                ", on_overrun: \"queue\"",
                ", on_overrun: \"next_tick\"",
                ", on_overrun: \"cut_when_done\"",
            ]);
            let resync = self.of(&[
                "",
                ", resync: \"immediate\"",
                ", resync: \"manual\"",
                ", resync: \"20:00 to 06:00\"",
            ]);
            let more = self.of(&[
                "",
                ", compression: \"2\"",
                ", interrupted: \"resend\"",
                ", retry: \"at_repair\"",
                ", coalescing: [(window: \"30s\", ratio: \"95 %\"), (window: \"1h\", ratio: \"60 %\")]",
            ]);
            writeln!(text, "(name: \"{name}\", technology: \"generic\", interval: \"{interval}\"{points}{overrun}{resync}{more}),").unwrap();
        }
        text + "],\n"
    }

    fn workload(&mut self) -> String {
        let mut text = String::from("vms: [");
        for name in self.vms.clone() {
            let (host, memory) = (self.host("hq"), self.of(&["2 GB", "8 GB"]));
            let churn = self.of(&["\"0 bps\"", "\"20 KB/s\"", "\"1 MB/s\"", "\"uniform 20 KB/s to 400 KB/s\"",
                "[(profile: \"office\", rate: \"500 KB/s\")]",
                "[(window: \"22:00 to 23:00\", days: \"daily\", rate: \"4 MB/s\"), (bursts: \"5h\", lasts: \"lognormal median 10m sigma 0.6\", rate: \"2 MB/s\")]"]);
            let size = self.of(&["40 GB", "120 GB"]);
            writeln!(
                text,
                "(name: \"{name}\", host: \"{host}\", cores: 2, memory: \"{memory}\", network: \"hq-net\", disks: [(name: \"disk\", size: \"{size}\", volume: \"{host}/v\", churn: {churn})]),"
            )
            .unwrap();
        }
        text += "], protection: [";
        let (first, rest) = (self.vms[0].clone(), self.of(&["fast", "slow"]));
        let enabled = match self.dice.below(3) {
            0 => format!(", enabled: \"{}\"", self.at()),
            1 => format!(
                ", enabled: \"{}\", initial: (offline: (export: \"100 MB/s\", courier: \"4h\", import: \"100 MB/s\"))",
                self.at()
            ),
            _ => String::new(),
        };
        writeln!(text, "(vms: [\"{first}\"], from: \"cloud-hq\", to: \"cloud-dr\", policy: \"fast\"{enabled}), (from: \"cloud-hq\", to: \"cloud-dr\", policy: \"{rest}\")],").unwrap();
        text
    }

    fn recovery(&mut self) -> String {
        let middle = self.vms.len().div_ceil(2);
        let quoted =
            |names: &[String]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let (low, high) = (quoted(&self.vms[..middle]), quoted(&self.vms[middle..]));
        let (rpo, rto) = (self.of(&["5m", "20m", "2h"]), self.of(&["30m", "2h", "1d"]));
        let needs =
            if self.one_in(3) { format!(", needs: [(of: [{low}], at_least: 1)]") } else { String::new() };
        let shifts = self.of(&[
            "",
            ", shifts: [(days: \"daily\", from: \"06:00\", to: \"20:00\")]",
            ", by_hand_after: \"20m\"",
        ]);
        let action = self.of(&[
            "",
            ", after: [(name: \"script\", script: \"3m\")]",
            ", before: [(name: \"check\", manual: \"10m\")]",
            ", after: [(name: \"fails\", script: \"1m\", fails: true)]",
        ]);
        let plan = self.of(&[
            "",
            ", shutdown_timeout: \"5m\"",
            ", synchronize: true",
            ", point: \"latest app-consistent\"",
            ", parallel_recoveries: 1",
            ", point: \"common\"",
        ]);
        format!(
            "applications: [(name: \"base\", tier: 1, vms: [{low}], rpo: \"{rpo}\", rto: \"{rto}\"{needs}),
                            (name: \"top\", vms: [{high}], depends_on: [\"base\"], rpo: \"1h\", rto: \"4h\", mtpd: \"1d\", validation: \"2m\")],
             people: [(name: \"ops\", detection: \"5m\", decision: \"15m\", operators: 2{shifts})],
             plans: [(name: \"all\", people: \"ops\", groups: [(vms: [{low}]{action}), (vms: [{high}])]{plan})],\n"
        )
    }

    fn operation(&mut self) -> String {
        let (vm, plan) = (self.vm(), "all");
        let host = self.host("hq");
        let subject = if self.one_in(3) { format!("vm:{vm}") } else { plan.to_owned() };
        match self.dice.below(19) {
            0 => format!("pause: [\"{vm}\"]"),
            1 => format!("resume: [\"{vm}\"]"),
            2 => format!("migrate: \"{vm}\", to: \"{host}\""),
            3 => format!("set_policy: \"slow\", vms: [\"{vm}\"]"),
            4 => format!("resize: \"{vm}/disk\", size: \"200 GB\""),
            5 => format!("resynchronize: [\"{vm}\"]"),
            6 => format!("by: \"ops\", test_failover: \"{subject}\", network: \"dr-lab\", testing: \"2h\""),
            7 | 8 => format!("by: \"ops\", planned_failover: \"{subject}\""),
            9 => format!("unplanned_failover: \"{subject}\""),
            10 | 11 => format!("commit: \"{subject}\""),
            12 => format!("by: \"ops\", reverse: \"{subject}\""),
            13 | 14 => format!("by: \"ops\", failback: \"{subject}\""),
            15 => format!("cancel: \"{subject}\""),
            16 => format!("disable: [\"{vm}\"]"),
            17 => format!("enable: [\"{vm}\"]"),
            _ => format!("break_replica: \"{vm}\""),
        }
    }

    fn operations(&mut self, most: usize) -> String {
        let many = self.dice.below(most + 1);
        let mut instants: Vec<usize> = (0..many).map(|_| self.dice.below(HORIZON_H * 3600)).collect();
        instants.sort_unstable();
        let all: Vec<String> =
            instants.iter().map(|at| format!("(at: \"{at}s\", {})", self.operation())).collect();
        all.join(", ")
    }

    fn fault(&mut self) -> String {
        let (vm, side) = (self.vm(), self.of(&["hq", "dr"]));
        let host = self.host(side);
        let link = 1 + self.dice.below(self.links);
        let what = match self.dice.below(13) {
            0 => format!("site: \"{side}\""),
            1 => "domain: \"earth\"".to_owned(),
            2 | 3 => format!("host: \"{host}\""),
            4 => format!("volume: \"{host}/v\""),
            5 => format!("link: \"wan{link}\""),
            6 => format!("link: \"wan{link}\", degraded_to: \"30 %\""),
            7 => "vmm: \"vmm-hq\"".to_owned(),
            8 => "recovery_service: true".to_owned(),
            9 if self.has_clusters => format!("broker: \"{side}-cluster\""),
            9 => "people: \"ops\"".to_owned(),
            10 => format!("contents: \"{vm}\", found: \"{}\"", self.span(6)),
            11 => format!("replication: \"{vm}\""),
            _ => format!("recovery_points: \"{vm}\", older_than: \"1h\""),
        };
        let ends = match self.dice.below(3) {
            0 => String::new(),
            1 => format!(", lasts: \"{}\"", self.span(1)),
            _ => format!(", repair: \"{}\"", self.span(20)),
        };
        let ends = if what.starts_with("contents") || what.starts_with("recovery_points") {
            String::new()
        } else {
            ends
        };
        format!("({what}, at: \"{}\"{ends})", self.at())
    }

    fn outages(&mut self) -> String {
        let mut text = String::from("outages: [");
        for index in 1..=1 + self.dice.below(3) {
            let faults: Vec<String> = (0..=self.dice.below(3)).map(|_| self.fault()).collect();
            writeln!(text, "(name: \"o{index}\", faults: [{}]),", faults.join(", ")).unwrap();
        }
        text + "],\n"
    }
}

/// The scenario of a seed.
pub fn scenario(seed: u64) -> String {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let (vms, hosts, links) = (2 + dice.below(5), 1 + dice.below(3), 1 + dice.below(2));
    let vms = (1..=vms).map(|index| format!("vm{index}")).collect();
    let has_clusters = hosts > 1 && dice.below(3) == 0;
    let mut draw = Draw { dice, vms, hosts, links, has_clusters };
    let mut text = String::from("(");
    text += &draw.estate();
    text += &draw.policies();
    text += &draw.workload();
    text += &draw.recovery();
    let operations = draw.operations(6);
    writeln!(text, "operations: [{operations}],").unwrap();
    text += &draw.outages();
    text + ")"
}
