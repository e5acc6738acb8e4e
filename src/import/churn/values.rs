//! What a number in a table of measurements means: a rate, the bytes of a bin, or a running total; and in which unit.

use crate::import::unit::{self, Measures, NotUnit};

/// What numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Bytes per second, the mean over the time of a sample.
    Rate,
    /// Bytes written in the time of a sample.
    Bytes,
    /// Bytes written since some beginning.
    Total,
}

impl Values {
    /// As chosen on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Values::Rate => "rate",
            Values::Bytes => "bytes",
            Values::Total => "total",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Values> {
        [Values::Rate, Values::Bytes, Values::Total].into_iter().find(|values| values.name() == name)
    }
}

/// Bytes in one of what is counted, as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Bytes of so many.
    pub bytes: u64,
    /// How many.
    pub of: u64,
}

impl Unit {
    /// A byte.
    pub const BYTE: Unit = Unit { bytes: 1, of: 1 };
    /// 1024 × 1024 bytes.
    pub const MIB: Unit = Unit { bytes: 1 << 20, of: 1 };
    /// A sector of Linux.
    pub const SECTOR: Unit = Unit { bytes: 512, of: 1 };

    /// A KB, as `--kb` says.
    pub fn kb(kb: u32) -> Unit {
        Unit { bytes: u64::from(kb), of: 1 }
    }

    fn of_bits(bits: u64) -> Unit {
        if bits.is_multiple_of(8) { Unit { bytes: bits / 8, of: 1 } } else { Unit { bytes: bits, of: 8 } }
    }

    /// A number of these in bytes, rounded down; `None` beyond `u128`.
    pub fn in_bytes(self, number: u128) -> Option<u128> {
        number.checked_mul(u128::from(self.bytes)).map(|bytes| bytes / u128::from(self.of))
    }
}

/// What a text says of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing.
    Nothing,
    /// A unit, and whether it is per second.
    Unit(Unit, bool),
    /// `mbps`: bits or bytes.
    BitsOrBytes,
}

impl Said {
    fn of(unit: unit::Unit) -> Said {
        Said::Unit(Unit::of_bits(unit.bits), unit.per_second)
    }

    fn not(not: NotUnit) -> Said {
        match not {
            NotUnit::Either(..) => Said::BitsOrBytes,
            NotUnit::Unknown | NotUnit::Mismatch => Said::Nothing,
        }
    }
}

/// What a unit alone says: `MiB/s`, `KBps`, `Mbit/s`, `bytes`.
pub fn unit(text: &str, kb: u32) -> Said {
    unit::unit(text, Measures::Rate, kb.into()).map_or_else(Said::not, Said::of)
}

/// Whether words of a header say `per second`, apart or as one.
fn is_per_second(words: &[&str]) -> bool {
    words.windows(2).any(|two| two[0] == "per" && matches!(two[1], "s" | "sec" | "second"))
        || words.iter().any(|word| word.ends_with("persec") || word.ends_with("persecond"))
}

/// What a header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Without the unit in brackets at its end.
    pub name: String,
    /// What the numbers are, if it says so.
    pub values: Option<Values>,
    /// In which unit.
    pub unit: Said,
}

