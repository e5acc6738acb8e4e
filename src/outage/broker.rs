//! A cluster's replica broker lost: nothing new is placed there and no replica is moved, replication goes on (fact 6.7).

use super::Component;
use crate::ids::Id;
use crate::topology::Cluster;

/// Itself only.
pub fn components(id: Id<Cluster>) -> Vec<Component> {
    vec![Component::Broker(id)]
}
