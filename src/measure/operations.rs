//! What operators did and what followed, as rows: of a whole run, or from an outage's first fault on.

use crate::facts::{JobKind, JobOutcome, Subject, TakenBy};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::units::{Span, Time};
use crate::workload::Vm;

use super::results::{
    DowntimeRow, JobRow, JobState, LastProtectedRow, Operations, StateRow, TestVmRow, UnprotectedRow, Whose,
};
use crate::outcome::job::{Job, TestVm};
use crate::outcome::state::Gap;
use crate::outcome::{Downtime, RunOutcome};
use crate::words;
use crate::words::written;

/// Rows of a run in [from, until]; what ended by `from` is left out. Downtimes are told of a `baseline` alone: of an outage its applications
/// tell them.
pub fn operations(
    scenario: &Scenario,
    run: &RunOutcome,
    (from, until): (Time, Time),
    is_baseline: bool,
) -> Operations {
    let all = All { scenario, run, from, until };
    let mut operations = Operations {
        jobs: all.jobs(),
        states: all.states(),
        unprotected: all.unprotected(),
        last_protected: all.last_protected(),
        downtimes: if is_baseline { all.downtimes() } else { Vec::new() },
        test_vms: run.tests.iter().filter(|it| all.lasts(it.end())).map(|it| all.test(it)).collect(),
        ..Operations::default()
    };
    for (at, notable) in run.notable.iter().filter(|(at, _)| *at >= from) {
        all.take(&mut operations, *at, notable);
    }
    operations
}

impl TestVm {
    fn end(&self) -> Option<Time> {
        self.removed.map(|(at, _)| at)
    }
}

/// A run, and the part of it that is told.
pub(super) struct All<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) run: &'a RunOutcome,
    pub(super) from: Time,
    pub(super) until: Time,
}

