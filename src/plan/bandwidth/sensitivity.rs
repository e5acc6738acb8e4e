//! How an answer moves when one of its assumptions does: each variant that changes anything is searched anew.

use super::{Question, answer};
use crate::document::{Table, Unit, Value, column};
use crate::plan::ask::{Progress, Stopped, each};
use crate::plan::change::{Change, OfPolicies};
use crate::plan::search::Answer;
use crate::scenario::Scenario;
use crate::units::{Ratio, Span, as_f64};

/// The least rate that always keeps `objective`, as written, where it may be `known`, and with each assumption changed, so many at once.
///
/// # Errors
/// `progress` said stop.
pub fn sensitivity(
    scenario: &Scenario,
    question: &Question,
    (objective, known): (Span, Option<Answer>),
    threads: usize,
    progress: Progress<'_>,
) -> Result<Table, Stopped> {
    let count = VARIANTS.len() as u64;
    let question = Question { objectives: vec![objective], shares: vec![1000], ..question.clone() };
    let trying = |place: u64| progress("trying other assumptions", 800 + 200 * place / count);
    let as_written = match known {
        Some(known) => known,
        None => answer(scenario, &question, &mut |_, _| trying(0))?,
    };
    let answers = each((VARIANTS.len(), threads), |place| {
        match VARIANTS[place].1.as_ref().filter(|change| changes(scenario, change)) {
            Some(change) => answer(&change.of(scenario), &question, &mut |_, _| trying(place as u64)),
            None => Ok(as_written),
        }
    })?;
    let first = rate(as_written);
    let row = |((name, _), answer): (&(&str, _), Answer)| {
        let rate = rate(answer);
        let change = rate.zip(first).map(|(rate, first)| rate / first - 1.0);
        vec![Value::text(*name), Value::maybe(rate), Value::maybe(change)]
    };
    let rows = VARIANTS.iter().zip(answers).map(row).collect();
    Ok(Table {
        key: "sensitivity",
        title: format!("What the rate for {objective} always depends on"),
        columns: vec![
            column("assumption", "assumption", Unit::Text),
            column("rate_bps", "least rate", Unit::ExactBitsPerSecond),
            column("change", "change", Unit::Share),
        ],
        rows,
        is_detail: false,
    })
}

fn rate(answer: Answer) -> Option<f64> {
    match answer {
        Answer::Least { holds, .. } => Some(8.0 * as_f64(holds.rate)),
        Answer::Any | Answer::Never(_) => None,
    }
}

/// Whether anything is other with it.
fn changes(scenario: &Scenario, change: &Change) -> bool {
    match change {
        Change::Policies(change) => scenario.policies.iter().any(|policy| change.changes(policy)),
        Change::Link(..)
        | Change::QosRate(..)
        | Change::DnsTtl(..)
        | Change::Policy(..)
        | Change::Churn(_)
        | Change::ExcludeDisk(..)
        | Change::Hosts(_)
        | Change::Plan(..)
        | Change::Team(..)
        | Change::Vms(..)
        | Change::Validation(..)
        | Change::JobLatency(_)
        | Change::Decisions(_)
        | Change::MoveServer(..) => true,
    }
}

/// Assumptions, and how each is changed; `None`: as written.
const VARIANTS: [(&str, Option<Change>); 7] = [
    ("as written", None),
    ("growth of 30 % (fact 7.13)", Some(Change::Churn(Ratio(1_300_000)))),
    ("churn 10 % less", Some(Change::Churn(Ratio(900_000)))),
    ("no write is overwritten", Some(Change::Policies(OfPolicies::NoCoalescing))),
    (
        "30 % of the writes are overwritten (fact 7.19)",
        Some(Change::Policies(OfPolicies::Coalescing(Ratio(700_000)))),
    ),
    ("nothing is compressed", Some(Change::Policies(OfPolicies::NoCompression))),
    ("half again as much compression", Some(Change::Policies(OfPolicies::CompressionHalfMore))),
];
