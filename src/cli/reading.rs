//! Options of all commands that read a scenario: from where its files may come, and in which repository its revisions are.

use std::path::PathBuf;

use clap::Args;

use super::files::{Disk, DiskAllowing};
use super::refusal::Refusal;
use super::{fault, printer};
use crate::ids::Id;
use crate::inert::plain;
use crate::measure::results::Results;
use crate::outage::Outage;
use crate::problem::Problems;
use crate::report::json;
use crate::report::words::count;
use crate::scenario::{Loader, Scenario, Sources, TEXT_BYTES_MAX};
use crate::units::Time;

/// Where the files of a scenario may lie.
#[derive(Args, Clone, Debug, Default)]
pub struct Reading {
    /// Also read what the scenario includes or measures from this file or folder (repeatable) [default: from the main file's folder only]
    #[arg(long, value_name = "PATH")]
    pub allow_include: Vec<PathBuf>,
}

impl Reading {
    /// The file system within these limits.
    pub fn disk(&self) -> DiskAllowing<'_> {
        DiskAllowing(&self.allow_include)
    }

    /// The texts of the scenario with this main file.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn sources(&self, file: &str) -> Result<Sources, Refusal> {
        Ok(Sources::load(&self.disk(), file)?)
    }

    /// The options as they are written.
    pub fn words(&self) -> impl Iterator<Item = String> {
        self.allow_include.iter().map(|path| format!("--allow-include \"{}\"", path.display()))
    }
}

/// What a command that runs a scenario once changes in it first.
#[derive(Args, Clone, Debug)]
pub struct Change {
    /// Change a value of the scenario first; `;` joins several
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
}

impl Change {
    /// Changes it.
    ///
    /// # Errors
    /// More than one variant is asked for, or what names no value.
    pub fn apply(&self, sources: &mut Sources) -> Result<(), Refusal> {
        match self.set.as_slice() {
            [] => Ok(()),
            [one] => set(sources, one),
            several => {
                let remedy = format!("join what changes together: --set \"{}\"", several.join("; "));
                Err(Refusal::wrong("each `--set` is a variant of its own, and one is run here", remedy))
            }
        }
    }

    /// The options as they are written.
    pub fn words(&self) -> impl Iterator<Item = String> {
        self.set.iter().map(|change| format!("--set \"{change}\""))
    }
}

/// Changes the values that `--set "PATH=VALUE; PATH=VALUE"` names.
///
/// # Errors
/// It names none.
pub fn set(sources: &mut Sources, changes: &str) -> Result<(), Refusal> {
    for change in changes.split(';').map(str::trim).filter(|change| !change.is_empty()) {
        let Some((path, value)) = change.split_once('=') else {
            let what = format!("`--set {change}` has no `=`");
            return Err(Refusal::wrong(what, "write it like --set \"links.wan.rate=100 Mbps\""));
        };
        sources.set(path.trim(), value.trim())?;
    }
    Ok(())
}

/// What texts that are about to be run mean, with warnings.
///
/// # Errors
/// What is wrong with them.
pub fn meant(sources: &Sources) -> Result<(Scenario, Problems), Refusal> {
    fault::studies(sources);
    let read = Scenario::from_sources(sources)?;
    detail(sources, &read.0);
    Ok(read)
}

/// Tells what was read, and what is taken for true, where details are wanted.
pub fn detail(sources: &Sources, scenario: &Scenario) {
    for file in &sources.files {
        printer::detail(|| format!("read {}: {}", plain(&file.path), count(file.text.len() as u64, "byte")));
    }
    for (path, _) in sources.series.iter().filter(|(_, bytes)| bytes.is_ok()) {
        printer::detail(|| format!("read {}, a series", plain(path)));
    }
    for line in scenario.taken_for_true() {
        printer::detail(|| format!("taken for true: {}", plain(&line)));
    }
}

/// The outage of this name.
///
/// # Errors
/// There is none.
pub fn outage(scenario: &Scenario, name: &str) -> Result<Id<Outage>, Refusal> {
    let outages = &scenario.outages;
    let found = outages.entries().find(|(_, outage)| outage.name == name).map(|(id, _)| id);
    found.ok_or_else(|| Refusal::unknown("outage", name, outages.iter().map(|outage| outage.name.as_str())))
}

/// Keeps the outages of these names; all, where none is named.
///
/// # Errors
/// There is none of a name.
pub fn keep(scenario: &mut Scenario, names: &[String]) -> Result<(), Refusal> {
    for name in names {
        outage(scenario, name)?;
    }
    if !names.is_empty() {
        scenario.keep_outages(|outage| names.contains(&outage.name));
    }
    Ok(())
}

/// Lets the outages begin at the instant that `--at` names.
///
/// # Errors
/// It is none of the run.
pub fn begin(scenario: &mut Scenario, at: &str) -> Result<Time, Refusal> {
    let at = scenario.instant(at)?;
    if at.0 >= scenario.horizon.0 {
        let what = format!("`--at` lies outside the run, which lasts {}", scenario.horizon);
        return Err(Refusal::wrong(what, "name an instant of the run, or lengthen `horizon`"));
    }
    scenario.move_outages(at);
    Ok(at)
}

/// The results that a file has; none where it is a scenario.
///
/// # Errors
/// It cannot be read, or has results that are not whole or of another schema.
pub fn stored(path: &str) -> Result<Option<Results>, Refusal> {
    let results = result_text(path)?.map(|text| json::parse(&text)).transpose();
    results.map_err(|why| Refusal::wrong(format!("{path}: {why}"), "drsim run … --out DIR writes one"))
}

/// The text of a result; none where the file is a scenario, which may be JSON too, with a schema of its own.
///
/// # Errors
/// It cannot be read.
pub fn result_text(path: &str) -> Result<Option<String>, Refusal> {
    if !path.ends_with(".json") {
        return Ok(None);
    }
    let bytes = Disk.load(path, TEXT_BYTES_MAX);
    let bytes = bytes.map_err(|error| Refusal::Unreadable(path.to_owned(), error.to_string()))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Refusal::wrong(format!("{path} is not UTF-8 text"), "save it as UTF-8"))?;
    let is_scenario = serde_json::from_str::<serde_json::Value>(&text)
        .is_ok_and(|value| value.get("schema").is_some() && value.get("schema_version").is_none());
    Ok((!is_scenario).then_some(text))
}

/// Where the files of a scenario and of its revisions are.
#[derive(Args, Clone, Debug, Default)]
pub struct Revisions {
    /// Options of the files.
    #[command(flatten)]
    pub reading: Reading,
    /// Top folder of the git repository with the revisions [default: the nearest around the scenario's file]
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
}
