//! Facts as bytes, for the digest of a run: what is written here is what two equal runs agree on.
//!
//! Every variant has a number of its own, so that renaming or nesting a fact moves no digest. Numbers are never used twice: a new
//! variant takes the next one. A field that repeats what earlier facts tell (for a reader's sake) is left out.

use super::{
    ActionPlace, ActionSeen, ApplicationSeen, Fact, Home, JobId, JobKind, JobOutcome, JobSeen, Kept, Missing,
    NetworkSeen, OperationSeen, Phase, PlanSeen, Reason, Refusal, Seen, StepId, StepSeen, StrikeSeen,
    Subject, VmSeen, Why,
};
use crate::data_plane::Trigger;
use crate::ids::Id;
use crate::operations::Scope;
use crate::protection::State;
use crate::recovery::PointChoice;
use crate::units::{Bytes, Span, Time};
use crate::workload::Vm;

/// Facts in order. No two lists of facts have the same bytes.
pub fn encode(facts: &[Fact]) -> Vec<u8> {
    let mut to = Vec::new();
    for fact in facts {
        fact.at.put(&mut to);
        fact.seen.put(&mut to);
    }
    to
}

/// What has bytes of its own. None of a type's encodings begins with another of that type, so they can follow each other.
trait Encode {
    fn put(&self, to: &mut Vec<u8>);
}

/// A variant's number and its fields, in this order.
fn variant(to: &mut Vec<u8>, number: u8, fields: &[&dyn Encode]) {
    to.push(number);
    fields.iter().for_each(|field| field.put(to));
}

impl Encode for Seen {
    fn put(&self, to: &mut Vec<u8>) {
        match self {
            Seen::Strike(strike, StrikeSeen::Began) => variant(to, 0, &[strike]),
            Seen::Strike(strike, StrikeSeen::Repaired) => variant(to, 1, &[strike]),
            Seen::Step(step, StepSeen::Began { on, phase, after }) => {
                variant(to, 2, &[step, on, phase, after]);
            }
            Seen::Step(step, StepSeen::Ended { released_by, cut_short }) => {
                variant(to, 3, &[step, released_by, cut_short]);
            }
            Seen::Vm(vm, seen) => put_vm(to, *vm, seen),
            Seen::Application(application, ApplicationSeen::Down(_)) => variant(to, 10, &[application]),
            Seen::Application(application, ApplicationSeen::InService(step)) => {
                variant(to, 11, &[application, step]);
            }
            Seen::Plan(plan, PlanSeen::Cancelled) => variant(to, 12, &[plan]),
            Seen::Plan(plan, PlanSeen::Declared(missing)) => variant(to, 13, &[plan, missing]),
            Seen::Plan(plan, PlanSeen::ByHandFirst(vms)) => variant(to, 15, &[plan, vms]),
            Seen::Plan(plan, PlanSeen::AfterByHand(missing)) => variant(to, 16, &[plan, missing]),
            Seen::Plan(plan, PlanSeen::HandedOver(missing)) => variant(to, 17, &[plan, missing]),
            Seen::Action(action, ActionSeen::Failed(_)) => variant(to, 18, &[action]),
            Seen::Plan(plan, PlanSeen::GivenBack) => variant(to, 40, &[plan]),
            Seen::Plan(plan, PlanSeen::Done) => variant(to, 19, &[plan]),
            Seen::Job(job, JobSeen::Began { kind, on, operation }) => {
                variant(to, 20, &[job, kind, on, operation]);
            }
            Seen::Operation(operation, OperationSeen::Waits) => variant(to, 21, &[operation]),
            Seen::Job(job, JobSeen::CompleteTesting) => variant(to, 22, &[job]),
            Seen::Job(job, JobSeen::Ended(outcome)) => variant(to, 23, &[job, outcome]),
            Seen::Network(from, NetworkSeen::Mapped { to: target, replicas }) => {
                variant(to, 28, &[from, target, replicas]);
            }
            Seen::Job(job, JobSeen::HandedOver(missing)) => variant(to, 37, &[job, missing]),
        }
    }
}

