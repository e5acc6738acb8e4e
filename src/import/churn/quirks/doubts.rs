//! What can hardly be so: columns that may be of one machine, and numbers far off the rest.

use std::collections::BTreeMap;

use super::count;
use crate::import::churn::found::{ColumnFound, Found};
use crate::import::far;
use crate::import::fault::quote;
use crate::import::layout::some_of;
use crate::units::{Bytes, MICROS};

/// Most of them that are told.
const TOLD_MAX: usize = 12;
/// Most that are named in a sentence.
const NAMED_MAX: usize = 3;

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

fn per_second(bytes: u128) -> String {
    format!("{}/s", Bytes(u64::try_from(bytes).unwrap_or(u64::MAX)))
}

/// Columns that write far more or less than the others.
pub fn far_means(found: &Found) -> Vec<String> {
    let seconds = (found.bin_us.saturating_mul(found.bins as u64) / MICROS).max(1);
    let rate = |bytes: u128| per_second(bytes / u128::from(seconds));
    let all: Vec<(&ColumnFound, u128)> =
        found.columns.iter().map(|column| (column, column.total_bytes)).collect();
    let words = [("more", "write at most"), ("less", "write at least")];
    let told = far::off(&all).into_iter().zip(words).filter_map(|(off, (far, rest))| {
        let (those, next) = off?;
        let named = |it: &&ColumnFound| format!("`{}` with {}", quote(&it.name), rate(it.total_bytes));
        let those: Vec<String> = those.iter().map(named).collect();
        let (those, next) = (some_of(&those, NAMED_MAX), rate(next));
        Some(format!("Far {far} than the others, which {rest} {next}, perhaps in another unit: {those}."))
    });
    told.collect()
}

/// A few bins of a column with far more than the rest of it.
pub fn far_bins(found: &Found, column: &ColumnFound) -> Option<String> {
    let gap = column.far?;
    let micros = u128::from(MICROS);
    let rate = |bytes: u128| per_second(bytes.saturating_mul(micros) / u128::from(found.bin_us.max(1)));
    let far = column.rates.map_or(0, |rates| rates.n as u64).saturating_sub(gap.lower);
    Some(format!(
        "{} of {} or more, the others reach {}; perhaps in another unit.",
        count(far, "bin is", "bins are"),
        rate(gap.above),
        rate(gap.below)
    ))
}
