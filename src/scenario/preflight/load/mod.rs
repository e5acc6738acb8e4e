//! What links, hosts and volumes must bear.

pub(crate) mod throughput;
pub(super) mod space;
pub(super) mod senders;
pub(super) mod qos;
