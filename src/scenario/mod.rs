//! The meaning of a scenario: every name resolved, every quantity typed, every calendar and every chance drawn.
//! An engine never sees a string or a random number; a run of a `Scenario` cannot fail.

use std::collections::BTreeSet;

use serde::Serialize;

pub mod defaults;
mod reading;
pub mod tree;
pub mod averages;
mod places;
mod topology;
mod churn;
mod vms;
mod protection;
mod control;
mod recover;
mod outages;
mod operations;
mod promises;
mod assumed;
mod totals;
mod parse;
pub mod layout;
pub mod work;
pub mod preflight;

pub use assumed::StandIn;
pub use parse::{Places, SCHEMA, resolve};
pub use reading::paths::{STDIN, folder, is_below, join};
pub use reading::sections::VMS_MAX;
pub use reading::set::apply_set;
pub use reading::sources::{LoadError, Loader, SERIES_BYTES_MAX, SourceText, Sources, TEXT_BYTES_MAX};

use reading::calendar;

use crate::control_plane::ControlPlane;
use crate::ids::{Id, Table};
use crate::operations::Operation;
use crate::outage::Outage;
use crate::problem::{Problem, Problems, codes};
use crate::promise::Promises;
use crate::protection::Policy;
use crate::recovery::Recovery;
use crate::topology::{Host, Site, Topology};
use crate::units::{Span, Time};
use crate::workload::Vm;

/// A parsed scenario. All tables are sorted by name, so that the order of a file's entries has no meaning.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Scenario {
    /// Title for reports.
    pub name: String,
    /// Start of the run, in microseconds since 1970-01-01T00:00:00Z.
    pub start_unix_us: i64,
    /// IANA zone in which instants are printed.
    pub zone: String,
    /// Length of the run.
    pub horizon: Span,
    /// Seed of every random stream.
    pub seed: u64,
    /// Sites, hosts, networks, links.
    pub topology: Topology,
    /// Virtual machines, by name.
    pub vms: Table<Vm>,
    /// Replication policies, by name.
    pub policies: Table<Policy>,
    /// Recovery service, VMM servers, clouds.
    pub control_plane: ControlPlane,
    /// Applications, plans, people.
    pub recovery: Recovery,
    /// What operators do, by (instant, name).
    pub operations: Vec<Operation>,
    /// Outages to study, by name.
    pub outages: Table<Outage>,
    /// Gates and waivers: no part of what is simulated, so that they do not change its hash.
    #[serde(skip)]
    pub promises: Promises,
    /// Values that stand in for what nobody told: no part of what is simulated either.
    #[serde(skip)]
    pub stand_ins: Vec<StandIn>,
    /// Defaults that were used, one line each: where, value, source.
    pub assumptions: Vec<String>,
}

/// A refused time, as a problem without place.
fn unplaced(error: calendar::TimeError) -> Problem {
    let problem = Problem::new(error.code, None, error.reason);
    if let Some(remedy) = error.remedy { problem.remedy(remedy) } else { problem }
}

impl Scenario {
    /// What answers rest on that nobody told: values that stand in, then defaults that were used, a line each.
    pub fn taken_for_true(&self) -> Vec<String> {
        let stand_ins = self.stand_ins.iter().map(|it| format!("{} (assumed: {})", it.what, it.why));
        stand_ins.chain(self.assumptions.iter().cloned()).collect()
    }

    /// Loads and parses the scenario at `path`; with it come warnings.
    ///
    /// # Errors
    /// All problems of the first stage (shape, what exists, what refers to it, what the product refuses) that has an error.
    pub fn parse(loader: &dyn Loader, path: &str) -> Result<(Scenario, Problems), Problems> {
        Scenario::from_sources(&Sources::load(loader, path)?)
    }

    /// Parses texts that are loaded already; with the scenario come warnings.
    ///
    /// # Errors
    /// As [`Scenario::parse`].
    pub fn from_sources(sources: &Sources) -> Result<(Scenario, Problems), Problems> {
        let (scenario, places, mut problems) = resolve(sources)?;
        for problem in preflight::check(&scenario, &places) {
            problems.push(problem);
        }
        problems.sort();
        if problems.has_error() { Err(problems) } else { Ok((scenario, problems)) }
    }

    /// Reads an instant as the file would: zoned, `"Tue 14:05"` or an offset from the start such as `"1d14h5m"`.
    ///
    /// # Errors
    /// What is wrong, as a problem without place.
    pub fn instant(&self, text: &str) -> Result<Time, Problem> {
        self.calendar()?.instant(text).map_err(unplaced)
    }

