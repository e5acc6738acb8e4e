//! How much work is begun unasked, and how long it may take.

use std::sync::mpsc;
use std::time::Duration;

use super::printer::tell;
use super::refusal::usage;
use super::{INCONCLUSIVE, INTERNAL};
use crate::scenario::Scenario;
use crate::scenario::work::{STEPS_MAX, counted, steps};
use crate::units::Span;

/// The switch that lifts the limit of work.
#[derive(clap::Args)]
pub(super) struct Work {
    /// Run also what has more than 10 billion steps, which takes an hour or more
    #[arg(long)]
    unlimited: bool,
}

impl Work {
    /// Whether these may be run, each so many times; how many steps that has.
    ///
    /// # Errors
    /// The exit code of bad input; what to do stands on stderr.
    pub fn admit<'s>(
        &self,
        scenarios: impl IntoIterator<Item = &'s Scenario>,
        times: u64,
    ) -> Result<u64, u8> {
        let sum = scenarios.into_iter().map(steps).fold(0, u64::saturating_add);
        let all = sum.saturating_mul(times);
        if all <= STEPS_MAX || self.unlimited {
            return Ok(all);
        }
        let what = format!(
            "this has some {} steps to do, more than the {} that are done unasked",
            counted(all),
            counted(STEPS_MAX)
        );
        Err(usage(
            &what,
            "lengthen the `interval` of policies, shorten `horizon`, or name fewer outages; --unlimited does it all the same",
        ))
    }
}

/// What comes of `work`, given up when its time is over: the process ends soon after, and the thread with it.
///
/// # Errors
/// Those of `work`, and the exit code of what is not done in time, with what else can be done.
pub(super) fn within<T: Send + 'static>(
    limit: Option<Span>,
    instead: &str,
    work: impl FnOnce() -> Result<T, u8> + Send + 'static,
) -> Result<T, u8> {
    let Some(limit) = limit else { return work() };
    let (done, answer) = mpsc::channel();
    // Nobody listens any more once the time is over.
    std::thread::spawn(move || drop(done.send(work())));
    match answer.recv_timeout(Duration::from_micros(limit.0)) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            tell(&format!("error: not done after `--max-time {limit}`\n  give it longer, or {instead}"));
            Err(INCONCLUSIVE)
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(INTERNAL),
    }
}
