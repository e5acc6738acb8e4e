//! The logs of a VM that are not yet a point, and where they are.

use super::state::{Kernel, Stage};

/// Bytes of the logs of a VM, raw, and the newest cut that is at its replica, applied or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logs {
    /// Cut, and not yet begun to be sent.
    pub waiting: u64,
    /// Partly sent.
    pub under_way: u64,
    /// Received, and not yet applied.
    pub received: u64,
    /// The newest cut at the replica; `None`: there is none.
    pub newest: Option<u64>,
}

impl Kernel {
    /// Those of a VM now.
    pub fn logs_of(&self, vm: usize) -> Logs {
        let row = self.order.row(vm);
        let replica = &self.replicas[row];
        let points = self.points_of(row);
        let newest = points.first().map(|point| point.cut.0);
        let mut chain = self.chain(replica);
        let oldest = chain.next().map_or((0, None), |log| (log.raw, Some(log.cut)));
        let behind = chain.map(|log| log.raw).sum::<u64>();
        match replica.stage {
            Stage::Idle => Logs { waiting: 0, under_way: 0, received: 0, newest },
            Stage::Waiting | Stage::Broken | Stage::Held => {
                Logs { waiting: oldest.0 + behind, under_way: 0, received: 0, newest }
            }
            Stage::Sending => Logs { waiting: behind, under_way: oldest.0, received: 0, newest },
            Stage::Travelling | Stage::Applying | Stage::Parked | Stage::Queued => {
                Logs { waiting: behind, under_way: 0, received: oldest.0, newest: oldest.1.max(newest) }
            }
        }
    }
}
