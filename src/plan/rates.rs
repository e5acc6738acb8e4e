//! Rates of links: the scale on which they are sought, those that are tried above an answer, and the least that carries what is asked.

use crate::engine::net::CAPACITY_MAX;
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::scenario::preflight::demands;
use crate::topology::{Direction, Link};
use crate::units::{MICROS, Rate};

/// On which rates an answer may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Rates of three digits in bit/s and whole kbit/s, as people write them: what is printed is what was simulated.
    Digits,
    /// Every whole B/s.
    Unit,
}

/// The least step of [`Precision::Digits`], B/s: 1 kbit/s.
const STEP_MIN: u64 = 125;

impl Precision {
    /// From one rate to the next, B/s, at and below this one.
    pub fn of(self, rate: u64) -> u64 {
        match self {
            Precision::Digits => {
                let mut step = STEP_MIN;
                // Up to 999 steps; in bit/s each is a power of ten.
                while rate / step >= 1000 {
                    step = step.saturating_mul(10);
                }
                step
            }
            Precision::Unit => 1,
        }
    }

    /// The least on the scale that is not below this one.
    pub fn up(self, rate: u64) -> u64 {
        let up = rate.max(1).next_multiple_of(self.of(rate));
        up.next_multiple_of(self.of(up))
    }

    /// The next above this one.
    pub fn next(self, rate: u64) -> u64 {
        self.up(rate + 1)
    }

    /// The next below this one; 0: none is.
    pub fn before(self, rate: u64) -> u64 {
        let less = rate.saturating_sub(1);
        less / self.of(less) * self.of(less)
    }

    /// The nearest to this one.
    pub fn near(self, rate: u64) -> u64 {
        let (up, down) = (self.up(rate), self.before(rate + 1));
        if down > 0 && rate - down < up - rate { down } else { up }
    }
}

/// How far above an answer every rate of three digits is tried: a fiftieth.
const CLOSE: u64 = 50;

/// The series E96 of preferred numbers, in hundredths: some 2.4 % apart.
const PREFERRED: [u64; 96] = [
    100, 102, 105, 107, 110, 113, 115, 118, 121, 124, 127, 130, 133, 137, 140, 143, 147, 150, 154, 158, 162,
    165, 169, 174, 178, 182, 187, 191, 196, 200, 205, 210, 215, 221, 226, 232, 237, 243, 249, 255, 261, 267,
    274, 280, 287, 294, 301, 309, 316, 324, 332, 340, 348, 357, 365, 374, 383, 392, 402, 412, 422, 432, 442,
    453, 464, 475, 487, 499, 511, 523, 536, 549, 562, 576, 590, 604, 619, 634, 649, 665, 681, 698, 715, 732,
    750, 768, 787, 806, 825, 845, 866, 887, 909, 931, 953, 976,
];

/// The rates that are tried above an answer, ascending: every one of three digits up to 2 % above, then those of the series E96, in bit/s,
/// up to twice: the same for all answers.
pub fn above(rate: u64) -> Vec<u64> {
    above_by(rate, 1)
}

/// The rates that are tried above an answer for a lesser share of the time: of the series every fourth. What a faster link makes late
/// counts little of a share.
pub fn above_of_share(rate: u64) -> Vec<u64> {
    above_by(rate, 4)
}

fn above_by(rate: u64, step: usize) -> Vec<u64> {
    let digits = Precision::Digits;
    let close = (rate + rate / CLOSE).max(rate + 1);
    let next = |rate: u64| Some(digits.next(rate));
    let every = std::iter::successors(next(rate), |rate| next(*rate)).take_while(|rate| *rate <= close);
    let decades = std::iter::successors(Some(STEP_MIN), |decade| decade.checked_mul(10));
    // In bit/s a hundredth of 1 kbit/s is ten, so that all of them are whole bytes from 1 Mbit/s on.
    let preferred = decades.flat_map(|decade| {
        PREFERRED.into_iter().step_by(step).map(move |number| decade.saturating_mul(number) / 100)
    });
    let far = preferred.skip_while(|it| *it <= close).take_while(|it| *it <= rate.saturating_mul(2));
    every.chain(far).take_while(|rate| *rate < CAPACITY_MAX).collect()
}

/// In a sentence.
pub const ABOVE: &str = "A faster link cuts other logs, so more is not always better: above an answer were tried every rate of three \
                         digits up to 2 % more, and up to twice those of the series E96, for a lesser share of the time every fourth \
                         of them; all hold.";