fn put_vm(to: &mut Vec<u8>, vm: Id<Vm>, seen: &VmSeen) {
    match seen {
        VmSeen::Stopped => variant(to, 4, &[&vm]),
        VmSeen::Running(home) => variant(to, 5, &[&vm, home]),
        VmSeen::Isolated(reason) => variant(to, 6, &[&vm, reason]),
        VmSeen::InService(step) => variant(to, 7, &[&vm, step]),
        VmSeen::GivenUp { stays, reason } => variant(to, 8, &[&vm, stays, reason]),
        VmSeen::PointTaken { cut, stopped, lost_bytes, job: _ } => {
            variant(to, 9, &[&vm, cut, stopped, lost_bytes]);
        }
        VmSeen::LeftRunning(plan) => variant(to, 14, &[plan, &vm]),
        VmSeen::State { from, to: new, why, at_replica: _ } => variant(to, 24, &[&vm, from, new, why]),
        VmSeen::Moved { to: host, restarted } => variant(to, 25, &[&vm, host, restarted]),
        VmSeen::ReplicaMoved(host) => variant(to, 26, &[&vm, host]),
        VmSeen::DisksMoved(volumes) => variant(to, 41, &[&vm, volumes]),
        VmSeen::ChangedPlaces => variant(to, 27, &[&vm]),
        VmSeen::TestRunning { cut, is_connected, job: _ } => variant(to, 29, &[&vm, cut, is_connected]),
        VmSeen::TestRemoved { forced } => variant(to, 30, &[&vm, forced]),
        VmSeen::ShutDown { forced } => variant(to, 31, &[&vm, forced]),
        VmSeen::PointChosen { choice, cut, app_consistent, undo } => {
            variant(to, 32, &[&vm, choice, cut, app_consistent, undo]);
        }
        VmSeen::SplitBrain => variant(to, 33, &[&vm]),
        VmSeen::CorruptionFound(clean) => variant(to, 34, &[&vm, clean]),
        VmSeen::PointsDamaged { damaged, lost } => variant(to, 35, &[&vm, damaged, lost]),
        VmSeen::SplitBrainOver { since, kept } => variant(to, 39, &[&vm, since, kept]),
        VmSeen::Corrupt => variant(to, 38, &[&vm]),
        VmSeen::Follows(policy) => variant(to, 36, &[&vm, policy]),
    }
}

impl Encode for ActionPlace {
    fn put(&self, to: &mut Vec<u8>) {
        let ActionPlace { plan, group, is_after, index } = self;
        let fields: [&dyn Encode; 4] = [plan, group, is_after, index];
        fields.iter().for_each(|field| field.put(to));
    }
}

/// Each variant with its number and fields.
macro_rules! numbered {
    ($($name:ident { $($number:literal $variant:ident $(($it:ident))? $({ $($field:ident),* })?,)* })*) => {$(
        impl Encode for $name {
            fn put(&self, to: &mut Vec<u8>) {
                match self {
                    $($name::$variant $(($it))? $({ $($field),* })? => {
                        variant(to, $number, &[$($it)? $($($field),*)?]);
                    })*
                }
            }
        }
    )*};
}

