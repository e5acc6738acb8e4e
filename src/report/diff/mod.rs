//! What `drsim diff` answers: the change of meaning and what it moved, as JSON and on a terminal.

pub mod terminal;

use serde::Serialize;

use crate::compare::metrics::Reading;
use crate::compare::outcome::{Comparison, Moved, VerdictChange};
use crate::gate::report::ChangeRow;
use crate::measure::results::Status;
use crate::promise::metrics::{Metric, Unit};
use crate::report::json::shorten;

/// Version of this schema: major changes break readers, minor ones add fields.
pub const SCHEMA_VERSION: &str = "1.0";

/// The answer of `drsim diff`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiffReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: &'static str,
    /// Version of drsim.
    pub engine_version: &'static str,
    /// What it was.
    pub before: SideRow,
    /// What it is now.
    pub after: SideRow,
    /// Whether nothing changed and nothing moved.
    pub equal: bool,
    /// Changes of meaning, by place; `null` where a side is a stored result, of which the scenario is not known.
    pub changes: Option<Vec<ChangeRow>>,
    /// What moved; `null` if nothing was run.
    pub outcome: Option<OutcomeRow>,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SideRow {
    /// `"scenario dr/main.ron"`, `"revision main (1a2b3c4d5e6f)"`, `"result report/result.json"`.
    pub from: String,
    /// The scenario's name.
    pub scenario: String,
    /// `Scenario::hash`.
    pub scenario_hash: String,
}

/// What moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeRow {
    /// Applications that stand otherwise, worse ones first.
    pub verdicts: Vec<VerdictRow>,
    /// Values that are not what they were, what matters most first.
    pub moved: Vec<MovedRow>,
    /// Subjects and outages that there were not before.
    pub appeared: Vec<String>,
    /// Subjects and outages that there no longer are.
    pub vanished: Vec<String>,
}

/// An application that stands otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VerdictRow {
    /// The application.
    pub application: String,
    /// The outage; `null`: over the whole run.
    pub outage: Option<String>,
    /// Before.
    pub before: Status,
    /// Now.
    pub after: Status,
    /// Whether it stands worse.
    pub worse: bool,
}

/// A value that is not what it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MovedRow {
    /// Key of the metric.
    pub metric: &'static str,
    /// The metric in words.
    pub title: &'static str,
    /// Unit of the numbers.
    pub unit: Unit,
    /// `"application web"`.
    pub subject: String,
    /// The outage; `null`: in the run in which nothing fails.
    pub outage: Option<String>,
    /// Before; `null`: there was no value.
    pub before: Option<f64>,
    /// Before, as people read it.
    pub before_text: String,
    /// Now; `null`: there is no value.
    pub after: Option<f64>,
    /// Now, as people read it.
    pub after_text: String,
    /// The movement as a share of the larger value; `null` where there is no value on one side.
    pub relative: Option<f64>,
    /// Whether it got worse.
    pub worse: bool,
}

impl OutcomeRow {
    /// The rows of what moved.
    pub fn new(outcome: &Comparison) -> OutcomeRow {
        OutcomeRow {
            verdicts: outcome.verdicts.iter().map(verdict).collect(),
            moved: outcome.moved.iter().map(moved).collect(),
            appeared: outcome.appeared.clone(),
            vanished: outcome.vanished.clone(),
        }
    }

    /// Whether nothing moved.
    pub fn is_empty(&self) -> bool {
        self.verdicts.is_empty()
            && self.moved.is_empty()
            && self.appeared.is_empty()
            && self.vanished.is_empty()
    }
}

/// The report as pretty JSON, keys sorted, with a trailing newline.
pub fn json(report: &DiffReport) -> String {
    let mut value = serde_json::to_value(report).expect("a report is plain data with text keys");
    shorten(&mut value);
    crate::inert::json(&format!("{value:#}\n")).into_owned()
}

fn verdict(verdict: &VerdictChange) -> VerdictRow {
    VerdictRow {
        application: verdict.application.clone(),
        outage: verdict.outage.clone(),
        before: verdict.before,
        after: verdict.after,
        worse: verdict.is_worse(),
    }
}

fn moved(moved: &Moved) -> MovedRow {
    MovedRow {
        metric: moved.metric.key,
        title: moved.metric.title,
        unit: moved.metric.unit,
        subject: moved.whose(),
        outage: moved.outage.clone(),
        before: moved.before.number(),
        before_text: say(moved.metric, &moved.before),
        after: moved.after.number(),
        after_text: say(moved.metric, &moved.after),
        relative: moved.relative(),
        worse: moved.is_worse(),
    }
}

fn say(metric: &Metric, reading: &Reading) -> String {
    match reading {
        Reading::Value(value) => metric.unit.say(*value),
        Reading::Nothing(why) | Reading::Open(_, why) | Reading::Never(why) => why.clone(),
    }
}
