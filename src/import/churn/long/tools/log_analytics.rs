//! Counters in Log Analytics, the table `Perf` of Azure Monitor: `TimeGenerated`, `Computer`, `CounterName`, `InstanceName` and `CounterValue`.

use super::super::Long;
use super::super::fields::Field;

/// What it calls its columns.
pub const LONG: Long = Long {
    fields: &[
        (Field::Time, &["timegenerated"]),
        (Field::Machine, &["computer"]),
        (Field::Disk, &["instancename"]),
        (Field::Metric, &["countername"]),
        (Field::Value, &["countervalue"]),
    ],
    needs: &[Field::Time, Field::Machine, Field::Metric, Field::Value],
    own_names: true,
    before: true,
    ..Long::PLAIN
};
