//! How an answer moves when one of its assumptions does: each variant is searched anew.

use super::{Question, bandwidth};
use crate::document::{Table, Unit, Value, column};
use crate::plan::ask::{Progress, Stopped};
use crate::plan::change::{Change, OfPolicies};
use crate::plan::search::Answer;
use crate::scenario::Scenario;
use crate::units::{Ratio, Span, as_f64};

/// The least rate that always keeps `objective`, as written and with each assumption changed.
///
/// # Errors
/// `progress` said stop.
pub fn sensitivity(
    scenario: &Scenario,
    question: &Question,
    objective: Span,
    progress: Progress<'_>,
) -> Result<Table, Stopped> {
    let variants = variants(scenario);
    let count = variants.len() as u64;
    let question = Question { objectives: vec![objective], shares: vec![1000], ..question.clone() };
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut first = None;
    for (place, (name, variant)) in variants.into_iter().enumerate() {
        let share = 800 + 200 * place as u64 / count;
        let found = bandwidth(&variant, &question, &mut |_, _| progress("trying other assumptions", share))?;
        let rate = match found.rows[0].cells[0].answer {
            Answer::Least { holds, .. } => Some(8.0 * as_f64(holds.rate)),
            Answer::Any | Answer::Never(_) => None,
        };
        first = first.or(rate.filter(|_| place == 0));
        let change = rate.zip(first).map(|(rate, first)| rate / first - 1.0);
        rows.push(vec![Value::text(name), Value::maybe(rate), Value::maybe(change)]);
    }
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

fn variants(scenario: &Scenario) -> Vec<(&'static str, Scenario)> {
    let with = |change: Change| change.of(scenario);
    vec![
        ("as written", scenario.clone()),
        ("growth of 30 % (fact 7.13)", with(Change::Churn(Ratio(1_300_000)))),
        ("churn 10 % less", with(Change::Churn(Ratio(900_000)))),
        ("no write is overwritten", with(Change::Policies(OfPolicies::NoCoalescing))),
        (
            "30 % of the writes are overwritten (fact 7.19)",
            with(Change::Policies(OfPolicies::Coalescing(Ratio(700_000)))),
        ),
        ("nothing is compressed", with(Change::Policies(OfPolicies::NoCompression))),
        ("half again as much compression", with(Change::Policies(OfPolicies::CompressionHalfMore))),
    ]
}
