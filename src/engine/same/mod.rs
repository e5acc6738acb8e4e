//! Whether two kernels have the same future: then whatever is done to both from now on, both do the same.
//!
//! Equality is decided in full, field by field, and never assumed. What is left out stands here with its reason: it is counted and not acted on
//! (tallies, peaks, what resources have served), a name that differs with the past (numbers of logs, classes and rules), or made from what is
//! compared (rings, caches of routes).

mod replica;

use super::state::Kernel;
use super::state::life::Grid;
use super::state::streams::Stream;

/// What two kernels differed in when they were last compared, which is looked at first the next time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Witness {
    row: usize,
}

impl Kernel {
    /// Brings what is under way to this instant, as looking at it does; nothing happens by it.
    pub fn stand(&mut self) {
        self.settle();
        let now = self.now;
        self.nets.iter_mut().for_each(|net| net.stand(now));
    }

    /// Whether this has the same future as another that stands ([`Kernel::stand`]) at the same instant of the same scenario, as this does.
    /// `with_points`: whether somebody may ask for a point beside the newest.
    pub fn has_same_future(&self, other: &Kernel, with_points: bool, witness: &mut Witness) -> bool {
        let rows = self.replicas.len();
        if rows > 0 && !self.is_same_row(other, witness.row, with_points) {
            return false;
        }
        if !self.is_same_around(other) {
            return false;
        }
        let differs = (0..rows).find(|row| !self.is_same_row(other, *row, with_points));
        witness.row = differs.unwrap_or(witness.row);
        differs.is_none()
    }

    /// The same but for what is a VM's.
    fn is_same_around(&self, other: &Kernel) -> bool {
        let Kernel {
            now,
            depth_max,
            ticked,
            hosts,
            nets,
            travelling,
            retries,
            late,
            grantable,
            watched,
            volumes_up,
            edges,
            network,
            applies,
            streams,
            space,
            // See `is_at_rest`.
            unsettled: _,
            pending: _,
            notices: _,
            twins: _,
            migrations: _,
            // By row, or names of what is by row.
            order: _,
            replicas: _,
            sources: _,
            kinds: _,
            rules: _,
            classes: _,
            logs: _,
            free_logs: _,
            switches: _,
            lives: _,
            histories: _,
            design: _,
            // Made from what is compared: the grids of VMs, the ends in nets.
            rings: _,
            next_ends: _,
            // Counted, and not acted on.
            ledgers: _,
            applied_by_volume: _,
            backlog: _,
            // Empty between two steps.
            ended: _,
            due: _,
        } = self;
        self.is_at_rest()
            && other.is_at_rest()
            && (*now, *depth_max) == (other.now, other.depth_max)
            && (*now).max(*ticked) == other.now.max(other.ticked)
            && edges.next == other.edges.next
            && (late, grantable, watched) == (&other.late, &other.grantable, &other.watched)
            && (volumes_up, retries) == (&other.volumes_up, &other.retries)
            && hosts.iter().zip(&other.hosts).all(|(a, b)| a.used == b.used && a.waiting == b.waiting)
            && network.is_same(&other.network)
            && nets.iter().zip(&other.nets).all(|(a, b)| a.is_same(b))
            && travelling.len() == other.travelling.len()
            && travelling.clone().into_sorted_vec() == other.travelling.clone().into_sorted_vec()
            && applies.is_same(&other.applies)
            && streams.running.len() == other.streams.running.len()
            && streams
                .running
                .iter()
                .all(|(vm, own)| self.is_same_stream(own, other.streams.running.get(vm), other))
            && match (space, &other.space) {
                (Some(a), Some(b)) => a.is_same(b),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            }
    }
}

impl Kernel {
    /// Whether nothing is left to do at this instant, no VM migrates, and none has run twice.
    fn is_at_rest(&self) -> bool {
        self.unsettled.is_empty()
            && self.pending.is_empty()
            && self.notices.is_empty()
            && self.twins.is_empty()
            && self.migrations.under_way.is_empty()
    }

    fn is_same_stream(&self, own: &Stream, theirs: Option<&Stream>, other: &Kernel) -> bool {
        let flow = |it: &Stream| (it.class, it.tag, it.need);
        theirs.is_some_and(|theirs| {
            (own.net, own.cut) == (theirs.net, theirs.cut)
                && self.nets[own.net].is_same_flow(flow(own), &other.nets[theirs.net], flow(theirs))
        })
    }
}

impl Grid {
    /// Whether ticks go on at the same instants, in a ring or counted at most.
    fn is_same(&self, other: &Grid) -> bool {
        let Grid { phase, interval, rest } = self;
        let counts = rest.map(|rest| rest.counts);
        (*phase, *interval, counts) == (other.phase, other.interval, other.rest.map(|rest| rest.counts))
    }
}
