//! A sweep says of every instant what a run of that instant says, to the microsecond.

use std::collections::BTreeSet;

use drsim::assess::{Options, assess};
use drsim::ids::Id;
use drsim::measure::results::{OutageRow, OutageVmRow, Outcome};
use drsim::outage::Outage;
use drsim::recovery::Application;
use drsim::scenario::Scenario;
use drsim::sweep::curve::{Curve, Value};
use drsim::sweep::{Ask, How, OutageSweep, hours, sweep};
use drsim::units::{Span, Time};

use crate::file;

/// The grid of whole runs.
const GRID: Span = Span::seconds(3600);

/// The whole run, every outage; whole runs each hour where only they can tell.
pub fn swept(scenario: &Scenario) -> Vec<OutageSweep> {
    let ask = Ask {
        outages: scenario.outages.ids().collect(),
        window: (Time::START, Time(scenario.horizon.0)),
        every: Some(GRID),
        threads: 2,
    };
    sweep(scenario, &ask, &|_| {}).outages
}

/// The rows of a run whose outage strikes at that instant.
fn single(scenario: &Scenario, outage: Id<Outage>, at: Time) -> OutageRow {
    let mut moved = scenario.clone();
    moved.move_outages(at);
    let name = &scenario.outages[outage].name;
    moved.keep_outages(|it| it.name == *name);
    assess(&moved, &Options { threads: 1, progress: &|_| {} }).expect("no byte is lost").0.outages.remove(0)
}

/// What the curves say of an instant is what the run of that instant says.
fn hold(scenario: &Scenario, it: &OutageSweep, at: Time) {
    let run = single(scenario, it.outage, at);
    for (id, application) in scenario.recovery.applications.entries() {
        let row = run
            .applications
            .iter()
            .find(|row| row.name == application.name)
            .expect("every application has a row");
        let seconds = |curve: &Curve| curve.at(at).and_then(Value::micros).map(|it| Span(it).as_seconds());
        let what = format!("{} in {} at {at:?}", application.name, scenario.outages[it.outage].name);
        assert_eq!(seconds(&it.rta[id.index()]), row.rta_from_outage_s, "RTA of {what}");
        assert_eq!(seconds(&it.rpa[id.index()]), row.rpa_s, "RPA of {what}");
        let expected = match row.outcome {
            Outcome::NotHit => Some(Value::Nothing),
            Outcome::Unfinished => Some(Value::Unfinished),
            Outcome::NotRecovered => Some(Value::Never),
            Outcome::FailedOver | Outcome::Repaired => None,
        };
        let told = it.rta[id.index()].at(at).filter(|value| value.micros().is_none());
        assert_eq!(told, expected, "outcome of {what}");
        hold_copies(scenario, it, (at, id), &run, &what);
    }
}

/// How old copies get, and how long that is told, too, where the grid asked for it.
fn hold_copies(
    scenario: &Scenario,
    it: &OutageSweep,
    (at, id): (Time, Id<Application>),
    run: &OutageRow,
    what: &str,
) {
    let on_grid =
        |curve: &Curve| curve.pieces().iter().any(|_| at.0 % GRID.0 == 0).then(|| curve.at(at)).flatten();
    let Some(oldest) = on_grid(&it.oldest[id.index()]) else { return };
    let application = &scenario.recovery.applications[id];
    let row = run.applications.iter().find(|row| row.name == application.name).expect("it has a row");
    let seconds = |value: Value| value.micros().map(|it| Span(it).as_seconds());
    assert_eq!(seconds(oldest), row.age_max_s, "age of {what}");
    let exposed = it.exposed[id.index()].at(at).expect("the grid has it");
    assert_eq!(seconds(exposed), row.exposure.as_ref().map(|it| it.added_s), "exposure of {what}");
    let of_vms = |of: fn(&OutageVmRow) -> Option<f64>| {
        let names: Vec<&String> = application.vms.iter().map(|vm| &scenario.vms[*vm].name).collect();
        run.vms.iter().filter(|vm| names.contains(&&vm.name)).filter_map(of).reduce(f64::max)
    };
    let caught_up = it.catch_up[id.index()].at(at).expect("the grid has it");
    let expected = of_vms(|vm| vm.behind_s).map_or(of_vms(|vm| vm.catch_up_s), |_| None);
    assert_eq!(seconds(caught_up), expected, "catching up of {what}");
    assert_eq!(
        caught_up == Value::Unfinished,
        of_vms(|vm| vm.behind_s).is_some(),
        "end of catching up of {what}"
    );
}

