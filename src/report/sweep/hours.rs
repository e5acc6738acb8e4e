//! What each hour would bring, in a line for each outage, beside a run.

use crate::report::words::{count, duration, thousands};
use crate::scenario::Scenario;
use crate::sweep::curve::{Curve, Value};
use crate::sweep::measures::{Figures, Held};
use crate::sweep::spans::Spans;
use crate::sweep::{How, OutageSweep, Sweep};
use crate::units::Time;

use super::says::{all_held, who};
use super::{Clock, is_hit, seconds};

/// Of each outage that takes an application out of service at some hour that was looked at; of those that are one but for their instant, once.
pub(super) fn say(scenario: &Scenario, sweep: &Sweep, clock: Clock<'_>) -> Vec<String> {
    let left_out = |it: &OutageSweep| it.known(How::LeftOut, sweep.window);
    let are_one = |a: &OutageSweep, b: &OutageSweep| {
        (&a.rta, &a.rpa, a.strikes_within, left_out(a)) == (&b.rta, &b.rpa, b.strikes_within, left_out(b))
    };
    let mut all: Vec<Vec<&OutageSweep>> = Vec::new();
    for it in sweep.outages.iter().filter(|it| is_hit(it)) {
        match all.iter_mut().find(|alike| are_one(alike[0], it)) {
            Some(alike) => alike.push(it),
            None => all.push(vec![it]),
        }
    }
    let said = |alike: &Vec<&OutageSweep>| {
        let names: Vec<&str> = alike.iter().map(|it| scenario.outages[it.outage].name.as_str()).collect();
        format!("{}: {}", names.join(", "), of_outage(scenario, sweep, alike[0], clock))
    };
    all.iter().map(said).collect()
}

fn of_outage(scenario: &Scenario, sweep: &Sweep, it: &OutageSweep, clock: Clock<'_>) -> String {
    let left_out = it.known(How::LeftOut, sweep.window);
    let every = sweep.every.map_or(u64::MAX, |every| every.0).max(1);
    let all =
        (sweep.window.0.0..sweep.window.1.0).step_by(usize::try_from(every).unwrap_or(usize::MAX)).map(Time);
    let (known, unknown): (Vec<Time>, Vec<Time>) = all.partition(|at| !left_out.has(*at));
    let hours = match unknown.len() + known.len() {
        all if unknown.is_empty() => count(all as u64, "hour"),
        all => {
            format!("the {} that can be told of {}", thousands(known.len() as u64), count(all as u64, "hour"))
        }
    };
    let times = |spans: &Spans| known.iter().filter(|at| spans.has(**at)).count() as u64;
    let held = all_held(scenario, it);
    let missed = times(&held.iter().fold(Held::default(), |all, (held, _)| all.or(held)).missed);
    let most = held.iter().map(|(held, what)| (times(&held.missed), what)).max_by_key(|(times, _)| *times);
    let said = match most.filter(|(times, _)| *times > 0) {
        Some((times, what)) if times == missed => {
            format!("missed at {} of {hours}, always the {what}; ", thousands(missed))
        }
        Some((times, what)) => {
            format!("missed at {} of {hours}, mostly the {what} ({}); ", thousands(missed), thousands(times))
        }
        None if held.is_empty() => String::new(),
        None => format!("all objectives are held at {hours}; "),
    };
    format!("{said}worst is {}", worst(scenario, sweep, it, clock))
}

/// The worst hour, and what happens then.
fn worst(scenario: &Scenario, sweep: &Sweep, it: &OutageSweep, clock: Clock<'_>) -> String {
    let longest = it.longest();
    let figures = Figures::of(&longest);
    let who = |is: &dyn Fn(&Curve) -> bool| who(scenario, &it.rta, is);
    let at = |at: Time, what: String| format!("{}, when {what}", clock(at));
    if let Some((_, first)) = figures.never {
        let who = who(&|curve| curve.at(first) == Some(Value::Never));
        return at(first, format!("{who} does not come back"));
    }
    if let Some((least, first)) = it.at_least(&longest, sweep.end) {
        let who = who(&|curve| curve.at(first) == Some(Value::Unfinished));
        return at(
            first,
            format!("{who} is not back before the run ends, {} later", duration(seconds(least))),
        );
    }
    let Some((most, first)) = figures.most else { return "not known".into() };
    let who = who(&|curve| curve.at(first).and_then(Value::micros) == Some(most));
    at(first, format!("{who} is back after {}", duration(seconds(most))))
}
