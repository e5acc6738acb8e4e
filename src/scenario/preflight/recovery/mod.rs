//! What plans and operators are asked to do.

pub(super) mod plans;
pub(super) mod rto;
pub(super) mod exercise;
pub(super) mod drills;
pub(super) mod moves;
