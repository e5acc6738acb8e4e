//! Every check of a design as a whole says what it finds, in words that are written down, and a clean design is left in peace.
//!
//! Each case changes a clean fleet; what must be said stands in `preflight/expected.txt`, which `UPDATE=1 cargo test preflight`
//! writes anew.

use drsim::measure::results::VmEnd;
use std::collections::BTreeSet;

use drsim::control_plane::{Cloud, Proxy, Runs, Vmm, VmmVersion};
use drsim::ids::{Id, Table};
use drsim::operations::{Act, Operation, Scope, TestNetwork};
use drsim::outage::{Component, Effect, Outage, Strike};
use drsim::problem::{Problem, Problems, codes};
use drsim::protection::{Authentication, Initial, Overrun, Policy, Resync, Technology};
use drsim::recovery::{ActionKind, Application, PointChoice};
use drsim::scenario::preflight;
use drsim::scenario::{Places, Scenario};
use drsim::topology::{
    Cluster, FaultDomain, Host, Isolation, Link, LogicalNetwork, NetworkMapping, Node, OsVersion, QosAction,
    QosPolicy, Subnet, Traffic,
};
use drsim::units::{Bytes, Rate, Ratio, Span, Time};
use drsim::workload::Layer;

use crate::fleet::{GB, action, application, fleet, migrate, plan, push, s, vm};
use crate::pair;

type Change = fn(&mut Scenario);

/// VMs `dc` on `h1` and `sql` on `h2`, each an application, `database` needs `identity`; a plan of two groups; networks mapped both
/// ways; a link of 100 Mbps. Nothing is wrong with it.
fn clean() -> Scenario {
    let mut it = fleet();
    it.topology.mappings.push(NetworkMapping { from: Id::new(1), to: Id::new(0), keeps_address: true });
    let node = |name: &str, site| Node { name: name.into(), site: Some(Id::new(site)) };
    it.topology.nodes = Table::new(vec![node("hq", 0), node("dr", 1)]);
    it.topology.links = Table::new(vec![Link {
        name: "wan".into(),
        from: Id::new(0),
        to: Id::new(1),
        domains: vec![],
        rate: [Rate(12_500_000); 2],
        latency: Span(5_000),
        efficiency: Ratio::ONE,
        throttle: [vec![(Time::START, None)], vec![(Time::START, None)]],
    }]);
    let mut policy = pair::policy(300, Overrun::CutWhenDone);
    (policy.name, policy.technology) = ("5min".into(), Technology::HyperV);
    policy.resync_threshold = Some(Ratio(500_000));
    push(&mut it.policies, policy);
    let (dc, sql) = (vm(&mut it, "dc", 0), vm(&mut it, "sql", 1));
    let identity = application(&mut it, "identity", &[dc], &[]);
    let database = application(&mut it, "database", &[sql], &[identity]);
    it.recovery.applications[identity].rpo = Some(s(900));
    it.recovery.applications[database].rpo = Some(s(900));
    plan(&mut it, &[&[dc], &[sql]]);
    it
}

// ---- Parts of a case ----

fn lone<T>(index: usize) -> Id<T> {
    Id::new(index)
}

fn os(it: &mut Scenario, hosts: &[usize], os: OsVersion) {
    for host in hosts {
        it.topology.hosts[lone(*host)].hyper_v.os = os;
    }
}

/// `h1` and `h2` become a cluster with shared volumes.
fn cluster(it: &mut Scenario) -> Id<Cluster> {
    let row = Cluster {
        name: "hq-cluster".into(),
        site: lone(0),
        has_broker: true,
        static_addresses: false,
        restart: s(60),
    };
    let id = push(&mut it.topology.clusters, row);
    for host in [0, 1] {
        it.topology.hosts[lone(host)].hyper_v.cluster = Some(id);
        it.topology.volumes[lone(host)].storage.cluster = Some(id);
    }
    id
}

fn single_vmm(it: &mut Scenario) {
    it.control_plane.clouds[lone(1)].vmm = lone(0);
}

/// The VMM server runs in a VM of its own at HQ, replicated by plain Hyper-V Replica.
fn vmm_in_vm(it: &mut Scenario) -> Id<drsim::workload::Vm> {
    single_vmm(it);
    let vmm = vm(it, "vmm", 0);
    it.vms[vmm].protection.as_mut().unwrap().relationship.orchestrated = false;
    application(it, "management", &[vmm], &[]);
    it.recovery.applications[lone(2)].rpo = Some(s(900));
    it.control_plane.vmms[lone(0)].deployment.runs = Runs::Vm(vmm);
    vmm
}

fn logical(it: &mut Scenario, network: usize) -> Id<LogicalNetwork> {
    let id = push(&mut it.topology.logical_networks, LogicalNetwork { name: "production".into() });
    it.topology.networks[lone(network)].fabric.logical = Some(id);
    id
}

