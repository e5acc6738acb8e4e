//! What gates ask of every instant, beside the results of the instants that outages name.

use crate::ids::Id;
use crate::measure::results::{OutageRow, OverInstants, Results};
use crate::outage::Outage;
use crate::promise::Promises;
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::units::{Span, Time, as_f64};
use crate::words::written;

use super::answer::{How, OutageSweep, Sweep};
use super::curve::Value;
use super::measures::{Figures, Held};
use super::{Ask, sweep};

/// The metrics that are read of every instant.
const METRICS: [&str; 3] = ["rpa_max_over_instants", "rta_max_over_instants", "share_of_instants_held"];

/// The grid of whole runs where only these can tell.
const EVERY: Span = Span::seconds(3600);

/// What the gates of `promises` ask of every instant; `None`: nothing.
fn ask(scenario: &Scenario, promises: &Promises, threads: usize) -> Option<Ask> {
    let gates = promises.gates.iter().filter(|gate| METRICS.contains(&gate.metric.key));
    let names: Vec<&String> = gates.flat_map(|gate| &gate.outages).collect();
    let is_asked = |(_, outage): &(Id<Outage>, &Outage)| names.contains(&&outage.name);
    let outages: Vec<Id<Outage>> = scenario.outages.entries().filter(is_asked).map(|(id, _)| id).collect();
    let window = (Time::START, Time(scenario.horizon.0));
    (!outages.is_empty()).then_some(Ask { outages, window, every: Some(EVERY), threads })
}

/// As many runs of the whole scenario as its gates ask for at most, beside the one that is judged; told exactly where these are more than `enough`.
pub fn whole_runs(scenario: &Scenario, enough: u64) -> u64 {
    ask(scenario, &scenario.promises, 1).map_or(0, |ask| ask.whole_runs(scenario, enough))
}

/// Sweeps the outages of which a gate of `promises` asks for every instant, and fills in what came out.
pub fn fill(scenario: &Scenario, promises: &Promises, threads: usize, results: &mut Results) {
    let Some(ask) = ask(scenario, promises, threads) else { return };
    let found = sweep(scenario, &ask, &|_| {});
    for it in &found.outages {
        let name = &scenario.outages[it.outage].name;
        let row: Option<&mut OutageRow> = results.outages.iter_mut().find(|row| row.name == *name);
        for row in row.into_iter().flat_map(|row| &mut row.applications) {
            let known = scenario.recovery.applications.entries().find(|(_, other)| other.name == row.name);
            row.over_instants = known.map(|(id, _)| over(scenario, &found, it, id));
        }
    }
}

fn over(scenario: &Scenario, sweep: &Sweep, it: &OutageSweep, id: Id<Application>) -> OverInstants {
    let (rta, rpa) = (&it.rta[id.index()], &it.rpa[id.index()]);
    let told = sweep.told(it);
    let share = |micros: u64| as_f64(micros) / as_f64(told.max(1));
    let most =
        |figures: Figures| figures.most.map(|(most, at)| (Span(most).as_seconds(), written(scenario, at)));
    let (rta_max, rpa_max) = (most(Figures::of(rta)).unzip(), most(Figures::of(rpa)).unzip());
    let (late, old) = it.held(scenario, id);
    let both = late.into_iter().chain(old).reduce(|all: Held, held| all.or(&held));
    OverInstants {
        rta_max_s: rta_max.0,
        rta_max_at: rta_max.1,
        rta_at_least_s: it.at_least(rta, sweep.end).map(|(least, _)| Span(least).as_seconds()),
        rpa_max_s: rpa_max.0,
        rpa_max_at: rpa_max.1,
        held_share: both.map(|held| held.share(told)),
        not_recovered_share: share(rta.lasts(Value::Never)),
        exact_share: share(it.known(How::Exact, sweep.window).lasts()),
    }
}
