//! What a link's rate does to the fleet's age, asked again and again at different rates.
//!
//! The run is kept in parts that begin where replication was quiet at the lowest rate ([`Kernel::is_quiet`]). A link that is faster is
//! quiet there too, and late nowhere it was not late before: so only the parts that were late at a lower rate are run again. This is
//! sharing by processor at work (a job that is served faster is never done later), and it is true where nothing but the link makes logs
//! wait ([`Evaluator::is_alone`]). Beside send slots, cards or limits of applying it is not: what arrives sooner may come in front of
//! others there, and a faster link is now and then late where a slower one was not (seldom: 3 outcomes of 5,752 random ones). Parts then
//! only say where to look: [`super::search`] confirms what it answers by [`Evaluator::exact`], which runs everything.

use std::sync::Arc;

use crate::data_plane::DataPlane;
use crate::engine::kernel::heap_bytes;
use crate::engine::observer::Observer;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::{Host, Link, Volume};
use crate::units::{Rate, Time};

use super::fleet::{Above, Fleet, Seen};

/// Memory for the starts of parts, in bytes: there are fewer parts where a fleet is larger.
pub const PARTS_BYTES: usize = 256 << 20;

/// Most parts of a run.
pub const PARTS_MAX: usize = 256;

/// How often, within one part, an instant without logs is looked for.
const LOOKS: u64 = 400;

/// A rate's outcome for one objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Nominal rate of the link, B/s.
    pub rate: u64,
    /// When the objective did not hold.
    pub above: Above,
    /// Worst age and its instant, µs: exact if it is above the objective, else of what had to be run.
    pub worst: (u64, u64),
}

/// Evaluates rates of one link over a steady scenario.
pub struct Evaluator {
    steady: Scenario,
    link: Id<Link>,
    allowed: Arc<[Option<u64>]>,
    objectives: Vec<u64>,
    base: u64,
    parts: Vec<Part>,
    horizon: u64,
    /// µs of simulated time so far.
    pub simulated: u128,
}

/// A part of the run, from a quiet instant at the base rate to the next.
struct Part {
    to: u64,
    start: Kernel,
    /// By objective: the least rate at which it is known to hold throughout.
    clear_from: Vec<u64>,
}

/// Runs to `to`, whatever replication has to tell.
pub(super) fn advance<O: Observer>(plane: &mut Plane<O>, to: u64) {
    while plane.advance(Time(to)) < Time(to) {
        while plane.notice().is_some() {}
    }
}

/// Runs to `edge`, and on to the first quiet instant that is found, not as far as the next edge.
fn find_quiet(plane: &mut Plane<Fleet>, edge: u64, length: u64) -> bool {
    let step = (length / LOOKS).max(1);
    (0..LOOKS - 1).any(|look| {
        advance(plane, edge + look * step);
        plane.kernel.is_quiet()
    })
}

impl Evaluator {
    /// For objectives in µs, ascending, on top of what each VM is allowed; `None`: it does not count.
    pub fn new(
        steady: Scenario,
        link: Id<Link>,
        allowed: Arc<[Option<u64>]>,
        objectives: Vec<u64>,
    ) -> Evaluator {
        let horizon = steady.horizon.0;
        Evaluator {
            steady,
            link,
            allowed,
            objectives,
            base: u64::MAX,
            parts: Vec::new(),
            horizon,
            simulated: 0,
        }
    }

    /// In µs, ascending.
    pub fn objectives(&self) -> &[u64] {
        &self.objectives
    }

    /// The kernel at its start, with the link at `rate`.
    fn kernel(&self, rate: u64) -> Kernel {
        let mut kernel = Kernel::new(&self.steady);
        kernel.set_link_rate(self.link, [Rate(rate); 2]);
        kernel
    }

    /// Everything at `rate`, seen by the fleet's age and by whoever else looks.
    pub fn whole<O: Observer>(&mut self, rate: u64, beside: O) -> (Seen, O) {
        let kernel = self.kernel(rate);
        let fleet = Fleet::of(&kernel, &self.allowed, &self.objectives);
        let mut plane = Plane { kernel, observer: (fleet, beside) };
        advance(&mut plane, self.horizon);
        self.simulated += u128::from(self.horizon);
        let (mut fleet, beside) = plane.observer;
        (fleet.take(self.horizon), beside)
    }

    /// Everything at `rate`: its outcome for every objective.
    pub fn exact(&mut self, rate: u64) -> Vec<Outcome> {
        let (seen, ()) = self.whole(rate, ());
        seen.above.iter().map(|above| Outcome { rate, above: *above, worst: seen.worst }).collect()
    }

