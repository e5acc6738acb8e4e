//! VMs that find no room although the hosts of a site have enough together: a place lacks, not capacity.

use drsim::document::Section;
use drsim::ids::Id;
use drsim::plan::inverse::judge::judge;
use drsim::plan::inverse::knobs::knobs;
use drsim::plan::inverse::{Answer, Finding, find, outages};
use drsim::plan::{Ask, Find, plan};
use drsim::scenario::Scenario;
use drsim::units::Bytes;

const GB: u64 = 1_000_000_000;

/// VMs (memory in GB, cores, recovery host) of one site that is lost; recovery hosts (memory in GB, cores) run as many virtual processors
/// as they have cores.
fn estate(vms: &[(u64, u32, usize)], hosts: &[(u64, u32)]) -> Scenario {
    let vm = |(n, (memory, cores, _)): (usize, &(u64, u32, usize))| {
        format!(
            "(name: \"v{n}\", host: \"h\", cores: {cores}, memory: \"{memory} GB\", disk: \"10 GB\", churn: \"1 KB/s\"),"
        )
    };
    let host = |(n, (memory, cores)): (usize, &(u64, u32))| {
        format!(
            "(name: \"r{n}\", site: \"dr\", cores: {cores}, memory: \"{memory} GB\", memory_reserve: \"0 B\", vcpu_per_core: 1, volumes: [(name: \"d\")]),"
        )
    };
    let protection = |(n, (.., host)): (usize, &(u64, u32, usize))| {
        format!("(vms: [\"v{n}\"], from: \"a\", to: \"b\", policy: \"p\", host: \"r{host}\"),")
    };
    let many = |each: Vec<String>| each.join("\n");
    crate::file::read(&format!(
        r#"(
        schema: 1, name: "places", start: "2026-03-02T00:00[UTC]", horizon: "1d",
        sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
        hosts: [(name: "h", site: "hq", cores: 64, memory: "512 GB", volumes: [(name: "d")]), {}],
        links: [(name: "wan", from: "hq", to: "dr", rate: "1 Gbps")],
        vmm_servers: [(name: "v1", site: "hq"), (name: "v2", site: "dr")],
        clouds: [(name: "a", vmm: "v1", hosts: ["h"]), (name: "b", vmm: "v2", hosts: ["r*"])],
        policies: [(name: "p", interval: "5m")],
        protection: [{}],
        vms: [{}],
        applications: [(name: "app", vms: ["v*"], rpo: "1h", rto: "4h")],
        people: [(name: "ops")], plans: [(name: "plan", people: "ops", groups: [(vms: ["v*"])])],
        outages: [(name: "lost", faults: [(site: "hq", at: "12h")])],
    )"#,
        many(hosts.iter().enumerate().map(host).collect()),
        many(vms.iter().enumerate().map(protection).collect()),
        many(vms.iter().enumerate().map(vm).collect()),
    ))
    .unwrap_or_else(|problems| panic!("{}", problems.render(false)))
    .0
}

fn found(scenario: &Scenario, which: Find) -> Finding {
    let ask = Ask::default();
    let as_written = judge(scenario, &outages(scenario, &ask), 1);
    let knobs = knobs(scenario, &ask, which).unwrap();
    find(scenario, &ask, &knobs[0], &as_written, &|_, _| true).unwrap().remove(0)
}

fn section(scenario: &Scenario, ask: Ask) -> Section {
    plan(scenario, &ask, &|_, _| true).unwrap().sections.pop().expect("the last is what was asked for")
}

fn said(scenario: &Scenario, which: Find) -> String {
    section(scenario, Ask { find: vec![which], sections: vec!["inverse".into()], ..Ask::default() })
        .says
        .join(" ")
}

fn ends(finding: &Finding) -> (u64, u64) {
    let Answer::Boundary { holds, next } = &finding.answer else { panic!("{finding:?}") };
    (holds.value, next.value)
}

