//! What plots draw: links in bins over the baseline, and saw-teeth of applications through their outages.

use crate::engine::account::whole_bytes;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::measure::results::{AgeChart, AgeOutage, CURVES_MAX, Charts, LinkChart, OutageRow, Outcome};
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::units::{Span, Time};

use super::{Baseline, End, rows, verdicts};

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
        let backlog = waiting(kernel, self.directions.len());
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
                    .map(|carried| (*carried as f64 * 8.0 / self.bin as f64).round())
                    .collect(),
                capacity_bps: samples.capacity[..bins].iter().map(|rate| *rate as f64 * 8.0).collect(),
                throttled: samples.throttled[..bins].to_vec(),
                backlog_bytes: samples.backlog.iter().map(|bytes| *bytes as f64).collect(),
            });
        }
        charts
    }
}

/// Micro-bytes that are cut and not sent, by direction of link.
pub(super) fn waiting(kernel: &mut Kernel, directions: usize) -> Vec<u128> {
    let mut backlog = vec![0u128; directions];
    for vm in 0..kernel.vms() {
        let unsent = kernel.unsent(vm);
        if unsent > 0 {
            for resource in kernel.way(vm) {
                if let Some(sum) = backlog.get_mut(*resource as usize) {
                    *sum += unsent;
                }
            }
        }
    }
    backlog
}

/// Before and after an outage, a quarter of its length but at least this is drawn.
const MARGIN: Span = Span::seconds(1800);

/// Charts under way.
pub(super) struct Curves {
    /// Of applications that have an age, in the order of their rows.
    ages: Vec<Ages>,
    others: Charts,
}

/// An application's chart under way, and the highest age in each of its outages.
struct Ages {
    of: Id<Application>,
    chart: AgeChart,
    highest: Vec<f64>,
}

impl Ages {
    /// Adds a curve; beyond the most that are kept, the lowest goes, the last among equals.
    fn add(&mut self, curve: AgeOutage) {
        self.highest.push(curve.vertices.iter().map(|vertex| vertex.1).fold(0.0, f64::max));
        self.chart.outages.push(curve);
        if self.highest.len() > CURVES_MAX {
            let lower = |a: &usize, b: &usize| self.highest[*a].total_cmp(&self.highest[*b]).then(b.cmp(a));
            let lowest = (0..self.highest.len()).min_by(lower).expect("there are many");
            self.highest.remove(lowest);
            self.chart.outages.remove(lowest);
            self.chart.more += 1;
        }
    }
}

impl Curves {
    /// Those of the baseline.
    pub(super) fn new(scenario: &Scenario, baseline: &Baseline) -> Curves {
        let applications = verdicts::by_tier(scenario).into_iter();
        let ages = applications.filter_map(|id| {
            let (row, age) =
                (&scenario.recovery.applications[id], baseline.watch.applications[id.index()].as_ref()?);
            let chart = AgeChart {
                name: row.name.clone(),
                rpo_objective_s: row.rpo.map(Span::as_seconds),
                baseline: vertices(&age.trace.vertices()),
                is_exact: age.trace.is_exact(),
                outages: Vec::new(),
                more: 0,
            };
            Some(Ages { of: id, chart, highest: Vec::new() })
        });
        let others = Charts {
            ages: Vec::new(),
            links: baseline.links.charts(scenario),
            health: rows::ended(scenario, baseline).chart(),
        };
        Curves { ages: ages.collect(), others }
    }

    /// Adds what an outage did.
    pub(super) fn add(&mut self, through: Vec<(Id<Application>, AgeOutage)>) {
        for (application, curve) in through {
            let ages = self.ages.iter_mut().find(|ages| ages.of == application);
            ages.expect("what has an age in an outage has one").add(curve);
        }
    }

    pub(super) fn finish(self) -> Charts {
        Charts { ages: self.ages.into_iter().map(|ages| ages.chart).collect(), ..self.others }
    }
}

