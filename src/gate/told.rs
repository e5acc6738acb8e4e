//! A value beside its bound in a sentence. What an application's own objective says of an age is told by the verdict's reasons.

use super::judge::{against, breaches};
use super::targets::Target;
use crate::compare::metrics::Reading;
use crate::measure::results::{ApplicationRow, Results};
use crate::promise::{Bound, OBJECTIVE};

/// What a target says, without a comparison.
pub fn said(target: Target<'_>, now: &Reading, bound: Option<Bound>, results: &Results) -> String {
    let metric = target.gate.metric;
    let is_breached = bound.is_some_and(|bound| breaches(now, bound));
    let own = || {
        let row = results.applications.iter().find(|row| row.name == target.subject)?;
        match (metric.objective()?, is_breached) {
            ("rpo_share", true) => Some(row.steady.as_ref()?.reasons.first()?.to_string()),
            ("rpo_share", false) => holds(row),
            ("exposure", true) => exposed(target, results),
            _ => None,
        }
    };
    let own = if target.gate.name == OBJECTIVE { own() } else { None };
    own.unwrap_or_else(|| against(metric, now, bound))
}

/// While nothing fails.
fn holds(row: &ApplicationRow) -> Option<String> {
    let percent = |share: f64| format!("{} %", (share * 1e4).floor() / 1e2);
    let (held, least) = (row.steady.as_ref()?.held_share?, row.rpo_share?);
    let asked = if least < 1.0 { format!(", where {} is asked", percent(least)) } else { String::new() };
    Some(format!("within its RPO {} of its running time{asked}", percent(held)))
}

fn exposed(target: Target<'_>, results: &Results) -> Option<String> {
    let outage = results.outages.iter().find(|row| Some(row.name.as_str()) == target.outage)?;
    let row = outage.applications.iter().find(|row| row.name == target.subject)?;
    Some(row.reasons.first()?.to_string())
}
