//! `drsim import inventory`: writes a scenario with the machines of an export.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Done, Input, bad, files, title, unreadable, write_scenario};
use crate::cli::files::Disk;
use crate::cli::refusal::Refusal;
use crate::import::Mark;
use crate::import::inventory::Measured;
use crate::import::inventory::scenario::scenario;
use crate::import::inventory::summary::summary;
use crate::import::inventory::{Import, Inventory, InventoryOptions, InventorySource, NameMap, SOURCES};
use crate::scenario::{Loader, SERIES_BYTES_MAX};
use crate::series::Series;
use crate::units::Ratio;

/// Examples, and how to export what is read.
pub const EXAMPLES: &str = r#"Examples:
  drsim import inventory RVTools.xlsx -o dr.ron
  drsim import inventory tabs/ -o dr.ron --daily-change "3 %" --powered-off
  drsim import inventory azure.csv -o dr.ron --decimal ,
  drsim import inventory hyper-v.json -o dr.ron --churn week.series

How to export what is read:
  rvtools        RVTools: File, Export all to Excel; or RVTools.exe -c ExportAll2xlsx
  live-optics    the project's page: Export, Excel; unverified by a file
  azure-migrate  Azure Migrate: the CSV to import servers, or what an assessment exports
  hyper-v, vmm   the commands below; of a table Get-VM | Export-Csv vms.csv, and so of the others

A Hyper-V inventory, in PowerShell on each host or for a whole cluster:
  $vms = Get-VM
  @{ vms = $vms; hosts = Get-VMHost; nodes = Get-ClusterNode
     brokers = Get-ClusterResource | ? ResourceType -like "*Replication Broker" |
       Select-Object @{ n = 'ResourceType'; e = { "$($_.ResourceType)" } }, OwnerGroup, Cluster
     volumes = Get-Volume; drives = $vms | Get-VMHardDiskDrive
     replication = Get-VMReplication | Select-Object *, @{ n = 'StateName'; e = { "$($_.State)" } }
     disks = $vms | % { Get-VHD -VMId $_.VMId }
  } | ConvertTo-Json -Depth 4 > hyper-v.json

Machines of Virtual Machine Manager, with its module of PowerShell:
  Get-SCVirtualMachine | Select-Object ID, Name, StatusString, CPUCount, Memory, HostName, Generation,
    @{ n = 'VirtualDiskDrives'; e = { $_.VirtualDiskDrives | Select-Object Name, VirtualHardDisk } } |
    ConvertTo-Json -Depth 4 > vmm.json"#;

/// Most bytes of a table of names.
const MAP_BYTES_MAX: u64 = 16 << 20;

/// Endings of files that are read in folders.
const ENDINGS: [&str; 4] = [".xlsx", ".csv", ".tsv", ".json"];

/// Arguments of `drsim import inventory`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Files of one export, or folders whose .xlsx, .csv, .tsv and .json files are read, plain or .gz.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Where to write the scenario, such as dr.ron; a file that is there is kept.
    #[arg(short, long = "out", alias = "output", value_name = "FILE")]
    pub output: PathBuf,
    /// A series by `drsim import churn`, for the machines and virtual disks that it names; the run is as long as it is.
    #[arg(long, value_name = "FILE")]
    pub churn: Option<PathBuf>,
    /// A CSV with columns `from` and `to`: names in the series, and those of machines, where they are not alike.
    #[arg(long, value_name = "FILE", requires = "churn")]
    pub map: Option<PathBuf>,
    /// Their machines.
    #[command(flatten)]
    pub flags: MachineFlags,
    /// The decimal mark of text files: `.` or `,` [default: told by their cells].
    #[arg(long, value_name = "MARK", value_parser = super::decimal)]
    pub decimal: Option<Mark>,
    /// The kind of export, if its headers do not tell: rvtools, live-optics, azure-migrate, hyper-v or vmm.
    #[arg(long, value_name = "KIND", value_parser = source)]
    pub from: Option<InventorySource>,
}

