//! The command line of the gate, read before anything runs.

use std::time::Duration;

use jiff::civil::Date;

use super::{Arguments, outputs, today};
use crate::cli::refusal::usage;
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
    /// Reports to write.
    pub outputs: Vec<outputs::Output>,
    /// Whether one of them is standard output.
    pub takes_stdout: bool,
    /// Threads.
    pub threads: usize,
}

#[allow(clippy::disallowed_types, reason = "`--max-time` is about the wall clock")]
type Began = std::time::Instant;

#[allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "`--max-time` is about the wall clock"
)]
fn now() -> Began {
    std::time::Instant::now()
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
/// The exit code; what is wrong stands on stderr.
pub fn read(arguments: &Arguments) -> Result<Asked, u8> {
    for which in arguments.deny.iter().filter(|which| *which != "warnings") {
        if let Err(near) = codes::find(which) {
            let near: Vec<&str> = near.iter().map(|code| code.id).collect();
            let hint = if near.is_empty() {
                String::new()
            } else {
                format!("; did you mean {}?", near.join(" or "))
            };
            return Err(usage(
                &format!("`--deny {which}`: there is no such code{hint}"),
                "write `--deny warnings` or a code such as W0302",
            ));
        }
    }
    let outputs: Vec<outputs::Output> =
        arguments.out.iter().map(|out| outputs::Output::read(out)).collect::<Result<_, u8>>()?;
    Ok(Asked {
        as_of: day(arguments.as_of.as_deref(), "--as-of")?.unwrap_or_else(today),
        informational_until: day(arguments.informational_until.as_deref(), "--informational-until")?,
        limit: arguments.time.limit()?,
        began: now(),
        takes_stdout: outputs::takes_stdout(&outputs, arguments.json)?,
        outputs,
        threads: arguments.threads.count(),
    })
}

fn day(text: Option<&str>, flag: &str) -> Result<Option<Date>, u8> {
    let Some(text) = text else { return Ok(None) };
    let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
    let wrong = || usage(&format!("{flag}: `{text}` is not a day"), "write it like 2026-12-31");
    day.map(Some).ok_or_else(wrong)
}
