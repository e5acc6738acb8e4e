//! What the figures of an application rest on.

use crate::ids::Id;
use crate::measure::results::{BoundSpan, Exceeded, Grounds};
use crate::outcome::bound::AgeCause;
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::units::{Span, Time};
use crate::words::{self, written};

use super::{Baseline, rows};

/// Stretches before and after a worst age of which is told what bound it: of an hour, three and a half days each.
const AROUND: usize = 84;

/// Of the time, in parts per thousand: every fiftieth, and finer at both ends.
fn shares() -> [u32; 58] {
    let mut all: Vec<u32> =
        (0..50).map(|number| 20 * number).chain([1, 5, 10, 985, 990, 995, 999, 1000]).collect();
    all.sort_unstable();
    all.try_into().expect("there are so many")
}

/// What its figures rest on.
pub(super) fn of(scenario: &Scenario, baseline: &mut Baseline, id: Id<Application>) -> Grounds {
    let vms = &scenario.recovery.applications[id].vms;
    let ages = baseline.watch.applications[id.index()].as_mut().map(|age| &mut age.ages);
    let exceedance = ages.filter(|ages| ages.total() > 0).map_or_else(Vec::new, |ages| {
        let exceeded = |(age, share): (u64, u32)| Exceeded {
            age_s: Span(age).as_seconds(),
            share: f64::from(1000 - share) / 1000.0,
        };
        ages.quantiles(shares()).into_iter().zip(shares()).map(exceeded).collect()
    });
    let members = vms.iter().map(|vm| scenario.vms[*vm].name.clone()).collect();
    Grounds { members, exceedance, bound: bound(scenario, baseline, id) }
}

/// What bound its oldest point when, so many stretches around the worst.
fn bound(scenario: &Scenario, baseline: &Baseline, id: Id<Application>) -> Vec<BoundSpan> {
    let Some(age) = baseline.watch.applications[id.index()].as_ref() else { return Vec::new() };
    let (highest, stretch) = (age.strip.highest(), age.strip.stretch());
    let worst = usize::try_from(age.ages.max().1 / stretch).unwrap_or(0);
    let near = worst.saturating_sub(AROUND)..highest.len().min(worst + AROUND);
    let mut spans: Vec<(u64, u64, AgeCause, u64)> = Vec::new();
    for (place, it) in highest.iter().enumerate().filter(|(place, it)| near.contains(place) && it.age > 0) {
        let from = place as u64 * stretch;
        let to = (from + stretch).min(scenario.horizon.0);
        let cause = rows::causes(scenario, baseline, it.cause.0, it.cause.1, Time(it.at));
        match spans.last_mut() {
            Some(last) if last.1 == from && last.2 == cause => (last.1, last.3) = (to, last.3.max(it.age)),
            _ => spans.push((from, to, cause, it.age)),
        }
    }
    let row = |(from, to, cause, oldest): (u64, u64, AgeCause, u64)| BoundSpan {
        from: written(scenario, Time(from)),
        to: written(scenario, Time(to)),
        by: words::age_cause(scenario, cause),
        oldest_s: Span(oldest).as_seconds(),
    };
    spans.into_iter().map(row).collect()
}
