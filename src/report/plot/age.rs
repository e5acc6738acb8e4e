//! The saw-tooth: age of an application's newest recovery point over time, with its objective, outages and worst instant.
//! No peak is ever sampled away. Imports results, pictures and axes.

use crate::measure::results::{AgeChart, AgeOutage};
use crate::report::instant::Calendar;
use crate::report::words;

use super::axes::{Frame, Scale, age_ticks, rows};
use super::font;
use super::picture::{Anchor, Ink, Picture};

/// Ages that far apart need a logarithmic axis.
const WIDE: f64 = 30.0;
/// The axis ends so much above the highest, where its value is written.
const ROOM_ABOVE: f64 = 1.12;
/// Rows of outage labels above the frame.
const LABEL_ROWS: usize = 3;
/// Width of the drawing.
const WIDTH: f64 = 680.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 14.0;

type Vertices = [(f64, f64)];

/// The whole run, with every outage in its band.
pub fn whole(chart: &AgeChart, horizon: f64, calendar: Option<&Calendar>) -> Picture {
    let outages: Vec<_> = chart.outages.iter().collect();
    let title = format!("Age of the newest recovery point of {}", chart.name);
    draw(chart, &outages, Scale::linear(0.0, horizon), (title, calendar))
}

/// One outage, from some time before to some time after, in its own run only: the baseline of a long run is kept too coarsely to
/// be looked at this closely.
pub fn within(chart: &AgeChart, outage: &AgeOutage, calendar: Option<&Calendar>) -> Picture {
    let from = outage.vertices.first().map_or(outage.from_s, |vertex| vertex.0).min(outage.from_s);
    let to = outage.vertices.last().map_or(outage.to_s, |vertex| vertex.0).max(outage.to_s);
    let title = format!("Age of the newest recovery point of {} in {}", chart.name, outage.name);
    let own =
        AgeChart { name: chart.name.clone(), rpo_objective_s: chart.rpo_objective_s, ..AgeChart::default() };
    draw(&own, &[outage], Scale::linear(from, to), (title, calendar))
}

fn draw(
    chart: &AgeChart,
    outages: &[&AgeOutage],
    x: Scale,
    (title, calendar): (String, Option<&Calendar>),
) -> Picture {
    let seen =
        |vertices: &Vertices| vertices.iter().copied().filter(|v| (x.from..=x.to).contains(&v.0)).collect();
    let baseline: Vec<(f64, f64)> = seen(&chart.baseline);
    let worst = worst(&baseline, outages);
    let y = scale_of_ages(chart.rpo_objective_s, &baseline, worst.map_or(0.0, |(_, age)| age));
    let mut frame = Frame { left: LEFT, top: 0.0, width: WIDTH - LEFT - RIGHT, height: 190.0, x, y };
    let (places, used) = label_places(outages, &frame);
    frame.top = 26.0 + 15.0 * f64::from(used);
    let description = describe(chart, outages, worst);
    let mut picture = Picture::new(WIDTH, frame.bottom() + 58.0, title, description);
    frame.grid_across(&mut picture, true, calendar);
    frame.grid_up(&mut picture, &age_ticks(y), if y.log { "age (logarithmic)" } else { "age" });
    frame.name_days(&mut picture, calendar, "");
    bands(&mut picture, &frame, outages, &places);
    curve(&mut picture, &frame, &baseline, Ink::Blue);
    for tooth in outages.iter().flat_map(|outage| unbroken(&outage.vertices)) {
        curve(&mut picture, &frame, tooth, Ink::Vermillion);
    }
    objective(&mut picture, &frame, chart.rpo_objective_s);
    if let Some(worst) = worst {
        mark_worst(&mut picture, &frame, worst);
    }
    legend(&mut picture, frame.bottom() + 50.0, chart, outages);
    picture
}

/// The highest vertex of all curves.
fn worst(baseline: &Vertices, outages: &[&AgeOutage]) -> Option<(f64, f64)> {
    let all = baseline.iter().chain(outages.iter().flat_map(|outage| &outage.vertices));
    all.copied().reduce(|worst, vertex| if vertex.1 > worst.1 { vertex } else { worst })
}

/// Linear from zero, unless the worst age dwarfs the ordinary peaks.
fn scale_of_ages(objective: Option<f64>, baseline: &Vertices, worst: f64) -> Scale {
    let highest = worst.max(objective.unwrap_or(0.0)) * ROOM_ABOVE;
    let mut peaks: Vec<f64> =
        baseline.windows(3).filter(|w| w[1].1 >= w[0].1 && w[1].1 > w[2].1).map(|w| w[1].1).collect();
    peaks.sort_by(f64::total_cmp);
    let usual = peaks.get(peaks.len() / 2).copied().unwrap_or(highest);
    if usual <= 0.0 || highest / usual < WIDE {
        return Scale::linear(0.0, highest);
    }
    let lowest = baseline.iter().map(|v| v.1).filter(|age| *age > 0.0).fold(usual, f64::min);
    Scale { from: lowest.max(usual / 20.0), to: highest * 1.6, log: true }
}

