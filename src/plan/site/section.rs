//! What the recovery site must hold, as a section of the plan.

use std::collections::BTreeMap;

use super::drills::{Drill, drills, left_out};
use super::load::{Load, loads};
use super::loss::{Loss, instant, losses};
use super::needs::needs;
use super::placement::{self, placements};
use super::tables::{Recovery, admissions, hosts, lack, names, room, tests, without};
use super::volumes::{space, volume_sentences, writes};
use super::{Estate, sites_at_risk};
use crate::document::Section;
use crate::ids::Id;
use crate::plan::ask::{Ask, Progress, Stopped};
use crate::plan::bandwidth::known::Known;
use crate::scenario::Scenario;
use crate::topology::{Host, Site};
use crate::units::Bytes;
use crate::words::{begun, spoken};
use crate::workload::Vm;

/// The section; empty if no plan would start anything at another site.
///
/// # Errors
/// `progress` said stop.
pub fn section(
    scenario: &Scenario,
    _: &Ask,
    known: &mut Known,
    progress: Progress<'_>,
) -> Result<Section, Stopped> {
    let sites = sites_at_risk(scenario);
    if sites.is_empty() {
        return Ok(Section::default());
    }
    let loads: Vec<Load> = loads(scenario, progress)?;
    known.needs.extend(needs(scenario, &loads));
    let recoveries: Vec<Recovery> = sites.iter().map(|site| recover(scenario, *site)).collect();
    let drills = drills(scenario);
    let mut says: Vec<String> = recoveries.iter().flat_map(|it| recovery_sentences(scenario, it)).collect();
    says.extend(volume_sentences(scenario, &loads));
    says.extend(drills.iter().map(|drill| drill_sentence(scenario, drill)));
    says.extend(recoveries.iter().map(|it| rests_on(scenario, it)));
    let unplanned = unplanned(scenario);
    if unplanned > 0 {
        says.push(format!("{unplanned} replicated VMs stand in no plan: nothing above counts them."));
    }
    let tables = vec![
        hosts(scenario, &recoveries),
        space(scenario, &loads),
        writes(scenario, &loads),
        without(scenario, &recoveries),
        tests(scenario, &drills),
        admissions(scenario, &recoveries),
    ];
    Ok(Section { key: "site", title: "Recovery site".into(), says, tables, ..Section::default() })
}

fn recover(scenario: &Scenario, lost: Id<Site>) -> Recovery {
    let mut wanted: BTreeMap<Id<Host>, (u64, u64)> = BTreeMap::new();
    for it in Estate::of(scenario).recover(scenario, lost) {
        let Some(host) = it.host else { continue };
        let (cores, memory) = wanted.entry(host).or_default();
        *cores = cores.saturating_add(u64::from(scenario.vms[it.vm].cores));
        *memory = memory.saturating_add(scenario.vms[it.vm].memory.0);
    }
    let less: Vec<Option<Id<Host>>> = std::iter::once(None).chain(wanted.keys().copied().map(Some)).collect();
    let mut losses = losses(scenario, lost, &less).into_iter();
    let Loss { estate, admissions } = losses.next().expect("the loss of the site alone is asked for");
    let placements = placements(scenario, &estate, &admissions);
    let without = wanted.keys().copied().zip(losses.map(|loss| loss.admissions)).collect();
    Recovery { lost, at: instant(scenario, lost), admissions, placements, wanted, without }
}

fn recovery_sentences(scenario: &Scenario, it: &Recovery) -> Vec<String> {
    let (site, hosts) = (&scenario.topology.sites[it.lost].name, &scenario.topology.hosts);
    let (down, count) = (left_out(&it.admissions), it.admissions.len());
    let mut says = Vec::new();
    if down.is_empty() {
        says.push(format!("If {site} is lost, all {count} VMs of the plans find room."));
    } else {
        let started = count - down.len();
        says.push(format!(
            "If {site} is lost, {started} of {count} VMs of the plans find room; {} do not.",
            names(scenario, &down)
        ));
    }
    for (host, wanted) in &it.wanted {
        let [_, _, cores, memory] = room(scenario, *host, *wanted);
        if cores > 0 || memory > 0 {
            let lack = lack(cores, Bytes(memory));
            says.push(format!("For all that would start on it, {} is short of {lack}.", hosts[*host].name));
        }
    }
    says.extend(it.placements.iter().map(|it| placement::sentence(scenario, it)));
    let worst = it.without.iter().max_by_key(|(host, rows)| (left_out(rows).len(), std::cmp::Reverse(*host)));
    if let Some((host, rows)) = worst {
        let left = left_out(rows);
        let host = &hosts[*host].name;
        says.push(if left.len() > down.len() {
            format!(
                "It is not N+1: with {host} lost as well, {} of {count} VMs do not start: {}.",
                left.len(),
                names(scenario, &left)
            )
        } else {
            "It is N+1: with any one recovery host lost as well, no more VMs stay down.".into()
        });
    }
    says
}

/// What says who starts.
fn rests_on(scenario: &Scenario, it: &Recovery) -> String {
    let mut says = format!(
        "Who starts if {} is lost is what a run says in which it is lost at {} for good, all replicas are in their places and nothing else happens; what test \
         failovers leave is reckoned: plans by name, what is failed over by hand first, then group by group. A VM starts while startup memory is left on the host of \
         its replica, and cores where it limits them; VMs at home there keep their room.",
        scenario.topology.sites[it.lost].name,
        spoken(scenario, it.at)
    );
    let reckoned = it.admissions.iter().filter(|it| it.is_reckoned).count();
    if reckoned > 0 {
        says.push_str(&format!(
            " {reckoned} VMs that it does not come to are reckoned likewise, with the room that is left."
        ));
    }
    says
}

fn drill_sentence(scenario: &Scenario, drill: &Drill) -> String {
    let what = if drill.is_written { format!("Test failover {}", drill.name) } else { drill.name.clone() };
    let mut says = format!(
        "{what} for {} takes {} cores and {} of memory on top{}",
        drill.testing,
        drill.takes.0,
        Bytes(drill.takes.1),
        if drill.refused.is_empty() {
            String::new()
        } else {
            format!("; {} find no room", drill.refused.len())
        },
    );
    match drill.in_the_way.first() {
        None => says.push_str(": a site lost meanwhile costs no VM its room."),
        Some((site, vms)) => says.push_str(&format!(
            ": if {} is lost meanwhile, VMs that would start do not: {}.",
            scenario.topology.sites[*site].name,
            names(scenario, vms)
        )),
    }
    begun(&says)
}

fn unplanned(scenario: &Scenario) -> usize {
    let plans = scenario.recovery.plans.iter();
    let planned: std::collections::BTreeSet<Id<Vm>> = plans
        .flat_map(|plan| plan.by_hand_first.iter().chain(plan.groups.iter().flat_map(|group| &group.vms)))
        .copied()
        .collect();
    scenario.vms.entries().filter(|(id, vm)| vm.protection.is_some() && !planned.contains(id)).count()
}
