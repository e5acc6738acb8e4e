//! How old copies get where applications go on.

use crate::document::{Table, Unit, Value, column};
use crate::ids::Id;
use crate::plan::words::percent;
use crate::recovery::Application;
use crate::report::words::duration;
use crate::scenario::Scenario;
use crate::sweep::curve::Value as At;
use crate::sweep::measures::Figures;
use crate::sweep::{OutageSweep, Sweep};
use crate::units::as_f64;

use super::{Clock, seconds, tables};

/// Whether it was asked how old they get.
pub(super) fn are_told(it: &OutageSweep) -> bool {
    it.oldest.iter().any(|curve| curve.counted() > 0)
}

/// Those of outages of which it was asked.
fn told<'a>(
    scenario: &'a Scenario,
    sweep: &'a Sweep,
) -> impl Iterator<Item = (&'a OutageSweep, Id<Application>)> + 'a {
    tables::rows(scenario, sweep).filter(|(it, id)| it.oldest[id.index()].counted() > 0)
}

/// Of each application: how old its newest common point gets, at how many instants that is exposed, and how long until it is as young as ever.
pub(super) fn spread(scenario: &Scenario, sweep: &Sweep) -> Table {
    let row = |(it, id): (&OutageSweep, Id<Application>)| {
        let figures = Figures::of(&it.oldest[id.index()]);
        let most = |most: Option<(u64, crate::units::Time)>| Value::maybe_seconds(most.map(|it| it.0));
        let mut row = tables::names(scenario, it, id).to_vec();
        row.extend(figures.most.map_or([Value::None(""), Value::None("")], |(most, at)| {
            [Value::seconds(most), Value::seconds(at.0)]
        }));
        row.push(Value::maybe_seconds(figures.quantiles[1]));
        let exposed = &it.exposed[id.index()];
        row.push(Value::Number(as_f64(exposed.misses(0).lasts()) / as_f64(sweep.lasts().max(1))));
        row.push(most(exposed.most()));
        let catch_up = &it.catch_up[id.index()];
        row.push(match (catch_up.most(), catch_up.lasts(At::Unfinished)) {
            (None, 1..) => Value::Instead("not within the run"),
            (longest, _) => most(longest),
        });
        row
    };
    let of = |key: &str, title: &str| column(key, title, Unit::Seconds);
    Table {
        key: "copies_spread",
        title: "How old copies get, on the grid".into(),
        columns: vec![
            column("outage", "outage", Unit::Text),
            column("application", "application", Unit::Text),
            of("oldest_s", "oldest"),
            column("oldest_at_s", "at", Unit::Moment),
            of("p90_s", "p90"),
            column("exposed_share", "exposed", Unit::Share),
            of("exposed_most_s", "beyond RPO"),
            of("catch_up_most_s", "catch-up"),
        ],
        rows: told(scenario, sweep).map(row).collect(),
        is_detail: false,
    }
}

/// The worst instant of each outage, at how many it exposes an application, and how long the catching up takes at most.
pub(super) fn say(scenario: &Scenario, sweep: &Sweep, clock: Clock<'_>) -> Vec<String> {
    sweep.outages.iter().filter_map(|it| say_of(scenario, sweep, it, clock)).collect()
}

/// The same of one outage; `None`: nothing was asked.
pub(super) fn say_of(
    scenario: &Scenario,
    sweep: &Sweep,
    it: &OutageSweep,
    clock: Clock<'_>,
) -> Option<String> {
    let all = scenario.recovery.applications.entries();
    let oldest = all.filter_map(|(id, row)| Some((it.oldest[id.index()].most()?, &row.name)));
    let ((most, at), name) = oldest.reduce(|best, next| if next.0.0 > best.0.0 { next } else { best })?;
    let exposed =
        it.exposed.iter().fold(crate::sweep::curve::Curve::default(), |all, curve| all.worse(curve));
    let share = exposed.misses(0).share_of(sweep.lasts());
    let exposed = match exposed.most() {
        None => "at no instant is one that runs on older than its RPO for longer than without the outage"
            .to_owned(),
        Some((longest, _)) => format!(
            "an application that runs on is exposed at {} of the instants, for up to {} more than without the outage",
            percent(share),
            duration(seconds(longest))
        ),
    };
    let caught_up = it.catch_up.iter().filter_map(|curve| curve.most()).map(|it| it.0).max();
    let open = it
        .catch_up
        .iter()
        .fold(crate::sweep::spans::Spans::default(), |all, curve| all.or(&curve.unfinished()));
    let open = match open.lasts() {
        0 => String::new(),
        _ => format!("; at {} the run ends first", percent(open.share_of(sweep.lasts()))),
    };
    let caught_up = caught_up.map_or_else(String::new, |longest| {
        format!("; all have caught up at most {} after the repair{open}", duration(seconds(longest)))
    });
    let outage = &scenario.outages[it.outage].name;
    Some(format!(
        "{outage}: the newest common point of {name} gets {} old where it strikes {}; {exposed}{caught_up}.",
        duration(seconds(most)),
        clock(at)
    ))
}
