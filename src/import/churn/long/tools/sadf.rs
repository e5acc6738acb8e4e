//! Disks in the records of sar, as `sadf -d -- -d -p` prints them; a kB is 1024 bytes, a sector 512.

use super::super::Long;
use super::super::fields::Field;
use crate::import::churn::values::{Unit, Values};

const KIB: Unit = Unit { bytes: 1024, of: 1 };

/// What it calls its columns.
pub const LONG: Long = Long {
    fields: &[(Field::Machine, &["hostname"]), (Field::Time, &["timestamp"]), (Field::Disk, &["dev"])],
    needs: &[Field::Machine, Field::Time, Field::Disk, Field::Value],
    own_names: true,
    values: &[("wkb/s", Values::Rate, KIB), ("wr_sec/s", Values::Rate, Unit::SECTOR)],
    before: true,
    ..Long::PLAIN
};
