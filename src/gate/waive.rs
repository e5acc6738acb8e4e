//! Waivers over lines: in force, past their day, past their ceiling, or of no use.

use jiff::civil::Date;

use super::judge::reading_text;
use super::report::{Line, PlaceRow, Verdict, WaiverRow};
use super::targets::Target;
use crate::compare::metrics::Reading;
use crate::promise::metrics::Metric;
use crate::promise::{Waiver, matches};

/// Waivers and what becomes of them.
pub struct Waivers<'w> {
    all: &'w [Waiver],
    as_of: Date,
    covers: Vec<u64>,
    /// Those past their ceiling or their day somewhere: not useless, though they cover nothing.
    needed: Vec<bool>,
}

impl<'w> Waivers<'w> {
    /// All of a scenario, judged on a day.
    pub fn new(all: &'w [Waiver], as_of: Date) -> Waivers<'w> {
        Waivers { all, as_of, covers: vec![0; all.len()], needed: vec![false; all.len()] }
    }

    /// Covers a line that fails or is open, where a waiver in force does; says why where one does not.
    pub fn apply(&mut self, line: &mut Line, target: Target<'_>, now: &Reading, is_open: bool) {
        let may = matches!(line.verdict, Verdict::Breached | Verdict::Regressed) || is_open;
        if !may {
            return;
        }
        for (index, waiver) in self.all.iter().enumerate().filter(|(_, waiver)| is_for(waiver, target)) {
            self.needed[index] = true;
            let who = format!("{} ({})", waiver.owner, waiver.reason);
            if waiver.expires < self.as_of {
                line.why.push_str(&format!("; the waiver of {who} expired on {}", waiver.expires));
            } else if let Some(ceiling) = past(waiver, target.gate.metric, now) {
                line.why.push_str(&format!("; past the ceiling of {ceiling} that the waiver of {who} has"));
            } else if line.verdict != Verdict::Waived {
                self.covers[index] += 1;
                line.verdict = Verdict::Waived;
                line.waiver = Some(format!("{}: {} (to {})", waiver.owner, waiver.reason, waiver.expires));
            }
        }
    }

    /// A row for each, and warnings of those that are of no use.
    pub fn finish(self) -> (Vec<WaiverRow>, Vec<String>) {
        let mut warnings = Vec::new();
        let mut rows = Vec::new();
        for (index, waiver) in self.all.iter().enumerate() {
            let expired = waiver.expires < self.as_of;
            if !self.needed[index] {
                let why = if expired { "has expired and is not needed any more" } else { "covers nothing" };
                warnings.push(format!(
                    "the waiver of {} for gate `{}`{} {why}: remove it{}",
                    waiver.owner,
                    waiver.gate,
                    part(waiver),
                    at(waiver)
                ));
            }
            rows.push(WaiverRow {
                gate: waiver.gate.clone(),
                owner: waiver.owner.clone(),
                reason: waiver.reason.clone(),
                expires: waiver.expires.to_string(),
                expired,
                covers: self.covers[index],
                place: waiver.spot.as_ref().map(PlaceRow::from),
            });
        }
        (rows, warnings)
    }
}

/// What of its gate it is for, where it is not all.
fn part(waiver: &Waiver) -> String {
    let metric = waiver.metric.as_ref().map(|key| format!(", {key}"));
    let subject = waiver.subject.as_ref().map(|(kind, pattern)| format!(" of {}", kind.subject(pattern)));
    let outage = waiver.outage.as_ref().map(|outage| format!(" in {outage}"));
    [metric, subject, outage].into_iter().flatten().collect()
}

fn at(waiver: &Waiver) -> String {
    waiver.spot.as_ref().map_or(String::new(), |spot| format!(" ({}:{})", spot.file, spot.line))
}

fn is_for(waiver: &Waiver, target: Target<'_>) -> bool {
    let metric = target.gate.metric;
    let subject = waiver
        .subject
        .as_ref()
        .is_none_or(|(kind, pattern)| *kind == metric.kind && kind.means(pattern, target.subject));
    let outage =
        waiver.outage.as_ref().is_none_or(|pattern| target.outage.is_some_and(|it| matches(pattern, it)));
    let key = waiver.metric.as_ref().is_none_or(|key| key == metric.key);
    matches(&waiver.gate, &target.gate.name) && subject && outage && key
}

/// The ceiling, where the value is worse than it.
fn past(waiver: &Waiver, metric: &Metric, now: &Reading) -> Option<String> {
    let ceiling = Reading::Value(waiver.ceiling?);
    now.worse(&ceiling, metric.direction).is_gt().then(|| reading_text(metric, &ceiling))
}
