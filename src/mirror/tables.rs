//! What the mirror shows: sections of sentences, tables and curves, which every format renders alike.

use std::collections::BTreeMap;

use super::deviation::{Deviation, Deviations};
use super::fit::{Explanation, Fit, Fitted};
use super::pairing::Paired;
use super::words;
use super::{Reflection, Sample, Seen};
use crate::document::{Axis, Column, Curve, Document, Line, Mark, Section, Table, Tone, Unit, Value, column};
use crate::scenario::Scenario;
use crate::units::{Span, as_f64};

/// Everything, in the order of importance. `read` says what was read.
pub fn document(
    scenario: &Scenario,
    paired: &Paired,
    reflection: &Reflection,
    read: Vec<String>,
) -> Document {
    let mut says = read;
    says.extend(words::pairing(scenario, paired));
    let pairs = Section {
        key: "measurements",
        title: "What was read".into(),
        says,
        tables: vec![samples(scenario, reflection)],
        ..Section::default()
    };
    let sections = vec![explanation(scenario, reflection), deviations(scenario, reflection), pairs];
    Document { sections, ..Document::of(scenario) }
}

fn explanation(scenario: &Scenario, reflection: &Reflection) -> Section {
    let mut says = vec![words::headline(scenario, reflection)];
    says.extend(words::grounds(scenario, &reflection.fitted));
    let tables = vec![fits(scenario, &reflection.fitted)];
    Section { key: "explanation", title: "What would explain it".into(), says, tables, ..Section::default() }
}

fn fits(scenario: &Scenario, fitted: &Fitted) -> Table {
    let is_named = |index: usize| match &fitted.explanation {
        Explanation::One(one) => *one == index,
        Explanation::Several(several) => several.contains(&index),
        Explanation::TooFew | Explanation::Agrees | Explanation::NoSingle => false,
    };
    let row = |(index, fit): (usize, &Fit)| {
        let (parameter, of) = words::name(scenario, fit.knob);
        let mark = match is_named(index) {
            true => Mark { word: "explains".into(), tone: Tone::Thin },
            false => Mark { word: "does not".into(), tone: Tone::Quiet },
        };
        vec![
            Value::text(parameter),
            Value::text(of),
            Value::text(words::values(fit.knob, &fit.written)),
            Value::text(words::values(fit.knob, &fit.found)),
            Value::Number((fit.first * SHARES).round() / SHARES),
            Value::Number((fit.second * SHARES).round() / SHARES),
            Value::Mark(if is_named(index) { "explains" } else { "does_not" }.into(), mark),
        ]
    };
    Table {
        key: "fits",
        title: "Parameters, each fitted alone on the first part; the error there and in the rest".into(),
        columns: vec![
            column("parameter", "parameter", Unit::Text),
            column("of", "of", Unit::Text),
            column("written", "as written", Unit::Text),
            column("fitted", "fitted", Unit::Text),
            column("error_first_share", "first", Unit::Share),
            column("error_rest_share", "rest", Unit::Share),
            column("verdict", "verdict", Unit::Text),
        ],
        rows: fitted.fits.iter().enumerate().map(row).collect(),
        is_detail: false,
    }
}

/// Shares are told to a thousandth, ages to a tenth of a second.
const SHARES: f64 = 1000.0;

/// Columns of biases and spreads; short, for a terminal has few columns.
fn deviation_columns() -> Vec<Column> {
    vec![
        column("samples", "seen", Unit::Count),
        column("size_bias_share", "size", Unit::Share),
        column("size_spread_share", "±", Unit::Share),
        column("latency_bias_share", "latency", Unit::Share),
        column("latency_spread_share", "±", Unit::Share),
        column("age_bias_s", "age", Unit::Seconds),
        column("age_spread_s", "±", Unit::Seconds),
        column("missed", "missed", Unit::Count),
        column("missed_simulated", "simulated", Unit::Count),
        column("missed_both", "both", Unit::Count),
    ]
}

fn deviation_cells(it: &Deviations) -> Vec<Value> {
    let two = |deviation: Option<Deviation>, digits: f64| {
        let short =
            |of: fn(Deviation) -> f64| Value::maybe(deviation.map(|it| (of(it) * digits).round() / digits));
        [short(|it| it.bias), short(|it| it.spread)]
    };
    let count = |of: Option<u64>| of.map_or(Value::None(""), Value::Whole);
    let mut cells = vec![Value::Whole(it.samples as u64)];
    cells.extend(two(it.size, SHARES));
    cells.extend(two(it.latency, SHARES));
    cells.extend(two(it.age, 10.0));
    cells.extend([
        count(it.misses.map(|misses| misses.measured)),
        count(it.misses.map(|misses| misses.simulated)),
        count(it.misses.map(|misses| misses.both)),
    ]);
    cells
}

