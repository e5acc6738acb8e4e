//! `iostat -dxt 60`: blocks with a time and a line for each device, brought into a long table line by line, so that lines keep their numbers.
//! The first block is the mean since the machine began and is left out. A kB is 1024 bytes.

use super::super::fields::Field;
use super::super::{Long, read};
use crate::import::churn::track::Track;
use crate::import::churn::values::{Unit, Values};
use crate::import::dates::is_time;
use crate::import::fault::{Fault, Faults};
use crate::import::sheet::Sheet;
use crate::import::{ChurnOptions, ChurnSource, Form};

/// The source.
pub const SOURCE: ChurnSource = ChurnSource { name: "iostat", form: Form::Own(recognises, blocks) };

const KIB: Unit = Unit { bytes: 1024, of: 1 };
/// What its tables are once they are long.
pub const LONG: Long = Long {
    fields: &[(Field::Machine, &["machine"]), (Field::Time, &["time"]), (Field::Disk, &["disk"])],
    values: &[
        ("wkb/s", Values::Rate, KIB),
        ("kb_wrtn/s", Values::Rate, KIB),
        ("wmb/s", Values::Rate, Unit::MIB),
        ("mb_wrtn/s", Values::Rate, Unit::MIB),
    ],
    before: true,
    ..Long::PLAIN
};

/// `Linux 5.15.0 (db-01)  07/15/2024  _x86_64_  (4 CPU)`.
fn recognises(header: &[String]) -> bool {
    let first = header.join(" ");
    first.starts_with("Linux ") && first.contains(" (") && first.contains("CPU)")
}

fn blocks(sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
    let file = sheet.file;
    let text = match sheet.text().whole(file) {
        Ok(text) => text,
        Err(fault) => {
            faults.push(fault);
            return Vec::new();
        }
    };
    let is_value = |word: &str| LONG.values.iter().any(|(name, ..)| *name == word.to_lowercase());
    let Some(value) = text.split_whitespace().find(|word| is_value(word)) else {
        let reason = "no table of devices has a column of bytes written, such as wkB/s";
        faults.push(Fault::of(file, reason, "run it as `iostat -dxt 60`").line(1));
        return Vec::new();
    };
    let machine =
        text.split_once(" (").and_then(|(_, rest)| rest.split_once(')')).map_or("", |(name, _)| name);
    let (mut long, mut time, mut column, mut tables) = (String::new(), "", None, 0_u64);
    for (index, line) in text.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if index == 0 {
            long.push_str(&format!("machine;time;disk;{value}"));
        } else if is_time(line) {
            (time, column) = (line.trim(), None);
        } else if words.first().is_some_and(|word| word.starts_with("Device")) {
            column = words.iter().position(|word| *word == value);
            tables += 1;
        } else if let (Some(at), Some(device)) = (column, words.first()) {
            // the first is since the machine began
            if tables > 1 {
                long.push_str(&format!("{machine};{time};{device};{}", words.get(at).unwrap_or(&"")));
            }
        }
        if words.is_empty() {
            column = None;
        }
        long.push('\n');
    }
    if time.is_empty() {
        faults.push(Fault::of(file, "its blocks have no times", "run it with -t: `iostat -dxt 60`").line(1));
        return Vec::new();
    }
    match Sheet::open(file, long.trim_end()) {
        Ok(mut sheet) => read(&LONG, &mut sheet, options, faults),
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    }
}
