//! `drsim import`: opens what is named, writes the series, says what was found. Data on stdout, diagnostics on stderr.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::files::write_atomically;
use crate::import::fragment::fragment;
use crate::import::summary::summary;
use crate::import::{BIN_MAX, End, Import, Options, SOURCES, Source, instant, natural};
use crate::series::{CELLS_MAX, Series};
use crate::units::Span;

/// Nothing went wrong.
const DONE: u8 = 0;
/// Bad input or usage.
const BAD_INPUT: u8 = 2;
/// A requested output could not be written.
const NOT_WRITTEN: u8 = 74;

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
    /// Reads Bitbrains monitoring files (one machine each) or one wide CSV (time, then bytes per bin of each machine),
    /// plain or .gz, and tells which by the header. Beside the series it writes a scenario that runs with it.
    #[command(after_help = "Example:\n  drsim import churn 2013-8/ -o ship50.series --zone Europe/Amsterdam")]
    Churn(ChurnArgs),
}

/// Arguments of `drsim import churn`.
#[derive(Args, Clone, Debug)]
pub struct ChurnArgs {
    /// Files, or folders whose .csv and .csv.gz files are read.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Where to write the series; a scenario to start from goes beside it, as .ron, unless there is one.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Start of the first bin: RFC 3339 or unix seconds [default: the bin of the first sample].
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub start: Option<i64>,
    /// End of the series [default: after the last sample].
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with = "bins")]
    pub end: Option<i64>,
    /// Number of bins, instead of an end.
    #[arg(long, value_name = "COUNT", value_parser = bins)]
    pub bins: Option<usize>,
    /// Length of a bin, such as 5m [default: 5m, or the step of a wide table].
    #[arg(long, value_name = "LENGTH", value_parser = bin)]
    pub bin: Option<Span>,
    /// Bytes in a KB: 1000 or 1024.
    #[arg(long, default_value = "1000", value_parser = kb)]
    pub kb: u32,
    /// Time zone of the hourly means, such as Europe/Amsterdam.
    #[arg(long, default_value = "UTC", value_parser = zone)]
    pub zone: jiff::tz::TimeZone,
    /// The kind of file, if its header does not tell: bitbrains or wide.
    #[arg(long, value_name = "KIND", value_parser = source)]
    pub from: Option<Source>,
}

/// Runs the command; the value is the exit code.
pub fn run(args: ImportArgs) -> u8 {
    run_to(args, &mut anstream::stdout(), &mut anstream::stderr())
}

/// The same, with standard output and standard error given.
pub fn run_to(args: ImportArgs, out: &mut impl Write, err: &mut impl Write) -> u8 {
    let ImportWhat::Churn(args) = args.what;
    let (code, message) = match churn(&args).and_then(|done| print(&done.text, out).map(|()| done)) {
        Ok(done) => {
            let scenario = done.scenario.display();
            let also = match done.kept {
                true => format!("kept {scenario} as it was"),
                false => format!("wrote {scenario}, a scenario with these machines"),
            };
            (DONE, format!("wrote {}\n{also}\nnext: drsim check {scenario}", args.output.display()))
        }
        Err(failure) => (failure.code, format!("error: {}", failure.message)),
    };
    // a closed stderr leaves the exit code to speak
    let _ = writeln!(err, "{message}");
    code
}

struct Failure {
    code: u8,
    message: String,
}

fn bad(message: impl Into<String>) -> Failure {
    Failure { code: BAD_INPUT, message: message.into() }
}

/// What an import left behind.
struct Done {
    /// To print.
    text: String,
    /// The scenario beside the series.
    scenario: PathBuf,
    /// Whether it was there before: somebody may have worked on it.
    kept: bool,
}

