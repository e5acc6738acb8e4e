//! What a sweep says.

use crate::facts::Phase;
use crate::ids::Id;
use crate::plan::words::percent;
use crate::report::words::{self, duration};
use crate::scenario::Scenario;
use crate::sweep::curve::{Curve, Value};
use crate::sweep::measures::{Figures, Held};
use crate::sweep::{Fate, How, OutageSweep, Sweep};
use crate::units::{Span, Time};

use super::copies;
use super::tables::of;
use super::{Clock, is_hit, seconds};

/// Phases of a recovery, and objectives, that a sentence names.
const NAMED: usize = 3;

/// The worst instant with its cause, the best, and how often all objectives are held.
pub(super) fn of_outage(
    scenario: &Scenario,
    sweep: &Sweep,
    it: &OutageSweep,
    clock: Clock<'_>,
) -> Vec<String> {
    let name = &scenario.outages[it.outage].name;
    if !is_hit(it) {
        let mut says = vec![format!("{name}: no application goes out of service, whenever it strikes.")];
        says.extend(objectives(scenario, sweep, it).filter(|_| copies::are_told(it)));
        return says;
    }
    let mut says = Vec::new();
    let longest = it.longest();
    let figures = Figures::of(&longest);
    if let Some((micros, first)) = figures.never {
        let share = percent(crate::units::as_f64(micros) / crate::units::as_f64(sweep.told(it).max(1)));
        let who = who(scenario, &it.rta, |curve| curve.at(first) == Some(Value::Never));
        says.push(format!(
            "{name}: {who} does not come back at all at {share} of the instants, first {}.",
            clock(first)
        ));
    }
    let open = it.at_least(&longest, sweep.end).filter(|_| figures.never.is_none());
    if let Some((least, at)) = open {
        let who = who(scenario, &it.rta, |curve| curve.at(at) == Some(Value::Unfinished));
        says.push(format!(
            "{name}: worst is {}, when {who} is not back before the run ends, {} later.",
            clock(at),
            duration(seconds(least))
        ));
    }
    if let Some((most, at)) = figures.most {
        let which = if open.is_some() { "of what is back, worst is" } else { "worst is" };
        let who = who(scenario, &it.rta, |curve| curve.at(at).and_then(Value::micros) == Some(most));
        let why = spent(it, at, most);
        let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
        says.push(format!(
            "{name}: {which} {}, when {who} is back after {}{why}.",
            clock(at),
            duration(seconds(most))
        ));
    }
    if let Some((least, at)) = figures.least {
        says.push(format!("Best is {}: everything is back after {}.", clock(at), duration(seconds(least))));
    }
    says.extend(objectives(scenario, sweep, it));
    says
}

/// When each objective is held, and what it is called.
pub(super) fn all_held(scenario: &Scenario, it: &OutageSweep) -> Vec<(Held, String)> {
    let of = |id| {
        let name = &scenario.recovery.applications[id].name;
        let (rta, rpa) = it.held(scenario, id);
        [rta.map(|held| (held, format!("RTO of {name}"))), rpa.map(|held| (held, format!("RPO of {name}")))]
    };
    scenario.recovery.applications.ids().flat_map(of).flatten().collect()
}

/// At which share of the instants all objectives are held; `None` without one.
fn together(scenario: &Scenario, sweep: &Sweep, it: &OutageSweep) -> Option<f64> {
    let all = all_held(scenario, it).into_iter().map(|(held, _)| held).reduce(|all, held| all.or(&held));
    all.map(|held| held.share(sweep.told(it)))
}

/// Objectives that are missed, those missed most first, each with its share of the instants.
fn most_missed(scenario: &Scenario, sweep: &Sweep, it: &OutageSweep, count: usize) -> Vec<String> {
    let told = sweep.told(it);
    let mut all = all_held(scenario, it);
    all.retain(|(held, _)| held.missed.lasts() > 0);
    all.sort_by(|a, b| a.0.share(told).total_cmp(&b.0.share(told)).then(a.1.cmp(&b.1)));
    let named = all.iter().take(count);
    named.map(|(held, what)| format!("{what} ({})", percent(1.0 - held.share(told)))).collect()
}

/// At how many instants all objectives are held, and which are missed most.
fn objectives(scenario: &Scenario, sweep: &Sweep, it: &OutageSweep) -> Option<String> {
    let together = together(scenario, sweep, it)?;
    let most = most_missed(scenario, sweep, it, NAMED);
    let most = if most.is_empty() { String::new() } else { format!("; missed most: {}", most.join(", ")) };
    let accepted =
        if accepted(scenario, it) { ", as it is accepted that copies get older than RPOs" } else { "" };
    Some(format!("All objectives are held at {} of the instants{accepted}{most}.", percent(together)))
}

