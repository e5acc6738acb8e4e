//! Long tables: a row for each sample, with its time, machine, disk, metric, value and unit, or some of these. A source is one file, with what
//! its tool calls them, and one line in the list of all sources.

pub mod metric;
pub mod fields;
mod limits;
mod keys;
mod numbers;
mod series;
mod evidence;
mod read;
pub mod json;
pub mod tools;

pub use read::{read, recognises};

use super::values::{Unit, Values};
use fields::Field;

/// What is known of the long tables that a tool exports.
#[derive(Clone, Copy, Debug)]
pub struct Long {
    /// What the tool calls its columns, before what all call them, in lower case.
    pub fields: &'static [(Field, &'static [&'static str])],
    /// Columns without which a table is not of this tool.
    pub needs: &'static [Field],
    /// Whether those that are needed must have the tool's own names.
    pub own_names: bool,
    /// Columns of values by their header, in lower case: what they are, and in which unit.
    pub values: &'static [(&'static str, Values, Unit)],
    /// Whether a sample stands for the time before its own.
    pub before: bool,
    /// Shortest bin unless one is asked for, in seconds.
    pub shortest: Option<u64>,
}

impl Long {
    /// Nothing that is not common to all.
    pub const PLAIN: Long = Long {
        fields: &[],
        needs: &[Field::Time, Field::Value],
        own_names: false,
        values: &[],
        before: false,
        shortest: None,
    };
}
