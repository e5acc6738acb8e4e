//! Prometheus and Grafana: the CSV of a panel's data, with series as rows (`Time`, `Series` or `Metric`, `Value`, or labels in columns). Panels with a column for each
//! series are wide tables.

use super::super::Long;
use super::super::fields::Field;

/// What it calls its columns.
pub const LONG: Long = Long {
    fields: &[
        (Field::Time, &["time"]),
        (Field::Metric, &["series", "metric", "__name__"]),
        (Field::Machine, &["instance", "nodename", "vm"]),
        (Field::Disk, &["device", "volume"]),
    ],
    needs: &[Field::Time, Field::Metric, Field::Value],
    own_names: true,
    before: true,
    ..Long::PLAIN
};
