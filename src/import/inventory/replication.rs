//! Policies and protection of a scenario: as Hyper-V Replica has them, where an export tells, else a copy every five minutes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::Machine;
use crate::units::Span;

/// The copy frequency of machines of which none is known.
const INTERVAL: Span = Span::seconds(300);

/// The name of the policy with a copy frequency.
fn policy(interval: Span) -> String {
    let seconds = interval.0 / 1_000_000;
    if seconds.is_multiple_of(60) { format!("{}min", seconds / 60) } else { format!("{seconds}s") }
}

fn told(machine: &Machine) -> Option<Span> {
    machine.replica.as_ref()?.interval
}

fn interval(machine: &Machine) -> Span {
    told(machine).unwrap_or(INTERVAL)
}

/// What is assumed of machines whose copy frequency is not known, if there are any.
pub fn assumed(machines: &[Machine]) -> Option<String> {
    let count = machines.iter().filter(|machine| told(machine).is_none()).count();
    let told = "A copy every 5 minutes for machines whose copy frequency the export does not tell";
    (count > 0).then(|| format!("{told}: {count}."))
}

/// One policy for each copy frequency.
pub fn policies(machines: &[Machine]) -> String {
    let intervals: BTreeSet<Span> = machines.iter().map(interval).collect();
    intervals.into_iter().fold(String::new(), |mut text, interval| {
        let name = policy(interval);
        let written = name.replace("min", "m");
        let _ = writeln!(text, "        (name: {name:?}, interval: {written:?}),");
        text
    })
}

/// One line for all machines, and one for those of each other copy frequency and known place.
pub fn protection(machines: &[Machine]) -> String {
    let mut groups: BTreeMap<(Option<&String>, Span), Vec<String>> = BTreeMap::new();
    for machine in machines {
        groups
            .entry((machine.replica_host(), interval(machine)))
            .or_default()
            .push(format!("{:?}", machine.name));
    }
    let mut text = String::new();
    let is_one = groups.len() == 1;
    for ((host, interval), names) in groups {
        let vms = if is_one { String::new() } else { format!("vms: [{}], ", names.join(", ")) };
        let placed = host.map(|host| format!(", host: {host:?}")).unwrap_or_default();
        let policy = policy(interval);
        let _ =
            writeln!(text, "        ({vms}from: \"main\", to: \"recovery\", policy: {policy:?}{placed}),");
    }
    text
}
