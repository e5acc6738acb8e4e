//! Every instant of a leg, from few runs: where what happened is the same at both ends of a stretch, it is the same between, since all durations
//! are constant and the order of what happens is a set of inequalities that are linear in the outage's instant. So what lies between is a
//! line, and bisection finds every piece to the microsecond.

use crate::ids::Id;
use crate::outage::{Component, Outage};
use crate::recovery::PointChoice;
use crate::scenario::Scenario;
use crate::units::{Span, Time};

use super::frozen::Frozen;
use super::leg::Leg;
use super::probe::{Fate, Probe, Study};

/// Runs in one leg past which it is not gone through to the end: its pieces are hardly longer than the grid's.
const RUNS_MAX: u64 = 50_000;

/// After the end of the run people's shifts are known for so long: a recovery is followed as far.
const BEYOND: Span = Span::seconds(8 * 86_400);

/// Instants between which the same happens.
#[derive(Clone, Debug)]
pub(super) struct Alike {
    pub(super) first: Probe,
    pub(super) last: Probe,
}

/// Whether every instant of a leg can be told at all from a recovery beside replication that stands still: no point is chosen by age or
/// contents.
pub(super) fn is_possible(scenario: &Scenario, outage: &Outage) -> bool {
    let is_plain = |component: Component| match component {
        Component::Site(_)
        | Component::Host(_)
        | Component::Volume(_)
        | Component::Link(_)
        | Component::Vmm(_)
        | Component::RecoveryService
        | Component::People(_)
        | Component::Broker(_) => true,
        Component::Contents(_) | Component::Replication(_) | Component::RecoveryPoints(_) => false,
    };
    outage.strikes.iter().all(|strike| is_plain(strike.component))
        && scenario.recovery.plans.iter().all(|plan| plan.conduct.point == PointChoice::Latest)
}

/// The pieces of a leg, in order; `None`: replication that is under way decides.
pub(super) fn pieces(study: &Study<'_>, leg: &Leg<'_>, id: Id<Outage>) -> Option<Vec<Alike>> {
    let last = Time(leg.to.0 - 1);
    let mut search = Search { study, leg, id, runs: 0, found: Vec::new() };
    let (first, last) = (search.probe(leg.from)?, search.probe(last)?);
    search.refine(first, last)?;
    Some(search.found)
}

/// What becomes of the applications at an instant of a leg; `None`: replication that is under way decides.
pub(super) fn fates(study: &Study<'_>, leg: &Leg<'_>, (id, at): (Id<Outage>, Time)) -> Option<Vec<Fate>> {
    Search { study, leg, id, runs: 0, found: Vec::new() }.probe(at).map(|probe| probe.fates)
}

struct Search<'s, 'l> {
    study: &'s Study<'s>,
    leg: &'l Leg<'l>,
    id: Id<Outage>,
    runs: u64,
    found: Vec<Alike>,
}

impl Search<'_, '_> {
    fn probe(&mut self, at: Time) -> Option<Probe> {
        self.runs += 1;
        let world = self.leg.world.over(Frozen::at(self.leg.known(), at));
        let until = Time(self.study.scenario.horizon.0).plus(BEYOND);
        let (data, probe) = self.study.run(world, (self.id, at, until));
        (self.runs <= RUNS_MAX && !data.was_asked()).then_some(probe)
    }

    fn refine(&mut self, first: Probe, last: Probe) -> Option<()> {
        let apart = last.at.since(first.at).0;
        if are_alike(&first, &last) {
            self.take(first, last);
        } else if apart == 1 {
            self.take(first.clone(), first);
            self.take(last.clone(), last);
        } else {
            let middle = self.probe(Time(first.at.0 + apart / 2))?;
            self.refine(first, middle.clone())?;
            self.refine(middle, last)?;
        }
        Some(())
    }

    /// A piece that begins with the run with which the one before ends is one with it.
    fn take(&mut self, first: Probe, last: Probe) {
        match self.found.last_mut().filter(|piece| piece.last.at == first.at) {
            Some(piece) => piece.last = last,
            None => self.found.push(Alike { first, last }),
        }
    }
}

/// Whether the same happens at two instants, and so at all between.
fn are_alike(first: &Probe, last: &Probe) -> bool {
    let apart = last.at.since(first.at);
    let is_line = |(first, last): (&Fate, &Fate)| {
        let falls = last.rta.map(|rta| rta + apart) == first.rta;
        first.outcome == last.outcome && (first.rta == last.rta || falls)
    };
    first.signature == last.signature
        && first.losses == last.losses
        && first.fates.iter().zip(&last.fates).all(is_line)
}
