//! What stands there, whatever fails.

pub(super) mod networks;
pub(super) mod capacity;
pub(super) mod clusters;
pub(super) mod single;
pub(super) mod ways;
pub(super) mod horizon;
pub(super) mod work;
