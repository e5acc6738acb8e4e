//! Columns that may be of one machine.

use std::collections::BTreeMap;

use crate::import::churn::found::Found;
use crate::import::fault::quote;

/// Most of them that are told.
const TOLD_MAX: usize = 12;

/// Names that differ in case alone, or in a domain that one of them has, as measurements are joined to an inventory: their columns stay apart.
pub fn alike(found: &Found) -> Vec<String> {
    let mut folded: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for column in &found.columns {
        let (machine, disk) = column.name.split_once('/').unwrap_or((&column.name, ""));
        let bare = machine.split('.').next().unwrap_or(machine);
        folded.entry(format!("{bare}/{disk}").to_lowercase()).or_default().push(&column.name);
    }
    let host = |name: &str| name.split('/').next().unwrap_or(name).to_lowercase();
    let is_one = |names: &&Vec<&str>| {
        let hosts: Vec<String> = names.iter().map(|name| host(name)).collect();
        let shortest = hosts.iter().min_by_key(|host| host.len());
        hosts.len() > 1
            && (shortest.is_some_and(|host| !host.contains('.'))
                || hosts.windows(2).any(|two| two[0] == two[1]))
    };
    let all: Vec<&Vec<&str>> = folded.values().filter(is_one).collect();
    let told = all.iter().take(TOLD_MAX).map(|names| {
        let names: Vec<String> = names.iter().take(3).map(|name| format!("`{}`", quote(name))).collect();
        format!(
            "{} may be one, whose writes then count in each: if so, leave all but one out, or write the name alike where they follow each other.",
            names.join(" and ")
        )
    });
    let more = all.len().saturating_sub(TOLD_MAX);
    let more = (more > 0).then(|| format!("{more} more names are written in two ways."));
    told.chain(more).collect()
}
