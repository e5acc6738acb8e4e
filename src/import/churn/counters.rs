//! Logs of performance counters in CSV (`PDH-CSV 4.0`), as `typeperf`, `logman` and `relog` write them in any language, and esxtop in batch mode.
//!
//! Virtual disks of Hyper-V are read where they are there, else those of ESXi, else disks of the machine, else its volumes. A
//! value is the mean since the sample before it, so it stands for the time before its own; a bin holds the mean of its
//! samples, times its length, rounded half to even. Times are local, and the header gives the bias to UTC when the log began.

use super::bins::{Bins, Finished};
use super::counter_names::{DISKS, is, known};
use super::rows::{self, Stated};
use super::samples::{Sample, Samples};
use super::time::axis::{Axis, Manner};
use super::time::steps::Place;
use super::track::{Oddities, Track};
use super::values::{Unit, Values};
use crate::import::dates::{Column, Order};
use crate::import::dialect::Dialect;
use crate::import::even::Even;
use crate::import::fault::{FAULTS_MAX, Fault, Faults, quote};
use crate::import::number::NotNumber;
use crate::import::pdh::{Path, REPLICATION, bias, path, zone};
use crate::import::room::Room;
use crate::import::sheet::{Row, Sheet};
use crate::import::writers::{Numeric, of_sheet};
use crate::import::{ChurnOptions, ChurnSource, Form};
use crate::series::CELLS_MAX;
use crate::units::Span;

/// The source.
pub const SOURCE: ChurnSource = ChurnSource { name: "counters", form: Form::Own(recognises, read) };

/// Length of a bin unless another one is asked for, or samples are further apart.
const BIN: Span = Span::seconds(300);

/// Whether a table has the header of such a log, or a counter that is known, as where a spreadsheet has renamed its times.
pub fn recognises(header: &[String]) -> bool {
    let is_known =
        |header: &String| path(header).is_some_and(|path| known(path.object, path.counter).is_some());
    header.first().is_some_and(|first| zone(first).is_some()) || header.iter().skip(1).any(is_known)
}

/// A column that is read.
struct Chosen {
    column: usize,
    name: String,
    unit: Unit,
    /// The machine that sees it, if others may see it too.
    seen_by: Option<String>,
}

/// The counters of the first kind that is there, or those of the name that is asked for; without totals.
fn choose(header: &[String], asked: Option<&str>) -> Vec<Chosen> {
    let paths: Vec<(usize, Path)> =
        header.iter().enumerate().filter_map(|(at, header)| Some((at, path(header)?))).collect();
    let single = |path: &Path| !path.instance.is_empty() && !path.instance.eq_ignore_ascii_case("_total");
    if let Some((object, counter)) = asked.and_then(|asked| asked.trim_start_matches('\\').rsplit_once('\\'))
    {
        let object = object.split('(').next().unwrap_or(object);
        let own = paths
            .iter()
            .filter(|(_, path)| is(path.object, object) && is(path.counter, counter) && single(path));
        return own.map(|(at, path)| chosen(*at, path, Unit::BYTE)).collect();
    }
    let kind = |disks| {
        let own = paths.iter().filter(|(_, path)| single(path));
        let own: Vec<_> =
            own.filter_map(|(at, path)| Some((*at, path, known(path.object, path.counter)?))).collect();
        let own: Vec<_> = own.into_iter().filter(|(.., known)| known.0 == disks).collect();
        let total = |path: &Path| own.iter().any(|(_, other, _)| is_disk_of(other.instance, path.instance));
        own.iter()
            .filter(|(_, path, _)| !total(path))
            .map(|(at, path, known)| chosen(*at, path, known.1))
            .collect::<Vec<_>>()
    };
    DISKS.into_iter().map(kind).find(|columns| !columns.is_empty()).unwrap_or_default()
}

/// Whether `db-01:scsi0:0` is a disk of `db-01`, whose counters add up its disks.
fn is_disk_of(instance: &str, machine: &str) -> bool {
    let rest = instance.strip_prefix(machine).and_then(|rest| rest.strip_prefix(':'));
    rest.is_some_and(|rest| ["scsi", "sata", "ide", "nvme"].iter().any(|bus| rest.starts_with(bus)))
}

fn chosen(column: usize, path: &Path, unit: Unit) -> Chosen {
    let seen_by = path.instance.to_lowercase().contains("clusterstorage").then(|| path.machine.to_owned());
    Chosen { column, name: disk_name(path, unit), unit, seen_by }
}

/// What a disk is called. One on a cluster's volume is the same on every node; any other belongs to its machine.
pub fn disk_name(path: &Path, unit: Unit) -> String {
    let instance = path.instance.strip_prefix("--?-").unwrap_or(path.instance);
    let lower = instance.to_lowercase();
    let ending = [".vhdx", ".avhdx", ".vhd", ".avhd"].into_iter().find(|ending| lower.ends_with(ending));
    let stem = ending.map_or(instance, |ending| &instance[..instance.len() - ending.len()]);
    let buses = [":scsi", ":sata", ":ide", ":nvme"];
    let disk = buses.iter().find_map(|bus| stem.rfind(bus)).filter(|_| unit == Unit::MIB);
    let anywhere = lower.contains("clusterstorage");
    match disk {
        Some(at) => format!("{}/{}", &stem[..at], &stem[at + 1..]),
        None if anywhere || unit == Unit::MIB => stem.to_owned(),
        None => format!("{}/{stem}", path.machine),
    }
}

