//! A VMM server lost, with its provider.

use super::Component;
use crate::ids::Id;
use crate::control_plane::Vmm;

/// Itself only.
pub fn components(id: Id<Vmm>) -> Vec<Component> {
    vec![Component::Vmm(id)]
}
