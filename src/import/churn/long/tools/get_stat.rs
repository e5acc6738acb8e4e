//! `Get-Stat` of PowerCLI through `Export-Csv`: `Entity`, `Timestamp`, `MetricId`, `Value`, `Unit` and `Instance`; a time is when its interval ends.

use super::super::Long;
use super::super::fields::Field;

/// What it calls its columns.
pub const LONG: Long = Long {
    fields: &[
        (Field::Time, &["timestamp"]),
        (Field::Machine, &["entity"]),
        (Field::Disk, &["instance"]),
        (Field::Metric, &["metricid"]),
        (Field::Value, &["value"]),
        (Field::Unit, &["unit"]),
    ],
    needs: &[Field::Time, Field::Machine, Field::Metric, Field::Value],
    own_names: true,
    before: true,
    ..Long::PLAIN
};
