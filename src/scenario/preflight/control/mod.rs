//! Site Recovery's own machines: VMM servers, providers, clouds.

pub(super) mod orchestration;
pub(super) mod clouds;
pub(super) mod servers;
