//! A sweep says of every instant what a run of that instant says, to the microsecond.

use std::collections::BTreeSet;

use drsim::assess::{Options, assess};
use drsim::ids::Id;
use drsim::measure::results::{OutageApplicationRow, Outcome};
use drsim::outage::Outage;
use drsim::scenario::Scenario;
use drsim::sweep::curve::{Curve, Value};
use drsim::sweep::spans::Spans;
use drsim::sweep::{Ask, How, OutageSweep, sweep};
use drsim::units::{Span, Time};

use crate::file;

/// The whole run, every outage; whole runs each hour where only they can tell.
pub fn swept(scenario: &Scenario) -> Vec<OutageSweep> {
    let ask = Ask {
        outages: scenario.outages.ids().collect(),
        window: (Time::START, Time(scenario.horizon.0)),
        every: Some(Span::seconds(3600)),
        threads: 2,
    };
    sweep(scenario, &ask, &|_| {}).outages
}

/// The rows of a run whose outage strikes at that instant.
fn single(scenario: &Scenario, outage: Id<Outage>, at: Time) -> Vec<OutageApplicationRow> {
    let mut moved = scenario.clone();
    moved.move_outages(at);
    let name = &scenario.outages[outage].name;
    moved.keep_outages(|it| it.name == *name);
    assess(&moved, &Options { threads: 1, progress: &|_| {} })
        .expect("no byte is lost")
        .0
        .outages
        .remove(0)
        .applications
}

/// What the curves say of an instant is what the run of that instant says.
fn hold(scenario: &Scenario, it: &OutageSweep, at: Time) {
    let rows = single(scenario, it.outage, at);
    for (id, application) in scenario.recovery.applications.entries() {
        let row = rows.iter().find(|row| row.name == application.name).expect("every application has a row");
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
    }
}

/// Instants at which a curve turns, and those beside them; at most so many, spread evenly.
fn turns(scenario: &Scenario, it: &OutageSweep, most: usize) -> BTreeSet<Time> {
    let known = it.known(How::Exact, (Time::START, Time(scenario.horizon.0)));
    let pieces = it.rta.iter().chain(&it.rpa).flat_map(Curve::pieces);
    let all: BTreeSet<u64> = pieces.map(|piece| piece.from.0).collect();
    let step = all.len().div_ceil(most).max(1);
    let near = all.into_iter().step_by(step).flat_map(|at| [at.saturating_sub(1), at, at + 1]).map(Time);
    near.filter(|at| known.all().iter().any(|(from, to)| from <= at && at < to)).collect()
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

/// The same at `count` instants of what is exact, at as many at which something turns, and at as many of the grid; the exact shares, in
/// thousandths.
pub fn hold_everywhere(text: &str, count: usize) -> Vec<u64> {
    let scenario = file::scenario(text);
    let window = (Time::START, Time(scenario.horizon.0));
    let hold_one = |it: OutageSweep| {
        assert_eq!(it.contradicted, 0, "a whole run says otherwise than what was to be exact");
        let known = it.known(How::Exact, window);
        let sampled = it.known(How::Sampled, window);
        let is_in = |spans: &Spans, at: &Time| spans.all().iter().any(|(from, to)| from <= at && at < to);
        let exact = spread(&scenario, count as u64).filter(|at| is_in(&known, at));
        let grid: Vec<Time> = it.ends.iter().map(|ends| ends.from).filter(|at| is_in(&sampled, at)).collect();
        let grid = grid.iter().step_by(grid.len().div_ceil(count).max(1)).copied();
        let instants: Vec<Time> = exact.chain(grid).chain(turns(&scenario, &it, count)).collect();
        instants.into_iter().for_each(|at| hold(&scenario, &it, at));
        known.lasts() * 1000 / scenario.horizon.0
    };
    swept(&scenario).into_iter().map(hold_one).collect()
}

macro_rules! shipped {
    ($($test:ident $file:literal $count:literal $exact:expr;)*) => {$(
        #[test]
        fn $test() {
            let text = include_str!(concat!("../../../scenarios/", $file, ".ron"));
            assert_eq!(hold_everywhere(text, $count), $exact);
        }
    )*};
}

shipped! {
    drill_meets_outage "drill-meets-outage" 8 [936, 936];
    policy_to_30s "policy-to-30s" 8 [1000, 1000];
    single_vmm "single-vmm" 8 [358, 358];
    site_loss_during_resync "site-loss-during-resync" 8 [846, 0, 0];
    tutorial "tutorial" 8 [0, 1000];
    two_site "two-site" 1 [1000, 1000, 1000];
}
