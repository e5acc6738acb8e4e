//! What is found where two trees differ, and how trees are looked into.

use crate::problem::Place;
use crate::scenario::tree::{Value, Written};

/// A difference as it was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// As `--set` takes it.
    pub path: String,
    /// The old value.
    pub old: Option<Value>,
    /// The new value.
    pub new: Option<Value>,
    /// Of the new value, or of the old one if there is no new one.
    pub place: Option<Place>,
}

/// The fields of an entry.
pub fn fields(value: &Value) -> &[(String, Written)] {
    if let Value::Entry(fields) = value { fields } else { &[] }
}

/// The field of this name.
pub fn get<'v>(fields: &'v [(String, Written)], key: &str) -> Option<&'v Written> {
    fields.iter().find(|(known, _)| known == key).map(|(_, value)| value)
}

/// The items of a list.
pub fn items(value: Option<&Written>) -> &[Written] {
    match value.map(|written| &written.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}