fn read(sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
    let file = sheet.file;
    let asked = options.columns.iter().find(|(what, _)| what == "value").map(|(_, name)| name.as_str());
    if sheet.header.first().is_some_and(|first| path(first).is_some()) {
        let reason = "the first column has the name of a counter, where the times are expected";
        faults.push(Fault::of(file, reason, "export the log again: its header is damaged").line(1));
        return Vec::new();
    }
    let chosen = choose(&sheet.header, asked);
    if chosen.is_empty() {
        let reason = match asked {
            Some(asked) => format!("no counter is named `{}`; there are {}", quote(asked), sheet.columns()),
            None => format!("no counter of writes that is known; there are {}", sheet.columns()),
        };
        let is_replication =
            |header: &String| path(header).is_some_and(|path| path.object.eq_ignore_ascii_case(REPLICATION));
        let remedy = if sheet.header.iter().any(is_replication) {
            "these are of replication: `drsim compare --measured` reads them; of what machines write, log `\\Hyper-V Virtual Storage Device(*)\\Write Bytes/sec`"
        } else {
            "log `\\Hyper-V Virtual Storage Device(*)\\Write Bytes/sec` (on ESXi all counters, with `esxtop -b -a`), or name the counter of \
             bytes written a second as this log has it: --columns 'value=\\Object\\Counter'"
        };
        faults.push(Fault::of(file, reason, remedy).line(1));
        return Vec::new();
    }
    let mut oddities =
        Oddities { left_out: (sheet.header.len() - 1 - chosen.len()) as u64, ..Oddities::default() };
    let numeric: Vec<_> =
        chosen.iter().map(|chosen| Numeric { column: chosen.column, whole: false }).collect();
    let Some(dialect) = of_sheet(sheet, &numeric, options.decimal, faults) else { return Vec::new() };
    match axis(sheet, options, &mut oddities) {
        Ok(axis) => tracks(sheet, (chosen, dialect), (&axis, &options.room), oddities, faults),
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    }
}

/// Whether a row is one of data: as wide as the header, and neither the same again, nor a sentence of the tool, which has no digit at its start.
pub fn is_whole(row: &Row<'_>, header: &[String]) -> bool {
    let is_header = || header.iter().enumerate().all(|(at, head)| row.text(at) == head);
    row.width() == header.len() && row.cell(0).iter().any(u8::is_ascii_digit) && !is_header()
}

/// Where the rows of data stand in time.
///
/// # Errors
/// Times that cannot be read, or whose zone nothing tells.
pub fn axis(sheet: &Sheet<'_>, options: &ChurnOptions, oddities: &mut Oddities) -> Result<Axis, Fault> {
    let (file, head) = (sheet.file, &sheet.header[0]);
    let (mut times, mut lines) = (Column::new(&options.room), Even::new(&options.room));
    let mut again = sheet.again()?;
    // rows that cannot be read at all are told when they are read for their values
    while let Some(row) = again.next_of_any_width(&mut Faults::default()) {
        if is_whole(&row, &sheet.header) {
            times.push(0, row.text(0), row.line);
            lines.push(row.line.cast_signed());
        } else if row.width() != sheet.header.len()
            && row.text(0).contains(':')
            && row.cell(0).iter().any(u8::is_ascii_digit)
        {
            oddities.cut_rows += 1;
        } else {
            oddities.text_rows += 1;
        }
    }
    oddities.rows = times.len() as u64;
    if times.len() == 0 {
        return Err(Fault::of(file, "there are no rows below the header", "leave the file out"));
    }
    // the tools write months first; who saved their log again wrote its own order
    let tool = zone(head).map(|_| Order::Mdy);
    let times = times.understand(options.dates, tool).map_err(|not| rows::not_times(file, head, not))?;
    let clock = rows::clock(&times, stated(head), options).map_err(|(reason, remedy)| {
        let reason = format!(
            "the header `{}` does not end with a bias to UTC in minutes, such as (-60): {reason}",
            quote(head)
        );
        Fault::of(file, reason, remedy).line(1)
    })?;
    let manner = Manner { before: true, shortest: Some(BIN), exact: false };
    let axis = Axis::of(&times.of(0), &clock, options, manner)
        .map_err(|not| rows::placeless(file, head, &lines, not))?;
    rows::note(oddities, &times, &clock, &axis);
    // what the tool always writes is no news
    oddities.order = times.order.filter(|(order, _)| tool != Some(*order));
    Ok(axis)
}