/// The least nominal rate of a link, B/s, the same in both directions, at which it carries in the time of the run what replication puts on
/// it in that time, throttles as written: at any less a backlog grows from period to period, whatever the RPO. `None`: not at any rate.
pub fn carries_from(scenario: &Scenario, link: Id<Link>) -> Option<u64> {
    let asked = demands(scenario);
    let of = |direction: Direction| asked.get(&(link, direction)).copied().unwrap_or(0);
    let entry = &scenario.topology.links[link];
    let carries = |rate: u64| {
        [0, 1]
            .into_iter()
            .all(|direction| carried(entry, direction, Rate(rate), scenario.horizon.0) >= of(direction))
    };
    if !carries(CAPACITY_MAX) {
        return None;
    }
    let (mut fails, mut works) = (0, CAPACITY_MAX);
    if carries(0) {
        return Some(0);
    }
    while works - fails > 1 {
        let middle = fails + (works - fails) / 2;
        if carries(middle) {
            works = middle;
        } else {
            fails = middle;
        }
    }
    Some(works)
}

/// Whether a link carries in the time of the run what replication puts on it in that time.
pub fn carries(scenario: &Scenario, link: Id<Link>) -> bool {
    let (asked, entry) = (demands(scenario), &scenario.topology.links[link]);
    [0, 1].into_iter().all(|direction| {
        let of = asked.get(&(link, direction)).copied().unwrap_or(0);
        carried(entry, direction, entry.rate[direction], scenario.horizon.0) >= of
    })
}

/// Bytes that a link of this rate carries in a direction in `time` µs from the start of the run.
fn carried(link: &Link, direction: Direction, rate: Rate, time: u64) -> u128 {
    let payload = Link { rate: [rate; 2], ..link.clone() }.payload(direction).0;
    let windows = &link.throttle[direction];
    let begin = |index: usize| windows.get(index).map_or(time, |(at, _)| at.0.min(time));
    let in_window = |index: usize, left: Option<Rate>| {
        let rate = left.map_or(payload, |left| left.0.min(payload));
        u128::from(rate) * u128::from(begin(index + 1) - begin(index))
    };
    let before = u128::from(payload) * u128::from(begin(0));
    let throttled: u128 = windows.iter().enumerate().map(|(index, (_, left))| in_window(index, *left)).sum();
    (before + throttled) / u128::from(MICROS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In bit/s: 72.4 Mbps lies between 72.3 and 72.5; 1 Gbps is next to 999 Mbps and 1.01 Gbps.
    #[test]
    fn the_scale_is_of_three_digits() {
        let digits = Precision::Digits;
        let bytes = |bits: u64| bits / 8;
        for (rate, before, next) in [
            (72_400_000, 72_300_000, 72_500_000),
            (1_000_000_000, 999_000_000, 1_010_000_000),
            (100_000, 99_000, 101_000),
            (1000, 0, 2000),
        ] {
            let rate = bytes(rate);
            assert_eq!((digits.before(rate), digits.next(rate)), (bytes(before), bytes(next)), "{rate}");
            assert_eq!([digits.up(rate), digits.near(rate)], [rate; 2]);
        }
        assert_eq!(digits.up(bytes(21_058_336)), bytes(21_100_000));
        assert_eq!(digits.near(bytes(72_440_000)), bytes(72_400_000));
        assert_eq!(digits.near(bytes(72_460_000)), bytes(72_500_000));
        assert_eq!([digits.up(1), digits.near(1)], [125; 2]);
    }

    /// 72.4 Mbps: then 75.0, 82.5, 90.9, 100 … 133 Mbps.
    #[test]
    fn of_a_share_every_fourth_preferred_rate_is_tried() {
        let kilobits = |rate: u64| rate * 8 / 1000;
        let rates = above_of_share(9_050_000);
        let far: Vec<u64> = rates.iter().copied().filter(|rate| *rate > 9_231_000).map(kilobits).collect();
        assert_eq!(far, [75_000, 82_500, 90_900, 100_000, 110_000, 121_000, 133_000]);
        assert!(rates.is_sorted() && rates[..14] == above(9_050_000)[..14]);
    }

    #[test]
    fn what_is_tried_above_reaches_twice_the_rate() {
        let rates = above(9_050_000);
        let close: Vec<u64> = (1..=14).map(|step| 9_050_000 + step * 12_500).collect();
        assert_eq!(rates[..14], close);
        assert!(rates.is_sorted());
        assert!(rates.last().is_some_and(|last| *last <= 18_100_000 && *last > 18_100_000 / 103 * 100));
        assert!(rates.windows(2).all(|pair| pair[1] - pair[0] <= pair[0] / 33));
    }

    /// Each is a root of ten to the power of its place, in three digits.
    #[test]
    fn the_preferred_numbers_are_those_of_the_series() {
        for (place, number) in PREFERRED.into_iter().enumerate() {
            let exact = libm::pow(10.0, crate::units::as_f64(place as u64) / 96.0) * 100.0;
            assert!((exact - crate::units::as_f64(number)).abs() <= 0.5, "{number}");
        }
    }
}
