//! What to change: candidates from the scenario itself, each simulated anew with all its outages, ranked by what they mend.

pub mod candidate;
mod people;
mod servers;
pub mod changes;
pub(super) mod section;

use super::ask::{Progress, Stopped, each};
use super::figures::{ApplicationFigures, Figures};
use super::levers::candidate::Candidate;
use super::levers::changes::changes;
use crate::scenario::Scenario;
use crate::scenario::work::steps;
use crate::units::as_f64;

/// Most changes that are tried.
pub const LEVERS_MAX: usize = 32;
/// Least time saved that counts as an effect, s.
pub const EFFECT_MIN: f64 = 1.0;

/// A change that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    /// What to do, in words.
    pub what: String,
    /// The same as `--set` of a run, where there is one.
    pub set: Option<String>,
    /// What the changed design achieves.
    pub figures: Figures,
    /// What it does.
    pub effect: Effect,
}

/// What a change does.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Verdicts that were missed and are met, less those that were met and are missed.
    pub fixed: i64,
    /// RTA and RPA of all applications in all outages: the sum of what is saved, s.
    pub saved_s: f64,
    /// Time without outages in which RPOs do not hold: what is saved over all applications, s.
    pub held_s: f64,
    /// The number that moves most: what, before, after, s.
    pub most: Option<(String, f64, f64)>,
}

impl Effect {
    /// Whether it mends anything, and is worse in nothing that counts more.
    pub fn is_good(&self) -> bool {
        match self.fixed {
            0 if self.saved_s.abs() < EFFECT_MIN => self.held_s >= EFFECT_MIN,
            0 => self.saved_s > 0.0,
            fixed => fixed > 0,
        }
    }
}

/// What was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The design as written.
    pub written: Figures,
    /// Changes with an effect, the best first.
    pub levers: Vec<Lever>,
    /// Changes that mend nothing, in the order tried.
    pub idle: Vec<String>,
    /// Changes that were not tried: more than [`LEVERS_MAX`].
    pub left: usize,
}

/// Tries what could be changed, so many changes at once.
///
/// # Errors
/// `progress` said stop.
pub fn tried(scenario: &Scenario, threads: usize, progress: Progress<'_>) -> Result<Tried, Stopped> {
    let all = changes(scenario);
    let left = all.len().saturating_sub(LEVERS_MAX);
    let (tried, count) = (&all[..all.len() - left], (all.len() - left) as u64);
    let figures = each((1 + tried.len(), threads), |place| {
        let candidate = place.checked_sub(1).map(|place| &tried[place]);
        let what = match candidate {
            None => "running the design as written".to_owned(),
            Some(Candidate { what, .. }) => format!("trying to {what}"),
        };
        if !progress(&what, 1000 * place as u64 / (count + 1)) {
            return Err(Stopped { what });
        }
        Ok(match candidate {
            None => Figures::of(scenario),
            Some(Candidate { change, .. }) => Figures::of(&change.of(scenario)),
        })
    })?;
    let mut figures = figures.into_iter();
    let written = figures.next().expect("the design as written comes first");
    let (mut levers, mut idle) = (Vec::new(), Vec::new());
    for (Candidate { what, change }, figures) in tried.iter().zip(figures) {
        let effect = effect(&written, &figures);
        let what = what.clone();
        if effect.is_good() {
            levers.push(Lever { what, set: change.set(scenario), figures, effect });
        } else {
            idle.push(what);
        }
    }
    levers.sort_by(|a, b| {
        let (a, b) = (&a.effect, &b.effect);
        b.fixed.cmp(&a.fixed).then(b.saved_s.total_cmp(&a.saved_s)).then(b.held_s.total_cmp(&a.held_s))
    });
    Ok(Tried { written, levers, idle, left })
}

/// Most steps of runs that are done without being asked for: a second or two.
pub const QUICK_STEPS: u64 = 12_000_000;

/// What could be changed, where it is tried at little cost; `None`: it would not be, or there is no outage.
pub fn quick(scenario: &Scenario, threads: usize) -> Option<Tried> {
    let count = 1 + changes(scenario).len().min(LEVERS_MAX) as u64;
    let is_cheap = steps(scenario).saturating_mul(count) <= QUICK_STEPS;
    let is_asked = is_cheap && !scenario.outages.is_empty() && !scenario.recovery.applications.is_empty();
    if is_asked { tried(scenario, threads, &|_, _| true).ok() } else { None }
}

/// What one design does that another does not.
pub fn effect(before: &Figures, after: &Figures) -> Effect {
    let mut effect = Effect { fixed: 0, saved_s: 0.0, held_s: 0.0, most: None };
    // Verdicts of one design may lack in the other, where an outage no longer takes an application down: it then costs nothing.
    let same = |a: &ApplicationFigures, b: &ApplicationFigures| {
        a.application == b.application && a.outage == b.outage
    };
    for verdict in &before.verdicts {
        let now = after.verdicts.iter().find(|it| same(it, verdict));
        let (rta, rpa, is_met) = now.map_or((0.0, 0.0, true), |it| (it.rta_s, it.rpa_s, it.is_met));
        effect.fixed += i64::from(is_met) - i64::from(verdict.is_met);
        effect.saved_s += verdict.rta_s - rta + verdict.rpa_s - rpa;
        if let Some(outage) = &verdict.outage {
            let name = |what: &str| format!("{what} of {} in {outage}", verdict.application);
            consider(&mut effect.most, name("RTA"), verdict.rta_s, rta);
            consider(&mut effect.most, name("RPA"), verdict.rpa_s, rpa);
        }
    }
    for now in after.verdicts.iter().filter(|now| !before.verdicts.iter().any(|it| same(it, now))) {
        effect.fixed -= i64::from(!now.is_met);
        effect.saved_s -= now.rta_s + now.rpa_s;
    }
    let mut above = None;
    for (before, after) in before.steady.iter().zip(&after.steady) {
        if let (Some(was), Some(is)) = (before.above_s, after.above_s) {
            effect.held_s += was - is;
            consider(
                &mut above,
                format!("time in which the RPO of {} does not hold", before.application),
                was,
                is,
            );
        }
    }
    let gain = |it: &Option<(String, f64, f64)>| it.as_ref().map_or(0.0, |(_, was, is)| was - is);
    if gain(&effect.most) < EFFECT_MIN {
        effect.most = above;
    }
    effect
}

fn consider(most: &mut Option<(String, f64, f64)>, what: String, was: f64, is: f64) {
    let best = most.as_ref().map_or(0.0, |(_, was, is)| was - is);
    if was - is > best {
        *most = Some((what, was, is));
    }
}

/// A count, for a table.
pub(super) fn number(count: i64) -> f64 {
    if count < 0 { -as_f64(count.unsigned_abs()) } else { as_f64(count.unsigned_abs()) }
}
