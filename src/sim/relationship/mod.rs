//! The replication relationship of each VM: its state, and what operators, faults and the data plane do to it (facts 1.33–1.39).

mod operate;
