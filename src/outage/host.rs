//! A host lost: the VMs on it stop, its volumes keep their data.

use super::Component;
use crate::ids::Id;
use crate::topology::Host;

/// Itself only.
pub fn components(id: Id<Host>) -> Vec<Component> {
    vec![Component::Host(id)]
}
