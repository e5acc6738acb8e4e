//! What a design achieves, in the few numbers by which designs are compared.

use crate::assess::{Options, assess};
use crate::measure::results::{Outcome, Results};
use crate::scenario::Scenario;
use crate::units::{Span, as_f64};

/// An application in an outage, or by its age where no outage takes it down.
#[derive(Clone, Debug, PartialEq)]
pub struct ApplicationFigures {
    /// Its name.
    pub application: String,
    /// The outage; `None`: none takes it down, its worst age speaks.
    pub outage: Option<String>,
    /// Whether its objectives are met.
    pub is_met: bool,
    /// From the first fault to in service, s; to the end of the run where it does not come back.
    pub rta_s: f64,
    /// Lost, s.
    pub rpa_s: f64,
    /// Whether it came back, or was never down.
    pub is_back: bool,
}

/// An application over the whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct SteadyFigures {
    /// Its name.
    pub application: String,
    /// RPO and RTO, s.
    pub objectives: [Option<f64>; 2],
    /// RPA and RTA in its worst outage, s.
    pub achieved: [Option<f64>; 2],
    /// In words.
    pub status: &'static str,
    /// Time without outages in which its RPO does not hold, s; `None`: it has none, or nothing to hold it with.
    pub above_s: Option<f64>,
}

/// What a design achieves, and what it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Every application in every outage that takes it down, and those that none does.
    pub verdicts: Vec<ApplicationFigures>,
    /// Every application.
    pub steady: Vec<SteadyFigures>,
    /// Length of the run, s.
    pub horizon_s: f64,
    /// Sum of the links' rates, of the faster direction, Mbps.
    pub mbps: f64,
    /// Replicas at their whole size and recovery points at the end of the run, GB.
    pub stored_gb: f64,
    /// Hosts that hold replicas.
    pub hosts: f64,
}

impl Figures {
    /// Runs a design with all its outages.
    pub fn of(scenario: &Scenario) -> Figures {
        let (results, _) = assess(scenario, &Options { threads: 1, progress: &|_| {} })
            .expect("a run keeps account of every byte");
        let rate = |link: &crate::topology::Link| as_f64(link.rate[0].max(link.rate[1]).0) * 8.0 / 1e6;
        let stored = results.vms.iter().filter_map(|vm| vm.recovery_points.as_ref());
        Figures {
            verdicts: verdicts(scenario, &results),
            steady: steady(&results),
            horizon_s: scenario.horizon.as_seconds(),
            mbps: scenario.topology.links.iter().map(rate).sum(),
            stored_gb: stored.map(|it| as_f64(it.disks_bytes.saturating_add(it.history_bytes)) / 1e9).sum(),
            hosts: as_f64(results.hosts.iter().filter(|host| host.replicas > 0).count() as u64),
        }
    }

    /// How many verdicts are missed.
    pub fn missed(&self) -> usize {
        self.verdicts.iter().filter(|it| !it.is_met).count()
    }

    /// Share of the time in which the RPOs hold, mean of the applications that have one.
    pub fn held(&self) -> Option<f64> {
        let above: Vec<f64> = self.steady.iter().filter_map(|it| it.above_s).collect();
        let mean = above.iter().sum::<f64>() / as_f64(above.len() as u64);
        (!above.is_empty()).then(|| 1.0 - mean / self.horizon_s)
    }
}

fn verdicts(scenario: &Scenario, results: &Results) -> Vec<ApplicationFigures> {
    let mut verdicts = Vec::new();
    for outage in &results.outages {
        let known = scenario.outages.iter().find(|it| it.name == outage.name);
        let first = known.and_then(|it| it.strikes.iter().map(|strike| strike.from).min());
        let left_s = first.map_or(0.0, |first| Span(scenario.horizon.0.saturating_sub(first.0)).as_seconds());
        for row in outage.applications.iter().filter(|row| row.outcome != Outcome::NotHit) {
            let is_back = !matches!(row.outcome, Outcome::NotRecovered | Outcome::Unfinished);
            verdicts.push(ApplicationFigures {
                application: row.name.clone(),
                outage: Some(outage.name.clone()),
                is_met: row.status.holds(),
                rta_s: row.rta_from_outage_s.filter(|_| is_back).unwrap_or(left_s),
                rpa_s: row.rpa_s.unwrap_or(0.0),
                is_back,
            });
        }
    }
    for row in results.applications.iter().filter(|row| row.worst_outage.is_none()) {
        verdicts.push(ApplicationFigures {
            application: row.name.clone(),
            outage: None,
            is_met: row.status.holds(),
            rta_s: 0.0,
            rpa_s: 0.0,
            is_back: true,
        });
    }
    verdicts
}

fn steady(results: &Results) -> Vec<SteadyFigures> {
    let standing = |row: &crate::measure::results::ApplicationRow| SteadyFigures {
        application: row.name.clone(),
        objectives: [row.rpo_objective_s, row.rto_objective_s],
        achieved: [row.rpa_s, row.rta_from_outage_s],
        status: crate::words::status(row.status),
        above_s: row.age.as_ref().and_then(|age| age.above_objective_s),
    };
    results.applications.iter().map(standing).collect()
}
