//! How much bandwidth, as a section of the plan.

use super::bursts::{bursts, demand_table};
use super::curves::curves;
use super::designed::{Designed, designed};
use super::own::Own;
use super::sensitivity::sensitivity;
use super::words::sentences;
use super::workloads::{FORMULAS, workloads};
use super::{Bandwidth, Kept, Question, Row, achieved, bandwidth, everybody};
use crate::document::{Section, Table, Unit, Value, column};
use crate::ids::Id;
use crate::plan::ask::{Ask, Progress, Stopped};
use crate::plan::bandwidth::known::Known;
use crate::plan::runs::links::busiest_link;
use crate::plan::search::Answer;
use crate::scenario::Scenario;
use crate::topology::Link;
use crate::units::{Rate, Span, as_f64};

/// The section; empty if nothing is replicated over a link.
///
/// # Errors
/// `progress` said stop.
pub fn section(
    scenario: &Scenario,
    ask: &Ask,
    known: &mut Known,
    progress: Progress<'_>,
) -> Result<Section, Stopped> {
    let Some(link) = ask.link.or_else(|| busiest_link(scenario)) else { return Ok(Section::default()) };
    let question = Question {
        link,
        allowed: everybody(scenario),
        slack: None,
        objectives: objectives(scenario, ask),
        shares: ask.shares.clone(),
        step: ask.step,
    };
    let found = bandwidth(scenario, &question, &mut |done, of| {
        progress("searching for the bandwidth", 800 * done as u64 / of.max(1) as u64)
    })?;
    let designed = designed(scenario, &question, &found, progress)?;
    if let Some(own) = Own::of(scenario, link, &designed) {
        known.learn(own);
    }
    let need = known.own(scenario, link, ask.step, progress)?.need(scenario);
    known.needs.extend(need);
    let main = main_objective(&found);
    let rate = scenario.topology.links[link].rate[0];
    let mut tables = vec![
        overview(&found, &designed, &question.shares),
        answers(&found),
        in_force(&found),
        reverse(scenario, link, rate),
        demand_table(&found.demand),
        workloads(scenario),
    ];
    tables.extend(bursts(scenario, link, &found.demand));
    let always = found.rows[main].cells.iter().find(|cell| cell.share == 1000).map(|cell| cell.answer);
    tables.push(sensitivity(
        scenario,
        &question,
        (question.objectives[main], always),
        ask.at_once(scenario),
        progress,
    )?);
    let mut says = sentences(scenario, link, (&found, main), &designed);
    says.push(FORMULAS.into());
    Ok(Section {
        key: "bandwidth",
        title: format!("Bandwidth of {}", scenario.topology.links[link].name),
        says,
        tables,
        curves: curves(&found, main, rate),
        ..Section::default()
    })
}

/// Those asked for; else those of the applications, and what planners report anyway (fact 7.15). Ascending.
pub(in crate::plan) fn objectives(scenario: &Scenario, ask: &Ask) -> Vec<Span> {
    let mut objectives = ask.rpos.clone();
    if objectives.is_empty() {
        objectives =
            scenario.recovery.applications.iter().filter_map(|application| application.rpo).collect();
        objectives.extend([900, 1800, 3600].map(Span::seconds));
    }
    objectives.sort_unstable();
    objectives.dedup();
    objectives
}

/// Which objective the curves and the sensitivity are about: the tightest that some rate always keeps.
fn main_objective(found: &Bandwidth) -> usize {
    let kept = |row: &Row| row.cells.first().is_some_and(|cell| matches!(cell.answer, Answer::Least { .. }));
    found.rows.iter().position(kept).unwrap_or(0)
}

/// Bits per second of a rate in B/s.
fn bits(rate: u64) -> Value {
    Value::Number(8.0 * as_f64(rate))
}

fn kept_cells(kept: &Kept) -> [Value; 5] {
    [
        Value::Number(kept.share),
        Value::Number(as_f64(kept.violations)),
        Value::Number(kept.violations_s),
        Value::Number(kept.longest_s),
        Value::maybe((kept.violations > 0).then_some(kept.worst_s)),
    ]
}

/// The answers alone, a row for each RPO.
fn overview(found: &Bandwidth, designed: &Designed, shares: &[u32]) -> Table {
    let mut columns = vec![column("rpo", "RPO", Unit::Text)];
    columns.extend(shares.iter().map(|share| {
        let (whole, tenth) = (share / 10, share % 10);
        let title = if tenth == 0 { format!("{whole} %") } else { format!("{whole}.{tenth} %") };
        column(format!("rate_{share}_per_mille_bps"), title, Unit::ExactBitsPerSecond)
    }));
    let rate = |answer: &Answer| match answer {
        Answer::Least { holds, .. } => bits(holds.rate),
        Answer::Any | Answer::Never(_) => Value::None(""),
    };
    let row = |row: &Row| {
        let each =
            if row.objective == Span::ZERO { "each its own".to_owned() } else { row.objective.to_string() };
        let mut cells = vec![Value::text(each)];
        cells.extend(row.cells.iter().map(|cell| rate(&cell.answer)));
        cells
    };
    Table {
        key: "rates",
        title: "Least rate at which an RPO holds for a share of the time".into(),
        columns,
        rows: designed.row.iter().chain(&found.rows).map(row).collect(),
        is_detail: false,
    }
}