/// Bytes per second × 10¹⁸; `None` where nothing was measured.
fn rate(cell: &str, unit: Unit, dialect: Dialect) -> Result<Option<u128>, NotNumber> {
    match dialect.number(cell) {
        Ok(number) => unit.in_bytes(number).map(Some).ok_or(NotNumber::TooLarge),
        Err(NotNumber::Empty) => Ok(None),
        // what a counter says that could not be read
        Err(NotNumber::Negative) if matches!(cell, "-1" | "-1.0" | "-1.000000") => Ok(None),
        Err(not) => Err(not),
    }
}

fn tracks(
    sheet: &mut Sheet<'_>,
    (chosen, dialect): (Vec<Chosen>, Dialect),
    (axis, room): (&Axis, &Room),
    oddities: Oddities,
    faults: &mut Faults,
) -> Vec<Track> {
    let (file, header) = (sheet.file, sheet.header.clone());
    let mut columns: Vec<(Bins, Vec<Fault>)> =
        chosen.iter().map(|chosen| (Bins::new((Values::Rate, chosen.unit), room), Vec::new())).collect();
    let add = |columns: &mut [(Bins, Vec<Fault>)], sample: &Sample, place: Place| {
        for ((bins, _), cell) in columns.iter_mut().zip(&sample.cells) {
            cell.iter().for_each(|number| bins.add(axis, place, *number));
        }
    };
    let (mut instants, mut samples) = (axis.instants(), Samples::new(axis, room));
    while let Some(row) = sheet.next_of_any_width(faults) {
        if !is_whole(&row, &header) {
            continue;
        }
        let number = |(chosen, (bins, wrong)): (&Chosen, &mut (Bins, Vec<Fault>))| {
            let cell = row.text(chosen.column);
            let believe = |rate: &Option<u128>| rate.map_or(Ok(()), |rate| bins.believe(axis, rate));
            let rate = rate(cell, chosen.unit, dialect).and_then(|rate| believe(&rate).map(|()| rate));
            let not = match rate {
                Ok(rate) => return rate,
                Err(not) => not,
            };
            let (reason, remedy) = not.explain(cell);
            let fault = Fault::of(file, reason, remedy).line(row.line).column(&header[chosen.column]);
            let refused = bins.bad.count(not, row.line);
            match (refused, not) {
                (false, _) => faults.push(fault),
                (true, NotNumber::Negative | NotNumber::TooLarge) if wrong.len() < FAULTS_MAX => {
                    wrong.push(fault)
                }
                (true, _) => {}
            }
            None
        };
        let cells = chosen.iter().zip(&mut columns).map(number).collect();
        let Some(instant) = instants.next().flatten() else { continue };
        let sample = Sample { instant, line: row.line, cells };
        if let Some((place, _)) = samples.take(&sample) {
            add(&mut columns, &sample, place);
        }
        if columns.iter().map(|(bins, _)| bins.len()).sum::<usize>() > CELLS_MAX {
            let reason = format!("more than {CELLS_MAX} bins in all columns");
            faults.push(Fault::of(file, reason, "choose a longer --bin").line(row.line));
            return Vec::new();
        }
    }
    samples.rest(room, |sample, place, _| add(&mut columns, sample, place));
    let track = |(chosen, (bins, wrong)): (Chosen, (Bins, Vec<Fault>))| {
        let Finished { cells, seconds, good, bad, totals: _ } = bins.finish(axis);
        rows::judge(bad, good, wrong, faults);
        Track {
            name: chosen.name,
            file: file.to_owned(),
            grid: axis.grid,
            reach: axis.reach(),
            cells,
            seconds,
            oddities: Oddities { bad, ..oddities },
            seen_by: chosen.seen_by,
        }
    };
    chosen.into_iter().zip(columns).map(track).collect()
}

/// What the first header says: `(PDH-CSV 4.0) (W. Europe Standard Time)(-60)`.
fn stated(header: &str) -> Stated {
    let rest = zone(header).unwrap_or_default();
    let zone = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or("", |(zone, _)| zone);
    match bias(header) {
        _ if ["utc", "coordinated universal time"].contains(&zone.to_lowercase().as_str()) => Stated::Utc,
        Some(minutes) => Stated::Bias(minutes),
        None => Stated::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_biases_are_read() {
        let header = r"\\HV01\Hyper-V Virtual Storage Device(C:-VMs (old)-a.vhdx)\Write Bytes/sec";
        let path = path(header).unwrap();
        assert_eq!((path.machine, path.instance), ("HV01", "C:-VMs (old)-a.vhdx"));
        assert_eq!(chosen(3, &path, Unit::BYTE).name, "HV01/C:-VMs (old)-a");
        assert_eq!(stated("(PDH-CSV 4.0) (W. Europe Standard Time)(-60)"), Stated::Bias(-60));
        assert_eq!(stated("(PDH-CSV 4.0) (UTC)"), Stated::Utc);
        assert_eq!(stated("(PDH-CSV 4.0) (Maroc (heure d"), Stated::Nothing);
    }
}
