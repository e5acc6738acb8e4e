//! What a page draws beside the numbers, as a result keeps it, so that it can be drawn again: curves packed, exact to the microsecond.

use serde::{Deserialize, Serialize};

use crate::document::{Heat, HeatMap, Unit};
use crate::measure::results::{AgeChart, AgeOutage, Charts, LinkChart, Results};
use crate::plan::shorter::Shorter;
use crate::report::Beside;
use crate::report::levers::Levers;
use crate::report::packed::{of_link, pack, unpack};
use crate::report::words;
use crate::units::{Span, as_f64};

/// Everything that is drawn of a run.
#[derive(Serialize, Deserialize)]
pub(super) struct Drawn {
    ages: Vec<Ages>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    calendars: Vec<Calendar>,
    /// Instants, and VMs Normal, Warning, Critical from then on.
    health: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    levers: Option<Levers>,
    links: Vec<Link>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    shorter: Vec<Recovery>,
}

/// What shortening the steps of a recovery does.
#[derive(Serialize, Deserialize)]
struct Recovery {
    application: String,
    outage: String,
    steps: Vec<Shorter>,
}

/// An application's ages.
#[derive(Serialize, Deserialize)]
struct Ages {
    /// Instants and ages.
    ages: String,
    is_exact: bool,
    name: String,
    outages: Vec<Through>,
    outages_left: u64,
}

/// The same through an outage.
#[derive(Serialize, Deserialize)]
struct Through {
    ages: String,
    from_s: f64,
    name: String,
    to_s: f64,
}

/// A direction of a link.
#[derive(Serialize, Deserialize)]
struct Link {
    /// Carried and possible bits per second, whether throttled, bytes that wait.
    bins: String,
    bin_s: f64,
    name: String,
}

/// Times by weekday and hour.
#[derive(Serialize, Deserialize)]
struct Calendar {
    cells: String,
    columns: Vec<String>,
    key: String,
    over: String,
    rows: Vec<String>,
    title: String,
}

impl Drawn {
    pub(super) fn of(charts: &Charts, beside: &Beside) -> Drawn {
        let health = charts.health.iter();
        let counts = |level: usize| charts.health.iter().map(|(_, counts)| counts[level]).collect();
        let instants = steps(health.map(|(at, _)| micros(*at)));
        Drawn {
            ages: charts.ages.iter().map(ages).collect(),
            calendars: beside.calendars.iter().map(calendar).collect(),
            health: pack(&[instants, counts(0), counts(1), counts(2)]),
            levers: beside.levers.clone(),
            links: charts.links.iter().map(link).collect(),
            shorter: beside.shorter.iter().map(recovery).collect(),
        }
    }

    /// As it was drawn; `None`: it was changed or damaged.
    pub(super) fn again(self, results: &Results) -> Option<(Charts, Beside)> {
        let [instants, normal, warning, critical] = unpack(&self.health)?;
        let counts = normal.into_iter().zip(warning).zip(critical);
        let counts = counts.map(|((normal, warning), critical)| [normal, warning, critical]);
        let charts = Charts {
            ages: self.ages.into_iter().map(|it| it.again(results)).collect::<Option<_>>()?,
            links: self.links.into_iter().map(Link::again).collect::<Option<_>>()?,
            health: sums(instants)?.into_iter().map(seconds).zip(counts).collect(),
        };
        let calendars = self.calendars.into_iter().map(Calendar::again).collect::<Option<_>>()?;
        let shorter = self.shorter.into_iter().map(|it| ((it.application, it.outage), it.steps)).collect();
        Some((charts, Beside { levers: self.levers, shorter, calendars }))
    }
}

fn recovery(((application, outage), steps): (&(String, String), &Vec<Shorter>)) -> Recovery {
    Recovery { application: application.clone(), outage: outage.clone(), steps: steps.clone() }
}

