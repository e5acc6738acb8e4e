//! Worlds at the horizon become rows.

use crate::engine::account::whole_bytes;
use crate::engine::network::Owner;
use crate::engine::observer::Cause;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::measure::distribution::Distribution;
use crate::measure::operations::operations;
use crate::measure::results::{
    Age, Audit, Bound, HostRow, LinkRow, Results, SCHEMA_VERSION, ScenarioRow, SiteRow, StandInRow, VmRow,
    VolumeRow,
};
use crate::measure::watch::{Longest, Watch};
use crate::outcome::bound::{AgeCause, BoundBy};
use crate::outcome::place::Place;
use crate::scenario::{Scenario, StandIn};
use crate::topology::{Host, Site, Volume};
use crate::units::{Span, Time};
use crate::words;
use crate::words::written;
use crate::workload::Vm;

use super::health::Ended;
use super::{Baseline, points, routes, verdicts};

/// What the baseline answers; what outages add is left open.
pub(super) fn results(scenario: &Scenario, baseline: &mut Baseline) -> Results {
    let horizon = Time(scenario.horizon.0);
    let operations = operations(scenario, &baseline.outcome, (Time::START, horizon), true);
    let vms: Vec<VmRow> = scenario.vms.ids().map(|vm| vm_row(scenario, baseline, vm)).collect();
    Results {
        schema_version: SCHEMA_VERSION.to_owned(),
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario_hash: scenario.hash(),
        seed: scenario.seed,
        digest: String::new(),
        audit: audit(scenario, baseline),
        scenario: ScenarioRow {
            name: scenario.name.clone(),
            start: written(scenario, Time::START),
            horizon_s: scenario.horizon.as_seconds(),
            zone: scenario.zone.clone(),
            vms: scenario.vms.len() as u64,
            protected_vms: scenario.vms.iter().filter(|vm| vm.protection.is_some()).count() as u64,
            cycles: vms.iter().map(|vm| vm.cycles_applied).sum(),
        },
        links: link_rows(scenario, baseline),
        routes: routes::routes(scenario),
        sites: site_rows(scenario, baseline),
        hosts: host_rows(scenario, baseline),
        volumes: scenario
            .topology
            .volumes
            .ids()
            .map(|volume| volume_row(scenario, baseline, volume))
            .collect(),
        fleet_health: ended(scenario, baseline).fleet(),
        health: ended(scenario, baseline).rows(),
        statistics: ended(scenario, baseline).statistics(),
        operations,
        warnings: Vec::new(),
        tried: None,
        assumptions: scenario.taken_for_true(),
        stand_ins: scenario.stand_ins.iter().map(stand_in_row).collect(),
        applications: verdicts::applications(scenario, baseline),
        vms,
        outages: Vec::new(),
    }
}

fn stand_in_row(stand_in: &StandIn) -> StandInRow {
    let StandIn { what, why, places } = stand_in.clone();
    StandInRow { what, why, places }
}

pub(super) fn ended<'a>(scenario: &'a Scenario, baseline: &'a Baseline) -> Ended<'a> {
    Ended {
        scenario,
        run: &baseline.outcome,
        monitors: &baseline.watch.monitors,
        kernel: &baseline.kernel,
        from: 0,
    }
}

fn audit(scenario: &Scenario, baseline: &Baseline) -> Audit {
    let sums = baseline.audit;
    Audit {
        status: "holds".to_owned(),
        checked_vms: scenario.vms.len() as u64,
        written_bytes: sums.written().to_string(),
        excluded_bytes: sums.excluded.to_string(),
        open_bytes: sums.open.to_string(),
        cut_bytes: sums.cut.to_string(),
        applied_bytes: sums.applied.to_string(),
        untracked_bytes: sums.untracked.to_string(),
        lost_bytes: sums.lost.to_string(),
    }
}

/// A distribution as its row; `None` if it covers no time.
pub(super) fn age(
    scenario: &Scenario,
    ages: &mut Distribution,
    cause: AgeCause,
    objective: Option<Span>,
) -> Option<Age> {
    if ages.total() == 0 {
        return None;
    }
    let seconds = |micros: u64| Span(micros).as_seconds();
    let [p50, p90, p95, p99, p999] = ages.quantiles([500, 900, 950, 990, 999]).map(seconds);
    let (max, max_at) = ages.max();
    Some(Age {
        mean_s: seconds(ages.mean()),
        p50_s: p50,
        p90_s: p90,
        p95_s: p95,
        p99_s: p99,
        p999_s: p999,
        max_s: seconds(max),
        max_at: written(scenario, Time(max_at)),
        max_cause: words::age_cause(scenario, cause),
        above_objective_s: objective.map(|_| seconds(ages.above())),
        method: ages.method(),
    })
}

