//! What moved between two results: applications that stand otherwise, and every metric of every subject that is not what it was.
//!
//! What matters most comes first: verdicts, then applications and the fleet before VMs, and these before links, sites, hosts and volumes;
//! of each what came to be or ceased to, then the largest movement as a share of the value.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::metrics::{Measured, Reading, all, subjects};
use crate::measure::results::{OutageRow, Results, Status};
use crate::promise::metrics::{Direction, Kind, METRICS, Metric};

/// A movement smaller than this share of the larger value is rounding.
const NOISE: f64 = 1e-9;
/// A stored result tells seconds to the microsecond and shares to a part per million.
const ROUNDED: f64 = 1.000_001e-6;

/// What moved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Applications whose verdict is another, worse ones first.
    pub verdicts: Vec<VerdictChange>,
    /// Values that are not what they were, what matters most first.
    pub moved: Vec<Moved>,
    /// Subjects and outages that there were not before: `"vm web-3"`, `"outage hq-lost"`.
    pub appeared: Vec<String>,
    /// Subjects and outages that there no longer are.
    pub vanished: Vec<String>,
}

/// An application that stands otherwise than before in an outage.
#[derive(Clone, Debug, PartialEq)]
pub struct VerdictChange {
    /// The outage; `None`: over all outages.
    pub outage: Option<String>,
    /// The application.
    pub application: String,
    /// Before.
    pub before: Status,
    /// Now.
    pub after: Status,
}

impl VerdictChange {
    /// Whether it stands worse. Where nothing is missed, it does if an objective is given up.
    pub fn is_worse(&self) -> bool {
        match self.before.holds() && self.after.holds() {
            true => self.after == Status::NoObjective,
            false => self.after > self.before,
        }
    }
}

/// A value that is not what it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The metric.
    pub metric: &'static Metric,
    /// The outage; `None`: in the run in which nothing fails.
    pub outage: Option<String>,
    /// Name of the subject; empty of the fleet.
    pub subject: String,
    /// Before.
    pub before: Reading,
    /// Now.
    pub after: Reading,
}

impl Moved {
    /// Whether it got worse.
    pub fn is_worse(&self) -> bool {
        self.after.worse(&self.before, self.metric.direction) == Ordering::Greater
    }

    /// `"application web"`.
    pub fn whose(&self) -> String {
        self.metric.kind.subject(&self.subject)
    }

    /// The movement as a share of the larger value; `None` where a value came to be or ceased to.
    pub fn relative(&self) -> Option<f64> {
        let (before, after) = self.before.number().zip(self.after.number())?;
        let larger = before.abs().max(after.abs());
        Some(if larger > 0.0 { (after - before).abs() / larger } else { 0.0 })
    }

    /// How much it matters: smaller is more.
    fn rank(&self) -> (u8, bool) {
        let kind = match self.metric.kind {
            Kind::Application | Kind::Fleet => 0,
            Kind::Vm => 1,
            Kind::Link | Kind::Site | Kind::Host | Kind::Volume => 2,
        };
        (kind, self.relative().is_some())
    }
}

/// What moved from the one run to the other.
pub fn between(before: Measured<'_>, after: Measured<'_>) -> Comparison {
    let verdicts = verdicts(before.results, after.results);
    let mut outcome = Comparison { verdicts, ..Comparison::default() };
    let outages = |results: &Results| results.outages.iter().map(|row| row.name.clone()).collect();
    came_and_went(&mut outcome, "outage ", outages(before.results), outages(after.results));
    for kind in [Kind::Application, Kind::Vm, Kind::Link, Kind::Site, Kind::Host, Kind::Volume] {
        let names = |results: &Results| subjects(kind, results).into_iter().collect();
        let word = format!("{} ", kind.word());
        came_and_went(&mut outcome, &word, names(before.results), names(after.results));
    }
    for metric in METRICS {
        if metric.per_outage {
            for outage in &after.results.outages {
                moved(&mut outcome.moved, metric, Some(&outage.name), before, after);
            }
        } else {
            moved(&mut outcome.moved, metric, None, before, after);
        }
    }
    outcome.moved.sort_by(|a, b| {
        let share = |moved: &Moved| moved.relative().unwrap_or(1.0);
        a.rank().cmp(&b.rank()).then(share(b).total_cmp(&share(a)))
    });
    outcome
}

fn find<'r>(results: &'r Results, outage: &str) -> Option<&'r OutageRow> {
    results.outages.iter().find(|row| row.name == outage)
}

fn came_and_went(outcome: &mut Comparison, word: &str, before: BTreeSet<String>, after: BTreeSet<String>) {
    outcome.appeared.extend(after.difference(&before).map(|name| format!("{word}{name}")));
    outcome.vanished.extend(before.difference(&after).map(|name| format!("{word}{name}")));
}

/// Applications of both that stand otherwise, in each outage; over all of them where there is no outage.
fn verdicts(before: &Results, after: &Results) -> Vec<VerdictChange> {
    let mut all = Vec::new();
    let mut push = |outage: Option<&str>, application: &str, before: Status, after: Status| {
        if before != after {
            let (outage, application) = (outage.map(str::to_owned), application.to_owned());
            all.push(VerdictChange { outage, application, before, after });
        }
    };
    for now in &after.outages {
        for row in &now.applications {
            let then = find(before, &now.name);
            let then = then.and_then(|then| then.applications.iter().find(|then| then.name == row.name));
            if let Some(then) = then {
                push(Some(&now.name), &row.name, then.status, row.status);
            }
        }
    }
    if after.outages.is_empty() || before.outages.is_empty() {
        for row in &after.applications {
            if let Some(then) = before.applications.iter().find(|then| then.name == row.name) {
                push(None, &row.name, then.status, row.status);
            }
        }
    }
    // Worse ones first, and of these what is worst now.
    all.sort_by(|a, b| b.is_worse().cmp(&a.is_worse()).then(b.after.cmp(&a.after)));
    all
}

fn moved(
    all_moved: &mut Vec<Moved>,
    metric: &'static Metric,
    outage: Option<&str>,
    before: Measured<'_>,
    after: Measured<'_>,
) {
    let (Some(then), Some(now)) = (all(metric, before, outage), all(metric, after, outage)) else { return };
    let then: std::collections::BTreeMap<String, Reading> = then.into_iter().collect();
    for (subject, now) in now {
        let Some(then) = then.get(&subject) else { continue };
        let moved =
            Moved { metric, outage: outage.map(str::to_owned), subject, before: then.clone(), after: now };
        if !is_same(&moved) {
            all_moved.push(moved);
        }
    }
}

/// Reasons without a value may be told in other words.
fn is_same(moved: &Moved) -> bool {
    let same = moved.after.worse(&moved.before, Direction::LowerIsBetter) == Ordering::Equal;
    let numbers = moved.after.number().zip(moved.before.number());
    same || numbers.is_some_and(|(after, before)| (after - before).abs() < ROUNDED)
        || moved.relative().is_some_and(|share| share < NOISE)
}
