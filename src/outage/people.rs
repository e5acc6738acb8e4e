//! A team that cannot act.

use super::Component;
use crate::ids::Id;
use crate::recovery::People;

/// Itself only.
pub fn components(id: Id<People>) -> Vec<Component> {
    vec![Component::People(id)]
}
