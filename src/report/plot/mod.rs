//! Plots: results to pictures to SVG and PNG. Adding a kind touches its own file, [`Subject`] and [`all`].
//! Imports results, words and file names.

mod font;
pub mod picture;
pub(super) mod axes;
mod age;
mod gantt;
mod health;
mod jobs;
pub mod png;
pub mod svg;
mod ticks;
pub mod curve;
pub mod heat;
mod link;
pub mod exceedance;
pub mod restoration;

use crate::document::Curve;
use crate::measure::results::{AgeOutage, Charts, Results};

use super::files::Names;
use super::instant::Calendar;
use super::verdict;
use picture::Picture;

/// Plots of each kind; applications and outages beyond are those that fared best.
const MOST: usize = 100;

/// What a plot shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// An application's age over the run.
    Age(String),
    /// An application's age around an outage: application, outage.
    AgeIn(String, String),
    /// The recovery in an outage.
    Recovery(String),
    /// A direction of a link: `link from → to`.
    Link(String),
    /// Jobs while nothing fails.
    Jobs,
    /// Health of the fleet while nothing fails.
    Health,
    /// How much is back how long after an outage.
    Restoration(String),
    /// For how much of the time points are older than so much.
    Exceedance,
}

impl Subject {
    /// The first part of its file's name, and the names in it.
    fn words(&self) -> (&'static str, String) {
        match self {
            Subject::Age(application) => ("age", application.clone()),
            Subject::AgeIn(application, outage) => ("age", format!("{application} in {outage}")),
            Subject::Recovery(outage) => ("recovery", outage.clone()),
            Subject::Link(link) => ("link", link.clone()),
            Subject::Jobs => ("operations", "jobs".to_owned()),
            Subject::Health => ("health", "fleet".to_owned()),
            Subject::Restoration(outage) => ("restoration", outage.clone()),
            Subject::Exceedance => ("exceedance", "ages".to_owned()),
        }
    }
}

/// A plot and the stem of its file's name.
#[derive(Clone, Debug)]
pub struct Plot {
    /// What it shows.
    pub subject: Subject,
    /// Its file's name without folder and extension; unique.
    pub stem: String,
    /// The drawing.
    pub picture: Picture,
}

/// Every plot, in a fixed order: ages, recoveries, links, jobs, health, restorations, exceedance.
pub fn all(results: &Results, charts: &Charts) -> Vec<Plot> {
    let calendar = Calendar::of(results);
    let calendar = calendar.as_ref();
    let mut pictures = ages(results, charts, calendar);
    for outage in verdict::worst_outages(results).into_iter().take(MOST) {
        pictures
            .extend(gantt::recovery(outage).map(|picture| (Subject::Recovery(outage.name.clone()), picture)));
    }
    for chart in charts.links.iter().take(MOST) {
        let picture = link::usage(chart, calendar);
        pictures.extend(picture.map(|picture| (Subject::Link(chart.name.clone()), picture)));
    }
    let horizon = results.scenario.horizon_s;
    let drawn = jobs::timeline(&results.operations, horizon, calendar);
    pictures.extend(drawn.map(|picture| (Subject::Jobs, picture)));
    let drawn = health::fleet(charts, horizon, calendar);
    pictures.extend(drawn.map(|picture| (Subject::Health, picture)));
    // On their axes stand times, not instants.
    let draw = |curve: &Curve| curve::draw(curve, &|_| String::new());
    for outage in verdict::worst_outages(results).into_iter().take(MOST) {
        let curve = restoration::of(outage);
        pictures.extend(curve.map(|curve| (Subject::Restoration(outage.name.clone()), draw(&curve))));
    }
    pictures.extend(exceedance::of_ages(results).map(|curve| (Subject::Exceedance, draw(&curve))));
    let mut names = Names::default();
    let named = pictures.into_iter().map(|(subject, picture)| {
        let (prefix, words) = subject.words();
        Plot { stem: names.stem(prefix, &words), subject, picture }
    });
    named.collect()
}

fn ages(results: &Results, charts: &Charts, calendar: Option<&Calendar>) -> Vec<(Subject, Picture)> {
    let mut pictures = Vec::new();
    for application in verdict::worst_applications(results).into_iter().take(MOST) {
        let Some(chart) = charts.ages.iter().find(|chart| chart.name == application.name) else { continue };
        let name = chart.name.clone();
        pictures.push((Subject::Age(name.clone()), age::whole(chart, results.scenario.horizon_s, calendar)));
        // Around the outages in which its copies went on ageing: where it went down at once there is nothing to draw.
        let ages_on = |outage: &&AgeOutage| {
            let ends = outage.vertices.first().zip(outage.vertices.last());
            ends.is_some_and(|(first, last)| last.0 > first.0)
        };
        for outage in chart.outages.iter().filter(ages_on) {
            let subject = Subject::AgeIn(name.clone(), outage.name.clone());
            pictures.push((subject, age::within(chart, outage, calendar)));
        }
    }
    pictures
}
