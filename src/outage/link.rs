//! A link cut or degraded, in both directions.

use super::Component;
use crate::ids::Id;
use crate::topology::Link;

/// Itself only.
pub fn components(id: Id<Link>) -> Vec<Component> {
    vec![Component::Link(id)]
}