fn deviations(scenario: &Scenario, reflection: &Reflection) -> Section {
    let row = |name: &str, it: &Deviations| {
        let mut cells = vec![Value::text(name)];
        cells.extend(deviation_cells(it));
        cells
    };
    let mut columns = vec![column("vm", "VM", Unit::Text)];
    columns.extend(deviation_columns());
    let own = reflection.vms.iter().map(|(vm, it)| row(&scenario.vms[*vm].name, it));
    let rows = std::iter::once(row("all", &reflection.fleet)).chain(own).collect();
    let table = Table {
        key: "deviations",
        title: "Measured against simulated: bias and spread of size, latency and age, cycles missed".into(),
        columns,
        rows,
        is_detail: false,
    };
    Section {
        key: "deviations",
        title: "Where the model is off".into(),
        says: words::deviations(&reflection.fleet),
        tables: vec![table],
        curves: vec![curve(reflection)],
        ..Section::default()
    }
}

/// From cut to applied, over all machines, by the end of intervals.
fn curve(reflection: &Reflection) -> Curve {
    let line = |name: &str, of: &dyn Fn(&Sample, &Seen) -> Option<u64>| {
        let mut by_end: BTreeMap<u64, (f64, u64)> = BTreeMap::new();
        for (sample, seen) in reflection.pairs() {
            if let Some(micros) = of(sample, seen) {
                let (sum, count) = by_end.entry(sample.to).or_default();
                *sum += Span(micros).as_seconds();
                *count += 1;
            }
        }
        let mean = |(at, (sum, count)): (u64, (f64, u64))| (Span(at).as_seconds(), sum / as_f64(count));
        Line { name: name.into(), points: by_end.into_iter().map(mean).collect(), is_stepped: false }
    };
    Curve {
        key: "latency".into(),
        title: "From cut to applied, mean of all machines".into(),
        x: Axis { title: "end of the interval".into(), unit: Unit::Moment, is_log: false },
        y: Axis { title: "from cut to applied".into(), unit: Unit::Seconds, is_log: false },
        lines: vec![
            line("measured", &|sample, _| sample.measured.latency),
            line("simulated", &|_, seen| seen.latency),
        ],
        marks: Vec::new(),
    }
}

fn samples(scenario: &Scenario, reflection: &Reflection) -> Table {
    let whole = |value: Option<u64>| value.map_or(Value::None(""), Value::Whole);
    let row = |(sample, seen): (&Sample, &Seen)| {
        let measured = &sample.measured;
        let mut row = vec![
            Value::text(&scenario.vms[sample.vm].name),
            Value::seconds(sample.from),
            Value::seconds(sample.to),
        ];
        for it in [measured, seen] {
            row.extend([
                whole(it.size),
                whole(it.size_max),
                Value::maybe_seconds(it.latency),
                Value::maybe_seconds(it.latency_max),
                Value::maybe_seconds(it.age),
                whole(it.pending),
                whole(it.cycles),
                whole(it.missed),
            ]);
        }
        row
    };
    let mut columns = vec![
        column("vm", "VM", Unit::Text),
        column("from_s", "from", Unit::Moment),
        column("to_s", "to", Unit::Moment),
    ];
    for (side, title) in [("measured", "measured"), ("simulated", "simulated")] {
        columns.extend([
            column(format!("{side}_size_bytes"), format!("log size, {title}"), Unit::Bytes),
            column(format!("{side}_size_max_bytes"), "largest", Unit::Bytes),
            column(format!("{side}_latency_s"), "cut to applied", Unit::Seconds),
            column(format!("{side}_latency_max_s"), "slowest", Unit::Seconds),
            column(format!("{side}_age_s"), "age", Unit::Seconds),
            column(format!("{side}_pending_bytes"), "pending", Unit::Bytes),
            column(format!("{side}_cycles"), "cycles", Unit::Count),
            column(format!("{side}_missed"), "missed", Unit::Count),
        ]);
    }
    Table {
        key: "samples",
        title: "Each interval".into(),
        columns,
        rows: reflection.pairs().map(row).collect(),
        is_detail: true,
    }
}
