//! What is judged: each gate on each subject in each outage, and each application's own objectives where no gate takes their place.

use std::collections::{BTreeMap, BTreeSet};

use crate::compare::metrics::{Measured, Reading, all};
use crate::measure::results::OutageApplicationRow;
use crate::promise::metrics::{Kind, Metric, find};
use crate::promise::{Bound, Gate, OBJECTIVE};
use crate::scenario::Scenario;

/// A gate on one subject in one outage.
#[derive(Clone, Copy, Debug)]
pub struct Target<'g> {
    /// The gate.
    pub gate: &'g Gate,
    /// Name of the subject, without its kind.
    pub subject: &'g str,
    /// The outage.
    pub outage: Option<&'g str>,
}

/// Readings, each taken once.
pub struct Readings<'a> {
    run: Measured<'a>,
    /// By kind, key and outage.
    known: BTreeMap<(Kind, &'static str, Option<String>), Option<ByName>>,
}

/// Readings of one metric, by subject.
type ByName = BTreeMap<String, Reading>;

impl<'a> Readings<'a> {
    /// None yet.
    pub fn new(run: Measured<'a>) -> Readings<'a> {
        Readings { run, known: BTreeMap::new() }
    }

    /// Of every subject, by name; `None`: the run has no such outage, or does not know the metric.
    pub fn all(&mut self, metric: &'static Metric, outage: Option<&str>) -> Option<&ByName> {
        let key = (metric.kind, metric.key, outage.map(str::to_owned));
        let run = self.run;
        let rows = || Some(all(metric, run, outage)?.into_iter().collect());
        self.known.entry(key).or_insert_with(rows).as_ref()
    }

    /// The outages in which its copies get older than its RPO, and which do not accept that.
    fn exposing(&self, application: &str) -> Vec<String> {
        let exposes = |row: &OutageApplicationRow| {
            row.name == application && row.exposure.as_ref().is_some_and(|exposure| !exposure.accepted)
        };
        let outages = self.run.results.outages.iter();
        outages.filter(|outage| outage.applications.iter().any(exposes)).map(|it| it.name.clone()).collect()
    }

    /// Of one subject.
    pub fn one(&mut self, metric: &'static Metric, subject: &str, outage: Option<&str>) -> Option<&Reading> {
        self.all(metric, outage)?.get(subject)
    }
}

/// Every target of these gates.
pub fn targets(gates: &[Gate]) -> Vec<Target<'_>> {
    let mut all = Vec::new();
    for gate in gates {
        let outages: Vec<Option<&str>> = match gate.metric.per_outage {
            true => gate.outages.iter().map(|outage| Some(outage.as_str())).collect(),
            false => vec![None],
        };
        for outage in outages {
            all.extend(gate.matched.iter().map(|subject| Target { gate, subject, outage }));
        }
    }
    all
}

/// The objectives that applications have themselves, as gates; where a gate bounds by the objective, that gate stands alone.
///
/// Of an RPO three things are promised: that it holds while nothing fails, that no outage loses more, and that none leaves copies older.
pub fn objectives(scenario: &Scenario, readings: &mut Readings<'_>) -> Vec<Gate> {
    let of = |key| find(Kind::Application, key).expect("the metrics of applications have these");
    let (rpa, rta) = (of("rpa"), of("rta_from_outage"));
    let (steady, exposed) = (of("rpo_not_held"), of("exposed"));
    let taken = taken(&scenario.promises.gates);
    let outages: Vec<String> = scenario.outages.iter().map(|outage| outage.name.clone()).collect();
    let mut gates = Vec::new();
    for application in scenario.recovery.applications.iter() {
        let name = &application.name;
        let exposing = readings.exposing(name);
        let mut add = |metric: &'static Metric, outages: Vec<String>| {
            let key = if metric.objective() == Some("rto") { "rto" } else { "rpo" }.to_owned();
            let spot = scenario.promises.objectives.get(&(name.clone(), key)).cloned();
            gates.push(objective(metric, name, outages, spot));
        };
        let left = |metric: &'static Metric, outages: &[String]| -> Vec<String> {
            let free =
                |outage: &&String| !taken.contains(&(metric.key, name.as_str(), Some(outage.as_str())));
            outages.iter().filter(free).cloned().collect()
        };
        if application.rpo.is_some() {
            add(rpa, left(rpa, &outages));
            add(exposed, left(exposed, &exposing));
            if !taken.contains(&(steady.key, name.as_str(), None)) {
                add(steady, Vec::new());
            }
        }
        if application.rto.is_some() || application.mtpd.is_some() {
            add(rta, left(rta, &outages));
        }
    }
    gates
}

/// Metric, application and outage of every gate that bounds by the objective.
fn taken(gates: &[Gate]) -> BTreeSet<(&'static str, &str, Option<&str>)> {
    let bounding = gates.iter().filter(|gate| gate.bound == Some(Bound::Objective));
    let all = bounding.flat_map(|gate| targets(std::slice::from_ref(gate)));
    all.map(|target| (target.gate.metric.key, target.subject, target.outage)).collect()
}

fn objective(
    metric: &'static Metric,
    name: &str,
    outages: Vec<String>,
    spot: Option<crate::promise::Spot>,
) -> Gate {
    Gate {
        name: OBJECTIVE.to_owned(),
        metric,
        subject: name.to_owned(),
        outage: metric.per_outage.then(|| "*".to_owned()),
        bound: Some(Bound::Objective),
        tolerance: None,
        expect_breach: false,
        informational_until: None,
        matched: vec![name.to_owned()],
        outages,
        spot,
    }
}