impl All<'_> {
    /// Whether what ends then reaches into the part that is told.
    fn lasts(&self, end: Option<Time>) -> bool {
        end.is_none_or(|end| end >= self.from)
    }

    /// Seconds from the begin of the part that is told; negative before it.
    fn seconds(&self, at: Time) -> f64 {
        if at >= self.from { at.since(self.from).as_seconds() } else { -self.from.since(at).as_seconds() }
    }

    pub(super) fn written(&self, at: Time) -> String {
        written(self.scenario, at)
    }

    pub(super) fn vm(&self, vm: Id<Vm>) -> String {
        words::subject(self.scenario, Subject::Vm(vm))
    }

    fn jobs(&self) -> Vec<JobRow> {
        let told = |job: &Job| job.ended.as_ref().is_none_or(|(end, _)| *end >= self.from);
        let jobs = self.run.jobs.iter().enumerate().filter(|(_, job)| told(job));
        jobs.map(|(index, job)| self.job(index, job)).collect()
    }

    fn job(&self, index: usize, job: &Job) -> JobRow {
        let (end, outcome) = job.ended.as_ref().map(|(end, outcome)| (*end, outcome)).unzip();
        let refusal = outcome.and_then(JobOutcome::refusal);
        let fails_over = is_failover(job.kind);
        let gives_up = matches!(job.kind, JobKind::ChangePoint | JobKind::CancelFailover);
        let drill = self.run.drill_ran(index).filter(|_| job.kind == JobKind::TestFailover);
        JobRow {
            job: job.kind,
            on: job.on.map(|scope| words::scope(self.scenario, scope)),
            operation: job
                .operation
                .and_then(|index| self.scenario.operations.get(index))
                .map(|it| it.name.clone()),
            from: self.written(job.from),
            from_s: self.seconds(job.from),
            to: end.map(|end| self.written(end)),
            to_s: end.map(|end| self.seconds(end)),
            outcome: JobState::from(outcome),
            reason: refusal.map(|why| words::refusal(self.scenario, job.kind, why)),
            waited_s: job.waited.map(Span::as_seconds),
            drill_rto_s: drill.map(|at| at.since(job.from).as_seconds()),
            downtime_s: if fails_over { self.downtime(job) } else { None },
            lost_bytes: ((fails_over || gives_up) && end.is_some()).then_some(job.lost_bytes),
        }
    }

    /// The longest time that it took an application down; `None` if one had not come back by the end of the run.
    fn downtime(&self, job: &Job) -> Option<f64> {
        let mut longest = Span::ZERO;
        for downtime in self.run.applications.iter().flatten().filter(|downtime| took(job, downtime)) {
            longest = longest.max(downtime.lasted()?);
        }
        Some(longest.as_seconds())
    }

    /// Only of VMs whose state changed in the part that is told.
    fn states(&self) -> Vec<StateRow> {
        let mut rows = Vec::new();
        for vm in self.scenario.vms.ids() {
            let changes = &self.run.vm(vm).states;
            let moved = changes.iter().any(|it| it.why.is_some() && it.now.from >= self.from.0);
            for (index, change) in changes.iter().enumerate().filter(|_| moved) {
                let end = changes.get(index + 1).map(|next| Time(next.now.from));
                if end.is_some_and(|end| end <= self.from) {
                    continue;
                }
                rows.push(StateRow {
                    vm: self.scenario.vms[vm].name.clone(),
                    state: change.now.state,
                    why: change.why.map(|why| words::why(self.scenario, why)),
                    from: self.written(Time(change.now.from)),
                    from_s: self.seconds(Time(change.now.from)),
                    to_s: end.map(|end| self.seconds(end)),
                });
            }
        }
        rows
    }

    /// Gaps of a VM that reach into the part that is told.
    fn gaps(&self, vm: Id<Vm>) -> Vec<Gap> {
        let mut gaps = self.run.vm(vm).gaps();
        gaps.retain(|gap| gap.to.is_none_or(|to| to > self.from));
        gaps
    }

    fn unprotected(&self) -> Vec<UnprotectedRow> {
        let mut rows = Vec::new();
        for vm in self.scenario.vms.ids() {
            rows.extend(
                self.gaps(vm)
                    .into_iter()
                    .map(|gap| (gap.from, self.gap(Whose::Vm(self.scenario.vms[vm].name.clone()), &gap))),
            );
        }
        for application in self.scenario.recovery.applications.iter() {
            let mut all: Vec<Gap> = application.vms.iter().flat_map(|vm| self.gaps(*vm)).collect();
            all.sort_by_key(|gap| gap.from);
            for gap in united(all) {
                rows.push((gap.from, self.gap(Whose::Application(application.name.clone()), &gap)));
            }
        }
        rows.sort_by_key(|(from, _)| *from);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn gap(&self, on: Whose, gap: &Gap) -> UnprotectedRow {
        UnprotectedRow {
            on,
            because: gap.state,
            from: self.written(gap.from),
            from_s: self.seconds(gap.from),
            to_s: gap.to.map(|to| self.seconds(to)),
            seconds: gap.to.unwrap_or(self.until).since(gap.from).as_seconds(),
        }
    }

    fn last_protected(&self) -> Option<LastProtectedRow> {
        let ids = self.scenario.vms.ids();
        let all: Vec<(Id<Vm>, Gap)> =
            ids.flat_map(|vm| self.gaps(vm).into_iter().map(move |gap| (vm, gap))).collect();
        let ends: Option<Vec<(Time, Id<Vm>)>> = all.iter().map(|(vm, gap)| Some((gap.to?, *vm))).collect();
        let (at, vm) = ends?.into_iter().max_by_key(|(at, vm)| (*at, std::cmp::Reverse(*vm)))?;
        let first = all.iter().map(|(_, gap)| gap.from).min()?;
        Some(LastProtectedRow {
            vm: self.scenario.vms[vm].name.clone(),
            at: self.written(at),
            after_s: at.since(first.max(self.from)).as_seconds(),
        })
    }

    fn downtimes(&self) -> Vec<DowntimeRow> {
        let mut rows = Vec::new();
        for (id, application) in self.scenario.recovery.applications.entries() {
            for downtime in &self.run.applications[id.index()] {
                let job = self.run.jobs.iter().find(|job| took(job, downtime));
                let row = DowntimeRow {
                    application: application.name.clone(),
                    job: job.map(|job| words::job(self.scenario, job.kind, job.on)),
                    from: self.written(downtime.down),
                    from_s: self.seconds(downtime.down),
                    to_s: downtime.back.map(|(back, _)| self.seconds(back)),
                    seconds: downtime.lasted().map(Span::as_seconds),
                };
                rows.push((downtime.down, row));
            }
        }
        rows.sort_by_key(|(down, _)| *down);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn test(&self, test: &TestVm) -> TestVmRow {
        let job = test.job.map(|job| &self.run.jobs[job]);
        TestVmRow {
            on: self.vm(test.vm),
            job: job.map(|job| words::job(self.scenario, job.kind, job.on)),
            point_at: self.written(test.cut),
            connected: test.is_connected,
            running_at: self.written(test.running),
            after_s: job.map(|job| test.running.since(job.from).as_seconds()),
            removed_at: test.removed.map(|(at, _)| self.written(at)),
            forced: test.removed.is_some_and(|(_, forced)| forced),
        }
    }
}

/// Whether the job took an application down, at the begin of this downtime.
fn took(job: &Job, downtime: &Downtime) -> bool {
    downtime.by == TakenBy::Shutdown(Some(job.id))
}

fn is_failover(kind: JobKind) -> bool {
    matches!(kind, JobKind::PlannedFailover | JobKind::UnplannedFailover | JobKind::Failback)
}

/// Gaps in order of begin, with those that touch or overlap as one.
fn united(gaps: Vec<Gap>) -> Vec<Gap> {
    let mut all: Vec<Gap> = Vec::new();
    for gap in gaps {
        match all.last_mut() {
            Some(last) if last.to.is_none_or(|to| gap.from <= to) => {
                last.to = last.to.zip(gap.to).map(|(a, b)| a.max(b));
            }
            Some(_) | None => all.push(gap),
        }
    }
    all
}
