//! A sweep as a document, which every format renders.

mod tables;
mod calendar;
mod copies;
mod exceedance;
mod says;
mod hours;

use crate::document::{Axis, Curve as Drawn, Document, HeatMap, Line, Section, Table, Unit};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::sweep::curve::Curve;
use crate::sweep::{OutageSweep, Sweep};
use crate::units::Time;

use super::files::Names;
use super::instant::instant_of;

/// How an instant is said.
type Clock<'a> = &'a dyn Fn(Time) -> String;

/// The curves of an outage, by application.
type Of = fn(&OutageSweep) -> &[Curve];

/// Curves of more outages are not drawn; tables have all.
const DRAWN: usize = 20;
/// Curves of which one has more pieces are drawn hour by hour: a saw-tooth for each copy is but a block of colour.
const PIECES: usize = 200;

/// The whole of it.
pub fn document(scenario: &Scenario, sweep: &Sweep) -> Document {
    let mut document = Document::of(scenario);
    document.sections = sections(scenario, sweep, &|at: Time| instant_of(&document, seconds(at.0)));
    document.sections.retain(|section| !section.says.is_empty());
    document
}

/// What each hour would bring, a line for each outage; and the `command` that tells of every instant.
pub fn hours(scenario: &Scenario, sweep: &Sweep, command: &str) -> Vec<String> {
    let document = Document::of(scenario);
    let mut says = hours::say(scenario, sweep, &|at: Time| instant_of(&document, seconds(at.0)));
    if !says.is_empty() {
        says.push(format!("every instant: {command}"));
    }
    says
}

/// What each outage that takes an application down costs by weekday and hour.
pub fn calendars(scenario: &Scenario, sweep: &Sweep) -> Vec<HeatMap> {
    let hours = scenario.hours().unwrap_or_default();
    let mut names = Names::default();
    let hit = sweep.outages.iter().filter(|it| is_hit(it)).take(DRAWN);
    let of = |it: &OutageSweep| {
        let name = names.stem("calendar", &scenario.outages[it.outage].name);
        calendar::heat_map(scenario, sweep, it, &hours, name)
    };
    hit.map(of).collect()
}

fn sections(scenario: &Scenario, sweep: &Sweep, clock: Clock<'_>) -> Vec<Section> {
    let hours = scenario.hours().unwrap_or_default();
    let mut names = Names::default();
    let few = |is: fn(&OutageSweep) -> bool| -> Vec<&OutageSweep> {
        sweep.outages.iter().filter(|it| is(it)).take(DRAWN).collect()
    };
    let (hit, aged) = (few(is_hit), few(copies::are_told));
    let mut name = |prefix: &str, it: &OutageSweep| names.stem(prefix, &scenario.outages[it.outage].name);
    let heat_map = |it: &&OutageSweep| calendar::heat_map(scenario, sweep, it, &hours, name("calendar", it));
    let heat_maps = hit.iter().map(heat_map).collect();
    let mut curves = |drawn: &[&OutageSweep], prefix: &str, titles: (&str, &str), of: Of| -> Vec<Drawn> {
        let curve = |it: &&OutageSweep| {
            let is_hourly = of(it).iter().any(|curve| curve.pieces().len() > PIECES);
            let of_hours = if is_hourly { ", the most of each hour" } else { "" };
            Drawn {
                key: name(prefix, it),
                title: format!("{} by the instant of {}", titles.0, scenario.outages[it.outage].name),
                x: axis("the outage strikes", Unit::Moment),
                y: axis(&format!("{}{of_hours}", titles.1), Unit::Seconds),
                lines: lines(scenario, of(it), is_hourly.then_some(hours.as_slice())),
                marks: Vec::new(),
            }
        };
        drawn.iter().map(curve).filter(|curve| !curve.lines.is_empty()).collect()
    };
    let worst = sweep.outages.iter().flat_map(|it| says::of_outage(scenario, sweep, it, clock)).collect();
    let with = |section: Section, curves: Vec<Drawn>| Section { curves, ..section };
    let rta = curves(&hit, "rta", ("Back in service (RTA)", "RTA"), |it| &it.rta);
    let rpa = curves(&hit, "rpa", ("Data lost (RPA)", "RPA"), |it| &it.rpa);
    let ages = curves(&aged, "copies", ("Oldest copies", "age"), |it| &it.oldest);
    let exceeded = hit.iter().map(|it| exceedance::of_back(scenario, it, name("exceedance", it)));
    let rta = rta.into_iter().chain(exceeded).collect();
    let worst = section("worst", "The worst moment", worst, vec![tables::instants(scenario, sweep)]);
    let back = says::of_back(scenario, sweep);
    let back =
        section("rta", "How long until an application is back", back, vec![tables::back(scenario, sweep)]);
    let lost = section(
        "rpa",
        "How much is lost",
        says::of_lost(scenario, sweep),
        vec![tables::lost(scenario, sweep)],
    );
    let old = copies::say(scenario, sweep, clock);
    let old = section("copies", "How old copies get", old, vec![copies::spread(scenario, sweep)]);
    let turns = says::of_turns(scenario, sweep, clock);
    let turns = section("turns", "What changes, and when", turns, vec![tables::turns(scenario, sweep)]);
    let known = vec![
        tables::known(scenario, sweep),
        tables::pieces(scenario, sweep),
        calendar::hours(scenario, sweep, &hours),
    ];
    let known = section("instants", "How it is known", says::of_method(scenario, sweep), known);
    vec![Section { heat_maps, ..worst }, with(back, rta), with(lost, rpa), with(old, ages), turns, known]
}

