//! A volume lost.

use super::Component;
use crate::ids::Id;
use crate::topology::Volume;

/// Itself only.
pub fn components(id: Id<Volume>) -> Vec<Component> {
    vec![Component::Volume(id)]
}
