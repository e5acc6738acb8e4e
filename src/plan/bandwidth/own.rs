//! What a link needs for the RPOs of applications, each for its own share of the time; and which application, VM and instant that rests on.

use std::sync::Arc;

use super::designed::Designed;
use super::{Cell, Row, longest_interval};
use crate::engine::net::CAPACITY_MAX;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::plan::ask::{Progress, Stopped};
use crate::plan::demand::Demand;
use crate::plan::needs::{Need as Needed, Rests, Source, Subject};
use crate::plan::rates::Precision;
use crate::plan::runs::advance_again;
use crate::plan::runs::evaluate::{Evaluator, RateOutcome};
use crate::plan::runs::steady::steady;
use crate::plan::search::{Answer, Search};
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::topology::Link;
use crate::units::{Rate, Ratio, Span, Time, as_f64};
use crate::workload::Vm;

/// What some applications need of a link together.
#[derive(Clone, Debug)]
pub struct Need {
    /// Those whose RPOs the answer keeps, each for its own share of the time. Applications that must keep it always are together.
    pub applications: Vec<Id<Application>>,
    /// The rate.
    pub answer: Answer,
    /// What is late one step below; `None`: nothing in particular, the link carries less than it is asked on average.
    pub binds: Option<Binds>,
}

/// What an answer rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binds {
    /// The application.
    pub application: Id<Application>,
    /// Its VM whose point is too old.
    pub vm: Id<Vm>,
    /// When it is oldest, from the start of the run; past its end: in the workload going on.
    pub at: Time,
}

/// The needs of all applications that have an RPO.
#[derive(Clone, Debug)]
pub struct Own {
    /// Of which link.
    pub link: Id<Link>,
    /// What they need, at some rate.
    pub needs: Vec<Need>,
    /// Applications that no rate keeps, with the oldest point on a link that never binds.
    pub never: Vec<(Id<Application>, Span)>,
}

/// Applications with an RPO and replicated VMs, and the time each may miss it in a run, µs.
fn applications(scenario: &Scenario) -> Vec<(Id<Application>, u64)> {
    let of = |(id, it): (Id<Application>, &Application)| {
        let _ = it.rpo?;
        it.vms.iter().find(|vm| scenario.vms[**vm].protection.is_some())?;
        let missed = u128::from(scenario.horizon.0) * u128::from(Ratio::ONE.0.saturating_sub(it.rpo_share.0));
        Some((id, u64::try_from(missed / u128::from(Ratio::ONE.0)).unwrap_or(u64::MAX)))
    };
    scenario.recovery.applications.entries().filter_map(of).collect()
}

/// What each VM may be old, by VM id: the tightest RPO of these applications; `None`: it is of none of them.
fn allowed(scenario: &Scenario, applications: &[Id<Application>]) -> Arc<[Option<u64>]> {
    let mut allowed: Vec<Option<u64>> = vec![None; scenario.vms.len()];
    for application in applications.iter().map(|id| &scenario.recovery.applications[*id]) {
        let Some(rpo) = application.rpo else { continue };
        for vm in application.vms.iter().filter(|vm| scenario.vms[**vm].protection.is_some()) {
            let own = &mut allowed[vm.index()];
            *own = Some(own.map_or(rpo.0, |other: u64| other.min(rpo.0)));
        }
    }
    allowed.into()
}

/// Oldest point of an application on a link that never binds, µs.
fn floor(scenario: &Scenario, demand: &Demand, application: Id<Application>) -> u64 {
    let vms = scenario.recovery.applications[application].vms.iter();
    vms.map(|vm| demand.vms[vm.index()].worst).max().unwrap_or(0)
}

/// Searches for all of them.
///
/// # Errors
/// `progress` said stop.
pub fn own(
    scenario: &Scenario,
    link: Id<Link>,
    step: Precision,
    progress: Progress<'_>,
) -> Result<Own, Stopped> {
    let alone = steady(scenario);
    let demand = Demand::new(alone.vms.len(), longest_interval(&alone), scenario.horizon.0);
    let mut all = Evaluator::new(alone.clone(), link, allowed(scenario, &[]), Vec::new());
    let (_, demand, _) = all.whole(CAPACITY_MAX, demand);
    let mut found = Own { link, needs: Vec::new(), never: Vec::new() };
    let (mut together, mut groups) = (Vec::new(), Vec::new());
    for (id, missed) in applications(scenario) {
        let floor = floor(scenario, &demand, id);
        let rpo = scenario.recovery.applications[id].rpo.unwrap_or_default();
        match missed {
            0 if floor > rpo.0 => found.never.push((id, Span(floor))),
            0 => together.push(id),
            missed => groups.push((vec![id], missed)),
        }
    }
    groups.extend((!together.is_empty()).then_some((together, 0)));
    for (applications, missed) in groups {
        let what = "searching for what applications need of the link";
        if !progress(what, 800) {
            return Err(Stopped { what: what.into() });
        }
        let slack = applications.iter().map(|id| {
            let rpo = scenario.recovery.applications[*id].rpo.unwrap_or_default();
            Span(rpo.0.saturating_sub(floor(scenario, &demand, *id))).as_seconds()
        });
        let late = as_f64(missed) / as_f64(scenario.horizon.0.max(1));
        let guess = demand.fluid_rate(slack.fold(f64::INFINITY, f64::min), late);
        let allowed = allowed(scenario, &applications);
        let mut evaluator = Evaluator::new(alone.clone(), link, allowed, vec![0]);
        let answer = Search::new(&mut evaluator, step).least(0, missed, guess);
        match answer {
            Answer::Never(_) => {
                let floors = applications.iter().map(|id| (*id, Span(floor(scenario, &demand, *id))));
                found.never.extend(floors);
            }
            Answer::Least { .. } | Answer::Any => {
                found.needs.push(need(scenario, link, applications, answer));
            }
        }
    }
    found.never.sort_unstable();
    Ok(found)
}

