//! VM and replica move to other hosts and volumes: a log under way leaves its old way and takes the new one.

use crate::engine::index::small;
use crate::engine::observer::Observer;
use crate::engine::state::{Kernel, Stage, Tracking};
use crate::ids::Id;
use crate::topology::Volume;

impl Kernel {
    /// The VM runs on another host.
    pub(in crate::engine) fn move_vm<O: Observer>(&mut self, row: usize, host: usize, observer: &mut O) {
        let resumes = self.unroute::<O>(row);
        self.replicas[row].host = small(host);
        if self.replicas[row].tracking != Tracking::Unprotected {
            self.bind_rules(row);
            self.find_route(row);
        }
        self.route_again(row, resumes, observer);
    }

    /// The disks of the VM lie on these volumes, one for each or one for all.
    pub(in crate::engine) fn move_disks(&mut self, row: usize, volumes: &[Id<Volume>]) {
        let disks = &self.design.vms[self.order.vm(row)].disks;
        let volumes: Vec<usize> = volumes.iter().map(|volume| volume.index()).collect();
        let lies = |disk: usize| volumes.get(disk).or(volumes.first()).copied();
        let replicated = (0..disks.len()).filter(|disk| disks[*disk].replicate).filter_map(lies);
        self.lives[row].read_rate = replicated.filter_map(|volume| self.network.read_rate(volume)).min();
        if let Some(space) = &mut self.space {
            space.move_disks(row, disks, &volumes);
        }
    }

    /// The replica stands elsewhere; an apply under way starts afresh there.
    pub(in crate::engine) fn move_replica<O: Observer>(
        &mut self,
        row: usize,
        (host, volume): (usize, usize),
        observer: &mut O,
    ) {
        if self.replicas[row].tracking == Tracking::Unprotected {
            return;
        }
        let resumes = self.unroute::<O>(row);
        let is_applying = matches!(self.replicas[row].stage, Stage::Applying | Stage::Parked | Stage::Queued);
        if is_applying {
            self.stop_applying(row);
        }
        let replica = &mut self.replicas[row];
        (replica.target, replica.volume) = (small(host).into(), small(volume).into());
        self.find_route(row);
        if is_applying {
            self.apply(row, observer);
        }
        self.route_again(row, resumes, observer);
    }

    /// Stops sending, waiting for a slot or backing off; returns whether the VM did any of them, so that it has to be
    /// routed again.
    pub(in crate::engine) fn unroute<O: Observer>(&mut self, row: usize) -> bool {
        match self.replicas[row].stage {
            Stage::Sending => {
                let remaining = self.take_flow::<O>(row, self.replicas[row].class);
                let log = self.replicas[row].oldest_log();
                self.logs[log].unsent = remaining;
                self.release_slot(row);
            }
            Stage::Waiting => self.leave_queue(row),
            Stage::Broken => {
                self.retries.remove(&(self.replicas[row].ready, self.order.name(row)));
            }
            Stage::Idle
            | Stage::Travelling
            | Stage::Applying
            | Stage::Parked
            | Stage::Queued
            | Stage::Held => return false,
        }
        true
    }

    /// Sends again what [`Kernel::unroute`] has stopped, if `resumes`.
    pub(in crate::engine) fn route_again<O: Observer>(
        &mut self,
        row: usize,
        resumes: bool,
        observer: &mut O,
    ) {
        if resumes {
            self.try_to_send(row, observer);
        }
        self.go_on(observer);
    }
}
