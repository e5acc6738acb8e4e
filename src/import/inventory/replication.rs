//! Policies and protection of a scenario: as Hyper-V Replica has them, where an export tells, else a copy every five minutes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::{Condition, Machine};
use crate::units::Span;

/// The copy frequency of machines of which none is known.
const INTERVAL: Span = Span::seconds(300);

/// The name of the policy with a copy frequency, and with a resynchronisation that waits for people.
fn policy(interval: Span, waits: bool) -> String {
    let (seconds, waits) = (interval.0 / 1_000_000, if waits { "-manual" } else { "" });
    match seconds.is_multiple_of(60) {
        true => format!("{}min{waits}", seconds / 60),
        false => format!("{seconds}s{waits}"),
    }
}

fn told(machine: &Machine) -> Option<Span> {
    machine.replica.as_ref()?.interval
}

/// Names of the policies of machines whose copy frequency no file tells.
pub fn assumed_policies(machines: &[Machine]) -> BTreeSet<String> {
    let untold = machines.iter().filter(|machine| told(machine).is_none());
    untold.map(|machine| policy(interval(machine), waits(machine))).collect()
}

fn interval(machine: &Machine) -> Span {
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
            count(&is(Condition::ResyncRequired)),
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

/// Whether nothing but people begin its resynchronisation.
fn waits(machine: &Machine) -> bool {
    condition(machine) == Some(Condition::ResyncRequired)
}

/// One policy for each copy frequency, and another where a resynchronisation waits for people.
pub fn policies(machines: &[Machine]) -> String {
    let all: BTreeSet<(Span, bool)> =
        machines.iter().map(|machine| (interval(machine), waits(machine))).collect();
    all.into_iter().fold(String::new(), |mut text, (interval, waits)| {
        let name = policy(interval, waits);
        let written = policy(interval, false).replace("min", "m");
        let resync = if waits { ", resync: \"manual\"" } else { "" };
        let _ = writeln!(text, "        (name: {name:?}, interval: {written:?}{resync}),");
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

/// One line for all machines, and one for those of each other policy and known place, and those that wait for their first copy.
pub fn protection(machines: &[Machine]) -> String {
    let mut groups: BTreeMap<(Option<&String>, String, bool), Vec<String>> = BTreeMap::new();
    for machine in machines {
        let is_initial = condition(machine) == Some(Condition::Initial);
        groups
            .entry((machine.replica_host(), policy(interval(machine), waits(machine)), is_initial))
            .or_default()
            .push(format!("{:?}", machine.name));
    }
    let mut text = String::new();
    let is_one = groups.len() == 1;
    for ((host, policy, is_initial), names) in groups {
        let vms = if is_one { String::new() } else { format!("vms: [{}], ", names.join(", ")) };
        let placed = host.map(|host| format!(", host: {host:?}")).unwrap_or_default();
        let initial = if is_initial { ", initial: (network: \"now\")" } else { "" };
        let _ = writeln!(
            text,
            "        ({vms}from: \"main\", to: \"recovery\", policy: {policy:?}{placed}{initial}),"
        );
    }
    text
}
