//! Policies, relationships, first copies, and where replicas stand.

mod settings;
pub(super) mod policies;
mod initial;
pub(super) mod protect;
pub(super) mod placement;