fn answers(found: &Bandwidth) -> Table {
    let horizon = Span(found.demand.horizon());
    let mut rows = Vec::new();
    for row in &found.rows {
        for cell in &row.cells {
            let (rate, at, less, below, note) = match &cell.answer {
                Answer::Least { holds, less } => {
                    (bits(holds.rate), Some(holds), bits(less.rate), Some(less), String::new())
                }
                Answer::Any => (Value::None(""), None, Value::None(""), None, "any rate does".to_owned()),
                Answer::Never(floor) => (
                    Value::None(""),
                    Some(floor),
                    Value::None(""),
                    None,
                    "no rate does: see the floor".to_owned(),
                ),
            };
            let numbers = |outcome: Option<&crate::plan::runs::evaluate::RateOutcome>| match outcome {
                Some(outcome) => kept_cells(&Kept::of(outcome, horizon)),
                None => [const { Value::None("") }; 5],
            };
            let [share, count, total, _, worst] = numbers(at);
            let [less_share, less_count, less_total, _, less_worst] = numbers(below);
            rows.push(vec![
                Value::Number(row.objective.as_seconds()),
                Value::Number(f64::from(cell.share) / 1000.0),
                rate,
                share,
                count,
                total,
                worst,
                less,
                less_share,
                less_count,
                less_total,
                less_worst,
                Value::text(note),
            ]);
        }
    }
    Table {
        key: "bandwidth",
        title: "Least rate by RPO and share of the time".into(),
        columns: vec![
            column("rpo_s", "RPO", Unit::Seconds),
            column("share_asked", "of the time", Unit::Share),
            column("rate_bps", "least rate", Unit::ExactBitsPerSecond),
            column("share", "holds", Unit::Share),
            column("violations", "violations", Unit::Count),
            column("violations_s", "in all", Unit::Seconds),
            column("worst_s", "oldest", Unit::Seconds),
            column("less_bps", "one step less", Unit::ExactBitsPerSecond),
            column("less_share", "holds", Unit::Share),
            column("less_violations", "violations", Unit::Count),
            column("less_violations_s", "in all", Unit::Seconds),
            column("less_worst_s", "oldest", Unit::Seconds),
            column("note", "note", Unit::Text),
        ],
        rows,
        is_detail: true,
    }
}

fn in_force(found: &Bandwidth) -> Table {
    let row = |row: &Row| {
        let mut cells = vec![Value::Number(row.objective.as_seconds()), bits(row.in_force.rate)];
        cells.extend(kept_cells(&row.in_force));
        cells.push(Value::maybe((row.in_force.violations > 0).then_some(row.in_force.worst_at_s)));
        cells
    };
    Table {
        key: "in_force",
        title: "What the rate in force achieves".into(),
        columns: vec![
            column("rpo_s", "RPO", Unit::Seconds),
            column("rate_bps", "rate", Unit::BitsPerSecond),
            column("share", "holds", Unit::Share),
            column("violations", "violations", Unit::Count),
            column("violations_s", "in all", Unit::Seconds),
            column("longest_s", "longest", Unit::Seconds),
            column("worst_s", "oldest", Unit::Seconds),
            column("worst_at_s", "at", Unit::Moment),
        ],
        rows: found.rows.iter().map(row).collect(),
        is_detail: false,
    }
}

/// The reverse question: the RPO that the rate in force achieves, by share of the time.
fn reverse(scenario: &Scenario, link: Id<Link>, rate: Rate) -> Table {
    let shares = [500, 900, 950, 990, 999, 1000];
    let ages = achieved(scenario, link, rate.0, shares);
    let row = |(share, age): (u32, Span)| {
        vec![bits(rate.0), Value::Number(f64::from(share) / 1000.0), Value::Number(age.as_seconds())]
    };
    Table {
        key: "achieved",
        title: "RPO that the rate in force achieves within the run".into(),
        columns: vec![
            column("rate_bps", "rate", Unit::BitsPerSecond),
            column("share", "of the time", Unit::Share),
            column("rpo_s", "RPO", Unit::Seconds),
        ],
        rows: shares.into_iter().zip(ages).map(row).collect(),
        is_detail: false,
    }
}
