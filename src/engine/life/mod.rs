//! What happens to a VM's replication beside the cycle of its logs: copies, suspension, crashes, faults, moves. None of it
//! is on the hot path.

mod copies;
mod placeholder;
mod suspend;
mod stop;
mod migrate;
mod faults;
mod moves;
mod relationship;
mod twins;

use super::observer::Observer;
use super::state::life::{Told, part};
use super::state::{Kernel, NO_LIMIT, Stage, Tracking};
use crate::ids::Id;
use crate::topology::{Host, Volume};

impl Kernel {
    /// The volume of a VM's replica, or where a removed one last was; `None` if the VM never had one.
    pub fn replica_volume(&self, vm: usize) -> Option<Id<Volume>> {
        self.replicas[self.order.row(vm)].volume.index().map(Id::new)
    }

    /// Where the VM runs.
    pub(super) fn host_of(&self, row: usize) -> Id<Host> {
        Id::new(self.replicas[row].host as usize)
    }

    /// Brings what follows from a VM's life up to date: the flag of the hot path, and what the observer knows.
    pub(super) fn live_on<O: Observer>(&mut self, row: usize, observer: &mut O) {
        self.note_snapshot(row);
        let runs = self.running(row);
        let (now, vm) = (self.now, self.order.vm(row));
        let (replica, life) = (&mut self.replicas[row], &mut self.lives[row]);
        let related = replica.tracking != Tracking::Unprotected;
        let told = Told {
            age: related && runs && life.has_point && !life.placeholder,
            cycling: matches!(replica.tracking, Tracking::On | Tracking::Off)
                && life.has_point
                && life.copy.is_none(),
            blocked: life.told.blocked,
        };
        let before = std::mem::replace(&mut life.told, told);
        replica.special = life.is_special(self.histories[row].is_some());
        let newest = replica.newest;
        self.tick_or_rest(row);
        if told.age != before.age {
            match told.age {
                true => observer.started(vm, now, newest),
                false => observer.stopped(vm, now),
            }
        }
        if told.cycling != before.cycling {
            observer.cycling(vm, now, told.cycling);
        }
        self.tell_blocked(row, observer);
    }

    /// Tells the observer if the VM's oldest log cannot be sent any more, or can again.
    pub(super) fn tell_blocked<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let blocked = self.replicas[row].stage == Stage::Broken;
        if std::mem::replace(&mut self.lives[row].told.blocked, blocked) != blocked {
            observer.blocked(self.order.vm(row), self.now, blocked);
        }
    }

    /// Bytes that the VM's log may have under its policy before it needs resynchronisation, or [`NO_LIMIT`].
    pub(super) fn resync_limit(&self, row: usize) -> u64 {
        let life = &self.lives[row];
        let share = life.policy.as_ref().and_then(|policy| policy.resync_threshold);
        share.map_or(NO_LIMIT, |share| part(life.disk_size, share))
    }
}
