//! Times as tools and people write them.

pub mod clock;
pub mod moment;
pub mod regular;
pub mod dates;
