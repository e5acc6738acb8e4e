//! One side of a comparison: a scenario of a file, folder or git revision, or a stored result.

use std::path::Path;

use crate::cli::git::Revision;
use crate::cli::reading::{Revisions, stored};
use crate::cli::refusal::Refusal;
use crate::measure::results::Results;
use crate::problem::Problems;
use crate::scenario::{Loader, Scenario, Sources};

/// What is compared.
pub enum Side {
    /// A scenario, read and checked.
    Scenario(Box<Read>),
    /// What was simulated elsewhere, and from where it is in words.
    Stored(String, Box<Results>),
}

/// A scenario that can be run.
pub struct Read {
    /// In words: `"scenario dr/main.ron"`.
    pub from: String,
    /// Its texts.
    pub sources: Sources,
    /// What they mean.
    pub scenario: Scenario,
    /// What will disappoint.
    pub warnings: Problems,
}

impl Side {
    /// What `spec` names, where `other` names the other side: a revision and a folder have the file of the same name.
    ///
    /// # Errors
    /// Why there is none, and the way out.
    pub fn open(spec: &str, other: Option<&str>, revisions: &Revisions) -> Result<Side, Refusal> {
        if let Some(revision) = spec.strip_prefix("git:") {
            let file = other.filter(|other| !other.starts_with("git:")).ok_or_else(|| {
                refuse(
                    spec,
                    "of which file?\n  two revisions are compared with drsim diff --from REV --to REV FILE",
                )
            })?;
            return Side::revision(file, revision, revisions);
        }
        let path = Path::new(spec);
        if path.is_dir() {
            let name = other.map(Path::new).filter(|other| !other.is_dir()).and_then(Path::file_name);
            let name = name
                .ok_or_else(|| refuse(spec, &format!("it is a folder\n  name a file in it: {spec}/FILE")))?;
            let inside = path.join(name);
            if !inside.exists() {
                let why = format!(
                    "the folder has no `{}`\n  name the file itself: {spec}/FILE",
                    name.to_string_lossy()
                );
                return Err(refuse(spec, &why));
            }
            let from = format!("scenario {}", inside.display());
            return scenario(&revisions.reading.disk(), &inside.to_string_lossy(), from);
        }
        if !path.exists() && !spec.contains(['/', '.']) {
            return Err(refuse(
                spec,
                &format!("there is no such file or folder\n  a git revision is written git:{spec}"),
            ));
        }
        if let Some(results) = stored(spec)? {
            return Ok(Side::Stored(format!("result {spec}"), Box::new(results)));
        }
        scenario(&revisions.reading.disk(), spec, format!("scenario {spec}"))
    }

    /// `file` as of a git revision.
    ///
    /// # Errors
    /// As [`Side::open`].
    pub fn revision(file: &str, revision: &str, revisions: &Revisions) -> Result<Side, Refusal> {
        let spec = format!("git:{revision}");
        let revision = Revision::open_in(file, revision, revisions).map_err(|why| refuse(&spec, &why))?;
        scenario(&revision, revision.main(), revision.from())
    }

    /// What is to be simulated of it.
    pub fn scenario(&self) -> Option<&Scenario> {
        match self {
            Side::Scenario(read) => Some(&read.scenario),
            Side::Stored(..) => None,
        }
    }

    /// In words.
    pub fn from(&self) -> &str {
        match self {
            Side::Scenario(read) => &read.from,
            Side::Stored(from, _) => from,
        }
    }
}

fn scenario(loader: &dyn Loader, path: &str, from: String) -> Result<Side, Refusal> {
    let parsed = Sources::load(loader, path).and_then(|mut sources| {
        // What is promised is no part of what is run, and may be of another version.
        sources.is_baseline = true;
        Scenario::from_sources(&sources).map(|(scenario, warnings)| (sources, scenario, warnings))
    });
    match parsed {
        Ok((sources, scenario, warnings)) => {
            Ok(Side::Scenario(Box::new(Read { from, sources, scenario, warnings })))
        }
        Err(problems) => Err(Refusal::Other(format!("{from} cannot be compared"), Box::new(problems))),
    }
}

fn refuse(spec: &str, why: &str) -> Refusal {
    Refusal::told(&format!("{spec}: {why}"))
}
