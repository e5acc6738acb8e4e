//! Curves of a plan: lines in a plane with their names below, and what stands out on the axis from left to right as dashed lines with
//! names above. Imports documents, pictures and axes.

use crate::document::{Axis, Curve, Line, Unit};
use crate::report::words;

use super::axes::{Frame, Scale, rows};
use super::font;
use super::picture::{Anchor, Ink, Picture};
use super::ticks::{count, ticks, value_text};

const WIDTH: f64 = 680.0;
const LEFT: f64 = 74.0;
const RIGHT: f64 = 18.0;
const HEIGHT: f64 = 230.0;
/// Height of a row of names.
const ROW: f64 = 16.0;
/// Rows of names of marks; those past them have no name.
const MARK_ROWS: usize = 4;
/// Colours of lines, in order; then again, dashed.
const INKS: [Ink; 7] =
    [Ink::Blue, Ink::Vermillion, Ink::Green, Ink::Purple, Ink::Orange, Ink::Sky, Ink::Grey];

/// The drawing; `instant` says an instant of the run.
pub fn draw(curve: &Curve, instant: &dyn Fn(f64) -> String) -> Picture {
    let points = || curve.lines.iter().flat_map(|line| &line.points);
    let marks: Vec<(f64, &str)> = marks(curve);
    let across = points().map(|point| point.0).chain(marks.iter().map(|mark| mark.0));
    let x = scale(&curve.x, across);
    let y = scale(&curve.y, points().map(|point| point.1));
    let mut frame = Frame { left: LEFT, top: 0.0, width: WIDTH - LEFT - RIGHT, height: HEIGHT, x, y };
    let (names, name_rows) = names_of_marks(&frame, &marks);
    frame.top = 30.0 + ROW * count(name_rows);
    let legend = legend(curve);
    let height = frame.bottom() + 40.0 + ROW * count(legend.last().map_or(0, |entry| entry.row + 1)) + 6.0;
    let mut picture =
        Picture::new(WIDTH, height, words::plain(&curve.title), describe(curve, &marks, instant));
    for (value, label) in ticks(&curve.x, x, frame.width / 85.0, instant) {
        let at = frame.across(value);
        picture.line(vec![(at, frame.top), (at, frame.bottom())], Ink::Grid, 1.0);
        let half = font::width(&label, font::SIZE) / 2.0;
        let middle = at.min(WIDTH - half - 2.0);
        picture.text((middle, frame.bottom() + 15.0), Anchor::Middle, Ink::Muted, label);
    }
    let up = ticks(&curve.y, y, 5.0, instant);
    frame.grid_up(&mut picture, &up, "");
    picture.bold((2.0, 12.0), Anchor::Start, font::fit(&axis_name(&curve.y), font::SIZE, WIDTH / 2.0));
    let base = frame.bottom();
    picture.line(vec![(frame.left, base), (frame.left + frame.width, base)], Ink::Muted, 1.0);
    for ((at, name), placed) in marks.iter().zip(names) {
        let x = frame.across(*at);
        picture.dashes(vec![(x, frame.top), (x, base)], Ink::Text, 1.0);
        if let Some((row, left)) = placed {
            let y = frame.top - 6.0 - ROW * count(row);
            picture.text((left, y), Anchor::Start, Ink::Text, words::plain(name));
        }
    }
    for (index, line) in curve.lines.iter().enumerate() {
        for part in line.points.split(|(x, y)| !x.is_finite() || !y.is_finite()).filter(|it| !it.is_empty()) {
            let mut trace = trace(&frame, part, line.is_stepped);
            // a point alone would not be seen
            if let [(x, y)] = trace[..] {
                trace = vec![(x - 1.0, y), (x + 1.0, y)];
            }
            stroke(&mut picture, index, trace);
        }
    }
    frame.name_across(&mut picture, &axis_name(&curve.x));
    for (index, entry) in legend.iter().enumerate() {
        let y = base + 40.0 + ROW * (count(entry.row) + 0.6);
        stroke(&mut picture, index, vec![(entry.left, y - 4.0), (entry.left + 20.0, y - 4.0)]);
        picture.text((entry.left + 26.0, y), Anchor::Start, Ink::Muted, &entry.name);
    }
    picture
}

/// By position, those that can be placed.
fn marks(curve: &Curve) -> Vec<(f64, &str)> {
    let is_placed = |at: &f64| at.is_finite() && (!curve.x.is_log || *at > 0.0);
    let mut marks: Vec<(f64, &str)> =
        curve.marks.iter().filter(|(at, _)| is_placed(at)).map(|(at, name)| (*at, name.as_str())).collect();
    marks.sort_by(|a, b| a.0.total_cmp(&b.0));
    marks
}

/// For each mark the row of its name, counted upwards, and its left edge; and how many rows there are.
fn names_of_marks(frame: &Frame, marks: &[(f64, &str)]) -> (Vec<Option<(usize, f64)>>, usize) {
    let extent = |(at, name): &(f64, &str)| {
        let wide = font::width(name, font::SIZE);
        let left = (frame.across(*at) - wide / 2.0).clamp(2.0, (WIDTH - wide - 2.0).max(2.0));
        (left, left + wide)
    };
    let mut extents: Vec<(f64, f64)> = marks.iter().map(extent).collect();
    // Rows are filled from left to right, and a name at the edge was moved.
    extents.iter_mut().for_each(|it| it.1 = it.1.max(it.0));
    let rows = rows(&extents, MARK_ROWS);
    let most = rows.iter().flatten().max().map_or(0, |row| row + 1);
    (rows.iter().zip(&extents).map(|(row, extent)| row.map(|row| (row, extent.0))).collect(), most)
}

struct Entry {
    name: String,
    row: usize,
    left: f64,
}