fn subnets(it: &mut Scenario, network: usize, names: &[(&str, Option<u32>)]) {
    let subnet = |(name, pool): &(&str, Option<u32>)| Subnet { name: (*name).into(), pool: *pool };
    it.topology.networks[lone(network)].fabric.subnets = names.iter().map(subnet).collect();
}

/// A link beside that of the clean fleet, of the same kind.
fn link(it: &mut Scenario, name: &str, from: usize, to: usize) -> Id<Link> {
    let row =
        Link { name: name.into(), from: lone(from), to: lone(to), ..it.topology.links[lone(0)].clone() };
    push(&mut it.topology.links, row)
}

fn churn(it: &mut Scenario, vm: usize, bytes_per_second: u64) {
    it.vms[lone(vm)].disks[0].churn = vec![Layer::Constant(Rate(bytes_per_second))];
}

fn qos(it: &mut Scenario, hosts: &[usize], matches: Traffic, action: QosAction) {
    let row = QosPolicy {
        name: "replication".into(),
        hosts: hosts.iter().map(|host| lone(*host)).collect(),
        matches,
        action,
        precedence: 127,
        in_force: None,
    };
    push(&mut it.topology.qos, row);
}

fn cap(mbps: u64) -> QosAction {
    QosAction::Rate(Rate(mbps * 125_000))
}

fn strike(it: &mut Scenario, name: &str, components: &[Component], lasts: Option<Span>) {
    let from = Time(3_600_000_000);
    let strikes = components.iter().map(|component| Strike {
        component: *component,
        effect: Effect::Down,
        from,
        to: lasts.map(|lasts| from.plus(lasts)),
        cause: "test".into(),
    });
    push(
        &mut it.outages,
        Outage {
            name: name.into(),
            about: String::new(),
            accepts_exposure: false,
            strikes: strikes.collect(),
        },
    );
}

/// An operation at a minute of the run.
fn at(it: &mut Scenario, minute: u64, name: &str, act: Act) {
    it.operations.push(Operation {
        name: name.into(),
        at: Time(minute * 60_000_000),
        by: None,
        act,
        of: None,
    });
}

fn test_of(scope: Scope, network: TestNetwork, testing: Span) -> Act {
    Act::TestFailover { of: scope, network, point: PointChoice::Latest, testing, in_cloud: true }
}

fn plan_scope() -> Scope {
    Scope::Plan(lone(0))
}

/// The plan is tested properly, so that only the case's own warnings are left.
fn tested(it: &mut Scenario) {
    at(it, 1, "drill", test_of(plan_scope(), TestNetwork::Created, s(600)));
}

fn dc() -> Scope {
    Scope::Vm(lone(0))
}

fn unplanned(of: Scope, synchronize: bool) -> Act {
    Act::UnplannedFailover { of, synchronize, point: PointChoice::Latest }
}

fn settings(it: &mut Scenario) -> &mut drsim::protection::Settings {
    &mut it.policies[lone(0)].settings
}

fn host(it: &mut Scenario, index: usize) -> &mut Host {
    &mut it.topology.hosts[lone(index)]
}

// ---- The cases: code, what is changed, how ----

const REFUSALS: &[(&str, &str, Change)] = &[
    ("E0480", "VMM 2012", |it| it.control_plane.vmms[lone(0)].deployment.version = VmmVersion::V2012),
    ("E0481", "no profile", |it| it.control_plane.clouds[lone(1)].profile.has_hyper_v = false),
    ("E0482", "no broker", |it| {
        let cluster = cluster(it);
        it.topology.clusters[cluster].has_broker = false;
    }),
    ("E0482", "no broker, static addresses on 2012", |it| {
        let cluster = cluster(it);
        let row = &mut it.topology.clusters[cluster];
        (row.has_broker, row.static_addresses) = (false, true);
        os(it, &[0, 1], OsVersion::Ws2012);
    }),
    ("E0483", "a shared disk", |it| it.vms[lone(1)].guest.shared_disk = true),
    ("E0484", "17 disks", |it| {
        let disk = it.vms[lone(1)].disks[0].clone();
        it.vms[lone(1)].disks = vec![disk; 17];
    }),
    ("E0485", "a policy for 2016 on 2012 R2", |it| settings(it).os = Some(OsVersion::Ws2016)),
    ("E0486", "17 points on 2012", |it| {
        settings(it).recovery_points = 17;
        os(it, &[2], OsVersion::Ws2012);
    }),
    ("E0488", "a key of five days and half an hour", |it| {
        it.control_plane.vmms[lone(0)].deployment.provider.key_age = Some(Span(DAY.0 * 5 + DAY.0 / 48));
    }),
    ("E0488", "an old key", |it| {
        it.control_plane.vmms[lone(0)].deployment.provider.key_age = Some(Span(DAY.0 * 6));
    }),
    ("E0489", "not registered", |it| {
        it.control_plane.vmms[lone(1)].deployment.provider.is_registered = false;
    }),
    ("E0490", "not synchronised", |it| it.control_plane.clouds[lone(0)].profile.is_synchronized = false),
    ("E0491", "the target network is not offered", |it| {
        logical(it, 1);
        it.control_plane.clouds[lone(1)].profile.logical_networks = Some(vec![]);
    }),
    ("E0491", "the source network is not offered", |it| {
        logical(it, 0);
        it.control_plane.clouds[lone(0)].profile.logical_networks = Some(vec![]);
    }),
    ("E0493", "not highly available", |it| {
        cluster(it);
        it.vms[lone(0)].guest.highly_available = false;
    }),
    ("E0493", "a disk on a local volume", |it| {
        cluster(it);
        it.topology.volumes[lone(0)].storage.cluster = None;
    }),
    ("E0495", "one cloud", |it| {
        it.control_plane.clouds = Table::new(vec![Cloud {
            hosts: vec![lone(0), lone(1), lone(2)],
            ..it.control_plane.clouds[lone(1)].clone()
        }]);
    }),
    ("E0496", "a plan across pairs", |it| {
        let mut cloud = it.control_plane.clouds[lone(0)].clone();
        (cloud.name, cloud.hosts, cloud.vmm) = ("hq-2".into(), vec![lone(1)], lone(2));
        it.control_plane.clouds[lone(0)].hosts = vec![lone(0)];
        push(&mut it.control_plane.clouds, cloud);
        let mut vmm = it.control_plane.vmms[lone(0)].clone();
        vmm.name = "vmm-hq-2".into();
        push(&mut it.control_plane.vmms, vmm);
    }),
    ("E0497", "plain Hyper-V Replica in a plan", |it| {
        it.vms[lone(0)].protection.as_mut().unwrap().relationship.orchestrated = false;
    }),
];

