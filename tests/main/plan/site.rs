//! The recovery site before anything fails: the same VMs start as in a run, space and writes by hand, tests and N+1.

use drsim::document::{Section, Value};
use drsim::ids::{Id, Table};
use drsim::measure::results::VmEnd;
use drsim::operations::{Act, Scope, TestNetwork};
use drsim::plan::site::load::{factors, loads};
use drsim::plan::site::loss::losses;
use drsim::plan::site::{Admission, Admitted};
use drsim::plan::{Ask, plan as answer};
use drsim::protection::Overrun;
use drsim::recovery::PointChoice;
use drsim::scenario::Scenario;
use drsim::topology::{Cluster, Node, OsVersion, Site};
use drsim::units::{Bytes, Rate, Span};
use drsim::workload::Layer;

use crate::fleet::*;
use crate::pair::{MB, pair, policy};

/// Of `fleet()`.
const HQ: usize = 0;
const R1: usize = 2;

/// The network and the policy that the engine needs.
fn connect(it: &mut Scenario) {
    push(&mut it.policies, policy(300, Overrun::CutWhenDone));
    let node = |(id, site): (Id<Site>, &Site)| Node { name: site.name.clone(), site: Some(id) };
    it.topology.nodes = it.topology.sites.entries().map(node).collect();
}

fn recovered(scenario: &Scenario) -> Vec<Admission> {
    losses(scenario, Id::new(HQ), &[None]).remove(0).admissions
}

fn site(scenario: &Scenario) -> Section {
    let ask = Ask { sections: vec!["site".into()], ..Ask::default() };
    let document = answer(scenario, &ask, &|_, _| true).expect("nothing stops it");
    document.sections.into_iter().find(|it| it.key == "site").expect("the section is there")
}

fn cell(section: &Section, table: &str, row: usize, key: &str) -> Value {
    let table = section.tables.iter().find(|it| it.key == table).expect("the table is there");
    let column = table.columns.iter().position(|it| it.key == key).expect("the column is there");
    table.rows[row][column].clone()
}

fn number(section: &Section, table: &str, row: usize, key: &str) -> f64 {
    let cell = cell(section, table, row, key);
    let Value::Number(number) = cell else { panic!("{key}: {cell:?}") };
    number
}

/// Forty fleets of twelve VMs of 1 to 8 cores and 2 to 32 GB, in groups of four in no order of names, two VMs at home at r1: whoever the run
/// of a lost site finds no room for is whom the plan says.
#[test]
fn whoever_finds_no_room_before_anything_fails_finds_none_in_the_run() {
    let mut state = 7u64;
    let mut draw = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut refused = 0;
    for _ in 0..40 {
        let mut it = fleet();
        connect(&mut it);
        let mut vms = Vec::new();
        for n in 0..14 {
            let id = vm(&mut it, &format!("v{n:02}"), if n < 12 { n % 2 } else { R1 });
            it.vms[id].cores = u32::try_from(1 + draw(8)).unwrap();
            it.vms[id].memory = Bytes((2 + draw(31)) * GB);
            if n < 12 {
                vms.insert(usize::try_from(draw(vms.len() as u64 + 1)).unwrap(), id);
            } else {
                it.vms[id].protection = None;
            }
        }
        it.topology.hosts[Id::new(R1)].cores = u32::try_from(20 + draw(40)).unwrap();
        it.topology.hosts[Id::new(R1)].memory = Bytes((100 + draw(160)) * GB);
        it.topology.hosts[Id::new(R1)].memory_reserve = Bytes(4 * GB);
        let groups: Vec<&[Id<_>]> = vms.chunks(4).collect();
        plan(&mut it, &groups);
        let row = run(&it, vec![down(host(0), 0, None), down(host(1), 0, None)]);
        for admission in recovered(&it) {
            let name = &it.vms[admission.vm].name;
            let starts = vm_row(&row, name).state != VmEnd::DidNotStart;
            assert_eq!(admission.admitted == Admitted::Yes, starts, "{name}");
            refused += usize::from(!starts);
        }
    }
    assert!(refused > 40, "{refused}");
}

