//! One direction of a link over time: what it carried against what it could, throttles shaded, and the backlog below.
//! Imports results, pictures and axes.

use crate::measure::results::LinkChart;
use crate::report::instant::Calendar;
use crate::report::words;

use super::axes::{Frame, Scale, round_ticks};
use super::font;
use super::picture::{Anchor, Ink, Picture};
use super::ticks::count;

const WIDTH: f64 = 680.0;
const LEFT: f64 = 74.0;
/// More bins than this are merged, keeping the largest of each group.
const BINS: usize = 1200;

/// The chart, or nothing without bins.
pub fn usage(chart: &LinkChart, calendar: Option<&Calendar>) -> Option<Picture> {
    let bins = Bins::new(chart)?;
    let x = Scale::linear(0.0, chart.bin_s * count(chart.carried_bps.len()));
    let capacity = bins.capacity.iter().copied().fold(1.0, f64::max);
    let carried = bins.carried.iter().copied().fold(0.0, f64::max);
    let backlog = bins.backlog.iter().copied().fold(1.0, f64::max);
    let frame = |top: f64, height: f64, max: f64| Frame {
        left: LEFT,
        top,
        width: WIDTH - LEFT - 14.0,
        height,
        x,
        y: Scale::linear(0.0, max * 1.06),
    };
    let upper = frame(26.0, 140.0, capacity.max(carried));
    let lower = frame(upper.bottom() + 40.0, 80.0, backlog);
    let title = format!("Use of {}", chart.name);
    let mut picture =
        Picture::new(WIDTH, lower.bottom() + 60.0, title, describe(&bins, (carried, capacity, backlog)));
    for frame in [&upper, &lower] {
        throttles(&mut picture, frame, &bins);
    }
    upper.grid_across(&mut picture, false, calendar);
    let labels = |max: f64, name: fn(u64) -> String| {
        round_ticks(max * 1.06)
            .into_iter()
            .map(|tick| (tick, if tick == 0.0 { "0".into() } else { name(words::whole(tick)) }))
            .collect::<Vec<_>>()
    };
    upper.grid_up(&mut picture, &labels(capacity.max(carried), words::rate), "payload carried");
    area(&mut picture, &upper, &bins, &bins.carried, Ink::Blue);
    picture.dashes(stairs(&upper, &bins, &bins.capacity), Ink::Text, 1.3);
    lower.grid_across(&mut picture, true, calendar);
    lower.grid_up(&mut picture, &labels(backlog, words::bytes), "cut and not yet sent");
    area(&mut picture, &lower, &bins, &bins.backlog, Ink::Orange);
    lower.name_days(&mut picture, calendar, "");
    legend(&mut picture, lower.bottom() + 52.0, bins.throttled.contains(&true));
    Some(picture)
}

/// The chart's bins, merged where there are more than pixels.
struct Bins {
    length: f64,
    carried: Vec<f64>,
    capacity: Vec<f64>,
    backlog: Vec<f64>,
    throttled: Vec<bool>,
}

impl Bins {
    fn new(chart: &LinkChart) -> Option<Bins> {
        let group = chart.carried_bps.len().div_ceil(BINS);
        if group == 0 {
            return None;
        }
        let largest = |values: &[f64]| {
            values.chunks(group).map(|bins| bins.iter().copied().fold(0.0, f64::max)).collect()
        };
        Some(Bins {
            length: chart.bin_s * count(group),
            carried: largest(&chart.carried_bps),
            capacity: largest(&chart.capacity_bps),
            backlog: largest(&chart.backlog_bytes),
            throttled: chart.throttled.chunks(group).map(|bins| bins.contains(&true)).collect(),
        })
    }

    /// Where a bin begins.
    fn begins(&self, bin: usize) -> f64 {
        self.length * count(bin)
    }
}

/// One shaded band for each run of throttled bins.
fn throttles(picture: &mut Picture, frame: &Frame, bins: &Bins) {
    let mut at = 0;
    for run in bins.throttled.chunk_by(|a, b| a == b) {
        if run[0] {
            let (left, right) = (frame.across(bins.begins(at)), frame.across(bins.begins(at + run.len())));
            picture.shade(
                (left, frame.top, right - left, frame.height),
                Ink::Grey,
                0.22,
                Some("throttled".into()),
            );
        }
        at += run.len();
    }
}

/// The outline of bins as stairs.
fn stairs(frame: &Frame, bins: &Bins, values: &[f64]) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    let mut at = 0;
    for run in values.chunk_by(|a, b| a == b) {
        let y = frame.up(run[0]);
        points.push((frame.across(bins.begins(at)), y));
        at += run.len();
        points.push((frame.across(bins.begins(at)), y));
    }
    points
}

fn area(picture: &mut Picture, frame: &Frame, bins: &Bins, values: &[f64], ink: Ink) {
    let mut points = stairs(frame, bins, values);
    picture.line(points.clone(), ink, 1.0);
    let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) else { return };
    points.extend([(last.0, frame.bottom()), (first.0, frame.bottom())]);
    picture.shapes.push(super::picture::Shape::Area { points, ink, opacity: 0.35 });
}

fn legend(picture: &mut Picture, y: f64, throttled: bool) {
    let mut x = LEFT;
    let mut words = |picture: &mut Picture, words: &str| {
        picture.text((x + 26.0, y), Anchor::Start, Ink::Muted, words);
        let at = x;
        x += 26.0 + font::width(words, font::SIZE) + 20.0;
        at
    };
    let at = words(picture, "carried");
    picture.shade((at, y - 9.0, 20.0, 10.0), Ink::Blue, 0.5, None);
    let at = words(picture, "capacity for payload");
    picture.dashes(vec![(at, y - 4.0), (at + 20.0, y - 4.0)], Ink::Text, 1.3);
    let at = words(picture, "backlog");
    picture.shade((at, y - 9.0, 20.0, 10.0), Ink::Orange, 0.5, None);
    if throttled {
        let at = words(picture, "throttled");
        picture.shade((at, y - 9.0, 20.0, 10.0), Ink::Grey, 0.3, None);
    }
}

fn describe(bins: &Bins, (carried, capacity, backlog): (f64, f64, f64)) -> String {
    let (carried, capacity) = (words::rate(words::whole(carried)), words::rate(words::whole(capacity)));
    let throttle = if bins.throttled.contains(&true) { "throttled at times" } else { "never throttled" };
    format!(
        "At most {carried} of {capacity}; {throttle}; at most {} waiting.",
        words::bytes(words::whole(backlog))
    )
}