fn section(key: &'static str, title: &str, says: Vec<String>, tables: Vec<Table>) -> Section {
    Section { key, title: title.into(), says, tables, ..Section::default() }
}

/// Whether it takes any application out of service at any instant.
fn is_hit(it: &OutageSweep) -> bool {
    it.rta
        .iter()
        .any(|curve| curve.pieces().iter().any(|piece| piece.value != crate::sweep::curve::Value::Nothing))
}

fn axis(title: &str, unit: Unit) -> Axis {
    Axis { title: title.to_owned(), unit, is_log: false }
}

fn seconds(micros: u64) -> f64 {
    crate::units::Span(micros).as_seconds()
}

/// The full hours of a run, each with its day and hour.
type Hours = [(Time, usize, usize)];

/// A line for each application that has numbers.
fn lines(scenario: &Scenario, curves: &[Curve], hours: Option<&Hours>) -> Vec<Line> {
    let line = |(index, curve): (usize, &Curve)| Line {
        name: scenario.recovery.applications[Id::new(index)].name.clone(),
        points: hours.map_or_else(|| of_pieces(curve), |hours| of_hours(curve, hours)),
        is_stepped: false,
    };
    let has_numbers = |line: &Line| line.points.iter().any(|(_, y)| y.is_finite());
    curves.iter().enumerate().map(line).filter(has_numbers).collect()
}

/// Both ends of every piece that has a number; where there is none, nothing is drawn.
fn of_pieces(curve: &Curve) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    let mut end = None;
    for piece in curve.pieces() {
        let last = Time(piece.to.0 - 1);
        let number = |at: Time| Some(seconds(curve.at(at)?.micros()?));
        if end.is_some_and(|end| end != piece.from) {
            points.push((seconds(piece.from.0), f64::NAN));
        }
        for at in [piece.from, last] {
            points.push((seconds(at.0), number(at).unwrap_or(f64::NAN)));
        }
        end = Some(piece.to);
    }
    points
}

/// The most of each hour.
fn of_hours(curve: &Curve, hours: &Hours) -> Vec<(f64, f64)> {
    let most = |(index, (from, ..)): (usize, &(Time, usize, usize))| {
        let to = hours.get(index + 1).map_or(Time::NEVER, |next| next.0);
        let most = curve.most_within(*from, to);
        (seconds(from.0), most.map_or(f64::NAN, |(most, _)| seconds(most)))
    };
    hours.iter().enumerate().map(most).collect()
}
