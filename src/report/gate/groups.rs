//! Lines put together by gate: a pattern over a fleet is one gate, and says what it matched.

use std::collections::BTreeSet;

use crate::gate::report::{Line, Verdict};
use crate::report::words;

/// Names told one by one; the rest are counted.
const NAMED: usize = 3;

/// The lines of a gate on one metric.
pub struct Group<'l> {
    /// Its name.
    pub gate: &'l str,
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
            groups.push(Group { gate: &line.gate, lines: Vec::new() });
            groups.len() - 1
        });
        groups[at].lines.push(line);
    }
    groups
}

impl Group<'_> {
    /// Of the lines that hold: what was matched, and the worst value beside its bound.
    pub fn sentence(&self) -> String {
        let holding = || self.lines.iter().filter(|line| line.verdict >= Verdict::Improved);
        let subjects: BTreeSet<&str> = holding().map(|line| line.subject.as_str()).collect();
        let outages: BTreeSet<&str> = holding().filter_map(|line| line.outage.as_deref()).collect();
        let Some(first) = holding().next() else { return String::new() };
        let subject = some(&subjects);
        let about = match self.gate.contains(subject.as_str()) {
            true => self.gate.to_owned(),
            false => format!("{}, {subject}", self.gate),
        };
        let outages = if outages.is_empty() { String::new() } else { format!(" in {}", some(&outages)) };
        if let [line] = holding().collect::<Vec<_>>()[..] {
            return format!("{about}{outages}: {}", line.why);
        }
        let bounds: BTreeSet<&str> = holding().filter_map(|line| line.bound_text.as_deref()).collect();
        let bound = match bounds.iter().next() {
            Some(bound) if bounds.len() == 1 => format!(" {bound}"),
            Some(_) => " each within its own".to_owned(),
            None => holding()
                .find_map(|line| line.tolerance_text.as_ref())
                .map_or(String::new(), |text| format!(", no worse than the baseline by {text}")),
        };
        format!("{about}{outages}: {}{bound}{}", first.title, worst(holding().copied()))
    }
}

/// The value nearest to its bound.
fn worst<'l>(lines: impl Iterator<Item = &'l Line>) -> String {
    let with_value = lines.filter_map(|line| Some((line.value?, line)));
    let is_least = |line: &Line| line.bound_text.as_ref().is_some_and(|text| text.starts_with('≥'));
    let badness = |value: f64, line: &Line| if is_least(line) { -value } else { value };
    let worst = with_value.max_by(|a, b| badness(a.0, a.1).total_cmp(&badness(b.0, b.1)));
    worst.map_or(", nothing to measure".to_owned(), |(_, line)| {
        let outage = line.outage.as_ref().map_or(String::new(), |outage| format!(" in {outage}"));
        format!("; the worst is {} of {}{outage}", line.value_text, line.subject)
    })
}

/// The first names, and how many more.
fn some(names: &BTreeSet<&str>) -> String {
    let first: Vec<&str> = names.iter().take(NAMED).copied().collect();
    match names.len() - first.len() {
        0 => first.join(", "),
        more => format!("{} and {} more", first.join(", "), words::thousands(more as u64)),
    }
}
