//! The ask: what must be there for what the plan promises, and the next step that can be bought.
//!
//! Every amount was simulated with what it must keep. Of the link's rate it is the more of what replication alone and what all objectives in
//! the outages need, with writes grown as asked; what is bought is the first step of the ladder from there on that was simulated and
//! holds too.

mod words;
pub(super) mod section;

use super::ask::{Ask, Progress, Stopped};
use super::bandwidth::known::Known;
use super::bandwidth::own::{Own, own};
use super::change::{Change, OfLink};
use super::inverse::judge::{Failure, Scope, failures, judge};
use super::inverse::knobs::knobs;
use super::inverse::{find, outages};
use super::needs::{Need, Source, Subject};
use super::site::load::loads;
use super::site::needs::needs as of_sites;
use crate::ids::Id;
use crate::plan::ask::Find;
use crate::scenario::Scenario;
use crate::topology::Link;
use crate::units::{Rate, Ratio};

/// Something to be bought or hired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is needed.
    pub need: Need,
    /// Of a link: the first step of the ladder that is enough, B/s; `None`: none is. Of all else what is needed.
    pub buy: Option<u64>,
}

/// What the answers so far ask for, by subject, with writes grown as asked.
///
/// # Errors
/// `progress` said stop.
pub fn items(
    scenario: &Scenario,
    ask: &Ask,
    known: &mut Known,
    progress: Progress<'_>,
) -> Result<Vec<Item>, Stopped> {
    let grown = (ask.growth > Ratio(0)).then(|| {
        let factor = Ratio(Ratio::ONE.0.saturating_add(ask.growth.0));
        Change::Churn(factor).of(scenario)
    });
    let found = known.needs.clone();
    let is_disk = |need: &&Need| matches!(need.subject, Subject::Disk(_));
    let disks = match &grown {
        Some(grown) if found.iter().any(|need| is_disk(&need)) => of_sites(grown, &loads(grown, progress)?),
        Some(_) | None => Vec::new(),
    };
    let mut subjects: Vec<Subject> = found.iter().map(|need| need.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let mut items = Vec::new();
    for subject in subjects {
        let own: Vec<Need> = found.iter().filter(|need| need.subject == subject).cloned().collect();
        match subject {
            Subject::Rate(link) => {
                let scenario = grown.as_ref().unwrap_or(scenario);
                let is_same = grown.is_none();
                items.extend(rate((scenario, is_same), ask, link, own, known, progress)?);
            }
            Subject::Disk(_) => {
                let grown = disks.iter().find(|need| need.subject == subject).cloned();
                items.extend(grown.or_else(|| own.first().cloned()).map(as_needed));
            }
            Subject::Processors(_) | Subject::Memory(_) | Subject::Operators(_) => {
                items.extend(own.into_iter().max_by_key(|need| need.least).map(as_needed));
            }
        }
    }
    Ok(items)
}

fn as_needed(need: Need) -> Item {
    Item { buy: Some(need.least), need }
}

/// A link's rate: `found` is what is known of it for the scenario as written, which is this one if `is_same`.
fn rate(
    (scenario, is_same): (&Scenario, bool),
    ask: &Ask,
    link: Id<Link>,
    found: Vec<Need>,
    known: &mut Known,
    progress: Progress<'_>,
) -> Result<Option<Item>, Stopped> {
    let counts_outages = found.iter().any(|need| need.source == Source::Runs);
    let counts_alone = found.iter().any(|need| need.source == Source::Alone);
    let alone = match is_same {
        true => known.own(scenario, link, ask.step, progress)?.clone(),
        false => own(scenario, link, ask.step, progress)?,
    };
    let mut needs = if is_same { found } else { Vec::new() };
    if !is_same && counts_alone {
        needs.extend(alone.need(scenario));
    }
    if !is_same && counts_outages {
        let ask = Ask { link: Some(link), ..ask.clone() };
        let as_written = judge(scenario, &outages(scenario, &ask), ask.threads);
        for knob in knobs(scenario, &ask, Find::LinkRate).unwrap_or_default() {
            let found = find(scenario, &ask, &knob, &as_written, progress)?;
            needs.extend(found.iter().filter_map(|finding| finding.need(&knob.turn)));
        }
    }
    let Some(need) = needs.into_iter().max_by_key(|need| (need.least, need.source)) else { return Ok(None) };
    let steps = ask.ladder.iter().filter(|step| step.0 >= need.least);
    let outages_too = counts_outages.then(|| failing(scenario, ask, link, need.least));
    let mut buy = None;
    for step in steps {
        let what = "trying what can be bought";
        if !progress(what, 950) {
            return Err(Stopped { what: what.into() });
        }
        if is_enough(scenario, ask, (link, &alone, outages_too.as_deref()), *step) {
            buy = Some(step.0);
            break;
        }
    }
    Ok(Some(Item { need, buy }))
}

/// What a rate leaves unmet in the run and the outages asked.
fn failing(scenario: &Scenario, ask: &Ask, link: Id<Link>, rate: u64) -> Vec<Failure> {
    let turned = Change::Link(link, OfLink::Rate(Rate(rate))).of(scenario);
    failures(&judge(&turned, &outages(scenario, ask), ask.threads), &Scope::All)
}

/// Whether a rate keeps what the need keeps: of replication alone, and beside `unmet` of all objectives.
fn is_enough(
    scenario: &Scenario,
    ask: &Ask,
    (link, alone, unmet): (Id<Link>, &Own, Option<&[Failure]>),
    step: Rate,
) -> bool {
    let in_runs = |unmet: &[Failure]| {
        let now = failing(scenario, ask, link, step.0);
        now.iter().all(|failure| unmet.iter().any(|other| other.part() == failure.part()))
    };
    (alone.needs.is_empty() || alone.holds_at(scenario, step.0)) && unmet.is_none_or(in_runs)
}
