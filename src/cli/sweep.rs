//! `drsim sweep`: what outages cost at every instant.

use std::sync::Arc;

use clap::Args;

use super::exit::Exit;
use super::form::Form;
use super::limits::{TimeLimit, Work, within};
use super::machine::{Threads, screen};
use super::output::{Folder, write_folder};
use super::printer::{hint, print, progress, warned};
use super::reading::{Change, Reading, keep, meant};
use super::refusal::Refusal;
use crate::problem::Problems;
use crate::report::plan::{SWEEP, json, render, terminal};
use crate::report::sweep::document;
use crate::scenario::Scenario;
use crate::scenario::work::steps;
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
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    form: Form,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    time: TimeLimit,
    #[command(flatten)]
    work: Work,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let warnings = answer(arguments)?;
    if arguments.form.is_text() {
        warned(&warnings);
    }
    Ok(Exit::Ok)
}

fn answer(arguments: &Arguments) -> Result<Problems, Refusal> {
    let (scenario, warnings) = read(arguments)?;
    let ask = ask(arguments, &scenario)?;
    let (limit, folder) = (arguments.time.limit()?, arguments.folder.path()?);
    let bar = progress(1000, "{bar:40} {percent:>3} %  {elapsed} gone, {eta} to go", String::new());
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
    if let Some(out) = folder {
        write_folder(out, &render(&document, SWEEP, &command_line(arguments), arguments.folder.texts()))?;
    }
    if !arguments.form.is_text() {
        print(&json::write(&document))?;
    } else {
        let next = match folder {
            Some(out) => format!("open {}", out.join("sweep.html").display()),
            None => format!("drsim sweep {} --out sweep/", arguments.file),
        };
        print(&terminal::write(&document, screen(), &hint(next)))?;
    }
    Ok(warnings)
}

fn read(arguments: &Arguments) -> Result<(Scenario, Problems), Refusal> {
    let mut sources = arguments.reading.sources(&arguments.file)?;
    arguments.change.apply(&mut sources)?;
    let (mut scenario, warnings) = meant(&sources)?;
    keep(&mut scenario, &arguments.outage)?;
    if scenario.outages.is_empty() {
        let remedy =
            "write one, such as `outages: [(name: \"lost\", faults: [(site: \"hq\", at: \"Tue 14:05\")])]`";
        return Err(Refusal::wrong("the scenario has no outage to sweep", remedy));
    }
    if scenario.recovery.applications.is_empty() {
        let remedy = "say what belongs together, such as `applications: [(name: \"all\", vms: [\"*\"])]`";
        return Err(Refusal::wrong(
            "a sweep tells when applications are back, and the scenario has none",
            remedy,
        ));
    }
    Ok((scenario, warnings))
}

fn ask(arguments: &Arguments, scenario: &Scenario) -> Result<Ask, Refusal> {
    let end = Time(scenario.horizon.0);
    let instant = |text: &Option<String>, other: Time| match text {
        Some(text) => scenario.instant(text).map_err(Refusal::from),
        None => Ok(other),
    };
    let (from, to) = (instant(&arguments.from, Time::START)?, instant(&arguments.to, end)?);
    if from >= to.min(end) {
        let what = format!(
            "no instant of the run, which lasts {}, lies between `--from` and `--to`",
            scenario.horizon
        );
        return Err(Refusal::wrong(what, "name instants of the run, the first one first"));
    }
    let every = match &arguments.every {
        Some(text) => Span::parse(text).map_err(|error| Refusal::Misread("--every", error))?,
        None => Span::seconds(3600),
    };
    if every == Span::ZERO {
        return Err(Refusal::wrong("`--every 0s` has no end", "give a time such as 1m"));
    }
    Ok(Ask {
        outages: scenario.outages.ids().collect(),
        window: (from, to.min(end)),
        every: (!arguments.exact).then_some(every),
        threads: arguments.threads.count(),
    })
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
    words.extend(arguments.change.words());
    words.extend(arguments.exact.then(|| "--exact".to_owned()));
    words.extend(arguments.folder.words());
    words.extend(arguments.reading.words());
    words.join(" ")
}
