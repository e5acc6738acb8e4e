//! What the page's program draws: one JSON text in the page. Imports results, the calendar and teeth.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::measure::results::{AgeChart, ApplicationRow, Charts, LinkChart, OutageRow, Results, VmRow};
use crate::report::instant::Calendar;
use crate::report::packed::{deflated, of_link};
use crate::report::words::{self, plain};

use super::teeth::{Tooth, extremes, packed, teeth};

/// Version of this form.
const PAGE: u8 = 1;
/// Curves are exact while all of them take no more letters than this.
const EXACT_MAX: usize = 400 << 10;
/// Else they are the lowest and the highest of stretches of one of these lengths, s: the first of which a run has at most [`BINS`].
const STRETCHES: [f64; 6] = [300.0, 600.0, 900.0, 1800.0, 3600.0, 21_600.0];
const BINS: f64 = 2048.0;
/// Applications and directions of links that are drawn; those that fared best are left out.
const MOST: usize = 40;

#[derive(Serialize)]
struct Data {
    page: u8,
    /// Seconds since 1970 at the start, and what clocks add to them from when on (seconds after the start).
    start: i64,
    offsets: Vec<(f64, i32)>,
    horizon: f64,
    ages: Vec<Ages>,
    links: Vec<Link>,
    outages: Vec<Event>,
    /// Deflated: [`Vms`].
    vms: String,
}

/// An application's ages.
#[derive(Serialize)]
struct Ages {
    name: String,
    rpo: Option<f64>,
    /// How old it gets, and when first; from statistics, as curves are rounded.
    worst: f64,
    at: f64,
    /// Stretches of so many seconds; `None`: teeth.
    bin: Option<f64>,
    curve: String,
    outages: Vec<Through>,
}

/// Its ages through an outage, in teeth.
#[derive(Serialize)]
struct Through {
    name: String,
    from: f64,
    to: f64,
    curve: String,
}

/// A direction of a link: in each bin bits per second carried and possible, whether throttled, and bytes that wait at its end.
#[derive(Serialize)]
struct Link {
    name: String,
    bin: f64,
    columns: String,
}

#[derive(Serialize)]
struct Event {
    name: String,
    from: f64,
    /// `None`: not repaired within the run.
    to: Option<f64>,
    about: String,
}

/// VMs in columns; texts by their place in a list.
#[derive(Default, Serialize)]
struct Vms {
    texts: Vec<String>,
    name: Vec<usize>,
    applications: Vec<usize>,
    host: Vec<usize>,
    replica: Vec<usize>,
    bound: Vec<usize>,
    health: Vec<usize>,
    /// Seconds; `null`: none.
    every: Vec<Option<f64>>,
    age: Vec<Option<f64>>,
    rpo: Vec<Option<f64>>,
    outage: Vec<Option<f64>>,
    back: Vec<Option<f64>>,
    /// Bytes per second.
    writes: Vec<f64>,
}

/// The text, which no `<` ends early.
pub(super) fn json(results: &Results, charts: &Charts) -> String {
    let horizon = results.scenario.horizon_s;
    let calendar = Calendar::of(results);
    let data = Data {
        page: PAGE,
        start: calendar.as_ref().map_or(0, Calendar::start_unix_s),
        offsets: calendar.as_ref().map_or_else(Vec::new, |it| it.offsets(horizon)),
        horizon,
        ages: ages(results, charts),
        links: charts.links.iter().take(MOST).map(link).collect(),
        outages: results.outages.iter().map(|outage| event(results, outage)).collect(),
        vms: deflated(&serde_json::to_vec(&vms(results)).expect("memory can be written to")),
    };
    serde_json::to_string(&data).expect("memory can be written to").replace('<', "\\u003c")
}

/// Of the applications that fared worst, exact if all of them find room.
fn ages(results: &Results, charts: &Charts) -> Vec<Ages> {
    let worst = crate::report::verdict::worst_applications(results).into_iter();
    let find = |row: &ApplicationRow| charts.ages.iter().find(|chart| chart.name == row.name);
    let mut shown: Vec<&AgeChart> = worst.filter_map(find).take(MOST).collect();
    // By tier and name, as everywhere.
    shown.sort_by_key(|chart| charts.ages.iter().position(|it| it.name == chart.name));
    let curves: Vec<(Vec<Tooth>, String)> = shown
        .iter()
        .map(|chart| {
            let teeth = teeth(&chart.baseline);
            let text = if chart.is_exact { packed(&teeth) } else { String::new() };
            (teeth, text)
        })
        .collect();
    let has_room = curves.iter().map(|(_, text)| text.len()).sum::<usize>() <= EXACT_MAX;
    let horizon = results.scenario.horizon_s;
    let least = STRETCHES.into_iter().find(|bin| horizon / bin <= BINS);
    let bin = least.unwrap_or(horizon / BINS);
    let worst = |chart: &AgeChart| {
        let age =
            results.applications.iter().find(|row| row.name == chart.name).and_then(|row| row.age.as_ref());
        age.map_or((0.0, 0.0), |age| (age.max_s, since_start(results, &age.max_at)))
    };
    let of = |(chart, (teeth, text)): (&&AgeChart, (Vec<Tooth>, String))| {
        let is_exact = chart.is_exact && has_room;
        let curve = if is_exact { text } else { extremes(&teeth, bin, horizon) };
        Ages {
            name: plain(&chart.name),
            rpo: chart.rpo_objective_s,
            worst: worst(chart).0,
            at: worst(chart).1,
            bin: (!is_exact).then_some(bin),
            curve,
            outages: chart.outages.iter().take(MOST).map(through).collect(),
        }
    };
    shown.iter().zip(curves).map(of).collect()
}