/// Names of lines in rows, each with where it stands.
fn legend(curve: &Curve) -> Vec<Entry> {
    let (mut row, mut left) = (0, LEFT);
    let place = |line: &Line| {
        let name = font::fit(&words::plain(&line.name), font::SIZE, WIDTH - LEFT - RIGHT - 26.0);
        let wide = 26.0 + font::width(&name, font::SIZE) + 20.0;
        if left > LEFT && left + wide - 20.0 > WIDTH - RIGHT {
            (row, left) = (row + 1, LEFT);
        }
        let entry = Entry { name, row, left };
        left += wide;
        entry
    };
    curve.lines.iter().map(place).collect()
}

fn stroke(picture: &mut Picture, index: usize, points: Vec<(f64, f64)>) {
    let ink = INKS[index % INKS.len()];
    if (index / INKS.len()).is_multiple_of(2) {
        picture.line(points, ink, 1.8);
    } else {
        picture.dashes(points, ink, 1.8);
    }
}

/// Points of a line in pixels; a stepped line goes on level until the next point.
fn trace(frame: &Frame, points: &[(f64, f64)], is_stepped: bool) -> Vec<(f64, f64)> {
    let mut trace: Vec<(f64, f64)> = Vec::new();
    for (x, y) in points {
        let at = (frame.across(*x), frame.up(*y));
        if let Some(last) = trace.last().copied().filter(|_| is_stepped) {
            trace.push((at.0, last.1));
        }
        trace.push(at);
    }
    trace
}

/// From the least to the largest value; a share's axis ends at the whole, and others begin at nothing unless by powers.
fn scale(axis: &Axis, values: impl Iterator<Item = f64>) -> Scale {
    let is_shown = |value: &f64| value.is_finite() && (!axis.is_log || *value > 0.0);
    let (low, high) = values
        .filter(is_shown)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if !low.is_finite() {
        return Scale { from: if axis.is_log { 1.0 } else { 0.0 }, to: 10.0, log: axis.is_log };
    }
    if axis.is_log {
        // A tenth beyond both ends, so that no line runs along the frame.
        return Scale { from: low / 1.1, to: high * 1.1, log: true };
    }
    match axis.unit {
        Unit::Share if low >= 0.0 && high <= 1.0 => Scale::linear(0.0, 1.0),
        Unit::Moment => Scale::linear(low, high),
        Unit::Text
        | Unit::Count
        | Unit::Seconds
        | Unit::Bytes
        | Unit::BytesPerSecond
        | Unit::BitsPerSecond
        | Unit::ExactBitsPerSecond
        | Unit::Share
        | Unit::Iops
        | Unit::Money
        | Unit::Factor => {
            let beyond = (high - low.min(0.0)) * 0.04;
            Scale::linear(
                if low < 0.0 { low - beyond } else { 0.0 },
                if high > 0.0 { high + beyond } else { 0.0 },
            )
        }
    }
}

/// What an axis measures, with what its labels do not say.
fn axis_name(axis: &Axis) -> String {
    let unit = if axis.unit == Unit::Iops { "IOPS" } else { "" };
    let powers = if axis.is_log { "logarithmic" } else { "" };
    let notes: Vec<&str> = [unit, powers].into_iter().filter(|note| !note.is_empty()).collect();
    let title = words::plain(&axis.title);
    if notes.is_empty() { title } else { format!("{title} ({})", notes.join(", ")) }
}

/// What is to be seen, in words.
fn describe(curve: &Curve, marks: &[(f64, &str)], instant: &dyn Fn(f64) -> String) -> String {
    let line = |line: &Line| {
        let mut drawn = line.points.iter().filter(|(x, y)| x.is_finite() && y.is_finite());
        let first = drawn.next();
        let ends = first.zip(drawn.next_back().or(first));
        let ends = ends.map(|(first, last)| {
            let point = |at: &(f64, f64)| {
                format!(
                    "{} at {}",
                    value_text(curve.y.unit, at.1, instant),
                    value_text(curve.x.unit, at.0, instant)
                )
            };
            format!("{}: from {} to {}.", line.name, point(first), point(last))
        });
        ends.unwrap_or_else(|| format!("{}: nothing.", line.name))
    };
    let mark = |(at, name): &(f64, &str)| format!("{name} at {}.", value_text(curve.x.unit, *at, instant));
    let all: Vec<String> = curve.lines.iter().map(line).chain(marks.iter().map(mark)).collect();
    words::plain(&all.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(unit: Unit, is_log: bool) -> Axis {
        Axis { title: "it".into(), unit, is_log }
    }

    /// Whatever a question hands over is drawn: nothing, one point, infinities, zeros on a logarithmic axis, many marks and lines.
    #[test]
    fn odd_curves_are_drawn() {
        let line = |points: Vec<(f64, f64)>| Line {
            name: "a line <&> of long name ".repeat(9),
            points,
            is_stepped: true,
        };
        for unit in [Unit::Seconds, Unit::Share, Unit::Bytes, Unit::Moment, Unit::Money, Unit::Text] {
            for is_log in [false, true] {
                for points in
                    [vec![], vec![(0.0, 0.0)], vec![(-1.0, f64::NAN), (f64::INFINITY, 2.0), (1e12, -5.0)]]
                {
                    let curve = Curve {
                        key: "odd".into(),
                        title: "odd".into(),
                        x: axis(unit, is_log),
                        y: axis(unit, is_log),
                        lines: vec![line(points); 20],
                        marks: (0..30).map(|at| (f64::from(at), "mark".repeat(30))).collect(),
                    };
                    let svg = super::super::svg::file(&draw(&curve, &|_| "noon".into()));
                    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
                }
            }
        }
    }
}
