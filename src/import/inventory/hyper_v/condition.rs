//! The state of a replica: by its word, as numbers mean one thing to the cmdlets and another to WMI, and by its health.

use super::super::Condition;
use super::super::json::{Object, words};

/// What a state is to a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It does not say.
    Silent,
    /// It replicates, or waits for something.
    Known(Option<Condition>),
    /// A scenario has no such state, or nobody knows which it is: as it is written.
    Other(String),
}

impl Reading {
    /// What it waits for, if that is known.
    pub fn condition(&self) -> Option<Condition> {
        match self {
            Reading::Known(condition) => *condition,
            Reading::Silent | Reading::Other(_) => None,
        }
    }
}

/// Where an object tells its state, its name first, and its health.
pub struct Keys(&'static [&'static str], &'static [&'static str]);

/// Of `Get-VMReplication`; `StateName` is what the help of the command adds.
pub const REPLICATION: Keys =
    Keys(&["StateName", "ReplicationState", "State"], &["Health", "ReplicationHealth"]);
/// Of `Get-VM`, whose `State` is another.
pub const MACHINE: Keys = Keys(&["ReplicationState"], &["ReplicationHealth"]);

/// States by their words (fact 1.33), in lower case.
const INITIAL: [&str; 3] =
    ["readyforinitialreplication", "waitingforinitialreplication", "initialreplicationinprogress"];
const RESYNC_REQUIRED: [&str; 2] = ["waitingforstartresynchronize", "resynchronizesuspended"];

/// What an object says.
pub fn reading(object: &Object, keys: &Keys) -> Reading {
    let Keys(states, healths) = keys;
    let state = word(object, states);
    let health = word(object, healths).to_lowercase();
    let is_critical = matches!(health.as_str(), "3" | "critical");
    let is_well = matches!(health.as_str(), "" | "0" | "1" | "normal" | "ok" | "notapplicable");
    Reading::Known(match state.to_lowercase().as_str() {
        // Both count these alike.
        "0" => None,
        "1" | "2" => Some(Condition::Initial),
        word if INITIAL.contains(&word) => Some(Condition::Initial),
        // Critical where the replica side is paused (fact 1.42).
        "suspended" if is_critical => Some(Condition::PausedOnReplica),
        "suspended" => Some(Condition::PausedOnPrimary),
        "error" => Some(Condition::Failed),
        "resynchronizing" => Some(Condition::Resynchronizing),
        word if RESYNC_REQUIRED.contains(&word) => Some(Condition::ResyncRequired),
        word if is_critical && replicates(word) => Some(Condition::ResyncRequired),
        word if is_well && word.is_empty() => return Reading::Silent,
        word if is_well && replicates(word) => None,
        _ => return Reading::Other([state, health].join(", health ")),
    })
}

/// Whether a state is that of a replica that replicates, if it is well: 3 means that to WMI, 4 to the cmdlets.
fn replicates(word: &str) -> bool {
    matches!(word, "" | "3" | "4" | "replicating" | "disabled" | "notenabled")
}

/// The first of these properties that is a word, else that is a number.
fn word(object: &Object, keys: &[&str]) -> String {
    let all = words(object, keys);
    all.iter().find(|text| text.parse::<u64>().is_err()).or(all.first()).cloned().unwrap_or_default()
}
