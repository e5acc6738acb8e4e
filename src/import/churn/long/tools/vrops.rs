//! vRealize and Aria Operations: a view or metric export with `Time`, `Object` and `Virtual Disk|Write Rate (KBps)`. No export was at hand: unverified.

use super::super::Long;
use super::super::fields::Field;

/// What it calls its columns.
pub const LONG: Long = Long {
    fields: &[
        (Field::Time, &["time", "date", "timestamp"]),
        (Field::Machine, &["object", "object name", "resource name", "name"]),
        (Field::Disk, &["instance", "instance name"]),
    ],
    needs: &[Field::Time, Field::Machine, Field::Value],
    own_names: true,
    before: true,
    ..Long::PLAIN
};
