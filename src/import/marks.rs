//! What an import wrote that no file tells, marked in the scenario. Imports nothing.

use std::fmt::Write;

/// The paths of stand-ins, each with why it is what it is.
#[derive(Clone, Debug, Default)]
pub struct Marks(Vec<(String, String)>);

impl Marks {
    /// Nobody told what is at this path.
    pub fn add(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.0.push((what.into(), why.into()));
    }

    /// The section of the scenario.
    pub fn section(&self) -> String {
        let mut text =
            "    // Nobody told these: put yours in their place, and delete the mark.\n    assumed: [\n"
                .to_owned();
        for (what, why) in &self.0 {
            let _ = writeln!(text, "        (what: {what:?}, why: {why:?}),");
        }
        text + "    ],\n"
    }

    /// What every scenario around imported data makes up, after what its data left open.
    #[must_use]
    pub fn around(mut self) -> Marks {
        self.add("applications.all", "one objective for all machines");
        self.add("people.operations", "people as the defaults have them");
        self.add("plans", "all machines in one group");
        self.add("outages.main-lost", "an outage to begin with");
        self.add("sites.*.zone", "one zone for all");
        self.add("vmm_servers", "one a site");
        self.add("clouds", "one a site");
        self
    }
}
