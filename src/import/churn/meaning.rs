//! What the columns of a wide table mean: as asked, as their headers say, or as the units in their cells do; else both readings are shown.

use super::labels;
use super::rows;
use super::time::axis::Axis;
use super::track::Source;
use super::values::{self, Said, Unit, Values};
use crate::import::ChurnOptions;
use crate::import::clock::TimeUnit;
use crate::import::dates::is_time;
use crate::import::dialect::Dialect;
use crate::import::fault::{Fault, Faults, quote};
use crate::import::number::{NotNumber, SCALE};
use crate::import::sheet::Sheet;
use crate::units::{Bytes, Span};

/// What is known of a column before its numbers are read.
pub struct Meaning {
    /// Its place, from 0.
    pub at: usize,
    /// Its name to be.
    pub name: String,
    /// What its numbers are.
    pub values: Option<Values>,
    /// What told it.
    pub source: Source,
    /// In which unit.
    pub unit: Unit,
}

/// Whether a header of times says that they are UTC.
pub fn utc(header: &str) -> bool {
    header
        .to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|word| ["utc", "gmt"].contains(&word))
}

/// Whether a header of times says milliseconds of what is none.
pub fn claims_another(header: &str, unit: TimeUnit) -> bool {
    let header = header.to_lowercase();
    let claimed = header.ends_with("_ms") || header.ends_with("[ms]");
    claimed && unit != TimeUnit::Milliseconds
}

/// The first column of a machine.
pub fn first(header: &[String]) -> usize {
    if header.len() > 2 && rows::is_date_and_time(&header[0], &header[1]) { 2 } else { 1 }
}

/// Words of measures that are not of bytes written.
const OTHERS: [&str; 16] = [
    "iops",
    "operations",
    "requests",
    "completed",
    "merged",
    "latency",
    "time_",
    "time(",
    "queue",
    "number",
    "count",
    "read",
    " ops",
    "iowrite",
    "percent",
    "seconds",
];

fn is_of_another(name: &str) -> bool {
    let lower = name.to_lowercase();
    OTHERS.iter().any(|word| lower.contains(word))
}

/// Whether a header or name is of bytes written.
pub fn is_of_writes(name: &str) -> bool {
    let lower = name.to_lowercase();
    let bare = lower.split('{').next().unwrap_or_default();
    if !bare.contains("writ") && !bare.contains("wrtn") || is_of_another(bare) {
        return false;
    }
    let says = |text: &str| {
        let header = values::header(text, 1000);
        header.values.is_some() || header.unit != Said::Nothing
    };
    says(bare) || says(name)
}

/// Columns of machines: all but those that say that they are of something else, where others say that they are of writes; and of the measures
/// of one machine the mean.
pub fn of_machines(header: &[String]) -> Vec<usize> {
    let all = first(header)..header.len();
    let some = all.clone().any(|at| is_of_writes(&header[at]));
    let is_beside_mean =
        |at: usize| of_measure(&header[at], &MEASURES).is_some_and(|stem| has_mean(header, &stem));
    all.filter(|at| (!some || !is_of_another(&header[*at])) && !is_beside_mean(*at)).collect()
}

/// Measures of a time that are not its mean.
const MEASURES: [&str; 7] = ["max", "maximum", "peak", "min", "minimum", "last", "current"];
const MEANS: [&str; 3] = ["mean", "avg", "average"];

/// The name before one of these words, of a header without its unit.
fn of_measure(header: &str, words: &[&str]) -> Option<String> {
    let name = values::header(header, 1000).name;
    let (stem, last) = name.trim_end_matches([')', ']']).rsplit_once([' ', '_', '-', '(', '['])?;
    let is_one = words.iter().any(|word| last.eq_ignore_ascii_case(word));
    is_one
        .then(|| stem.trim_end_matches([' ', '_', '-', '(', '[']).to_owned())
        .filter(|stem| !stem.is_empty())
}

fn has_mean(header: &[String], stem: &str) -> bool {
    header.iter().any(|other| of_measure(other, &MEANS).as_deref() == Some(stem))
}

/// Whether a table looks like one of measurements, whatever wrote it: below a header without times a row with a time and a number.
pub fn may_be_measured(sheet: &Sheet<'_>) -> bool {
    let Ok(mut rows) = sheet.again() else { return false };
    let Some(row) = rows.next_of_any_width(&mut Faults::default()) else { return false };
    let cells = || (0..row.width()).map(|at| row.text(at));
    let is_number = |cell: &str| {
        let digits = values::cell(cell, 1000).0;
        digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\'' | '\u{a0}'))
    };
    // small numbers may be times, too
    let (times, others) = cells().partition::<Vec<&str>, _>(|cell| is_time(cell));
    let has_both = times.len() > 1 || times.len() == 1 && others.into_iter().any(is_number);
    row.width() == sheet.header.len() && !sheet.header.iter().any(|cell| is_time(cell)) && has_both
}