/// What made a worst age of a VM at `at`: the longest cause, and after the interval, which is always there, the next.
pub(super) fn causes(
    scenario: &Scenario,
    baseline: &Baseline,
    vm: usize,
    longest: Longest,
    at: Time,
) -> AgeCause {
    let vm = Id::new(vm);
    let place = baseline.outcome.vm(vm).place_at(&scenario.vms[vm], at);
    let bound = |cause: Cause| bound_by(baseline, &place, cause);
    let first = longest.first.map_or(BoundBy::Interval, bound);
    let then = longest.second.filter(|_| longest.first == Some(Cause::Interval)).map(bound);
    AgeCause { first, then, of: None }
}

/// A cause, with what the VM and its replica stood on.
fn bound_by(baseline: &Baseline, place: &Place, cause: Cause) -> BoundBy {
    match cause {
        Cause::Interval => BoundBy::Interval,
        Cause::Slots => BoundBy::Slots(place.vm.host),
        Cause::StreamCap => BoundBy::StreamCap,
        Cause::Latency => BoundBy::Latency,
        Cause::PathDown => BoundBy::PathDown,
        Cause::TrackingOff => BoundBy::TrackingOff,
        Cause::Suspended => BoundBy::Suspended,
        Cause::Apply => {
            BoundBy::Apply(place.replica.as_ref().and_then(|replica| replica.volumes.first()).copied())
        }
        Cause::Resource(resource, throttled) => of_resource(&baseline.kernel, resource, throttled),
    }
}

/// A resource of the network that bound.
pub(super) fn of_resource(kernel: &Kernel, resource: u32, is_throttled: bool) -> BoundBy {
    match kernel.owner(resource) {
        Owner::Link(link, _) if is_throttled => BoundBy::Throttle(Id::new(link)),
        Owner::Link(link, _) => BoundBy::Link(Id::new(link)),
        Owner::Card(host) => BoundBy::Card(Id::new(host)),
        Owner::Qos(policy, host) => BoundBy::Qos(Id::new(policy), Id::new(host)),
    }
}

fn volume_name(scenario: &Scenario, volume: Id<Volume>) -> String {
    let row = &scenario.topology.volumes[volume];
    format!("{}/{}", scenario.topology.hosts[row.host].name, row.name)
}

fn vm_row(scenario: &Scenario, baseline: &mut Baseline, id: Id<Vm>) -> VmRow {
    let place = baseline.outcome.vm(id).place(&scenario.vms[id]);
    let (vm, index) = (&scenario.vms[id], id.index());
    let policy = place.policy.map(|policy| &scenario.policies[policy]);
    let tally = baseline.kernel.tally(index);
    let age_of = &baseline.watch.vms[index];
    let max_cause = causes(scenario, baseline, index, age_of.cause, Time(age_of.ages.max().1));
    let objective = verdicts::tightest_rpo(scenario, id);
    let (state, health) = {
        let ended = ended(scenario, baseline);
        (ended.state(id), ended.vm(id))
    };
    let monitor = baseline.watch.monitors[index].as_ref();
    let kept_on = baseline.kernel.replica_volume(index).map(|volume| scenario.topology.volumes[volume].host);
    let replica_host = place.replica.as_ref().map(|it| it.host);
    let kept_on = kept_on.or(replica_host).map(|host| scenario.topology.hosts[host].hyper_v.os);
    let recovery_points = policy.zip(kept_on).map(|(policy, os)| {
        points::recovery_points((vm, policy, os), &baseline.points[index], monitor, Time(scenario.horizon.0))
    });
    VmRow {
        name: vm.name.clone(),
        host: scenario.topology.hosts[place.vm.host].name.clone(),
        replica_host: replica_host.map(|host| scenario.topology.hosts[host].name.clone()),
        policy: policy.map(|policy| policy.name.clone()),
        interval_s: policy.map(|policy| policy.interval.as_seconds()),
        age: age(scenario, &mut baseline.watch.vms[index].ages, max_cause, objective),
        written_bytes: baseline.kernel.written_so_far(index),
        cycles_applied: tally.applied_logs,
        cycles_expected: tally.ticks,
        cycles_missed: tally.ticks - tally.successes - baseline.kernel.undecided_ticks(index),
        largest_log_bytes: tally.largest_log,
        pending_bytes: policy.map_or(0, |_| baseline.kernel.unprotected(index)),
        state,
        health,
        recovery_points,
        bound: bound(scenario, baseline, &place, index),
    }
}