/// r1: 10 cores, 4 of them at home; z takes 4, and for a 2 of 4 are left. Together 8 are wanted where 6 are free.
#[test]
fn a_host_says_what_is_free_and_what_lacks_for_all_of_them() {
    let mut it = fleet();
    connect(&mut it);
    let (z, a) = (vm(&mut it, "z", 0), vm(&mut it, "a", 0));
    let local = vm(&mut it, "local", R1);
    it.vms[local].protection = None;
    plan(&mut it, &[&[z], &[a]]);
    it.topology.hosts[Id::new(R1)].cores = 10;
    let found: Vec<Admitted> = recovered(&it).iter().map(|row| row.admitted).collect();
    assert_eq!(found, [Admitted::Yes, Admitted::NoRoom(2, Bytes(0))]);
    let section = site(&it);
    let of = |key| number(&section, "site_hosts", 0, key);
    assert_eq!([of("free_cores"), of("cores"), of("cores_short"), of("not_started")], [6.0, 8.0, 2.0, 1.0]);
    assert_eq!([of("free_memory_bytes"), of("memory_bytes")], [248e9, 16e9]);
    assert_eq!(section.says[0], "If hq is lost, 1 of 2 VMs of the plans find room; a do not.");
    assert_eq!(section.says[1], "For all that would start on it, r1 is short of 2 cores.");
    assert_eq!(cell(&section, "site_admission", 1, "missing"), Value::text("2 cores short"));
}

#[test]
fn a_volume_holds_replicas_whole_and_the_churn_of_the_hours_kept() {
    let mut it = pair(Rate(50 * MB), policy(300, Overrun::Queue), vec![vec![Layer::Constant(Rate(MB))]]);
    it.policies = it.policies.iter().cloned().collect();
    it.policies[Id::new(0)].settings.recovery_points = 4;
    let load = loads(&it, &|_, _| true).unwrap()[1];
    // Newest and oldest are cut at the same minute of hours four apart: 4 × 3,600 s at 1 MB/s.
    assert_eq!((load.replicas, load.replica_bytes, load.points_bytes), (1, 100_000 * MB, 14_400 * MB));
    // The last log of the day is cut 300 s before its end.
    assert!((load.mean - 1e6 * 86_100.0 / 86_400.0).abs() < 1e-6, "{}", load.mean);
    assert!((load.peak - 1e6).abs() < 1e-6, "{}", load.peak);
    assert!((load.iops_low - 2e6 / 8192.0).abs() < 1e-6 && (load.iops_high - 3e6 / 8192.0).abs() < 1e-6);
    it.topology.hosts[Id::new(1)].hyper_v.os = OsVersion::Ws2012;
    let load = loads(&it, &|_, _| true).unwrap()[1];
    assert_eq!(load.points_bytes, 4 * 10_000 * MB, "a tenth of the disks for each of four snapshots");
}

/// 500 MB at home and 100 GB of a replica on 100 GB; 1 MB/s where half of it can be applied.
#[test]
fn a_volume_that_is_too_small_or_too_slow_is_named_with_the_difference() {
    let mut it = pair(Rate(50 * MB), policy(300, Overrun::Queue), vec![vec![Layer::Constant(Rate(MB))]]);
    it.recovery.people = fleet().recovery.people;
    plan(&mut it, &[&[Id::new(0)]]);
    let mut local = it.vms[Id::new(0)].clone();
    (local.name, local.host, local.protection) = ("local".into(), Id::new(1), None);
    (local.disks[0].volume, local.disks[0].used) = (Id::new(1), Some(Bytes(500 * MB)));
    push(&mut it.vms, local);
    let volume = &mut it.topology.volumes[Id::new(1)];
    (volume.size, volume.apply_rate) = (Some(Bytes(100_000 * MB)), Some(Rate(MB / 2)));
    let section = site(&it);
    assert_eq!(number(&section, "site_space", 0, "short_bytes"), 500e6);
    assert!(section.says[2].starts_with("Volume host1/d is 500 MB too small"), "{:?}", section.says);
    assert!(section.says[3].starts_with("Volume host1/d applies 4 Mbps at most"), "{:?}", section.says);
}

#[test]
fn a_replica_writes_as_often_as_the_published_factors_say() {
    assert_eq!(factors(0, OsVersion::Ws2012R2), (1.5, 1.5));
    assert_eq!(factors(1, OsVersion::Ws2012R2), (2.0, 3.0));
    assert_eq!(factors(24, OsVersion::Ws2016), (2.0, 3.0));
    assert_eq!(factors(15, OsVersion::Ws2012), (4.0, 6.0));
}

