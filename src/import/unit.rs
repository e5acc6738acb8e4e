//! Units of sizes and rates as programs write them, by one exact table that keeps case: `B` is a byte and `b` a bit.
//!
//! `KiB`, `MiB` and so on are binary; `KB`, `MB` and so on are what the source means, thousands or 1024s; prefixes of bits are decimal.
//! Where all letters of a rate are small or all are capital, case says nothing, and it is left to the source whether they are bits.

/// A size or, of a rate, a size a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// How many bits it is.
    pub bits: u64,
    /// Whether it says that it is a second's.
    pub per_second: bool,
}

/// What a column holds, as far as units go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measures {
    /// Bytes.
    Size,
    /// Bytes a second.
    Rate,
}

/// Why a text is no unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotUnit {
    /// Nothing that is known.
    Unknown,
    /// Bits or bytes: its case does not tell. Both readings.
    Either(Unit, Unit),
    /// A unit, of something else: bits where a size is wanted, or a rate.
    Mismatch,
}

const KIBI: u64 = 1024;
const BYTE: u64 = 8;

/// A mebibyte.
pub const MIB: Unit = Unit { bits: BYTE * KIBI * KIBI, per_second: false };
/// A byte.
pub const PLAIN: Unit = Unit { bits: BYTE, per_second: false };
/// A gibibyte.
pub const GIB: Unit = Unit { bits: MIB.bits * KIBI, per_second: false };

impl Unit {
    /// `value`, in units of 10⁻¹⁸, of this unit in whole bytes, rounded down; `None` if that is too large.
    pub fn bytes(self, value: u128) -> Option<u64> {
        const SCALE: u128 = super::number::SCALE;
        // both products fit: a number has at most 60 bits before its 18 decimals, a unit at most 63
        let (whole, rest, bits) = (value / SCALE, value % SCALE, u128::from(self.bits));
        u64::try_from((whole * bits + rest * bits / SCALE) / u128::from(BYTE)).ok()
    }
}

/// What stands at the end of a unit for `a second`, longest first.
const SECONDS: [&str; 9] =
    [" per second", "persecond", " per sec", "/second", "/sec", " p/s", "/s", "ps", "s"];
const POWERS: [(&str, &str, u32); 6] =
    [("k", "kilo", 1), ("m", "mega", 2), ("g", "giga", 3), ("t", "tera", 4), ("p", "peta", 5), ("", "", 0)];
const BINARY: [(&str, &str, u32); 5] =
    [("ki", "kibi", 1), ("mi", "mebi", 2), ("gi", "gibi", 3), ("ti", "tebi", 4), ("pi", "pebi", 5)];

/// What a unit without its second may be.
#[derive(Clone, Copy)]
enum Meaning {
    Bytes(u64),
    Bits(u64),
    Either { bits: u64, bytes: u64 },
}

/// A unit, where `kilo` is how many bytes the source calls a KB: 1000 or 1024.
///
/// # Errors
/// It is unknown, of something else, or bits or bytes.
pub fn unit(text: &str, measures: Measures, kilo: u64) -> Result<Unit, NotUnit> {
    let text = text.trim();
    let start = text.get(..3).filter(|start| start.eq_ignore_ascii_case("in "));
    let words = text[start.map_or(0, str::len)..].split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(meaning) = meaning(&words, kilo, "") {
        return fit(meaning, false, measures);
    }
    for end in SECONDS {
        let Some(at) = words.len().checked_sub(end.len()).filter(|at| words.is_char_boundary(*at)) else {
            continue;
        };
        let (size, second) = words.split_at(at);
        if !second.eq_ignore_ascii_case(end) {
            continue;
        }
        if let Some(meaning) = meaning(size.trim_end(), kilo, second) {
            // `GBs` are gigabytes where a size is wanted
            return fit(meaning, end != "s" || measures == Measures::Rate, measures);
        }
    }
    Err(NotUnit::Unknown)
}

