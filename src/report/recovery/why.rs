//! Why an application is back when it is, and why its points are as old as they are: values of results, gathered.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::facts::Phase;
use crate::judge::Reason;
use crate::measure::results::{
    Age, ApplicationRow, BoundSpan, LostRow, OutageApplicationRow, OutageRow, OutageVmRow, Results, Status,
    StepRow, VmEnd,
};
use crate::outcome::bound::BoundBy;
use crate::plan::shorter::{Known, Shorter};
use crate::report::path::{self, Stretch};
use crate::report::verdict;
use crate::words::Sentence;

/// All of it.
#[derive(Clone, Debug, Serialize)]
pub struct Why {
    /// The application.
    pub application: String,
    /// Against its objectives: in this outage, or over the run where no outage hits it.
    pub status: Status,
    /// Where met: what is left of the tightest objective.
    pub margin_share: Option<f64>,
    /// The outage; none where none hits it.
    pub outage: Option<InOutage>,
    /// Its age while nothing fails.
    pub age: Option<Age>,
    /// RPO.
    pub rpo_s: Option<f64>,
    /// What bound the newest points of its VMs while nothing fails: causes with their mean share, largest first; `null`: its VMs are not known.
    pub bound: Option<Vec<Share>>,
    /// What bound its oldest point when, around the worst age while nothing fails.
    pub around: Vec<BoundSpan>,
}

/// An outage.
#[derive(Clone, Debug, Serialize)]
pub struct InOutage {
    /// Its name.
    pub name: String,
    /// Its first fault.
    pub at: String,
    /// Why it does not meet its objectives.
    pub reasons: Vec<Sentence<Reason>>,
    /// From the fault that takes it down.
    pub rta_s: Option<f64>,
    /// RTO.
    pub rto_s: Option<f64>,
    /// What kept it from being back, in order; empty if it is not back.
    pub path: Vec<Stretch>,
    /// What was done to its VMs beside that; `null`: its VMs are not known.
    pub beside: Option<Vec<Beside>>,
    /// What shortening each step does; `null`: the scenario is not there, or it is not back.
    pub shorter: Option<Vec<Shorter>>,
    /// RPA.
    pub rpa_s: Option<f64>,
    /// Written before the fault and gone.
    pub lost_bytes: u64,
    /// Its VMs, the oldest points first; `null`: they are not known.
    pub vms: Option<Vec<VmLost>>,
}

/// Work beside a critical path that ended together. Seconds from the outage's first fault.
#[derive(Clone, Debug, Serialize)]
pub struct Beside {
    /// On which VMs.
    pub vms: Vec<String>,
    /// The last of it.
    #[serde(with = "crate::closed")]
    pub phase: Phase,
    /// When it ended.
    pub to_s: f64,
    /// How long before the application was back: it could have taken no longer than that unnoticed.
    pub float_s: f64,
}

/// What a VM lost.
#[derive(Clone, Debug, Serialize)]
pub struct VmLost {
    /// Its name.
    pub name: String,
    /// What it does at the end.
    pub state: VmEnd,
    /// Why.
    pub reason: Option<String>,
    /// Age of its point.
    pub rpa_s: Option<f64>,
    /// Cut of its point.
    pub point_at: Option<String>,
    /// Written before the fault and gone.
    pub lost_bytes: u64,
    /// Where that was when the outage struck.
    pub lost: Option<LostRow>,
}

/// A cause and its share.
#[derive(Clone, Debug, Serialize)]
pub struct Share {
    /// The cause.
    pub by: Sentence<BoundBy>,
    /// Mean share of the protected time.
    pub share: f64,
}

impl InOutage {
    /// Where all that was lost was when the outage struck; `None` where that is not known of a VM that was failed over.
    pub fn lost(&self) -> Option<LostRow> {
        let moved = self.vms.as_ref()?.iter().filter(|vm| vm.rpa_s.is_some());
        moved.map(|vm| vm.lost).try_fold(LostRow::default(), |sum, lost| {
            let lost = lost?;
            Some(LostRow {
                in_log_bytes: sum.in_log_bytes + lost.in_log_bytes,
                waiting_bytes: sum.waiting_bytes + lost.waiting_bytes,
                under_way_bytes: sum.under_way_bytes + lost.under_way_bytes,
                received_bytes: sum.received_bytes + lost.received_bytes,
            })
        })
    }
}

impl Why {
    /// The application and the outage.
    pub fn place(&self) -> Option<(&str, &str)> {
        self.outage.as_ref().map(|outage| (self.application.as_str(), outage.name.as_str()))
    }

