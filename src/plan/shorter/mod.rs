//! What shortening each step of a critical path does: the scenario with that value halved is simulated anew, as another chain may bind then.

mod steps;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::ask::{Stopped, each};
use super::change::Change;
use super::levers::QUICK_STEPS;
use crate::assess::{Options, assess};
use crate::facts::{ActionPlace, Phase, Subject};
use crate::measure::results::{OutageApplicationRow, Outcome, PhaseRow, Results};
use crate::scenario::Scenario;
use crate::scenario::work::steps as steps_of;
use crate::units::Span;
use crate::words::subject;

pub use steps::Given;

/// Changes of an RTA that count, s.
const EFFECT_MIN: f64 = 1.0;
/// Changes that are tried, at most.
const CHANGES_MAX: usize = 64;

/// Steps of a critical path that take their time from the same value, and what half of it would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shorter {
    /// What takes time.
    #[serde(with = "crate::closed")]
    pub phase: Phase,
    /// On what; of several steps the first.
    pub on: String,
    /// How long they take together.
    pub takes_s: f64,
    /// What to do, in words: after "to".
    pub what: Option<String>,
    /// The same as `--set` of a run, where there is one.
    pub set: Option<String>,
    /// Why nothing is done.
    #[serde(serialize_with = "given", deserialize_with = "read_given")]
    pub given: Option<Given>,
    /// What it does.
    pub then: Option<Then>,
}

/// A recovery in which a step is shorter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Then {
    /// RTA; `null`: it does not come back.
    pub rta_s: Option<f64>,
    /// What takes longest.
    pub longest: Option<PhaseRow>,
    /// What takes more time than it did, most.
    pub more: Option<More>,
}

/// What takes more time than it did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct More {
    /// What takes time.
    #[serde(with = "crate::closed")]
    pub phase: Phase,
    /// How much more, over all steps of the path.
    pub seconds: f64,
}

#[allow(clippy::ref_option, reason = "serde hands over fields")]
fn given<S: serde::Serializer>(given: &Option<Given>, to: S) -> Result<S::Ok, S::Error> {
    given.map(crate::closed::Closed::words).serialize(to)
}

fn read_given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Given>, D::Error> {
    let words: Option<String> = Option::deserialize(from)?;
    let find = |words: String| crate::closed::find(&words).ok_or_else(|| de::Error::custom(words));
    words.map(find).transpose()
}

/// An application in an outage, by name.
pub type Place<'a> = (&'a str, &'a str);

/// What is known of some recoveries.
pub type Known = BTreeMap<(String, String), Vec<Shorter>>;

