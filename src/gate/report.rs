//! What a gate answers, as every format tells it and as the JSON carries it.
//!
//! Keys are sorted when written. A value stands as a number in the unit that `unit` names, and as text as people read it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::measure::results::StandInRow;

pub use crate::promise::metrics::Unit;

/// Version of this schema: major changes break readers, minor ones add fields.
pub const SCHEMA_VERSION: &str = "1.1";

/// The answer of `drsim gate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: String,
    /// Version of drsim.
    pub engine_version: String,
    /// The scenario's name.
    pub scenario: String,
    /// Its main file, as given on the command line.
    pub file: String,
    /// `Scenario::hash`.
    pub scenario_hash: String,
    /// The day waivers are judged on, `2026-11-24`.
    pub as_of: String,
    /// What it was compared with; `None` without a baseline.
    pub baseline: Option<BaselineRow>,
    /// Every gate on everything it matched: worst first, then by gate, subject and outage.
    pub lines: Vec<Line>,
    /// Why what got worse got worse, a row for each set of lines that the same changes explain.
    pub causes: Vec<CauseRow>,
    /// Every waiver of the scenario, in order of the file.
    pub waivers: Vec<WaiverRow>,
    /// What improved enough to hold on to, a sentence each with the value to write.
    pub ratchet: Vec<String>,
    /// What the reader should know, a line each.
    pub warnings: Vec<String>,
    /// Warnings that the build does not allow; left out where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<DeniedRow>,
    /// What the scenario marks as standing in for what nobody told; left out where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stand_ins: Vec<StandInRow>,
    /// Until this day a breach is told and does not fail the build; `None`: it fails.
    pub informational_until: Option<String>,
    /// What it comes to.
    pub outcome: GateOutcome,
}

/// A warning that `--deny` names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeniedRow {
    /// Code of the scenario's or the run's warning; `None`: a warning of the gates themselves.
    pub code: Option<String>,
    /// In a sentence.
    pub what: String,
}

/// What a scenario was compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineRow {
    /// `"revision origin/main (1a2b3c4d5e6f)"`, `"folder ../main"`, `"result reports/two-site/result.json"`.
    pub from: String,
    /// Its `Scenario::hash`.
    pub scenario_hash: String,
}

/// What all gates come to: the exit code of `drsim gate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateOutcome {
    /// All hold: 0.
    Holds,
    /// An objective is breached or something got worse than its tolerance: 1.
    Breached,
    /// A gate could not be evaluated, such as one whose baseline is required and missing: 3.
    Inconclusive,
}

/// How a gate stands on one subject in one outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Past its bound.
    Breached,
    /// Worse than the baseline by more than its tolerance, both absolute and relative.
    Regressed,
    /// It should breach, by `expect: "breach"`, and holds.
    UnexpectedlyHolds,
    /// It has no value, or nothing to compare with, and the reason says why.
    NotEvaluable,
    /// It would fail, and a waiver in force covers it.
    Waived,
    /// It breaches, as `expect: "breach"` says it must.
    ExpectedBreach,
    /// It holds, and is better than the baseline by more than its tolerance.
    Improved,
    /// It holds.
    Holds,
}

impl Verdict {
    /// Whether it fails the build.
    pub fn fails(self) -> bool {
        matches!(self, Verdict::Breached | Verdict::Regressed | Verdict::UnexpectedlyHolds)
    }
}

/// A gate on one subject, in one outage or while nothing fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The gate's name; of an application's own objective `"objective"`.
    pub gate: String,
    /// The outage; `None`: over the run in which nothing fails.
    pub outage: Option<String>,
    /// `"application web"`, `"vm sql-1"`, `"link wan hq → dr"`, `"site dr"`, `"fleet"`.
    pub subject: String,
    /// The same as labels: `{"application": "web"}`, `{"direction": "hq → dr", "link": "wan"}`; none of the fleet.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Key of the metric, `"rpa"`.
    pub metric: String,
    /// The metric in words: `"RPA"`.
    pub title: String,
    /// Unit of the numbers below.
    pub unit: Unit,
    /// The value; `None`: it does not exist, such as the RTA of what never came back.
    pub value: Option<f64>,
    /// The value as people read it: `"10m 31s"`, `"not recovered"`.
    pub value_text: String,
    /// The bound it must keep; `None`: relative only.
    pub bound: Option<f64>,
    /// `"≤ 10m"`.
    pub bound_text: Option<String>,
    /// The value in the baseline.
    pub baseline: Option<f64>,
    /// The value in the baseline as people read it.
    pub baseline_text: Option<String>,
    /// `"+2m and +10 %"`: what it may be worse by.
    pub tolerance_text: Option<String>,
    /// How it stands.
    pub verdict: Verdict,
    /// Why, in a sentence that names the numbers.
    pub why: String,
    /// Name and reason of the waiver that covers it.
    pub waiver: Option<String>,
    /// Where the gate, or the objective, is written.
    pub place: Option<PlaceRow>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlaceRow {
    /// Path as loaded.
    pub file: String,
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
}

/// A set of changes without any of which the lines would not have got worse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CauseRow {
    /// The lines it explains, as positions in `GateReport::lines`.
    pub lines: Vec<usize>,
    /// The changes, by place.
    pub changes: Vec<ChangeRow>,
    /// Whether it takes more than one of them together: none alone makes it worse.
    pub interact: bool,
    /// Whether the search was cut short, and the set may be smaller yet.
    pub unfinished: bool,
    /// In a sentence: `"links.wan.rate 200 Mbps → 100 Mbps; with the old value the RPA is 4m 2s"`.
    pub sentence: String,
}

/// A change of the scenario's meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeRow {
    /// As `--set` takes it: `"links.wan.rate"`.
    pub path: String,
    /// As written before; `None`: it was not there.
    pub before: Option<String>,
    /// As written now; `None`: it is gone.
    pub after: Option<String>,
    /// Where it is written now, or was written if it is gone.
    pub place: Option<PlaceRow>,
}

/// What became of a waiver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaiverRow {
    /// The gate it is for.
    pub gate: String,
    /// Who answers for it.
    pub owner: String,
    /// Why it was granted.
    pub reason: String,
    /// Last day it is in force.
    pub expires: String,
    /// Whether that day has passed: then it covers nothing, and what it covered fails.
    pub expired: bool,
    /// How many lines it covers; none: a warning.
    pub covers: u64,
    /// Where it is written.
    pub place: Option<PlaceRow>,
}
