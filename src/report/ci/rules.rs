//! What findings of code scanning are instances of, with all that is shown of it.

use serde_json::{Value, json};

use crate::gate::report::Verdict;

/// What a finding is an instance of.
pub(super) struct Rule<'r> {
    pub(super) id: String,
    pub(super) short: String,
    /// Why it matters.
    pub(super) full: &'r str,
    /// What to do.
    pub(super) remedy: &'r str,
    pub(super) level: &'static str,
}

/// With all that code scanning shows of a rule: it refuses those without a description and help.
pub(super) fn rule(rule: Rule<'_>) -> Value {
    let Rule { id, short, full, remedy, level } = rule;
    let help = format!("{}\n\n{}", sentence(full), sentence(remedy.trim()));
    json!({
        "id": id,
        "shortDescription": { "text": sentence(&short) },
        "fullDescription": { "text": sentence(full) },
        "help": { "text": help, "markdown": help },
        "defaultConfiguration": { "level": level },
    })
}

/// What a verdict means, and what to do about it.
pub(super) fn meaning(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Breached => (
            "A value that the simulation gives is past the bound that an objective or a gate sets",
            "Change the design, or the promise: `drsim plan` says what would do; a waiver lets it pass for a time (docs/gate.md)",
        ),
        Verdict::Regressed => (
            "A value is worse than in the baseline by more than its tolerance, absolute and relative",
            "The related locations are the changes that made it worse; take one back, or write a new baseline where it is meant (docs/ci.md)",
        ),
        Verdict::UnexpectedlyHolds => (
            "A promise that is marked as expected to breach holds",
            "Take away `expect: \"breach\"`, so that it is held from now on",
        ),
        Verdict::NotEvaluable => (
            "There is no value to judge, or nothing to compare it with",
            "The message says what is missing; `drsim gate` ends with 3 where an answer is needed",
        ),
        Verdict::Waived | Verdict::ExpectedBreach | Verdict::Improved | Verdict::Holds => ("", ""),
    }
}

/// With its full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