/// Reads a header: `db-01 [KB/s]`, `rate(node_disk_written_bytes_total[5m])`, `vm_written_bytes_total`.
pub fn header(text: &str, kb: u32) -> Header {
    let text = text.trim();
    let bracket = text
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
        .or_else(|| text.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')));
    let named = bracket
        .map(|(name, inside)| (name.trim_end(), unit(inside, kb)))
        .filter(|(name, said)| !name.is_empty() && *said != Said::Nothing);
    let inside = || within(text, kb);
    let (name, mut said) = named.or_else(inside).unwrap_or((text, Said::Nothing));
    let lower = name.to_lowercase();
    // `{…}` are labels, not words
    let words: Vec<&str> = lower
        .split('{')
        .next()
        .unwrap_or_default()
        .split(|letter: char| !letter.is_alphanumeric() && letter != '/')
        .collect();
    if said == Said::Nothing {
        let plain = name.split('{').next().unwrap_or_default();
        let rates = plain
            .split([' ', '_', ',', ';', '|', ':'])
            .filter(|word| word.ends_with("ps") || word.contains('/'));
        said = rates.map(|word| unit(word, kb)).rfind(|said| *said != Said::Nothing).unwrap_or(Said::Nothing);
        if said == Said::Nothing && is_per_second(&words) {
            said = unit::of_header(plain, Measures::Rate, kb.into())
                .map_or_else(|(_, not)| Said::not(not), |unit| unit.map_or(Said::Nothing, Said::of));
        }
        if said == Said::Nothing && words.iter().any(|word| *word == "bytes" || word.contains("bytesper")) {
            said = Said::Unit(Unit::BYTE, false);
        }
    }
    let mut is_amount = false;
    if said == Said::Nothing {
        said = amount(name, kb);
        // of what, and since when, it does not say
        is_amount = matches!(said, Said::Unit(_, false));
    }
    let has = |all: &[&str]| words.iter().any(|word| all.contains(word));
    let values = match said {
        _ if lower.starts_with("rate(")
            || lower.starts_with("irate(")
            || lower.contains("(rate(")
            || lower.contains("(irate(") =>
        {
            Some(Values::Rate)
        }
        _ if lower.contains("increase(") || lower.contains("delta(") => Some(Values::Bytes),
        Said::Unit(_, true) | Said::BitsOrBytes => Some(Values::Rate),
        _ if has(&["total", "cumulative"]) && has(&["bytes", "written", "writes", "write", "sectors"])
            || lower.contains("since boot") =>
        {
            Some(Values::Total)
        }
        _ if has(&["rate", "throughput"]) || is_per_second(&words) => Some(Values::Rate),
        // the mean of samples of a bin is not the bytes of that bin
        Said::Unit(_, false) if is_amount || has(&["average", "avg", "mean"]) => None,
        Said::Unit(_, false) => Some(Values::Bytes),
        Said::Nothing => None,
    };
    Header { name: name.to_owned(), values, unit: said }
}

/// A unit in brackets that something follows: `Write Throughput (MiB/s) avg`.
fn within(text: &str, kb: u32) -> Option<(&str, Said)> {
    let close = text.rfind([')', ']'])?;
    let open = text[..close].rfind(['(', '['])?;
    let said = unit(&text[open + 1..close], kb);
    (said != Said::Nothing && open > 0).then_some((text, said))
}

/// A unit that is a word of its own, or the end of one: `kB_wrtn`, `kB_wrtn/s`, `writeMBps`.
fn amount(name: &str, kb: u32) -> Said {
    let words = || name.split('{').next().unwrap_or_default().split([' ', '_', ',', ';', '|', ':']);
    let is_unit = |word: &&str| word.len() > 1 && ["B", "Bps", "B/s"].iter().any(|end| word.ends_with(end));
    let per_second = words().any(|word| word.ends_with("/s"));
    match words()
        .flat_map(|word| [word, last_part(word)])
        .filter(is_unit)
        .map(|word| unit(word, kb))
        .find(|said| *said != Said::Nothing)
    {
        Some(Said::Unit(unit, rate)) => Said::Unit(unit, rate || per_second),
        Some(Said::BitsOrBytes | Said::Nothing) | None => Said::Nothing,
    }
}

/// `MBps` of `writeMBps`; else the whole.
fn last_part(word: &str) -> &str {
    let letters = word.as_bytes();
    let is_begin = |at: &usize| letters[at - 1].is_ascii_lowercase() && letters[*at].is_ascii_uppercase();
    (1..letters.len()).rev().find(is_begin).map_or(word, |at| &word[at..])
}

/// A cell's number and what its unit says: `1.00 MiB/s`.
pub fn cell(cell: &str, kb: u32) -> (&str, Said) {
    let end = cell.rfind(|letter: char| letter.is_ascii_digit()).map_or(0, |last| last + 1);
    let (number, rest) = cell.split_at(end);
    if rest.is_empty() {
        return (cell, Said::Nothing);
    }
    let said = unit(rest, kb);
    // what is no unit belongs to the number, which then is none
    if said == Said::Nothing || number.is_empty() { (cell, Said::Nothing) } else { (number, said) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_keep_their_case() {
        let rate = |bytes, of| Said::Unit(Unit { bytes, of }, true);
        let cases = [
            ("MiB/s", rate(1 << 20, 1)),
            ("KBps", rate(1000, 1)),
            ("KBs", rate(1000, 1)),
            ("Mbps", rate(125_000, 1)),
            ("Mbit/s", rate(125_000, 1)),
            ("B/s", rate(1, 1)),
            ("bytes/sec", rate(1, 1)),
            ("Bytes/sec", rate(1, 1)),
            ("bps", rate(1, 8)),
            ("Ko/s", rate(1000, 1)),
            ("kB/s", rate(1000, 1)),
            ("mbps", Said::BitsOrBytes),
            ("MB/S", Said::BitsOrBytes),
            ("kbps", Said::BitsOrBytes),
            ("bytes", Said::Unit(Unit::BYTE, false)),
            ("MiB", Said::Unit(Unit::MIB, false)),
            ("a", Said::Nothing),
            ("", Said::Nothing),
            ("db", Said::Nothing),
            ("%", Said::Nothing),
            ("ms", Said::Nothing),
        ];
        for (text, expected) in cases {
            assert_eq!(unit(text, 1000), expected, "{text}");
        }
    }

    #[test]
    fn headers_say_what_they_hold() {
        let cases = [
            ("vm1", "vm1", None),
            ("vm1 [KB/s]", "vm1", Some(Values::Rate)),
            ("a_written_bytes_total", "a_written_bytes_total", Some(Values::Total)),
            (
                "rate(node_disk_written_bytes_total[5m])",
                "rate(node_disk_written_bytes_total[5m])",
                Some(Values::Rate),
            ),
            ("db Bps", "db Bps", Some(Values::Rate)),
            ("db throughput", "db throughput", Some(Values::Rate)),
            ("db (bytes)", "db", Some(Values::Bytes)),
            ("db (MiB/s) avg", "db (MiB/s) avg", Some(Values::Rate)),
            ("sda kB_wrtn/s", "sda kB_wrtn/s", Some(Values::Rate)),
            ("sda kB_wrtn", "sda kB_wrtn", None),
            ("writeMBps", "writeMBps", Some(Values::Rate)),
            ("write_bytes_per_sec", "write_bytes_per_sec", Some(Values::Rate)),
            ("DiskWriteBytesPersec", "DiskWriteBytesPersec", Some(Values::Rate)),
            ("a b", "a b", None),
            ("total", "total", None),
        ];
        for (text, name, values) in cases {
            let read = header(text, 1000);
            assert_eq!((read.name.as_str(), read.values), (name, values), "{text}");
        }
    }
}
