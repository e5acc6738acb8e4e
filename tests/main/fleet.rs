//! A small two-site fleet to build scenarios from, and a data plane whose points have a constant age.

use std::collections::{BTreeMap, BTreeSet};

use drsim::control_plane::{Cloud, ControlPlane, Vmm};
use drsim::data_plane::{CopyMethod, DataPlane, DisksAlong, Notice, Point};
use drsim::facts::Fact;
use drsim::ids::{Id, Table};
use drsim::measure::outage::outage_row;
use drsim::measure::results::{OutageApplicationRow, OutageRow, OutageVmRow};
use drsim::operations::{Act, Operation};
use drsim::outage::{Component, Effect, Outage, Strike};
use drsim::outcome::RunOutcome;
use drsim::protection::{Policy, Protection};
use drsim::recovery::{Action, ActionKind, Application, Group, People, Plan, Recovery};
use drsim::scenario::Scenario;
use drsim::topology::{Dns, Host, HyperV, Link, Network, NetworkMapping, QosPolicy, Site, Topology, Volume};
use drsim::units::{Bytes, Rate, Ratio, Span, Time};
use drsim::workload::{Disk, Nic, Vm};

pub const GB: u64 = 1_000_000_000;
/// The first fault of most tests.
pub const FAULT: Time = Time(1_000_000_000);
pub const HORIZON: Time = Time(86_400_000_000);
/// Age of every point of [`Steady`].
pub const AGE: Span = Span::seconds(200);

pub fn s(seconds: u64) -> Span {
    Span::seconds(seconds)
}

/// A live migration, with the default rate for disks.
pub fn migrate(vm: Id<Vm>, to: Id<Host>) -> Act {
    Act::Migrate { vm, to, volume: None, storage_rate: Rate(100_000_000) }
}

pub fn host(index: usize) -> Component {
    Component::Host(Id::new(index))
}

/// Hosts `h1` (0) and `h2` (1) at `hq`, `r1` (2) at `dr`, whose VMs have at most as many virtual processors as there are cores, a volume each, networks `lan-hq` and `lan-dr` mapped with addresses kept, a VMM
/// server and cloud at each site, a team `ops` always on duty: detection 120 s, decision 300 s, 1 operator, by hand 600 s + 240 s a VM.
pub fn fleet() -> Scenario {
    let site = |name: &str| Site { name: name.into(), zone: "UTC".into(), domains: vec![] };
    let host = |name: &str, site| Host {
        name: name.into(),
        site: Id::new(site),
        domains: vec![],
        cores: 64,
        memory: Bytes(256 * GB),
        memory_reserve: Bytes(0),
        nic: None,
        send_slots: Some(3),
        stream_cap: None,
        tcp_window: None,
        hyper_v: HyperV { vcpu_per_core: Some(1), ..HyperV::default() },
    };
    let volume = |host| Volume {
        name: "d".into(),
        host: Id::new(host),
        domains: vec![],
        size: None,
        apply_rate: None,
        storage: Default::default(),
    };
    let network = |name: &str, site| Network {
        name: name.into(),
        site: Id::new(site),
        pool: Some(100),
        dns: Dns { ttl: s(1200), replication: Span::ZERO },
        fabric: Default::default(),
    };
    let vmm = |name: &str, site| Vmm {
        name: name.into(),
        site: Id::new(site),
        domains: vec![],
        deployment: Default::default(),
    };
    let cloud = |name: &str, vmm, hosts: &[usize]| Cloud {
        name: name.into(),
        vmm: Id::new(vmm),
        hosts: hosts.iter().map(|host| Id::new(*host)).collect(),
        profile: Default::default(),
    };
    Scenario {
        name: "fleet".into(),
        start_unix_us: 1_464_220_800_000_000,
        zone: "UTC".into(),
        horizon: Span(HORIZON.0),
        seed: 1,
        topology: Topology {
            sites: Table::new(vec![site("hq"), site("dr")]),
            hosts: Table::new(vec![host("h1", 0), host("h2", 0), host("r1", 1)]),
            volumes: Table::new(vec![volume(0), volume(1), volume(2)]),
            networks: Table::new(vec![network("lan-hq", 0), network("lan-dr", 1)]),
            mappings: vec![NetworkMapping { from: Id::new(0), to: Id::new(1), keeps_address: true }],
            ..Topology::default()
        },
        vms: Table::default(),
        policies: Table::default(),
        operations: Vec::new(),
        control_plane: ControlPlane {
            vmms: Table::new(vec![vmm("vmm-hq", 0), vmm("vmm-dr", 1)]),
            clouds: Table::new(vec![cloud("hq", 0, &[0, 1]), cloud("dr", 1, &[2])]),
            job_latency: s(30),
        },
        recovery: Recovery { people: Table::new(vec![team()]), ..Recovery::default() },
        outages: Table::default(),
        assumptions: vec![],
        stand_ins: vec![],
        promises: drsim::promise::Promises::default(),
    }
}