    /// Whether nothing but the link makes logs wait, so that parts are exact. A throttle of the link is the link.
    pub fn is_alone(&self) -> bool {
        let topology = &self.steady.topology;
        let is_free = |host: &Host| {
            let waits = host.send_slots.is_some() || host.hyper_v.apply_vms.is_some();
            !waits && host.nic.is_none() && host.stream_cap.is_none() && host.tcp_window.is_none()
        };
        let is_instant =
            |volume: &Volume| volume.apply_rate.is_none() && volume.storage.apply_request_rate.is_none();
        topology.links.len() == 1
            && topology.qos.is_empty()
            && topology.hosts.iter().all(is_free)
            && topology.volumes.iter().all(is_instant)
    }

    /// The base: everything at `rate`, in parts, and its outcome for every objective. A lower rate needs another base.
    pub fn set_base(&mut self, rate: u64) -> Vec<Outcome> {
        let kernel = self.kernel(rate);
        let room = PARTS_BYTES / (heap_bytes(&kernel) + (1 << 16));
        let count = room.clamp(1, PARTS_MAX) as u64;
        let fleet = Fleet::of(&kernel, &self.allowed, &self.objectives);
        let mut start = kernel.clone();
        let mut plane = Plane { kernel, observer: fleet };
        let mut seen = Vec::new();
        self.parts.clear();
        let length = (self.horizon / count).max(1);
        for edge in (1..count).map(|part| part * length) {
            if find_quiet(&mut plane, edge, length) {
                let next = plane.kernel.clone();
                seen.push(self.close(start, &mut plane));
                start = next;
            }
        }
        advance(&mut plane, self.horizon);
        seen.push(self.close(start, &mut plane));
        (self.base, self.simulated) = (rate, self.simulated + u128::from(self.horizon));
        let outcome = |objective: usize| {
            let above = seen.iter().fold(Above::default(), |sum, part| sum.then(part.above[objective]));
            let worst = seen
                .iter()
                .map(|part| part.worst)
                .fold((0, 0), |worst, part| if part.0 > worst.0 { part } else { worst });
            Outcome { rate, above, worst }
        };
        (0..self.objectives.len()).map(outcome).collect()
    }

    /// The part from `start` ends now.
    fn close(&mut self, start: Kernel, plane: &mut Plane<Fleet>) -> Seen {
        let to = plane.kernel.now();
        let seen = plane.observer.take(to);
        let clear_from = seen.above.iter().map(|above| if above.total == 0 { 0 } else { u64::MAX }).collect();
        self.parts.push(Part { to, start, clear_from });
        seen
    }

    /// By parts, the outcomes of `rate` for an objective and, since whoever keeps it keeps them, all that are looser: in their order.
    pub fn outcomes(&mut self, rate: u64, objective: usize) -> Vec<Outcome> {
        if rate <= self.base {
            return self.set_base(rate).split_off(objective);
        }
        let (mut above, mut worst) = (vec![Above::default(); self.objectives.len() - objective], (0, 0));
        let mut carried: Option<Plane<Fleet>> = None;
        for index in 0..self.parts.len() {
            let part = &self.parts[index];
            let (from, to) = (part.start.now(), part.to);
            if carried.is_none() && part.clear_from[objective] <= rate {
                above.iter_mut().for_each(|above| *above = above.then(Above::clear(to - from)));
                continue;
            }
            let mut plane = carried.take().unwrap_or_else(|| {
                let mut kernel = part.start.clone();
                kernel.set_link_rate(self.link, [Rate(rate); 2]);
                let fleet = Fleet::of(&kernel, &self.allowed, &self.objectives);
                Plane { kernel, observer: fleet }
            });
            advance(&mut plane, to);
            self.simulated += u128::from(to - from);
            let seen = plane.observer.take(to);
            for (above, seen) in above.iter_mut().zip(&seen.above[objective..]) {
                *above = above.then(*seen);
            }
            if seen.worst.0 > worst.0 {
                worst = seen.worst;
            }
            for (clear, above) in self.parts[index].clear_from.iter_mut().zip(&seen.above) {
                if above.total == 0 {
                    *clear = (*clear).min(rate);
                }
            }
            // Not quiet where the base was: another limit than the link is at work, and the next part is not its own.
            if !plane.kernel.is_quiet() {
                carried = Some(plane);
            }
        }
        above.into_iter().map(|above| Outcome { rate, above, worst }).collect()
    }
}
