//! A quantity by row and column: the more, the darker; what exceeds what is allowed has a frame, also where there is no number. Imports documents, pictures and the font.

use crate::document::{Heat, HeatMap};
use crate::report::words;

use super::font;
use super::picture::{Anchor, Ink, Picture, Shape};
use super::ticks::{count, value_text};

const WIDTH: f64 = 680.0;
const LEFT: f64 = 54.0;
const TOP: f64 = 28.0;
/// Height of a row.
const ROW: f64 = 22.0;

/// The drawing; `instant` says an instant of the run.
pub fn draw(map: &HeatMap, instant: &dyn Fn(f64) -> String) -> Picture {
    let cells = || map.cells.iter().flatten().filter_map(|cell| cell.value).filter(|value| value.is_finite());
    let most = cells().fold(0.0, f64::max);
    let height = TOP + ROW * count(map.rows.len()) + 34.0;
    let mut picture = Picture::new(WIDTH, height, words::plain(&map.title), describe(map, instant));
    let wide = (WIDTH - LEFT - 2.0) / count(map.columns.len().max(1));
    for (index, name) in map.columns.iter().enumerate() {
        let name = font::fit(&words::plain(name), font::SIZE, wide);
        picture.text((LEFT + wide * (count(index) + 0.5), TOP - 8.0), Anchor::Middle, Ink::Muted, name);
    }
    for (row, (name, cells)) in map.rows.iter().zip(&map.cells).enumerate() {
        let top = TOP + ROW * count(row);
        let name = font::fit(&words::plain(name), font::SIZE, LEFT - 10.0);
        picture.text((LEFT - 8.0, top + 15.0), Anchor::End, Ink::Muted, name);
        for (column, cell) in cells.iter().enumerate().take(map.columns.len()) {
            let at = (LEFT + wide * count(column) + 1.0, top + 1.0, wide - 2.0, ROW - 2.0);
            let value = cell.value.filter(|value| value.is_finite());
            let (said, opacity) = match value {
                Some(value) => {
                    let share = if most > 0.0 { value / most } else { 0.0 };
                    (value_text(map.unit, value, instant), 0.08 + 0.8 * share.clamp(0.0, 1.0))
                }
                // a frame alone: there is no number, and it is too much
                None if cell.is_over => (words::plain(&map.over), 0.0),
                None => continue,
            };
            let tip = Some(format!(
                "{} {}: {said}",
                words::plain(&map.rows[row]),
                words::plain(&map.columns[column])
            ));
            picture.shapes.push(Shape::Bar {
                at,
                ink: Ink::Vermillion,
                opacity,
                outlined: cell.is_over,
                tip,
            });
        }
    }
    legend(&mut picture, map, (height, most), instant);
    picture
}

/// What the least and the largest colour mean, and the frame if there is one.
fn legend(picture: &mut Picture, map: &HeatMap, (height, most): (f64, f64), instant: &dyn Fn(f64) -> String) {
    let base = height - 10.0;
    let mut left = LEFT;
    let mut entry = |opacity: f64, outlined: bool, name: String| {
        let at = (left, base - 10.0, 14.0, 10.0);
        picture.shapes.push(Shape::Bar { at, ink: Ink::Vermillion, opacity, outlined, tip: None });
        left += 20.0;
        let wide = font::width(&name, font::SIZE);
        picture.text((left, base), Anchor::Start, Ink::Muted, name);
        left += wide + 18.0;
    };
    let cells = || map.cells.iter().flatten();
    if cells().any(|cell| cell.value.is_some()) {
        entry(0.08, false, value_text(map.unit, 0.0, instant));
        entry(0.88, false, value_text(map.unit, most, instant));
    }
    if cells().any(|cell| cell.is_over) {
        entry(0.0, true, map.over.clone());
    }
}

/// What is to be seen, in words.
fn describe(map: &HeatMap, instant: &dyn Fn(f64) -> String) -> String {
    let named = map.rows.iter().zip(&map.cells).flat_map(|(row, cells)| {
        map.columns.iter().zip(cells).map(move |(column, cell)| (row, column, cell))
    });
    let value = |cell: &Heat| cell.value.filter(|value| value.is_finite());
    let shown = named.filter_map(|(row, column, cell)| Some((row, column, value(cell)?)));
    let most = shown.max_by(|a, b| a.2.total_cmp(&b.2));
    most.map_or_else(
        || "Nothing to show.".to_owned(),
        |(row, column, most)| {
            words::plain(&format!("Most in {row} {column}: {}.", value_text(map.unit, most, instant)))
        },
    )
}
