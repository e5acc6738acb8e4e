//! Disks in the records of sar, as `sadf -p -- -d` prints them: a line for each number, without a header. And `sadf -d` without its header,
//! which alone tells sectors from kB: that is refused.

use super::super::json::{Rows, of_rows};
use super::sadf::LONG;
use crate::import::churn::track::Track;
use crate::import::dates::is_time;
use crate::import::fault::{Fault, Faults};
use crate::import::sheet::Sheet;
use crate::import::{ChurnOptions, ChurnSource, Form};

/// The source.
pub const SOURCE: ChurnSource = ChurnSource { name: "sadf-p", form: Form::Own(recognises, read) };

/// Host, interval, time, device, field, value.
const CELLS: usize = 6;

fn is_number(cell: &str) -> bool {
    let digits = cell.trim().trim_start_matches('-');
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',')
}

/// Whether a first line is one of data: a host, seconds, a time and a device.
fn recognises(line: &[String]) -> bool {
    let is_moment = |cell: &String| is_time(cell) || is_number(cell) && cell.len() > 8;
    line.len() >= CELLS
        && !is_number(&line[0])
        && is_number(&line[1])
        && is_moment(&line[2])
        && !is_number(&line[3])
        && line[CELLS - 1..].iter().all(|cell| is_number(cell))
}

fn read(sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
    let file = sheet.file;
    let is_field = sheet.header.len() == CELLS && !is_number(&sheet.header[CELLS - 2]);
    let text = if is_field {
        sheet.text().whole(file)
    } else {
        let reason = "this is sadf's table without its header, which tells sectors from kB";
        let remedy = "keep the line that begins with `# hostname;interval;timestamp;DEV`, which sadf -d prints above the rows";
        Err(Fault::of(file, reason, remedy).line(1))
    };
    match text {
        Ok(text) => of_rows((rows, &LONG), file, &text, options, faults),
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    }
}

fn rows(file: &str, text: &str, rows: &mut Rows<'_>) -> Result<(), Fault> {
    let is_of_writes = |field: &&str| LONG.values.iter().any(|(known, ..)| *known == field.to_lowercase());
    let lines = || text.lines().map(|line| (line, line.split_whitespace().collect::<Vec<_>>()));
    let fields = || lines().filter_map(|(_, words)| words.iter().rev().nth(1).copied()).filter(is_of_writes);
    let Some(field) = fields().next() else {
        let reason = "no device has bytes written, as wkB/s or wr_sec/s";
        return Err(Fault::of(file, reason, "print disks: sadf -p -- -d"));
    };
    if fields().any(|other| other != field) {
        let reason = "some devices have wkB/s and some wr_sec/s";
        return Err(Fault::of(file, reason, "import the days one by one"));
    }
    rows.header(&["hostname", "timestamp", "dev", field]);
    for (line, words) in lines() {
        // a time may be of several words
        if let [host, _, time @ .., device, own, value] = words.as_slice()
            && *own == field
        {
            rows.row(&[host, &time.join(" "), device, value], line);
        }
    }
    Ok(())
}
