//! What an outage is charged with: the downtime that it caused, and the points taken in it.

use crate::ids::Id;
use crate::recovery::Application;
use crate::units::Time;
use crate::workload::Vm;

use super::gather::RunOutcome;
use super::point::{Point, oldest};
use super::spell::Spell;

/// Downtime and points of a run that an outage caused.
#[derive(Clone, Debug)]
pub struct Charged {
    /// By application: its spells out of service.
    pub applications: Vec<Vec<Spell>>,
    /// By VM.
    pub vms: Vec<ChargedVm>,
}

/// Of a VM.
#[derive(Clone, Debug)]
pub struct ChargedVm {
    /// Out of service.
    pub spells: Vec<Spell>,
    /// The points it was failed over to in them.
    pub points: Vec<Point>,
}

impl ChargedVm {
    /// The oldest of its points.
    pub fn point(&self) -> Option<Point> {
        oldest(&self.points)
    }

    /// Written and not in the points that it was failed over to.
    pub fn lost_bytes(&self) -> u64 {
        self.points.iter().map(|point| point.lost_bytes).sum()
    }
}

impl Charged {
    /// Of `run`, in which an outage strikes at `first`. `baseline`: the run without it, where that is known.
    pub fn of(run: &RunOutcome, first: Time, baseline: Option<&RunOutcome>) -> Charged {
        let own = |spells: &[Spell], without: Option<&Vec<Spell>>| -> Vec<Spell> {
            let without = without.map_or(&[][..], Vec::as_slice);
            let caused = spells.iter().filter_map(|spell| spell.charged(without));
            let late = caused.filter(|spell| spell.back.is_none_or(|(back, _)| back > first));
            late.map(|spell| Spell { down: spell.down.max(first), ..spell }).collect()
        };
        let applications = run.applications.iter().enumerate();
        let vms = run.vms.iter().enumerate().map(|(index, vm)| {
            let spells = own(&vm.spells, baseline.map(|it| &it.vms[index].spells));
            let is_in = |point: &Point, spell: &Spell| {
                spell.down <= point.at && spell.back.is_none_or(|(back, _)| point.at <= back)
            };
            let within = |point: &&Point| spells.iter().any(|spell| is_in(point, spell));
            let points = vm.points.iter().filter(within).copied().collect();
            ChargedVm { spells, points }
        });
        Charged {
            applications: applications
                .map(|(index, spells)| own(spells, baseline.map(|it| &it.applications[index])))
                .collect(),
            vms: vms.collect(),
        }
    }

    /// That VM.
    pub fn vm(&self, vm: Id<Vm>) -> &ChargedVm {
        &self.vms[vm.index()]
    }

    /// Spells of that application.
    pub fn application(&self, application: Id<Application>) -> &[Spell] {
        &self.applications[application.index()]
    }
}
