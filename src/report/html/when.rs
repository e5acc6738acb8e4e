//! What an outage would cost at another hour: a table of the week for each, or a sentence where it makes no difference. Imports documents.

use crate::document::{Heat, HeatMap};
use crate::report::words::{duration, plain};

use super::{Block, Part, part};

/// Calendars that are shown.
const MOST: usize = 4;
/// Values that differ by less than this are one.
const FLAT: f64 = 0.1;

/// A table of the week.
pub(super) struct Week {
    pub(super) caption: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<(String, Vec<Hour>)>,
}

/// An hour: what it says, and its style.
pub(super) struct Hour {
    pub(super) text: String,
    pub(super) class: String,
    pub(super) title: String,
}

/// The section, if there is anything to say.
pub(super) fn parts(calendars: &[HeatMap]) -> Vec<Part> {
    if calendars.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Words(
        "The time until the last application is back, by the weekday and hour in which the outage strikes, looked at on the hour. Bold with a \
         frame: an objective is missed. Blank: not known, since something else is under way, or the run ends before."
            .into(),
    )];
    blocks.extend(calendars.iter().take(MOST).map(block));
    vec![part("when", "If it happened at another hour", blocks)]
}

fn block(map: &HeatMap) -> Block {
    let values: Vec<f64> =
        map.cells.iter().flatten().filter_map(|cell| cell.value).filter(|it| it.is_finite()).collect();
    let (least, most) =
        (values.iter().copied().fold(f64::INFINITY, f64::min), values.iter().copied().fold(0.0, f64::max));
    let is_alike = map.cells.iter().flatten().all(|cell| !cell.is_over);
    if !values.is_empty() && is_alike && most - least <= FLAT * most {
        return Block::Words(plain(&format!(
            "{}: {} at every hour that is known.",
            map.title,
            duration(most)
        )));
    }
    // In hours or minutes, said once.
    let (unit, length) = if most >= 3600.0 { ("hours", 3600.0) } else { ("minutes", 60.0) };
    let cell = |cell: &Heat| {
        let value = cell.value.filter(|it| it.is_finite());
        let depth = value.map_or(0, |value| crate::report::words::whole(value / most.max(1.0) * 4.0));
        Hour {
            text: value.map_or(String::new(), |value| format!("{:.1}", value / length)),
            title: if value.is_none() && cell.is_over { plain(&map.over) } else { String::new() },
            class: match (depth, cell.is_over) {
                (0, false) => String::new(),
                (0, true) => "over".into(),
                (depth, false) => format!("h{depth}"),
                (depth, true) => format!("h{depth} over"),
            },
        }
    };
    let rows =
        map.rows.iter().zip(&map.cells).map(|(name, cells)| (plain(name), cells.iter().map(cell).collect()));
    Block::Week(Week {
        caption: plain(&format!("{}, {unit}", map.title)),
        columns: map.columns.iter().map(|it| plain(it)).collect(),
        rows: rows.collect(),
    })
}