fn need(scenario: &Scenario, link: Id<Link>, applications: Vec<Id<Application>>, answer: Answer) -> Need {
    let binds = match &answer {
        Answer::Least { less, .. } => binds(scenario, link, &applications, less),
        Answer::Any | Answer::Never(_) => None,
    };
    Need { applications, answer, binds }
}

/// The VM that is furthest past what it is allowed when that is worst.
fn binds(
    scenario: &Scenario,
    link: Id<Link>,
    applications: &[Id<Application>],
    less: &RateOutcome,
) -> Option<Binds> {
    let (worst, at) = less.worst;
    if worst == 0 || less.above.total == 0 {
        return None;
    }
    let alone = steady(scenario);
    let mut kernel = Kernel::new(&alone);
    kernel.set_link_rate(link, [Rate(less.rate); 2]);
    let mut plane = Plane { kernel, observer: () };
    let before = at.saturating_sub(1);
    advance_again(&mut plane, before, alone.horizon.0);
    let allowed = allowed(scenario, applications);
    let past = |vm: &Id<Vm>| {
        let limit = plane.kernel.newest(vm.index()).saturating_add(allowed[vm.index()].unwrap_or(u64::MAX));
        (before.saturating_sub(limit), std::cmp::Reverse(*vm))
    };
    let vm = scenario.vms.ids().filter(|vm| allowed[vm.index()].is_some()).max_by_key(past)?;
    let own = |id: &&Id<Application>| {
        let it = &scenario.recovery.applications[**id];
        it.vms.contains(&vm) && it.rpo.map(|rpo| rpo.0) == allowed[vm.index()]
    };
    let application = *applications.iter().find(own)?;
    Some(Binds { application, vm, at: Time(at) })
}

impl Own {
    /// The same from what was found for the design as written, if every application must keep its RPO always; `None`: one need not.
    pub fn of(scenario: &Scenario, link: Id<Link>, designed: &Designed) -> Option<Own> {
        let all = applications(scenario);
        if all.iter().any(|(_, missed)| *missed > 0) {
            return None;
        }
        let named = |(name, _, floor): &(String, Span, Span)| {
            let found = scenario.recovery.applications.entries().find(|(_, it)| it.name == *name);
            found.map(|(id, _)| (id, *floor))
        };
        let never: Vec<(Id<Application>, Span)> = designed.never.iter().filter_map(named).collect();
        let always =
            |row: &Row| row.cells.iter().find(|cell| cell.share == 1000).map(|cell: &Cell| cell.answer);
        let Some(answer) = designed.row.as_ref().map(always) else {
            return Some(Own { link, needs: Vec::new(), never });
        };
        let kept = all.into_iter().map(|(id, _)| id).filter(|id| never.iter().all(|(other, _)| other != id));
        let needs = vec![need(scenario, link, kept.collect(), answer?)];
        Some(Own { link, needs, never })
    }

    /// The need for the highest rate, if any is for one.
    pub fn most(&self) -> Option<(&Need, u64)> {
        let rate = |need: &Need| match need.answer {
            Answer::Least { holds, .. } => Some(holds.rate),
            Answer::Any | Answer::Never(_) => None,
        };
        self.needs.iter().filter_map(|need| Some((need, rate(need)?))).max_by_key(|(_, rate)| *rate)
    }

    /// What is late at a rate, for the workload going on; `None`: every need is kept.
    pub fn late_at(&self, scenario: &Scenario, rate: u64) -> Option<Binds> {
        let missed = applications(scenario);
        self.needs.iter().find_map(|need| {
            let budget =
                missed.iter().find(|(id, _)| need.applications.first() == Some(id)).map_or(0, |it| it.1);
            let allowed = allowed(scenario, &need.applications);
            let outcome =
                Evaluator::new(steady(scenario), self.link, allowed, vec![0]).lasting(rate).remove(0);
            let is_late = outcome.above.total > budget;
            is_late.then(|| binds(scenario, self.link, &need.applications, &outcome)).flatten()
        })
    }

    /// As what is needed; `None`: no particular rate.
    pub fn need(&self, scenario: &Scenario) -> Option<Needed> {
        let (need, least) = self.most()?;
        let rests = need.binds.map_or(Rests::Mean, |it| Rests::Steady(it.application, it.vm, it.at));
        let in_force = Some(scenario.topology.links[self.link].rate[0].0);
        Some(Needed {
            subject: Subject::Rate(self.link),
            least,
            in_force,
            source: Source::Alone,
            rests: Some(rests),
        })
    }

    /// Whether a rate keeps every need that some rate keeps.
    pub fn holds_at(&self, scenario: &Scenario, rate: u64) -> bool {
        let carries = crate::plan::rates::carries_from(&steady(scenario), self.link);
        carries.is_some_and(|least| rate >= least) && self.late_at(scenario, rate).is_none()
    }
}
