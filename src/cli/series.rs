//! `drsim series`: a run as series for programs, as exact as it was simulated.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Seek};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::exit::Exit;
use super::form::Form;
use super::limits::{FEWER, TimeLimit, Work, within};
use super::output::write_all;
use super::printer::{note, printed, progress};
use super::reading::{Change, Reading, begin, keep, meant, outage};
use super::refusal::Refusal;
use crate::assess::series::{self, Ask, Row};
use crate::closed::{Closed, find};
use crate::measure::rises::Aged;
use crate::report::csv::Texts;
use crate::report::series::{Format, Of, Writer};
use crate::scenario::Scenario;
use crate::scenario::work::{counted, steps};
use crate::units::{Span, Time};

const EXAMPLES: &str = "\
Examples:
  drsim series dr/two-site.ron > ages.csv                  ages of every application and VM, exact
  drsim series dr/two-site.ron --of links --every 10s > links.csv
  drsim series dr/two-site.ron --out series/ --format parquet   ages, links and health
  drsim series dr/two-site.ron --outage hq-lost --app web --format json
";

/// Arguments of `drsim series`.
#[derive(Args)]
#[command(before_help = EXAMPLES, mut_arg("format", |it| it.value_parser(words::<Format>()).default_value(Format::Csv.words())))]
pub struct Arguments {
    /// The scenario's main file
    file: String,
    /// What the series is of (repeatable) [default: ages; with --out: all]
    #[arg(long, value_name = "WHAT", value_parser = words::<Of>())]
    of: Vec<String>,
    /// In the run with this outage [default: with none]
    #[arg(long, value_name = "NAME")]
    outage: Option<String>,
    /// Let the outage begin at this time instead
    #[arg(long, value_name = "TIME", requires = "outage")]
    at: Option<String>,
    /// Ages of this application (repeatable) [default: of all, and of all VMs]
    #[arg(long, value_name = "NAME")]
    app: Vec<String>,
    /// Ages and health of this VM (repeatable)
    #[arg(long, value_name = "NAME")]
    vm: Vec<String>,
    /// How long the stretches are over which links are told
    #[arg(long, value_name = "TIME", default_value = "1m")]
    every: String,
    /// Write ages, links and health to files in this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    form: Form,
    /// Texts in CSV as they are, also those that a spreadsheet would run
    #[arg(long)]
    csv_raw: bool,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    time: TimeLimit,
    #[command(flatten)]
    work: Work,
}

/// The words of a closed list, as clap takes them.
fn words<C: Closed>() -> PossibleValuesParser {
    C::ALL.iter().map(|it| it.words()).collect::<Vec<_>>().into()
}

/// What is wanted of a run.
struct Wanted {
    of: Vec<Of>,
    ask: Ask,
    format: (Format, Texts),
    /// By index.
    applications: Vec<bool>,
    vms: Vec<bool>,
}

impl Wanted {
    fn has(&self, row: &Row) -> bool {
        match row {
            Row::Age(rise, _) => match rise.of {
                Aged::Vm(vm) => self.vms[vm],
                Aged::Application(application) => self.applications[application],
            },
            Row::Health(vm, _) => self.vms[vm.index()],
            Row::Link(_) => true,
        }
    }
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let scenario = read(arguments)?;
    let wanted = wanted(arguments, &scenario)?;
    let steps = arguments.work.admit(steps(&scenario), FEWER)?;
    let limit = arguments.time.limit()?;
    let files: Vec<PathBuf> = match &arguments.out {
        Some(folder) => wanted.of.iter().map(|of| folder.join(format!("{of}.{}", wanted.format.0))).collect(),
        None => Vec::new(),
    };
    let scenario = Arc::new(scenario);
    let work = move || {
        if files.is_empty() {
            to_stdout(&scenario, &wanted, steps)
        } else {
            to_files(&scenario, &wanted, &files, steps)
        }
    };
    within(limit, "ask for a shorter run", work)?;
    Ok(Exit::Ok)
}

fn read(arguments: &Arguments) -> Result<Scenario, Refusal> {
    let mut sources = arguments.reading.sources(&arguments.file)?;
    arguments.change.apply(&mut sources)?;
    let (mut scenario, _) = meant(&sources)?;
    if arguments.outage.is_some() {
        keep(&mut scenario, arguments.outage.as_slice())?;
    }
    if let Some(at) = &arguments.at {
        begin(&mut scenario, at)?;
    }
    Ok(scenario)
}

