//! Lines put together by gate: a pattern over a fleet is one gate, and says what it matched.

use std::collections::BTreeSet;

use crate::gate::report::{Line, Verdict};
use crate::report::words;

/// Names told one by one; the rest are counted.
const NAMED: usize = 3;

/// The lines of a gate on one metric.
pub struct Group<'l> {
    /// Its lines, worst first.
    pub lines: Vec<&'l Line>,
}

/// All gates, in order of their worst line. An application's own objectives are gates of their own.
pub fn groups(lines: &[Line]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known = std::collections::BTreeMap::new();
    for line in lines {
        let own = if line.gate == crate::promise::OBJECTIVE { line.subject.as_str() } else { "" };
        let key = (line.gate.as_str(), own, line.metric.as_str());
        let at = *known.entry(key).or_insert_with(|| {
            groups.push(Group { lines: Vec::new() });
            groups.len() - 1
        });
        groups[at].lines.push(line);
    }
    groups
}

impl Group<'_> {
    /// Of the lines that hold: the bound, the value nearest to it, and what was matched.
    pub fn sentence(&self) -> String {
        let holding: Vec<&Line> =
            self.lines.iter().copied().filter(|line| line.verdict >= Verdict::Improved).collect();
        let Some(first) = holding.first() else { return String::new() };
        if let [line] = holding[..] {
            return format!("{}{}: {}", about(line, &line.subject), in_outage(line), line.why);
        }
        let subjects: BTreeSet<&str> = holding.iter().map(|line| line.subject.as_str()).collect();
        let outages: BTreeSet<&str> = holding.iter().filter_map(|line| line.outage.as_deref()).collect();
        let bounds: BTreeSet<&str> = holding.iter().filter_map(|line| line.bound_text.as_deref()).collect();
        let bound = match bounds.iter().next() {
            Some(bound) if bounds.len() == 1 => format!(" {bound}"),
            Some(_) => " each within its own".to_owned(),
            None => ": no worse than the baseline".to_owned(),
        };
        let mut matched = Vec::new();
        if subjects.len() > 1 {
            matched
                .push(some(subjects.iter().map(|name| name.split_once(' ').map_or(*name, |(_, own)| own))));
        }
        if first.gate == crate::promise::OBJECTIVE {
            matched.push(words::count(outages.len() as u64, "outage"));
        } else if !outages.is_empty() {
            matched.push(format!("in {}", some(outages.iter().copied())));
        }
        let matched = if matched.is_empty() { String::new() } else { format!(" ({})", matched.join(" ")) };
        let subject = if subjects.len() == 1 { first.subject.clone() } else { plural(&subjects) };
        let worst = worst(&holding, subjects.len() > 1);
        format!("{}: {}{bound}{worst}{matched}", about(first, &subject), first.title)
    }
}

/// What a line is about: its subject, after the gate's name where somebody gave it one.
pub fn about(line: &Line, subject: &str) -> String {
    let is_own = line.gate == crate::promise::OBJECTIVE || line.gate.starts_with(line.metric.as_str());
    if is_own { subject.to_owned() } else { format!("{}, {subject}", line.gate) }
}

/// ` in hq-lost`.
pub fn in_outage(line: &Line) -> String {
    line.outage.as_ref().map_or(String::new(), |outage| format!(" in {outage}"))
}

/// The value nearest to its bound.
fn worst(lines: &[&Line], of_several: bool) -> String {
    let with_value = lines.iter().filter_map(|line| Some((line.value?, *line)));
    let is_least = |line: &Line| line.bound_text.as_ref().is_some_and(|text| text.starts_with('≥'));
    let badness = |value: f64, line: &Line| if is_least(line) { -value } else { value };
    let worst = with_value.max_by(|a, b| badness(a.0, a.1).total_cmp(&badness(b.0, b.1)));
    worst.map_or(", nothing to measure".to_owned(), |(_, line)| {
        let of = if of_several { format!(" of {}", line.subject) } else { String::new() };
        format!(", at worst {}{of}{}", line.value_text, in_outage(line))
    })
}

/// `20 vms`.
fn plural(subjects: &BTreeSet<&str>) -> String {
    let kind = subjects.iter().next().and_then(|name| name.split(' ').next()).unwrap_or_default();
    words::count(subjects.len() as u64, kind)
}

/// The first names, and how many more.
fn some<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let all: Vec<&str> = names.collect();
    let first = all.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {} more", words::thousands(more as u64)),
    }
}
