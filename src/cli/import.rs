//! `drsim import`: opens what is named, writes what was asked for, says what was found. Data on stdout, diagnostics on stderr.
//!
//! To add something to import: its file with `Arguments` and a `run`, one line in [`ImportWhat`] and in [`run_to`].

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::exit::Exit;
use super::files::{opened, reason, shown};
use super::output::write_all;
use super::printer::{hint, tell_text};
use super::refusal::Refusal;
use crate::import::{Encoded, Mark, natural, some_of};
use crate::inert::lines;

pub mod churn;
pub mod inventory;
pub mod topology;
pub mod estate;

/// Import real data.
#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// What to import.
    #[command(subcommand)]
    pub what: ImportWhat,
}

/// What can be imported.
#[derive(Subcommand, Clone, Debug)]
pub enum ImportWhat {
    /// Measured writes of machines, as a series that churn can follow.
    ///
    /// Reads logs of Windows performance counters (PDH-CSV 4.0), Bitbrains monitoring files (one machine each) or one wide CSV
    /// (time, then bytes per bin of each machine), plain or .gz, and tells which by the header. Beside the series it writes a
    /// scenario that runs with it.
    #[command(after_help = churn::EXAMPLES)]
    Churn(churn::Arguments),
    /// Machines, hosts and datastores, as a scenario with a recovery site.
    ///
    /// Reads RVTools (.xlsx, or the CSV files of its tabs), the CSV of Azure Migrate, a Hyper-V inventory in JSON or `Get-VM` as CSV, or
    /// what VMM exports of its machines (JSON, CSV), and tells which by
    /// the headers. How a file writes numbers is told by all of its cells; what they leave open is refused until --decimal says it.
    #[command(after_help = inventory::EXAMPLES)]
    Inventory(inventory::Arguments),
    /// Machines, what they write and the network between the sites, as one scenario.
    ///
    /// Reads what `inventory`, `churn` and `topology` read, and joins measurements to machines by name: as a map says, as written, in any
    /// case, without domain. What joins no machine ends it, unless --partial.
    #[command(after_help = estate::EXAMPLES)]
    Estate(estate::Arguments),
    /// A wide-area network with distances, as a scenario with two sites.
    ///
    /// Reads node-link JSON, GraphML, GML or a network of SNDlib. Distances become latencies.
    #[command(after_help = topology::EXAMPLES)]
    Topology(topology::Arguments),
}

/// Runs the command.
pub fn run(args: ImportArgs) -> Result<Exit, Refusal> {
    let done = done(args)?;
    tell_text(&told(&done));
    super::printer::print(&done.text)?;
    Ok(Exit::Ok)
}

/// The same, with standard output and standard error given; the exit code.
pub fn run_to(args: ImportArgs, out: &mut impl Write, err: &mut impl Write) -> u8 {
    let (exit, text, told) = match done(args) {
        Ok(done) => (Exit::Ok, done.text.clone(), told(&done)),
        Err(refusal) => (refusal.exit(), String::new(), refusal.text()),
    };
    let written = out.write_all(text.as_bytes()).and_then(|()| err.write_all(told.as_bytes()));
    written.map_or(Exit::NotWritten, |()| exit).code()
}

fn done(args: ImportArgs) -> Result<Done, Refusal> {
    match args.what {
        ImportWhat::Churn(args) => churn::run(&args),
        ImportWhat::Inventory(args) => inventory::run(&args),
        ImportWhat::Estate(args) => estate::run(&args),
        ImportWhat::Topology(args) => topology::run(&args),
    }
}

/// What is said beside the summary.
fn told(done: &Done) -> String {
    let left = match done.left.as_slice() {
        [] => String::new(),
        names => format!("warning: not read: {}\n", lines(&some_of(names, LEFT_TOLD))),
    };
    let doubtful: String = done.doubtful.iter().map(|told| format!("warning: {}\n", lines(told))).collect();
    let next = hint(format!("next: drsim check {}\n", shown(&done.scenario)));
    format!("{left}{doubtful}{}\n{next}", lines(&done.wrote))
}