fn team() -> People {
    People {
        name: "ops".into(),
        detection: s(120),
        decision: s(300),
        operators: 1,
        by_hand_after: s(0),
        manual_start: s(600),
        manual_per_vm: s(240),
        on_duty: None,
    }
}

/// Operators ask for it at `at` seconds.
pub fn operate(scenario: &mut Scenario, at: u64, act: Act) {
    let name = format!("operation {}", scenario.operations.len());
    scenario.operations.push(Operation { name, at: Time(s(at).0), by: None, act, of: None });
}

pub fn push<T: Clone>(table: &mut Table<T>, row: T) -> Id<T> {
    let id = Id::new(table.len());
    let rows: Vec<T> = table.iter().cloned().chain([row]).collect();
    *table = Table::new(rows);
    id
}

/// A VM on `h1` or `h2`, replicated to `r1`: 4 cores, 8 GB, a static address, boots in 120 s, ready after 60 s.
pub fn vm(scenario: &mut Scenario, name: &str, host: usize) -> Id<Vm> {
    let disk = Disk {
        name: "os".into(),
        size: Bytes(100 * GB),
        used: None,
        volume: Id::new(host),
        replicate: true,
        churn: vec![],
    };
    let row = Vm {
        name: name.into(),
        host: Id::new(host),
        cores: 4,
        memory: Bytes(8 * GB),
        disks: vec![disk],
        nics: vec![Nic { network: Id::new(0), static_address: true, subnet: 0 }],
        boot: s(120),
        readiness: s(60),
        guest: Default::default(),
        protection: Some(Protection {
            policy: Id::new(0),
            replica_host: Id::new(2),
            replica_volume: Id::new(2),
            relationship: Default::default(),
        }),
    };
    push(&mut scenario.vms, row)
}

/// An application, validated in 90 s, with an RPO of 300 s and an RTO of an hour.
pub fn application(
    scenario: &mut Scenario,
    name: &str,
    vms: &[Id<Vm>],
    depends_on: &[Id<Application>],
) -> Id<Application> {
    let row = Application {
        name: name.into(),
        tier: None,
        vms: vms.to_vec(),
        depends_on: depends_on.to_vec(),
        rpo: Some(s(300)),
        rto: Some(s(3600)),
        needs: Vec::new(),
        rpo_share: drsim::units::Ratio::ONE,
        mtpd: None,
        validation: s(90),
    };
    push(&mut scenario.recovery.applications, row)
}

/// A plan of these groups: failing over takes 5 s, no shutdown attempt, all at once.
pub fn plan(scenario: &mut Scenario, groups: &[&[Id<Vm>]]) -> Id<Plan> {
    let group = |vms: &&[Id<Vm>]| Group { vms: vms.to_vec(), before: vec![], after: vec![] };
    let row = Plan {
        name: format!("plan-{}", scenario.recovery.plans.len()),
        people: Id::new(0),
        by_hand_first: vec![],
        groups: groups.iter().map(group).collect(),
        shutdown_timeout: None,
        fail_over: s(5),
        parallel_recoveries: None,
        conduct: Default::default(),
    };
    push(&mut scenario.recovery.plans, row)
}

pub fn action(name: &str, kind: ActionKind, takes: Span) -> Action {
    Action { name: name.into(), kind, takes, scope: Default::default() }
}

/// `component` is down from `from` seconds after [`FAULT`] on, for `lasts`.
pub fn down(component: Component, from: u64, lasts: Option<u64>) -> Strike {
    let from = FAULT.plus(s(from));
    Strike {
        component,
        effect: Effect::Down,
        from,
        to: lasts.map(|it| from.plus(s(it))),
        cause: "test".into(),
    }
}

pub fn outage(mut strikes: Vec<Strike>) -> Outage {
    strikes.sort_by_key(|strike| (strike.from, strike.component));
    Outage { name: "outage".into(), about: String::new(), accepts_exposure: false, strikes }
}

