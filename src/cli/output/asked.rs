//! What `--out` names: a folder for a report, or a single document. One grammar for all commands.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::form::{HTML, OF_GATE};
use crate::cli::refusal::Refusal;
use crate::problem::closest;
use crate::report::csv;

/// What stands for standard output.
pub const STDOUT: &str = "-";

/// A folder for a report.
#[derive(Args, Clone, Debug)]
pub struct Folder {
    /// Write a page, a workbook, JSON, CSV and SVG to this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// With --out: texts in CSV as they are, also those that a spreadsheet would run
    #[arg(long, requires = "out")]
    csv_raw: bool,
}

impl Folder {
    /// It, where one is asked for.
    ///
    /// # Errors
    /// A single document is named.
    pub fn path(&self) -> Result<Option<&Path>, Refusal> {
        let Some(path) = self.out.as_deref() else { return Ok(None) };
        let text = path.to_string_lossy();
        let document = match text.split_once('=') {
            Some((format, file)) if format == HTML || OF_GATE.contains(&format) => Some((format, file)),
            None if text == STDOUT => Some(("json", STDOUT)),
            Some(_) | None => None,
        };
        document.map_or(Ok(Some(path)), |(format, file)| {
            let file = if file == STDOUT { String::new() } else { format!(" > {file}") };
            let remedy = format!("write --out DIR; one document alone: --format {format}{file}");
            Err(Refusal::wrong(format!("`--out {text}` names no folder"), remedy))
        })
    }

    /// How texts are written in its CSV.
    pub fn texts(&self) -> csv::Texts {
        if self.csv_raw { csv::Texts::Raw } else { csv::Texts::Neutral }
    }

    /// Its options as they are written, without the folder, which changes nothing in it.
    pub fn words(&self) -> impl Iterator<Item = String> {
        self.csv_raw.then(|| "--csv-raw".to_owned()).into_iter()
    }
}

/// The format and the file of a single document: `FORMAT=FILE`, a file whose ending tells the format, or a format alone, for standard
/// output. `formats`: names, and endings that tell them.
///
/// # Errors
/// It is neither.
pub fn document<'f>(text: &str, formats: &[(&'f str, Option<&str>)]) -> Result<(&'f str, PathBuf), Refusal> {
    let (name, file) = text.split_once('=').map_or((None, text), |(name, file)| (Some(name), file));
    let of_name = |name: &str| formats.iter().find(|(known, _)| *known == name);
    let told = |(_, ending): &&(&str, Option<&str>)| ending.is_some_and(|ending| file.ends_with(ending));
    let found = match name {
        Some(name) => of_name(name).filter(|_| !file.is_empty()).map(|(known, _)| (*known, file)),
        None => match of_name(file) {
            Some((known, _)) => Some((*known, STDOUT)),
            None => formats.iter().find(told).map(|(known, _)| (*known, file)),
        },
    };
    if let Some((known, file)) = found {
        return Ok((known, file.into()));
    }
    let names: Vec<&str> = formats.iter().map(|(name, _)| *name).collect();
    let near = closest(name.unwrap_or(file), names.iter().copied());
    let hint = match (near, name) {
        (Some(near), Some(_)) if !file.is_empty() => format!("did you mean `{near}={file}`?"),
        (Some(near), None) => format!("did you mean `{near}`?"),
        _ => format!("write FORMAT=FILE, where FORMAT is one of: {}", names.join(", ")),
    };
    Err(Refusal::wrong(format!("`--out {text}` names no format and file"), hint))
}
