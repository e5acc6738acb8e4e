//! Real data, from files to a scenario that runs.

pub mod churn;
pub mod counters;
pub mod clocks;
pub mod rates;
mod stand_ins;
pub mod replication;
pub mod long;
mod siblings;
mod again;
pub mod files;
pub mod scenario;
pub mod inventory;
pub mod planners;
pub mod workbook;
pub mod numbers;
pub mod identity;
pub mod replicas;
pub mod remedies;
pub mod estate;
pub mod conventions;
mod estates;
pub mod topology;
pub mod topology_formats;
pub mod command;
pub mod properties;
pub mod monkey;
pub mod whole_way;
