//! A replica must pass admission at its host: startup memory and cores (fact 9.6), alone and with the others of its plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::recovery::Plan;
use crate::scenario::protection::standing::Timetable;
use crate::scenario::{Places, Scenario};
use crate::topology::Host;
use crate::units::{Bytes, Time};
use crate::workload::Vm;

/// One warning for each replica host, with the VM that lacks most; then one for each plan and host that cannot hold its VMs together.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let mut short: BTreeMap<Id<Host>, Vec<(Bytes, u64, &str)>> = BTreeMap::new();
    for (_, vm, protection) in crate::scenario::preflight::replicated(scenario) {
        let (cores, memory) = alone(scenario, vm, protection.replica_host);
        if (cores, memory.0) != (0, 0) {
            short.entry(protection.replica_host).or_default().push((memory, cores, &vm.name));
        }
    }
    let host = |id: Id<Host>| &scenario.topology.hosts[id].name;
    let too_small = short.into_iter().filter_map(|(id, vms)| warning(places, host(id), &vms));
    let plans = scenario.recovery.plans.ids();
    too_small.chain(plans.flat_map(|plan| together(scenario, places, plan))).collect()
}

/// What an empty host lacks for a VM.
fn alone(scenario: &Scenario, vm: &Vm, host: Id<Host>) -> (u64, Bytes) {
    scenario.topology.hosts[host].lacks_for(vm.cores, (vm.cores.into(), vm.memory))
}

fn warning(places: &Places, host: &str, vms: &[(Bytes, u64, &str)]) -> Option<Problem> {
    let (memory, cores, name) = vms.iter().max()?;
    let lack = lack(*cores, *memory);
    let more = if vms.len() > 1 { format!(" ({} vms do not fit there)", vms.len()) } else { String::new() };
    let what = format!("replica host `{host}` is too small for vm `{name}`: {lack} short{more}");
    Some(Problem::new(&codes::HOST_TOO_SMALL, places.of("vm", name), what))
}

fn lack(cores: u64, memory: Bytes) -> String {
    match (memory, cores) {
        (Bytes(0), cores) => format!("{cores} cores"),
        (memory, 0) => format!("{memory} of memory"),
        (memory, cores) => format!("{memory} of memory and {cores} cores"),
    }
}

/// Cores, and bytes of startup memory.
type Wanted = (u64, u64);
/// VMs that find no room, and what they want together.
type Left<'s> = (Vec<&'s str>, Wanted);

/// Hosts that cannot hold all VMs of a plan that are failed over to them, at the instant at which most find no room.
fn together(scenario: &Scenario, places: &Places, id: Id<Plan>) -> Vec<Problem> {
    let plan = &scenario.recovery.plans[id];
    let timetable = Timetable::new(&scenario.operations);
    let moves = |vm: Id<Vm>| {
        let protection = scenario.vms[vm].protection.as_ref()?;
        Some((vm, protection.replica_host, timetable.replicated(vm, protection.relationship.enabled)))
    };
    let members: Vec<_> =
        plan.groups.iter().flat_map(|group| group.vms.iter().copied()).filter_map(moves).collect();
    let instants: BTreeSet<Time> = members.iter().flat_map(|(.., stays)| stays.begins()).collect();
    let at_once = |at: Time| {
        let replicated = members.iter().filter(|(.., stays)| stays.contain(at));
        let members: Vec<(Id<Vm>, Id<Host>)> = replicated.map(|(vm, host, _)| (*vm, *host)).collect();
        at_once(scenario, places, plan, &members)
    };
    let mut all: BTreeMap<Id<Host>, (usize, Problem)> = BTreeMap::new();
    for (host, count, problem) in instants.into_iter().flat_map(at_once) {
        let known = all.get(&host).map_or(0, |(count, _)| *count);
        if count > known {
            all.insert(host, (count, problem));
        }
    }
    all.into_values().map(|(_, problem)| problem).collect()
}

/// The same of those `members` that are replicated at one instant, with how many find no room. They are admitted in plan order as a recovery
/// admits them. A VM of the plan is taken to have left its own host, one that no host would take is not counted: so that what is
/// said holds whatever else fails.
fn at_once(
    scenario: &Scenario,
    places: &Places,
    plan: &Plan,
    members: &[(Id<Vm>, Id<Host>)],
) -> Vec<(Id<Host>, usize, Problem)> {
    let mut used: BTreeMap<Id<Host>, Wanted> = BTreeMap::new();
    let moved: BTreeSet<Id<Vm>> = members.iter().map(|(vm, _)| *vm).collect();
    for (_, row) in scenario.vms.entries().filter(|(vm, _)| !moved.contains(vm)) {
        take(used.entry(row.host).or_default(), row);
    }
    let mut left: BTreeMap<Id<Host>, Left> = BTreeMap::new();
    for (row, host) in members.iter().map(|(vm, host)| (&scenario.vms[*vm], *host)) {
        if alone(scenario, row, host) != (0, Bytes(0)) {
            continue;
        }
        let used = used.entry(host).or_default();
        let mut with = *used;
        take(&mut with, row);
        match scenario.topology.hosts[host].lacks(with.0, Bytes(with.1)) {
            (0, Bytes(0)) => *used = with,
            (_, _) => {
                let (names, wanted) = left.entry(host).or_default();
                names.push(&row.name);
                take(wanted, row);
            }
        }
    }
    let say = |(id, (names, wanted)): (Id<Host>, Left)| {
        let (host, used) = (&scenario.topology.hosts[id], used[&id]);
        let (cores, memory) = host.lacks(used.0 + wanted.0, Bytes(used.1.saturating_add(wanted.1)));
        let what = format!(
            "plan `{}` leaves no room on replica host `{}` for {}: {} short",
            plan.name,
            host.name,
            crate::scenario::preflight::these(&names),
            lack(cores, memory)
        );
        (id, names.len(), Problem::new(&codes::HOST_TOO_SMALL_FOR_ALL, places.of("plan", &plan.name), what))
    };
    left.into_iter().map(say).collect()
}

fn take((cores, memory): &mut Wanted, vm: &Vm) {
    *cores += u64::from(vm.cores);
    *memory = memory.saturating_add(vm.memory.0);
}
