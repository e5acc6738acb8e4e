//! What an operator must know of beside outages, jobs and states.

use crate::ids::Id;
use crate::units::Time;
use crate::workload::Vm;

/// Such a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incident {
    /// The lost source runs again beside the VM that was failed over.
    SplitBrain(Id<Vm>),
    /// An operation, by its index in `Scenario::operations`, waits for people.
    Waits(usize),
    /// Corruption is found; the cut of the newest clean point, if one is left.
    Corruption(Id<Vm>, Option<Time>),
    /// A point is damaged, by its cut, and that many can no longer be taken; `None`: there was none that old.
    Damage(Id<Vm>, Option<Time>, u32),
    /// It did not shut down in its grace.
    TurnedOff(Id<Vm>),
}
