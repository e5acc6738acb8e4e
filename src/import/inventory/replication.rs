//! Policies and protection of a scenario: as Hyper-V Replica has them, where an export tells, else a copy every five minutes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::{Condition, Machine, Resync};
use crate::units::Span;

/// The copy frequency of machines of which none is known.
const INTERVAL: Span = Span::seconds(300);

/// A policy: how often is copied, and when a resynchronisation begins, where that is not as the defaults have it.
type Policy = (Span, Option<Resync>);

fn policy(machine: &Machine) -> Policy {
    let resync = machine.replica.as_ref().and_then(|replica| replica.resync);
    (
        interval(machine),
        resync.or((condition(machine) == Some(Condition::ResyncRequired)).then_some(Resync::Manual)),
    )
}

/// Its name: `5min`, `30s-manual`, `5min-2200-0600`.
fn name((interval, resync): Policy) -> String {
    let resync = match resync {
        None => String::new(),
        Some(Resync::Manual) => "-manual".to_owned(),
        Some(Resync::Immediate) => "-immediate".to_owned(),
        Some(Resync::Window((from, minute), (to, last))) => format!("-{from:02}{minute:02}-{to:02}{last:02}"),
    };
    let seconds = interval.0 / 1_000_000;
    if seconds.is_multiple_of(60) {
        format!("{}min{resync}", seconds / 60)
    } else {
        format!("{seconds}s{resync}")
    }
}

fn told(machine: &Machine) -> Option<Span> {
    machine.replica.as_ref()?.interval
}

/// Names of the policies of machines whose copy frequency no file tells.
pub fn assumed_policies(machines: &[Machine]) -> BTreeSet<String> {
    let untold = machines.iter().filter(|machine| told(machine).is_none());
    untold.map(|machine| name(policy(machine))).collect()
}

/// How often a machine is copied.
pub fn interval(machine: &Machine) -> Span {
    told(machine).unwrap_or(INTERVAL)
}

/// What is assumed of machines whose copy frequency is not known, and of those that do not replicate.
pub fn assumed(machines: &[Machine]) -> Vec<String> {
    let is = |one: Condition| move |machine: &&Machine| condition(machine) == Some(one);
    let paused = |machine: &&Machine| {
        is(Condition::PausedOnPrimary)(machine) || is(Condition::PausedOnReplica)(machine)
    };
    let count = |is: &dyn Fn(&&Machine) -> bool| machines.iter().filter(is).count();
    [
        (
            count(&|machine| told(machine).is_none()),
            "A copy every 5 minutes for machines whose copy frequency the export does not tell",
        ),
        (
            count(&is(Condition::Initial)),
            "Replicas whose first copy is not complete are copied over the network from the start on",
        ),
        (count(&paused), "Replicas that are paused stay so until an operation resumes them"),
        (
            count(&|machine| {
                is(Condition::ResyncRequired)(machine) && policy(machine).1 == Some(Resync::Manual)
            }),
            "Replicas that need a resynchronisation, or are Critical, wait for an operation that begins it",
        ),
        (count(&is(Condition::Resynchronizing)), "Resynchronisations that run begin anew"),
        (count(&is(Condition::Failed)), "Replicas in an error wait for an operation that resumes them"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, told)| format!("{told}: {count}."))
    .collect()
}

fn condition(machine: &Machine) -> Option<Condition> {
    machine.replica.as_ref()?.condition
}

/// One policy for each copy frequency, and others where a resynchronisation begins otherwise.
pub fn policies(machines: &[Machine]) -> String {
    let all: BTreeSet<Policy> = machines.iter().map(policy).collect();
    all.into_iter().fold(String::new(), |mut text, (interval, resync)| {
        let own = name((interval, resync));
        let written = name((interval, None)).replace("min", "m");
        let resync = match resync {
            None => String::new(),
            Some(Resync::Manual) => ", resync: \"manual\"".to_owned(),
            Some(Resync::Immediate) => ", resync: \"immediate\"".to_owned(),
            Some(Resync::Window((from, minute), (to, last))) => {
                format!(", resync: \"{from:02}:{minute:02} to {to:02}:{last:02}\", days: \"daily\"")
            }
        };
        let _ = writeln!(text, "        (name: {own:?}, interval: {written:?}{resync}),");
        text
    })
}

/// Replicas that do not replicate are made so when the run begins, by the operations of this section; none if all do.
pub fn operations(machines: &[Machine]) -> String {
    let mut text = String::new();
    for machine in machines {
        let name = &machine.name;
        let act = match condition(machine) {
            None | Some(Condition::Initial) => continue,
            Some(Condition::PausedOnPrimary) => format!("pause: [{name:?}]"),
            Some(Condition::PausedOnReplica) => format!("pause: [{name:?}], on: \"recovery\""),
            Some(Condition::ResyncRequired | Condition::Resynchronizing) => {
                format!("break_replica: {name:?}, out_of_sequence: true")
            }
            Some(Condition::Failed) => format!("break_replica: {name:?}"),
        };
        let _ = writeln!(text, "        (at: \"0s\", {act}),");
    }
    if text.is_empty() { text } else { format!("    operations: [\n{text}    ],\n\n") }
}

/// One line for all machines, and one for those of each other direction, policy and known place, and those that wait for their first copy.
pub fn protection(machines: &[Machine]) -> String {
    let mut groups: BTreeMap<(bool, Option<&String>, Policy, bool), Vec<String>> = BTreeMap::new();
    for machine in machines {
        let is_initial = condition(machine) == Some(Condition::Initial);
        groups
            .entry((machine.away, machine.replica_host(), policy(machine), is_initial))
            .or_default()
            .push(format!("{:?}", machine.name));
    }
    let mut text = String::new();
    let is_one = groups.len() == 1;
    for ((away, host, policy, is_initial), names) in groups {
        let vms = if is_one { String::new() } else { format!("vms: [{}], ", names.join(", ")) };
        let placed = host.map(|host| format!(", host: {host:?}")).unwrap_or_default();
        let initial = if is_initial { ", initial: (network: \"now\")" } else { "" };
        let (from, to) = if away { ("recovery", "main") } else { ("main", "recovery") };
        let policy = name(policy);
        let _ =
            writeln!(text, "        ({vms}from: {from:?}, to: {to:?}, policy: {policy:?}{placed}{initial}),");
    }
    text
}
