//! What is seen, with other numbers of steps and jobs: facts of one run that are told as those of another.

use super::{ActionSeen, ApplicationSeen, JobId, Seen, StepId, StepSeen, TakenBy, VmSeen};

impl Seen {
    /// The same with each step and each job under the number that these give it.
    #[must_use]
    pub fn renumbered(&self, step: &impl Fn(StepId) -> StepId, job: &impl Fn(JobId) -> JobId) -> Seen {
        match self {
            Seen::Step(id, StepSeen::Began { on, phase, after }) => {
                Seen::Step(step(*id), StepSeen::Began { on: *on, phase: *phase, after: after.map(step) })
            }
            Seen::Step(id, StepSeen::Ended { released_by, cut_short }) => {
                let ended = StepSeen::Ended { released_by: released_by.map(step), cut_short: *cut_short };
                Seen::Step(step(*id), ended)
            }
            Seen::Vm(vm, seen) => Seen::Vm(*vm, seen.renumbered(step, job)),
            Seen::Application(it, ApplicationSeen::InService(id)) => {
                Seen::Application(*it, ApplicationSeen::InService(step(*id)))
            }
            Seen::Application(it, ApplicationSeen::Down(TakenBy::Shutdown(by))) => {
                Seen::Application(*it, ApplicationSeen::Down(TakenBy::Shutdown(by.map(job))))
            }
            Seen::Action(place, ActionSeen::Failed(id)) => {
                Seen::Action(*place, ActionSeen::Failed(id.map(step)))
            }
            Seen::Job(id, seen) => Seen::Job(job(*id), seen.clone()),
            Seen::Application(_, ApplicationSeen::Down(TakenBy::Fault))
            | Seen::Strike(..)
            | Seen::Plan(..)
            | Seen::Operation(..)
            | Seen::Network(..) => self.clone(),
        }
    }
}

impl VmSeen {
    fn renumbered(&self, step: &impl Fn(StepId) -> StepId, job: &impl Fn(JobId) -> JobId) -> VmSeen {
        match self {
            VmSeen::InService(id) => VmSeen::InService(step(*id)),
            VmSeen::PointTaken { cut, stopped, lost_bytes, job: by } => {
                VmSeen::PointTaken { cut: *cut, stopped: *stopped, lost_bytes: *lost_bytes, job: by.map(job) }
            }
            VmSeen::TestRunning { cut, is_connected, job: by } => {
                VmSeen::TestRunning { cut: *cut, is_connected: *is_connected, job: by.map(job) }
            }
            VmSeen::Stopped
            | VmSeen::ShutDown { .. }
            | VmSeen::Running(_)
            | VmSeen::Isolated(_)
            | VmSeen::GivenUp { .. }
            | VmSeen::LeftRunning(_)
            | VmSeen::PointChosen { .. }
            | VmSeen::State { .. }
            | VmSeen::Follows(_)
            | VmSeen::Moved { .. }
            | VmSeen::DisksMoved(_)
            | VmSeen::ReplicaMoved(_)
            | VmSeen::ChangedPlaces
            | VmSeen::SplitBrain
            | VmSeen::SplitBrainOver { .. }
            | VmSeen::CorruptionFound(_)
            | VmSeen::Corrupt
            | VmSeen::PointsDamaged { .. }
            | VmSeen::TestRemoved { .. } => self.clone(),
        }
    }
}
