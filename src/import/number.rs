//! Decimal numbers, exactly: a mean over measured decimals must not depend on how a float rounds.

/// A parsed decimal counts in units of 10⁻¹⁸; digits further right are dropped.
pub const SCALE: u128 = 1_000_000_000_000_000_000;
/// Largest number read.
pub const NUMBER_MAX: u128 = 1_000_000_000_000_000_000;

/// Why a cell is not a number that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNumber {
    /// Nothing there.
    Empty,
    /// Below zero.
    Negative,
    /// Written with a comma.
    Comma,
    /// Above the largest number that makes sense here.
    TooLarge,
    /// A word for no value, such as `NaN` or `n/a`.
    Nothing,
    /// Zeros before its digits, as where a mark was lost: `0666`.
    Padded,
    /// Something else.
    Other,
}

impl NotNumber {
    /// What is wrong and what to do, for a message.
    pub fn explain(self, cell: &str) -> (String, &'static str) {
        let cell = super::fault::quote(cell);
        match self {
            NotNumber::Empty => ("the cell is empty".into(), "delete the row, or fill the cell"),
            NotNumber::Negative => {
                (format!("`{cell}` is negative"), "writes are zero or more; delete rows of counter resets")
            }
            NotNumber::Comma => (
                format!("`{cell}` is written with a comma"),
                "export with a decimal point and no thousands separator",
            ),
            NotNumber::TooLarge => {
                (format!("`{cell}` is too large to be true"), "check the unit of the column")
            }
            NotNumber::Padded => (
                format!("`{cell}` starts with a zero"),
                "write it without the zero, or with its decimal mark",
            ),
            NotNumber::Nothing | NotNumber::Other => (
                format!("`{cell}` is not a number"),
                "write digits, with the decimal mark of the other numbers",
            ),
        }
    }
}

/// Reads `12`, `0.25`, `1.5E-4` as a count of 10⁻¹⁸.
pub fn decimal(cell: &[u8]) -> Result<u128, NotNumber> {
    let (negative, digits) = match cell {
        [] => return Err(NotNumber::Empty),
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    match magnitude(digits) {
        Ok(value) if negative && value > 0 => Err(NotNumber::Negative),
        // however far below zero
        Err(NotNumber::TooLarge) if negative => Err(NotNumber::Negative),
        other => other,
    }
}

fn magnitude(text: &[u8]) -> Result<u128, NotNumber> {
    let end = text.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(text.len());
    let (mantissa, exponent) = text.split_at(end);
    let mut exponent = exponent_of(exponent)?;
    let (mut value, mut point, mut any) = (0_u128, false, false);
    for byte in mantissa {
        match byte {
            b'0'..=b'9' if value < u128::MAX / 1000 => {
                value = value * 10 + u128::from(byte - b'0');
                exponent -= i32::from(point);
                any = true;
            }
            b'0'..=b'9' => exponent += i32::from(!point),
            b'.' if !point => point = true,
            b',' => return Err(NotNumber::Comma),
            _ => return Err(NotNumber::Other),
        }
    }
    if !any {
        return Err(NotNumber::Other);
    }
    scaled(value, exponent + 18).filter(|value| *value <= NUMBER_MAX * SCALE).ok_or(NotNumber::TooLarge)
}

/// `value` × 10^`power`, rounded down.
fn scaled(value: u128, power: i32) -> Option<u128> {
    let ten = 10_u128.checked_pow(power.unsigned_abs());
    match (power >= 0, ten) {
        _ if value == 0 => Some(0),
        (true, ten) => value.checked_mul(ten?),
        (false, ten) => Some(ten.map_or(0, |ten| value / ten)),
    }
}

/// The power of ten after the `e`, if there is one; a silly one is cut, to be refused or to vanish later.
fn exponent_of(text: &[u8]) -> Result<i32, NotNumber> {
    let Some(text) = text.get(1..) else { return Ok(0) };
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        all => (1, all),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NotNumber::Other);
    }
    Ok(sign * digits.iter().fold(0, |all, digit| (all * 10 + i32::from(digit - b'0')).min(100_000)))
}

/// ⌊`factor` × `sum` ÷ `divisor`⌉, ties to even. The product is split so that it fits: `divisor` × `factor` must.
pub fn mean_times(sum: u128, divisor: u128, factor: u128) -> u128 {
    let (whole, rest) = (sum / divisor, sum % divisor);
    let product = rest * factor;
    let (down, left) = (product / divisor, product % divisor);
    let twice = left * 2;
    let up = twice > divisor || (twice == divisor && (whole * factor + down) % 2 == 1);
    whole * factor + down + u128::from(up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        assert_eq!(decimal(b"10.266666666666667"), Ok(10_266_666_666_666_667_000));
        assert_eq!(decimal(b"1.1042816E7"), Ok(11_042_816 * SCALE));
        assert_eq!(decimal(b"6.666666666666667E-4"), Ok(666_666_666_666_666));
        assert_eq!(decimal(b"+.5"), Ok(SCALE / 2));
        assert_eq!(decimal(b"-0.0"), Ok(0));
        assert_eq!(decimal(b"0e99999999999"), Ok(0));
        assert_eq!(decimal(b"1e-99999999999"), Ok(0));
        assert_eq!(decimal(b"0.3333333333333333333333333333333333333333333333333333333"), Ok(SCALE / 3));
    }

    #[test]
    fn other_cells_are_told_apart() {
        let cases: [(&[u8], NotNumber); 10] = [
            (b"", NotNumber::Empty),
            (b"-1", NotNumber::Negative),
            (b"-4.6e18", NotNumber::Negative),
            (b"1,5", NotNumber::Comma),
            (b"1e19", NotNumber::TooLarge),
            (b"9999999999999999999999999999999999999999999", NotNumber::TooLarge),
            (b"NaN", NotNumber::Other),
            (b".", NotNumber::Other),
            (b"1e", NotNumber::Other),
            (b"1.2.3", NotNumber::Other),
        ];
        for (cell, expected) in cases {
            assert_eq!(decimal(cell), Err(expected), "{}", String::from_utf8_lossy(cell));
        }
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        assert_eq!(mean_times(1, 2, 1), 0);
        assert_eq!(mean_times(3, 2, 1), 2);
        assert_eq!(mean_times(5, 2, 1), 2);
        assert_eq!(mean_times(7, 4, 1), 2);
        assert_eq!(mean_times(7, 2, 300_000), 1_050_000);
    }
}
