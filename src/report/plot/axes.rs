//! A frame with axes: scales, round ticks, and marks on instants whose labels do not collide. Imports pictures and the font.

use super::font;
use super::picture::{Anchor, Ink, Picture};
use crate::report::instant::Calendar;
use crate::report::words;

/// Round steps of time, in seconds: each divides the next larger unit.
const STEPS: &[f64] = &[
    0.01,
    0.1,
    1.0,
    2.0,
    5.0,
    10.0,
    15.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    900.0,
    1800.0,
    3600.0,
    7200.0,
    10_800.0,
    21_600.0,
    43_200.0,
    86_400.0,
    172_800.0,
    604_800.0,
    1_209_600.0,
    2_419_200.0,
    7_257_600.0,
    31_536_000.0,
    157_680_000.0,
];
/// Round ages of a logarithmic axis.
const DECADES: &[f64] =
    &[0.1, 1.0, 10.0, 60.0, 600.0, 3600.0, 21_600.0, 86_400.0, 604_800.0, 2_592_000.0, 31_536_000.0];

/// From values to pixels along one direction.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Value at the origin.
    pub from: f64,
    /// Value at the far end.
    pub to: f64,
    /// Logarithmic or linear.
    pub log: bool,
}

impl Scale {
    /// A linear scale that is never empty.
    pub fn linear(from: f64, to: f64) -> Scale {
        Scale { from, to: if to > from { to } else { from + 1.0 }, log: false }
    }

    /// 0 at the origin, 1 at the far end; values beyond are held at the ends.
    pub fn share(self, value: f64) -> f64 {
        let share = if self.log {
            libm::log(value.max(self.from) / self.from) / libm::log(self.to / self.from)
        } else {
            (value - self.from) / (self.to - self.from)
        };
        share.clamp(0.0, 1.0)
    }
}

/// A rectangle of a picture with a scale in each direction.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Across.
    pub x: Scale,
    /// Up.
    pub y: Scale,
}

impl Frame {
    /// Where a value across stands.
    pub fn across(&self, value: f64) -> f64 {
        self.left + self.width * self.x.share(value)
    }

    /// Where a value up stands.
    pub fn up(&self, value: f64) -> f64 {
        self.top + self.height * (1.0 - self.y.share(value))
    }

    /// Its lower edge.
    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// Draws horizontal grid lines with labels at their left, and the name of what they measure above.
    pub fn grid_up(&self, picture: &mut Picture, ticks: &[(f64, String)], name: &str) {
        for (value, label) in ticks {
            let y = self.up(*value);
            picture.line(vec![(self.left, y), (self.left + self.width, y)], Ink::Grid, 1.0);
            picture.text((self.left - 6.0, y + 4.0), Anchor::End, Ink::Muted, label);
        }
        picture.bold((2.0, self.top - 8.0), Anchor::Start, name);
    }

    /// Draws vertical grid lines; with labels below where `labelled`. By the calendar where there is one, else by the time since the origin.
    pub fn grid_across(&self, picture: &mut Picture, labelled: bool, calendar: Option<&Calendar>) {
        let most = self.width / 75.0;
        let by_date = calendar.map_or_else(Vec::new, |it| it.ticks(self.x.from, self.x.to, most));
        let ticks = if by_date.is_empty() { self.times(most) } else { by_date };
        for (value, label) in ticks {
            let x = self.across(value);
            picture.line(vec![(x, self.top), (x, self.bottom())], Ink::Grid, 1.0);
            if labelled {
                picture.text((x, self.bottom() + 15.0), Anchor::Middle, Ink::Muted, label);
            }
        }
        let base = self.bottom();
        picture.line(vec![(self.left, base), (self.left + self.width, base)], Ink::Muted, 1.0);
    }

    /// Round times since the origin.
    fn times(&self, most: f64) -> Vec<(f64, String)> {
        let ticks = time_ticks(self.x.from, self.x.to, most);
        let step = ticks.get(1).zip(ticks.first()).map_or(0.0, |(second, first)| second - first);
        ticks.into_iter().map(|at| (at, tick(at, step))).collect()
    }

    /// Writes which days the horizontal axis shows, and what there is to say beside.
    pub fn name_days(&self, picture: &mut Picture, calendar: Option<&Calendar>, more: &str) {
        let days =
            calendar.map_or_else(|| "time since the start".to_owned(), |it| it.span(self.x.from, self.x.to));
        self.name_across(picture, &format!("{days}{more}"));
    }

