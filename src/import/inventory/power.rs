//! Whether a machine runs, by the words that its tool has for it. What is not known counts as running, and is told.

use super::super::fault::quote;
use super::Told;
use super::names_of;

/// States that a tool writes, in small letters and without blanks.
#[derive(Clone, Copy, Debug)]
pub struct States {
    /// Those of what runs, or is about to, or rests for a while.
    pub on: &'static [&'static str],
    /// Those of what does not.
    pub off: &'static [&'static str],
}

/// Machines whose state is not known, by name.
#[derive(Debug, Default)]
pub struct Unknown {
    strange: Vec<String>,
    untold: Vec<String>,
}

impl States {
    /// Whether a machine is off, by all that is written of its state.
    pub fn is_off(&self, machine: &str, written: &[String], unknown: &mut Unknown) -> bool {
        let plain = |state: &String| state.to_lowercase().split_whitespace().collect::<String>();
        let states: Vec<String> = written.iter().map(plain).filter(|state| !state.is_empty()).collect();
        let known = |words: &[&str]| states.iter().any(|state| words.contains(&state.as_str()));
        let is_off = known(self.off);
        if !is_off && !known(self.on) {
            match states.first() {
                Some(state) => unknown.strange.push(format!("{machine}: {}", quote(state))),
                None => unknown.untold.push(machine.to_owned()),
            }
        }
        is_off
    }
}

impl Unknown {
    /// Tells of them.
    pub fn tell(&self, told: &mut Told) {
        let reasons = [
            (&self.strange, "Machines in a state that is not known count as running"),
            (&self.untold, "Machines of which no state is told count as running"),
        ];
        for (names, reason) in reasons.into_iter().filter(|(names, _)| !names.is_empty()) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            told.assumed.push(format!("{reason}: {} ({}).", names.len(), names_of(&names)));
        }
    }
}
