//! Saw-teeth as the page carries them: whole numbers in columns, packed.
//!
//! An age rises by the time that passes, so a tooth is where it begins, where it ends, and its foot. Times are counted in hundredths of a
//! second: ends are rounded up and cuts down, so that no peak is lower than it was.

use crate::report::packed::pack;

/// Units in a second.
const UNITS: f64 = 100.0;

/// A rise of an age: when it begins and ends, and from what; all in units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tooth {
    from: u64,
    to: u64,
    foot: u64,
}

impl Tooth {
    /// How old it gets.
    fn peak(self) -> u64 {
        self.foot + (self.to - self.from)
    }
}

/// The rises of a curve; what stands between them is a fall, or nobody knows.
pub(super) fn teeth(vertices: &[(f64, f64)]) -> Vec<Tooth> {
    let mut teeth: Vec<Tooth> = Vec::new();
    for pair in vertices.windows(2) {
        let ((from, foot), (to, peak)) = (pair[0], pair[1]);
        // Seconds are exact to the microsecond.
        if to - from < 1e-6 || (peak - foot - (to - from)).abs() > 2e-6 {
            continue;
        }
        let (begin, end, cut) = (up(from), up(to), down(to - peak));
        match teeth.last_mut() {
            Some(last) if last.to == begin && begin - last.foot.min(begin) == cut => last.to = end,
            _ => teeth.push(Tooth { from: begin, to: end, foot: (begin - cut.min(begin)) }),
        }
    }
    teeth
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
fn up(seconds: f64) -> u64 {
    (seconds * UNITS - 1e-4).ceil() as u64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
fn down(seconds: f64) -> u64 {
    (seconds * UNITS + 1e-4).floor() as u64
}

/// All teeth: from the end of the one before to the begin, its length, its foot.
pub(super) fn packed(teeth: &[Tooth]) -> String {
    let mut end = 0;
    let gaps = teeth.iter().map(|tooth| {
        let gap = tooth.from - end;
        end = tooth.to;
        gap
    });
    let columns = [
        gaps.collect(),
        teeth.iter().map(|it| it.to - it.from).collect(),
        teeth.iter().map(|it| it.foot).collect(),
    ];
    pack(&columns)
}

/// The lowest and the highest of each stretch of `bin` seconds until `horizon`, those plus one; nothing is 0, 0.
pub(super) fn extremes(teeth: &[Tooth], bin: f64, horizon: f64) -> String {
    let (bin, horizon) = (up(bin).max(1), up(horizon));
    let bins = usize::try_from(horizon.div_ceil(bin)).unwrap_or(usize::MAX).min(1 << 16);
    let mut all: Vec<(u64, u64)> = vec![(0, 0); bins];
    let mut note = |at: u64, age: u64| {
        let place = usize::try_from(at / bin).unwrap_or(usize::MAX).min(bins.saturating_sub(1));
        let Some((low, high)) = all.get_mut(place) else { return };
        (*low, *high) = if *high == 0 { (age, age + 1) } else { ((*low).min(age), (*high).max(age + 1)) };
    };
    for tooth in teeth {
        let age = |at: u64| tooth.foot + (at - tooth.from);
        note(tooth.from, tooth.foot);
        for edge in (tooth.from / bin + 1..=tooth.to / bin).map(|edge| edge * bin).take(bins) {
            note(edge - 1, age(edge.min(tooth.to)));
            note(edge, age(edge.min(tooth.to)));
        }
        // What ends at an edge ends what is before it.
        note(tooth.to.saturating_sub(1).max(tooth.from), tooth.peak());
    }
    pack(&[all.iter().map(|it| it.0).collect(), all.iter().map(|it| it.1).collect()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::packed::unpack;

    /// Cut at 0, applied at 30.0042; cut at 30, applied at 61; then nothing until 100, where it is 7 old.
    const CURVE: [(f64, f64); 6] =
        [(0.0, 0.0), (30.0042, 30.0042), (30.0042, 0.0042), (61.0, 31.0), (100.0, 7.0), (101.0, 8.0)];

    #[test]
    fn teeth_are_carried_whole_and_no_peak_is_lower() {
        let teeth = teeth(&CURVE);
        let columns = unpack::<3>(&packed(&teeth)).unwrap();
        assert_eq!(columns[0], [0, 0, 3900], "gaps");
        assert_eq!(columns[1], [3001, 3099, 100], "lengths");
        assert_eq!(columns[2], [0, 1, 700], "feet");
        let peaks: Vec<u64> = teeth.iter().map(|tooth| tooth.peak()).collect();
        assert_eq!(peaks, [3001, 3100, 800]);
    }

    #[test]
    fn extremes_keep_the_lowest_and_the_highest_of_each_stretch() {
        let columns = unpack::<2>(&extremes(&teeth(&CURVE), 50.0, 150.0)).unwrap();
        // To 50 s: the first peak is highest; to 100 s: the rest of the second tooth; then the third.
        assert_eq!(columns[0], [0, 2000, 700]);
        assert_eq!(columns[1], [3002, 3101, 801]);
    }
}