/// What the columns mean, as asked, or as their headers and cells say.
///
/// # Errors
/// Nothing says it, or a unit may be two.
pub fn columns(
    sheet: &Sheet<'_>,
    (options, dialect): (&ChurnOptions, Dialect),
    axis: &Axis,
) -> Result<Vec<Meaning>, Fault> {
    let mut meanings = Vec::new();
    for at in of_machines(&sheet.header) {
        let head = &sheet.header[at];
        let header = values::header(head, options.kb);
        let (unit, source) = match (header.unit, options.values) {
            (Said::BitsOrBytes, _) => {
                let reason = "its unit may be of bits or of bytes".to_owned();
                let remedy = "write the header with Mbit/s, or with MB/s";
                return Err(Fault::of(sheet.file, reason, remedy).line(1).column(head));
            }
            (Said::Unit(..), Some(_)) => (unit(header.unit), Source::Asked),
            (Said::Nothing, Some(_)) => (Unit::BYTE, Source::AskedWithoutUnit),
            (Said::Unit(..), None) => (unit(header.unit), Source::Header),
            (Said::Nothing, None) => (Unit::BYTE, Source::HeaderWithoutUnit),
        };
        let is_measure = |other: &String| of_measure(other, &MEASURES);
        let stem = of_measure(head, &MEANS)
            .filter(|stem| sheet.header.iter().any(|other| is_measure(other).as_ref() == Some(stem)));
        let name = labels::name(&header.name).or(stem).unwrap_or(header.name);
        meanings.push(Meaning { at, name, values: options.values.or(header.values), source, unit });
    }
    let mut open: Vec<usize> = (0..meanings.len()).filter(|at| meanings[*at].values.is_none()).collect();
    if !open.is_empty() {
        by_cells(sheet, &mut meanings, &mut open, options.kb);
    }
    if let Some(first) = open.first() {
        return Err(undecided(sheet, (axis, dialect), &meanings[*first], open.len()));
    }
    Ok(meanings)
}

fn unit(said: Said) -> Unit {
    match said {
        Said::Unit(unit, _) => unit,
        Said::Nothing | Said::BitsOrBytes => Unit::BYTE,
    }
}

/// Columns whose cells have units say with them what they are.
fn by_cells(sheet: &Sheet<'_>, meanings: &mut [Meaning], open: &mut Vec<usize>, kb: u32) {
    let Ok(mut again) = sheet.again() else { return };
    while let (Some(row), false) = (again.next(&mut Faults::default()), open.is_empty()) {
        open.retain(|at| match values::cell(row.text(meanings[*at].at), kb).1 {
            Said::Unit(_, rate) => {
                meanings[*at].values = Some(if rate { Values::Rate } else { Values::Bytes });
                meanings[*at].source = Source::Header;
                false
            }
            Said::Nothing | Said::BitsOrBytes => true,
        });
    }
}

/// Nothing says what numbers are: both readings, at the mean.
fn undecided(sheet: &Sheet<'_>, (axis, dialect): (&Axis, Dialect), meaning: &Meaning, count: usize) -> Fault {
    let column = meaning.at;
    let (mut sum, mut rows) = (0_u128, 0_u128);
    let mut again = match sheet.again() {
        Ok(again) => again,
        Err(fault) => return fault,
    };
    let mut word: Option<(u64, String)> = None;
    while let Some(row) = again.next(&mut Faults::default()) {
        let cell = row.text(column);
        match dialect.number(cell) {
            Ok(number) => (sum, rows) = (sum.saturating_add(number / SCALE), rows + 1),
            Err(NotNumber::Other) => _ = word.get_or_insert_with(|| (row.line, cell.to_owned())),
            Err(_) => {}
        }
    }
    if let Some((line, word)) = word.filter(|_| rows == 0) {
        let reason = format!("`{}` is not a number, and neither is another cell of the column", quote(&word));
        let remedy = "if each row is a sample, name its columns: --columns 'machine=…,value=…'; else delete the column";
        return Fault::of(sheet.file, reason, remedy).line(line).column(&sheet.header[column]);
    }
    let mean = meaning.unit.in_bytes(sum / rows.max(1)).unwrap_or(u128::MAX);
    let rate = |bytes: u128| format!("{}/s", Bytes(u64::try_from(bytes).unwrap_or(u64::MAX)));
    let step = u128::from(axis.step.max(1));
    let others = if count > 1 { format!(" and those of {} more columns", count - 1) } else { String::new() };
    let reason = format!(
        "nothing says what its numbers{others} are: bytes per second, {} at the mean, or bytes of {}, {} at the mean",
        rate(mean),
        Span::seconds(axis.step),
        rate(mean / step)
    );
    let remedy = "say --values rate or --values bytes; --values total for a running total; or write a unit in the header, such as `name [KB/s]`";
    Fault::of(sheet.file, reason, remedy).line(1).column(&sheet.header[column])
}
