//! Logs of Windows performance counters (`PDH-CSV 4.0`) with `Hyper-V Replica VM(*)`: the last cycle of each machine, sample by sample.
//!
//! A cycle is new where `Replication Count` rises by one, or, in a log without it, where size or latency change. The cycles of an hour of UTC
//! are one measurement, as long as the log lasts in it. What a log does not tell, such as misses, is not measured.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ChurnOptions;
use super::super::churn::counters::{axis, is_whole};
use super::super::churn::time::axis::Axis;
use super::super::churn::track::Oddities;
use super::super::fault::{Fault, quote};
use super::super::number::{NotNumber, SCALE, decimal};
use super::super::pdh::{Path, REPLICATION, bias, is_log, path};
use super::super::sheet::{Row, Sheet};
use super::Reader;
use crate::mirror::{Measurement, Seen};

const SIZE: &str = "last replication size";
const LATENCY: &str = "replication latency";
const COUNT: &str = "replication count";
const HOUR: i64 = 3_600_000_000;

pub(super) fn recognises(text: &str) -> bool {
    is_log(text.as_bytes())
}

/// The columns of a machine.
#[derive(Debug, Default)]
struct Columns {
    size: Option<usize>,
    latency: Option<usize>,
    count: Option<usize>,
}

/// Numbers of one hour.
#[derive(Clone, Copy, Debug, Default)]
struct Hour {
    cycles: u64,
    size: u64,
    size_max: u64,
    latency: u64,
    latency_max: u64,
}

/// What is known of a machine so far.
#[derive(Debug, Default)]
struct Log {
    /// Bytes, µs and cycles of the sample before.
    last: Option<(Option<u64>, Option<u64>, Option<u64>)>,
    hours: BTreeMap<i64, Hour>,
}

/// By server and machine.
type Machines = BTreeMap<(String, String), Columns>;

/// The columns of each machine.
fn choose(header: &[String], unused: &mut BTreeSet<String>) -> Machines {
    let mut machines = Machines::new();
    for (at, name) in header.iter().enumerate().skip(1) {
        let own = path(name).filter(|path| path.object.eq_ignore_ascii_case(REPLICATION));
        let Some(Path { machine: server, instance: vm, counter, .. }) = own else {
            unused.insert(name.clone());
            continue;
        };
        let counter = counter.to_lowercase();
        if vm.eq_ignore_ascii_case("_total") {
            continue;
        }
        let known = [SIZE, LATENCY, COUNT].contains(&counter.as_str());
        if !known {
            unused.insert(counter.clone());
            continue;
        }
        let own = machines.entry((server.to_owned(), vm.to_owned())).or_default();
        let place = match counter.as_str() {
            SIZE => &mut own.size,
            LATENCY => &mut own.latency,
            _ => &mut own.count,
        };
        *place = Some(at);
    }
    machines.retain(|_, columns| columns.size.is_some() || columns.latency.is_some());
    machines
}

pub(super) fn read(reader: &mut Reader<'_>, text: &str) {
    let file = reader.file;
    let mut sheet = match Sheet::open(file, text) {
        Ok(sheet) => sheet,
        Err(fault) => return reader.faults.push(fault),
    };
    let header = sheet.header.clone();
    let zone = reader.clocks.zone;
    if bias(&header[0]).is_none() && zone.is_none() {
        let reason =
            format!("`{}` does not end with a bias to UTC in minutes, such as (-60)", quote(&header[0]));
        let remedy = "say --zone, such as --zone Europe/Berlin";
        return reader.faults.push(Fault::of(file, reason, remedy).line(1));
    }
    let machines = choose(&header, &mut reader.reading.unused);
    if machines.is_empty() {
        let reason = format!(
            "no size and no latency of `Hyper-V Replica VM(*)` is in it; there are {}",
            sheet.columns()
        );
        let remedy = "log `\\Hyper-V Replica VM(*)\\*` by its English name";
        return reader.faults.push(Fault::of(file, reason, remedy).line(1));
    }
    let options = ChurnOptions { zone: zone.cloned(), dates: reader.clocks.dates, ..ChurnOptions::default() };
    let axis = match axis(&sheet, &options, &mut Oddities::default()) {
        Ok(axis) => axis,
        Err(fault) => return reader.faults.push(fault),
    };
    let mut logs: Vec<Log> = machines.iter().map(|_| Log::default()).collect();
    let Some(reach) = rows(reader, &mut sheet, &axis, &machines, &mut logs) else { return };
    for ((server, vm), log) in machines.keys().zip(logs) {
        for (hour, it) in log.hours {
            let (from, to) = ((hour * HOUR).max(reach.0), ((hour + 1) * HOUR).min(reach.1));
            if from < to {
                reader.keep(Measurement {
                    vm: vm.clone(),
                    id: String::new(),
                    server: server.clone(),
                    from_unix_us: Some(from),
                    to_unix_us: to,
                    every_us: None,
                    seen: it.seen(),
                });
            }
        }
    }
}

