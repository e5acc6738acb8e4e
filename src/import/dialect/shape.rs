//! A written number taken apart, and which ways of writing numbers could have written it.

use super::{Dialect, Group, Mark};
use crate::import::number::NotNumber;

/// What programs write where there is no value.
const NOTHING: [&str; 25] = [
    "nan",
    "+nan",
    "-nan",
    "nan(ind)",
    "-nan(ind)",
    "1.#qnan",
    "1.#ind",
    "-1.#ind",
    "inf",
    "+inf",
    "-inf",
    "infinity",
    "-infinity",
    "1.#inf",
    "-1.#inf",
    "undefined",
    "null",
    "none",
    "n/a",
    "na",
    "#n/a",
    "-",
    "--",
    "–",
    "—",
];

/// A cell taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'c> {
    /// Whether it has a minus, or stands in parentheses as accountants write.
    pub negative: bool,
    /// Digits with their marks, and an exponent if there is one.
    pub digits: &'c str,
    /// What stands behind: a unit, `%`, or nothing.
    pub unit: &'c str,
}

/// A blank that may stand between digits or around a number.
pub fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}

fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',') || is_blank(c) || is_apostrophe(c)
}

/// Takes a cell apart.
///
/// # Errors
/// Empty; a word for no value; no digit where a number begins.
pub fn parts(cell: &str) -> Result<Parts<'_>, NotNumber> {
    let around = |c: char| is_blank(c) || matches!(c, '"' | '\'');
    let text = cell.trim_matches(around);
    if text.is_empty() {
        return Err(NotNumber::Empty);
    }
    if NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Err(NotNumber::Nothing);
    }
    let (negative, text) = match text.strip_prefix(['-', '\u{2212}', '+']) {
        Some(rest) => (!text.starts_with('+'), rest),
        None => match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            Some(inside) => (true, inside),
            None => (false, text),
        },
    };
    let text = text.trim_start_matches(is_blank);
    let end = text.find(|c| !is_of_number(c)).unwrap_or(text.len());
    let end = end + exponent(&text[end..]);
    let (digits, unit) = text.split_at(end);
    let digits = digits.trim_end_matches(|c| is_blank(c) || is_apostrophe(c));
    if !digits.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(NotNumber::Other);
    }
    Ok(Parts { negative, digits, unit: unit.trim_matches(is_blank) })
}

/// Length of an exponent at the start, such as `E-4`.
fn exponent(text: &str) -> usize {
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return 0 };
    let digits = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 { 0 } else { 1 + rest.len() - digits.len() + count }
}

impl Dialect {
    /// Whether this way of writing could have written these digits.
    pub fn fits(self, digits: &str) -> bool {
        self.halves(digits).is_some()
    }

    /// The digits with a decimal point and without groups, where this way of writing could have written them.
    pub fn plain(self, digits: &str) -> Option<String> {
        let (whole, rest) = self.halves(digits)?;
        let mut plain: String = whole.chars().filter(char::is_ascii_digit).collect();
        plain.extend(rest.chars().map(|c| if c == ',' { '.' } else { c }));
        Some(plain)
    }

    /// What stands before the decimal mark, and the rest.
    fn halves(self, digits: &str) -> Option<(&str, &str)> {
        let end = digits.find(['e', 'E']).unwrap_or(digits.len());
        let at = digits[..end].find(self.decimal.char()).unwrap_or(end);
        let (whole, rest) = digits.split_at(at);
        let decimals = &digits[at..end];
        let decimals = decimals.strip_prefix(self.decimal.char()).unwrap_or(decimals);
        let good = decimals.bytes().all(|byte| byte.is_ascii_digit())
            && !(whole.is_empty() && decimals.is_empty())
            && if whole.bytes().all(|byte| byte.is_ascii_digit()) {
                true
            } else {
                // mantissas are not grouped
                end == digits.len() && self.groups(whole)
            };
        good.then_some((whole, rest))
    }

    /// Whether digits are grouped as it groups: by threes, or by twos before the last three as in India.
    fn groups(self, whole: &str) -> bool {
        let is_mark = |c: char| match self.group {
            Group::None => false,
            Group::Other => c == self.decimal.other().char(),
            Group::Blanks => is_blank(c),
            Group::Apostrophes => is_apostrophe(c),
        };
        let groups: Vec<&str> = whole.split(is_mark).collect();
        let [first, middle @ .., last] = groups.as_slice() else { return false };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let all = |length: usize| middle.iter().all(|part| part.len() == length && digits(part));
        let size = first.len();
        let begins = digits(first) && !first.starts_with('0');
        last.len() == 3
            && digits(last)
            && begins
            && ((1..=3).contains(&size) && all(3) || (1..=2).contains(&size) && all(2))
    }
}

/// Digits with at most one mark, which nearly all cells are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simple {
    /// The mark, if there is one.
    pub mark: Option<Mark>,
    /// Whether it may be a number a thousand times as large by another way of writing.
    pub is_doubtful: bool,
}

impl Simple {
    /// A cell of nothing else, with digits on both sides of its mark and no needless zero in front.
    pub fn of(cell: &[u8]) -> Option<Simple> {
        let (mut mark, mut before) = (None, cell.len());
        for (at, byte) in cell.iter().enumerate() {
            match byte {
                b'0'..=b'9' => {}
                b'.' if mark.is_none() => (mark, before) = (Some(Mark::Point), at),
                b',' if mark.is_none() => (mark, before) = (Some(Mark::Comma), at),
                _ => return None,
            }
        }
        let after = cell.len().saturating_sub(before + 1);
        let padded = before > 1 && cell[0] == b'0';
        if before == 0 || padded || (mark.is_some() && after == 0) {
            return None;
        }
        let is_doubtful = mark.is_some() && after == 3 && before <= 3 && cell[0] != b'0';
        Some(Simple { mark, is_doubtful })
    }

    /// Whether a way of writing could have written it.
    pub fn fits(self, dialect: Dialect) -> bool {
        self.mark
            .is_none_or(|mark| dialect.decimal == mark || (self.is_doubtful && dialect.group == Group::Other))
    }
}

/// The mark of digits that mean another number a thousand times as large by another way of writing: one to three, the mark, three.
pub fn ambiguous(digits: &str) -> Option<Mark> {
    let mark = if digits.contains('.') { Mark::Point } else { Mark::Comma };
    let other = Dialect { decimal: mark.other(), group: Group::Other };
    let decimal = Dialect { decimal: mark, group: Group::None };
    (digits.contains(mark.char()) && decimal.fits(digits) && other.fits(digits)).then_some(mark)
}