fn through(outage: &crate::measure::results::AgeOutage) -> Through {
    Through {
        name: plain(&outage.name),
        from: outage.from_s,
        to: outage.to_s,
        curve: packed(&teeth(&outage.vertices)),
    }
}

fn link(chart: &LinkChart) -> Link {
    Link { name: plain(&chart.name), bin: chart.bin_s, columns: of_link(chart) }
}

/// Seconds after the start of the run.
pub(super) fn since_start(results: &Results, at: &str) -> f64 {
    let parse = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let (at, start) = (parse(at), parse(&results.scenario.start));
    #[allow(clippy::cast_precision_loss, reason = "drawing")]
    let seconds = |(at, start): (jiff::Timestamp, jiff::Timestamp)| {
        (at.as_microsecond() - start.as_microsecond()) as f64 / 1e6
    };
    at.zip(start).map_or(0.0, seconds)
}

fn event(results: &Results, outage: &OutageRow) -> Event {
    let from = since_start(results, &outage.at);
    let ends: Option<Vec<f64>> = outage.faults.iter().map(|fault| fault.to_s).collect();
    let last = ends.and_then(|ends| ends.into_iter().reduce(f64::max));
    Event { name: plain(&outage.name), from, to: last.map(|last| from + last), about: plain(&outage.about) }
}

/// All VMs, in the order of the results.
fn vms(results: &Results) -> Vms {
    let mut of: BTreeMap<&str, Vec<&ApplicationRow>> = BTreeMap::new();
    for row in &results.applications {
        row.grounds.members.iter().for_each(|vm| of.entry(vm).or_default().push(row));
    }
    let mut outages: BTreeMap<&str, (Option<f64>, Option<f64>)> = BTreeMap::new();
    for vm in results.outages.iter().flat_map(|outage| &outage.vms) {
        let (age, back) = outages.entry(&vm.name).or_default();
        *age = (*age).into_iter().chain(vm.age_max_s).reduce(f64::max);
        *back = (*back).into_iter().chain(vm.rta_from_outage_s).reduce(f64::max);
    }
    let mut texts = BTreeMap::new();
    let mut all = Vms::default();
    for vm in &results.vms {
        let none = Vec::new();
        let applications = of.get(vm.name.as_str()).unwrap_or(&none);
        let names: Vec<&str> = applications.iter().map(|row| row.name.as_str()).collect();
        let mut text = |words: &str| {
            let next = texts.len();
            *texts.entry(plain(words)).or_insert(next)
        };
        all.name.push(text(&vm.name));
        all.applications.push(text(&names.join(", ")));
        all.host.push(text(&vm.host));
        all.replica.push(text(vm.replica_host.as_deref().unwrap_or(words::NONE)));
        all.bound.push(text(vm.bound.first().map_or(words::NONE, |bound| &*bound.by)));
        all.health.push(text(&health(vm)));
        all.every.push(vm.interval_s);
        all.age.push(vm.age.as_ref().map(|age| age.max_s));
        all.rpo.push(applications.iter().filter_map(|row| row.rpo_objective_s).reduce(f64::min));
        let (age, back) = outages.get(vm.name.as_str()).copied().unwrap_or_default();
        all.outage.push(age);
        all.back.push(back);
        #[allow(clippy::cast_precision_loss, reason = "to read")]
        let written = vm.written_bytes as f64;
        all.writes.push((written / results.scenario.horizon_s.max(1.0)).round());
    }
    let mut by_place: Vec<(usize, String)> = texts.into_iter().map(|(text, place)| (place, text)).collect();
    by_place.sort_unstable();
    all.texts = by_place.into_iter().map(|(_, text)| text).collect();
    all
}

fn health(vm: &VmRow) -> String {
    vm.health.as_ref().map_or_else(|| vm.state.to_string(), |health| health.at_end.to_string())
}
