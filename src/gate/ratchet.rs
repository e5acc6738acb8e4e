//! What got better and can be held on to: the bound to write.

use std::collections::BTreeMap;

use super::judge::Before;
use super::report::{Line, Verdict};
use super::targets::Target;
use crate::compare::metrics::Reading;
use crate::promise::metrics::Direction;
use crate::promise::{Bound, Gate};

/// A target with what it is and was.
pub struct Weighed<'g> {
    /// The target.
    pub target: Target<'g>,
    /// What it is.
    pub now: Reading,
    /// What it was.
    pub before: Before,
    /// How it stands.
    pub line: Line,
}

/// A sentence for each gate of which something improved and nothing fails, by name.
pub fn advice(seen: &[Weighed<'_>]) -> Vec<String> {
    let mut gates: BTreeMap<&str, Vec<&Weighed>> = BTreeMap::new();
    for one in seen {
        gates.entry(one.target.gate.name.as_str()).or_default().push(one);
    }
    gates.values().filter_map(|seen| sentence(seen)).collect()
}

fn sentence(seen: &[&Weighed<'_>]) -> Option<String> {
    let gate = seen.first()?.target.gate;
    let fine = |one: &&Weighed| matches!(one.line.verdict, Verdict::Holds | Verdict::Improved);
    // An objective is set by the business, not by what a design happens to reach.
    if gate.bound == Some(Bound::Objective) || !seen.iter().all(fine) {
        return None;
    }
    let improved: Vec<&&Weighed> = seen.iter().filter(|one| one.line.verdict == Verdict::Improved).collect();
    let first = improved.first()?;
    let direction = gate.metric.direction;
    let worst =
        seen.iter().filter(|one| one.now.number().is_some()).max_by(|a, b| a.now.worse(&b.now, direction))?;
    let (field, value) = bound(gate, worst.now.number()?)?;
    let what = match improved.len() {
        1 => format!(
            "{} of {}{} went from {} to {}",
            gate.metric.title,
            first.line.subject,
            first.line.outage.as_ref().map_or(String::new(), |outage| format!(" in {outage}")),
            first.line.baseline_text.as_deref().unwrap_or("nothing"),
            first.line.value_text
        ),
        many => format!("{} improved {many} times", gate.metric.title),
    };
    let at = gate.spot.as_ref().map_or(String::new(), |spot| format!(" ({}:{})", spot.file, spot.line));
    Some(format!("gate `{}`: {what}; write `{field}: {value}` to hold on to it{at}", gate.name))
}

/// The bound that the worst value keeps with the gate's tolerance as headroom, if that is tighter than what is written.
pub fn bound(gate: &Gate, worst: f64) -> Option<(&'static str, String)> {
    let headroom = headroom(gate, worst);
    let unit = gate.metric.unit;
    match (gate.bound, gate.metric.direction) {
        (Some(Bound::AtMost(most)), _) => {
            let value = worst + headroom;
            (value < most).then(|| ("at_most", unit.write(value, true)))
        }
        (Some(Bound::AtLeast(least)), _) => {
            let value = (worst - headroom).max(0.0);
            (value > least).then(|| ("at_least", unit.write(value, false)))
        }
        (Some(Bound::Objective), _) => None,
        (None, Direction::LowerIsBetter) => Some(("at_most", unit.write(worst + headroom, true))),
        (None, Direction::HigherIsBetter) => {
            Some(("at_least", unit.write((worst - headroom).max(0.0), false)))
        }
    }
}

/// What a bound leaves above the worst value, so that what is within the tolerance does not breach it.
pub fn headroom(gate: &Gate, worst: f64) -> f64 {
    let tolerance = gate.tolerance.unwrap_or_default();
    tolerance.abs.unwrap_or(0.0).max(tolerance.rel.unwrap_or(0.0) * worst.abs())
}
