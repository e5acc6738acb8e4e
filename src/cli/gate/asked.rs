//! The command line of the gate, read before anything runs.

use std::time::Duration;

use jiff::civil::Date;

use super::outputs::{FORMATS, Written};
use super::{Arguments, today};
use crate::cli::documents::Documents;
use crate::cli::limits::{Began, now};
use crate::cli::refusal::Refusal;
use crate::problem::codes;
use crate::units::Span;

/// What the command line asks, read.
pub struct Asked {
    /// The day waivers are judged on.
    pub as_of: Date,
    /// To this day breaches do not fail.
    pub informational_until: Option<Date>,
    /// How long it may take.
    pub limit: Option<Span>,
    began: Began,
    /// Reports to write and to print.
    pub documents: Documents<Written>,
    /// Threads.
    pub threads: usize,
}

impl Asked {
    /// What is left of the time that was allowed; `None`: it has no end.
    pub fn time_left(&self) -> Option<Span> {
        let left = |limit: Span| Duration::from_micros(limit.0).saturating_sub(self.began.elapsed());
        self.limit.map(|limit| Span(u64::try_from(left(limit).as_micros()).unwrap_or(u64::MAX)))
    }
}

/// What is asked.
///
/// # Errors
/// What is wrong with it.
pub fn read(arguments: &Arguments) -> Result<Asked, Refusal> {
    for which in arguments.deny.iter().filter(|which| *which != "warnings") {
        if let Err(near) = codes::find(which) {
            let near: Vec<&str> = near.iter().map(|code| code.id).collect();
            let hint = if near.is_empty() {
                String::new()
            } else {
                format!("; did you mean {}?", near.join(" or "))
            };
            return Err(Refusal::wrong(
                format!("`--deny {which}`: there is no such code{hint}"),
                "write `--deny warnings` or a code such as W0302",
            ));
        }
    }
    Ok(Asked {
        as_of: day(arguments.as_of.as_deref(), "--as-of")?.unwrap_or_else(today),
        informational_until: day(arguments.informational_until.as_deref(), "--informational-until")?,
        limit: arguments.time.limit()?,
        began: now(),
        documents: Documents::read(&arguments.out, &arguments.form, &FORMATS)?,
        threads: arguments.threads.count(),
    })
}

fn day(text: Option<&str>, flag: &str) -> Result<Option<Date>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
    let wrong = || Refusal::wrong(format!("{flag}: `{text}` is not a day"), "write it like 2026-12-31");
    day.map(Some).ok_or_else(wrong)
}