/// The run of an outage, held to its twin that operators ask for.
pub fn facts(scenario: &Scenario, outage: &Outage, data: Steady) -> Vec<Fact> {
    let (_, facts) = drsim::sim::run(scenario, outage, data.clone(), HORIZON);
    crate::recovery::origins::hold(scenario, outage, &data, &facts);
    facts
}

pub fn run_with(scenario: &Scenario, strikes: Vec<Strike>, data: Steady) -> OutageRow {
    let outage = outage(strikes);
    outage_row(scenario, &outage, &RunOutcome::of(scenario, &facts(scenario, &outage, data)), HORIZON)
}

pub fn run(scenario: &Scenario, strikes: Vec<Strike>) -> OutageRow {
    run_with(scenario, strikes, Steady::default())
}

pub fn app<'a>(row: &'a OutageRow, name: &str) -> &'a OutageApplicationRow {
    row.applications.iter().find(|it| it.name == name).expect("the application is reported")
}

pub fn vm_row<'a>(row: &'a OutageRow, name: &str) -> &'a OutageVmRow {
    row.vms.iter().find(|it| it.name == name).expect("the VM is reported")
}

/// `(phase, on, seconds)` of an application's phases.
pub fn phases(row: &OutageApplicationRow) -> Vec<(&str, &str, f64)> {
    row.phases.iter().map(|it| (it.phase.words(), it.on.as_str(), it.seconds)).collect()
}

/// Replication whose newest point is always [`AGE`] old while a VM runs. A VM named in `applying` needs that long after it stopped until its
/// received logs are applied, and its point is then half as old.
#[derive(Clone, Debug, Default)]
pub struct Steady {
    pub now: Time,
    pub applying: BTreeMap<Id<Vm>, Span>,
    pub pointless: BTreeSet<Id<Vm>>,
    pub stopped: BTreeMap<Id<Vm>, Time>,
    pub ended: BTreeSet<Id<Vm>>,
    /// When each VM last started again.
    pub runs_since: BTreeMap<Id<Vm>, Time>,
    pub watched: BTreeSet<Id<Vm>>,
    pub links: Vec<Option<Ratio>>,
    /// Points beside the newest, newest first; a VM named here has no others.
    pub kept: BTreeMap<Id<Vm>, Vec<Point>>,
    /// How long it takes to send and apply a last log, and a copy; at once where not said.
    pub last_log: Span,
    pub copy: Span,
    /// The last log never gets through.
    pub is_cut: bool,
    /// All that it had written is applied.
    pub synchronized: BTreeSet<Id<Vm>>,
    pub due: BTreeMap<(Time, Id<Vm>), Notice>,
    /// What was asked for beyond stops and starts, in order.
    pub calls: Vec<(&'static str, Id<Vm>)>,
}

impl Steady {
    fn later(&mut self, vm: Id<Vm>, after: Span, notice: Notice) {
        self.due.insert((self.now.plus(after), vm), notice);
    }

    fn applied_at(&self, vm: Id<Vm>) -> Option<Time> {
        Some(self.stopped.get(&vm)?.plus(*self.applying.get(&vm)?))
    }
}

impl DataPlane for Steady {
    fn advance(&mut self, to: Time) -> Time {
        assert!(to >= self.now);
        let next = self.watched.iter().filter_map(|vm| self.applied_at(*vm)).min();
        let next = next.into_iter().chain(self.due.keys().map(|(at, _)| (*at).max(self.now))).min();
        self.now = next.map_or(to, |next| next.min(to));
        let now = self.now;
        let over: Vec<Id<Vm>> = self
            .watched
            .iter()
            .copied()
            .filter(|vm| self.applied_at(*vm).is_none_or(|at| at <= now))
            .collect();
        for vm in over {
            self.watched.remove(&vm);
        }
        self.now
    }

    fn is_applying(&self, vm: Id<Vm>) -> bool {
        !self.ended.contains(&vm) && self.applied_at(vm).is_some_and(|at| at > self.now)
    }

    fn watch(&mut self, vm: Id<Vm>) {
        assert!(self.is_applying(vm));
        self.watched.insert(vm);
    }

    fn newest_point(&self, vm: Id<Vm>) -> Option<Time> {
        if self.pointless.contains(&vm) {
            return None;
        }
        if let Some(kept) = self.kept.get(&vm) {
            return kept.first().map(|point| point.cut);
        }
        let stopped = self.stopped.get(&vm).copied().unwrap_or(self.now);
        if self.synchronized.contains(&vm) {
            return Some(stopped);
        }
        let age = if self.applied_at(vm).is_some_and(|at| at <= self.now) { AGE.0 / 2 } else { AGE.0 };
        Some(Time(stopped.0.saturating_sub(age)))
    }