const HOUR: Span = Span::seconds(3600);
const DAY: Span = Span::seconds(86_400);

const COVERAGE: &[(&str, &str, Change)] = &[
    ("W0210", "no pool", |it| it.topology.networks[lone(1)].pool = None),
    ("W0210", "no pool in the subnet that is joined", |it| {
        subnets(it, 0, &[("front", Some(9)), ("back", Some(9))]);
        subnets(it, 1, &[("front", Some(9)), ("back", None)]);
        it.vms[lone(1)].nics[0].subnet = 1;
    }),
    ("W0210", "virtual networks always need one", |it| {
        it.topology.networks[lone(1)].pool = None;
        it.topology.networks[lone(1)].fabric.isolation = Isolation::Wnv;
        for vm in [0, 1] {
            it.vms[lone(vm)].nics[0].static_address = false;
        }
    }),
    ("W0211", "a pool of one", |it| it.topology.networks[lone(1)].pool = Some(1)),
    ("W0212", "no namesake", |it| {
        subnets(it, 0, &[("front", Some(9)), ("back", Some(9))]);
        subnets(it, 1, &[("front", Some(9)), ("rear", Some(9))]);
        it.vms[lone(1)].nics[0].subnet = 1;
    }),
    ("W0213", "the recovery side's VMM server at HQ", |it| it.control_plane.vmms[lone(1)].site = lone(0)),
    ("W0214", "a cloud without hosts", |it| {
        let cloud = Cloud {
            name: "new".into(),
            vmm: lone(0),
            hosts: vec![],
            profile: it.control_plane.clouds[lone(0)].profile.clone(),
        };
        push(&mut it.control_plane.clouds, cloud);
    }),
    ("W0248", "a VMM server of no cloud", |it| {
        let other = Vmm { name: "vmm-lab".into(), ..it.control_plane.vmms[lone(0)].clone() };
        push(&mut it.control_plane.vmms, other);
    }),
    ("W0249", "an application of no VMs", |it| {
        let other =
            Application { name: "later".into(), vms: vec![], ..it.recovery.applications[lone(0)].clone() };
        push(&mut it.recovery.applications, other);
    }),
    ("W0216", "a blocked address", |it| {
        let provider = &mut it.control_plane.vmms[lone(1)].deployment.provider;
        provider.blocked = vec!["*.blob.core.windows.net".into()];
    }),
    ("W0217", "two provider versions", |it| {
        let provider = &mut it.control_plane.vmms[lone(1)].deployment.provider;
        provider.versions = vec!["5.1.1".into(), "5.1.0".into(), "5.1.1".into()];
    }),
    ("W0218", "a host without updates", |it| host(it, 2).hyper_v.is_updated = false),
    ("W0218", "a cluster of 2012 R2 without updates", |it| {
        cluster(it);
        host(it, 0).hyper_v.is_updated = false;
        host(it, 1).hyper_v.is_updated = false;
    }),
    ("W0219", "a plan with an unprotected VM", |it| {
        let extra = vm(it, "print", 0);
        it.vms[extra].protection = None;
        it.recovery.plans[lone(0)].groups[0].vms.push(extra);
    }),
    ("W0220", "two host versions in a cloud", |it| os(it, &[1], OsVersion::Ws2016)),
    ("W0221", "a single VMM server on a machine", single_vmm),
    ("W0221", "a single VMM server in a VM without replica", |it| {
        let vmm = vmm_in_vm(it);
        it.vms[vmm].protection = None;
    }),
    ("W0221", "a single VMM server, all of its nodes at HQ", |it| {
        single_vmm(it);
        it.control_plane.vmms[lone(0)].deployment.runs = Runs::Nodes(vec![lone(0), lone(1)]);
    }),
    ("W0222", "a single VMM server that protects itself", |it| {
        let vmm = vmm_in_vm(it);
        it.vms[vmm].protection.as_mut().unwrap().relationship.orchestrated = true;
        it.recovery.plans[lone(0)].groups[0].vms.push(vmm);
    }),
    ("W0223", "a single VMM server whose database is not replicated", |it| {
        vmm_in_vm(it);
        it.control_plane.vmms[lone(0)].deployment.sql = Some(lone(0));
    }),
    ("W0223", "the recovery side's database at HQ", |it| {
        it.control_plane.vmms[lone(1)].deployment.sql = Some(lone(1));
    }),
    ("W0225", "another port", |it| qos(it, &[0, 1], Traffic::Port(443), cap(50))),
    ("W0226", "one node only", |it| {
        cluster(it);
        qos(it, &[0], Traffic::Port(8084), cap(50));
    }),
    ("W0226", "another kind on the other node", |it| {
        cluster(it);
        qos(it, &[0], Traffic::Port(8084), cap(50));
        qos(it, &[1], Traffic::Vmms, cap(50));
    }),
    ("W0227", "the senders' own subnet", |it| qos(it, &[0, 1], Traffic::To(lone(0)), cap(50))),
    ("W0228", "a migration out of the cloud", |it| {
        tested(it);
        at(it, 20, "move", migrate(lone(0), lone(2)));
    }),
    ("W0229", "a migration away from the throttle", |it| {
        tested(it);
        qos(it, &[0], Traffic::Vmms, cap(50));
        at(it, 20, "move", migrate(lone(0), lone(1)));
    }),
    ("W0237", "a disk grown alone", |it| {
        tested(it);
        resize(it, 200 * GB);
    }),
    ("W0240", "the database before the domain controller", |it| {
        it.recovery.plans[lone(0)].groups.reverse();
    }),
    ("W0241", "a script on the side that fails", |it| {
        let mut script = action("quiesce", ActionKind::Script, s(60));
        script.scope.on_primary = true;
        it.recovery.plans[lone(0)].groups[0].before.push(script);
        let all = [Component::Site(lone(0)), Component::Host(lone(0)), Component::Vmm(lone(0))];
        strike(it, "hq-lost", &all, None);
    }),
    ("W0242", "a script of 11 minutes", |it| {
        let script = action("warm up", ActionKind::Script, s(660));
        it.recovery.plans[lone(0)].groups[1].after.push(script);
    }),
    ("W0242", "a script that writes to standard error", |it| {
        let mut script = action("chatty", ActionKind::Script, s(60));
        (script.scope.fails, script.scope.planned) = (true, false);
        it.recovery.plans[lone(0)].groups[1].after.push(script);
    }),
    ("W0243", "the port of the other authentication", |it| settings(it).port = 8083),
    ("W0244", "two links to one exchange, and one on", |it| {
        let exchange = push(&mut it.topology.nodes, Node { name: "exchange".into(), site: None });
        it.topology.links[lone(0)].to = exchange;
        link(it, "second", 0, exchange.index());
        link(it, "tail", exchange.index(), 1);
    }),
    ("W0244", "two links of one provider", |it| {
        let provider = push(&mut it.topology.domains, FaultDomain { name: "provider".into(), within: None });
        let second = link(it, "second", 0, 1);
        for link in [lone(0), second] {
            it.topology.links[link].domains.push(provider);
        }
    }),
];

