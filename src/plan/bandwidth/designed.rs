//! The design as written: every application keeps an RPO of its own, all at once.

use std::sync::Arc;

use super::{Bandwidth, Question, Row, bandwidth};
use crate::plan::ask::{Progress, Stopped};
use crate::scenario::Scenario;
use crate::units::Span;

/// The answer for all applications that have an RPO.
#[derive(Clone, Debug)]
pub struct Designed {
    /// The rates; objective 0 stands for each application's own. `None`: no application has an RPO that any rate keeps.
    pub row: Option<Row>,
    /// Applications that no rate keeps within their RPO always: name, RPO, oldest point on a link that never binds.
    pub never: Vec<(String, Span, Span)>,
}

/// Applications whose points are too old even on a link that never binds (`found` says) are named, and left out of the search.
///
/// # Errors
/// `progress` said stop.
pub fn designed(
    scenario: &Scenario,
    question: &Question,
    found: &Bandwidth,
    progress: Progress<'_>,
) -> Result<Designed, Stopped> {
    let mut allowed: Vec<Option<u64>> = vec![None; scenario.vms.len()];
    let (mut never, mut slack) = (Vec::new(), None);
    for application in scenario.recovery.applications.iter() {
        let replicated = |vm: &&crate::ids::Id<crate::workload::Vm>| scenario.vms[**vm].protection.is_some();
        let vms: Vec<_> = application.vms.iter().filter(replicated).collect();
        let Some(rpo) = application.rpo.filter(|_| !vms.is_empty()) else { continue };
        let floor = vms.iter().map(|vm| found.demand.vms[vm.index()].worst).max().unwrap_or(0);
        if floor > rpo.0 {
            never.push((application.name.clone(), rpo, Span(floor)));
            continue;
        }
        let own = Span(rpo.0 - floor);
        slack = Some(slack.map_or(own, |least: Span| least.min(own)));
        for vm in vms {
            let own = &mut allowed[vm.index()];
            *own = Some(own.map_or(rpo.0, |other: u64| other.min(rpo.0)));
        }
    }
    if allowed.iter().all(Option::is_none) {
        return Ok(Designed { row: None, never });
    }
    let allowed: Arc<[Option<u64>]> = allowed.into();
    let own = Question { allowed, objectives: vec![Span::ZERO], slack, ..question.clone() };
    let mut answer =
        bandwidth(scenario, &own, &mut |_, _| progress("searching for the design's own RPOs", 0))?;
    Ok(Designed { row: answer.rows.pop(), never })
}
