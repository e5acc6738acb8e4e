//! One value against its bound and against what it was.
//!
//! Values are compared to the microsecond and the part per million, as results are stored, so that a stored baseline and one simulated
//! again judge alike.

use std::cmp::Ordering;

use super::report::Verdict;
use crate::compare::metrics::Reading;
use crate::promise::metrics::{Direction, Metric};
use crate::promise::{Bound, Tolerance};

/// What an improvement must pass where a gate names no tolerance.
const NOTEWORTHY: Tolerance = Tolerance { abs: None, rel: Some(0.1) };

/// What a value is held to.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// The bound with its objective resolved, if there is one.
    pub bound: Option<Bound>,
    /// Against the baseline.
    pub tolerance: Option<Tolerance>,
    /// Whether it must breach.
    pub expect_breach: bool,
}

/// What there is to compare with.
#[derive(Clone, Debug, PartialEq)]
pub enum Before {
    /// No baseline was given.
    NotGiven,
    /// It is new in this scenario, for this reason: nothing to compare with.
    New(String),
    /// The baseline should have it, and does not, for this reason.
    Lost(String),
    /// The value.
    Was(Reading),
}

/// A verdict and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// How it stands.
    pub verdict: Verdict,
    /// In a sentence.
    pub why: String,
    /// Whether the answer is open, and not only for want of a baseline or because the subject is new.
    pub is_open: bool,
}

/// Judges one value. `said`: the value beside its bound.
pub fn judge(metric: &Metric, now: &Reading, held: Held, before: &Before, said: String) -> Judged {
    let settled = |verdict, why: String| Judged { verdict, why, is_open: false };
    let is_breached = held.bound.is_some_and(|bound| breaches(now, bound));
    if let (Reading::Open(..), false) = (now, is_breached) {
        let why = format!("{said}; simulate longer");
        return Judged { verdict: Verdict::NotEvaluable, why, is_open: true };
    }
    if held.expect_breach {
        return match is_breached {
            true => settled(Verdict::ExpectedBreach, format!("{said}, as expected")),
            false => settled(
                Verdict::UnexpectedlyHolds,
                format!("{said}, and a breach is expected: remove `expect`, or find out why it went away"),
            ),
        };
    }
    let was = match before {
        Before::Was(was) => was,
        Before::NotGiven | Before::New(_) | Before::Lost(_) if is_breached => {
            return settled(Verdict::Breached, said);
        }
        Before::Lost(why) if held.tolerance.is_some() => {
            return Judged { verdict: Verdict::NotEvaluable, why: format!("{said}; {why}"), is_open: true };
        }
        Before::New(why) if held.tolerance.is_some() => {
            let verdict = if held.bound.is_some() { Verdict::Holds } else { Verdict::NotEvaluable };
            return settled(verdict, format!("{said}; {why}"));
        }
        Before::NotGiven if held.bound.is_none() => {
            return settled(Verdict::NotEvaluable, format!("{said}; no baseline was given"));
        }
        Before::NotGiven | Before::New(_) | Before::Lost(_) => return settled(Verdict::Holds, said),
    };
    let moved = moved(metric, now, was);
    let said = format!("{said}; {}", moved.said);
    if is_breached {
        return settled(Verdict::Breached, said);
    }
    let passes = |tolerance: Tolerance| passes(tolerance, metric.direction, now, was);
    match (moved.order, held.tolerance) {
        (Ordering::Greater, Some(tolerance)) if passes(tolerance) => settled(
            Verdict::Regressed,
            format!("{said}, past its tolerance of {}", tolerance_text(metric, tolerance)),
        ),
        (Ordering::Less, tolerance) if passes(tolerance.unwrap_or(NOTEWORTHY)) => {
            settled(Verdict::Improved, said)
        }
        _ => settled(Verdict::Holds, said),
    }
}

/// As results are stored.
fn stored(value: f64) -> f64 {
    if value.abs() < 9e9 { (value * 1e6).round() / 1e6 } else { value }
}

fn as_stored(reading: &Reading) -> Reading {
    match reading {
        Reading::Value(value) => Reading::Value(stored(*value)),
        Reading::Nothing(_) | Reading::Open(..) | Reading::Never(_) => reading.clone(),
    }
}

pub(super) fn breaches(now: &Reading, bound: Bound) -> bool {
    match (now, bound) {
        (Reading::Nothing(_), _) => false,
        (Reading::Never(_), _) => true,
        (Reading::Value(value), Bound::AtMost(most)) => stored(*value) > stored(most),
        (Reading::Value(value), Bound::AtLeast(least)) => stored(*value) < stored(least),
        (Reading::Open(least, _), Bound::AtMost(most)) => stored(*least) > stored(most),
        (Reading::Open(..), Bound::AtLeast(_))
        | (Reading::Value(_) | Reading::Open(..), Bound::Objective) => false,
    }
}

