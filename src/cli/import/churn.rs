//! `drsim import churn`: writes a series and a scenario beside it.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Done, Failure, bad, files, not_written};
use crate::cli::output::write_all;
use crate::import::churn::fragment::fragment;
use crate::import::churn::summary::summary;
use crate::import::{BIN_MAX, ChurnOptions, ChurnSource, End, Import, Mark, SOURCES, instant};
use crate::series::CELLS_MAX;
use crate::units::Span;

/// Examples, and how to make a log that is read.
pub const EXAMPLES: &str = r#"Examples:
  drsim import churn 2013-8/ -o ship50.series --zone Europe/Amsterdam
  drsim import churn hv01.csv hv02.csv -o week.series

A log of Hyper-V's virtual disks for a week, in PowerShell:
  typeperf "\Hyper-V Virtual Storage Device(*)\Write Bytes/sec" `
    -si 60 -sc 10080 -f CSV -o hv01.csv"#;

/// Arguments of `drsim import churn`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
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
    /// Length of a bin, such as 5m [default: 5m, or the step of the file].
    #[arg(long, value_name = "LENGTH", value_parser = bin)]
    pub bin: Option<Span>,
    /// Bytes in a KB: 1000 or 1024.
    #[arg(long, default_value = "1000", value_parser = kb)]
    pub kb: u32,
    /// Time zone of the hourly means, such as Europe/Amsterdam.
    #[arg(long, default_value = "UTC", value_parser = zone)]
    pub zone: jiff::tz::TimeZone,
    /// The decimal mark of the files: `.` or `,` [default: told by their cells].
    #[arg(long, value_name = "MARK", value_parser = super::decimal)]
    pub decimal: Option<Mark>,
    /// The kind of file, if its header does not tell: counters, bitbrains or wide.
    #[arg(long, value_name = "KIND", value_parser = source)]
    pub from: Option<ChurnSource>,
}

/// Imports, writes the series and, unless there is one, a scenario beside it.
pub(super) fn run(args: &Arguments) -> Result<Done, Failure> {
    let scenario = args.output.with_extension("ron");
    if scenario == args.output {
        return Err(bad(format!(
            "{}: the series would stand where its scenario goes\n  help: choose another -o, such as {}",
            args.output.display(),
            args.output.with_extension("series").display()
        )));
    }
    let files = files(&args.paths, &[".csv", ".csv.gz"])?;
    if let Some(same) = files.iter().find(|file| super::same_file(file, &args.output)) {
        return Err(bad(format!(
            "{}: the output would replace an input\n  help: choose another -o",
            same.display()
        )));
    }
    let mut import = Import::new(options(args));
    for path in &files {
        let file = super::open(path)?;
        import.file(&path.to_string_lossy(), file);
    }
    let (series, found) = import.finish().map_err(|faults| bad(faults.to_string()))?;
    let name = args.output.file_stem().unwrap_or_default().to_string_lossy();
    let file = args.output.file_name().unwrap_or_default().to_string_lossy();
    let kept = scenario.exists();
    let (series, text) = (series.encode(), fragment(&found, &name, &file));
    let mut outputs: Vec<(&Path, &[u8])> = vec![(&args.output, &series)];
    if !kept {
        outputs.push((&scenario, text.as_bytes()));
    }
    write_all(&outputs).map_err(not_written)?;
    let beside = scenario.display();
    let also = match kept {
        true => format!("kept {beside} as it was"),
        false => format!("wrote {beside}, a scenario with these machines"),
    };
    let wrote = format!("wrote {}\n{also}", args.output.display());
    Ok(Done { text: summary(&found), wrote, scenario })
}

fn options(args: &Arguments) -> ChurnOptions {
    ChurnOptions {
        source: args.from,
        start_us: args.start,
        end: args.end.map(End::Before).or(args.bins.map(End::Bins)),
        bin: args.bin,
        kb: args.kb,
        zone: args.zone.clone(),
        decimal: args.decimal,
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

fn source(text: &str) -> Result<ChurnSource, String> {
    let names = SOURCES.map(|source| source.name).join(" or ");
    SOURCES.into_iter().find(|source| source.name == text).ok_or(format!("choose {names}"))
}
