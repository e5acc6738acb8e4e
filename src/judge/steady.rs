//! An application while nothing fails: over all its running time of the run without outages.

use super::{Judged, Reason, Status, has_objective, margin};
use crate::outcome::bound::AgeCause;
use crate::recovery::Application;
use crate::units::{Ratio, Span};

/// For how much of its running time an application held its RPO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// How long all its VMs ran together.
    pub running: Span,
    /// How long of this the newest common point was within the RPO. Without protection there is none.
    pub held: Span,
    /// How long it was older than the RPO.
    pub above: Span,
    /// For how long it must be within it at least.
    pub least: Span,
    /// The RPO.
    pub rpo: Span,
    /// The worst age, and what bound it; `None`: it never had one.
    pub worst: Option<(Span, AgeCause)>,
}

impl Held {
    /// How long it did not.
    pub fn not_held(&self) -> Span {
        Span(self.running.0.saturating_sub(self.held.0))
    }

    /// How long there was none.
    pub fn unprotected(&self) -> Span {
        Span(self.not_held().0.saturating_sub(self.above.0))
    }

    /// The most that this may be.
    pub fn allowed(&self) -> Span {
        Span(self.running.0.saturating_sub(self.least.0))
    }

    /// The least that holds a share of `running`, rounded up.
    pub fn least_of(running: Span, share: Ratio) -> Span {
        let least = u128::from(running.0) * u128::from(share.0);
        Span(u64::try_from(least.div_ceil(u128::from(Ratio::ONE.0))).expect("at most the whole"))
    }
}

/// Its verdict. `held`: `None` without an RPO. `is_replicated`: all its VMs are, at some time.
pub fn steady(application: &Application, held: Option<Held>, is_replicated: bool) -> Judged {
    let Some(held) = held else { return Judged::met(std::iter::empty(), has_objective(application)) };
    if !is_replicated {
        return Judged::bare(Status::Missed, vec![Reason::NotReplicated]);
    }
    if held.held < held.least {
        return Judged::bare(Status::Missed, vec![Reason::NotHeld(held)]);
    }
    let left = match held.worst {
        Some((worst, _)) if worst <= held.rpo => margin(worst, held.rpo),
        Some(_) | None => margin(held.not_held(), held.allowed()),
    };
    Judged::met(left.into_iter(), true)
}
