//! A sweep as a document, which every format renders.

mod tables;
mod calendar;
mod says;

use crate::document::{Axis, Curve as Drawn, Document, Line, Section, Unit};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::sweep::curve::{Curve, Piece};
use crate::sweep::{OutageSweep, Sweep};
use crate::units::Time;

use super::files::Names;
use super::instant::instant_of;

/// Curves of more outages are not drawn; tables have all.
const DRAWN: usize = 20;
/// A curve of more pieces is drawn hour by hour.
const PIECES: usize = 2_000;

/// The whole of it.
pub fn document(scenario: &Scenario, sweep: &Sweep) -> Document {
    let mut document = Document::of(scenario);
    document.sections = sections(scenario, sweep, &|at: Time| instant_of(&document, seconds(at.0)));
    document.sections.retain(|section| !section.says.is_empty());
    document
}

fn sections(scenario: &Scenario, sweep: &Sweep, clock: says::Clock<'_>) -> Vec<Section> {
    let hours = scenario.hours().unwrap_or_default();
    let mut names = Names::default();
    let drawn: Vec<&OutageSweep> = sweep.outages.iter().filter(|it| is_hit(it)).take(DRAWN).collect();
    let mut name = |prefix: &str, it: &OutageSweep| names.stem(prefix, &scenario.outages[it.outage].name);
    let heat_maps = drawn
        .iter()
        .map(|it| calendar::heat_map(scenario, sweep, it, &hours, name("calendar", it)))
        .collect();
    let mut curves = |prefix: &str, titles: (&str, &str), of: fn(&OutageSweep) -> &[Curve]| -> Vec<Drawn> {
        let curve = |it: &&OutageSweep| Drawn {
            key: name(prefix, it),
            title: format!("{} by the instant of {}", titles.0, scenario.outages[it.outage].name),
            x: axis("the outage strikes", Unit::Moment),
            y: axis(titles.1, Unit::Seconds),
            lines: lines(scenario, of(it), &hours),
            marks: Vec::new(),
        };
        drawn.iter().map(curve).collect()
    };
    let section = |key, title: &str, says, tables| Section {
        key,
        title: title.into(),
        says,
        tables,
        ..Section::default()
    };
    let worst = sweep.outages.iter().flat_map(|it| says::of_outage(scenario, sweep, it, clock)).collect();
    let known = vec![
        tables::known(scenario, sweep),
        tables::pieces(scenario, sweep),
        calendar::hours(scenario, sweep, &hours),
    ];
    vec![
        Section {
            heat_maps,
            ..section("worst", "The worst moment", worst, vec![tables::instants(scenario, sweep)])
        },
        Section {
            curves: curves("rta", ("Back in service (RTA)", "RTA"), |it| &it.rta),
            ..section(
                "rta",
                "How long until an application is back",
                says::of_back(scenario, sweep),
                vec![tables::back(scenario, sweep)],
            )
        },
        Section {
            curves: curves("rpa", ("Data lost (RPA)", "RPA"), |it| &it.rpa),
            ..section(
                "rpa",
                "How much is lost",
                says::of_lost(scenario, sweep),
                vec![tables::lost(scenario, sweep)],
            )
        },
        section(
            "turns",
            "What changes, and when",
            says::of_turns(scenario, sweep, clock),
            vec![tables::turns(scenario, sweep)],
        ),
        section("instants", "How it is known", says::of_method(scenario, sweep), known),
    ]
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

/// A line for each application that has numbers.
fn lines(scenario: &Scenario, curves: &[Curve], hours: &[(Time, usize, usize)]) -> Vec<Line> {
    let line = |(index, curve): (usize, &Curve)| Line {
        name: scenario.recovery.applications[Id::new(index)].name.clone(),
        points: points(curve, hours),
        is_stepped: false,
    };
    curves.iter().enumerate().map(line).filter(|line| !line.points.is_empty()).collect()
}

/// Both ends of every piece; of very many the most of each hour.
fn points(curve: &Curve, hours: &[(Time, usize, usize)]) -> Vec<(f64, f64)> {
    if curve.pieces().len() > PIECES {
        let most = |(index, (from, ..)): (usize, &(Time, usize, usize))| {
            let to = hours.get(index + 1).map_or(Time::NEVER, |next| next.0);
            curve.most_within(*from, to).map(|(most, _)| (seconds(from.0), seconds(most)))
        };
        return hours.iter().enumerate().filter_map(most).collect();
    }
    let ends = |piece: &Piece| {
        let last = Time(piece.to.0 - 1);
        let at = |at: Time| Some((seconds(at.0), seconds(curve.at(at)?.micros()?)));
        [at(piece.from), at(last)]
    };
    curve.pieces().iter().flat_map(ends).flatten().collect()
}
