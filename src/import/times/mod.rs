//! Times as tools and people write them.

pub mod clock;
pub mod moment;
pub mod dates;
