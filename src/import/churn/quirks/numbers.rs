//! What is odd about numbers.

use super::count;
use crate::import::churn::found::{ColumnFound, Found};
use crate::import::churn::track::Source;
use crate::import::churn::values::Values;

/// Samples that are none.
pub fn bad(_: &Found, column: &ColumnFound) -> Option<String> {
    let bad = column.oddities.bad;
    let kinds = [(bad.negative, "negative"), (bad.too_large, "too large to be true")];
    let told: Vec<String> = kinds
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", count(*number, "sample is", "samples are")))
        .collect();
    let first = bad.line.map_or(String::new(), |line| format!(", the first in line {line}"));
    (!told.is_empty()).then(|| format!("{}{first}; left as a gap.", told.join(" and ")))
}

/// Cells that say that there is none.
pub fn no_value(_: &Found, column: &ColumnFound) -> Option<String> {
    let cells = column.oddities.bad.no_value;
    (cells > 0)
        .then(|| format!("{} that there is no value; left as a gap.", count(cells, "cell says", "cells say")))
}

/// Running totals that fell.
pub fn totals(_: &Found, column: &ColumnFound) -> Option<String> {
    let totals = column.oddities.totals;
    let resets = (totals.resets > 0).then(|| {
        let fell = count(totals.resets, "time", "times");
        format!("the running total began anew {fell}: what it then showed was written since, across a gap it is not known.")
    });
    let dips = (totals.dips > 0).then(|| {
        let samples = count(totals.dips, "sample lies", "samples lie");
        format!("{samples} below the running total before and after; left out.")
    });
    let laps = (totals.laps > 0).then(|| {
        let passed = count(totals.laps, "time", "times");
        format!("the running total passed the end of 32 bits {passed}, and is taken on from there.")
    });
    let both: Vec<String> = [laps, resets, dips].into_iter().flatten().collect();
    (!both.is_empty()).then(|| both.join(" "))
}

/// Steps that a running total passed over.
pub fn filled(_: &Found, column: &ColumnFound) -> Option<String> {
    let steps = column.oddities.totals.filled;
    (steps > 0).then(|| {
        let without = count(steps, "step without a sample has", "steps without a sample have");
        format!("{without} the mean of what the running total rose meanwhile.")
    })
}

/// What numbers are.
pub fn values(_: &Found, column: &ColumnFound) -> Option<String> {
    let (values, source) = column.oddities.values?;
    let what = match values {
        Values::Rate => "a rate",
        Values::Bytes => "the bytes of a bin",
        Values::Total => "a running total",
    };
    Some(match source {
        Source::Asked => format!("each number is {what}, as asked."),
        Source::AskedWithoutUnit => {
            format!("each number is {what}, as asked; where no unit is said, it is taken in bytes.")
        }
        Source::Header => format!("each number is {what}, as its unit or header says."),
        Source::HeaderWithoutUnit => {
            format!("each number is {what}, as its header says; no unit is said, so it is taken in bytes.")
        }
    })
}
