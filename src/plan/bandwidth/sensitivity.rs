//! How an answer moves when one of its assumptions does: each variant is searched anew.

use super::{Question, bandwidth};
use crate::document::{Table, Unit, Value, column};
use crate::ids::Table as Rows;
use crate::plan::ask::{Progress, Stopped};
use crate::plan::search::Answer;
use crate::protection::Policy;
use crate::scenario::Scenario;
use crate::units::{Rate, Ratio, Span, as_f64};
use crate::workload::{Layer, Vm};

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
            column("rate_bps", "least rate", Unit::BitsPerSecond),
            column("change", "change", Unit::Share),
        ],
        rows,
        is_detail: false,
    })
}

fn variants(scenario: &Scenario) -> Vec<(&'static str, Scenario)> {
    let half_more = |ratio: Ratio| Ratio(ratio.0 / 2 * 3);
    vec![
        ("as written", scenario.clone()),
        ("growth of 30 % (fact 7.13)", grown(scenario, Ratio(1_300_000))),
        ("churn 10 % less", grown(scenario, Ratio(900_000))),
        ("no write is overwritten", with_policies(scenario, |policy| policy.coalescing.clear())),
        (
            "30 % of the writes are overwritten (fact 7.19)",
            with_policies(scenario, |policy| policy.coalescing = vec![(policy.interval, Ratio(700_000))]),
        ),
        ("nothing is compressed", with_policies(scenario, |policy| policy.compression = Ratio::ONE)),
        (
            "half again as much compression",
            with_policies(scenario, |policy| policy.compression = half_more(policy.compression)),
        ),
    ]
}

/// All churn times a factor.
pub(in crate::plan) fn grown(scenario: &Scenario, factor: Ratio) -> Scenario {
    let times = |number: u64| {
        u64::try_from(u128::from(number) * u128::from(factor.0) / 1_000_000).unwrap_or(u64::MAX)
    };
    let small = |ratio: Ratio| Ratio(u32::try_from(times(ratio.0.into())).unwrap_or(u32::MAX));
    let grow = |layer: &mut Layer| match layer {
        Layer::Constant(rate) | Layer::Shaped { rate, .. } => *rate = Rate(times(rate.0)),
        Layer::Measured { growth, .. } => *growth = small(*growth),
    };
    let mut scenario = scenario.clone();
    scenario.vms = scenario
        .vms
        .iter()
        .map(|vm| {
            let mut vm: Vm = vm.clone();
            vm.disks.iter_mut().flat_map(|disk| &mut disk.churn).for_each(grow);
            vm
        })
        .collect();
    scenario
}

fn with_policies(scenario: &Scenario, change: impl Fn(&mut Policy)) -> Scenario {
    let changed = |policy: &Policy| {
        let mut policy = policy.clone();
        change(&mut policy);
        policy
    };
    let policies: Rows<Policy> = scenario.policies.iter().map(changed).collect();
    Scenario { policies, ..scenario.clone() }
}