/// Imports, writes the series and, unless there is one, a scenario beside it.
fn churn(args: &ChurnArgs) -> Result<Done, Failure> {
    let scenario = args.output.with_extension("ron");
    if scenario == args.output {
        return Err(bad(format!(
            "{}: the series would stand where its scenario goes\n  help: choose another -o, such as {}",
            args.output.display(),
            args.output.with_extension("series").display()
        )));
    }
    let files = files(&args.paths)?;
    if let Some(same) = files.iter().find(|file| same_file(file, &args.output)) {
        return Err(bad(format!(
            "{}: the output would replace an input\n  help: choose another -o",
            same.display()
        )));
    }
    let mut import = Import::new(options(args));
    for path in &files {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        import.file(&path.to_string_lossy(), file);
    }
    let (series, found) = import.finish().map_err(|faults| bad(faults.to_string()))?;
    write(&args.output, &series)?;
    let name = args.output.file_stem().unwrap_or_default().to_string_lossy();
    let file = args.output.file_name().unwrap_or_default().to_string_lossy();
    let kept = scenario.exists();
    if !kept {
        let text = fragment(&found, &name, &file);
        write_atomically(&scenario, text.as_bytes()).map_err(|error| not_written(&scenario, &error))?;
    }
    Ok(Done { text: summary(&found), scenario, kept })
}

fn options(args: &ChurnArgs) -> Options {
    Options {
        source: args.from,
        start_us: args.start,
        end: args.end.map(End::Before).or(args.bins.map(End::Bins)),
        bin: args.bin,
        kb: args.kb,
        zone: args.zone.clone(),
    }
}

/// The named files, and those of named folders in natural order.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|error| unreadable(path, &error))? {
            let entry = entry.map_err(|error| unreadable(path, &error))?.path();
            if is_csv(&entry) && !entry.is_dir() {
                inside.push(entry);
            }
        }
        if inside.is_empty() {
            return Err(bad(format!(
                "{}: the folder has no .csv or .csv.gz file\n  help: name the files",
                path.display()
            )));
        }
        inside.sort_by(|a, b| natural(&a.to_string_lossy(), &b.to_string_lossy()));
        files.append(&mut inside);
    }
    Ok(files)
}

fn is_csv(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    !name.starts_with('.') && (name.ends_with(".csv") || name.ends_with(".csv.gz"))
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    bad(format!("{}: cannot be read: {error}\n  help: check the path and its rights", path.display()))
}

/// Writes beside the target and renames, so that the target is whole or untouched.
fn write(target: &Path, series: &Series) -> Result<(), Failure> {
    super::files::write_atomically(target, &series.encode()).map_err(|error| not_written(target, &error))
}

fn not_written(target: &Path, error: &std::io::Error) -> Failure {
    let message = format!("{}: cannot be written: {error}\n  help: choose another -o", target.display());
    Failure { code: NOT_WRITTEN, message }
}

/// A reader that closes the pipe early has what it wanted.
fn print(text: &str, out: &mut impl Write) -> Result<(), Failure> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure { code: NOT_WRITTEN, message: format!("standard output cannot be written: {error}") })
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn time(text: &str) -> Result<i64, String> {
    instant(text).map(|(us, _)| us).map_err(|(reason, remedy)| format!("{reason}; {remedy}"))
}

fn bins(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(bins @ 1..=CELLS_MAX) => Ok(bins),
        Ok(_) | Err(_) => Err(format!("give a count from 1 to {CELLS_MAX}")),
    }
}

fn bin(text: &str) -> Result<Span, String> {
    let bin = Span::parse(text).map_err(|error| format!("{}; {}", error.reason, error.remedy))?;
    let whole = bin > Span::ZERO && bin.0.is_multiple_of(1_000_000) && bin <= BIN_MAX;
    if whole { Ok(bin) } else { Err("give whole seconds, at most a day: 5m".into()) }
}

fn kb(text: &str) -> Result<u32, String> {
    match text {
        "1000" => Ok(1000),
        "1024" => Ok(1024),
        _ => Err("a KB is 1000 or 1024 bytes".into()),
    }
}

fn zone(text: &str) -> Result<jiff::tz::TimeZone, String> {
    jiff::tz::TimeZone::get(text).map_err(|_| "give an IANA name, such as Europe/Amsterdam".to_owned())
}

fn source(text: &str) -> Result<Source, String> {
    let names = SOURCES.map(|source| source.name).join(" or ");
    SOURCES.into_iter().find(|source| source.name == text).ok_or(format!("choose {names}"))
}
