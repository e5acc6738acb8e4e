//! Failovers that operators ask for: planned, unplanned, test; commit, change of point, cancel, reverse replication, failback.

mod operate;
