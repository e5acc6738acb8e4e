//! The run: outages strike, people react, plans recover, while the engine replicates.

pub mod data_plane;
