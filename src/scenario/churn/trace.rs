//! Measured churn: trace, column, gap, after_end, growth. The series is a section of its own:
//!
//! - series: name, file (relative to the scenario file that names it)

use std::rc::Rc;
use std::sync::Arc;

use super::Owner;
use crate::problem::{Problem, codes};
use crate::scenario::defaults as default;
use crate::scenario::reading::context::Context;
use crate::scenario::reading::fields::Fields;
use crate::scenario::reading::paths::join;
use crate::series::{CELLS_MAX, Series};
use crate::workload::{AfterEnd, Layer};

/// `(trace: "measured", column: "sql-1", gap: "hold", after_end: "repeat", growth: "120 %")`.
/// The column is by default the one named `vm/disk`, else the one named like the VM; its first bin is at the start of the run.
pub fn read(context: &Context, fields: &Fields, owner: &Owner) -> Option<Layer> {
    let growth = fields.or("growth", &default::TRACE_GROWTH);
    let gaps = [("error", None), ("zero", Some(false)), ("hold", Some(true))];
    let gap = fields.choice("gap", &gaps, &default::TRACE_GAP);
    let ends = [
        ("error", None),
        ("zero", Some(AfterEnd::Zero)),
        ("hold", Some(AfterEnd::Hold)),
        ("repeat", Some(AfterEnd::Repeat)),
    ];
    let after_end = fields.choice("after_end", &ends, &default::TRACE_AFTER_END);
    let row = context.sections.series.resolve(context.diagnostics, fields.text("trace")?)?;
    let asked = fields.text("column").map(|written| written.text);
    let series = series(context, row)?;
    let column = column(fields, &series, asked, owner)?;
    let bins = filled(context, fields, (row, column), &series, gap)?;
    let covered = u128::from(series.bin.0) * bins.len() as u128;
    if after_end.is_none() && covered < context.calendar.horizon.0.into() || bins.is_empty() {
        let what = format!(
            "{fields}: the trace ends after {} of the run's {}",
            span(covered),
            context.calendar.horizon
        );
        fields.report(&codes::SERIES_GAP, "trace", what);
        return None;
    }
    Some(Layer::Measured { bins, bin: series.bin, growth, after_end: after_end.unwrap_or(AfterEnd::Zero) })
}

fn span(micros: u128) -> crate::units::Span {
    crate::units::Span(u64::try_from(micros).unwrap_or(u64::MAX))
}

/// Notes whatever is wrong with a series, used or not.
pub fn check(context: &Context) {
    context.sections.series.read(context.diagnostics, |fields| fields.need_text("file").is_some());
    for row in 0..context.sections.series.rows.len() {
        series(context, row);
    }
}

fn series(context: &Context, row: usize) -> Option<Rc<Series>> {
    if let Some(known) = context.series.borrow().get(&row) {
        return known.clone();
    }
    let section = &context.sections.series;
    let fields = section.rows[row].fields(context.diagnostics, section.kind)?;
    let file = fields.text("file")?;
    let place = context.diagnostics.place(file.slice.or(fields.slice));
    let from = place.as_ref().map_or("", |place| &place.file);
    let path = join(from, file.text);
    let failed = |code, what| context.diagnostics.push(Problem::new(code, place.clone(), what));
    let series = match context.diagnostics.sources.series.get(&path) {
        Some(Ok(bytes)) => Series::decode(bytes)
            .map_err(|error| failed(&codes::SERIES, format!("`{path}` is not a series file: {error}")))
            .ok(),
        Some(Err(error)) => {
            failed(&codes::UNREADABLE, format!("cannot read the series file `{path}`: {error}"));
            None
        }
        None => {
            failed(&codes::UNREADABLE, format!("the series file `{path}` was not loaded"));
            None
        }
    };
    let cells = |series: &Series| series.columns.iter().map(|column| column.bins.len()).sum::<usize>();
    let known: usize = context.series.borrow().values().flatten().map(|series| cells(series)).sum();
    let series = series.filter(|series| {
        let fits = known + cells(series) <= CELLS_MAX;
        if !fits {
            let what = format!("with `{path}` all series together have more than {CELLS_MAX} bins");
            failed(&codes::SERIES, what);
        }
        fits && series.bin.0 > 0
    });
    let series = series.map(Rc::new);
    context.series.borrow_mut().insert(row, series.clone());
    series
}

fn column(fields: &Fields, series: &Series, asked: Option<&str>, owner: &Owner) -> Option<usize> {
    let find = |name: &str| series.columns.iter().position(|column| column.name == name);
    let found = match asked {
        Some(name) => find(name),
        None => find(owner.disk).or_else(|| find(owner.vm)),
    };
    if found.is_none() {
        let wanted = asked.unwrap_or(owner.vm);
        let key = if asked.is_some() { "column" } else { "trace" };
        let place = fields.diagnostics.place(fields.at(key));
        let problem = Problem::new(&codes::COLUMN, place, format!("the series has no column `{wanted}`"));
        let problem = asked.into_iter().fold(problem, Problem::wrong);
        fields.diagnostics.push(problem.suggest(wanted, series.columns.iter().map(|column| &*column.name)));
    }
    found
}

/// The column's bins without gaps; shared by all that read it in the same way.
fn filled(
    context: &Context,
    fields: &Fields,
    (row, column): (usize, usize),
    series: &Series,
    gap: Option<bool>,
) -> Option<Arc<[u64]>> {
    let key = (row, column, gap.unwrap_or(false));
    let bins = &series.columns[column].bins;
    if let (None, Some(hole)) = (gap, bins.iter().position(Option::is_none)) {
        let at = span(u128::from(series.bin.0) * hole as u128);
        fields.report(&codes::SERIES_GAP, "trace", format!("{fields}: the trace has a gap after {at}"));
        return None;
    }
    let mut last = 0;
    let fill = |bin: &Option<u64>| {
        let value = bin.unwrap_or(if gap == Some(true) { last } else { 0 });
        last = value;
        value
    };
    Some(context.bins.borrow_mut().entry(key).or_insert_with(|| bins.iter().map(fill).collect()).clone())
}
