//! How much work is begun unasked, and how long it may take.

use std::sync::mpsc;
use std::time::Duration;

use super::refusal::Refusal;
use crate::scenario::Scenario;
use crate::scenario::work::{STEPS_MAX, counted, steps};
use crate::sweep::gates;
use crate::units::Span;

/// An instant of the wall clock, which only limits of time and what is told of the time that passed know of.
#[allow(clippy::disallowed_types, reason = "`--max-time` is about the wall clock")]
pub(super) type Began = std::time::Instant;

/// It, as it is now.
#[allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "`--max-time` is about the wall clock"
)]
pub(super) fn now() -> Began {
    std::time::Instant::now()
}

/// The switch that lifts the limit of work.
#[derive(clap::Args, Clone, Copy)]
pub(super) struct Work {
    /// Run also what has more than 10 billion steps, which takes an hour or more
    #[arg(long)]
    unlimited: bool,
}

impl Work {
    /// Whether so many steps may be done, and how many; `less` is how to ask for fewer.
    ///
    /// # Errors
    /// It is more than is done unasked.
    pub fn admit(self, all: u64, less: &str) -> Result<u64, Refusal> {
        if all <= self.most() {
            return Ok(all);
        }
        let what = format!(
            "this has some {} steps to do, more than the {} that are done unasked",
            counted(all),
            counted(STEPS_MAX)
        );
        let fewer = format!(
            "lengthen the `interval` of policies, shorten `horizon`, or {less}; --unlimited does it all the same"
        );
        Err(Refusal::wrong(what, fewer))
    }

    /// The same for scenarios with what their gates ask of every instant.
    ///
    /// # Errors
    /// The same.
    pub fn admit_judged<'s>(self, scenarios: impl IntoIterator<Item = &'s Scenario>) -> Result<u64, Refusal> {
        self.admit(judged(scenarios, self.most()), FEWER)
    }

    /// Most steps that may be done.
    pub fn most(self) -> u64 {
        if self.unlimited { u64::MAX } else { STEPS_MAX }
    }
}

/// How to ask for less of a run.
pub(super) const FEWER: &str = "name fewer outages";

/// Steps of these scenarios and of what their gates ask of every instant; told exactly where these are more than `most`.
pub(super) fn judged<'s>(scenarios: impl IntoIterator<Item = &'s Scenario>, most: u64) -> u64 {
    let of = |scenario: &Scenario| {
        let one = steps(scenario);
        one.saturating_mul(gates::whole_runs(scenario, most / one.max(1)).saturating_add(1))
    };
    scenarios.into_iter().map(of).fold(0, u64::saturating_add)
}

/// The switch that ends what takes too long.
#[derive(clap::Args, Clone)]
pub(super) struct TimeLimit {
    /// Stop after this time, with exit code 3; nothing is written then
    #[arg(long, value_name = "TIME")]
    max_time: Option<String>,
}

impl TimeLimit {
    /// The time; none where all of it may be taken.
    ///
    /// # Errors
    /// It is no time.
    pub fn limit(&self) -> Result<Option<Span>, Refusal> {
        let read = |text: &str| Span::parse(text).map_err(|error| Refusal::Misread("--max-time", error));
        self.max_time.as_deref().map(read).transpose()
    }
}

/// Why there is no answer.
pub(super) enum Late {
    /// The time is over.
    Over(Span),
    /// A fault of drsim, which was told.
    Fault,
}

/// What comes of `work`, given up when its time is over: the process ends soon after, and the thread with it.
pub(super) fn in_time<T: Send + 'static>(
    limit: Option<Span>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Late> {
    let Some(limit) = limit else { return Ok(work()) };
    let (done, answer) = mpsc::channel();
    // Nobody listens any more once the time is over.
    std::thread::spawn(move || drop(done.send(work())));
    answer.recv_timeout(Duration::from_micros(limit.0)).map_err(|error| match error {
        mpsc::RecvTimeoutError::Timeout => Late::Over(limit),
        mpsc::RecvTimeoutError::Disconnected => Late::Fault,
    })
}

/// The same, with what else can be done told when the time is over.
///
/// # Errors
/// Those of `work`, and that it is not done in time.
pub(super) fn within<T: Send + 'static>(
    limit: Option<Span>,
    instead: &str,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    in_time(limit, work).unwrap_or_else(|late| match late {
        Late::Over(limit) => Err(Refusal::Late(limit, instead.to_owned())),
        Late::Fault => Err(Refusal::Fault),
    })
}