/// Shares of the VM's time by cause, largest first.
#[allow(clippy::cast_precision_loss, reason = "shares for a report")]
fn bound(scenario: &Scenario, baseline: &mut Baseline, place: &Place, vm: usize) -> Vec<Bound> {
    if scenario.vms[Id::<Vm>::new(vm)].protection.is_none() {
        return Vec::new();
    }
    let mut causes = baseline.kernel.causes::<Watch>(vm);
    let whole: u64 = causes.iter().map(|(_, time)| time).sum();
    causes.sort_unstable();
    // Both directions of a link, as after a failover, are one.
    let mut by_what: Vec<(BoundBy, u64)> = Vec::new();
    for (cause, time) in causes.into_iter().filter(|(_, time)| *time > 0) {
        let by = bound_by(baseline, place, cause);
        match by_what.iter_mut().find(|(other, _)| *other == by) {
            Some((_, sum)) => *sum += time,
            None => by_what.push((by, time)),
        }
    }
    by_what.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
    // To a part per million, as results are stored: what is summed of them is then the same of a stored one.
    let share = |time: u64| (time as f64 / whole.max(1) as f64 * 1e6).round() / 1e6;
    let row = |(by, time)| Bound { by: words::bound(scenario, by), share: share(time) };
    by_what.into_iter().map(row).collect()
}

#[allow(clippy::cast_precision_loss, reason = "shares for a report")]
fn link_rows(scenario: &Scenario, baseline: &mut Baseline) -> Vec<LinkRow> {
    let topology = &scenario.topology;
    let carried = baseline.kernel.carried(2 * topology.links.len());
    let horizon = scenario.horizon.0.max(1) as f64;
    let mut rows = Vec::new();
    for (index, carried) in carried.into_iter().enumerate() {
        let link = &topology.links[Id::new(index / 2)];
        let (from, to) = if index % 2 == 0 { (link.from, link.to) } else { (link.to, link.from) };
        let served = baseline.kernel.served(u32::try_from(index).expect("fewer than 2^32 resources"));
        rows.push(LinkRow {
            name: link.name.clone(),
            from: topology.nodes[from].name.clone(),
            to: topology.nodes[to].name.clone(),
            rate_bps: link.rate[index % 2].0.saturating_mul(8),
            carried_bytes: whole_bytes(carried),
            utilisation_share: carried as f64 / served.offered.max(1) as f64,
            binding_share: served.binding as f64 / horizon,
            throttle_binding_share: served.throttle_binding as f64 / horizon,
            backlog_max_bytes: baseline.kernel.backlog_max(index / 2, index % 2),
        });
    }
    rows
}

fn site_rows(scenario: &Scenario, baseline: &Baseline) -> Vec<SiteRow> {
    let hosts = &scenario.topology.hosts;
    let standing: Vec<(&Vm, Place)> =
        scenario.vms.entries().map(|(id, vm)| (vm, baseline.outcome.vm(id).place(vm))).collect();
    let row = |(id, site): (_, &Site)| {
        let here = |host: Id<Host>| hosts[host].site == id;
        let sum = |is_here: &dyn Fn(&Place) -> bool| {
            standing.iter().filter(|(_, place)| is_here(place)).map(|(vm, _)| u64::from(vm.cores)).sum()
        };
        SiteRow {
            name: site.name.clone(),
            cores: hosts.iter().filter(|host| host.site == id).map(|host| u64::from(host.cores)).sum(),
            vcpus: sum(&|place| here(place.vm.host)),
            replica_vcpus: sum(&|place| place.replica.as_ref().is_some_and(|it| here(it.host))),
        }
    };
    scenario.topology.sites.entries().map(row).collect()
}