/// Of the recoveries of these applications in these outages, which `results` has. Tried are the changes of what takes longest, as many
/// as are cheap.
pub fn shorter(scenario: &Scenario, results: &Results, of: &[Place<'_>], threads: usize) -> Known {
    let is_back =
        |place: &&Place<'_>| row(results, **place).is_some_and(|row| row.rta_from_outage_s.is_some());
    let of: &[Place<'_>] = &of.iter().filter(is_back).copied().collect::<Vec<_>>();
    let mut design = scenario.clone();
    design.keep_outages(|outage| of.iter().any(|(_, name)| *name == outage.name));
    let (whole, until) = (design.horizon, until_back(&design, results, of));
    design.horizon = until;
    let subjects = subjects(&design);
    let mut known: BTreeMap<Place<'_>, Vec<(Shorter, Option<Change>)>> = BTreeMap::new();
    for place in of {
        let path = row(results, *place).map_or(&[][..], |row| &row.phases);
        known.insert(*place, parts(&design, &subjects, path));
    }
    let tried = tried((&design, whole), known.values().flatten(), threads);
    let finish = |(place, all): (Place<'_>, Vec<(Shorter, Option<Change>)>)| {
        let before = row(results, place).expect("it was there");
        ((place.0.to_owned(), place.1.to_owned()), told(all, &tried, (place, before)))
    };
    known.into_iter().map(finish).collect()
}

/// Twice as long as the longest of the recoveries takes: what comes later changes none of them. The whole run where one does not end.
fn until_back(design: &Scenario, results: &Results, of: &[Place<'_>]) -> Span {
    let end = |place: &Place<'_>| {
        let outage = design.outages.iter().find(|outage| outage.name == place.1)?;
        let fault = outage.strikes.iter().map(|strike| strike.from).min()?;
        let row = row(results, *place)?;
        // An outage may take it down later than with its first fault.
        let down = outage.strikes.iter().map(|strike| strike.from).max()?;
        let lasts = twice(row.rta_from_outage_s?);
        Some(Span(fault.max(down).0.saturating_add(lasts.0)))
    };
    let ends: Option<Vec<Span>> = of.iter().map(end).collect();
    ends.and_then(|ends| ends.into_iter().max()).map_or(design.horizon, |end| end.min(design.horizon))
}

/// Twice a time and an hour.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time in a run")]
fn twice(seconds: f64) -> Span {
    Span::seconds((2.0 * seconds) as u64 + 3600)
}

fn row<'a>(results: &'a Results, (application, outage): Place<'_>) -> Option<&'a OutageApplicationRow> {
    let outage = results.outages.iter().find(|row| row.name == outage)?;
    outage.applications.iter().find(|row| row.name == application)
}

/// All that steps may be about, by their words.
fn subjects(scenario: &Scenario) -> BTreeMap<String, Subject> {
    let recovery = &scenario.recovery;
    let actions = recovery.plans.entries().flat_map(|(plan, row)| {
        row.groups.iter().enumerate().flat_map(move |(group, it)| {
            let place = move |is_after| {
                move |(index, _)| Subject::Action(ActionPlace { plan, group, is_after, index })
            };
            let before = it.before.iter().enumerate().map(place(false));
            before.chain(it.after.iter().enumerate().map(place(true)))
        })
    });
    let all = recovery.plans.ids().map(Subject::Plan);
    let all = all.chain(actions).chain(scenario.vms.ids().map(Subject::Vm));
    let all = all.chain(recovery.applications.ids().map(Subject::Application));
    let all = all.chain((0..scenario.operations.len()).map(Subject::Operation));
    all.map(|it| (subject(scenario, it), it)).collect()
}

/// What the steps of a path take their time from, in the order of the path.
fn parts(
    scenario: &Scenario,
    subjects: &BTreeMap<String, Subject>,
    path: &[PhaseRow],
) -> Vec<(Shorter, Option<Change>)> {
    let mut all: Vec<(Shorter, Option<Change>)> = Vec::new();
    let mut add = |phase: &PhaseRow, what: Option<String>, change: Option<Change>, given: Option<Given>| {
        let same = |(row, known): &&mut (Shorter, Option<Change>)| {
            row.phase == phase.phase && row.given == given && *known == change
        };
        match all.iter_mut().find(same) {
            Some((row, _)) => row.takes_s += phase.seconds,
            None => {
                let set = change.as_ref().and_then(|change| change.set(scenario));
                let (phase, on, takes_s) = (phase.phase, phase.on.clone(), phase.seconds);
                all.push((Shorter { phase, on, takes_s, what, set, given, then: None }, change));
            }
        }
    };
    for phase in path {
        match steps::candidates(scenario, phase.phase, subjects.get(&phase.on).copied()) {
            Err(given) => add(phase, None, None, Some(given)),
            Ok(candidates) => {
                candidates.into_iter().for_each(|it| add(phase, Some(it.what), Some(it.change), None));
            }
        }
    }
    all
}

/// What the changes of these come to: of those of what takes longest as many as are cheap.
fn tried<'a>(
    (design, whole): (&Scenario, Span),
    all: impl Iterator<Item = &'a (Shorter, Option<Change>)>,
    threads: usize,
) -> Vec<(Change, Vec<(String, OutageApplicationRow)>)> {
    let mut changes: Vec<(f64, &Change)> = Vec::new();
    for (row, change) in all {
        let Some(change) = change else { continue };
        match changes.iter_mut().find(|(_, known)| *known == change) {
            Some((takes, _)) => *takes = takes.max(row.takes_s),
            None => changes.push((row.takes_s, change)),
        }
    }
    changes.sort_by(|a, b| b.0.total_cmp(&a.0));
    let most = usize::try_from(QUICK_STEPS / steps_of(design).max(1)).unwrap_or(usize::MAX);
    changes.truncate(most.min(CHANGES_MAX));
    let work = |place: usize| -> Result<_, Stopped> {
        let (_, change) = changes[place];
        let mut changed = change.of(design);
        let run = |design: &Scenario| {
            let run = assess(design, &Options { threads: 1, progress: &|_| {} });
            run.expect("a run keeps account of every byte").0
        };
        let mut results = run(&changed);
        let is_open = |row: &OutageApplicationRow| row.outcome == Outcome::Unfinished;
        if design.horizon < whole && results.outages.iter().flat_map(|it| &it.applications).any(is_open) {
            changed.horizon = whole;
            results = run(&changed);
        }
        let rows = results.outages.into_iter().flat_map(|outage| {
            let name = outage.name;
            outage.applications.into_iter().map(move |row| (name.clone(), row))
        });
        Ok((change.clone(), rows.collect()))
    };
    each((changes.len(), threads), work).unwrap_or_default()
}

/// With what came of each. Of several changes of one step those that do something are told, or else the first.
fn told(
    all: Vec<(Shorter, Option<Change>)>,
    tried: &[(Change, Vec<(String, OutageApplicationRow)>)],
    ((application, outage), before): (Place<'_>, &OutageApplicationRow),
) -> Vec<Shorter> {
    let mut told: Vec<Shorter> = Vec::new();
    for (mut row, change) in all {
        let rows = change.and_then(|change| tried.iter().find(|(known, _)| *known == change));
        let now = rows.and_then(|(_, rows)| {
            rows.iter().find(|(name, row)| name == outage && row.name == application).map(|(_, row)| row)
        });
        match now {
            Some(now) => row.then = Some(then(before, now)),
            None => row.given = row.given.or(Some(Given::Untried)),
        }
        let is_idle = |row: &Shorter| {
            let saved = row.then.as_ref().map(|then| saved(before, then));
            saved.is_some_and(|saved| saved.abs() < EFFECT_MIN)
        };
        let other = told.iter().position(|it| it.phase == row.phase && it.on == row.on);
        match other {
            Some(_) if is_idle(&row) => {}
            Some(place) if is_idle(&told[place]) => told[place] = row,
            Some(_) | None => told.push(row),
        }
    }
    // The most first; what nobody tried comes last.
    let gain = |row: &Shorter| row.then.as_ref().map_or(f64::NEG_INFINITY, |then| saved(before, then));
    told.sort_by(|a, b| gain(b).total_cmp(&gain(a)));
    told
}

fn saved(before: &OutageApplicationRow, then: &Then) -> f64 {
    let seconds = |rta: Option<f64>| rta.unwrap_or(f64::INFINITY);
    seconds(before.rta_from_outage_s) - seconds(then.rta_s)
}

fn then(before: &OutageApplicationRow, now: &OutageApplicationRow) -> Then {
    let longest = now.phases.iter().max_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let sum = |row: &OutageApplicationRow, phase: Phase| -> f64 {
        row.phases.iter().filter(|it| it.phase == phase).map(|it| it.seconds).sum()
    };
    let more = now
        .phases
        .iter()
        .map(|it| More { phase: it.phase, seconds: sum(now, it.phase) - sum(before, it.phase) });
    let more = more.filter(|more| more.seconds >= EFFECT_MIN);
    Then {
        rta_s: now.rta_from_outage_s,
        longest: longest.cloned(),
        more: more.max_by(|a, b| a.seconds.total_cmp(&b.seconds)),
    }
}
