//! Any table of rows with a time, a machine or a metric, and a value; `--columns` names columns that are called otherwise. A time is when its bin begins.

use super::super::Long;
use super::super::fields::Field;

/// What it calls its columns.
pub const LONG: Long = Long { needs: &[Field::Time, Field::Value], ..Long::PLAIN };