#[allow(clippy::cast_precision_loss, reason = "shares for a report")]
fn host_rows(scenario: &Scenario, baseline: &mut Baseline) -> Vec<HostRow> {
    let standing: Vec<(&Vm, Place)> =
        scenario.vms.entries().map(|(id, vm)| (vm, baseline.outcome.vm(id).place(vm))).collect();
    let topology = &scenario.topology;
    let horizon = scenario.horizon.0.max(1) as f64;
    let mut rows = Vec::new();
    for (id, host) in topology.hosts.entries() {
        let local = || standing.iter().filter(move |(_, place)| place.vm.host == id).map(|(vm, _)| vm);
        let replicas = || {
            let here = move |place: &Place| place.replica.as_ref().is_some_and(|it| it.host == id);
            standing.iter().filter(move |(_, place)| here(place)).map(|(vm, _)| vm)
        };
        let card = baseline.kernel.card(id.index());
        let mut share = |resource: Option<u32>| {
            let resource = resource?;
            let carried = baseline.kernel.carried_by(resource);
            let offered = baseline.kernel.served(resource).offered;
            Some(carried as f64 / offered.max(1) as f64)
        };
        let (sends, receives) = (share(card), share(card.map(|card| card + 1)));
        let busy = baseline.kernel.slots_busy(id.index()) as f64;
        rows.push(HostRow {
            name: host.name.clone(),
            site: topology.sites[host.site].name.clone(),
            cores: u64::from(host.cores),
            cores_used: local().map(|vm| u64::from(vm.cores)).sum(),
            memory_bytes: host.memory.0.saturating_sub(host.memory_reserve.0),
            memory_used_bytes: local().map(|vm| vm.memory.0).sum(),
            replicas: replicas().count() as u64,
            replica_memory_bytes: replicas().map(|vm| vm.memory.0).sum(),
            send_slots: host.send_slots.map(u64::from),
            slot_utilisation_share: host
                .send_slots
                .map_or(0.0, |slots| busy / horizon / f64::from(slots.max(1))),
            nic_send_share: sends,
            nic_receive_share: receives,
        });
    }
    rows
}

#[allow(clippy::cast_precision_loss, reason = "shares for a report")]
fn volume_row(scenario: &Scenario, baseline: &mut Baseline, id: Id<Volume>) -> VolumeRow {
    let volume = &scenario.topology.volumes[id];
    let size = |vm: Id<Vm>, row: &Vm| -> u64 {
        let place = baseline.outcome.vm(vm).place(row);
        let site = |host: Id<Host>| scenario.topology.hosts[host].site;
        let (home, other) = match place.replica {
            Some(replica) if site(place.vm.host) != site(row.host) => (replica, Some(place.vm)),
            other => (place.vm, other),
        };
        let holds_replica = other.is_some_and(|it| it.volumes.contains(&id));
        let lies = |disk: usize| home.volumes.get(disk).or(home.volumes.first()) == Some(&id);
        let here = row
            .disks
            .iter()
            .enumerate()
            .filter(|(index, disk)| lies(*index) || (holds_replica && disk.replicate));
        here.map(|(_, disk)| disk.size.0).sum()
    };
    let allocated_bytes = scenario.vms.entries().map(|(vm, row)| size(vm, row)).sum();
    let served = baseline.kernel.applied_on(id.index());
    let stands_here = |vm: &Id<Vm>| {
        let written = scenario.vms[*vm].protection.as_ref().map(|it| it.replica_volume);
        baseline.kernel.replica_volume(vm.index()).or(written) == Some(id)
    };
    let replicas: Vec<Id<Vm>> = scenario.vms.ids().filter(stands_here).collect();
    let os = scenario.topology.hosts[volume.host].hyper_v.os;
    let history = |vm: &Id<Vm>| points::history_bytes(&scenario.vms[*vm], os, &baseline.points[vm.index()]);
    VolumeRow {
        name: volume_name(scenario, id),
        size_bytes: volume.size.map(|size| size.0),
        allocated_bytes,
        apply_rate_bytes_per_s: volume.apply_rate.map(|rate| rate.0),
        applied_bytes: baseline.kernel.applied_bytes_on(id.index()),
        apply_busy_share: served
            .map_or(0.0, |served| served.binding as f64 / scenario.horizon.0.max(1) as f64),
        history_bytes: replicas.iter().map(history).sum(),
    }
}