    fn unprotected_bytes(&self, vm: Id<Vm>) -> u64 {
        let stopped = self.stopped.get(&vm).copied().unwrap_or(self.now);
        if self.ended.contains(&vm) {
            return self.runs_since.get(&vm).map_or(0, |since| stopped.0 - since.0);
        }
        self.newest_point(vm).map_or(stopped.0, |point| stopped.0 - point.0)
    }

    fn stop_vm(&mut self, vm: Id<Vm>) {
        assert!(self.stopped.insert(vm, self.now).is_none(), "a VM stops once");
        self.synchronized.remove(&vm);
    }

    fn start_vm(&mut self, vm: Id<Vm>) {
        assert!(self.stopped.remove(&vm).is_some(), "only a stopped VM starts");
        self.runs_since.insert(vm, self.now);
        self.synchronized.remove(&vm);
        self.due.retain(|(_, other), _| *other != vm);
    }

    fn fail_over(&mut self, vm: Id<Vm>, _: Time) {
        assert!(self.stopped.contains_key(&vm) && !self.is_applying(vm), "only a stopped VM fails over");
        self.ended.insert(vm);
        self.runs_since.remove(&vm);
        self.due.retain(|(_, other), _| *other != vm);
    }

    fn set_host(&mut self, _: Id<Host>, _: bool) {}

    fn set_volume(&mut self, _: Id<Volume>, _: bool) {}

    fn set_link(&mut self, _: Id<Link>, share: Option<Ratio>) {
        self.links.push(share);
    }

    fn notice(&mut self) -> Option<Notice> {
        let entry = self.due.first_entry().filter(|entry| entry.key().0 <= self.now)?;
        let notice = entry.remove();
        if let Notice::Synchronized(vm) = notice {
            self.synchronized.insert(vm);
        }
        Some(notice)
    }

    fn points(&self, vm: Id<Vm>) -> Vec<Point> {
        if let Some(kept) = self.kept.get(&vm) {
            return kept.clone();
        }
        let newest = self.newest_point(vm);
        newest.map(|cut| Point { cut, app_consistent: false, undo: Bytes(0) }).into_iter().collect()
    }

    fn shut_down_vm(&mut self, vm: Id<Vm>) {
        self.stop_vm(vm);
    }

    fn move_vm(&mut self, _: Id<Vm>, _: Id<Host>) {}

    fn migrate_vm(&mut self, _: Id<Vm>, _: Id<Host>, _: Option<DisksAlong>) {}
    fn stop_migration(&mut self, _: Id<Vm>) {}
    fn move_disks(&mut self, _: Id<Vm>, _: &[Id<Volume>]) {}
    fn room_on(&self, _: Id<Volume>) -> Option<Bytes> {
        None
    }

    fn resize_vm(&mut self, _: Id<Vm>, _: Bytes) {}

    fn protect(&mut self, _: Id<Vm>, _: &Protection) {}

    fn unprotect(&mut self, _: Id<Vm>, _: bool) {}

    fn start_copy(&mut self, vm: Id<Vm>, _: CopyMethod) {
        self.calls.push(("copy", vm));
        self.later(vm, self.copy, Notice::CopyDone(vm));
    }

    fn start_placeholder(&mut self, _: Id<Vm>) {}

    fn copy_arrived(&mut self, _: Id<Vm>) {}

    fn cancel_copy(&mut self, _: Id<Vm>) {}

    fn suspend(&mut self, _: Id<Vm>) {}

    fn resume(&mut self, _: Id<Vm>) {}

    fn require_resync(&mut self, _: Id<Vm>) {}

    fn synchronize(&mut self, vm: Id<Vm>) {
        if !self.is_cut {
            self.later(vm, self.last_log, Notice::Synchronized(vm));
        }
    }

    fn drop_points(&mut self, vm: Id<Vm>) {
        self.calls.push(("drop points", vm));
    }

    fn reverse(&mut self, vm: Id<Vm>, _: Id<Host>, _: &Protection, is_in_step: bool) {
        self.calls.push((if is_in_step { "reverse in step" } else { "reverse" }, vm));
        self.ended.remove(&vm);
        self.synchronized.remove(&vm);
    }

    fn move_replica(&mut self, _: Id<Vm>, _: Id<Host>, _: Id<Volume>) {}

    fn set_policy(&mut self, _: Id<Vm>, _: Id<Policy>, _: &Policy) {}

    fn set_qos(&mut self, _: Id<QosPolicy>, _: bool) {}
}
