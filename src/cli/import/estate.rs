//! `drsim import estate`: machines, what they write and the network between the sites, as one scenario.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use super::inventory::name_map;
use super::{Done, bad, churn, files, in_use, inventory, title, topology, write_pair};
use crate::cli::refusal::Refusal;
use crate::import::inventory::scenario::scenario;
use crate::import::inventory::summary::summary;
use crate::import::inventory::{InventoryOptions, Measured};
use crate::import::{Encoded, Mark, some_of};

/// Examples.
pub const EXAMPLES: &str = r#"Examples:
  drsim import estate RVTools.xlsx --churn 2013-8/ --map names.csv -o dr.ron
  drsim import estate tabs/ --churn hv01.csv hv02.csv --topology Renam.gml -o dr.ron

A table of names is a CSV with the columns `from` (as the measurements call a machine) and `to` (as the inventory does).
Each part by itself is explained by drsim import inventory --help, and so on."#;

/// Names in a message.
const NAMED_MAX: usize = 12;

/// Arguments of `drsim import estate`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Files of one export of machines, or folders, as `drsim import inventory` reads them.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Where to write the scenario, such as dr.ron; a series goes beside it. Files that are there are kept.
    #[arg(short, long = "out", alias = "output", value_name = "FILE")]
    pub output: PathBuf,
    /// Files or folders with measured writes, as `drsim import churn` reads them.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub churn: Vec<PathBuf>,
    /// A CSV with columns `from` and `to`: names in the measurements, and those of machines, where they are not alike.
    #[arg(long, value_name = "FILE", requires = "churn")]
    pub map: Option<PathBuf>,
    /// Go on although measurements are of no machine in the export.
    #[arg(long)]
    pub partial: bool,
    /// A network, as `drsim import topology` reads it.
    #[arg(long, value_name = "FILE")]
    pub topology: Option<PathBuf>,
    /// The decimal mark of text files: `.` or `,` [default: told by their cells].
    #[arg(long, value_name = "MARK", value_parser = super::decimal)]
    pub decimal: Option<Mark>,
    /// What is decided of machines.
    #[command(flatten, next_help_heading = "Machines")]
    pub machines: inventory::MachineFlags,
    /// What is decided of measurements.
    #[command(flatten, next_help_heading = "Measurements")]
    pub measurements: churn::MeasurementFlags,
    /// What is decided of the network.
    #[command(flatten, next_help_heading = "Network")]
    pub network: topology::NetworkFlags,
}

/// Imports all of it, and writes the scenario and the series together.
pub(super) fn run(args: &Arguments) -> Result<Done, Refusal> {
    let beside = args.output.with_extension("series");
    if args.output.exists() {
        return Err(in_use(&args.output));
    }
    if beside == args.output {
        let path = args.output.display();
        return Err(bad(format!(
            "{path}: the series would stand there\n  help: choose another -o, such as dr.ron"
        )));
    }
    let measured = match args.churn.as_slice() {
        [] => None,
        paths => {
            let options = churn::options(&args.measurements, None, args.decimal);
            Some(churn::read(&files(paths, &churn::ENDINGS)?, options)?)
        }
    };
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let options = InventoryOptions {
        decimal: args.decimal,
        map: args.map.as_deref().map(name_map).transpose()?.unwrap_or_default(),
        churn: measured.as_ref().map(|(_, found)| Measured::found(found, &title(&beside), &name(&beside))),
        network: args.topology.as_ref().map(|path| topology::read(path, None, &args.network)).transpose()?,
        ..inventory::options(&args.machines)
    };
    let inventory = inventory::read(&args.paths, &options)?;
    if !args.partial && !inventory.unjoined.is_empty() {
        return Err(unjoined(&inventory.unjoined));
    }
    let written = scenario(&inventory, &options, &title(&args.output));
    let series = measured.as_ref().map(|(series, _)| (beside.as_path(), series));
    // The same one is what an import left that was killed.
    if series.is_some_and(|(path, series)| path.exists() && !holds(path, series)) {
        return Err(in_use(&beside));
    }
    write_pair(series, Some((&args.output, &written.text)))?;
    let mut text = summary(&inventory, &written);
    if let Some((_, found)) = &measured {
        text += "\nMeasurements\n";
        text += &crate::import::churn::summary::summary(found);
    }
    let paths = [Some(args.output.as_path()), series.map(|(path, _)| path)].into_iter().flatten();
    let paths: Vec<String> = paths.map(|path| path.display().to_string()).collect();
    let (mut left, mut doubtful) = (inventory.left, inventory.told.doubtful);
    if let Some((_, found)) = measured {
        left.extend(found.left);
        doubtful.extend(found.doubtful);
    }
    let wrote = format!("wrote {}", paths.join(" and "));
    Ok(Done { text, wrote, scenario: args.output.clone(), left, doubtful })
}

/// Whether a file has this content.
fn holds(path: &Path, series: &Encoded) -> bool {
    let is_long = path.metadata().is_ok_and(|found| found.is_file() && found.len() == series.size());
    is_long && File::open(path).is_ok_and(|file| bytes(file).eq(bytes(series.read())))
}

fn bytes(content: impl Read) -> impl Iterator<Item = Option<u8>> {
    BufReader::new(content).bytes().map(Result::ok)
}

fn unjoined(left: &[String]) -> Refusal {
    let what = format!(
        "measurements that no machine of the export has: {} ({}); nothing is written",
        left.len(),
        some_of(left, NAMED_MAX)
    );
    Refusal::No(what, "name their machines in a table for --map, or go on without them: --partial".into())
}