fn fit(meaning: Meaning, per_second: bool, measures: Measures) -> Result<Unit, NotUnit> {
    let of = |bits| Unit { bits, per_second };
    match (measures, meaning) {
        (Measures::Size, Meaning::Bits(_)) => Err(NotUnit::Mismatch),
        (Measures::Size, _) if per_second => Err(NotUnit::Mismatch),
        // nobody counts what is stored in bits
        (Measures::Size, Meaning::Either { bytes, .. }) => Ok(of(bytes)),
        (Measures::Rate, Meaning::Either { bits, bytes }) => Err(NotUnit::Either(of(bits), of(bytes))),
        (Measures::Size | Measures::Rate, Meaning::Bytes(bits) | Meaning::Bits(bits)) => Ok(of(bits)),
    }
}

/// A size as written before `second`, such as `/s` or nothing.
fn meaning(text: &str, kilo: u64, second: &str) -> Option<Meaning> {
    let lower = text.to_lowercase();
    let word = |words: [&str; 4]| words.into_iter().find_map(|word| lower.strip_suffix(word));
    let bytes = |prefix: &str| factor(prefix, kilo).map(|factor| factor * BYTE);
    let bits = |prefix: &str| factor(prefix, 1000);
    if let Some(prefix) = word(["bytes", "byte", "octets", "octet"]) {
        return bytes(prefix.trim_end()).map(Meaning::Bytes);
    }
    if let Some(prefix) = word(["bits", "bit", "bits", "bit"]) {
        return bits(prefix.trim_end()).map(Meaning::Bits);
    }
    let prefix = lower.get(..lower.len().checked_sub(1)?)?;
    let small = !prefix.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase());
    let capital = second.bytes().any(|byte| byte.is_ascii_uppercase()) && text == text.to_uppercase();
    match text.chars().last()? {
        'b' | 'B' if small || capital => Some(Meaning::Either { bits: bits(prefix)?, bytes: bytes(prefix)? }),
        'B' => bytes(prefix).map(Meaning::Bytes),
        'b' => bits(prefix).map(Meaning::Bits),
        // octets, in French
        'o' if !prefix.is_empty() && second.chars().next().is_none_or(|c| c == '/') => {
            bytes(prefix).map(Meaning::Bytes)
        }
        _ => None,
    }
}

/// What a prefix in small letters stands for.
fn factor(prefix: &str, kilo: u64) -> Option<u64> {
    let named =
        |(short, long, power): (&str, &str, u32)| (prefix == short || prefix == long).then_some(power);
    let power = POWERS.into_iter().find_map(named).map(|power| kilo.pow(power));
    power.or_else(|| BINARY.into_iter().find_map(named).map(|power| KIBI.pow(power)))
}

/// The unit that a header names: in its last brackets, else at its end; `Ok(None)` if it names none.
///
/// # Errors
/// What stands in the brackets, or the unit at the end, and why it cannot be used.
pub fn of_header(header: &str, measures: Measures, kilo: u64) -> Result<Option<Unit>, (String, NotUnit)> {
    if let Some(open) = header.rfind(['(', '[']) {
        let inside = header[open + 1..].split([')', ']']).next().unwrap_or_default().trim();
        return unit(inside, measures, kilo).map(Some).map_err(|not| (inside.to_owned(), not));
    }
    let words: Vec<&str> = header.split([' ', '_']).filter(|word| !word.is_empty()).collect();
    for count in (1..=3.min(words.len().saturating_sub(1))).rev() {
        let end = words[words.len() - count..].join(" ");
        match unit(&end, measures, kilo) {
            // a single letter may be a name, and `to` a word
            Ok(_) | Err(NotUnit::Either(..) | NotUnit::Mismatch)
                if end.len() < 2 || end.eq_ignore_ascii_case("to") => {}
            Ok(unit) => return Ok(Some(unit)),
            Err(NotUnit::Unknown) => {}
            Err(not) => return Err((end, not)),
        }
    }
    Ok(None)
}

