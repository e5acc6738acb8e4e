//! What commands need that ask of a run and not of a scenario: results, of a scenario that is run or of a file that has them.

use clap::Args;

use super::limits::{FEWER, TimeLimit, Work, within};
use super::machine::Threads;
use super::printer::progress;
use super::reading::{Change, Reading, begin, keep, meant, stored};
use super::refusal::Refusal;
use crate::assess::{Options, assess};
use crate::measure::results::Results;
use crate::problem::Problems;
use crate::scenario::Scenario;
use crate::scenario::work::{counted, steps};

/// What is studied.
#[derive(Args)]
pub(super) struct Study {
    /// The scenario's main file, or a stored result (result.json)
    pub file: String,
    /// Let the outages begin at this time instead
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    pub threads: Threads,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    time: TimeLimit,
    #[command(flatten)]
    work: Work,
}

/// What came of it.
pub(super) struct Studied {
    /// What the run gave.
    pub results: Results,
    /// The scenario; a stored result has none.
    pub scenario: Option<Scenario>,
    /// What was warned of.
    pub warnings: Problems,
}

impl Study {
    /// Results with the outages of these names; with all where none is named.
    ///
    /// # Errors
    /// What cannot be read or run.
    pub fn run(&self, outages: &[String]) -> Result<Studied, Refusal> {
        if let Some(results) = stored(&self.file)? {
            return self.kept(results, outages);
        }
        let mut sources = self.reading.sources(&self.file)?;
        self.change.apply(&mut sources)?;
        let (mut scenario, warnings) = meant(&sources)?;
        keep(&mut scenario, outages)?;
        if let Some(at) = &self.at {
            begin(&mut scenario, at)?;
        }
        let (limit, all) = (self.time.limit()?, self.work.admit(steps(&scenario), FEWER)?);
        let threads = self.threads.count();
        let work = move || {
            let bar = progress(
                1000,
                "{bar:40} {percent:>3} % of {msg} steps  {elapsed} gone, {eta} to go",
                counted(all),
            );
            let answer = assess(&scenario, &Options { threads, progress: &|done| bar.set_position(done) });
            bar.finish_and_clear();
            Ok((answer?.0, scenario))
        };
        let (results, scenario) = within(limit, FEWER, work)?;
        Ok(Studied { results, scenario: Some(scenario), warnings })
    }

    fn kept(&self, mut results: Results, outages: &[String]) -> Result<Studied, Refusal> {
        if self.at.is_some() || self.change.words().next().is_some() {
            let what = format!("{}: a stored result is not run again", self.file);
            return Err(Refusal::wrong(what, "name the scenario, to change it or to move its outages"));
        }
        for name in outages {
            if !results.outages.iter().any(|outage| outage.name == *name) {
                let known = results.outages.iter().map(|outage| outage.name.as_str());
                return Err(Refusal::unknown("outage", name, known));
            }
        }
        if !outages.is_empty() {
            results.outages.retain(|outage| outages.contains(&outage.name));
        }
        Ok(Studied { results, scenario: None, warnings: Problems::default() })
    }

    /// The words of a command with these options.
    pub fn words(&self) -> impl Iterator<Item = String> {
        let at = self.at.iter().map(|at| format!("--at \"{at}\""));
        [self.file.clone()].into_iter().chain(at).chain(self.change.words()).chain(self.reading.words())
    }
}
