//! Parameters of the model that a difference may come from: what is moved, how far, and what it is in the scenario.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::engine::net::CAPACITY_MAX;
use crate::ids::Id;
use crate::plan::change::each;
use crate::protection::Policy;
use crate::scenario::Scenario;
use crate::topology::links::LinkGraph;
use crate::topology::{Link, Volume};
use crate::units::{Rate, Ratio, as_f64};
use crate::workload::Vm;

/// Steps of a parameter in an octave: one is 1.1 %.
pub(super) const OCTAVE: i32 = 64;
/// Octaves that a parameter is moved up and down: to eight times and to an eighth.
const OCTAVES: i32 = 3;
/// Where nothing limits applying, it is sought from here down, B/s …
const APPLY_FROM: u64 = 1 << 30;
/// … over so many octaves, to 128 KiB/s.
const APPLY_OCTAVES: i32 = 13;
/// Most fields that are proposed.
const SETS_MAX: usize = 4;
/// Most links that are moved: those on which most VMs that were measured depend.
const LINKS_MAX: usize = 8;

/// A parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knob {
    /// Unique ÷ wire bytes, of all policies.
    Compression,
    /// Unique ÷ written bytes, of all policies.
    Coalescing,
    /// What a link carries: rate × efficiency, which measurements cannot tell apart.
    Link(Id<Link>),
    /// Rate at which volumes of replicas apply logs.
    ApplyRate,
}

impl Knob {
    /// Those that can matter to these VMs.
    pub(super) fn all(scenario: &Scenario, vms: &BTreeSet<Id<Vm>>) -> Vec<Knob> {
        let links = links(scenario, vms).into_iter().map(Knob::Link);
        [Knob::Compression, Knob::Coalescing].into_iter().chain(links).chain([Knob::ApplyRate]).collect()
    }

    /// How far it is moved, in steps from what is written.
    pub(super) fn range(self, scenario: &Scenario) -> RangeInclusive<i32> {
        match self {
            Knob::ApplyRate if limited(scenario).is_empty() => -APPLY_OCTAVES * OCTAVE..=0,
            Knob::Compression | Knob::Coalescing | Knob::Link(_) | Knob::ApplyRate => {
                -OCTAVES * OCTAVE..=OCTAVES * OCTAVE
            }
        }
    }

    /// The scenario with it moved by so many steps; none is as written.
    pub(super) fn moved(self, step: i32, scenario: &Scenario) -> Scenario {
        let mut moved = scenario.clone();
        if step == 0 {
            return moved;
        }
        match self {
            Knob::Compression => {
                moved.policies = each(&scenario.policies, |policy| {
                    policy.compression = times_ratio(policy.compression, step);
                });
            }
            Knob::Coalescing => {
                moved.policies = each(&scenario.policies, |policy| {
                    if policy.coalescing.is_empty() {
                        policy.coalescing = vec![(policy.interval, Ratio::ONE)];
                    }
                    for (_, share) in &mut policy.coalescing {
                        *share = times_ratio(*share, step);
                    }
                });
            }
            Knob::Link(link) => {
                let link = &mut moved.topology.links[link];
                link.rate = link.rate.map(|rate| times(rate, step));
            }
            Knob::ApplyRate => {
                let limited = limited(scenario);
                for volume in scenario.topology.volumes.ids() {
                    let rate = match limited.is_empty() {
                        true if holds_replicas(scenario, volume) => Some(Rate(APPLY_FROM)),
                        true => None,
                        false => scenario.topology.volumes[volume].apply_rate,
                    };
                    moved.topology.volumes[volume].apply_rate = rate.map(|rate| times(rate, step));
                }
            }
        }
        moved
    }

    /// What `--set` takes to bring another scenario to these values, where a few fields do.
    pub(super) fn sets(self, moved: &Scenario) -> Vec<String> {
        match self {
            Knob::Compression => {
                let used = used_policies(moved);
                let set = |id: &Id<Policy>| {
                    let policy = &moved.policies[*id];
                    format!("policies.{}.compression={}", policy.name, policy.compression.as_share())
                };
                if used.len() <= SETS_MAX { used.iter().map(set).collect() } else { Vec::new() }
            }
            Knob::Link(link) => {
                let link = &moved.topology.links[link];
                let is_alike = link.rate[0] == link.rate[1];
                is_alike
                    .then(|| format!("links.{}.rate={}", link.name, link.rate[0].exact()))
                    .into_iter()
                    .collect()
            }
            Knob::Coalescing | Knob::ApplyRate => Vec::new(),
        }
    }