/// The row of each outage's label, and how many rows that takes.
fn label_places(outages: &[&AgeOutage], frame: &Frame) -> (Vec<Option<usize>>, u8) {
    let spans: Vec<_> = outages.iter().map(|outage| label_span(outage, frame)).collect();
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by(|a, b| spans[*a].0.total_cmp(&spans[*b].0));
    let sorted: Vec<_> = order.iter().map(|at| spans[*at]).collect();
    let mut places = vec![None; spans.len()];
    for (at, row) in order.into_iter().zip(rows(&sorted, LABEL_ROWS)) {
        places[at] = row;
    }
    let used = places.iter().flatten().max().map_or(0, |row| row + 1);
    (places, u8::try_from(used).unwrap_or(u8::MAX))
}

/// Where an outage's label would begin and end: over its band, pushed inside the frame.
fn label_span(outage: &AgeOutage, frame: &Frame) -> (f64, f64) {
    let wide = font::width(&label(outage), font::SIZE);
    let middle = f64::midpoint(frame.across(outage.from_s), frame.across(outage.to_s));
    let left = (middle - wide / 2.0).min(frame.left + frame.width - wide).max(frame.left);
    (left, left + wide)
}

fn label(outage: &AgeOutage) -> String {
    font::fit(&outage.name, font::SIZE, 200.0)
}

fn bands(picture: &mut Picture, frame: &Frame, outages: &[&AgeOutage], places: &[Option<usize>]) {
    for (outage, place) in outages.iter().zip(places) {
        let (left, right) = (frame.across(outage.from_s), frame.across(outage.to_s));
        let tip = format!("{}, {}", outage.name, words::duration(outage.to_s - outage.from_s));
        let band = (left, frame.top, (right - left).max(1.5), frame.height);
        picture.shade(band, Ink::Vermillion, 0.13, Some(tip));
        if let Some(row) = place.and_then(|row| u8::try_from(row).ok()) {
            let y = frame.top - 7.0 - 15.0 * f64::from(row);
            let x = label_span(outage, frame).0;
            let foot = f64::midpoint(left, right).clamp(frame.left, frame.left + frame.width);
            if !crosses(foot, (usize::from(row), outages, places), frame) {
                picture.line(vec![(foot, y + 3.0), (foot, frame.top)], Ink::Vermillion, 0.8);
            }
            picture.text((x, y), Anchor::Start, Ink::Text, label(outage));
        }
    }
}

/// Whether the line from a label of this row down to its band would run through a label below it.
fn crosses(
    foot: f64,
    (row, outages, places): (usize, &[&AgeOutage], &[Option<usize>]),
    frame: &Frame,
) -> bool {
    outages.iter().zip(places).any(|(other, place)| {
        let (left, right) = label_span(other, frame);
        place.is_some_and(|place| place < row) && (left..=right).contains(&foot)
    })
}

/// The parts in which an age rises by the time that passes, or falls at once; between them there was none, or it is not known.
fn unbroken(vertices: &Vertices) -> impl Iterator<Item = &Vertices> {
    // Seconds are exact to the microsecond.
    let goes_on = |a: &(f64, f64), b: &(f64, f64)| {
        let (time, age) = (b.0 - a.0, b.1 - a.1);
        time < 1e-6 || (age - time).abs() < 2e-6
    };
    vertices.chunk_by(goes_on)
}

fn curve(picture: &mut Picture, frame: &Frame, vertices: &Vertices, ink: Ink) {
    let points = envelope(&ramps(vertices, frame), frame);
    if points.len() > 1 {
        // Teeth closer than a line is wide would run into one block.
        let width = if points.len() > 1200 { 0.6 } else { 1.2 };
        picture.line(points, ink, width);
    }
}

/// On a logarithmic axis a steady climb is a bow: it gets vertices every three pixels.
fn ramps(vertices: &Vertices, frame: &Frame) -> Vec<(f64, f64)> {
    let mut dense: Vec<(f64, f64)> = vertices.first().copied().into_iter().collect();
    for pair in vertices.windows(2) {
        let ((t0, a0), (t1, a1)) = (pair[0], pair[1]);
        let pieces = (frame.across(t1) - frame.across(t0)).abs() / 3.0;
        let pieces =
            if frame.y.log { u32::try_from(words::whole(pieces)).unwrap_or(1).clamp(1, 400) } else { 1 };
        dense.extend((1..=pieces).map(|piece| {
            let share = f64::from(piece) / f64::from(pieces);
            // Exactly the vertex at the end, so that a peak keeps its height.
            if piece == pieces { (t1, a1) } else { (t0 + (t1 - t0) * share, a0 + (a1 - a0) * share) }
        }));
    }
    dense
}