fn resize(it: &mut Scenario, size: u64) {
    let size = Bytes(size);
    at(it, 20, "resize", Act::Resize { vm: lone(0), disk: 0, size, replica_too: false });
}

const EXERCISES: &[(&str, &str, Change)] = &[
    ("W0230", "commit with nothing failed over", |it| {
        tested(it);
        at(it, 20, "commit", Act::Commit { of: plan_scope() });
    }),
    ("W0230", "reverse without failover", |it| {
        tested(it);
        at(it, 20, "reverse", Act::Reverse { of: dc() });
    }),
    ("W0230", "reverse what a planned failover has reversed", |it| {
        tested(it);
        at(it, 20, "there", Act::PlannedFailover { of: dc() });
        at(it, 40, "reverse", Act::Reverse { of: dc() });
    }),
    ("W0230", "cancel, change the point, fail back: nothing is failed over", |it| {
        tested(it);
        at(it, 20, "cancel", Act::Cancel { of: dc() });
        at(it, 21, "other point", Act::ChangePoint { of: dc(), point: PointChoice::Common });
        at(it, 22, "failback", Act::Failback { of: dc() });
    }),
    ("W0230", "enable what is protected", |it| {
        tested(it);
        at(it, 20, "enable", Act::Enable { vms: vec![lone(0), lone(1)] });
    }),
    ("W0230", "enable what has no entry, pause what is not enabled", |it| {
        tested(it);
        let extra = vm(it, "print", 0);
        it.vms[extra].protection = None;
        at(it, 20, "enable", Act::Enable { vms: vec![extra] });
        at(it, 21, "pause", Act::Pause { vms: vec![extra], on_replica: false });
    }),
    ("W0230", "planned failover during a test", |it| {
        tested(it);
        at(it, 5, "planned", Act::PlannedFailover { of: dc() });
    }),
    ("W0230", "a second test during a test", |it| {
        tested(it);
        at(it, 5, "again", test_of(dc(), TestNetwork::None, s(60)));
    }),
    ("W0230", "failed over twice", |it| {
        tested(it);
        at(it, 20, "first", unplanned(dc(), true));
        at(it, 40, "second", Act::PlannedFailover { of: dc() });
    }),
    ("W0230", "a plan restarted that never ran", |it| {
        at(it, 1, "restart", Act::RestartPlan { plan: lone(0) });
        at(it, 2, "drill", test_of(plan_scope(), TestNetwork::Created, s(600)));
    }),
    ("W0230", "Site Recovery asked for a VM of plain Hyper-V Replica", |it| {
        tested(it);
        let vmm = vmm_in_vm(it);
        at(it, 20, "planned", Act::PlannedFailover { of: Scope::Vm(vmm) });
    }),
    ("W0231", "two at once", |it| {
        tested(it);
        at(it, 20, "pause", Act::Pause { vms: vec![lone(0)], on_replica: false });
        at(it, 20, "policy", Act::SetPolicy { vms: vec![lone(1), lone(0)], policy: lone(0) });
    }),
    ("W0232", "an unplanned failover and nothing after", |it| {
        tested(it);
        at(it, 20, "fail over", unplanned(plan_scope(), true));
        at(it, 40, "commit", Act::Commit { of: plan_scope() });
        at(it, 60, "reverse", Act::Reverse { of: dc() });
    }),
    ("W0233", "without shutting the primary down", |it| {
        tested(it);
        at(it, 20, "fail over", unplanned(dc(), false));
        at(it, 40, "reverse", Act::Reverse { of: dc() });
    }),
    ("W0234", "a test of 15 days", |it| {
        at(it, 1, "drill", test_of(plan_scope(), TestNetwork::Created, Span(DAY.0 * 15)));
    }),
    ("W0235", "a test in a network of the other site", |it| {
        at(it, 1, "drill", test_of(plan_scope(), TestNetwork::Existing(lone(0)), s(600)));
    }),
    ("W0235", "a test in a virtual network", |it| {
        let mut network = it.topology.networks[lone(1)].clone();
        network.name = "lab".into();
        network.fabric.isolation = Isolation::Wnv;
        let lab = push(&mut it.topology.networks, network);
        at(it, 1, "drill", test_of(plan_scope(), TestNetwork::Existing(lab), s(600)));
    }),
    ("W0236", "a test without the domain controller", |it| {
        tested(it);
        at(it, 20, "sql alone", test_of(Scope::Vm(lone(1)), TestNetwork::Created, s(600)));
    }),
    ("W0238", "a test in production", |it| {
        at(it, 1, "drill", test_of(plan_scope(), TestNetwork::Existing(lone(1)), s(600)));
    }),
    ("W0307", "an outage an hour before the end, and an objective of two hours", |it| {
        it.horizon = s(7200);
        it.recovery.applications[lone(0)].rto = Some(s(7200));
        strike(it, "lost", &[Component::Host(lone(0))], None);
    }),
    ("W0307", "an outage after the last shift", |it| {
        it.horizon = s(7200);
        it.recovery.people[lone(0)].on_duty =
            Some(vec![(Time(0), Time(3_600_000_000)), (Time(86_400_000_000), Time::NEVER)]);
        strike(it, "lost", &[Component::Host(lone(0))], None);
    }),
    ("W0308", "an interval of a microsecond", |it| {
        it.policies =
            it.policies.iter().map(|policy| Policy { interval: Span(1), ..policy.clone() }).collect();
    }),
    ("W0303", "an operation after the end", |it| {
        tested(it);
        at(it, 1500, "late", Act::Pause { vms: vec![lone(0)], on_replica: false });
    }),
    ("W0416", "operations without a drill", |it| {
        at(it, 1, "pause", Act::Pause { vms: vec![lone(0)], on_replica: false });
    }),
    ("W0417", "a test without network only", |it| {
        at(it, 1, "drill", test_of(plan_scope(), TestNetwork::None, s(600)));
    }),
];

