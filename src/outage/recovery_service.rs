//! The recovery service, or the way to it, lost.

use super::Component;

/// Itself only.
pub fn components() -> Vec<Component> {
    vec![Component::RecoveryService]
}