    /// Reads a daily window, `"18:00 to 06:00"`, in the scenario's zone: when it is open within the run.
    ///
    /// # Errors
    /// What is wrong, as a problem without place.
    pub fn window(&self, text: &str) -> Result<Vec<(Time, Time)>, Problem> {
        let Some((from, to)) = text.split_once(" to ") else {
            let what = format!("`{text}` is no window");
            return Err(Problem::new(&codes::INSTANT, None, what).remedy("write it like \"18:00 to 06:00\""));
        };
        let window = calendar::Window::new(["daily"], from.trim(), to.trim()).map_err(unplaced)?;
        let calendar = self.calendar()?;
        Ok(calendar.openings(&window, &calendar.zone))
    }

    /// The hours of the run in the scenario's zone: when each begins, the day of the week (Monday is 0) and the hour of the day.
    ///
    /// # Errors
    /// No such zone, as a problem without place; a parsed scenario has one.
    pub fn hours(&self) -> Result<Vec<(Time, usize, usize)>, Problem> {
        let calendar = self.calendar()?;
        Ok(calendar.hours(&calendar.zone).collect())
    }

    /// Pairs of different sites of which one replicates to the other, as designed.
    pub fn replicating_sites(&self) -> BTreeSet<(Id<Site>, Id<Site>)> {
        let site = |host: Id<Host>| self.topology.hosts[host].site;
        let pair = |vm: &Vm| Some((site(vm.host), site(vm.protection.as_ref()?.replica_host)));
        self.vms.iter().filter_map(pair).filter(|(from, to)| from != to).collect()
    }

    /// What operators do in every run.
    pub fn designed_operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().filter(|operation| operation.of.is_none())
    }

    /// What operators do in an outage's run, in order; of none: in that without an outage.
    pub fn operations_in(&self, outage: Option<Id<Outage>>) -> impl Iterator<Item = (usize, &Operation)> {
        let is_done = move |operation: &Operation| operation.of.is_none() || operation.of == outage;
        self.operations.iter().enumerate().filter(move |(_, operation)| is_done(operation))
    }

    /// The run without an outage, and those of the outages after which operators do something.
    pub fn timelines(&self) -> impl Iterator<Item = Option<Id<Outage>>> {
        let own = |outage: &Id<Outage>| self.operations.iter().any(|operation| operation.of == Some(*outage));
        std::iter::once(None).chain(self.outages.ids().filter(own).map(Some))
    }

    /// Studies these outages alone, with what operators do after them.
    pub fn keep_outages(&mut self, is_kept: impl Fn(&Outage) -> bool) {
        let kept: Vec<Id<Outage>> =
            self.outages.entries().filter(|(_, outage)| is_kept(outage)).map(|(id, _)| id).collect();
        let place = |id: Id<Outage>| kept.binary_search(&id).ok().map(Id::new);
        self.operations.retain_mut(|operation| {
            let was = operation.of;
            operation.of = was.and_then(place);
            was.is_none() || operation.of.is_some()
        });
        self.outages = kept.into_iter().map(|id| self.outages[id].clone()).collect();
    }

    /// Studies the outages that `other`, read from the same texts, studies, at its instants.
    pub fn study_as(&mut self, other: &Scenario) {
        self.keep_outages(|outage| other.outages.iter().any(|kept| kept.name == outage.name));
        let pairs = self.outages.iter().zip(other.outages.iter());
        let mut moved = pairs.filter(|(own, kept)| own.first_strike() != kept.first_strike());
        if let Some(at) = moved.next().and_then(|(_, kept)| kept.first_strike()) {
            self.move_outages(at);
        }
    }

    /// Lets the first strike of every outage be at `at`: the others, repairs and what operators do after it keep their distances.
    pub fn move_outages(&mut self, at: Time) {
        for operation in &mut self.operations {
            let Some(first) = operation.of.and_then(|outage| self.outages[outage].first_strike()) else {
                continue;
            };
            operation.at = at.plus(operation.at.since(first));
        }
        self.outages = self.outages.iter().map(|outage| outage.moved_to(at)).collect();
        self.operations.sort_by(|a, b| (a.at, &a.name).cmp(&(b.at, &b.name)));
    }

    fn calendar(&self) -> Result<calendar::Calendar, Problem> {
        let zone = calendar::zone(&self.zone).map_err(unplaced)?;
        let (start_unix_us, horizon) = (self.start_unix_us, self.horizon);
        Ok(calendar::Calendar { start_unix_us, zone, zone_name: self.zone.clone(), horizon })
    }

    /// blake3 over the canonical form, in hex: equal for files that mean the same.
    pub fn hash(&self) -> String {
        let canonical = serde_json::to_vec(self).expect("a scenario has only plain data");
        blake3::hash(&canonical).to_hex().to_string()
    }
}