    /// With what shortening its steps does, where that is known.
    #[must_use]
    pub fn with(mut self, known: &Known) -> Why {
        let key = self.place().map(|(application, outage)| (application.to_owned(), outage.to_owned()));
        let shorter = key.and_then(|key| known.get(&key)).filter(|shorter| !shorter.is_empty());
        if let Some(outage) = &mut self.outage {
            outage.shorter = shorter.cloned();
        }
        self
    }
}

/// Of an application in an outage, the worst for it where none is named.
pub fn of(results: &Results, application: &ApplicationRow, outage: Option<&OutageRow>) -> Why {
    let own = |outage: &OutageRow| outage.applications.iter().position(|row| row.name == application.name);
    let worst = || {
        let named = [&application.worst_outage, &application.rta_outage, &application.rpa_outage];
        let name = named.into_iter().flatten().next()?;
        results.outages.iter().find(|outage| outage.name == *name)
    };
    let row = outage.or_else(worst).and_then(|outage| Some((outage, &outage.applications[own(outage)?])));
    // Results of an older schema do not tell them.
    let members = Some(application.grounds.members.as_slice()).filter(|members| !members.is_empty());
    Why {
        application: application.name.clone(),
        status: row.map_or(application.status, |(_, row)| row.status),
        margin_share: row.map_or(application.margin_share, |(_, row)| row.margin_share),
        outage: row.map(|(outage, row)| in_outage(outage, row, members)),
        age: application.age.clone(),
        rpo_s: application.rpo_objective_s,
        bound: members.map(|members| bound(results, members)),
        around: application.grounds.bound.clone(),
    }
}

fn in_outage(outage: &OutageRow, row: &OutageApplicationRow, members: Option<&[String]>) -> InOutage {
    let path = path::of(outage, row);
    InOutage {
        name: outage.name.clone(),
        at: outage.at.clone(),
        reasons: row.reasons.clone(),
        rta_s: row.rta_from_outage_s,
        rto_s: row.rto_objective_s,
        beside: members.map(|members| beside(outage, &path, members)),
        path,
        shorter: None,
        rpa_s: row.rpa_s,
        lost_bytes: row.lost_bytes,
        vms: members.map(|members| lost(outage, members)),
    }
}

/// Of each VM that is not on the path the last step that ended before the application was back; the least float first.
fn beside(outage: &OutageRow, path: &[Stretch], members: &[String]) -> Vec<Beside> {
    let Some((first, last)) = path.first().zip(path.last()) else { return Vec::new() };
    let is_on_path = |step: &StepRow| path.iter().any(|stretch| stretch.on == step.on);
    let within = |step: &&StepRow| step.to_s > first.from_s && step.to_s <= last.to_s;
    let mut latest: BTreeMap<&str, &StepRow> = BTreeMap::new();
    for step in outage.steps.iter().filter(|step| !is_on_path(step)).filter(within) {
        let Some(vm) = step.vm.as_deref().filter(|vm| members.iter().any(|member| member == vm)) else {
            continue;
        };
        let before = latest.entry(vm).or_insert(step);
        if step.to_s > before.to_s {
            *before = step;
        }
    }
    let mut all: Vec<Beside> = Vec::new();
    for (vm, step) in latest {
        let is_same =
            |row: &&mut Beside| row.phase == step.phase && (row.to_s - step.to_s).abs() < path::SAME;
        match all.iter_mut().find(is_same) {
            Some(row) => row.vms.push(vm.to_owned()),
            None => all.push(Beside {
                vms: vec![vm.to_owned()],
                phase: step.phase,
                to_s: step.to_s,
                float_s: last.to_s - step.to_s,
            }),
        }
    }
    all.sort_by(|a, b| a.float_s.total_cmp(&b.float_s));
    all
}

fn lost(outage: &OutageRow, members: &[String]) -> Vec<VmLost> {
    let of = |vm: &OutageVmRow| VmLost {
        name: vm.name.clone(),
        state: vm.state,
        reason: vm.reason.as_ref().map(ToString::to_string),
        rpa_s: vm.rpa_s,
        point_at: vm.point_at.clone(),
        lost_bytes: vm.lost_bytes,
        lost: vm.lost,
    };
    let mut all: Vec<VmLost> = outage.vms.iter().filter(|vm| members.contains(&vm.name)).map(of).collect();
    all.sort_by(|a, b| b.rpa_s.unwrap_or(-1.0).total_cmp(&a.rpa_s.unwrap_or(-1.0)));
    all
}

/// What bound the points of these VMs, as the mean of those that are replicated.
fn bound(results: &Results, members: &[String]) -> Vec<Share> {
    let own = results.vms.iter().filter(|vm| members.contains(&vm.name));
    verdict::binding_of(own).into_iter().map(|cause| Share { by: cause.by, share: cause.share }).collect()
}