    /// Its values in a scenario, each once, ascending: ratios, shares, or bytes a second. Empty: unlimited.
    pub(super) fn values(self, scenario: &Scenario) -> Vec<f64> {
        let used = used_policies(scenario);
        let policies = used.iter().map(|id| &scenario.policies[*id]);
        let mut values: Vec<f64> = match self {
            Knob::Compression => policies.map(|policy| policy.compression.as_share()).collect(),
            Knob::Coalescing => policies
                .flat_map(|policy| match policy.coalescing.is_empty() {
                    true => vec![1.0],
                    false => policy.coalescing.iter().map(|(_, share)| share.as_share()).collect(),
                })
                .collect(),
            Knob::Link(link) => {
                let link = &scenario.topology.links[link];
                vec![as_f64(link.payload(0).0), as_f64(link.payload(1).0)]
            }
            Knob::ApplyRate => {
                let volumes =
                    scenario.topology.volumes.entries().filter(|(id, _)| holds_replicas(scenario, *id));
                volumes.filter_map(|(_, volume)| Some(as_f64(volume.apply_rate?.0))).collect()
            }
        };
        values.sort_by(f64::total_cmp);
        values.dedup();
        values
    }
}

/// Policies that a VM follows.
fn used_policies(scenario: &Scenario) -> BTreeSet<Id<Policy>> {
    scenario.vms.iter().filter_map(|vm| Some(vm.protection.as_ref()?.policy)).collect()
}

/// 2^(step ÷ 64) in millionths.
fn factor(step: i32) -> u128 {
    let exact = libm::exp2(f64::from(step) / f64::from(OCTAVE)) * 1e6;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, at most 2^3 × 10^6"
    )]
    let millionths = exact.round() as u128;
    millionths
}

fn times(rate: Rate, step: i32) -> Rate {
    let product = u128::from(rate.0) * factor(step) / 1_000_000;
    Rate(u64::try_from(product).unwrap_or(u64::MAX).clamp(1, rate.0.max(CAPACITY_MAX - 1)))
}

fn times_ratio(ratio: Ratio, step: i32) -> Ratio {
    let product = u128::from(ratio.0) * factor(step) / 1_000_000;
    Ratio(u32::try_from(product).unwrap_or(u32::MAX).max(1))
}

fn holds_replicas(scenario: &Scenario, volume: Id<Volume>) -> bool {
    scenario.vms.iter().any(|vm| vm.protection.as_ref().is_some_and(|it| it.replica_volume == volume))
}

/// Volumes of replicas that apply at a limited rate.
fn limited(scenario: &Scenario) -> Vec<Id<Volume>> {
    let volumes = scenario.topology.volumes.entries().filter(|(_, volume)| volume.apply_rate.is_some());
    volumes.map(|(id, _)| id).filter(|id| holds_replicas(scenario, *id)).collect()
}

/// Links on the ways of these VMs' logs, those of most VMs first, then by name.
fn links(scenario: &Scenario, vms: &BTreeSet<Id<Vm>>) -> Vec<Id<Link>> {
    let topology = &scenario.topology;
    let graph = LinkGraph::new(topology);
    let mut used = vec![0_u64; topology.links.len()];
    for vm in vms.iter().map(|vm| &scenario.vms[*vm]) {
        let Some(protection) = &vm.protection else { continue };
        let node = |host| topology.node_of(topology.hosts[host].site);
        let route = graph.route(node(vm.host), node(protection.replica_host), |_| true);
        for (link, _) in route.iter().flat_map(|route| &route.links) {
            used[link.index()] += 1;
        }
    }
    let mut links: Vec<Id<Link>> = topology.links.ids().filter(|link| used[link.index()] > 0).collect();
    links.sort_by_key(|link| (std::cmp::Reverse(used[link.index()]), *link));
    links.truncate(LINKS_MAX);
    links
}
