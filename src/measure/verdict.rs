//! An application in one outage: what happened to it, how long, what is gone, and whether that meets its objectives.
//!
//! An application that fell more than once reports its worst spell; data loss counts over all of them. A recovery point's age is
//! taken at the instant its VM stopped. RTA from declaration starts at the spell's first declaration of a plan that fails over a VM of
//! the application, or of one it depends on.

use crate::ids::Id;
use crate::measure::critical_path::{Stretch, critical_path};
use crate::measure::history::{Spell, Standing, worst};
use crate::measure::outage::Run;
use crate::measure::results::{OutageApplicationRow, Outcome, PhaseRow, Status, VmEnd};
use crate::measure::words;
use crate::recovery::{Application, Plan};
use crate::units::{MICROS, Span, Time};
use crate::workload::Vm;

impl Run<'_> {
    pub(super) fn application(&self, id: Id<Application>) -> OutageApplicationRow {
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
        let lacks = |vm: &Id<Vm>| self.standing(*vm).0 == VmEnd::NoRecoveryPoint;
        row.vms.iter().any(lacks)
    }

    fn outcome(&self, id: Id<Application>, spell: Spell) -> Outcome {
        let Some((back, _)) = spell.back else {
            return Outcome::NotRecovered;
        };
        let moved = |vm: Id<Vm>| self.history.vm(vm).point.is_some_and(|point| point.at <= back);
        let needed = self.scenario.recovery.dependencies().needed_vms(id);
        if needed.into_iter().any(moved) { Outcome::FailedOver } else { Outcome::Repaired }
    }

    fn since_declaration(&self, id: Id<Application>, spell: Spell) -> Option<Span> {
        let (back, _) = spell.back?;
        let needed = self.scenario.recovery.dependencies().needed_vms(id);
        let concerns = |plan: Id<Plan>| {
            let row = &self.scenario.recovery.plans[plan];
            let groups = row.groups.iter().flat_map(|group| &group.vms);
            row.by_hand_first
                .iter()
                .chain(groups)
                .any(|vm| needed.contains(vm) && self.history.vm(*vm).point.is_some())
        };
        let within = |at: Time| spell.down <= at && at <= back;
        let mut declared = self.history.declarations.iter().filter(|it| within(it.at) && concerns(it.plan));
        declared.next().map(|declaration| back.since(declaration.at))
    }

    fn phases(&self, spell: Spell) -> Vec<PhaseRow> {
        let path = critical_path(self.scenario, self.history, spell);
        let row = |stretch: &Stretch| PhaseRow {
            phase: stretch.phase,
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
            let shown = as_shown(actual);
            (actual > objective).then(|| format!("{} {shown} exceeds {} {objective}", words[0], words[1]))
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
                let (state, reason) = self.standing(*vm);
                let because = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
                obstacles.push(format!("VM {}: {state}{because}", self.scenario.vms[*vm].name));
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
}

/// Rounded as reports round it, so that the reason names the number that stands beside it.
fn as_shown(span: Span) -> Span {
    if span < Span::seconds(10) { span } else { Span::seconds(span.0.saturating_add(MICROS / 2) / MICROS) }
}
