//! What a scenario is compared with: a git revision, a folder, another scenario, or a stored result.

use std::path::Path;

use crate::cli::git::Revision;
use crate::cli::reading::{Revisions, result_text};
use crate::cli::refusal::Refusal;
use crate::measure::results::Results;
use crate::report::json;
use crate::scenario::{Loader, Scenario, Sources};

/// A baseline before it is simulated.
pub enum Against {
    /// Its results are known.
    Stored(Box<Kept>),
    /// To be simulated: in words, the scenario and its texts.
    Scenario(String, Box<(Scenario, Sources)>),
}

/// A baseline with its results.
pub struct Kept {
    /// In words.
    pub from: String,
    /// What it gave.
    pub results: Results,
    /// The scenario and its texts; `None` of a stored result.
    pub scenario: Option<(Scenario, Sources)>,
}

/// The baseline that `spec` names for the scenario whose main file is `file`.
///
/// # Errors
/// Why there is none, and the way out.
pub fn find(file: &str, spec: &str, revisions: &Revisions) -> Result<Against, Refusal> {
    if let Some(revision) = spec.strip_prefix("git:") {
        let revision = Revision::open_in(file, revision, revisions).map_err(|why| refuse(spec, &why))?;
        return scenario(&revision, revision.main(), revision.from());
    }
    let path = Path::new(spec);
    if path.is_dir() {
        let name = Path::new(file).file_name().unwrap_or_default();
        let inside = path.join(name);
        if !inside.exists() {
            let name = name.to_string_lossy();
            return Err(refuse(
                spec,
                &format!(
                    "the folder has no `{name}`\n  name the scenario's file itself: --baseline {spec}/FILE"
                ),
            ));
        }
        return scenario(&revisions.reading.disk(), &inside.to_string_lossy(), format!("folder {spec}"));
    }
    if !path.exists() && !spec.contains(['/', '.']) {
        return Err(refuse(
            spec,
            &format!("there is no such file or folder\n  a git revision is written --baseline git:{spec}"),
        ));
    }
    if let Some(text) = result_text(spec)? {
        return stored(spec, &text);
    }
    scenario(&revisions.reading.disk(), spec, format!("scenario {spec}"))
}

fn scenario(loader: &dyn Loader, path: &str, from: String) -> Result<Against, Refusal> {
    let parsed = Sources::load(loader, path).and_then(|mut sources| {
        sources.is_baseline = true;
        Scenario::from_sources(&sources).map(|(scenario, _)| (scenario, sources))
    });
    match parsed {
        Ok(both) => Ok(Against::Scenario(from, Box::new(both))),
        Err(problems) => {
            Err(Refusal::Other(format!("the baseline, {from}, cannot be simulated"), Box::new(problems)))
        }
    }
}

fn stored(path: &str, text: &str) -> Result<Against, Refusal> {
    let results = json::parse(text).map_err(|why| refuse(path, &format!("{why}\n  {WAY_OUT}")))?;
    let (theirs, ours) = (&results.engine_version, env!("CARGO_PKG_VERSION"));
    if major(theirs) != major(ours) {
        let why = format!(
            "it was simulated by drsim {theirs}, and this is {ours}: numbers of two engines are not compared\n  {WAY_OUT}"
        );
        return Err(refuse(path, &why));
    }
    let from = format!("result {path}");
    Ok(Against::Stored(Box::new(Kept { from, results, scenario: None })))
}

const WAY_OUT: &str = "simulate it again with this version (drsim run … --out DIR), or compare with a revision (--baseline git:REV) or a folder";

/// Versions of one major may be compared; before 1.0 the second number is the major one.
pub fn major(version: &str) -> Vec<&str> {
    let parts: Vec<&str> = version.split('.').collect();
    let count = if parts.first() == Some(&"0") { 2 } else { 1 };
    parts.into_iter().take(count).collect()
}

fn refuse(spec: &str, why: &str) -> Refusal {
    Refusal::told(&format!("--baseline {spec}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_the_first_major_version_the_second_number_parts_engines() {
        assert_eq!(major("0.1.0"), major("0.1.9"));
        assert_ne!(major("0.1.0"), major("0.2.0"));
        assert_eq!(major("1.2.0"), major("1.9.3"));
        assert_ne!(major("1.2.0"), major("2.0.0"));
    }
}