/// What is decided of machines.
#[derive(Args, Clone, Debug)]
pub struct MachineFlags {
    /// Share of the used space that is written anew each day, where nothing is measured.
    #[arg(long, value_name = "SHARE", default_value = "5 %", value_parser = share)]
    pub daily_change: Ratio,
    /// Take machines that are powered off, too.
    #[arg(long)]
    pub powered_off: bool,
    /// Virtual cores that one core of a host carries.
    #[arg(long, value_name = "COUNT", default_value = "4", value_parser = clap::value_parser!(u32).range(1..=32))]
    pub cores_per_core: u32,
    /// Hosts of the recovery site beyond as many as the main one has: with 1, all machines fit after one is lost.
    #[arg(long, value_name = "COUNT", default_value = "0", value_parser = clap::value_parser!(u32).range(0..=64))]
    pub spare_hosts: u32,
}

/// Runs the command.
pub(super) fn run(args: &Arguments) -> Result<Done, Refusal> {
    let options = InventoryOptions {
        source: args.from,
        decimal: args.decimal,
        map: args.map.as_deref().map(name_map).transpose()?.unwrap_or_default(),
        churn: args.churn.as_deref().map(|series| measured(series, &args.output)).transpose()?,
        ..options(&args.flags)
    };
    let inventory = read(&args.paths, &options)?;
    let written = scenario(&inventory, &options, &title(&args.output));
    write_scenario(&args.output, &written.text)?;
    let wrote = format!("wrote {}", args.output.display());
    let text = summary(&inventory, &written);
    let (left, doubtful) = (inventory.left, inventory.told.doubtful);
    Ok(Done { text, wrote, scenario: args.output.clone(), left, doubtful })
}

/// The same as the import takes it.
pub(super) fn options(flags: &MachineFlags) -> InventoryOptions {
    InventoryOptions {
        daily_change: flags.daily_change,
        powered_off: flags.powered_off,
        cores_per_core: flags.cores_per_core,
        spare_hosts: flags.spare_hosts,
        ..InventoryOptions::default()
    }
}

/// The inventory of all files.
pub(super) fn read(paths: &[PathBuf], options: &InventoryOptions) -> Result<Inventory, Refusal> {
    let mut import = Import::new(options.clone());
    let inputs = files(paths, &ENDINGS)?;
    for Input { path, .. } in &inputs.files {
        let file = super::open(path)?;
        import.file(&path.to_string_lossy(), file);
    }
    let mut inventory = import.finish().map_err(|faults| bad(faults.to_string()))?;
    inventory.told.read.extend(inputs.told());
    inventory.left = inputs.left;
    Ok(inventory)
}

/// Reads a table of names.
pub(super) fn name_map(path: &Path) -> Result<NameMap, Refusal> {
    let mut text = String::new();
    let read = super::open(path)?.take(MAP_BYTES_MAX).read_to_string(&mut text);
    read.map_err(|error| unreadable(path, &error))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    NameMap::read(&path.to_string_lossy(), text).map_err(|faults| bad(faults.to_string()))
}

/// Reads a series; the scenario names it from where it stands itself.
fn measured(path: &Path, output: &Path) -> Result<Measured, Refusal> {
    let name = path.to_string_lossy();
    let bytes = Disk
        .load(&name, SERIES_BYTES_MAX)
        .map_err(|error| bad(format!("{name}: {error}\n  help: check the path")))?;
    let series = Series::decode(&bytes)
        .map_err(|error| bad(format!("{name}: {error}\n  help: give a series to --churn")))?;
    let beside = path.parent() == output.parent();
    let file = if beside { path.file_name().map(PathBuf::from) } else { path.canonicalize().ok() };
    let file = file.unwrap_or_else(|| path.to_owned());
    Ok(Measured::new(&series, &title(path), &file.to_string_lossy().replace('\\', "/")))
}

fn share(text: &str) -> Result<Ratio, String> {
    let share = Ratio::parse(text).map_err(|error| format!("{}; {}", error.reason, error.remedy))?;
    if share.0 <= 10_000_000 { Ok(share) } else { Err("more than ten times the used space a day".into()) }
}

fn source(text: &str) -> Result<InventorySource, String> {
    let names = SOURCES.map(|source| source.name).join(" or ");
    SOURCES.into_iter().find(|source| source.name == text).ok_or(format!("choose {names}"))
}
