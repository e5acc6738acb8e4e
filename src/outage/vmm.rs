//! A VMM server lost, with its provider.

use super::Component;
use crate::control_plane::Vmm;
use crate::ids::Id;

/// Itself only.
pub fn components(id: Id<Vmm>) -> Vec<Component> {
    vec![Component::Vmm(id)]
}
