//! What would change the answer: the changes that were simulated with all outages, the best first. Imports what a plan tried.

use crate::report::levers::{self, Lever};
use crate::report::words::{self, duration, plain};
use crate::words::begun;

/// Changes that are shown.
const MOST: usize = 3;

/// The changes, or why there are none.
pub(super) struct Levers {
    pub(super) note: String,
    pub(super) best: Vec<Best>,
    /// Below them; nothing if empty.
    pub(super) more: String,
}

/// A change.
pub(super) struct Best {
    pub(super) what: String,
    pub(super) of: String,
    pub(super) before: String,
    pub(super) after: String,
    /// Nothing if empty.
    pub(super) mends: String,
    pub(super) set: String,
}

/// Of what was tried; where a change mends verdicts, others are named only if they do too.
pub(super) fn levers(tried: Option<&levers::Levers>) -> Option<Levers> {
    let tried = tried?;
    let mending = tried.levers.iter().take_while(|lever| lever.mended > 0).count();
    let shown = if mending > 0 { mending.min(MOST) } else { tried.levers.len().min(MOST) };
    let note = if tried.levers.is_empty() {
        format!(
            "none of {} that were simulated has a good effect",
            words::count(tried.without_effect.len() as u64, "change")
        )
    } else {
        let mends = match (mending, tried.missed) {
            (_, 0) => "; all objectives of outages are met as it is",
            (0, _) => "; none mends what is missed",
            (_, _) => "",
        };
        format!(
            "each simulated by itself with all outages, best first; {} tried{mends}",
            tried.levers.len() + tried.without_effect.len()
        )
    };
    let rest: Vec<String> =
        tried.levers.iter().skip(shown).take(MOST).map(|lever| plain(&lever.what)).collect();
    let more = match (mending, rest.is_empty()) {
        (_, true) => String::new(),
        (0, false) => format!("Less: {}.", rest.join("; ")),
        (_, false) => format!("Better figures, no verdict mended: {}.", rest.join("; ")),
    };
    let best = tried.levers.iter().take(shown).map(|lever| best(lever, tried.missed)).collect();
    Some(Levers { note, best, more })
}

fn best(lever: &Lever, missed: u64) -> Best {
    let (of, before, after) = match &lever.most {
        Some(most) => (plain(&most.what), duration(most.before_s), duration(most.after_s)),
        None => (String::new(), String::new(), String::new()),
    };
    Best {
        what: begun(&plain(&lever.what)),
        of,
        before,
        after,
        mends: if lever.mended > 0 {
            format!("mends {} of {missed} missed", lever.mended)
        } else {
            String::new()
        },
        set: lever.set.as_deref().map_or_else(String::new, |set| format!("--set \"{}\"", plain(set))),
    }
}