/// r1 and r2 share a volume: replicas of r1 go to r2, which has 12 cores: 4 at home, 4 for its own replica, 4 for one of the two that come.
#[test]
fn a_cluster_takes_over_what_a_lost_node_held_while_it_has_room_and_a_broker() {
    let mut it = fleet();
    connect(&mut it);
    let r1 = it.topology.hosts[Id::new(R1)].clone();
    let r2 = push(&mut it.topology.hosts, r1);
    it.topology.hosts[r2].name = "r2".into();
    it.topology.hosts[r2].cores = 12;
    let cluster = Cluster {
        name: "c".into(),
        site: Id::new(1),
        has_broker: true,
        static_addresses: false,
        restart: s(60),
    };
    it.topology.clusters = Table::new(vec![cluster]);
    for host in [Id::new(R1), r2] {
        it.topology.hosts[host].hyper_v.cluster = Some(Id::new(0));
    }
    it.topology.volumes[Id::new(2)].storage.cluster = Some(Id::new(0));
    let vms = ["a", "b", "c"].map(|name| vm(&mut it, name, 0));
    it.vms[vms[0]].protection.as_mut().unwrap().replica_host = r2;
    let local = vm(&mut it, "local", R1);
    (it.vms[local].host, it.vms[local].protection) = (r2, None);
    plan(&mut it, &[&vms]);
    let without_r1 = |it: &Scenario| -> Vec<Admitted> {
        let loss = losses(it, Id::new(HQ), &[Some(Id::new(R1))]).remove(0);
        loss.admissions.iter().map(|row| row.admitted).collect()
    };
    assert!(recovered(&it).iter().all(|row| row.admitted == Admitted::Yes));
    assert_eq!(without_r1(&it), [Admitted::Yes, Admitted::Yes, Admitted::NoRoom(4, Bytes(0))]);
    it.topology.clusters[Id::new(0)].has_broker = false;
    assert_eq!(without_r1(&it), [Admitted::Yes, Admitted::NoReplica, Admitted::NoReplica]);
}

/// Two VMs of 4 cores and 8 GB: a test of both leaves 4 of 12 cores, so that one of the two finds none in an outage meanwhile.
#[test]
fn a_test_takes_room_that_an_outage_meanwhile_lacks() {
    let mut it = fleet();
    connect(&mut it);
    let vms = ["a", "b"].map(|name| vm(&mut it, name, 0));
    it.vms[vms[0]].disks[0].churn = vec![Layer::Constant(Rate(MB))];
    let id = plan(&mut it, &[&vms]);
    it.topology.hosts[Id::new(R1)].cores = 12;
    let section = site(&it);
    assert_eq!(cell(&section, "site_tests", 0, "test"), Value::text("a test of plan plan-0"));
    let test = Act::TestFailover {
        of: Scope::Plan(id),
        network: TestNetwork::None,
        point: PointChoice::Latest,
        testing: Span::seconds(172_800),
        in_cloud: false,
    };
    operate(&mut it, 600, test);
    let section = site(&it);
    let of = |key| number(&section, "site_tests", 0, key);
    assert_eq!([of("vms"), of("refused"), of("cores"), of("memory_bytes")], [2.0, 0.0, 8.0, 16e9]);
    assert_eq!(of("disk_bytes"), 172_800e6);
    assert_eq!(cell(&section, "site_tests", 0, "in_the_way"), Value::text("b"));
    // And so it is in the run: the test begins 400 s before the site is lost, and outlasts it.
    let row = run(&it, vec![down(host(0), 0, None), down(host(1), 0, None)]);
    let states = ["a", "b"].map(|name| vm_row(&row, name).state);
    assert_eq!(states, [VmEnd::InService, VmEnd::DidNotStart]);
}

#[test]
fn without_a_plan_for_another_site_there_is_nothing_to_say() {
    let it = pair(Rate(50 * MB), policy(300, Overrun::Queue), vec![vec![Layer::Constant(Rate(MB))]]);
    let ask = Ask { sections: vec!["site".into()], ..Ask::default() };
    assert!(answer(&it, &ask, &|_, _| true).unwrap().sections.is_empty());
}

/// Two teams, each with a plan for VMs of hq.
struct Teams {
    /// Processors of the recovery host, each a virtual one.
    processors: u32,
    /// VMs of the one plan and of the other: processors and boot time, by group.
    plans: [Vec<Vec<(u32, u64)>>; 2],
    /// Detection of each team, seconds.
    detection: [u64; 2],
    /// When the second team comes on duty; the first always is.
    duty: Option<&'static str>,
}

