//! What a VM does at the end of a run, and why.

use crate::facts::{Home, Reason};
use crate::ids::Id;
use crate::measure::history::Standing;
use crate::measure::outage::Run;
use crate::measure::results::VmEnd;
use crate::measure::words;
use crate::outage::{Component, Effect};
use crate::workload::Vm;

impl Run<'_> {
    /// The state, and why, with the missing resource named.
    pub(super) fn standing(&self, id: Id<Vm>) -> (VmEnd, Option<String>) {
        let story = self.history.vm(id);
        let reason = |why| Some(words::reason(self.scenario, why));
        match story.standing {
            Standing::Serving if story.spells.is_empty() => (VmEnd::Running, self.left_running(id)),
            Standing::Serving if story.point.is_none() => (VmEnd::Repaired, None),
            Standing::Serving => (VmEnd::InService, None),
            Standing::Down => (VmEnd::Down, Some(self.why_down(id))),
            Standing::Running => (VmEnd::Running, Some(self.why_not_serving(id))),
            Standing::Isolated(why) => (VmEnd::Isolated, reason(why)),
            Standing::GivenUp(why @ Reason::NoRecoveryPoint) => (VmEnd::NoRecoveryPoint, reason(why)),
            Standing::GivenUp(why) => (VmEnd::DidNotStart, reason(why)),
        }
    }

    fn left_running(&self, id: Id<Vm>) -> Option<String> {
        let plan = &self.scenario.recovery.plans[self.history.vm(id).left_by?];
        Some(format!("it ran when plan {} was declared, and was left where it was", plan.name))
    }

    /// What it stands on and is not repaired, and why no plan brings it back.
    fn why_down(&self, id: Id<Vm>) -> String {
        let row = &self.scenario.vms[id];
        let place = self.places.at_end(id).vm;
        let volumes = place.volumes.into_iter().map(Component::Volume);
        let mut ground = [Component::Host(place.host)].into_iter().chain(volumes);
        let broken = ground.find(|component| self.is_down_at_end(*component));
        let Some(broken) = broken else {
            return "its recovery was under way at the end of the run".to_owned();
        };
        let broken = words::component(self.scenario, broken);
        let has_plan = self.scenario.recovery.plans.iter().any(|plan| {
            plan.by_hand_first.contains(&id) || plan.groups.iter().any(|group| group.vms.contains(&id))
        });
        let because = match (&row.protection, has_plan, self.history.vm(id).home) {
            (.., Home::Replica) => "after its failover",
            (None, ..) => "and it is not replicated",
            (Some(_), false, _) => "and it stands in no recovery plan",
            (Some(_), true, _) => "and its failover had not come by the end of the run",
        };
        format!("{broken} was not repaired, {because}")
    }

    fn is_down_at_end(&self, component: Component) -> bool {
        self.outage.strikes.iter().any(|strike| {
            strike.component == component
                && strike.effect == Effect::Down
                && strike.from <= self.until
                && strike.to.is_none_or(|to| to > self.until)
        })
    }

    /// The applications that it waited for, or that time ran out.
    fn why_not_serving(&self, id: Id<Vm>) -> String {
        let recovery = &self.scenario.recovery;
        let own = recovery.applications.iter().filter(|application| application.vms.contains(&id));
        let fallen = own.flat_map(|application| &application.depends_on).find(|needed| {
            self.history.applications[needed.index()].last().is_some_and(|spell| spell.back.is_none())
        });
        fallen.map_or_else(
            || "it was getting ready at the end of the run".to_owned(),
            |needed| {
                format!(
                    "application {}, on which it depends, is not in service",
                    recovery.applications[*needed].name
                )
            },
        )
    }
}
