//! The applications of the first page: each objective beside what came of it, and where the reason stands.

use crate::measure::results::{ApplicationRow, OutageRow, Outcome, Results};
use crate::report::instant::said;
use crate::report::verdict;
use crate::report::words::{self, duration, duration_or_none, percent, plain};

use super::{Cell, why};

/// Applications that are shown.
const MOST: usize = 40;
/// A meter ends at so many times the objective.
const METER: f64 = 1.5;

/// The table.
pub(super) struct Applications {
    pub(super) rows: Vec<Row>,
    pub(super) is_tested: bool,
    pub(super) note: String,
}

/// An application.
pub(super) struct Row {
    pub(super) tier: String,
    pub(super) name: String,
    pub(super) vms: String,
    pub(super) mark: Cell,
    pub(super) why: String,
    pub(super) rpo: String,
    pub(super) lost: Figure,
    pub(super) worst: Figure,
    pub(super) older: Figure,
    pub(super) oldest: Figure,
    pub(super) rto: String,
    pub(super) back: Figure,
    pub(super) declared: String,
    pub(super) tested: String,
}

/// A number, what stands below it, and how it stands to its objective.
#[derive(Default)]
pub(super) struct Figure {
    pub(super) value: String,
    pub(super) exact: String,
    pub(super) below: String,
    pub(super) is_over: bool,
    /// Of a meter: how far the actual and the objective go, in percent.
    pub(super) meter: Option<(String, String)>,
}

impl Figure {
    fn none() -> Figure {
        Figure { value: words::NONE.into(), ..Figure::default() }
    }

    fn of(actual: f64, objective: Option<f64>, below: String) -> Figure {
        let meter = objective.filter(|it| *it > 0.0).map(|objective| {
            let share = |value: f64| format!("{:.1}", (value / (METER * objective) * 100.0).min(100.0));
            (share(actual), share(objective))
        });
        Figure {
            value: duration(actual),
            exact: format!("{actual} s"),
            below: plain(&below),
            is_over: objective.is_some_and(|it| actual > it),
            meter,
        }
    }
}

/// By tier and name as in the results, unless there are too many: then the worst.
pub(super) fn applications(results: &Results) -> Applications {
    let all = &results.applications;
    let rows: Vec<&ApplicationRow> =
        if all.len() > MOST { verdict::worst_applications(results) } else { all.iter().collect() };
    let note = if all.len() > MOST {
        format!(
            "{MOST} of {} shown, worst first; all are in the CSV and JSON files of this run.",
            words::thousands(all.len() as u64)
        )
    } else {
        String::new()
    };
    Applications {
        rows: rows.into_iter().take(MOST).map(|row| of(results, row)).collect(),
        is_tested: all.iter().any(|row| row.last_test_at.is_some()),
        note,
    }
}

fn of(results: &Results, row: &ApplicationRow) -> Row {
    let within = |outage: &Option<String>| outage.clone().unwrap_or_default();
    let lost = row
        .rpa_s
        .map_or_else(Figure::none, |rpa| Figure::of(rpa, row.rpo_objective_s, within(&row.rpa_outage)));
    let worst = row
        .age
        .as_ref()
        .map_or_else(Figure::none, |age| Figure::of(age.max_s, row.rpo_objective_s, said(&age.max_at)));
    let back = match (row.rta_from_outage_s, &row.rta_outage) {
        (Some(rta), outage) => Figure::of(rta, row.rto_objective_s, within(outage)),
        (None, Some(outage)) => {
            Figure { value: "not back".into(), below: plain(outage), is_over: true, ..Figure::default() }
        }
        (None, None) => Figure::none(),
    };
    Row {
        tier: row.tier.map_or_else(|| words::NONE.into(), |tier| tier.to_string()),
        name: plain(&row.name),
        vms: words::count(row.vms, "VM"),
        mark: Cell::mark(&words::application_mark(row)),
        why: why::anchor(results, &row.name),
        rpo: duration_or_none(row.rpo_objective_s),
        lost,
        worst,
        older: older(row),
        oldest: oldest(results, row),
        rto: duration_or_none(row.rto_objective_s),
        back,
        declared: duration_or_none(row.rta_from_declaration_s),
        tested: row.last_test_at.as_deref().map_or_else(|| "never".into(), |at| plain(&said(at))),
    }
}

/// The share of the time in which its newest common point is older than its RPO while nothing fails.
fn older(row: &ApplicationRow) -> Figure {
    let steady = row.steady.as_ref();
    let Some(held) = steady.and_then(|it| it.held_share) else { return Figure::none() };
    let allowed = row.rpo_share.map_or(0.0, |share| 1.0 - share);
    let is_over = 1.0 - held > allowed + 1e-9;
    let value = if held >= 1.0 { "never".to_owned() } else { format!("{} of the time", percent(1.0 - held)) };
    Figure { value, exact: format!("{:.4} % held", 100.0 * held), is_over, ..Figure::default() }
}

/// How old its copies get where an outage does not take it down.
fn oldest(results: &Results, row: &ApplicationRow) -> Figure {
    let of = |outage: &OutageRow| {
        let in_it = outage.applications.iter().find(|it| it.name == row.name)?;
        let age = in_it.age_max_s.filter(|_| in_it.outcome == Outcome::NotHit)?;
        Some((age, outage.name.clone(), in_it.exposure.as_ref().is_some_and(|it| !it.accepted)))
    };
    let worst = results.outages.iter().filter_map(of).max_by(|a, b| a.0.total_cmp(&b.0));
    let usual = row.age.as_ref().map_or(0.0, |age| age.max_s);
    match worst.filter(|(age, ..)| *age > usual) {
        Some((age, outage, is_over)) => {
            Figure { is_over, meter: None, ..Figure::of(age, row.rpo_objective_s, outage) }
        }
        None => Figure::none(),
    }
}
