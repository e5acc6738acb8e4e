//! One outage's facts as its [`OutageRow`]. Ages (`age_max_s`, `catch_up_s`) are left open: they come from replication.
//!
//! An application that fell more than once reports its worst spell; data loss counts over all of them. A recovery point's age is
//! taken at the instant its VM stopped. RTA from declaration starts at the spell's first declaration of a plan that fails over a VM of
//! the application, or of one it depends on.

use std::collections::BTreeSet;

use crate::facts::{Fact, Home, Phase, StepId, Subject};
use crate::ids::Id;
use crate::measure::critical_path::{critical_path, critical_steps};
use crate::measure::history::{History, Spell, Standing, VmStory, worst};
use crate::measure::instant::written;
use crate::measure::results::{
    DeclarationRow, FaultRow, OutageApplicationRow, OutageRow, OutageVmRow, Outcome, PhaseRow, Status,
    StepRow,
};
use crate::measure::words;
use crate::outage::Outage;
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::sim::needed_applications;
use crate::units::{Span, Time};
use crate::workload::Vm;

/// What the facts of one run of `outage`, to `until`, mean.
pub fn outage_row(scenario: &Scenario, outage: &Outage, facts: &[Fact], until: Time) -> OutageRow {
    let history = History::of(scenario, facts);
    let first = outage.strikes.iter().map(|strike| strike.from).min().unwrap_or(Time::START);
    let run = Run { scenario, history: &history, first, until };
    let mut by_tier: Vec<Id<Application>> = scenario.recovery.applications.ids().collect();
    by_tier.sort_by_key(|id| (scenario.recovery.applications[*id].tier.unwrap_or(u8::MAX), *id));
    let vms = scenario.vms.ids();
    OutageRow {
        name: outage.name.clone(),
        about: outage.about.clone(),
        at: written(scenario, first),
        faults: outage.strikes.iter().map(|strike| run.fault(strike)).collect(),
        declarations: run.declarations(),
        applications: by_tier.into_iter().map(|id| run.application(id)).collect(),
        vms: vms.filter(|vm| run.is_worth_a_row(*vm)).map(|vm| run.vm(vm)).collect(),
        lost_bytes: history.vms.iter().map(VmStory::lost_bytes).sum(),
        steps: run.steps(),
    }
}

/// A run and where its clock starts.
struct Run<'a> {
    scenario: &'a Scenario,
    history: &'a History,
    first: Time,
    until: Time,
}

impl VmStory {
    fn lost_bytes(&self) -> u64 {
        self.point.map_or(0, |point| point.lost_bytes)
    }
}

