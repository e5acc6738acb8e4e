//! How a run begins: its VMs are taken in hand, its job or its people set it off.

use crate::data_plane::DataPlane;
use crate::facts::{Home, Phase, StepId};
use crate::ids::Id;
use crate::operations::Scope;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::run::{Conduct, Kind, Origin, Run, RunId, Stage};
use crate::sim::world::VmState;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// The VMs of a scope, in plan order, each once.
    pub(super) fn scope(&self, of: Scope) -> Vec<Id<Vm>> {
        match of {
            Scope::Vm(vm) => vec![vm],
            Scope::Plan(plan) => self.members(plan).collect(),
        }
    }

    /// Where a run leads: back if every VM of it is at its replica's side.
    pub(super) fn destination(&self, kind: Kind, vms: &[Id<Vm>]) -> Home {
        let are_away = !vms.is_empty() && vms.iter().all(|vm| self.vm(*vm).home == Home::Replica);
        if are_away || kind == Kind::Failback { Home::Source } else { Home::Replica }
    }

    /// A run begins: it has its VMs in hand until it is over. Test VMs stand beside theirs.
    pub(super) fn begin_run(&mut self, run: Run) -> RunId {
        let in_hand = if run.kind.is_test() { Vec::new() } else { run.vms.clone() };
        let run = self.runs.add(run);
        for vm in in_hand {
            self.vm_mut(vm).hand = Some(run);
        }
        run
    }

    /// Those of `vms` that are down stand still from now on, until `run` moves them: no repair boots them any more. What is corrupt is turned
    /// off. The first wait for a repair that ends so.
    pub(super) fn claim(&mut self, run: RunId, vms: &[Id<Vm>]) -> Option<StepId> {
        let mut first = None;
        for vm in vms {
            let row = &self.runs[run];
            let shuts_down = row.kind.prepares() && matches!(row.stage, Stage::Starting | Stage::Preparing);
            let is_corrupt = self.vm(*vm).state == VmState::Corrupt;
            if is_corrupt && !shuts_down {
                self.turn_off(*vm, false);
            } else if self.vm(*vm).state != VmState::Down {
                continue;
            }
            self.stop_trying(*vm);
            let vm_run = self.vm_mut(*vm);
            vm_run.hand = Some(run);
            vm_run.was_off = is_corrupt;
            vm_run.state = VmState::Claimed;
            if let Some(repair) = vm_run.step.take() {
                self.cut_short(repair);
                first = first.or(Some(repair));
            }
        }
        first
    }

    /// Its job, and the job's latency or the hands that do it.
    pub(super) fn set_off(&mut self, run: RunId, after: Option<StepId>) {
        self.end_drills_before(run);
        self.begin_job_of(run);
        let row = &self.runs[run];
        match (row.conduct, row.origin) {
            (Conduct::Orchestrated, _) => self.orchestrate(run, after),
            (Conduct::Console, Origin::Asked { by, .. }) => {
                self.lend_hands(run, by, |people| people.manual_per_vm, after);
            }
            (Conduct::ByHand, _) | (Conduct::Console, Origin::Declared) => self.go_to_consoles(run, after),
        }
    }

    fn begin_job_of(&mut self, run: RunId) {
        let row = &self.runs[run];
        if row.origin == Origin::Declared && row.kind == Kind::Unplanned(false) {
            return;
        }
        let (kind, is_test, of, operation) =
            (row.kind.job(), row.kind.is_test(), row.of, row.origin.operation());
        let job = self.begin_job(kind, Some(of), operation);
        self.runs[run].job = Some(job);
        if !is_test {
            // What operators ask for was refused if another job has it; a declaration goes on beside that job.
            for vm in self.runs[run].vms.clone() {
                self.hold(vm, job);
            }
        }
    }

    /// Site Recovery is on its way to the first step.
    pub(super) fn orchestrate(&mut self, run: RunId, after: Option<StepId>) {
        let step = self.begin(self.runs[run].subject(), Phase::Orchestration, after);
        let row = &mut self.runs[run];
        row.stage = Stage::Starting;
        row.step = Some(step);
        self.after(self.scenario.control_plane.job_latency, Event::RunStep { run, vm: None, step });
    }
}
