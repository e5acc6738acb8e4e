//! Health of the fleet over time: VMs that are Critical below, Warning above them, Normal on top. Imports results, pictures and axes.

use crate::measure::results::Charts;
use crate::report::instant::Calendar;
use crate::report::words;

use super::axes::{Frame, Scale, round_ticks};
use super::font;
use super::picture::{Anchor, Ink, Picture, Shape};

const WIDTH: f64 = 680.0;
const LEFT: f64 = 54.0;
/// Below, in the middle, on top: index of the count, colour, word.
const LAYERS: [(usize, Ink, &str); 3] =
    [(2, Ink::Vermillion, "Critical"), (1, Ink::Orange, "Warning"), (0, Ink::Green, "Normal")];

/// The chart, or nothing if no VM was ever anything but Normal.
pub fn fleet(charts: &Charts, horizon: f64, calendar: Option<&Calendar>) -> Option<Picture> {
    let steps = &charts.health;
    if steps.iter().all(|(_, counts)| counts[1] + counts[2] == 0) {
        return None;
    }
    let count = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let most = steps.iter().map(|(_, counts)| count(counts.iter().sum())).fold(1.0, f64::max);
    let (x, y) = (Scale::linear(0.0, horizon), Scale::linear(0.0, most));
    let frame = Frame { left: LEFT, top: 26.0, width: WIDTH - LEFT - 14.0, height: 130.0, x, y };
    let worst = steps.iter().max_by_key(|(_, counts)| (counts[2], counts[1])).map_or([0; 3], |step| step.1);
    let description = format!(
        "Of {} at most {} at once, with {} beside them.",
        words::count(words::whole(most), "VM"),
        words::count(worst[2], "VM") + if worst[2] == 1 { " is Critical" } else { " are Critical" },
        words::count(worst[1], "VM") + " at Warning"
    );
    let mut picture =
        Picture::new(WIDTH, frame.bottom() + 60.0, "Health of replication over time".into(), description);
    for (index, (at, counts)) in steps.iter().enumerate() {
        let until = steps.get(index + 1).map_or(horizon, |next| next.0);
        let (left, right) = (frame.across(*at), frame.across(until));
        let mut below = 0.0;
        for (layer, ink, word) in LAYERS {
            let above = below + count(counts[layer]);
            let (top, bottom) = (frame.up(above), frame.up(below));
            below = above;
            if counts[layer] > 0 && right > left {
                let tip = Some(format!("{} {word}", words::count(counts[layer], "VM")));
                let at = (left, top, right - left, bottom - top);
                let opacity = if ink == Ink::Green { 0.35 } else { 0.9 };
                picture.shapes.push(Shape::Bar { at, ink, opacity, outlined: false, tip });
            }
        }
    }
    frame.grid_across(&mut picture, true, calendar);
    let labels: Vec<(f64, String)> = round_ticks(most)
        .into_iter()
        .filter(|tick| (tick - libm::floor(*tick)).abs() < 1e-9)
        .map(|tick| (tick, words::thousands(words::whole(tick))))
        .collect();
    frame.grid_up(&mut picture, &labels, "VMs");
    frame.name_days(&mut picture, calendar, "");
    let mut left = LEFT;
    for (_, ink, word) in LAYERS {
        let at = (left, frame.bottom() + 44.0, 12.0, 10.0);
        let opacity = if ink == Ink::Green { 0.35 } else { 0.9 };
        picture.shapes.push(Shape::Bar { at, ink, opacity, outlined: false, tip: None });
        picture.text((left + 18.0, frame.bottom() + 53.0), Anchor::Start, Ink::Muted, word);
        left += 18.0 + font::width(word, font::SIZE) + 18.0;
    }
    Some(picture)
}
