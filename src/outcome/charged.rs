//! What an outage is charged with: the downtime that it caused, and the points taken in it.

use crate::ids::Id;
use crate::recovery::Application;
use crate::units::Time;
use crate::workload::Vm;

use super::downtime::Downtime;
use super::gather::RunOutcome;
use super::point::{Point, oldest};
use super::twice::Twice;

/// Downtime and points of a run that an outage caused.
#[derive(Clone, Debug)]
pub struct Charged {
    /// By application: its downtimes.
    pub applications: Vec<Vec<Downtime>>,
    /// By VM.
    pub vms: Vec<ChargedVm>,
}

/// Of a VM.
#[derive(Clone, Debug)]
pub struct ChargedVm {
    /// Out of service.
    pub downtimes: Vec<Downtime>,
    /// The points it was failed over to in them.
    pub points: Vec<Point>,
    /// When two copies of it ran.
    pub twice: Vec<Twice>,
}

impl ChargedVm {
    /// The oldest of its points.
    pub fn point(&self) -> Option<Point> {
        oldest(&self.points)
    }

    /// Written and not in the points that it was failed over to, or by a second copy that was given up.
    pub fn lost_bytes(&self) -> u64 {
        let beyond: u64 = self.points.iter().map(|point| point.lost_bytes).sum();
        self.twice.iter().map(Twice::old_lost_bytes).fold(beyond, u64::saturating_add)
    }
}

impl Charged {
    /// Of `run`, in which an outage strikes at `first`. `baseline`: the run without it, where that is known.
    pub fn of(run: &RunOutcome, first: Time, baseline: Option<&RunOutcome>) -> Charged {
        let own = |downtimes: &[Downtime], without: Option<&Vec<Downtime>>| -> Vec<Downtime> {
            let without = without.map_or(&[][..], Vec::as_slice);
            let caused = downtimes.iter().filter_map(|downtime| downtime.charged(without));
            let late = caused.filter(|downtime| downtime.back.is_none_or(|(back, _)| back > first));
            late.map(|downtime| Downtime { down: downtime.down.max(first), ..downtime }).collect()
        };
        let applications = run.applications.iter().enumerate();
        let vms = run.vms.iter().enumerate().map(|(index, vm)| {
            let downtimes = own(&vm.downtimes, baseline.map(|it| &it.vms[index].downtimes));
            let is_in = |point: &Point, downtime: &Downtime| {
                downtime.down <= point.at && downtime.back.is_none_or(|(back, _)| point.at <= back)
            };
            let within = |point: &&Point| downtimes.iter().any(|downtime| is_in(point, downtime));
            let points = vm.points.iter().filter(within).copied().collect();
            let without = |it: &&Twice| {
                baseline.is_some_and(|run| run.vms[index].twice.iter().any(|own| own.from == it.from))
            };
            let twice = vm.twice.iter().filter(|it| it.from >= first && !without(it)).copied().collect();
            ChargedVm { downtimes, points, twice }
        });
        Charged {
            applications: applications
                .map(|(index, downtimes)| own(downtimes, baseline.map(|it| &it.applications[index])))
                .collect(),
            vms: vms.collect(),
        }
    }

    /// That VM.
    pub fn vm(&self, vm: Id<Vm>) -> &ChargedVm {
        &self.vms[vm.index()]
    }

    /// Spells of that application.
    pub fn application(&self, application: Id<Application>) -> &[Downtime] {
        &self.applications[application.index()]
    }
}