impl Run<'_> {
    fn seconds(&self, time: Time) -> f64 {
        time.since(self.first).as_seconds()
    }

    fn fault(&self, strike: &crate::outage::Strike) -> FaultRow {
        let repaired = strike.to.filter(|to| *to <= self.until);
        FaultRow {
            component: words::component(self.scenario, strike.component),
            effect: words::effect(strike.effect),
            cause: strike.cause.clone(),
            from: written(self.scenario, strike.from),
            from_s: self.seconds(strike.from),
            to: repaired.map(|to| written(self.scenario, to)),
            to_s: repaired.map(|to| self.seconds(to)),
        }
    }

    fn declarations(&self) -> Vec<DeclarationRow> {
        let row = |declaration| {
            let (path, reason) = words::path(self.scenario, declaration);
            DeclarationRow {
                plan: self.scenario.recovery.plans[declaration.plan].name.clone(),
                at: written(self.scenario, declaration.at),
                at_s: self.seconds(declaration.at),
                path: path.to_owned(),
                reason,
            }
        };
        self.history.declarations.iter().map(row).collect()
    }

    fn application(&self, id: Id<Application>) -> OutageApplicationRow {
        let row = &self.scenario.recovery.applications[id];
        let spell = worst(&self.history.applications[id.index()]);
        let outcome = spell.map_or(Outcome::NotHit, |spell| self.outcome(id, spell));
        let points = row.vms.iter().map(|vm| self.history.vm(*vm)).filter_map(|story| story.point);
        let rpa = points.map(|point| point.age).max().filter(|_| !self.lacks_point(row));
        let rta = spell.and_then(|spell| spell.lasted());
        let phases = spell.map(|spell| self.phases(spell)).unwrap_or_default();
        let (status, reasons) = self.verdict(id, outcome, rpa, rta);
        OutageApplicationRow {
            name: row.name.clone(),
            outcome,
            status,
            reasons,
            rpo_objective_s: row.rpo.map(Span::as_seconds),
            rpa_s: rpa.map(Span::as_seconds),
            rto_objective_s: row.rto.map(Span::as_seconds),
            rta_from_outage_s: rta.map(Span::as_seconds),
            rta_from_declaration_s: spell
                .and_then(|spell| self.since_declaration(id, spell))
                .map(Span::as_seconds),
            phases,
            age_max_s: None,
            lost_bytes: row.vms.iter().map(|vm| self.history.vm(*vm).lost_bytes()).sum(),
        }
    }

    fn lacks_point(&self, row: &Application) -> bool {
        let lacks =
            |vm: &Id<Vm>| words::standing(self.scenario, self.history.vm(*vm)).0 == "no recovery point";
        row.vms.iter().any(lacks)
    }

    fn outcome(&self, id: Id<Application>, spell: Spell) -> Outcome {
        let Some((back, _)) = spell.back else {
            return Outcome::NotRecovered;
        };
        let moved = |vm: Id<Vm>| self.history.vm(vm).point.is_some_and(|point| point.at <= back);
        if self.needed_vms(id).into_iter().any(moved) { Outcome::FailedOver } else { Outcome::Repaired }
    }

    /// The VMs of an application and of everything it depends on.
    fn needed_vms(&self, id: Id<Application>) -> BTreeSet<Id<Vm>> {
        let applications = &self.scenario.recovery.applications;
        let needed = needed_applications(self.scenario, id);
        needed.into_iter().flat_map(|id| applications[id].vms.iter().copied()).collect()
    }

    fn since_declaration(&self, id: Id<Application>, spell: Spell) -> Option<Span> {
        let (back, _) = spell.back?;
        let needed = self.needed_vms(id);
        let concerns = |plan: Id<crate::recovery::Plan>| {
            let groups = &self.scenario.recovery.plans[plan].groups;
            groups
                .iter()
                .flat_map(|group| &group.vms)
                .any(|vm| needed.contains(vm) && self.history.vm(*vm).home == Home::Replica)
        };
        let within = |at: Time| spell.down <= at && at <= back;
        let mut declared = self.history.declarations.iter().filter(|it| within(it.at) && concerns(it.plan));
        declared.next().map(|declaration| back.since(declaration.at))
    }

    fn phases(&self, spell: Spell) -> Vec<PhaseRow> {
        let path = critical_path(self.scenario, self.history, spell);
        let row = |stretch: &crate::measure::critical_path::Stretch| PhaseRow {
            phase: stretch.phase.words().to_owned(),
            on: words::subject(self.scenario, stretch.on),
            seconds: stretch.lasted().as_seconds(),
        };
        path.iter().map(row).collect()
    }

    fn verdict(
        &self,
        id: Id<Application>,
        outcome: Outcome,
        rpa: Option<Span>,
        rta: Option<Span>,
    ) -> (Status, Vec<String>) {
        let row = &self.scenario.recovery.applications[id];
        if outcome == Outcome::NotRecovered {
            return (Status::NotRecovered, self.obstacles(row));
        }
        let over = |actual: Option<Span>, objective: Option<Span>, words: [&str; 2]| {
            let (actual, objective) = (actual?, objective?);
            (actual > objective).then(|| format!("{} {actual} exceeds {} {objective}", words[0], words[1]))
        };
        let misses = [
            over(rta, row.mtpd, ["RTA", "MTPD"]),
            over(rta, row.rto, ["RTA", "RTO"]),
            over(rpa, row.rpo, ["RPA", "RPO"]),
        ];
        let reasons: Vec<String> = misses.into_iter().flatten().collect();
        let has_objective = row.rpo.is_some() || row.rto.is_some() || row.mtpd.is_some();
        let status = match (reasons.is_empty(), has_objective) {
            (false, _) => Status::Missed,
            (true, true) => Status::Met,
            (true, false) => Status::NoObjective,
        };
        (status, reasons)
    }

    /// Why an application did not come back within the run.
    fn obstacles(&self, row: &Application) -> Vec<String> {
        let mut obstacles = Vec::new();
        for vm in &row.vms {
            let story = self.history.vm(*vm);
            if story.standing != Standing::Serving {
                let (state, reason) = words::standing(self.scenario, story);
                let because = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
                obstacles.push(format!("VM {} is {state}{because}", self.scenario.vms[*vm].name));
            }
        }
        for needed in &row.depends_on {
            if self.history.applications[needed.index()].last().is_some_and(|spell| spell.back.is_none()) {
                let name = &self.scenario.recovery.applications[*needed].name;
                obstacles.push(format!("application {name}, on which it depends, is not in service"));
            }
        }
        if obstacles.is_empty() {
            obstacles.push("its validation had not ended by the end of the run".to_owned());
        }
        obstacles
    }

    fn is_worth_a_row(&self, vm: Id<Vm>) -> bool {
        let story = self.history.vm(vm);
        !story.spells.is_empty() || story.left_by.is_some()
    }

    fn vm(&self, id: Id<Vm>) -> OutageVmRow {
        let story = self.history.vm(id);
        let (state, reason) = words::standing(self.scenario, story);
        OutageVmRow {
            name: self.scenario.vms[id].name.clone(),
            state: state.to_owned(),
            reason,
            rpa_s: story.point.map(|point| point.age.as_seconds()),
            point_at: story.point.map(|point| written(self.scenario, point.cut)),
            rta_from_outage_s: worst(&story.spells).and_then(|spell| spell.lasted()).map(Span::as_seconds),
            lost_bytes: story.lost_bytes(),
            age_max_s: None,
            catch_up_s: None,
        }
    }

    /// The Gantt: every step that took time, but for waits for a repair that a declaration overtook or that did not come.
    fn steps(&self) -> Vec<StepRow> {
        let spells = self.history.applications.iter().filter_map(|spells| worst(spells));
        let critical = critical_steps(self.history, spells);
        let mut bars = Vec::new();
        for (index, step) in self.history.steps.iter().enumerate() {
            let id = StepId(u32::try_from(index).expect("steps are numbered with 32 bits"));
            let to = step.to.unwrap_or(self.until);
            let is_idle = step.phase == Phase::Repair && (step.cut_short || step.to.is_none());
            if step.from == to || is_idle && !critical.contains(&id) {
                continue;
            }
            let failed =
                matches!(step.on, Subject::Action(place) if self.history.failed_actions.contains(&place));
            let mut on = words::subject(self.scenario, step.on);
            if failed {
                on.push_str(", failed");
            }
            let bar = StepRow {
                on,
                phase: step.phase.words().to_owned(),
                from_s: self.seconds(step.from),
                to_s: self.seconds(to),
                critical: critical.contains(&id),
            };
            bars.push((step.from, to, bar));
        }
        bars.sort_by_key(|(from, to, _)| (*from, *to));
        bars.into_iter().map(|(.., bar)| bar).collect()
    }
}