const SIZES: &[(&str, &str, Change)] = &[
    ("W0330", "memory for one and a half of two", |it| host(it, 2).memory = Bytes(12 * GB)),
    ("W0330", "neither cores nor memory beside a VM of the host's own", |it| {
        (host(it, 2).cores, host(it, 2).memory) = (7, Bytes(20 * GB));
        let own = vm(it, "own", 2);
        it.vms[own].protection = None;
        it.vms[own].nics.clear();
    }),
    ("W0311", "a cloud for one VM of 4 cores", |it| {
        let capacity = &mut it.control_plane.clouds[lone(1)].profile.capacity;
        (capacity.cores, capacity.memory) = (Some(7), Some(Bytes(16 * GB)));
        (capacity.storage, capacity.vms) = (Some(Bytes(150 * GB)), Some(1));
    }),
    ("W0312", "half a disk of room is needed", |it| {
        it.topology.volumes[lone(0)].size = Some(Bytes(149 * GB));
    }),
    ("W0312", "a whole disk while the first copy is made", |it| {
        it.topology.volumes[lone(0)].size = Some(Bytes(199 * GB));
        it.vms[lone(0)].protection.as_mut().unwrap().relationship.initial = Initial::Network { at: None };
    }),
    ("W0313", "points of 2 h at 1 MB/s each", |it| {
        churn(it, 0, 1_000_000);
        settings(it).recovery_points = 2;
        it.topology.volumes[lone(2)].size = Some(Bytes(207 * GB));
    }),
    ("W0313", "snapshots of Windows Server 2012", |it| {
        settings(it).recovery_points = 2;
        os(it, &[2], OsVersion::Ws2012);
        it.topology.volumes[lone(2)].size = Some(Bytes(239 * GB));
    }),
    ("W0314", "three streams of 1 MB/s", |it| {
        host(it, 0).stream_cap = Some(Rate(1_000_000));
        churn(it, 0, 900_000);
        for number in 0..3 {
            let more = vm(it, &format!("more-{number}"), 0);
            it.vms[more].disks[0].churn = vec![Layer::Constant(Rate(900_000))];
            it.recovery.plans[lone(0)].groups[0].vms.push(more);
            it.recovery.applications[lone(0)].vms.push(more);
        }
    }),
    ("W0315", "a window of 64 KiB over 10 ms", |it| {
        host(it, 0).tcp_window = Some(Bytes(65_536));
        churn(it, 0, 7_000_000);
    }),
    ("W0316", "a slow replica volume", |it| {
        it.topology.volumes[lone(2)].apply_rate = Some(Rate(1_000_000));
        churn(it, 0, 2_000_000);
        it.policies[lone(0)].coalescing = vec![(s(60), Ratio(900_000)), (s(600), Ratio(600_000))];
    }),
    ("W0317", "a cap below the churn", |it| {
        churn(it, 0, 1_000_000);
        qos(it, &[0, 1], Traffic::Port(8084), cap(5));
    }),
    ("W0318", "bytes taken for bits", |it| qos(it, &[0, 1], Traffic::Vmms, cap(400))),
    ("W0319", "ten minutes", |it| it.recovery.applications[lone(1)].rto = Some(s(600))),
    ("W0321", "app-consistent points that no policy takes", |it| {
        it.recovery.plans[lone(0)].conduct.point = PointChoice::LatestAppConsistent;
    }),
    ("W0321", "an operation that asks for them", |it| {
        tested(it);
        let point = PointChoice::LatestAppConsistent;
        at(it, 20, "fail over", Act::UnplannedFailover { of: dc(), synchronize: true, point });
        at(it, 40, "reverse", Act::Reverse { of: dc() });
    }),
    ("W0321", "a guest without integration services", |it| {
        settings(it).recovery_points = 4;
        settings(it).app_consistent = Some(HOUR);
        it.vms[lone(1)].guest.integration_services = false;
    }),
    ("W0322", "corruption with the newest point only", |it| {
        strike(it, "worm", &[Component::Contents(lone(0)), Component::Contents(lone(1))], Some(HOUR));
    }),
    ("W0322", "corruption found later than four hourly points reach", |it| {
        settings(it).recovery_points = 4;
        strike(it, "worm", &[Component::Contents(lone(0))], Some(Span(HOUR.0 * 5)));
    }),
    ("W0322", "corruption that is never found", |it| {
        settings(it).recovery_points = 1;
        strike(it, "worm", &[Component::Contents(lone(0))], None);
    }),
    ("W0323", "a cap on Windows Server 2012", |it| {
        os(it, &[0, 1, 2], OsVersion::Ws2012);
        qos(it, &[0, 1], Traffic::Vmms, cap(50));
    }),
    ("W0324", "compression by eight", |it| it.policies[lone(0)].compression = Ratio(8_500_000)),
    ("W0325", "five minutes of every hour", |it| {
        settings(it).recovery_points = 4;
        settings(it).app_consistent = Some(HOUR);
        settings(it).freeze = s(300);
    }),
    ("W0326", "points on a deduplicated volume", |it| {
        churn(it, 0, 1_000_000);
        settings(it).recovery_points = 4;
        it.topology.volumes[lone(2)].storage.dedup_slowdown = Some(6);
    }),
];