/// Four VMs of 20 GB on four hosts of 32 GB. Three hosts have 36 GB left beside three of them, 12 GB each.
#[test]
fn hosts_that_are_enough_together_and_too_small_each_are_told_so() {
    let scenario = estate(&[(20, 1, 0), (20, 1, 1), (20, 1, 2), (20, 1, 3)], &[(32, 32); 4]);
    let finding = found(&scenario, Find::Hosts);
    assert_eq!(ends(&finding), (4, 3));
    let placement = finding.placement.expect("a place lacks");
    assert_eq!((placement.left.memory, placement.wants.memory), (Bytes(36 * GB), Bytes(20 * GB)));
    assert_eq!((placement.vm, placement.fits_on), (Id::new(3), None));
    let said = said(&scenario, Find::Hosts);
    assert!(
        said.contains("for want of a place, not of capacity: the hosts with replicas at dr have")
            && said.contains("larger hosts"),
        "{said}"
    );
}

/// On three hosts of 24 GB they do not fit together: 80 GB of 72.
#[test]
fn what_lacks_together_is_capacity() {
    let scenario = estate(&[(20, 1, 0), (20, 1, 1), (20, 1, 2), (20, 1, 3)], &[(24, 32); 4]);
    let finding = found(&scenario, Find::Hosts);
    assert_eq!((ends(&finding), finding.placement), ((4, 3), None));
    assert!(!said(&scenario, Find::Hosts).contains("for want of a place"));
}

/// Without r2 its VM of 16 processors goes to r1, which has them, and not to r0, which has more memory and 8 processors.
#[test]
fn a_replica_of_a_spared_host_goes_where_all_that_it_wants_is() {
    let scenario = estate(&[(8, 4, 0), (8, 4, 1), (8, 16, 2)], &[(256, 8), (128, 32), (64, 32)]);
    let finding = found(&scenario, Find::Hosts);
    assert_eq!(ends(&finding), (2, 1));
    assert_eq!(finding.placement, None, "one host of 8 processors for 24");
}

/// r0 has memory for one of its two; the other would start on r1.
#[test]
fn a_host_that_has_room_is_named() {
    let scenario = estate(&[(20, 1, 0), (20, 1, 0), (4, 1, 1)], &[(32, 32), (32, 32)]);
    let section = section(&scenario, Ask { sections: vec!["site".into()], ..Ask::default() });
    let said = section.says.join(" ");
    assert!(said.contains("with its replica on r1 VM v1 would start"), "{said}");
    // The least memory of each that holds: 40 GB on r0, where with 36 both hosts together still have room.
    let finding = found(&scenario, Find::Memory);
    assert!(
        ends(&finding).0 >= 40 * GB && finding.placement.is_some_and(|it| it.fits_on == Some(Id::new(2)))
    );
}

/// 30 GB of replicas on 25 GB, beside 40 GB with 10 GB of them: 5 GB lack, 30 GB are left, and a replica takes 10.
#[test]
fn a_volume_is_too_small_while_another_has_room() {
    let mut scenario = estate(&[(4, 1, 0), (4, 1, 0), (4, 1, 0), (4, 1, 1)], &[(32, 32), (32, 32)]);
    let sizes = |scenario: &mut Scenario, sizes: [u64; 2]| {
        for (volume, size) in scenario.topology.volumes.ids().skip(1).zip(sizes).collect::<Vec<_>>() {
            scenario.topology.volumes[volume].size = Some(Bytes(size * GB));
        }
        section(scenario, Ask { sections: vec!["site".into()], ..Ask::default() }).says.join(" ")
    };
    let said = sizes(&mut scenario, [25, 40]);
    assert!(
        said.contains("r0/d is 5 GB too small") && said.contains("have 30 GB left together; a replica on"),
        "{said}"
    );
    let said = sizes(&mut scenario, [25, 16]);
    assert!(said.contains("have 6 GB left together; no one of them"), "{said}");
    assert!(!sizes(&mut scenario, [25, 14]).contains("for want of a place"));
}