/// Reads all rows; the instants of the first and the last.
fn rows(
    reader: &mut Reader<'_>,
    sheet: &mut Sheet<'_>,
    axis: &Axis,
    machines: &Machines,
    logs: &mut [Log],
) -> Option<(i64, i64)> {
    let (file, header) = (reader.file, sheet.header.clone());
    let mut reach: Option<(i64, i64)> = None;
    let mut faults = super::Faults::default();
    let mut instants = axis.instants();
    while let Some(row) = sheet.next_of_any_width(&mut faults) {
        // the tools end their logs with a sentence, or within a row
        if !is_whole(&row, &header) {
            continue;
        }
        let Some(at) = instants.next().flatten() else {
            reader.reading.gaps += 1;
            continue;
        };
        let (first, last) = reach.unwrap_or((at, at));
        reach = Some((first.min(at), last.max(at)));
        for (columns, log) in machines.values().zip(&mut *logs) {
            if let Err((column, reason, remedy)) = log.see(&row, columns, at, &mut reader.reading.gaps) {
                reader.faults.push(Fault::of(file, reason, remedy).line(row.line).column(&header[column]));
            }
        }
    }
    reader.faults.append(faults);
    reach
}

impl Hour {
    fn seen(self) -> Seen {
        let some = |value: u64| (value > 0).then_some(value);
        Seen {
            size: some(self.size / self.cycles),
            size_max: some(self.size_max),
            latency: some(self.latency / self.cycles),
            latency_max: some(self.latency_max),
            ..Seen::default()
        }
    }
}

/// What is wrong with a column's cell: which column, why, what to do.
type Bad = (usize, String, &'static str);

impl Log {
    /// Takes a sample; `gaps` counts cells without a number.
    fn see(&mut self, row: &Row<'_>, columns: &Columns, at: i64, gaps: &mut u64) -> Result<(), Bad> {
        let mut read = |column: Option<usize>, per: u128| -> Result<Option<u64>, Bad> {
            let Some(column) = column else { return Ok(None) };
            match decimal(row.cell(column)) {
                Ok(number) => Ok(u64::try_from(number / (SCALE / per)).ok()),
                Err(not @ (NotNumber::Comma | NotNumber::Padded | NotNumber::TooLarge)) => {
                    let (reason, remedy) = not.explain(row.text(column));
                    Err((column, reason, remedy))
                }
                Err(NotNumber::Empty | NotNumber::Nothing | NotNumber::Negative | NotNumber::Other) => {
                    *gaps += 1;
                    Ok(None)
                }
            }
        };
        let size = read(columns.size, 1)?;
        let latency = read(columns.latency, 1_000_000)?;
        let count = read(columns.count, 1)?;
        let known = self.last.and_then(|(_, _, count)| count);
        let Some((size_before, latency_before, count_before)) =
            self.last.replace((size, latency, count.or(known)))
        else {
            return Ok(());
        };
        let is_new = match (columns.count, count_before, count) {
            (Some(_), Some(before), Some(now)) => now == before + 1,
            (Some(_), _, _) => false,
            (None, _, _) => (size, latency) != (size_before, latency_before),
        };
        let has_all =
            size.is_some() == columns.size.is_some() && latency.is_some() == columns.latency.is_some();
        if is_new && has_all {
            let hour = self.hours.entry((at - 1).div_euclid(HOUR)).or_default();
            hour.cycles += 1;
            let (size, latency) = (size.unwrap_or(0), latency.unwrap_or(0));
            hour.size = hour.size.saturating_add(size);
            hour.size_max = hour.size_max.max(size);
            hour.latency = hour.latency.saturating_add(latency);
            hour.latency_max = hour.latency_max.max(latency);
        }
        Ok(())
    }
}