const ADVICE: &[(&str, &str, Change)] = &[
    ("W0410", "a host that crashes and comes back", |it| {
        strike(it, "crash", &[Component::Host(lone(0))], Some(HOUR));
    }),
    ("W0410", "a node that crashes, its VMs restarting elsewhere", |it| {
        cluster(it);
        strike(it, "crash", &[Component::Host(lone(0))], None);
    }),
    ("W0411", "no window in the run", |it| settings(it).resync = Resync::Windows(vec![])),
    ("W0412", "a weight", |it| qos(it, &[0, 1], Traffic::Vmms, QosAction::Weight(20))),
    ("W0413", "Kerberos", |it| {
        settings(it).authentication = Authentication::Kerberos;
        settings(it).port = 8083;
    }),
    ("W0413", "Kerberos on 2012", |it| {
        settings(it).authentication = Authentication::Kerberos;
        settings(it).port = 8083;
        os(it, &[0, 1, 2], OsVersion::Ws2012);
    }),
    ("W0414", "one VMM server, as it should be", |it| {
        vmm_in_vm(it);
    }),
    ("W0415", "a proxy of its own", |it| {
        it.control_plane.vmms[lone(1)].deployment.provider.proxy = Proxy::Custom;
    }),
];

fn cases() -> impl Iterator<Item = &'static (&'static str, &'static str, Change)> {
    [REFUSALS, COVERAGE, EXERCISES, SIZES, ADVICE].into_iter().flatten()
}

