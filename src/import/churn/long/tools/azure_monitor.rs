//! Metrics of Azure Monitor: `TimeStamp`, `Resource`, `Metric` and `Average` of `Disk Write Bytes/sec`; a time is when its grain begins.

use super::super::Long;
use super::super::fields::Field;

/// What it calls its columns.
pub const LONG: Long = Long {
    fields: &[
        (Field::Time, &["timestamp", "time", "timegenerated"]),
        (Field::Machine, &["resource", "resourceid", "resource id", "resource name", "resourcename"]),
        (Field::Disk, &["dimension", "lun"]),
        (Field::Metric, &["metric", "metricname", "metric name"]),
        (Field::Value, &["average", "total"]),
    ],
    needs: &[Field::Time, Field::Machine, Field::Value],
    own_names: true,
    ..Long::PLAIN
};
