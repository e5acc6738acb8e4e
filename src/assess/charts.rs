//! What plots draw: links in bins over the baseline, and saw-teeth of applications through their outages.

use crate::engine::account::whole_bytes;
use crate::engine::state::Kernel;
use crate::measure::results::{AgeChart, AgeOutage, Charts, LinkChart, Outcome, Results};
use crate::scenario::Scenario;
use crate::units::{Span, Time};

use super::{Baseline, Fork};

/// Each direction of each link, sampled at equal steps.
pub(crate) struct LinkSamples {
    bin: u64,
    pub(crate) directions: Vec<Samples>,
}

/// One direction of one link.
#[derive(Clone, Default)]
pub(crate) struct Samples {
    carried_before: u128,
    carried: Vec<u128>,
    capacity: Vec<u64>,
    throttled: Vec<bool>,
    backlog: Vec<u64>,
}

impl Samples {
    pub(crate) fn backlog_max(&self) -> u64 {
        self.backlog.iter().copied().max().unwrap_or(0)
    }
}

impl LinkSamples {
    /// `bins` bins over the run, of a round length.
    pub(crate) fn new(scenario: &Scenario, bins: u64) -> Self {
        let least = scenario.horizon.0.div_ceil(bins).max(1);
        let round = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400]
            .map(|s| Span::seconds(s).0);
        let bin = round.into_iter().find(|bin| *bin >= least).unwrap_or(least);
        LinkSamples { bin, directions: vec![Samples::default(); 2 * scenario.topology.links.len()] }
    }

    /// Ends of bins.
    pub(crate) fn edges(&self, horizon: u64) -> impl Iterator<Item = u64> + use<> {
        let bin = self.bin;
        (1..).map(move |index| index * bin).take_while(move |edge| *edge <= horizon)
    }

    /// Notes the state at the start of a bin.
    pub(crate) fn begin(&mut self, kernel: &mut Kernel) {
        for (index, samples) in self.directions.iter_mut().enumerate() {
            let (capacity, throttled) = kernel.capacity(index / 2, index % 2);
            samples.capacity.push(capacity);
            samples.throttled.push(throttled);
        }
    }

    /// Ends a bin and begins the next.
    pub(crate) fn sample(&mut self, kernel: &mut Kernel) {
        let mut backlog = vec![0u128; self.directions.len()];
        for vm in 0..kernel.vms() {
            let unsent = kernel.unsent(vm);
            if unsent > 0 {
                for resource in kernel.path(vm) {
                    if let Some(sum) = backlog.get_mut(*resource as usize) {
                        *sum += unsent;
                    }
                }
            }
        }
        let carried = kernel.carried(self.directions.len());
        for ((samples, unsent), carried) in self.directions.iter_mut().zip(backlog).zip(carried) {
            samples.carried.push(carried - samples.carried_before);
            samples.carried_before = carried;
            samples.backlog.push(whole_bytes(unsent));
        }
        self.begin(kernel);
    }

    #[allow(clippy::cast_precision_loss, reason = "drawing")]
    fn charts(&self, scenario: &Scenario) -> Vec<LinkChart> {
        let topology = &scenario.topology;
        let mut charts = Vec::new();
        for (index, samples) in self.directions.iter().enumerate() {
            let link = topology.links.iter().nth(index / 2).expect("two directions for each link");
            let ends = if index % 2 == 0 { (link.from, link.to) } else { (link.to, link.from) };
            if samples.carried.iter().all(|carried| *carried == 0) {
                continue;
            }
            let bins = samples.carried.len();
            charts.push(LinkChart {
                name: format!(
                    "{} {} → {}",
                    link.name, topology.nodes[ends.0].name, topology.nodes[ends.1].name
                ),
                bin_s: Span(self.bin).as_seconds(),
                carried_bps: samples
                    .carried
                    .iter()
                    .map(|carried| *carried as f64 * 8.0 / self.bin as f64)
                    .collect(),
                capacity_bps: samples.capacity[..bins].iter().map(|rate| *rate as f64 * 8.0).collect(),
                throttled: samples.throttled[..bins].to_vec(),
                backlog_bytes: samples.backlog.iter().map(|bytes| *bytes as f64).collect(),
            });
        }
        charts
    }
}

/// Before and after an outage, a quarter of its length but at least this is drawn.
const MARGIN: Span = Span::seconds(1800);

/// All charts, applications in the order of `results`.
pub(crate) fn charts(scenario: &Scenario, baseline: &Baseline, forks: &[Fork], results: &Results) -> Charts {
    let mut ages = Vec::new();
    for row in &results.applications {
        let applications = scenario.recovery.applications.iter();
        let index = applications.map(|application| &application.name).position(|name| *name == row.name);
        let Some((index, age)) =
            index.and_then(|index| Some((index, baseline.watch.applications[index].as_ref()?)))
        else {
            continue;
        };
        let mut chart = AgeChart {
            name: row.name.clone(),
            rpo_objective_s: row.rpo_objective_s,
            baseline: vertices(&age.trace.vertices()),
            outages: Vec::new(),
        };
        for (fork, outage) in forks.iter().zip(&results.outages) {
            chart.outages.extend(through(scenario, fork, outage, (index, age.ages.max().0)));
        }
        ages.push(chart);
    }
    Charts { ages, links: baseline.links.charts(scenario), health: Vec::new() }
}

/// The saw-tooth of an application through an outage that takes it down or makes its points older than `usual`, the oldest of the
/// baseline. It ends when they are no older than that, the outage is over, and the worst age has been drawn: a copy may be latest long
/// after the repair, behind what other VMs then have to send.
fn through(
    scenario: &Scenario,
    fork: &Fork,
    outage: &crate::measure::results::OutageRow,
    (index, usual): (usize, u64),
) -> Option<AgeOutage> {
    let name = &scenario.recovery.applications.iter().nth(index)?.name;
    let row = outage.applications.iter().find(|row| row.name == *name)?;
    let age = fork.watch.applications[index].as_ref()?;
    let suffered = row.age_max_s.is_some();
    if row.outcome == Outcome::NotHit && !suffered {
        return None;
    }
    let from = Time(fork.from);
    let repairs = outage.faults.iter().filter_map(|fault| fault.to_s).fold(0.0, f64::max);
    let lasts = row.rta_from_outage_s.unwrap_or(match row.outcome {
        Outcome::NotHit => repairs,
        Outcome::FailedOver | Outcome::Repaired | Outcome::NotRecovered => f64::INFINITY,
    });
    let to_s = (Span(from.0).as_seconds() + lasts).min(scenario.horizon.as_seconds());
    let shown = to_s + ((to_s - Span(from.0).as_seconds()) / 4.0).max(MARGIN.as_seconds());
    let all = age.trace.vertices();
    let worst_at = if suffered { age.ages.max().1 } else { 0 };
    let ends = |(at, age): &(u64, u64)| {
        let is_past = Span(*at).as_seconds() > shown && *at >= worst_at;
        is_past && *age <= usual
    };
    let end = all.iter().position(ends).map_or(all.len(), |end| end + 1);
    Some(AgeOutage {
        name: outage.name.clone(),
        from_s: Span(from.0).as_seconds(),
        to_s,
        vertices: vertices(&all[..end]),
    })
}

fn vertices(trace: &[(u64, u64)]) -> Vec<(f64, f64)> {
    trace.iter().map(|(at, age)| (Span(*at).as_seconds(), Span(*age).as_seconds())).collect()
}
