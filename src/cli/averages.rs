//! Averages of a fleet, as options of `drsim plan` or from a short file.

use clap::Args;

use super::files::Disk;
use super::refusal::Refusal;
use crate::scenario::Sources;
use crate::scenario::averages::{self, Averages};
use crate::units::{Bytes, Ratio, Span};

/// What helps.
const HELP: &str = "`drsim plan --help` shows examples";

/// Averages, instead of a scenario (facts 7.1–7.3).
#[derive(Args)]
#[command(next_help_heading = "Averages, instead of a scenario")]
pub struct AverageArguments {
    /// A file with them: (vms: 200, disks: 2, used: "60 GB", daily_change: "5 %")
    #[arg(long, value_name = "FILE", conflicts_with = "vms")]
    averages: Option<String>,
    /// VMs to replicate
    #[arg(long, value_name = "N")]
    vms: Option<u64>,
    /// Disks of a VM
    #[arg(long, value_name = "N", default_value_t = 1, requires = "vms")]
    disks: u64,
    /// Storage in use on one disk
    #[arg(long, value_name = "SIZE", requires = "vms")]
    used: Option<String>,
    /// Share of it written anew each day
    #[arg(long, value_name = "SHARE", default_value = averages::DAILY_CHANGE, requires = "vms")]
    daily_change: String,
    /// Growth the plan must still hold with (planners take 30 %); of a scenario's writes, for what is to be bought
    #[arg(long, value_name = "SHARE", default_value = averages::GROWTH, conflicts_with = "averages", help_heading = None)]
    growth: String,
    /// Bytes before ÷ bytes on the wire
    #[arg(long, value_name = "FACTOR", default_value = averages::COMPRESSION, requires = "vms")]
    compression: String,
    /// How long the link is there for replication each day, 24h at most
    #[arg(long, value_name = "TIME", default_value = averages::DAILY_WINDOW, requires = "vms")]
    daily_window: String,
    /// How far back recovery points reach
    #[arg(long, value_name = "TIME", default_value = averages::RETENTION, requires = "vms")]
    retention: String,
    /// Time for one batch of first copies
    #[arg(long, value_name = "TIME", default_value = averages::BATCH, requires = "vms")]
    batch: String,
    /// VMs in a batch [default: all]
    #[arg(long, value_name = "N", requires = "vms")]
    vms_per_batch: Option<u64>,
    /// Write operations per second of all VMs together
    #[arg(long, value_name = "N", requires = "vms")]
    write_iops: Option<u64>,
}

/// The averages and a title.
///
/// # Errors
/// What is wrong.
pub fn read(arguments: &AverageArguments) -> Result<(Averages, String), Refusal> {
    if let Some(file) = &arguments.averages {
        let sources = Sources::load(&Disk, file)?;
        let read = averages::averages(&sources)?;
        return Ok((read, format!("estimate from {file}")));
    }
    let read = from_options(arguments)?;
    let zero = read.zeros().into_iter().find(|(_, is_zero)| *is_zero);
    if let Some((key, _)) = zero {
        return Err(Refusal::wrong(format!("--{}: it must be more than zero", key.replace('_', "-")), HELP));
    }
    if read.daily_window > averages::DAY {
        return Err(Refusal::wrong(
            format!("--daily-window: a day has no {}", read.daily_window),
            "give at most 24h, such as --daily-window 12h",
        ));
    }
    Ok((read, "estimate".to_owned()))
}

fn from_options(arguments: &AverageArguments) -> Result<Averages, Refusal> {
    let vms = arguments.vms.unwrap_or(0);
    let ratio = |text: &str, flag| Ratio::parse(text).map_err(|error| Refusal::Misread(flag, error));
    let span = |text: &str, flag| Span::parse(text).map_err(|error| Refusal::Misread(flag, error));
    let Some(used) = &arguments.used else {
        return Err(Refusal::wrong(
            "--used: averages need the storage in use on a disk, such as --used \"60 GB\"",
            HELP,
        ));
    };
    Ok(Averages {
        vms,
        disks: arguments.disks,
        used: Bytes::parse(used).map_err(|error| Refusal::Misread("--used", error))?,
        daily_change: ratio(&arguments.daily_change, "--daily-change")?,
        growth: ratio(&arguments.growth, "--growth")?,
        compression: ratio(&arguments.compression, "--compression")?,
        daily_window: span(&arguments.daily_window, "--daily-window")?,
        retention: span(&arguments.retention, "--retention")?,
        batch: span(&arguments.batch, "--batch")?,
        vms_per_batch: arguments.vms_per_batch.unwrap_or(vms),
        write_iops: arguments.write_iops,
    })
}

/// What is written grows by this.
///
/// # Errors
/// What is wrong.
pub fn growth(arguments: &AverageArguments) -> Result<Ratio, Refusal> {
    Ratio::parse(&arguments.growth).map_err(|error| Refusal::Misread("--growth", error))
}

/// The options that were given, as words of a command; none without averages.
pub fn command_line(arguments: &AverageArguments) -> Vec<String> {
    if let Some(file) = &arguments.averages {
        return vec![format!("--averages \"{file}\"")];
    }
    let Some(vms) = arguments.vms else {
        let is_asked = arguments.growth != averages::GROWTH;
        return is_asked.then(|| format!("--growth \"{}\"", arguments.growth)).into_iter().collect();
    };
    let mut words = vec![format!("--vms {vms} --disks {}", arguments.disks)];
    let texts = [
        ("--used", arguments.used.as_deref().unwrap_or_default(), ""),
        ("--daily-change", &arguments.daily_change, averages::DAILY_CHANGE),
        ("--growth", &arguments.growth, averages::GROWTH),
        ("--compression", &arguments.compression, averages::COMPRESSION),
        ("--daily-window", &arguments.daily_window, averages::DAILY_WINDOW),
        ("--retention", &arguments.retention, averages::RETENTION),
        ("--batch", &arguments.batch, averages::BATCH),
    ];
    let given = texts.iter().filter(|(_, value, default)| value != default);
    words.extend(given.map(|(flag, value, _)| format!("{flag} \"{value}\"")));
    words.extend(arguments.vms_per_batch.map(|number| format!("--vms-per-batch {number}")));
    words.extend(arguments.write_iops.map(|number| format!("--write-iops {number}")));
    words
}
