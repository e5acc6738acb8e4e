//! What became of a VM.

use crate::facts::{Home, Reason, TakenBy, VmSeen};
use crate::ids::Id;
use crate::protection::State;
use crate::recovery::Plan;
use crate::units::Time;
use crate::workload::Vm;

use super::downtime::{Downtime, close};
use super::place::Place;
use super::point::{self, Point};
use super::state::{self, Change, Gap, InState, state_at_start};
use super::twice::Twice;

/// What became of a VM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmOutcome {
    /// Out of service.
    pub downtimes: Vec<Downtime>,
    /// When it was off: from when until when, `None`: to the end of the run.
    pub off: Vec<(Time, Option<Time>)>,
    /// The points it was failed over to, in order; another choice of point replaces the one before.
    pub points: Vec<Point>,
    /// Its states of replication in order of time, the first from the start of the run.
    pub states: Vec<Change>,
    /// Where it lives at the end.
    pub home: Home,
    /// What it does at the end.
    pub end_state: EndState,
    /// The plan that left it running.
    pub left_by: Option<Id<Plan>>,
    /// From when until when two copies of it ran, in order.
    pub twice: Vec<Twice>,
    /// Where it stood from when on, in order of time; before that, where the scenario says.
    pub(super) places: Vec<(Time, Place)>,
}

/// What a VM does at the end of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndState {
    /// In service.
    Serving,
    /// Off.
    Down,
    /// Running, not in service yet.
    Running,
    /// Running, known to be corrupt.
    Corrupt,
    /// Running without network.
    Isolated(Reason),
    /// Off, given up by its plan.
    GivenUp(Reason),
}

impl VmOutcome {
    /// A VM to which nothing has happened.
    pub(super) fn begin(row: &Vm) -> VmOutcome {
        let now = InState { from: 0, state: state_at_start(row), at_replica: false };
        VmOutcome {
            downtimes: Vec::new(),
            off: Vec::new(),
            points: Vec::new(),
            states: vec![Change { now, why: None }],
            home: Home::Source,
            end_state: EndState::Serving,
            left_by: None,
            twice: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Its replication state at the end.
    pub fn state(&self) -> State {
        self.states.last().map_or(State::NotEnabled, |change| change.now.state)
    }

    /// Its states of replication without their causes.
    pub fn in_states(&self) -> Vec<InState> {
        self.states.iter().map(|change| change.now).collect()
    }

    /// From when until when it was without protection while it had a relationship, in order.
    pub fn gaps(&self) -> Vec<Gap> {
        state::gaps(&self.states)
    }

    /// Where it was at that instant, with what happened in it. `row`: the VM as the scenario has it.
    pub fn place_at(&self, row: &Vm, at: Time) -> Place {
        let last = self.places.iter().rev().find(|(since, _)| *since <= at);
        last.map_or_else(|| Place::at_start(row), |(_, place)| place.clone())
    }

    /// Where it is at the end of the run.
    pub fn place(&self, row: &Vm) -> Place {
        self.place_at(row, Time(u64::MAX))
    }

    pub(super) fn take(&mut self, row: &Vm, at: Time, seen: &VmSeen) {
        match seen {
            VmSeen::Stopped => self.go_down(at, TakenBy::Fault),
            VmSeen::ShutDown { .. } => self.go_down(at, TakenBy::Shutdown(None)),
            VmSeen::Corrupt => {
                self.leave_service(at, TakenBy::Fault);
                self.end_state = EndState::Corrupt;
            }
            VmSeen::Running(home) => {
                (self.end_state, self.home) = (EndState::Running, *home);
                if let Some((_, to)) = self.off.last_mut() {
                    to.get_or_insert(at);
                }
            }
            VmSeen::Isolated(why) => self.end_state = EndState::Isolated(*why),
            VmSeen::InService(step) => {
                self.end_state = EndState::Serving;
                close(&mut self.downtimes, at, *step);
            }
            VmSeen::GivenUp { reason, .. } => self.end_state = EndState::GivenUp(*reason),
            VmSeen::LeftRunning(plan) => self.left_by = Some(*plan),
            VmSeen::PointTaken { cut, stopped, lost_bytes, .. } => {
                point::take(&mut self.points, at, (*cut, *stopped), *lost_bytes);
            }
            VmSeen::State { to, why, at_replica, .. } => {
                let now = InState { from: at.0, state: *to, at_replica: *at_replica };
                state::enter(&mut self.states, now, *why);
            }
            VmSeen::ChangedPlaces => {
                self.home = match self.home {
                    Home::Source => Home::Replica,
                    Home::Replica => Home::Source,
                };
                self.stand(at, self.place(row).turned());
            }
            VmSeen::Follows(policy) => self.stand(at, self.place(row).following(*policy)),
            VmSeen::Moved { to, .. } => self.stand(at, self.place(row).on(*to)),
            VmSeen::DisksMoved(volumes) => self.stand(at, self.place(row).with_disks_on(volumes)),
            VmSeen::ReplicaMoved(to) => self.stand(at, self.place(row).replicated_on(*to)),
            VmSeen::SplitBrainOver { since, kept } => {
                self.twice.push(Twice::of(row, (*since, at), *kept, &self.off));
            }
            VmSeen::PointChosen { .. }
            | VmSeen::SplitBrain
            | VmSeen::CorruptionFound(_)
            | VmSeen::PointsDamaged { .. }
            | VmSeen::TestRunning { .. }
            | VmSeen::TestRemoved { .. } => {}
        }
    }

    fn stand(&mut self, since: Time, place: Place) {
        self.places.push((since, place));
    }

    fn go_down(&mut self, at: Time, by: TakenBy) {
        self.end_state = EndState::Down;
        if self.off.last().is_none_or(|(_, to)| to.is_some()) {
            self.off.push((at, None));
        }
        self.leave_service(at, by);
    }

    fn leave_service(&mut self, at: Time, by: TakenBy) {
        if self.downtimes.last().is_none_or(|downtime| downtime.back.is_some()) {
            self.downtimes.push(Downtime::begin(at, by));
        }
    }
}
