//! One binary for all integration tests: each module is a set of promises.

#[path = "main/fleet.rs"]
mod fleet;
#[path = "main/recovery.rs"]
mod recovery;
#[path = "main/recovery_people.rs"]
mod recovery_people;
#[path = "main/recovery_place.rs"]
mod recovery_place;
#[path = "main/recovery_monkey.rs"]
mod recovery_monkey;
#[path = "main/shared.rs"]
mod shared;
#[path = "main/fair_sharing.rs"]
mod fair_sharing;
#[path = "main/oracle_kernel/mod.rs"]
mod oracle_kernel;
