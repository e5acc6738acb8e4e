//! Sites to links: what stands where, and what joins it.

pub(super) mod networks;
pub(super) mod hosts;
pub(super) mod clusters;
pub(super) mod links;
pub(super) mod qos;
