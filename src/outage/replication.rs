//! A VM's replication in an error that is not retried: a broken chain, a refused authentication (fact 1.18).

use super::Component;
use crate::ids::Id;
use crate::workload::Vm;

/// Itself only.
pub fn components(id: Id<Vm>) -> Vec<Component> {
    vec![Component::Replication(id)]
}