/// A decimal mark.
fn decimal(text: &str) -> Result<Mark, String> {
    match text {
        "." => Ok(Mark::Point),
        "," => Ok(Mark::Comma),
        _ => Err("give `.` or `,`".into()),
    }
}

/// What is wrong, with what helps in its second line.
fn bad(message: impl Into<String>) -> Refusal {
    Refusal::told(&message.into())
}

/// What an import left behind.
pub struct Done {
    /// To print.
    text: String,
    /// Files that were written, as sentences.
    wrote: String,
    /// The scenario to go on with.
    scenario: PathBuf,
    /// What nobody named, and was not read.
    left: Vec<String>,
    /// What of the files can hardly be so, as sentences.
    doubtful: Vec<String>,
}

/// A file to read.
struct Input {
    path: PathBuf,
    /// Whether its folder was named, not it.
    of_folder: bool,
}

/// What is read, and what of named folders is not, by name.
struct Inputs {
    files: Vec<Input>,
    left: Vec<String>,
}

impl Inputs {
    /// A sentence on what is left out, if something is.
    fn told(&self) -> Option<String> {
        let names = || lines(&some_of(&self.left, LEFT_TOLD));
        (!self.left.is_empty()).then(|| format!("Not read of the folder: {}.", names()))
    }
}

/// Most names of files that are left out.
const LEFT_TOLD: usize = 12;

/// The named files, and those of named folders with one of the endings, plain or gzip, in natural order.
fn files(paths: &[PathBuf], endings: &[&str]) -> Result<Inputs, Refusal> {
    let mut inputs = Inputs { files: Vec::new(), left: Vec::new() };
    for path in paths {
        if !path.is_dir() {
            inputs.files.push(Input { path: path.clone(), of_folder: false });
            continue;
        }
        let mut inside: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|error| unreadable(path, &error))? {
            let entry = entry.map_err(|error| unreadable(path, &error))?.path();
            let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if entry.is_dir() {
                inputs.left.push(format!("{name}/"));
            } else if ends(&name, endings) {
                inside.push(entry);
            } else {
                inputs.left.push(name);
            }
        }
        if inside.is_empty() {
            return Err(bad(format!(
                "{}: the folder has no {} file, plain or gzip\n  help: name the files, or the folder that they are in",
                path.display(),
                endings.join(" or ")
            )));
        }
        inside.sort_by(|a, b| natural(&a.to_string_lossy(), &b.to_string_lossy()));
        inputs.files.extend(inside.into_iter().map(|path| Input { path, of_folder: true }));
    }
    inputs.left.sort_by(|a, b| natural(a, b));
    Ok(inputs)
}

fn ends(name: &str, endings: &[&str]) -> bool {
    let name = name.to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    !name.starts_with('.') && endings.iter().any(|ending| name.ends_with(ending))
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Refusal {
    not_read(path, &reason(error))
}

fn not_read(path: &Path, reason: &str) -> Refusal {
    Refusal::Unreadable(path.display().to_string(), reason.to_owned())
}

/// Opens an export.
fn open(path: &Path) -> Result<File, Refusal> {
    opened(path).map_err(|reason| not_read(path, &reason))
}

/// Writes a series and the scenario that names it. The series takes its place first: whenever this ends, no scenario is without one.
fn write_pair(series: Option<(&Path, &Encoded)>, scenario: Option<(&Path, &str)>) -> Result<(), Refusal> {
    let series = series.map(|(path, series)| (path, Box::new(series.read()) as Box<dyn Read>));
    let scenario = scenario.map(|(path, text)| (path, Box::new(text.as_bytes()) as Box<dyn Read>));
    Ok(write_all(series.into_iter().chain(scenario))?)
}

/// Somebody may have worked on it.
fn in_use(target: &Path) -> Refusal {
    bad(format!(
        "{}: there is such a file, and somebody may have worked on it\n  help: choose another -o, or delete it",
        target.display()
    ))
}

/// Writes a scenario, unless somebody has worked on one of that name.
fn write_scenario(target: &Path, text: &str) -> Result<(), Refusal> {
    if target.exists() {
        return Err(in_use(target));
    }
    write_pair(None, Some((target, text)))
}

/// Title of a scenario: the name of its file.
fn title(output: &Path) -> String {
    output.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
