//! What a target was in the baseline, or why that is not known: new, renamed, or read by no such metric.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::Before;
use super::targets::{Readings, Target};
use crate::compare::metrics::{Measured, subjects};
use crate::measure::results::Results;
use crate::promise::metrics::Kind;

/// A baseline, with its readings.
pub struct Baseline<'a> {
    run: Measured<'a>,
    readings: Readings<'a>,
    /// Names that it has and the run it is compared with has not, by kind.
    gone: BTreeMap<Kind, Vec<String>>,
}

impl<'a> Baseline<'a> {
    /// Nothing read yet.
    pub fn new(run: Measured<'a>) -> Baseline<'a> {
        Baseline { run, readings: Readings::new(run), gone: BTreeMap::new() }
    }

    /// What the target was. `now` is the run it is compared with.
    pub fn before(&mut self, target: Target<'_>, now: Measured<'_>) -> Before {
        let (metric, outage) = (target.gate.metric, target.outage);
        let outages = |run: Measured<'a>| run.results.outages.iter().map(|row| row.name.as_str());
        if let Some(outage) = outage
            && !outages(self.run).any(|name| name == outage)
        {
            let kept: Vec<&str> = now.results.outages.iter().map(|row| row.name.as_str()).collect();
            let gone: Vec<String> =
                outages(self.run).filter(|name| !kept.contains(name)).map(str::to_owned).collect();
            return absent("outage", outage, &gone, true);
        }
        let Some(rows) = self.readings.all(metric, outage) else {
            return Before::Lost(format!(
                "the baseline does not tell `{}`, so nothing can be compared",
                metric.key
            ));
        };
        if let Some(reading) = rows.get(target.subject) {
            return Before::Was(reading.clone());
        }
        let missing = || {
            let kept: BTreeSet<String> = subjects(metric.kind, now.results).into_iter().collect();
            rows.keys().filter(|name| !kept.contains(*name)).cloned().collect()
        };
        let gone: &Vec<String> = self.gone.entry(metric.kind).or_insert_with(missing);
        // VMs come and go; an application, or what a gate names exactly, does not go unseen.
        let is_precious = metric.kind == Kind::Application || !target.gate.subject.contains('*');
        absent(metric.kind.word(), target.subject, gone, is_precious)
    }

    /// What the baseline has and this has not, of what nobody may lose unseen: a sentence each.
    pub fn gone(&self, now: Measured<'_>) -> Vec<String> {
        let (had, has) = (self.run.results, now.results);
        let lost = |kind: &str, had: Vec<&str>, has: Vec<&str>| -> Vec<String> {
            let has: BTreeSet<&str> = has.into_iter().collect();
            let gone = had.into_iter().filter(|name| !has.contains(name));
            gone.map(|name| format!("{kind} `{name}` of the baseline is gone: no gate reads it any more"))
                .collect()
        };
        let applications =
            |results: &'a Results| results.applications.iter().map(|row| row.name.as_str()).collect();
        let outages = |results: &'a Results| results.outages.iter().map(|row| row.name.as_str()).collect();
        let has_applications = has.applications.iter().map(|row| row.name.as_str()).collect();
        let has_outages = has.outages.iter().map(|row| row.name.as_str()).collect();
        let mut all = lost("application", applications(had), has_applications);
        all.extend(lost("outage", outages(had), has_outages));
        all
    }
}

/// `name` is not in the baseline: renamed, if something it could have been is gone.
fn absent(kind: &str, name: &str, gone: &[String], is_precious: bool) -> Before {
    let some: Vec<String> = gone.iter().take(3).map(|name| format!("`{name}`")).collect();
    let more = if gone.len() > 3 { format!(" and {} more", gone.len() - 3) } else { String::new() };
    if gone.is_empty() {
        return Before::New(format!("{kind} `{name}` is new, so there is nothing to compare with"));
    }
    let what = format!(
        "{kind} `{name}` is not in the baseline, which has {}{more} that {} gone here: renamed?",
        some.join(", "),
        if gone.len() == 1 { "is" } else { "are" }
    );
    if is_precious { Before::Lost(what) } else { Before::New(what) }
}
