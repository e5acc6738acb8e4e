//! `drsim sweep`: what outages cost at every instant.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::limits::{TimeLimit, Work, within};
use super::machine::{Threads, columns};
use super::output::write_folder;
use super::printer::print;
use super::reading::{Reading, set, texts};
use super::refusal::{misread, refused, refused_one, usage, warned};
use super::run::variant;
use super::{OK, fault};
use crate::problem::Problems;
use crate::report::plan::{SWEEP, json, render, terminal};
use crate::report::sweep::document;
use crate::report::terminal::Screen;
use crate::scenario::work::steps;
use crate::scenario::{Scenario, Sources};
use crate::sweep::{Ask, sweep};
use crate::units::{Span, Time};

const EXAMPLES: &str = "\
Examples:
  drsim sweep dr/two-site.ron                          when is the worst moment?
  drsim sweep dr/two-site.ron --outage hq-lost --out sweep/
  drsim sweep dr/two-site.ron --from \"Fri 18:00\" --to \"Mon 08:00\"
  drsim sweep dr/two-site.ron --every 10m --set \"people.operations.decision=5m\"
";

/// Arguments of `drsim sweep`.
#[derive(Args)]
#[command(before_help = EXAMPLES)]
pub struct Arguments {
    /// The scenario's main file
    file: String,
    /// Only this outage (repeatable)
    #[arg(long, value_name = "NAME")]
    outage: Vec<String>,
    /// Where replication under way decides, only whole runs can tell: one every so often [default: 1h]
    #[arg(long, value_name = "TIME", conflicts_with = "exact")]
    every: Option<String>,
    /// Leave out instants of which only whole runs can tell
    #[arg(long)]
    exact: bool,
    /// The first instant at which outages strike [default: the start of the run]
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// The instant before which they strike [default: the end of the run]
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Change a value of the scenario (repeatable)
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Write a page, a workbook, JSON, CSV and SVG to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// With --out: texts in CSV as they are, also those that a spreadsheet would run
    #[arg(long, requires = "out")]
    csv_raw: bool,
    /// Print the answer as JSON instead of text
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    time: TimeLimit,
    #[command(flatten)]
    work: Work,
}

/// Runs it; the exit code.
pub fn run(arguments: &Arguments) -> u8 {
    match answer(arguments) {
        Ok(warnings) => {
            if !arguments.json {
                warned(&warnings);
            }
            OK
        }
        Err(code) => code,
    }
}

fn answer(arguments: &Arguments) -> Result<Problems, u8> {
    let (scenario, warnings) = read(arguments)?;
    let ask = ask(arguments, &scenario)?;
    let limit = arguments.time.limit()?;
    let bar = progress_bar();
    let (shown, held, allowed) = (bar.clone(), Arc::new(scenario), arguments.work);
    let work = move || {
        let one = steps(&held);
        let runs = ask.whole_runs(&held, allowed.most() / one.max(1));
        allowed.admit(one.saturating_mul(runs), "ask for a shorter time, a wider --every, or --exact")?;
        let found = sweep(&held, &ask, &|done| shown.set_position(done));
        Ok(document(&held, &found))
    };
    let document = within(limit, "ask for fewer outages, a shorter time, or a wider --every", work)?;
    bar.finish_and_clear();
    if let Some(out) = &arguments.out {
        write_folder(out, &render(&document, SWEEP, &command_line(arguments), texts(arguments.csv_raw)))?;
    }
    if arguments.json {
        print(&json::write(&document))?;
    } else {
        let next = match &arguments.out {
            Some(out) => format!("open {}", out.join("sweep.html").display()),
            None => format!("drsim sweep {} --out sweep/", arguments.file),
        };
        print(&terminal::write(&document, Screen { width: columns(), colour: true }, &next))?;
    }
    Ok(warnings)
}

fn read(arguments: &Arguments) -> Result<(Scenario, Problems), u8> {
    let mut sources =
        Sources::load(&arguments.reading.disk(), &arguments.file).map_err(|problems| refused(&problems))?;
    set(&mut sources, arguments.set.iter().map(String::as_str))?;
    fault::studies(&sources);
    let (mut scenario, warnings) = Scenario::from_sources(&sources).map_err(|problems| refused(&problems))?;
    variant::keep(&mut scenario, &arguments.outage)?;
    if scenario.outages.is_empty() {
        let remedy =
            "write one, such as `outages: [(name: \"lost\", faults: [(site: \"hq\", at: \"Tue 14:05\")])]`";
        return Err(usage("the scenario has no outage to sweep", remedy));
    }
    if scenario.recovery.applications.is_empty() {
        let remedy = "say what belongs together, such as `applications: [(name: \"all\", vms: [\"*\"])]`";
        return Err(usage("a sweep tells when applications are back, and the scenario has none", remedy));
    }
    Ok((scenario, warnings))
}

fn ask(arguments: &Arguments, scenario: &Scenario) -> Result<Ask, u8> {
    let end = Time(scenario.horizon.0);
    let instant = |text: &Option<String>, other: Time| match text {
        Some(text) => scenario.instant(text).map_err(refused_one),
        None => Ok(other),
    };
    let (from, to) = (instant(&arguments.from, Time::START)?, instant(&arguments.to, end)?);
    if from >= to.min(end) {
        let what = format!(
            "no instant of the run, which lasts {}, lies between `--from` and `--to`",
            scenario.horizon
        );
        return Err(usage(&what, "name instants of the run, the first one first"));
    }
    let every = match &arguments.every {
        Some(text) => span(text, "--every")?,
        None => Span::seconds(3600),
    };
    if every == Span::ZERO {
        return Err(usage("`--every 0s` has no end", "give a time such as 1m"));
    }
    Ok(Ask {
        outages: scenario.outages.ids().collect(),
        window: (from, to.min(end)),
        every: (!arguments.exact).then_some(every),
        threads: arguments.threads.count(),
    })
}

fn span(text: &str, flag: &str) -> Result<Span, u8> {
    Span::parse(text).map_err(|error| misread(flag, &error))
}

fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {elapsed} gone, {eta} to go");
    ProgressBar::new(1000).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// What produced an answer: without its folder, its threads and its limit of time, which change nothing in it.
fn command_line(arguments: &Arguments) -> String {
    let mut words = vec!["drsim sweep".to_owned(), arguments.file.clone()];
    let mut add = |flag: &str, values: &[String]| {
        words.extend(values.iter().map(|value| format!("{flag} \"{value}\"")));
    };
    add("--outage", &arguments.outage);
    add("--every", arguments.every.as_slice());
    add("--from", arguments.from.as_slice());
    add("--to", arguments.to.as_slice());
    add("--set", &arguments.set);
    words.extend(arguments.exact.then(|| "--exact".to_owned()));
    words.extend(arguments.csv_raw.then(|| "--csv-raw".to_owned()));
    words.extend(arguments.reading.words());
    words.join(" ")
}
