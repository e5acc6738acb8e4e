//! What would change the answer, as a page shows it and a result keeps it. Imports what a plan tried.

use serde::{Deserialize, Serialize};

use crate::plan::levers::{self, Tried};

/// Changes that were simulated, each by itself with all outages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Levers {
    /// Changes with an effect, the best first.
    pub levers: Vec<Lever>,
    /// Verdicts that are missed without a change.
    pub missed: u64,
    /// Changes that mend nothing, in the order tried.
    pub without_effect: Vec<String>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lever {
    /// Verdicts that were missed and are met, less those that were met and are missed.
    pub mended: i64,
    /// What moves most.
    pub most: Option<Moved>,
    /// The change as `--set` of a run, where there is one.
    pub set: Option<String>,
    /// What to do, in words.
    pub what: String,
}

/// A time that a change moves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// With it, s.
    pub after_s: f64,
    /// Without it, s.
    pub before_s: f64,
    /// Which.
    pub what: String,
}

impl From<Tried> for Levers {
    fn from(tried: Tried) -> Levers {
        let lever = |it: levers::Lever| Lever {
            mended: it.effect.fixed,
            most: it.effect.most.map(|(what, before_s, after_s)| Moved { after_s, before_s, what }),
            set: it.set,
            what: it.what,
        };
        Levers {
            missed: tried.written.verdicts.iter().filter(|it| !it.is_met).count() as u64,
            levers: tried.levers.into_iter().map(lever).collect(),
            without_effect: tried.idle,
        }
    }
}
