//! Policies, relationships, first copies, and where and when replicas stand.

mod settings;
pub(super) mod policies;
mod initial;
pub(super) mod protect;
pub(super) mod standing;
pub(super) mod placement;
