//! A damaged undo log of a VM's replica: its point and older ones cannot be taken (fact 2.11), until it is restored.

use super::Component;
use crate::ids::Id;
use crate::workload::Vm;

/// Itself only.
pub fn components(id: Id<Vm>) -> Vec<Component> {
    vec![Component::RecoveryPoints(id)]
}
