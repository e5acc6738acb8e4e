//! `drsim compare`: a scenario beside what was measured, and which parameter would explain the difference.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Exit;
use super::files::opened;
use super::form::Form;
use super::limits::{TimeLimit, Work, within};
use super::machine::screen;
use super::output::{Folder, write_folder};
use super::printer::{hint, print, progress, warned};
use super::reading::{Change, Reading, meant};
use super::refusal::Refusal;
use crate::document::Document;
use crate::import::{Order, measured};
use crate::inert::plain;
use crate::mirror::{ambiguous, document, nothing, pair, reflect, runs, windows};
use crate::problem::Problems;
use crate::report::plan::{COMPARISON, json, render, terminal};
use crate::scenario::Scenario;
use crate::scenario::work::{counted, steps};

const EXAMPLES: &str = "\
Examples:
  drsim compare dr/main.ron --measured hv01.json --measured hv02.json
  drsim compare dr/main.ron --measured samples.csv --zone Europe/Berlin --out compare/
  drsim compare dr/main.ron --measured hv01.json --set \"policies.5min.compression=2\"
";

const EXPORT: &str = "\
Measure on each host of the sources, at the end of the product's windows (09:00 and 21:00) or every hour:
  Measure-VMReplication | Select-Object Name, VMId, PrimaryServer, ReplicationMode, AverageReplicationSize,
    MaximumReplicationSize, AverageReplicationLatency, MaximumReplicationLatency, SuccessfulReplicationCount,
    MissedReplicationCount, PendingReplicationSize,
    @{n='LastReplicationTime'; e={$_.LastReplicationTime.ToString('o')}},
    @{n='MonitoringStartTime'; e={$_.MonitoringStartTime.ToString('o')}},
    @{n='MonitoringEndTime'; e={$_.MonitoringEndTime.ToString('o')}} |
    ConvertTo-Json -Depth 3 | Out-File \"hv01-$(Get-Date -f yyyyMMdd-HHmm).json\"
Or log the counters, more often than cycles come: typeperf \"\\Hyper-V Replica VM(*)\\*\" -si 60 -f CSV -o hv01.csv
Properties are told by their names, also by those of the aliases and of Msvm_ReplicationStatistics; Export-Csv does as well.
The result.json of another run is read too: what one model says, held against another.
Definitions, bounds and what cannot be told apart: docs/compare.md.";

/// Arguments of `drsim compare`.
#[derive(Args)]
#[command(before_help = EXAMPLES, after_help = EXPORT)]
pub struct Arguments {
    /// The scenario's main file
    file: String,
    /// Measured replication: JSON or CSV of Measure-VMReplication, a log of counters, or a result of drsim, plain or .gz (repeatable)
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    measured: Vec<PathBuf>,
    /// Zone of measured times that have no offset, such as Europe/Berlin
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    zone: Option<jiff::tz::TimeZone>,
    /// Order of dates, where the times of a file leave it open: mdy, dmy or ymd
    #[arg(long, value_name = "ORDER", value_parser = order)]
    dates: Option<Order>,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    form: Form,
    #[command(flatten)]
    time: TimeLimit,
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    reading: Reading,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let folder = arguments.folder.path()?;
    let (document, warnings) = compared(arguments)?;
    deliver(arguments, folder, &document)?;
    if arguments.form.is_text() {
        warned(&warnings);
    }
    Ok(Exit::Ok)
}

fn zone(text: &str) -> Result<jiff::tz::TimeZone, String> {
    let known = jiff::tz::TimeZoneDatabase::bundled().get(text);
    known.map_err(|_| "there is no such zone; give a name such as Europe/Berlin, or UTC".to_owned())
}

fn order(text: &str) -> Result<Order, String> {
    Order::named(text).ok_or_else(|| "choose mdy, dmy or ymd".to_owned())
}

fn measurements(arguments: &Arguments) -> Result<measured::Reading, Refusal> {
    let mut reading = measured::Reading::default();
    let mut wrong = crate::import::Faults::default();
    let clocks = measured::Clocks { zone: arguments.zone.as_ref(), dates: arguments.dates };
    for path in &arguments.measured {
        let name = path.to_string_lossy();
        let file = opened(path).map_err(|why| Refusal::Unreadable(name.clone().into_owned(), why))?;
        if let Err(faults) = reading.file(&name, file, clocks) {
            wrong.append(faults);
        }
    }
    if wrong.is_empty() {
        return Ok(reading);
    }
    Err(Refusal::told(&wrong.to_string()))
}

fn scenario(arguments: &Arguments) -> Result<(Scenario, Problems), Refusal> {
    let mut sources = arguments.reading.sources(&arguments.file)?;
    arguments.change.apply(&mut sources)?;
    let (mut scenario, warnings) = meant(&sources)?;
    // what is simulated is the run without outages
    scenario.keep_outages(|_| false);
    Ok((scenario, warnings))
}

fn compared(arguments: &Arguments) -> Result<(Document, Problems), Refusal> {
    let (scenario, warnings) = scenario(arguments)?;
    let reading = measurements(arguments)?;
    let refuse = |(what, remedy): (String, String)| Refusal::wrong(what, remedy);
    let mut paired = pair(&scenario, &reading.measurements).map_err(|clash| refuse(ambiguous(&clash)))?;
    if paired.samples.is_empty() {
        return Err(refuse(nothing(&scenario, &paired)));
    }
    let limit = arguments.time.limit()?;
    let times = runs(&scenario, &paired.samples);
    let one = steps(&scenario).saturating_add(windows(&paired.samples));
    let steps = arguments.work.admit(one.saturating_mul(times), "compare a part of the measurements")?;
    let template = "{bar:40} {percent:>3} % of {len} runs, {msg} steps, {elapsed} gone";
    let bar = progress(times, template, counted(steps));
    let samples = std::mem::take(&mut paired.samples);
    let (shown, told) = (bar.clone(), reading.told());
    let work = move || {
        let reflection = reflect(&scenario, samples, &mut |done| shown.set_position(done));
        Ok(document(&scenario, &paired, &reflection, told))
    };
    let document = within(limit, "compare a part of the measurements", work)?;
    bar.finish_and_clear();
    Ok((document, warnings))
}

fn deliver(arguments: &Arguments, folder: Option<&Path>, document: &Document) -> Result<(), Refusal> {
    if let Some(out) = folder {
        let texts = arguments.folder.texts();
        write_folder(out, &render(document, COMPARISON, &command_line(arguments), texts))?;
    }
    if !arguments.form.is_text() {
        return print(&json::write(document));
    }
    let next = match folder {
        Some(out) => format!("open {}", plain(&out.join("compare.html").to_string_lossy())),
        None => "--out compare/ writes a page".to_owned(),
    };
    print(&terminal::write(document, screen(), &hint(next)))
}

/// What produced a comparison: without its folder, which changes nothing in it.
fn command_line(arguments: &Arguments) -> String {
    let mut words = vec!["drsim compare".to_owned(), arguments.file.clone()];
    words.extend(arguments.measured.iter().map(|path| format!("--measured \"{}\"", path.display())));
    let zone = arguments.zone.as_ref().and_then(jiff::tz::TimeZone::iana_name);
    words.extend(zone.map(|zone| format!("--zone {zone}")));
    words.extend(arguments.dates.map(|dates| format!("--dates {}", dates.name())));
    words.extend(arguments.change.words());
    words.extend(arguments.folder.words());
    words.extend(arguments.reading.words());
    words.join(" ")
}
