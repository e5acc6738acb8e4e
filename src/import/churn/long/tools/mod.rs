//! What is known of each tool's long tables, in a file of its own.

pub mod prometheus;
pub mod prometheus_api;
pub mod victoria_metrics;
pub mod azure_monitor;
pub mod az_monitor;
pub mod log_analytics;
pub mod get_stat;
pub mod zabbix;
pub mod vrops;
pub mod live_optics;
mod sysstat;
pub mod sadf;
pub mod sadf_json;
pub mod sadf_p;
pub mod iostat;
pub mod iostat_json;
pub mod get_counter;
pub mod table;
