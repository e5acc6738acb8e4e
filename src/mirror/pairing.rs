//! Which VM of the scenario a measurement is of, and which time of the run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::seen::{Measurement, Seen};
use crate::ids::Id;
use crate::measure::grid::window_edges;
use crate::scenario::Scenario;
use crate::workload::Vm;

/// A measurement in terms of the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Of which VM.
    pub vm: Id<Vm>,
    /// Start of the interval, µs after the start of the run.
    pub from: u64,
    /// Its end.
    pub to: u64,
    /// What was measured.
    pub measured: Seen,
}

/// Measurements that found their place, and those that did not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paired {
    /// By VM, then end, then start.
    pub samples: Vec<Sample>,
    /// Measurements of an interval that is not wholly within the run.
    pub outside: u64,
    /// The time of those, in microseconds since 1970 UTC: from the first start to the last end.
    pub outside_unix_us: Option<(i64, i64)>,
    /// Machines that the scenario has no replicated VM of that name for.
    pub unknown: BTreeSet<String>,
    /// Measurements of a machine and interval that an earlier one is of.
    pub twice: u64,
    /// Measurements that do not tell when their interval began.
    pub windows_assumed: u64,
    /// VMs that a file says are copied at another frequency than the scenario's policy has.
    pub other_frequency: BTreeSet<Id<Vm>>,
    /// Replicated VMs that nothing was measured of.
    pub unmeasured: Vec<Id<Vm>>,
}

/// Two machines of one name were measured at one time: which of them the scenario means, nobody can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguous {
    /// Their name.
    pub vm: String,
    /// Their identities or, for want of them, where they were measured; empty if a file does not say.
    pub which: [String; 2],
}

/// Finds the VM and the time of each measurement. Names are equal, or else equal but for the case of letters if that is one VM.
///
/// # Errors
/// Measurements of one name and time, from two machines by their identities or, where these are not told, from two hosts.
pub fn pair(scenario: &Scenario, measurements: &[Measurement]) -> Result<Paired, Ambiguous> {
    let (mut paired, names) = (Paired::default(), Names::of(scenario));
    let mut edges: BTreeMap<&str, Arc<[u64]>> = BTreeMap::new();
    let mut found: Vec<(Sample, &str)> = Vec::new();
    for it in measurements {
        let Some(vm) = names.vm(&it.vm) else {
            paired.unknown.insert(it.vm.clone());
            continue;
        };
        let policy = scenario.vms[vm].protection.as_ref().map(|it| &scenario.policies[it.policy]);
        if it.every_us.zip(policy).is_some_and(|(every, policy)| every != policy.interval.0) {
            paired.other_frequency.insert(vm);
        }
        let since = |unix: i64| u64::try_from(unix.checked_sub(scenario.start_unix_us)?).ok();
        let within = |at: &u64| *at <= scenario.horizon.0;
        let to = since(it.to_unix_us).filter(within);
        let from = match (it.from_unix_us, to) {
            (Some(from), _) => since(from).filter(within),
            (None, None) => None,
            (None, Some(to)) => {
                paired.windows_assumed += 1;
                let zone = &scenario.topology.sites[scenario.topology.hosts[scenario.vms[vm].host].site].zone;
                let edges = edges.entry(zone).or_insert_with(|| window_edges(scenario, zone));
                let before = edges.partition_point(|edge| *edge < to);
                // the first window of a run began before it
                before.checked_sub(1).map(|last| edges[last])
            }
        };
        match from.zip(to) {
            Some((from, to)) => {
                let which = if it.id.is_empty() { &it.server } else { &it.id };
                found.push((Sample { vm, from, to, measured: it.seen }, which));
            }
            None => {
                paired.outside += 1;
                let first = it.from_unix_us.unwrap_or(it.to_unix_us);
                let (from, to) = paired.outside_unix_us.unwrap_or((first, it.to_unix_us));
                paired.outside_unix_us = Some((from.min(first), to.max(it.to_unix_us)));
            }
        }
    }
    found.sort_by_key(|(sample, which)| (sample.vm, sample.to, sample.from, *which));
    let before = found.len();
    // of one machine an interval counts once; whose it is, of two that differ and do not say, nobody knows
    found.dedup_by(|(later, one), (sample, other)| {
        let is_one = (later.vm, later.from, later.to, &*one) == (sample.vm, sample.from, sample.to, &*other);
        is_one && (!one.is_empty() || later.measured == sample.measured)
    });
    paired.twice = (before - found.len()) as u64;
    if let Some((vm, which)) = clash(&found) {
        let which = which.map(str::to_owned);
        return Err(Ambiguous { vm: scenario.vms[vm].name.clone(), which });
    }
    paired.samples = found.into_iter().map(|(sample, _)| sample).collect();
    let measured: BTreeSet<Id<Vm>> = paired.samples.iter().map(|sample| sample.vm).collect();
    let replicated = scenario.vms.entries().filter(|(_, vm)| vm.protection.is_some());
    paired.unmeasured = replicated.map(|(id, _)| id).filter(|id| !measured.contains(id)).collect();
    Ok(paired)
}

/// Two machines of one name at one time, among samples by VM and end.
fn clash<'n>(found: &[(Sample, &'n str)]) -> Option<(Id<Vm>, [&'n str; 2])> {
    for own in found.chunk_by(|(one, _), (other, _)| one.vm == other.vm) {
        // in order of their ends: of the machines beside it, the one seen last ends last
        let mut last: Option<(Sample, &str)> = None;
        let mut other = None;
        for (sample, which) in own {
            let is_of_last = last.is_some_and(|(_, of)| of == *which);
            other = if is_of_last { other } else { last };
            if let Some((beside, of)) = other.filter(|(beside, _)| beside.to > sample.from) {
                return Some((beside.vm, [of, *which]));
            }
            if is_of_last && last.is_some_and(|(it, _)| (it.to, it.from) == (sample.to, sample.from)) {
                return Some((sample.vm, [*which, *which]));
            }
            last = Some((*sample, *which));
        }
    }
    None
}

/// Replicated VMs by their names.
struct Names<'s> {
    exact: BTreeMap<&'s str, Id<Vm>>,
    /// Whatever the case of letters; `None`: several.
    folded: BTreeMap<String, Option<Id<Vm>>>,
}

impl Names<'_> {
    fn of(scenario: &Scenario) -> Names<'_> {
        let mut names = Names { exact: BTreeMap::new(), folded: BTreeMap::new() };
        for (id, vm) in scenario.vms.entries().filter(|(_, vm)| vm.protection.is_some()) {
            names.exact.insert(&vm.name, id);
            names.folded.entry(vm.name.to_lowercase()).and_modify(|it| *it = None).or_insert(Some(id));
        }
        names
    }

    fn vm(&self, name: &str) -> Option<Id<Vm>> {
        let folded = || self.folded.get(&name.to_lowercase()).copied().flatten();
        self.exact.get(name).copied().or_else(folded)
    }
}
