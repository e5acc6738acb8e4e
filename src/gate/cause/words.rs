//! A cause in one sentence: old and new values, and what the metric would be with the old ones.

use crate::compare::meaning::Change;

/// Most characters of a value in a sentence.
const VALUE_MAX: usize = 60;
/// Most changes told one by one.
const CHANGES_MAX: usize = 4;

/// What a sentence tells.
pub struct Told<'t> {
    /// The changes.
    pub changes: &'t [&'t Change],
    /// Other sets, each of which is enough too.
    pub others: &'t [Vec<&'t Change>],
    /// `"RPA of application web in hq-lost"`.
    pub what: &'t str,
    /// Its value with the old values back.
    pub back: Option<&'t str>,
    /// How many further lines have the same cause.
    pub more: usize,
    /// None of the changes does it alone.
    pub interact: bool,
    /// The search was cut short.
    pub unfinished: bool,
}

/// `links.wan.rate 200 Mbps → 100 Mbps; with the old value RPA of application web in hq-lost is 4m 2s`.
pub fn sentence(told: &Told) -> String {
    let mut text = list(told.changes);
    if told.interact {
        let none = if told.changes.len() == 2 { "neither" } else { "none" };
        text.push_str(&format!(": it takes them together, {none} alone does it"));
    }
    if !told.others.is_empty() {
        let others: Vec<String> = told.others.iter().map(|changes| list(changes)).collect();
        text.push_str(&format!("; enough by itself, and so is {}", others.join(", and so is ")));
    }
    if let Some(value) = told.back {
        let values = match told.changes.len() + told.others.iter().map(Vec::len).sum::<usize>() {
            1 => "the old value",
            _ => "all old values",
        };
        text.push_str(&format!("; with {values} {} is {value}", told.what));
    }
    match told.more {
        0 => {}
        1 => text.push_str("; another line has the same cause"),
        more => text.push_str(&format!("; {more} more lines have the same cause")),
    }
    if told.unfinished {
        text.push_str("; the search was cut short, and less may be enough");
    }
    text
}

/// `gates.web.max 15m → 10m: more is promised than before; RPA of application web in hq-lost failed it before, too`.
pub fn promise(changes: &[&Change], what: &str) -> String {
    format!("{}: the promise changed; by it {what} would have failed before, too", list(changes))
}

fn list(changes: &[&Change]) -> String {
    let mut told: Vec<String> = changes.iter().take(CHANGES_MAX).map(|change| one(change)).collect();
    if changes.len() > CHANGES_MAX {
        told.push(format!("{} more changes", changes.len() - CHANGES_MAX));
    }
    match told.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// `links.wan.rate 200 Mbps → 100 Mbps`; what came or went without its content if that is long.
pub fn one(change: &Change) -> String {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{} {} → {}", change.path, short(before), short(after)),
        (None, Some(after)) => format!("{} {} added", change.path, short(after)),
        (Some(before), None) => format!("{} {} removed", change.path, short(before)),
        (None, None) => change.path.clone(),
    }
}

fn short(value: &str) -> String {
    if value.chars().count() <= VALUE_MAX {
        return value.to_owned();
    }
    let front: String = value.chars().take(VALUE_MAX - 1).collect();
    format!("{front}…")
}