/// Whether copies get older than an RPO, and the outage says that this is accepted.
fn accepted(scenario: &Scenario, it: &OutageSweep) -> bool {
    scenario.outages[it.outage].accepts_exposure && it.exposed.iter().any(|curve| curve.misses(0).lasts() > 0)
}

/// The first application of which something holds.
pub(super) fn who(scenario: &Scenario, curves: &[Curve], is: impl Fn(&Curve) -> bool) -> String {
    let index = curves.iter().position(is);
    index.map_or_else(String::new, |index| scenario.recovery.applications[Id::new(index)].name.clone())
}

/// What the recovery that is over last spends most time on, where the outage strikes at `at`.
fn spent(it: &OutageSweep, at: Time, rta: u64) -> String {
    let Some(ends) = it.ends.iter().find(|ends| ends.from <= at && at < ends.to) else {
        return String::new();
    };
    let fates = if at == ends.from { &ends.first } else { &ends.last };
    let whose = fates.iter().find(|fate| fate.rta == Some(Span(rta)));
    whose.map_or_else(String::new, phases)
}

fn phases(fate: &Fate) -> String {
    let mut all: Vec<(Phase, Span)> = fate.phases.clone();
    all.sort_by_key(|(phase, span)| (std::cmp::Reverse(*span), *phase));
    let said = all.iter().take(NAMED).map(|(phase, span)| format!("{phase} {}", duration(of(*span))));
    said.collect::<Vec<_>>().join(", ")
}

/// What p99 and the worst are of whichever application is back last.
pub(super) fn of_back(scenario: &Scenario, sweep: &Sweep) -> Vec<String> {
    let line = |it| spread(scenario, sweep, it, &it.longest(), "everything is back after");
    sweep.outages.iter().filter(|it| is_hit(it)).map(line).collect()
}

/// The same of the oldest point.
pub(super) fn of_lost(scenario: &Scenario, sweep: &Sweep) -> Vec<String> {
    let line = |it| spread(scenario, sweep, it, &it.oldest(), "no point that is gone back to is older than");
    sweep.outages.iter().filter(|it| is_hit(it)).map(line).collect()
}

fn spread(scenario: &Scenario, sweep: &Sweep, it: &OutageSweep, curve: &Curve, what: &str) -> String {
    let figures = Figures::of(curve);
    let ([Some(half), _, Some(most), _], Some((worst, _))) = (figures.quantiles, figures.most) else {
        let name = &scenario.outages[it.outage].name;
        return format!(
            "{name}: of no instant there is a number for all applications together; the table has each."
        );
    };
    let say = |micros: u64| duration(seconds(micros));
    let told = sweep.told(it).max(1);
    let unfinished = match figures.unfinished {
        0 => String::new(),
        micros => {
            let share = percent(crate::units::as_f64(micros) / crate::units::as_f64(told));
            format!("; {share} are not counted, as the run ends first")
        }
    };
    format!(
        "{}: {what} {} at half of the instants, {} at 99 % of them, {} at all{unfinished}.",
        scenario.outages[it.outage].name,
        say(half),
        say(most),
        say(worst)
    )
}

/// The largest turn of each outage.
pub(super) fn of_turns(scenario: &Scenario, sweep: &Sweep, clock: Clock<'_>) -> Vec<String> {
    let line = |it: &OutageSweep| {
        let turns = it.turns();
        let worst = turns.iter().filter(|turn| turn.by().is_some()).max_by_key(|turn| turn.by())?;
        let (by, (phase, more)) = (worst.by()?, worst.through()?);
        let name = &scenario.recovery.applications[worst.application].name;
        let said = |micros: i64| duration(seconds(micros.unsigned_abs()));
        (by > 0).then(|| {
            format!(
                "{}: from {} on {name} is back {} later, through {phase} (+ {}).",
                scenario.outages[it.outage].name,
                clock(worst.at),
                said(by),
                said(more)
            )
        })
    };
    sweep.outages.iter().filter_map(line).collect()
}

/// Which instants are exact, and what the others rest on.
pub(super) fn of_method(scenario: &Scenario, sweep: &Sweep) -> Vec<String> {
    let all = sweep.window.1.since(sweep.window.0).0;
    let line = |it: &OutageSweep| {
        let name = &scenario.outages[it.outage].name;
        let exact = it.known(How::Exact, sweep.window).share_of(all);
        let pieces = words::count(it.ends.len() as u64, "piece");
        let rest = match sweep.every {
            Some(every) => {
                format!("the others rest on whole runs every {every}, each of which speaks up to the next")
            }
            None => "the others are left out, since only whole runs could tell".to_owned(),
        };
        match exact {
            1.0 => format!(
                "{name}: exact at every microsecond, in {pieces}, each held against a whole run at its last instant."
            ),
            0.0 => format!("{name}: no instant is exact, as replication under way decides; {rest}."),
            share => format!("{name}: exact at {} of the instants; {rest}.", percent(share)),
        }
    };
    sweep.outages.iter().map(line).collect()
}
