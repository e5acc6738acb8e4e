//! The week: the worst of each weekday and hour.

use crate::document::{Heat, HeatMap, Table, Unit, Value, column};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::sweep::measures::Held;
use crate::sweep::spans::Spans;
use crate::sweep::{OutageSweep, Sweep};
use crate::units::Time;

use super::seconds;
use super::tables::held;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// RTA of whichever application is out longest, by weekday and hour of the outage: the worst of all instants of these.
pub(super) fn heat_map(
    scenario: &Scenario,
    sweep: &Sweep,
    it: &OutageSweep,
    hours: &[(Time, usize, usize)],
    key: String,
) -> HeatMap {
    let longest = it.longest();
    let missed = late(scenario, it);
    let mut cells = vec![vec![Heat::default(); 24]; 7];
    for (index, (from, day, hour)) in hours.iter().enumerate() {
        let to = hours.get(index + 1).map_or(sweep.window.1, |next| next.0);
        let cell = &mut cells[*day][*hour];
        let here = longest.most_within(*from, to).map(|(most, _)| seconds(most));
        cell.value = cell.value.into_iter().chain(here).reduce(f64::max);
        cell.is_over |= missed.all().iter().any(|(begin, end)| *begin < to && *from < *end);
    }
    HeatMap {
        key,
        title: format!("Worst RTA by weekday and hour of {}", scenario.outages[it.outage].name),
        unit: Unit::Seconds,
        rows: DAYS.map(str::to_owned).to_vec(),
        columns: (0..24).map(|hour| format!("{hour:02}")).collect(),
        cells,
        over: "an RTO is missed".into(),
    }
}

/// When any application misses its RTO.
fn late(scenario: &Scenario, it: &OutageSweep) -> Spans {
    let rto = scenario.recovery.applications.ids().filter_map(|id| held(scenario, it, id).0);
    rto.fold(Held::default(), |all, held| all.or(&held)).missed
}

/// Every hour of the window, for files.
pub(super) fn hours(scenario: &Scenario, sweep: &Sweep, hours: &[(Time, usize, usize)]) -> Table {
    let mut rows = Vec::new();
    for it in &sweep.outages {
        let name = &scenario.outages[it.outage].name;
        let missed: Vec<Spans> = scenario
            .recovery
            .applications
            .ids()
            .map(|id| {
                let (rta, rpa) = held(scenario, it, id);
                let all = rta.into_iter().chain(rpa).fold(Held::default(), |all, held| all.or(&held));
                all.missed
            })
            .collect();
        for (index, (from, ..)) in hours.iter().enumerate() {
            let to = hours.get(index + 1).map_or(sweep.window.1, |next| next.0);
            let (from, to) = ((*from).max(sweep.window.0), to.min(sweep.window.1));
            if from >= to {
                continue;
            }
            for (place, missed) in missed.iter().enumerate() {
                let worst = |curve: &crate::sweep::curve::Curve| {
                    Value::maybe(curve.most_within(from, to).map(|(most, _)| seconds(most)))
                };
                let within = Spans::of([(from, to)].into_iter());
                let held = within.without(missed).share_of(to.since(from).0);
                rows.push(vec![
                    Value::text(name),
                    Value::text(&scenario.recovery.applications[Id::new(place)].name),
                    Value::seconds(from.0),
                    worst(&it.rta[place]),
                    worst(&it.rpa[place]),
                    Value::Number(held),
                ]);
            }
        }
    }
    Table {
        key: "hours",
        title: "The worst of every hour".into(),
        columns: vec![
            column("outage", "outage", Unit::Text),
            column("application", "application", Unit::Text),
            column("from_s", "from", Unit::Moment),
            column("rta_s", "RTA", Unit::Seconds),
            column("rpa_s", "RPA", Unit::Seconds),
            column("held_share", "held", Unit::Share),
        ],
        rows,
        is_detail: true,
    }
}
