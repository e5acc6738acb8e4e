//! What is promised of a scenario: gates on metrics, waivers for a time, and where each is written.
//!
//! Vocabulary only: `scenario` reads it from the file, `gate` holds results to it. It is no part of what is simulated, nor of a scenario's
//! hash.

mod unit;
pub(crate) mod catalogue;
pub mod metrics;

use std::collections::BTreeMap;

use jiff::civil::Date;

use self::metrics::{Kind, Metric};

/// A place in a file, as people count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Path as loaded.
    pub file: String,
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
}

/// What a value must keep. Numbers are in the metric's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
    /// The application's own RPO (of ages and RPA) or RTO (of RTA), or less.
    Objective,
}

/// What a value may be worse by than in the baseline; where both are given, both must be exceeded to fail.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tolerance {
    /// In the metric's unit.
    pub abs: Option<f64>,
    /// As a share of the baseline's value.
    pub rel: Option<f64>,
}

/// A gate: a metric of what a pattern matches, in the outages that another matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// As written, or made of its metric and patterns; unique.
    pub name: String,
    /// What is read.
    pub metric: &'static Metric,
    /// Pattern of names, `*` for any characters; empty for the fleet.
    pub subject: String,
    /// Pattern of outages; `None` for a metric of the run in which nothing fails.
    pub outage: Option<String>,
    /// The bound, if it has one.
    pub bound: Option<Bound>,
    /// What it may be worse by than the baseline, if it compares.
    pub tolerance: Option<Tolerance>,
    /// Whether it must breach its bound: a known lack that must not go away unseen.
    pub expect_breach: bool,
    /// To this day it is told and does not fail.
    pub informational_until: Option<Date>,
    /// Names of what it matches, in order.
    pub matched: Vec<String>,
    /// Names of outages it matches, in order.
    pub outages: Vec<String>,
    /// Where it is written.
    pub spot: Option<Spot>,
}

/// A breach that somebody answers for, up to a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiver {
    /// Pattern of the names of gates; [`OBJECTIVE`] for an application's own.
    pub gate: String,
    /// What it is about, and the pattern of names; `None`: all that the gate matches.
    pub subject: Option<(Kind, String)>,
    /// Pattern of outages; `None`: all.
    pub outage: Option<String>,
    /// Key of the metric; `None`: all that the gate reads.
    pub metric: Option<String>,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Last day in force.
    pub expires: Date,
    /// A value worse than this, in the metric's unit, is not covered.
    pub ceiling: Option<f64>,
    /// Where it is written.
    pub spot: Option<Spot>,
}

/// Name of the gate that an application's own RPO and RTO are.
pub const OBJECTIVE: &str = "objective";

/// Everything promised of a scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Promises {
    /// Gates, by name.
    pub gates: Vec<Gate>,
    /// Waivers, in order of the file.
    pub waivers: Vec<Waiver>,
    /// To this day breaches are told and do not fail.
    pub informational_until: Option<Date>,
    /// Where objectives are written, by application and `"rpo"` or `"rto"`.
    pub objectives: BTreeMap<(String, String), Spot>,
}

/// Whether `pattern`, in which `*` stands for any characters, matches the whole of `name`.
pub fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
