//! Instants as the kernel stores them: microseconds since the start of the run, in 64 bits.

use crate::units::Time;

/// An instant that never comes: later than all others, so that the earliest of several is found without asking which of
/// them come.
pub const NEVER: u64 = Time::NEVER.0;
