//! What it takes to recover, and what it needs.

pub mod origins;
pub mod turns;
pub mod closed_forms;
pub mod people;
pub mod place;
pub mod control_plane;
pub mod clusters;
pub mod networks;
pub mod names;
pub mod conduct;
pub mod hand_over;
pub mod places;
pub mod live_migration;
pub mod oracle;
pub mod written;
pub mod corruption;
pub mod disabled;
pub mod rules;
pub mod control_back;
pub mod without_vmm;
pub mod drill_in_the_way;
pub mod last_actions;
pub mod split_brain;
pub mod away;
pub mod shared_vms;
pub mod monkey;
