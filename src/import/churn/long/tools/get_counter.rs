//! Samples of `Get-Counter` through `Export-Csv`: `Timestamp`, `Path` and `CookedValue`.

use super::super::Long;
use super::super::fields::Field;

/// What it calls its columns.
pub const LONG: Long = Long {
    fields: &[(Field::Time, &["timestamp"]), (Field::Metric, &["path"]), (Field::Value, &["cookedvalue"])],
    needs: &[Field::Time, Field::Metric, Field::Value],
    own_names: true,
    before: true,
    shortest: Some(300),
    ..Long::PLAIN
};
