//! Contents corrupted: what is written from then on is bad, and replication spreads it; found at the repair's instant.

use super::Component;
use crate::ids::Id;
use crate::workload::Vm;

/// Itself only.
pub fn components(id: Id<Vm>) -> Vec<Component> {
    vec![Component::Contents(id)]
}