    /// Writes what the horizontal axis counts, under its labels.
    pub fn name_across(&self, picture: &mut Picture, name: &str) {
        let name = font::fit(name, font::SIZE, self.width);
        picture.text((self.left + self.width, self.bottom() + 31.0), Anchor::End, Ink::Muted, name);
    }
}

/// A tick's label, fine enough for its step: a duration of days has no minutes, and neighbours would look alike.
fn tick(seconds: f64, step: f64) -> String {
    const DAY: f64 = 86_400.0;
    if seconds < DAY || step >= 3600.0 {
        return instant(seconds);
    }
    let minutes = words::whole((seconds % DAY) / 60.0);
    format!("{}d {:02}:{:02}", words::whole((seconds / DAY).floor()), minutes / 60, minutes % 60)
}

fn instant(seconds: f64) -> String {
    if seconds == 0.0 { "0".into() } else { words::duration(seconds) }
}

/// Round instants between two, about `most` of them.
pub fn time_ticks(from: f64, to: f64, most: f64) -> Vec<f64> {
    let step =
        STEPS.iter().find(|step| (to - from) / *step <= most.max(2.0)).unwrap_or(&STEPS[STEPS.len() - 1]);
    let first = (from / step - 1e-9).ceil();
    let ticks = (0_u32..200).map(|number| (first + f64::from(number)) * step);
    ticks.take_while(|tick| *tick <= to + step * 1e-9).collect()
}

/// Ticks for ages up to the scale's end, with labels.
pub fn age_ticks(scale: Scale) -> Vec<(f64, String)> {
    let ticks = if scale.log {
        DECADES.iter().copied().filter(|age| (scale.from..=scale.to).contains(age)).collect()
    } else {
        time_ticks(scale.from, scale.to, 5.0)
    };
    ticks.into_iter().map(|age| (age, instant(age))).collect()
}

/// About four ticks at 1, 2 or 5 times a power of ten, from nothing to `max`.
pub fn round_ticks(max: f64) -> Vec<f64> {
    let mut step = 1.0;
    let mut factors = [2.0, 2.5, 2.0].iter().cycle();
    while max / step > 4.5 {
        step *= factors.next().expect("a cycle does not end");
    }
    (0_u32..6).map(|number| f64::from(number) * step).take_while(|tick| *tick <= max * 1.000_001).collect()
}

/// The row of each label so that none overlaps another of its row: `(left, right)` in, rows out; `None` past the last row.
pub fn rows(labels: &[(f64, f64)], most: usize) -> Vec<Option<usize>> {
    let mut ends: Vec<f64> = Vec::new();
    let place = |&(left, right): &(f64, f64)| {
        let free = ends.iter().position(|end| left >= end + 8.0);
        let row = free.or_else(|| (ends.len() < most).then_some(ends.len()))?;
        if row == ends.len() {
            ends.push(right)
        } else {
            ends[row] = right
        }
        Some(row)
    };
    labels.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(
            time_ticks(0.0, 86_400.0, 9.0),
            [0.0, 10_800.0, 21_600.0, 32_400.0, 43_200.0, 54_000.0, 64_800.0, 75_600.0, 86_400.0]
        );
        assert_eq!(time_ticks(3500.0, 7300.0, 5.0), [3600.0, 4500.0, 5400.0, 6300.0, 7200.0]);
        assert_eq!(round_ticks(230.0), [0.0, 100.0, 200.0]);
        assert_eq!(round_ticks(0.0), [0.0]);
        assert!(time_ticks(0.0, 1e12, 5.0).len() <= 200);
    }

    #[test]
    fn a_logarithmic_scale_holds_its_ends() {
        let scale = Scale { from: 1.0, to: 100.0, log: true };
        assert!((scale.share(10.0) - 0.5).abs() < 1e-12);
        assert_eq!((scale.share(0.0), scale.share(1e9)), (0.0, 1.0));
    }

    #[test]
    fn labels_never_share_a_place() {
        let labels = [(0.0, 50.0), (20.0, 70.0), (60.0, 110.0), (65.0, 90.0)];
        assert_eq!(rows(&labels, 2), [Some(0), Some(1), Some(0), None]);
    }
}