/// Codes that have a case here.
pub fn codes_with_a_case() -> BTreeSet<&'static str> {
    cases().map(|(code, ..)| *code).collect()
}

fn check(scenario: &Scenario) -> Vec<Problem> {
    preflight::check(scenario, &Places::default())
}

fn rendered(found: Vec<Problem>) -> String {
    let mut problems = Problems::default();
    for problem in found {
        problems.push(problem);
    }
    problems.sort();
    problems.render(false)
}

#[test]
fn a_clean_design_is_left_in_peace() {
    assert_eq!(rendered(check(&clean())), "");
    let mut exercised = clean();
    tested(&mut exercised);
    assert_eq!(rendered(check(&exercised)), "");
    let mut clustered = clean();
    cluster(&mut clustered);
    qos(&mut clustered, &[0, 1], Traffic::Port(8084), cap(50));
    assert_eq!(rendered(check(&clustered)), "");
}

#[test]
fn every_finding_is_said_as_written_down() {
    let mut actual = String::new();
    for (code, about, change) in cases() {
        let mut it = clean();
        change(&mut it);
        let found = check(&it);
        let text = rendered(found.clone());
        assert!(found.iter().any(|problem| problem.code.id == *code), "{code}, {about}:\n{text}");
        actual += &format!("---- {code}: {about}\n{text}");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/main/language/preflight/expected.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &actual).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap();
    for (actual, expected) in actual.split("\n---- ").zip(expected.split("\n---- ")) {
        assert_eq!(actual, expected);
    }
    assert_eq!(actual.len(), expected.len());
}

