//! What the network has carried, flows in progress included, and who sends now.

use super::account::whole_bytes;
use super::index::small;
use super::state::{Kernel, Replica, Stage};

impl Kernel {
    /// Resources that the VM's logs take now, or took last; none where nothing limits them.
    pub fn way(&self, vm: usize) -> &[u32] {
        self.way_of(self.order.row(vm))
    }

    /// As [`Kernel::way`].
    pub(super) fn way_of(&self, row: usize) -> &[u32] {
        self.backlog.ways[row].get().map_or(&[], |class| self.classes.way(class))
    }

    /// The most bytes cut and not yet sent over a direction of a link since the run began, or since it was begun anew.
    pub fn backlog_max(&self, link: usize, direction: usize) -> u64 {
        whole_bytes(self.backlog.peaks[2 * link + direction])
    }

    /// Micro-bytes carried by each of the first `count` resources, flows in progress included.
    pub fn carried(&mut self, count: usize) -> Vec<u128> {
        let mut sums: Vec<u128> = (0..count).map(|index| self.served(small(index)).carried).collect();
        let sending = self.replicas.iter().filter(|replica| replica.stage == Stage::Sending);
        let logs = sending.map(|replica| (replica.flow_class(), replica.tag, replica.need));
        for (class, tag, need) in logs.chain(self.migrations.flows()) {
            let (net, there) = self.classes.at(class);
            let sent = need - self.nets[net].remaining(self.now, there, tag, need);
            for resource in self.classes.way(class) {
                if let Some(sum) = sums.get_mut(*resource as usize) {
                    *sum += sent;
                }
            }
        }
        sums
    }

    /// As [`Kernel::carried`], of one resource.
    pub fn carried_by(&mut self, resource: u32) -> u128 {
        self.carried(resource as usize + 1).pop().unwrap_or(0)
    }

    /// A host's slots in use, the VMs that send from it, and those that wait for a slot.
    pub fn slots_now(&self, host: usize) -> (u32, u64, usize) {
        let sends = |replica: &&Replica| replica.stage == Stage::Sending && replica.host as usize == host;
        let sending = self.replicas.iter().filter(sends).map(|_| 1).sum();
        (self.hosts[host].used, sending, self.hosts[host].waiting.len())
    }
}