numbered! {
    Subject { 0 Plan(it), 1 Action(it), 2 Vm(it), 3 Application(it), 4 Operation(it), }

    Kept { 0 FailedOver, 1 Old, 2 Both, }

    Home { 0 Source, 1 Replica, }

    Missing { 0 RecoveryService, 1 Vmm(it), 2 Cloud(it), 3 Plan, }

    Reason {
        0 NoRecoveryPoint, 1 ReplicaHostDown(it), 2 ReplicaVolumeDown(it), 3 NoRoom { host, cores_short, memory_short },
        4 NoMapping(it), 5 NoPool(it), 6 PoolExhausted(it),
    }

    Why {
        0 Operator, 1 CopyStarted, 2 CopyDone, 3 Trigger(it), 4 Window, 5 Error, 6 Failover, 7 Reversed,
    }

    Trigger { 0 LogTooLarge, 1 VolumeFull(it), 2 Crash, 3 OfflineEdit, 4 OutOfSequence, 5 VolumeLost(it), }

    JobOutcome { 0 Succeeded, 1 Failed(it), 2 Cancelled, }

    Refusal {
        0 ControlPlane(it), 1 State(it), 2 InProgress, 3 TestRuns, 4 NotRunning, 5 SourceRuns, 6 NoPoint, 7 NoCapacity(it),
        8 NoNetwork(it), 9 NoBroker(it), 10 HostDown(it), 11 ShareOnHost(it), 12 TestNetwork(it), 13 NoRoom(it),
        14 NotOrchestrated, 15 Vm(it), 16 Script(it), 17 UnpreparedHost(it), 18 BrokenOff,
        19 NoRoomOnVolume(it), 20 NoVolume(it),
    }

    Scope { 0 Plan(it), 1 Vm(it), }

    PointChoice { 0 Latest, 1 LatestAppConsistent, 2 Common, 3 NotAfter(it), }

    State {
        0 NotEnabled, 1 ReadyForInitialReplication, 2 WaitingForInitialReplication, 3 Replicating, 4 SyncedReplicationComplete,
        5 FailoverWaitingCompletion, 6 FailedOver, 7 Suspended, 8 Error, 9 WaitingForStartResynchronize, 10 Resynchronizing,
        11 ResynchronizeSuspended,
    }

    Phase {
        0 Detection, 1 Decision, 2 Orchestration, 3 ShutdownAttempt, 4 Shutdown, 5 Synchronization, 6 Testing, 7 Failover,
        8 EarlierGroups, 9 Actions, 10 Boot, 11 Network, 12 Dependencies, 13 Readiness, 14 Validation, 15 WaitingForPeople,
        16 ManualWork, 17 Repair, 18 WaitingForRoom, 19 SecondFault, 20 Asked,
    }

    JobKind {
        0 EnableProtection, 1 FinalizeProtection, 2 DisableProtection, 3 InitialReplication, 4 Pause, 5 Resume, 6 Resynchronize,
        7 Migrate, 8 Configure, 9 PlannedFailover, 10 UnplannedFailover, 11 TestFailover, 12 Commit, 13 ChangePoint,
        14 CancelFailover, 15 ReverseReplicate, 16 Failback,
    }
}

impl<T: Encode> Encode for Option<T> {
    fn put(&self, to: &mut Vec<u8>) {
        match self {
            None => variant(to, 0, &[]),
            Some(it) => variant(to, 1, &[it]),
        }
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn put(&self, to: &mut Vec<u8>) {
        self.len().put(to);
        self.iter().for_each(|it| it.put(to));
    }
}

impl Encode for bool {
    fn put(&self, to: &mut Vec<u8>) {
        to.push(u8::from(*self));
    }
}

impl Encode for u64 {
    fn put(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.to_le_bytes());
    }
}

/// What is a number at heart is written as one of 64 bits.
macro_rules! as_number {
    ($($what:ty: $it:ident => $number:expr;)*) => {$(
        impl Encode for $what {
            fn put(&self, to: &mut Vec<u8>) {
                let $it = self;
                let number: u64 = $number;
                number.put(to);
            }
        }
    )*};
}

as_number! {
    u32: it => u64::from(*it);
    usize: it => u64::try_from(*it).expect("an index of at most 64 bits");
    Time: it => it.0;
    Span: it => it.0;
    Bytes: it => it.0;
    StepId: it => u64::from(it.0);
    JobId: it => u64::from(it.0);
}

impl<T> Encode for Id<T> {
    fn put(&self, to: &mut Vec<u8>) {
        self.index().put(to);
    }
}

#[cfg(test)]
mod tests;