/// One step less than a case that is complained about.
const JUST_ENOUGH: &[(&str, Change)] = &[
    ("memory and cores for both", |it| (host(it, 2).cores, host(it, 2).memory) = (8, Bytes(16 * GB))),
    ("16 disks", |it| {
        let disk = it.vms[lone(1)].disks[0].clone();
        it.vms[lone(1)].disks = vec![disk; 16];
    }),
    ("16 points on 2012", |it| {
        settings(it).recovery_points = 16;
        os(it, &[0, 1, 2], OsVersion::Ws2012);
    }),
    ("both directions between two clouds", |it| {
        let back = vm(it, "back", 2);
        let protection = it.vms[back].protection.as_mut().unwrap();
        (protection.replica_host, protection.replica_volume) = (lone(0), lone(0));
        it.vms[back].nics[0].network = lone(1);
        application(it, "files", &[back], &[]);
        it.recovery.applications[lone(2)].rpo = Some(s(900));
        plan(it, &[&[back]]);
    }),
    ("a key of 5 days", |it| {
        it.control_plane.vmms[lone(0)].deployment.provider.key_age = Some(Span(DAY.0 * 5));
    }),
    ("a pool for all", |it| it.topology.networks[lone(1)].pool = Some(2)),
    ("room for half a disk", |it| it.topology.volumes[lone(0)].size = Some(Bytes(150 * GB))),
    ("room for two hours of 1 MB/s", |it| {
        churn(it, 0, 1_000_000);
        settings(it).recovery_points = 2;
        it.topology.volumes[lone(2)].size = Some(Bytes(200 * GB + 7_200_000_000));
    }),
    ("a script of 10 minutes", |it| {
        it.recovery.plans[lone(0)].groups[1].after.push(action("warm up", ActionKind::Script, s(600)));
    }),
    ("a test of 14 days", |it| {
        at(it, 1, "drill", test_of(plan_scope(), TestNetwork::Created, Span(DAY.0 * 14)));
    }),
    ("corruption found within the retention", |it| {
        settings(it).recovery_points = 4;
        strike(it, "worm", &[Component::Contents(lone(0))], Some(Span(HOUR.0 * 3)));
    }),
    ("two links that share nothing", |it| {
        link(it, "second", 0, 1);
    }),
    ("two links from the campus of the site they start at", |it| {
        let campus = push(&mut it.topology.domains, FaultDomain { name: "campus".into(), within: None });
        it.topology.sites[lone(0)].domains.push(campus);
        let second = link(it, "second", 0, 1);
        for link in [lone(0), second] {
            it.topology.links[link].domains.push(campus);
        }
    }),
    ("one link after the other, and no other way", |it| {
        let exchange = push(&mut it.topology.nodes, Node { name: "exchange".into(), site: None });
        it.topology.links[lone(0)].to = exchange;
        link(it, "tail", exchange.index(), 1);
    }),
    // 120 s detection, 300 s decision, 30 s job, 5 s failover, 120 s for each of two boots, 60 s readiness, 90 s validation.
    ("the least recovery time", |it| it.recovery.applications[lone(1)].rto = Some(s(845))),
    ("a window that just carries it", |it| {
        host(it, 0).tcp_window = Some(Bytes(65_536));
        churn(it, 0, 6_553_600);
    }),
    ("a whole exercise", |it| {
        tested(it);
        at(it, 20, "there", Act::PlannedFailover { of: plan_scope() });
        at(it, 40, "commit", Act::Commit { of: plan_scope() });
        at(it, 90, "back", Act::Failback { of: plan_scope() });
    }),
    ("protection ended and enabled again", |it| {
        tested(it);
        at(it, 20, "off", Act::Disable { vms: vec![lone(0)], delete_replica: true });
        at(it, 30, "on", Act::Enable { vms: vec![lone(0)] });
    }),
    ("protection that an operation enables at the entry's instant", |it| {
        tested(it);
        let minute = Time(1_200_000_000);
        it.vms[lone(0)].protection.as_mut().unwrap().relationship.enabled = Some(minute);
        it.operations.clear();
        at(it, 20, "on", Act::Enable { vms: vec![lone(0)] });
        at(it, 40, "drill", test_of(plan_scope(), TestNetwork::Created, s(600)));
    }),
];

/// Limits belong to the allowed side.
#[test]
fn what_is_just_enough_is_not_complained_about() {
    for (about, change) in JUST_ENOUGH {
        let mut it = clean();
        change(&mut it);
        assert_eq!(rendered(check(&it)), "", "{about}");
    }
    let mut least = clean();
    least.recovery.applications[lone(1)].rto = Some(s(844));
    assert!(check(&least).iter().any(|problem| problem.code == &codes::RTO_TOO_TIGHT));
}

/// An error here ends the parse as any other: what the product refuses is not run.
#[test]
fn what_the_product_refuses_is_not_run() {
    let base = include_str!("problems/base.ron");
    let loops = base.replace("from: \"cloud-hq\", to: \"cloud-dr\"", "from: \"cloud-hq\", to: \"cloud-hq\"");
    assert_ne!(loops, base);
    let files = std::collections::BTreeMap::from([("main.ron".to_owned(), loops.into_bytes())]);
    let problems = Scenario::parse(&files, "main.ron").err().unwrap();
    assert!(problems.iter().any(|problem| problem.code == &codes::ONE_CLOUD), "{}", problems.render(false));
    assert!(problems.has_error());
}

/// What is said before the run is what the run then shows: the example lacks memory for five of nine VMs at its recovery site.
#[test]
fn the_vms_said_to_find_no_room_are_those_that_do_not_start() {
    use drsim::assess::{Options, assess};
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/tutorial.ron");
    let (it, problems) = Scenario::parse(&drsim::cli::files::Disk, path.to_str().unwrap()).ok().unwrap();
    let said = problems.iter().find(|problem| problem.code == &codes::HOST_TOO_SMALL_FOR_ALL).unwrap();
    let (results, _) = assess(&it, &Options { threads: 1, progress: &|_| () }).unwrap();
    for outage in &results.outages {
        let down = outage.vms.iter().filter(|vm| vm.state == VmEnd::DidNotStart);
        let names: Vec<String> = down.map(|vm| format!("`{}`", vm.name)).collect();
        assert!(!names.is_empty(), "{}", outage.name);
        for vm in it.vms.iter().map(|vm| format!("`{}`", vm.name)) {
            assert_eq!(
                said.what.contains(&vm),
                names.contains(&vm),
                "{}: {vm} in {}",
                outage.name,
                said.what
            );
        }
    }
}