/// Instants at which a curve turns, and those beside them; at most so many, spread evenly.
fn turns(scenario: &Scenario, it: &OutageSweep, most: usize) -> BTreeSet<Time> {
    let known = it.known(How::Exact, (Time::START, Time(scenario.horizon.0)));
    let pieces = it.rta.iter().chain(&it.rpa).flat_map(Curve::pieces);
    let all: BTreeSet<u64> = pieces.map(|piece| piece.from.0).collect();
    let step = all.len().div_ceil(most).max(1);
    let near = all.into_iter().step_by(step).flat_map(|at| [at.saturating_sub(1), at, at + 1]).map(Time);
    near.filter(|at| known.has(*at)).collect()
}

/// What a run says of its hours at little cost is what runs of these hours say; at `count` of them.
fn hold_hours(scenario: &Scenario, count: usize) {
    let window = (Time::START, Time(scenario.horizon.0));
    for it in hours(scenario).into_iter().flat_map(|sweep| sweep.outages) {
        let known = it.known(How::Sampled, window);
        let instants: Vec<Time> = it.ends.iter().map(|ends| ends.from).filter(|at| known.has(*at)).collect();
        let step = instants.len().div_ceil(count).max(1);
        instants.into_iter().step_by(step).for_each(|at| hold(scenario, &it, at));
    }
}

/// Instants of the whole run that are on no grid.
fn spread(scenario: &Scenario, count: u64) -> impl Iterator<Item = Time> {
    let horizon = scenario.horizon.0;
    (0..count).map(move |index| {
        Time(
            u64::try_from(u128::from(horizon) * u128::from(index * 618_034 % 1_000_003) / 1_000_003)
                .expect("it fits"),
        )
    })
}

/// The same at `count` instants of what is exact, at as many at which something turns, and at as many of the grid; the exact shares, and
/// those of whole runs that went on early as without the outage, in thousandths.
pub fn hold_everywhere(text: &str, count: usize) -> (Vec<u64>, Vec<u64>) {
    let scenario = file::scenario(text);
    hold_hours(&scenario, count);
    let window = (Time::START, Time(scenario.horizon.0));
    let hold_one = |it: OutageSweep| {
        assert_eq!(it.contradicted, 0, "a whole run says otherwise than what was to be exact");
        let known = it.known(How::Exact, window);
        let sampled = it.known(How::Sampled, window);
        let exact = spread(&scenario, count as u64).filter(|at| known.has(*at));
        let grid: Vec<Time> = it.ends.iter().map(|ends| ends.from).filter(|at| sampled.has(*at)).collect();
        let grid = grid.iter().step_by(grid.len().div_ceil(count).max(1)).copied();
        let hours =
            (0..scenario.horizon.0 / GRID.0).filter(|_| !it.oldest.iter().all(|it| it.pieces().is_empty()));
        let hours: Vec<u64> = hours.collect();
        let hours = hours.iter().step_by(hours.len().div_ceil(count).max(1)).map(|hour| Time(hour * GRID.0));
        let grid = grid.chain(hours);
        let instants: Vec<Time> = exact.chain(grid).chain(turns(&scenario, &it, count)).collect();
        instants.into_iter().for_each(|at| hold(&scenario, &it, at));
        let (whole, early) = it.whole_runs;
        (known.lasts() * 1000 / scenario.horizon.0, early * 1000 / whole.max(1))
    };
    swept(&scenario).into_iter().map(hold_one).unzip()
}

macro_rules! shipped {
    ($($test:ident $file:literal $count:literal $exact:expr, $early:expr;)*) => {$(
        #[test]
        fn $test() {
            let text = include_str!(concat!("../../../scenarios/", $file, ".ron"));
            assert_eq!(hold_everywhere(text, $count), ($exact.to_vec(), $early.to_vec()));
        }
    )*};
}

shipped! {
    drill_meets_outage "drill-meets-outage" 8 [936, 936], [0, 0];
    policy_to_30s "policy-to-30s" 8 [1000, 1000], [0, 0];
    single_vmm "single-vmm" 8 [358, 358], [0, 0];
    site_loss_during_resync "site-loss-during-resync" 8 [846, 0, 0], [0, 0, 0];
    tutorial "tutorial" 8 [0, 1000], [0, 0];
    two_site "two-site" 1 [1000, 1000, 1000], [0, 0, 981];
}
