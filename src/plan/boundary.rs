//! The boundary of a yes-or-no question over whole numbers: the value that holds, and its neighbour that does not.

/// What lies at a boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boundary {
    /// It holds at the first, and not at the second, its neighbour on the failing side.
    Between(u64, u64),
    /// It holds at every value asked, up to the end of the range on the failing side.
    Always,
    /// It holds at no value asked, up to the end of the range on the holding side.
    Never,
}

/// The least value in `least..=most` from which on `holds`, with one less at which it does not; `guess` is where to begin. Where the
/// answers are not in order, a boundary all the same.
pub fn least(least: u64, most: u64, guess: u64, mut holds: impl FnMut(u64) -> bool) -> Boundary {
    let (mut fails, mut works) = (None, None);
    let mut stride = (guess / 8192).max(1);
    let mut next = guess.clamp(least, most);
    loop {
        if holds(next) {
            works = Some(next)
        } else {
            fails = Some(next)
        }
        next = match (fails, works) {
            (Some(fails), Some(works)) if works - fails == 1 => return Boundary::Between(works, fails),
            (Some(fails), Some(works)) => fails + (works - fails) / 2,
            (None, Some(works)) if works == least => return Boundary::Always,
            (None, Some(works)) => works.saturating_sub(stride).max(least),
            (Some(fails), None) if fails == most => return Boundary::Never,
            (Some(fails), None) => fails.saturating_add(stride).min(most),
            (None, None) => unreachable!("the guess was asked"),
        };
        stride = stride.saturating_mul(4);
    }
}

/// The largest value in `low..=high` up to which `holds`, with one more at which it does not.
pub fn largest(low: u64, high: u64, guess: u64, mut holds: impl FnMut(u64) -> bool) -> Boundary {
    let mirrored = least(0, high - low, high - guess.clamp(low, high), |value| holds(high - value));
    match mirrored {
        Boundary::Between(works, fails) => Boundary::Between(high - works, high - fails),
        Boundary::Always | Boundary::Never => mirrored,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_boundary_is_found_from_every_guess() {
        for edge in 1..=40 {
            for guess in 0..=41 {
                assert_eq!(least(0, 40, guess, |value| value >= edge), Boundary::Between(edge, edge - 1));
                assert_eq!(largest(0, 40, guess, |value| value < edge), Boundary::Between(edge - 1, edge));
            }
        }
    }

    #[test]
    fn a_range_without_boundary_says_so() {
        assert_eq!(least(3, 9, 5, |_| true), Boundary::Always);
        assert_eq!(least(3, 9, 5, |_| false), Boundary::Never);
        assert_eq!(largest(3, 9, 5, |_| true), Boundary::Always);
        assert_eq!(largest(3, 9, 5, |_| false), Boundary::Never);
        assert_eq!(least(7, 7, 0, |_| false), Boundary::Never);
    }

    #[test]
    fn a_good_guess_asks_little() {
        let mut asked = 0;
        let found = least(1, 1 << 40, 5_000_000, |value| {
            asked += 1;
            value >= 5_000_100
        });
        assert_eq!(found, Boundary::Between(5_000_100, 5_000_099));
        assert!(asked <= 12, "{asked}");
    }
}
