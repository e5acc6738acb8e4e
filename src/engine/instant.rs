//! Instants as the kernel stores them: microseconds since the start of the run, in 64 bits.

use crate::units::Time;

/// An instant that never comes. It is later than all that come, so the earliest of several instants needs no look at which of them do.
pub const NEVER: u64 = Time::NEVER.0;