/// Pixels of a curve, with at most the lowest and the highest of each pixel across, in order of time: every peak stays.
fn envelope(vertices: &Vertices, frame: &Frame) -> Vec<(f64, f64)> {
    let column = |vertex: &(f64, f64)| words::whole(frame.across(vertex.0));
    let place = |vertex: &(f64, f64)| (frame.across(vertex.0), frame.up(vertex.1));
    let mut points = Vec::new();
    for bucket in vertices.chunk_by(|a, b| column(a) == column(b)) {
        if bucket.len() <= 3 {
            points.extend(bucket.iter().map(place));
            continue;
        }
        let by_age = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
        let low = bucket.iter().min_by(by_age).expect("a chunk is not empty");
        let high = bucket.iter().max_by(by_age).expect("a chunk is not empty");
        let (first, last) = if low.0 <= high.0 { (low, high) } else { (high, low) };
        points.extend([first, last].map(place));
    }
    points
}

fn objective(picture: &mut Picture, frame: &Frame, objective: Option<f64>) {
    let Some(objective) = objective else { return };
    let (y, right) = (frame.up(objective), frame.left + frame.width);
    picture.dashes(vec![(frame.left, y), (right, y)], Ink::Text, 1.3);
}

/// A dot on the worst age, and its value above it, where no curve passes; kept inside the frame.
fn mark_worst(picture: &mut Picture, frame: &Frame, (time, age): (f64, f64)) {
    let (x, y) = (frame.across(time), frame.up(age));
    picture.shade((x - 2.5, y - 2.5, 5.0, 5.0), Ink::Text, 1.0, None);
    let words = format!("worst {}", words::duration(age));
    let left = x + font::width(&words, font::SIZE) + 10.0 > frame.left + frame.width;
    let anchor = if left { Anchor::End } else { Anchor::Start };
    picture.bold((x, (y - 6.0).max(frame.top + 10.0)), anchor, words);
}

fn legend(picture: &mut Picture, y: f64, chart: &AgeChart, outages: &[&AgeOutage]) {
    let mut entries = Vec::new();
    if !chart.baseline.is_empty() {
        entries.push(("without outage".to_string(), Some(Ink::Blue)));
    }
    if !outages.is_empty() {
        entries.push(("in the outage's own run".into(), Some(Ink::Vermillion)));
    }
    if let Some(objective) = chart.rpo_objective_s {
        entries.push((format!("RPO {}", words::duration(objective)), None));
    }
    let mut x = LEFT;
    for (words, ink) in entries {
        let stroke = vec![(x, y - 4.0), (x + 20.0, y - 4.0)];
        match ink {
            Some(ink) => picture.line(stroke, ink, 2.2),
            None => picture.dashes(stroke, Ink::Text, 1.3),
        }
        picture.text((x + 26.0, y), Anchor::Start, Ink::Muted, &words);
        x += 26.0 + font::width(&words, font::SIZE) + 20.0;
    }
}

fn describe(chart: &AgeChart, outages: &[&AgeOutage], worst: Option<(f64, f64)>) -> String {
    let worst = worst.map_or("no age is known".into(), |(time, age)| {
        format!("The worst age is {}, {} after the start", words::duration(age), words::duration(time))
    });
    let objective = chart
        .rpo_objective_s
        .map_or("no objective".into(), |rpo| format!("the RPO is {}", words::duration(rpo)));
    let names: Vec<_> = outages.iter().map(|outage| outage.name.as_str()).collect();
    let outages = if names.is_empty() { "none".into() } else { names.join(", ") };
    let more = match chart.more {
        0 => String::new(),
        more => format!(", and {more} more in which it got no older"),
    };
    format!("{worst}; {objective}. Outages: {outages}{more}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_of_teeth_keep_their_only_tall_peak() {
        let mut vertices = Vec::new();
        for tooth in 0..50_000_u32 {
            let at = f64::from(tooth) * 10.0;
            vertices.extend([(at, 5.0), (at + 10.0, if tooth == 31_234 { 400.0 } else { 15.0 })]);
        }
        let frame = Frame {
            left: 0.0,
            top: 0.0,
            width: 600.0,
            height: 100.0,
            x: Scale::linear(0.0, 500_000.0),
            y: Scale::linear(0.0, 400.0),
        };
        let points = envelope(&vertices, &frame);
        assert!(points.len() < 5000, "{}", points.len());
        assert_eq!(points.iter().filter(|point| point.1 == 0.0).count(), 1);
    }
}