fn wanted(arguments: &Arguments, scenario: &Scenario) -> Result<Wanted, Refusal> {
    let named: Vec<Of> = arguments.of.iter().filter_map(|word| find(word)).collect();
    let of = match (named.is_empty(), &arguments.out) {
        (true, None) => vec![Of::Ages],
        (true, Some(_)) => Of::ALL.to_vec(),
        (false, None) if named.len() > 1 => {
            let remedy = "write --out DIR, or ask for one at a time";
            return Err(Refusal::wrong("several series have no room on standard output", remedy));
        }
        (false, _) => named,
    };
    let format = find(arguments.form.name()).unwrap_or(Format::Csv);
    if format == Format::Parquet && arguments.out.is_none() && io::stdout().is_terminal() {
        return Err(Refusal::wrong("Parquet is nothing to read on a terminal", "write --out DIR, or > FILE"));
    }
    let every = Span::parse(&arguments.every).map_err(|error| Refusal::Misread("--every", error))?;
    if every == Span::ZERO {
        return Err(Refusal::wrong("`--every 0s` has no end", "give a time such as 1m"));
    }
    let is_all = arguments.app.is_empty() && arguments.vm.is_empty();
    let names = |names: &mut dyn Iterator<Item = &String>, wanted: &[String], kind| {
        let names: Vec<&str> = names.map(String::as_str).collect();
        if let Some(name) = wanted.iter().find(|name| !names.contains(&name.as_str())) {
            return Err(Refusal::unknown(kind, name, names));
        }
        Ok(names.iter().map(|name| is_all || wanted.iter().any(|it| it == name)).collect::<Vec<bool>>())
    };
    let applications = &mut scenario.recovery.applications.iter().map(|it| &it.name);
    let texts = if arguments.csv_raw { Texts::Raw } else { Texts::Neutral };
    Ok(Wanted {
        ask: Ask {
            outage: arguments.outage.as_deref().map(|name| outage(scenario, name)).transpose()?,
            every,
            links: of.contains(&Of::Links),
            health: of.contains(&Of::Health),
        },
        of,
        format: (format, texts),
        applications: names(applications, &arguments.app, "application")?,
        vms: names(&mut scenario.vms.iter().map(|vm| &vm.name), &arguments.vm, "VM")?,
    })
}

/// Runs it, and writes what is wanted.
fn told(
    scenario: &Scenario,
    wanted: &Wanted,
    writers: &mut [Writer<'_>],
    steps: u64,
) -> Result<io::Result<()>, Refusal> {
    let template = "{bar:40} {percent:>3} % of {msg} steps  {elapsed} gone, {eta} to go";
    let bar = progress(1000, template, counted(steps));
    let shown = |at: Time| bar.set_position(at.0.saturating_mul(1000) / scenario.horizon.0.max(1));
    let mut written = Ok(());
    series::series(scenario, wanted.ask, &shown, &mut |row| {
        if wanted.has(&row) {
            written = writers.iter_mut().try_for_each(|writer| writer.row(&row));
        }
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    bar.finish_and_clear();
    Ok(written)
}

fn to_stdout(scenario: &Scenario, wanted: &Wanted, steps: u64) -> Result<(), Refusal> {
    let to = BufWriter::new(io::stdout());
    let mut writers = match Writer::new(scenario, wanted.of[0], wanted.format, to) {
        Ok(writer) => vec![writer],
        Err(error) => return printed(Err(error)),
    };
    let written = told(scenario, wanted, &mut writers, steps)?;
    let ended = || writers.into_iter().try_for_each(Writer::end);
    printed(written.and_then(|()| ended()))
}

/// Into files without a name first, so that none is half written.
fn to_files(scenario: &Scenario, wanted: &Wanted, files: &[PathBuf], steps: u64) -> Result<(), Refusal> {
    let failed =
        |path: &Path, error: &io::Error| Refusal::NotWritten(path.display().to_string(), error.to_string());
    let first = &files[0];
    let mut held: Vec<File> = Vec::new();
    let mut writers = Vec::new();
    for (of, path) in wanted.of.iter().zip(files) {
        let open = || {
            let file = tempfile::tempfile()?;
            Ok((file.try_clone()?, Writer::new(scenario, *of, wanted.format, BufWriter::new(file))?))
        };
        let (file, writer) = open().map_err(|error| failed(path, &error))?;
        held.push(file);
        writers.push(writer);
    }
    let written = told(scenario, wanted, &mut writers, steps)?;
    let ended = || writers.into_iter().try_for_each(Writer::end);
    let mut rewound = || held.iter_mut().try_for_each(Seek::rewind);
    written.and_then(|()| ended()).and_then(|()| rewound()).map_err(|error| failed(first, &error))?;
    let all = files.iter().zip(held).map(|(path, file)| (path.as_path(), Box::new(file) as Box<dyn Read>));
    write_all(all)?;
    note(&format!(
        "wrote {}",
        files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ")
    ));
    Ok(())
}