impl Teams {
    fn text(&self) -> String {
        let (mut vms, mut plans) = (String::new(), String::new());
        for (plan, groups) in self.plans.iter().enumerate() {
            let mut listed = String::new();
            for (group, members) in groups.iter().enumerate() {
                let name = |n: usize| format!("v{plan}-{group}-{n}");
                for (n, (cores, boot)) in members.iter().enumerate() {
                    vms += &format!(
                        "(name: \"{}\", host: \"h\", cores: {cores}, memory: \"1 GB\", disk: \"10 GB\", churn: \"1 KB/s\", boot: \"{boot}s\"),",
                        name(n)
                    );
                }
                let names: Vec<String> = (0..members.len()).map(|n| format!("\"{}\"", name(n))).collect();
                listed += &format!("(vms: [{}]),", names.join(", "));
            }
            plans += &format!("(name: \"p{plan}\", people: \"t{plan}\", groups: [{listed}]),");
        }
        let duty = self.duty.map_or(String::new(), |from| {
            format!(", shifts: [(days: \"Mon-Sun\", from: \"{from}\", to: \"23:00\")]")
        });
        format!(
            r#"(schema: 1, name: "teams", start: "2026-01-05T00:00:00[UTC]", horizon: "18h",
            sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
            hosts: [(name: "h", site: "hq", cores: 100, memory: "200 GB", volumes: [(name: "d")]),
                    (name: "r", site: "dr", cores: {}, vcpu_per_core: 1, memory: "200 GB", volumes: [(name: "d")])],
            links: [(name: "wan", from: "hq", to: "dr", rate: "100 Mbps")],
            vmm_servers: [(name: "va", site: "hq"), (name: "vb", site: "dr")],
            clouds: [(name: "ca", vmm: "va", hosts: ["h"]), (name: "cb", vmm: "vb", hosts: ["r"])],
            policies: [(name: "p", interval: "5m")],
            protection: [(from: "ca", to: "cb", policy: "p")],
            vms: [{vms}],
            applications: [(name: "all", vms: ["*"], rpo: "15m", rto: "4h")],
            people: [(name: "t0", detection: "{}s"), (name: "t1", detection: "{}s"{duty})],
            plans: [{plans}],
            outages: [(name: "lost", faults: [(site: "hq", at: "6h")])])"#,
            self.processors, self.detection[0], self.detection[1],
        )
    }
}

/// Names of VMs that find no room: of the section, and of the run.
fn refused(text: &str) -> (Vec<String>, Vec<String>) {
    let scenario = crate::file::scenario(text);
    let section = site(&scenario);
    let table = section.tables.iter().find(|it| it.key == "site_admission").expect("the table is there");
    let at = |key: &str| table.columns.iter().position(|it| it.key == key).expect("the column is there");
    let text_of = |value: &Value| {
        let Value::Text(text) = value else { panic!("{value:?}") };
        text.clone()
    };
    let not_started = table.rows.iter().filter(|row| text_of(&row[at("admitted")]) == "no");
    let mut before: Vec<String> = not_started.map(|row| text_of(&row[at("vm")])).collect();
    before.sort();
    let results = crate::file::results(text);
    let off = results.outages[0].vms.iter().filter(|row| row.state == VmEnd::DidNotStart);
    (before, off.map(|row| row.name.clone()).collect())
}

/// Forty random pairs of plans: whom the section says finds no room is whom the run of the loss finds none for, whichever team is first,
/// however long its VMs boot, and whether or not its groups start at all.
#[test]
fn two_teams_find_no_room_for_whom_their_run_finds_none() {
    let mut state = 11u64;
    let mut draw = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut down = 0;
    for _ in 0..40 {
        let mut group = |_: u64| -> Vec<(u32, u64)> {
            (0..=draw(2)).map(|_| (u32::try_from(1 + draw(8)).unwrap(), 10 + draw(900))).collect()
        };
        let plans = [(); 2].map(|()| (0..3).map(&mut group).collect());
        let teams = Teams {
            processors: u32::try_from(8 + draw(30)).unwrap(),
            plans,
            detection: [draw(1800), draw(1800)],
            duty: (draw(3) == 0).then_some("08:00"),
        };
        let text = teams.text();
        let (before, run) = refused(&text);
        assert_eq!(before, run, "{text}");
        down += run.len();
    }
    assert!(down > 40, "{down}");
}

/// Of two plans declared in the same instant the first groups start together, a-first and b-first, before the second of the first plan.
#[test]
fn plans_find_room_beside_each_other() {
    let Some(path) = crate::shared::case("verdicts/site-other-vms.ron") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.replace("cores: 6, memory", "cores: 6, vcpu_per_core: 1, memory");
    let only = |name: &str| vec![name.to_owned()];
    assert_eq!(refused(&text), (only("a-second"), only("a-second")));
}

/// The second plan's team comes at eight: the first plan has taken the room with both its groups, 4 + 4 of 8, and 4 are wanted.
#[test]
fn a_team_that_comes_later_finds_what_is_left() {
    let teams = |duty| Teams {
        processors: 8,
        plans: [vec![vec![(4, 60)], vec![(4, 60)]], vec![vec![(4, 60)]]],
        detection: [900, 900],
        duty,
    };
    let only = |name: &str| vec![name.to_owned()];
    assert_eq!(refused(&teams(None).text()), (only("v0-1-0"), only("v0-1-0")));
    assert_eq!(refused(&teams(Some("08:00")).text()), (only("v1-0-0"), only("v1-0-0")));
}
