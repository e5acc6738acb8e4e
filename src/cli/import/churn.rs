//! `drsim import churn`: writes a series and a scenario beside it.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use clap::Args;

use super::{Done, Input, Inputs, bad, files, write_pair};
use crate::cli::refusal::Refusal;
use crate::import::churn::fragment::fragment;
use crate::import::churn::summary::summary;
use crate::import::{
    BIAS_MAX, BIN_MAX, ChurnOptions, ChurnSource, Encoded, End, Found, Import, Mark, Order, Room, SOURCES,
    Values, instant,
};
use crate::series::CELLS_MAX;
use crate::units::Span;

/// Examples, and how to make what is read.
pub const EXAMPLES: &str = r#"Examples:
  drsim import churn 2013-8/ -o ship50.series --zone Europe/Amsterdam
  drsim import churn hv01.csv hv02.csv -o week.series
  drsim import churn panel.csv -o week.series --zone UTC --values rate

How to make what is read, for a week; say --zone for local times:
  counters       typeperf "\Hyper-V Virtual Storage Device(*)\Write Bytes/sec" `
                   -si 60 -sc 10080 -f CSV -o hv01.csv
                 on ESXi: esxtop -b -d 60 -n 10080 > esx01.csv
  get-counter    Get-Counter "\PhysicalDisk(*)\Disk Write Bytes/sec" -Sa 60 -Max 10080 |
                   % CounterSamples | select Timestamp, Path, CookedValue | Export-Csv web.csv
  sadf           for day in /var/log/sa/sa??; do sadf -dU "$day" -- -d -p; done > web.csv
  sadf-json      for day in /var/log/sa/sa??; do sadf -j "$day" -- -d -p > ${day##*/}.json; done
  sadf-p         the same with sadf -p instead of sadf -d
  iostat         iostat -dxt 60 10080 > web.txt
  iostat-json    iostat -dxt -o JSON 60 10080 > web.json; unverified by a file
  prometheus     rate(node_disk_written_bytes_total[5m]), or the total, in a panel of Grafana:
                 Inspect, Data, Download CSV (Windows: windows_logical_disk_write_bytes_total)
  prometheus-api curl -G http://prometheus:9090/api/v1/query_range -o week.json -d step=300
                   --data-urlencode 'query=node_disk_written_bytes_total'
                   -d start=2026-11-16T00:00:00Z -d end=2026-11-23T00:00:00Z
                 at most 11,000 samples a series; of a rate(…) say --values rate
  victoria-metrics curl http://victoria:8428/api/v1/export -o week.jsonl
                   -d 'match[]=node_disk_written_bytes_total' -d start=-7d
  zabbix         select h.host, i.key_, y.clock, y.value from history y
                   join items i using (itemid) join hosts h using (hostid)
                   where i.key_ like 'vfs.dev.write%', saved as CSV
  zabbix-trends  the same from trends, with y.value_avg
  azure-monitor  Metrics, Disk Write Bytes/sec: TimeStamp, Resource, Metric, Average
  az             az monitor metrics list --resource VM --metric "Disk Write Bytes" --interval PT5M
                   --aggregation Total --start-time 2026-11-16 --end-time 2026-11-23 > vm.json
  log-analytics  Perf | where CounterName == "Disk Write Bytes/sec", exported as CSV
  get-stat       Get-VM | Get-Stat -Stat virtualDisk.write.average -IntervalMins 5 -Start … |
                   select Entity, Timestamp, MetricId, Value, Unit, Instance | Export-Csv week.csv
  vrops          a view of Time, Object, Virtual Disk|Write Rate (KBps); unverified by a file
  live-optics    Server, Disk, Time, Write Throughput (MB/s); unverified by a file
  measure-vmreplication  hourly: the command of `drsim compare --help`, as JSON or CSV
  bitbrains      the traces GWA-T-12 as they are published, a file for each machine
  table          rows of time, machine, disk, value; --columns names other headers
  wide           a column of times, then one for each machine"#;

/// Endings of files that are read in folders.
pub const ENDINGS: [&str; 7] = [".csv", ".tsv", ".xlsx", ".json", ".jsonl", ".txt", ".log"];
/// Those of them that are of anything, and left out unless a tool is told by them.
const OF_ANY: [&str; 4] = [".json", ".jsonl", ".txt", ".log"];

/// What columns may hold.
const HOLDS: [&str; 6] = ["time", "machine", "disk", "metric", "value", "unit"];

/// Headers of columns by what they hold.
#[derive(Clone, Debug)]
pub struct Columns(pub Vec<(String, String)>);

/// Arguments of `drsim import churn`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Files, or folders whose .csv, .tsv, .xlsx, .json, .jsonl, .txt and .log files are read, plain or .gz.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Where to write the series; a scenario to start from goes beside it, as .ron, unless there is one.
    #[arg(short, long = "out", alias = "output", value_name = "FILE")]
    pub output: PathBuf,
    /// Their times and numbers.
    #[command(flatten)]
    pub flags: MeasurementFlags,
    /// The decimal mark of the files: `.` or `,` [default: told by their cells].
    #[arg(long, value_name = "MARK", value_parser = super::decimal)]
    pub decimal: Option<Mark>,
    /// The kind of file, if its header does not tell, as named below.
    #[arg(long, value_name = "KIND", value_parser = source)]
    pub from: Option<ChurnSource>,
}

/// What is decided of measurements.
#[derive(Args, Clone, Debug)]
pub struct MeasurementFlags {
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
    /// Time zone of local times in files that do not say theirs, and of the hourly means [default of these: UTC].
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    pub zone: Option<jiff::tz::TimeZone>,
    /// Minutes from local time to UTC in files that do not say theirs, as Windows counts: -60 in Berlin in winter.
    #[arg(long, value_name = "MINUTES", allow_hyphen_values = true, value_parser = clap::value_parser!(i64).range(-BIAS_MAX..=BIAS_MAX))]
    pub bias: Option<i64>,
    /// Order of dates, where a file leaves it open: mdy, dmy or ymd.
    #[arg(long, value_name = "ORDER", value_parser = order)]
    pub dates: Option<Order>,
    /// What numbers in a table are: rate (bytes per second), bytes (of a bin) or total (since some beginning).
    #[arg(long, value_name = "WHAT", value_parser = values)]
    pub values: Option<Values>,
    /// Headers of columns: time, machine, disk, metric, value, unit; such as 'time=When,value=Bytes/s'.
    #[arg(long, value_name = "WHAT=HEADER,…", value_parser = columns)]
    pub columns: Option<Columns>,
}

/// Imports, writes the series and, unless there is one, a scenario beside it.
pub(super) fn run(args: &Arguments) -> Result<Done, Refusal> {
    let scenario = args.output.with_extension("ron");
    if scenario == args.output {
        return Err(bad(format!(
            "{}: the series would stand where its scenario goes\n  help: choose another -o, such as {}",
            args.output.display(),
            args.output.with_extension("series").display()
        )));
    }
    let inputs = files(&args.paths, &ENDINGS)?;
    if let Some(same) =
        inputs.files.iter().map(|input| &input.path).find(|file| super::same_file(file, &args.output))
    {
        return Err(bad(format!(
            "{}: the output would replace an input\n  help: choose another -o",
            same.display()
        )));
    }
    let (series, found) = read(&inputs, options(&args.flags, args.from, args.decimal))?;
    let name = args.output.file_stem().unwrap_or_default().to_string_lossy();
    let file = args.output.file_name().unwrap_or_default().to_string_lossy();
    let kept = scenario.exists();
    let text = fragment(&found, &name, &file);
    write_pair(Some((&args.output, &series)), (!kept).then_some((&scenario, &text)))?;
    let beside = scenario.display();
    let also = match kept {
        true => format!("kept {beside} as it was"),
        false => format!("wrote {beside}, a scenario with these machines"),
    };
    let wrote = format!("wrote {}\n{also}", args.output.display());
    let text = summary(&found);
    Ok(Done { text, wrote, scenario, left: found.left, doubtful: found.doubtful })
}

/// The series of all files as its file holds it, and what was found.
pub(super) fn read(inputs: &Inputs, options: ChurnOptions) -> Result<(Encoded, Found), Refusal> {
    let mut import = Import::new(options);
    for Input { path, of_folder } in &inputs.files {
        let (name, file) = (path.to_string_lossy(), super::open(path)?);
        // what a shell hands over is there once
        if file.metadata().is_ok_and(|file| file.is_file()) {
            let open = || -> io::Result<Box<dyn io::Read>> { Ok(Box::new(File::open(path)?)) };
            let is_any = *of_folder && super::ends(&name, &OF_ANY);
            if is_any { import.if_known(&name, &open) } else { import.reopened(&name, &open) }
        } else {
            import.file(&name, file);
        }
    }
    let (series, mut found) = import.encoded().map_err(|faults| bad(faults.to_string()))?;
    found.quirks.extend(inputs.told());
    found.left.extend(inputs.left.iter().cloned());
    Ok((series, found))
}

/// The same as the import takes it.
pub(super) fn options(
    args: &MeasurementFlags,
    source: Option<ChurnSource>,
    decimal: Option<Mark>,
) -> ChurnOptions {
    ChurnOptions {
        source,
        start_us: args.start,
        end: args.end.map(End::Before).or(args.bins.map(End::Bins)),
        bin: args.bin,
        kb: args.kb,
        zone: args.zone.clone(),
        decimal,
        bias: args.bias,
        dates: args.dates,
        values: args.values,
        columns: args.columns.as_ref().map(|columns| columns.0.clone()).unwrap_or_default(),
        room: Room::default(),
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

fn order(text: &str) -> Result<Order, String> {
    Order::named(text).ok_or_else(|| "choose mdy, dmy or ymd".to_owned())
}

fn values(text: &str) -> Result<Values, String> {
    Values::named(text).ok_or_else(|| "choose rate, bytes or total".to_owned())
}

/// `time=When,value=Disque physique\Écritures disque, octets/s`: a comma parts only where a word and `=` follow.
fn columns(text: &str) -> Result<Columns, String> {
    let mut columns: Vec<(String, String)> = Vec::new();
    for piece in text.split(',') {
        match piece.split_once('=').filter(|(what, _)| HOLDS.contains(&what.trim())) {
            Some((what, header)) => columns.push((what.trim().to_owned(), header.to_owned())),
            None => match columns.last_mut() {
                Some(last) => last.1 = format!("{},{piece}", last.1),
                None => return Err(format!("begin with one of {}, such as time=When", HOLDS.join(", "))),
            },
        }
    }
    columns.iter_mut().for_each(|column| column.1 = column.1.trim().to_owned());
    match columns.iter().enumerate().any(|(at, column)| columns[..at].iter().any(|other| other.0 == column.0))
    {
        true => Err("each may be named once".to_owned()),
        false => Ok(Columns(columns)),
    }
}

fn source(text: &str) -> Result<ChurnSource, String> {
    let names = SOURCES.map(|source| source.name).join(" or ");
    SOURCES.into_iter().find(|source| source.name == text).ok_or(format!("choose {names}"))
}
