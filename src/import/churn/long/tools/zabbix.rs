//! History of Zabbix: `clock`, `host`, `key_` and `value`, as the API or a query of the database gives them.

use super::super::Long;
use super::super::fields::Field;

/// What it calls its columns.
pub const LONG: Long = Long {
    fields: &[
        (Field::Time, &["clock", "timestamp"]),
        (Field::Machine, &["host", "hostname"]),
        (Field::Metric, &["key_", "key", "item key", "itemkey", "item"]),
        (Field::Value, &["value", "value_avg", "lastvalue"]),
    ],
    needs: &[Field::Time, Field::Metric, Field::Value],
    own_names: true,
    before: true,
    ..Long::PLAIN
};

/// Its trends, of an hour each, which begins at its `clock`.
pub const TRENDS: Long = Long {
    fields: &[LONG.fields[0], LONG.fields[1], LONG.fields[2], (Field::Value, &["value_avg"])],
    before: false,
    ..LONG
};
