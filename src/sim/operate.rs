//! What operators do: each act of the timeline, handed to the topic it belongs to.

use crate::data_plane::{DataPlane, Notice};
use crate::sim::World;
use crate::sim::event::Event;

impl<D: DataPlane> World<'_, D> {
    pub(super) fn schedule_operations(&mut self) {
        for (index, operation) in self.scenario.operations.iter().enumerate() {
            self.queue.push(operation.at, Event::Operation { operation: index });
        }
    }

    pub(super) fn operate(&mut self, _operation: usize) {}

    /// Replication has something to tell.
    pub(super) fn noticed(&mut self, _notice: Notice) {}
}
