//! How a plan says shares and counts, in sentences and in cells alike.

/// `99.95 %`, `−4.5 %`: to two digits of what is missing to the whole, rounded down, so that less than always never reads as always.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "–".into();
    }
    let percent = 100.0 * share;
    if percent < 0.0 {
        return format!("−{}", self::percent(-share));
    }
    if percent == 0.0 || percent >= 100.0 {
        return format!("{percent:.0} %");
    }
    if percent < 0.1 {
        return "< 0.1 %".into();
    }
    let mut decimals = 1;
    let mut missing = 100.0 - percent;
    while missing < 0.995 && decimals < 8 {
        decimals += 1;
        missing *= 10.0;
    }
    let scale = (0..decimals).fold(1.0, |scale, _| 10.0 * scale);
    // What a share that has no exact binary form lacks to its last digit is made up for; the whole is never reached.
    let down = (percent * scale + 1e-6).floor().min(100.0 * scale - 1.0) / scale;
    format!("{down} %")
}

/// `1 violation`, `2 violations`.
pub fn count(number: f64, noun: &str) -> String {
    if number == 1.0 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_always_never_reads_as_always() {
        let of = |share: f64| percent(share);
        assert_eq!(
            [0.999, 0.9995, 0.99, 0.95, 0.5, 1.0, 0.0].map(of).join(" "),
            "99.9 % 99.95 % 99 % 95 % 50 % 100 % 0 %"
        );
        assert_eq!(
            [0.999_54, 0.999_996, 0.123_45, 0.000_2].map(of).join(" "),
            "99.954 % 99.9996 % 12.3 % < 0.1 %"
        );
        for digits in 1..17 {
            let share = 1.0 - libm::exp10(-f64::from(digits));
            assert_eq!(percent(share) == "100 %", share == 1.0, "{share}");
        }
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!(
            (count(1.0, "violation"), count(2.0, "violation")),
            ("1 violation".into(), "2 violations".into())
        );
    }
}
