//! What is protected, how, and from what.

pub(super) mod coverage;
pub(super) mod fate;
pub(super) mod guests;
pub(super) mod policies;
pub(super) mod reach;
pub(super) mod pools;
pub(super) mod points;
pub(super) mod resync;
pub(super) mod objectives;
