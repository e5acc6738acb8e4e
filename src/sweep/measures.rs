//! What a curve comes to: the worst and the best, how it is spread over the instants, and when an objective is held.

use crate::ids::Id;
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::units::{Span, Time, as_f64};

use super::answer::{How, OutageSweep, Sweep};
use super::curve::{Curve, Value};
use super::spans::Spans;

/// Shares of the instants of which is told what they do not exceed, parts per million.
pub const QUANTILES: [u32; 4] = [500_000, 900_000, 990_000, 999_000];

/// What a curve comes to. Instants whose recovery passes the end of the run are in none of its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The least, and the first instant of it; µs.
    pub least: Option<(u64, Time)>,
    /// The largest, and the first instant of it; µs.
    pub most: Option<(u64, Time)>,
    /// Of [`QUANTILES`], µs.
    pub quantiles: [Option<u64>; 4],
    /// How many instants are not within the run, µs.
    pub unfinished: u64,
    /// How many never come to an end, and the first of them; µs.
    pub never: Option<(u64, Time)>,
}

impl Figures {
    /// Those of a curve.
    pub fn of(curve: &Curve) -> Figures {
        Figures {
            least: curve.least(),
            most: curve.most(),
            quantiles: QUANTILES.map(|share| curve.quantile(share)),
            unfinished: curve.lasts(Value::Unfinished),
            never: curve.first(Value::Never).map(|first| (curve.lasts(Value::Never), first)),
        }
    }
}

/// When an objective is missed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Instants at which it is.
    pub missed: Spans,
    /// Instants of which the run ends too early to tell.
    pub open: Spans,
}

impl Held {
    /// Of an RTA. `strikes_within`: from the outage's first strike to its last; `end`: of the run.
    pub fn of_rta(curve: &Curve, limit: Span, (strikes_within, end): (Span, Time)) -> Held {
        let sure = end.0.saturating_sub(limit.0).saturating_sub(strikes_within.0);
        let unfinished = curve.unfinished();
        let late = Spans::of([(Time(sure), end)].into_iter());
        let missed = curve.misses(limit.0).or(&unfinished.without(&late));
        Held { open: unfinished.without(&missed), missed }
    }

    /// Of an RPA.
    pub fn of_rpa(curve: &Curve, limit: Span) -> Held {
        Held { missed: curve.misses(limit.0), open: curve.unfinished() }
    }

    /// When either is missed.
    #[must_use]
    pub fn or(&self, other: &Held) -> Held {
        let missed = self.missed.or(&other.missed);
        Held { open: self.open.or(&other.open).without(&missed), missed }
    }

    /// Share of so many instants at which it is held, of those that are told.
    pub fn share(&self, instants: u64) -> f64 {
        let told = instants.saturating_sub(self.open.lasts());
        if told == 0 { 1.0 } else { 1.0 - as_f64(self.missed.lasts()) / as_f64(told) }
    }
}

impl OutageSweep {
    /// When an application misses its RTO and its RPO, where it has them.
    pub fn held(&self, scenario: &Scenario, id: Id<Application>) -> (Option<Held>, Option<Held>) {
        let row = &scenario.recovery.applications[id];
        let within = (self.strikes_within, Time(scenario.horizon.0));
        let rta = row.rto.map(|limit| Held::of_rta(&self.rta[id.index()], limit, within));
        // An application that goes on with copies older than its RPO does not hold it either, unless the outage says that this is accepted.
        let accepts = scenario.outages[self.outage].accepts_exposure;
        let exposed = if accepts { Spans::default() } else { self.exposed[id.index()].misses(0) };
        let exposed = Held { missed: exposed, open: Spans::default() };
        let rpa = row.rpo.map(|limit| Held::of_rpa(&self.rpa[id.index()], limit).or(&exposed));
        (rta, rpa)
    }

    /// The longest that a recovery is known to take which the run ends before, where that is longer than all that are over: so long at least,
    /// µs, and the first instant of it. `end`: of the run.
    pub fn at_least(&self, curve: &Curve, end: Time) -> Option<(u64, Time)> {
        let first = curve.first(Value::Unfinished)?;
        let least = end.0.saturating_sub(first.0).saturating_sub(self.strikes_within.0);
        (curve.most().is_none_or(|(most, _)| most < least)).then_some((least, first))
    }
}

impl Sweep {
    /// How many instants are asked for, µs.
    pub fn lasts(&self) -> u64 {
        self.window.1.since(self.window.0).0
    }

    /// How many instants of an outage are known, µs.
    pub fn told(&self, outage: &OutageSweep) -> u64 {
        self.window.1.since(self.window.0).0 - outage.known(How::LeftOut, self.window).lasts()
    }
}