impl NotUnit {
    /// What is wrong and what to do, for a message about this text.
    pub fn explain(self, text: &str) -> (String, String) {
        let text = super::fault::quote(text);
        match self {
            NotUnit::Unknown => {
                (format!("`{text}` is no unit"), "name a unit such as (MB) or (MB/s) in the header".into())
            }
            NotUnit::Mismatch => {
                (format!("`{text}` is no unit of what the column holds"), "name bytes, such as (MB)".into())
            }
            NotUnit::Either(bits, bytes) => (
                format!(
                    "`{text}` may be bits or bytes: 1 {text} is {} or {}",
                    per_second(bits),
                    per_second(bytes)
                ),
                "write it with its case, such as MB/s for bytes or Mbit/s for bits".into(),
            ),
        }
    }
}

/// One of the unit in bytes per second.
fn per_second(unit: Unit) -> String {
    crate::units::Rate(unit.bits / BYTE).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes in a unit, `None` where it is refused.
    fn bytes(text: &str, measures: Measures) -> Option<f64> {
        unit(text, measures, 1000).ok().map(|unit| f64::from(u32::try_from(unit.bits).unwrap()) / 8.0)
    }

    #[test]
    fn case_tells_bits_from_bytes_and_where_it_cannot_nothing_is_read() {
        let rates = [
            ("B/s", 1.0),
            ("Bps", 1.0),
            ("bytes/sec", 1.0),
            ("bps", 0.125),
            ("b/s", 0.125),
            ("KB/s", 1000.0),
            ("kB/s", 1000.0),
            ("KBps", 1000.0),
            ("KBs", 1000.0),
            ("Ko/s", 1000.0),
            ("Mo/s", 1e6),
            ("MB per second", 1e6),
            ("MB/sec", 1e6),
            ("In MB/s", 1e6),
            ("Mbps", 125_000.0),
            ("Mb/s", 125_000.0),
            ("Mbit/s", 125_000.0),
            ("kbit/s", 125.0),
            ("Kbps", 125.0),
            ("MiB/s", 1_048_576.0),
            ("KiB", 1024.0),
            ("Mebibytes/second", 1_048_576.0),
            ("Mbits", 125_000.0),
            ("MB", 1e6),
        ];
        for (text, expected) in rates {
            assert_eq!(bytes(text, Measures::Rate), Some(expected), "{text}");
        }
        for text in ["mbps", "kbps", "mb/s", "gb/s", "MBPS", "MB/S", "BPS", "kbs"] {
            assert!(matches!(unit(text, Measures::Rate, 1000), Err(NotUnit::Either(..))), "{text}");
        }
        let sizes = [
            ("MB", 1e6),
            ("mb", 1e6),
            ("Mo", 1e6),
            ("In MB", 1e6),
            ("MBs", 1e6),
            ("KiB", 1024.0),
            ("kilobytes", 1000.0),
        ];
        for (text, expected) in sizes {
            assert_eq!(bytes(text, Measures::Size), Some(expected), "{text}");
        }
        for text in ["Mb", "Mbit", "MB/s", "GBps"] {
            assert_eq!(unit(text, Measures::Size, 1000), Err(NotUnit::Mismatch), "{text}");
        }
        for text in ["", "IOPS", "%", "pages", "M", "s", "ops", "ms"] {
            assert_eq!(unit(text, Measures::Rate, 1000), Err(NotUnit::Unknown), "{text}");
        }
    }

    #[test]
    fn a_header_names_its_unit_in_brackets_or_at_its_end() {
        let of = |header| of_header(header, Measures::Rate, 1024).ok().flatten().map(|unit| unit.bits / 8);
        assert_eq!(of("Disk 1 write throughput average (MB per second)"), Some(1 << 20));
        assert_eq!(of("Disk write throughput [KB/s]"), Some(1024));
        assert_eq!(of("Write Bytes/sec"), Some(1));
        assert_eq!(of("capacity MiB"), Some(1 << 20));
        for none in ["Memory", "db-01", "disk b", "Assigned to"] {
            assert_eq!(of_header(none, Measures::Rate, 1024), Ok(None), "{none}");
        }
        assert!(of_header("Disk 1 write throughput (Mbps ?)", Measures::Rate, 1024).is_err());
    }
}