/// The saw-teeth of all applications through an outage.
pub(super) fn through(
    scenario: &Scenario,
    baseline: &Baseline,
    end: &End,
    row: &OutageRow,
) -> Vec<(Id<Application>, AgeOutage)> {
    let of = |id: Id<Application>| {
        let usual = baseline.watch.applications[id.index()].as_ref()?.ages.max().0;
        Some((id, saw_tooth(scenario, end, row, (id, usual))?))
    };
    scenario.recovery.applications.ids().filter_map(of).collect()
}

/// The saw-tooth of an application through an outage that takes it down or makes its points older than `usual`, the oldest of the
/// baseline. It ends when they are no older than that, the outage is over, and the worst age has been drawn: a copy may be latest long
/// after the repair, behind what other VMs then have to send. Of an outage with more teeth than are kept exactly it ends with those, unless
/// the worst comes later.
fn saw_tooth(
    scenario: &Scenario,
    end: &End,
    outage: &OutageRow,
    (application, usual): (Id<Application>, u64),
) -> Option<AgeOutage> {
    let name = &scenario.recovery.applications[application].name;
    let row = outage.applications.iter().find(|row| row.name == *name)?;
    let age = end.watch.applications[application.index()].as_ref()?;
    let suffered = row.age_max_s.is_some();
    if row.outcome == Outcome::NotHit && !suffered {
        return None;
    }
    let from = Time(end.from);
    let repairs = outage.faults.iter().filter_map(|fault| fault.to_s).fold(0.0, f64::max);
    let lasts = row.rta_from_outage_s.unwrap_or(match row.outcome {
        Outcome::NotHit => repairs,
        Outcome::FailedOver | Outcome::Repaired | Outcome::Unfinished | Outcome::NotRecovered => {
            f64::INFINITY
        }
    });
    let to_s = (Span(from.0).as_seconds() + lasts).min(scenario.horizon.as_seconds());
    let shown = to_s + ((to_s - Span(from.0).as_seconds()) / 4.0).max(MARGIN.as_seconds());
    let all = age.trace.vertices();
    let worst_at = if suffered { age.ages.max().1 } else { 0 };
    let ends = |(at, age): &(u64, u64)| {
        let is_past = Span(*at).as_seconds() > shown && *at >= worst_at;
        is_past && *age <= usual
    };
    let shown = all.iter().position(ends).map_or(all.len(), |last| last + 1);
    let exact = age.trace.exact();
    let is_past = exact > 0 && worst_at > all[exact - 1].0;
    let shown = if is_past { shown } else { shown.min(exact) };
    Some(AgeOutage {
        name: outage.name.clone(),
        from_s: Span(from.0).as_seconds(),
        to_s,
        vertices: vertices(&all[..shown]),
    })
}

fn vertices(trace: &[(u64, u64)]) -> Vec<(f64, f64)> {
    trace.iter().map(|(at, age)| (Span(*at).as_seconds(), Span(*age).as_seconds())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_curves_the_highest_are_kept_in_their_order() {
        let mut ages = Ages { of: Id::new(0), chart: AgeChart::default(), highest: Vec::new() };
        for outage in 0..3000_u32 {
            // Ten of each height, the heights in no order.
            let age = f64::from(outage * 7 % 300);
            let vertices = vec![(0.0, 1.0), (age, age), (age, 0.0)];
            ages.add(AgeOutage { name: outage.to_string(), vertices, ..AgeOutage::default() });
        }
        let kept: Vec<u32> = ages.chart.outages.iter().map(|it| it.name.parse().unwrap()).collect();
        let high = (0..3000).filter(|outage| outage * 7 % 300 >= 290).collect::<Vec<u32>>();
        assert_eq!((kept, ages.chart.more), (high, 2900));
    }

    #[test]
    fn among_equally_high_curves_the_first_are_kept() {
        let mut ages = Ages { of: Id::new(0), chart: AgeChart::default(), highest: Vec::new() };
        (0..150).for_each(|outage| ages.add(AgeOutage { name: outage.to_string(), ..AgeOutage::default() }));
        let kept: Vec<usize> = ages.chart.outages.iter().map(|it| it.name.parse().unwrap()).collect();
        assert_eq!((kept, ages.chart.more), ((0..100).collect(), 50));
    }
}
