//! The numbers of a sweep.

use crate::document::{Column, Table, Unit, Value, column};
use crate::ids::Id;
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::sweep::curve::{Curve, Slope, Value as At};
use crate::sweep::measures::{Figures, Held};
use crate::sweep::turns::Turn;
use crate::sweep::{How, OutageSweep, Sweep};
use crate::units::{Span, Time, as_f64};

use super::seconds;

/// By outage and application.
pub(super) fn rows<'a>(
    scenario: &'a Scenario,
    sweep: &'a Sweep,
) -> impl Iterator<Item = (&'a OutageSweep, Id<Application>)> + 'a {
    sweep.outages.iter().flat_map(|it| scenario.recovery.applications.ids().map(move |id| (it, id)))
}

pub(super) fn names(scenario: &Scenario, it: &OutageSweep, id: Id<Application>) -> [Value; 2] {
    [Value::text(&scenario.outages[it.outage].name), Value::text(&scenario.recovery.applications[id].name)]
}

fn named() -> Vec<Column> {
    vec![column("outage", "outage", Unit::Text), column("application", "application", Unit::Text)]
}

/// The worst instant of each.
pub(super) fn instants(scenario: &Scenario, sweep: &Sweep) -> Table {
    let worst = |curve: &Curve, open: Option<(u64, Time)>| -> [Value; 2] {
        let figures = Figures::of(curve);
        match (figures.never, open, figures.most) {
            (Some((_, first)), ..) => [Value::Instead("never"), Value::seconds(first.0)],
            (None, Some((_, first)), _) => [Value::Instead("not within the run"), Value::seconds(first.0)],
            (None, None, Some((most, at))) => [Value::seconds(most), Value::seconds(at.0)],
            (None, None, None) => [Value::None(""), Value::None("")],
        }
    };
    let row = |(it, id): (&OutageSweep, Id<Application>)| {
        let (rta, rpa) = (&it.rta[id.index()], &it.rpa[id.index()]);
        let (rta, rpa) = (worst(rta, it.at_least(rta, sweep.end)), worst(rpa, None));
        [names(scenario, it, id), rta, rpa].concat()
    };
    let columns = [
        named(),
        vec![
            column("rta_s", "RTA", Unit::Seconds),
            column("rta_at_s", "from", Unit::Moment),
            column("rpa_s", "RPA", Unit::Seconds),
            column("rpa_at_s", "at", Unit::Moment),
        ],
    ];
    Table {
        key: "worst_instants",
        title: "The worst of every application".into(),
        columns: columns.concat(),
        rows: hit(scenario, sweep).map(row).collect(),
        is_detail: false,
    }
}

/// Those that are out of service at any instant.
fn hit<'a>(
    scenario: &'a Scenario,
    sweep: &'a Sweep,
) -> impl Iterator<Item = (&'a OutageSweep, Id<Application>)> + 'a {
    rows(scenario, sweep)
        .filter(|(it, id)| it.rta[id.index()].pieces().iter().any(|piece| piece.value != At::Nothing))
}

/// How RTA is spread over the instants.
pub(super) fn back(scenario: &Scenario, sweep: &Sweep) -> Table {
    let row = |(it, id): (&OutageSweep, Id<Application>)| {
        let held = it.held(scenario, id).0;
        let limit = scenario.recovery.applications[id].rto;
        spread(scenario, sweep, (it, id), &it.rta[id.index()], (limit, held))
    };
    Table {
        key: "rta_spread",
        title: "RTA at a uniformly random instant".into(),
        columns: spread_columns("rto", "RTO"),
        rows: hit(scenario, sweep).map(row).collect(),
        is_detail: false,
    }
}

/// How RPA is spread over the instants.
pub(super) fn lost(scenario: &Scenario, sweep: &Sweep) -> Table {
    let row = |(it, id): (&OutageSweep, Id<Application>)| {
        let held = it.held(scenario, id).1;
        let limit = scenario.recovery.applications[id].rpo;
        spread(scenario, sweep, (it, id), &it.rpa[id.index()], (limit, held))
    };
    Table {
        key: "rpa_spread",
        title: "RPA at a uniformly random instant".into(),
        columns: spread_columns("rpo", "RPO"),
        rows: hit(scenario, sweep).map(row).collect(),
        is_detail: false,
    }
}

fn spread_columns(key: &str, objective: &str) -> Vec<Column> {
    let of = |key: &str, title: &str| column(key, title, Unit::Seconds);
    let rest = vec![
        of("p50_s", "p50"),
        of("p90_s", "p90"),
        of("p99_s", "p99"),
        of("p99_9_s", "p99.9"),
        of("most_s", "worst"),
        of(&format!("{key}_s"), objective),
        column("held_share", "held", Unit::Share),
    ];
    [named(), rest].concat()
}

fn spread(
    scenario: &Scenario,
    sweep: &Sweep,
    (it, id): (&OutageSweep, Id<Application>),
    curve: &Curve,
    (limit, held): (Option<Span>, Option<Held>),
) -> Vec<Value> {
    let figures = Figures::of(curve);
    let told = sweep.told(it);
    let numbers = figures.quantiles.into_iter().chain([figures.most.map(|it| it.0)]);
    let mut row = names(scenario, it, id).to_vec();
    row.extend(numbers.map(Value::maybe_seconds));
    row.push(Value::maybe(limit.map(Span::as_seconds)));
    row.push(Value::maybe(held.map(|held| held.share(told))));
    row
}

/// The largest turns first.
pub(super) fn turns(scenario: &Scenario, sweep: &Sweep) -> Table {
    let mut all: Vec<(&OutageSweep, Turn)> =
        sweep.outages.iter().flat_map(|it| it.turns().into_iter().map(move |turn| (it, turn))).collect();
    all.sort_by_key(|(it, turn)| {
        (
            std::cmp::Reverse(turn.by().map_or(u64::MAX, i64::unsigned_abs)),
            turn.at,
            it.outage,
            turn.application,
        )
    });
    let row = |(it, turn): &(&OutageSweep, Turn)| {
        let mut row = vec![Value::seconds(turn.at.0)];
        row.extend(names(scenario, it, turn.application));
        row.push(Value::maybe(turn.was.rta.map(Span::as_seconds)));
        row.push(Value::maybe(turn.is.rta.map(Span::as_seconds)));
        row.push(turn.through().map_or(Value::None(""), |(phase, _)| Value::text(phase.to_string())));
        row
    };
    Table {
        key: "turns",
        title: "Instants from which on an application is back later or sooner".into(),
        columns: vec![
            column("at_s", "from", Unit::Moment),
            column("outage", "outage", Unit::Text),
            column("application", "application", Unit::Text),
            column("rta_before_s", "RTA before", Unit::Seconds),
            column("rta_s", "RTA", Unit::Seconds),
            column("through", "through", Unit::Text),
        ],
        rows: all.iter().map(row).collect(),
        is_detail: false,
    }
}

/// How the instants of each outage are known.
pub(super) fn known(scenario: &Scenario, sweep: &Sweep) -> Table {
    let all = sweep.window.1.since(sweep.window.0).0;
    let row = |it: &OutageSweep| {
        let share = |how: How| Value::Number(it.known(how, sweep.window).share_of(all));
        let unfinished = as_f64(it.longest().lasts(At::Unfinished)) / as_f64(all.max(1));
        vec![
            Value::text(&scenario.outages[it.outage].name),
            share(How::Exact),
            share(How::Sampled),
            share(How::LeftOut),
            Value::Number(unfinished),
            Value::Whole(it.ends.len() as u64),
        ]
    };
    Table {
        key: "known",
        title: "How the instants are known".into(),
        columns: vec![
            column("outage", "outage", Unit::Text),
            column("exact_share", "exact", Unit::Share),
            column("sampled_share", "whole runs on a grid", Unit::Share),
            column("left_out_share", "left out", Unit::Share),
            column("unfinished_share", "past the end of the run", Unit::Share),
            column("pieces", "pieces", Unit::Count),
        ],
        rows: sweep.outages.iter().map(row).collect(),
        is_detail: false,
    }
}

/// Every piece of RTA.
pub(super) fn pieces(scenario: &Scenario, sweep: &Sweep) -> Table {
    let row = |(it, id): (&OutageSweep, Id<Application>)| {
        let of = move |piece: &crate::sweep::curve::Piece| {
            let mut row = names(scenario, it, id).to_vec();
            row.extend([Value::seconds(piece.from.0), Value::seconds(piece.to.0)]);
            let (rta, goes) = match piece.value {
                At::Nothing => (Value::None("not hit"), "not hit"),
                At::Unfinished => (Value::None("not within the run"), "not within the run"),
                At::Never => (Value::None("not recovered"), "not recovered"),
                At::Line(rta, Slope::Falls) => (Value::seconds(rta), "falls"),
                At::Line(rta, Slope::Level) => (Value::seconds(rta), "level"),
                At::Line(rta, Slope::Rises) => (Value::seconds(rta), "rises"),
            };
            row.extend([rta, Value::text(goes)]);
            row
        };
        it.rta[id.index()].pieces().iter().map(of).collect::<Vec<_>>()
    };
    let rest = vec![
        column("from_s", "from", Unit::Moment),
        column("to_s", "to", Unit::Moment),
        column("rta_s", "RTA", Unit::Seconds),
        column("goes_on", "goes on", Unit::Text),
    ];
    Table {
        key: "pieces",
        title: "RTA piece by piece".into(),
        columns: [named(), rest].concat(),
        rows: rows(scenario, sweep).flat_map(row).collect(),
        is_detail: true,
    }
}

/// Seconds of a span, for sentences.
pub(super) fn of(span: Span) -> f64 {
    seconds(span.0)
}