fn ages(chart: &AgeChart) -> Ages {
    let through = |outage: &AgeOutage| Through {
        ages: curve(&outage.vertices),
        from_s: outage.from_s,
        name: outage.name.clone(),
        to_s: outage.to_s,
    };
    Ages {
        ages: curve(&chart.baseline),
        is_exact: chart.is_exact,
        name: chart.name.clone(),
        outages: chart.outages.iter().map(through).collect(),
        outages_left: chart.more,
    }
}

impl Ages {
    fn again(self, results: &Results) -> Option<AgeChart> {
        let row = results.applications.iter().find(|row| row.name == self.name)?;
        let through = |it: Through| {
            let vertices = vertices(&it.ages)?;
            Some(AgeOutage { name: it.name, from_s: it.from_s, to_s: it.to_s, vertices })
        };
        Some(AgeChart {
            rpo_objective_s: row.rpo_objective_s,
            name: self.name,
            baseline: vertices(&self.ages)?,
            is_exact: self.is_exact,
            outages: self.outages.into_iter().map(through).collect::<Option<_>>()?,
            more: self.outages_left,
        })
    }
}

fn link(chart: &LinkChart) -> Link {
    Link { bins: of_link(chart), bin_s: chart.bin_s, name: chart.name.clone() }
}

impl Link {
    fn again(self) -> Option<LinkChart> {
        let [carried, capacity, throttled, backlog] = unpack(&self.bins)?;
        let numbers = |values: Vec<u64>| values.into_iter().map(as_f64).collect();
        Some(LinkChart {
            name: self.name,
            bin_s: self.bin_s,
            carried_bps: numbers(carried),
            capacity_bps: numbers(capacity),
            throttled: throttled.into_iter().map(|it| it > 0).collect(),
            backlog_bytes: numbers(backlog),
        })
    }
}

/// Row by row: times, each more by one so that none is 0, and whether they are over.
fn calendar(map: &HeatMap) -> Calendar {
    let cells = || map.cells.iter().flatten();
    let time = |cell: &Heat| cell.value.map_or(0, |value| micros(value) + 1);
    let all = [cells().map(time).collect(), cells().map(|cell| u64::from(cell.is_over)).collect()];
    let HeatMap { key, title, rows, columns, over, .. } = map.clone();
    Calendar { cells: pack(&all), columns, key, over, rows, title }
}

impl Calendar {
    fn again(self) -> Option<HeatMap> {
        let Calendar { cells, columns, key, over, rows, title } = self;
        let [times, is_over] = unpack(&cells)?;
        let cell = |(time, is_over): (u64, u64)| Heat {
            value: time.checked_sub(1).map(seconds),
            is_over: is_over > 0,
        };
        let all: Vec<Heat> = times.into_iter().zip(is_over).map(cell).collect();
        let is_whole = rows.len().checked_mul(columns.len()) == Some(all.len());
        let cells = all.chunks(columns.len().max(1)).map(<[Heat]>::to_vec).collect();
        is_whole.then_some(HeatMap { key, title, unit: Unit::Seconds, rows, columns, cells, over })
    }
}

/// Instants, each after the one before, and ages.
fn curve(vertices: &[(f64, f64)]) -> String {
    let instants = steps(vertices.iter().map(|(at, _)| micros(*at)));
    pack(&[instants, vertices.iter().map(|(_, age)| micros(*age)).collect()])
}

fn vertices(letters: &str) -> Option<Vec<(f64, f64)>> {
    let [instants, ages] = unpack(letters)?;
    Some(sums(instants)?.into_iter().zip(ages).map(|(at, age)| (seconds(at), seconds(age))).collect())
}

/// From each number to the next; numbers do not fall.
fn steps(numbers: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut before = 0;
    numbers.map(|now| now - std::mem::replace(&mut before, now)).collect()
}

fn sums(steps: Vec<u64>) -> Option<Vec<u64>> {
    let mut sum = 0_u64;
    let add = |step| {
        sum = sum.checked_add(step)?;
        Some(sum)
    };
    steps.into_iter().map(add).collect()
}

/// Seconds are exact to the microsecond.
fn micros(seconds: f64) -> u64 {
    words::whole(seconds * 1e6)
}

fn seconds(micros: u64) -> f64 {
    Span(micros).as_seconds()
}
