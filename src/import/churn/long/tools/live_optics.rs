//! Live Optics: the performance sheet saved as CSV, with `Server`, `Disk`, a time and a write throughput. No export was at hand: unverified.

use super::super::Long;
use super::super::fields::Field;

/// What it calls its columns.
pub const LONG: Long = Long {
    fields: &[
        (Field::Time, &["time", "timestamp", "date time", "sample time"]),
        (Field::Machine, &["server", "server name", "vm name"]),
        (Field::Disk, &["disk", "device", "disk name"]),
    ],
    needs: &[Field::Time, Field::Machine, Field::Disk, Field::Value],
    own_names: true,
    before: true,
    ..Long::PLAIN
};