/// A value as people read it.
pub fn reading_text(metric: &Metric, reading: &Reading) -> String {
    match reading {
        Reading::Value(value) => metric.unit.say(*value),
        Reading::Nothing(why) | Reading::Open(_, why) | Reading::Never(why) => why.clone(),
    }
}

/// `"≤ 10m"`.
pub fn bound_text(metric: &Metric, bound: Bound) -> String {
    match bound {
        Bound::AtMost(most) => format!("≤ {}", metric.unit.say(most)),
        Bound::AtLeast(least) => format!("≥ {}", metric.unit.say(least)),
        Bound::Objective => "objective".to_owned(),
    }
}

/// `"+2m and +10 %"`; `"−…"` where more is better.
pub fn tolerance_text(metric: &Metric, tolerance: Tolerance) -> String {
    let sign = if metric.direction == Direction::LowerIsBetter { '+' } else { '−' };
    let abs = tolerance.abs.map(|abs| format!("{sign}{}", metric.unit.say(abs)));
    let rel = tolerance.rel.map(|rel| format!("{sign}{}", percent(rel)));
    let parts: Vec<String> = abs.into_iter().chain(rel).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(" and ") }
}

/// The value beside its bound.
pub(super) fn against(metric: &Metric, now: &Reading, bound: Option<Bound>) -> String {
    let value = reading_text(metric, now);
    let Some(bound) = bound else { return format!("{} {value}", metric.title) };
    let bound_words = bound_text(metric, bound);
    let limit = bound_words.trim_start_matches(['≤', '≥', ' ']);
    let title = metric.title;
    match (now, bound, breaches(now, bound)) {
        (Reading::Nothing(_), ..) => format!("{title}: {value}"),
        (Reading::Never(_) | Reading::Open(..), _, false) | (Reading::Never(_), ..) => {
            format!("{value}, where {title} {bound_words} is asked")
        }
        (Reading::Open(least, _), _, true) => {
            format!("{title} is at least {}, which exceeds {limit}: {value}", metric.unit.say(*least))
        }
        (Reading::Value(_), Bound::AtLeast(_), true) => format!("{title} {value} is less than {limit}"),
        (Reading::Value(_), _, true) => format!("{title} {value} exceeds {limit}"),
        (Reading::Value(_), _, false) => format!("{title} {value} {bound_words}"),
    }
}

/// How a value moved.
struct Moved {
    /// `Greater`: for the worse.
    order: Ordering,
    said: String,
}

fn moved(metric: &Metric, now: &Reading, was: &Reading) -> Moved {
    let order = as_stored(now).worse(&as_stored(was), metric.direction);
    let before = reading_text(metric, was);
    let word = match order {
        Ordering::Greater => "worse",
        Ordering::Less => "better",
        Ordering::Equal => "equal",
    };
    let said = match (now.number(), was.number()) {
        _ if order == Ordering::Equal => "as in the baseline".to_owned(),
        (Some(now), Some(was)) => {
            let by = metric.unit.say((now - was).abs());
            let rel = match (was > 0.0, now / was) {
                (true, times) if times >= 3.0 => format!(" (×{times:.1})"),
                (true, times) => format!(" ({})", signed(times - 1.0)),
                (false, _) => String::new(),
            };
            format!("{by}{rel} {word} than the baseline's {before}")
        }
        _ => format!("{word} than the baseline's `{before}`"),
    };
    Moved { order, said }
}

fn signed(share: f64) -> String {
    if share < 0.0 { format!("−{}", percent(-share)) } else { format!("+{}", percent(share)) }
}

/// Parts in a hundred, also of more than the whole.
fn percent(share: f64) -> String {
    if share < 0.0995 && share > 0.0 {
        format!("{:.1} %", share * 100.0)
    } else {
        format!("{:.0} %", share * 100.0)
    }
}

/// Whether a change is larger than the tolerance: than both parts, where both are given.
fn passes(tolerance: Tolerance, direction: Direction, now: &Reading, was: &Reading) -> bool {
    // Where less is better, what was not there counts as none.
    let of = |reading: &Reading| match (reading, direction) {
        (Reading::Value(value), _) => Some(stored(*value)),
        (Reading::Nothing(_), Direction::LowerIsBetter) => Some(0.0),
        (Reading::Nothing(_) | Reading::Open(..) | Reading::Never(_), _) => None,
    };
    let Some((now, was)) = of(now).zip(of(was)) else { return true };
    let by = stored((now - was).abs());
    let abs = tolerance.abs.is_none_or(|abs| by > stored(abs));
    let rel = tolerance.rel.is_none_or(|rel| by > stored(rel * was.abs()));
    by > 0.0 && abs && rel
}
