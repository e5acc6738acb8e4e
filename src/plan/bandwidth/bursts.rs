//! What averages and percentiles hide: the peak of the sum, and the batches above the percentile a planner would take (fact 7.22, T28).

use std::collections::BTreeMap;

use crate::document::{Table, Unit, Value, column};
use crate::engine::net::CAPACITY_MAX;
use crate::engine::observer::{Applied, Observer};
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::plan::demand::Demand;
use crate::plan::runs::advance;
use crate::plan::runs::steady::steady;
use crate::scenario::Scenario;
use crate::topology::Link;
use crate::units::{Rate, as_f64};

/// Batches named.
const NAMED: usize = 10;

/// VMs named for each.
const WRITERS: usize = 3;

/// Mean, percentiles and peak of the sum of all VMs, and the sum of their peaks, which no instant sees (fact 7.14).
pub fn demand_table(demand: &Demand) -> Table {
    let seconds = as_f64(demand.bin) / 1e6;
    let mean = as_f64(demand.total()) / (as_f64(demand.horizon()) / 1e6);
    let peaks: u64 = demand.vms.iter().map(|vm| vm.peak).sum();
    let rows = [
        ("mean", mean),
        ("median", demand.percentile(0.5)),
        ("90th percentile", demand.percentile(0.9)),
        ("95th percentile", demand.percentile(0.95)),
        ("99th percentile", demand.percentile(0.99)),
        ("peak of the sum", demand.percentile(1.0)),
        ("sum of the peaks", as_f64(peaks) / seconds),
    ];
    let row = |(name, rate): (&str, f64)| vec![Value::text(name), Value::Number(8.0 * rate)];
    Table {
        key: "demand",
        title: format!("What the VMs send, by intervals of {}", crate::units::Span(demand.bin)),
        columns: vec![
            column("figure", "figure", Unit::Text),
            column("rate_bps", "rate", Unit::BitsPerSecond),
        ],
        rows: rows.into_iter().map(row).collect(),
        is_detail: false,
    }
}

/// Consecutive intervals above the 95th percentile, largest first, with who writes; `None` if there are none.
pub fn bursts(scenario: &Scenario, link: Id<Link>, demand: &Demand) -> Option<Table> {
    let limit = demand.percentile(0.95) * as_f64(demand.bin) / 1e6;
    let mut found: Vec<(usize, usize, u64)> = Vec::new();
    for (index, bytes) in demand.bins.iter().enumerate().filter(|(_, bytes)| as_f64(**bytes) > limit) {
        match found.last_mut() {
            Some((_, to, sum)) if *to == index => (*to, *sum) = (index + 1, *sum + bytes),
            Some(_) | None => found.push((index, index + 1, *bytes)),
        }
    }
    found.sort_by_key(|(from, _, sum)| (std::cmp::Reverse(*sum), *from));
    found.truncate(NAMED);
    if found.is_empty() {
        return None;
    }
    let writers = writers(scenario, link, demand.bin, &found);
    let row = |((from, to, sum), writers): (&(usize, usize, u64), String)| {
        let span = |bins: usize| as_f64(bins as u64 * demand.bin) / 1e6;
        vec![
            Value::Number(span(*from)),
            Value::Number(span(to - from)),
            Value::Number(as_f64(*sum)),
            Value::Number(8.0 * as_f64(*sum) / span(to - from)),
            Value::text(writers),
        ]
    };
    Some(Table {
        key: "bursts",
        title: "Batches that the 95th percentile hides".into(),
        columns: vec![
            column("from_s", "from", Unit::Moment),
            column("lasts_s", "lasts", Unit::Seconds),
            column("bytes", "sends", Unit::Bytes),
            column("rate_bps", "rate", Unit::BitsPerSecond),
            column("writers", "most by", Unit::Text),
        ],
        rows: found.iter().zip(writers).map(row).collect(),
        is_detail: false,
    })
}

/// Bytes by (batch, VM).
struct Writers<'a> {
    bin: u64,
    batches: &'a [(usize, usize, u64)],
    bytes: BTreeMap<(usize, usize), u64>,
}

impl Observer for Writers<'_> {
    const CAUSES: bool = false;

    fn applied(&mut self, applied: Applied<'_>) {
        let bin = applied.cut.saturating_sub(1) / self.bin;
        let within = |(from, to, _): &(usize, usize, u64)| (*from as u64..*to as u64).contains(&bin);
        if let Some(batch) = self.batches.iter().position(within) {
            *self.bytes.entry((batch, applied.vm)).or_default() += applied.wire;
        }
    }

    fn stopped(&mut self, _: usize, _: u64) {}
    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

/// Of each batch: the VMs that send most, with their share.
fn writers(scenario: &Scenario, link: Id<Link>, bin: u64, batches: &[(usize, usize, u64)]) -> Vec<String> {
    let steady = steady(scenario);
    let mut kernel = Kernel::new(&steady);
    kernel.set_link_rate(link, [Rate(CAPACITY_MAX); 2]);
    let mut plane = Plane { kernel, observer: Writers { bin, batches, bytes: BTreeMap::new() } };
    advance(&mut plane, steady.horizon.0);
    let names: Vec<&str> = steady.vms.iter().map(|vm| vm.name.as_str()).collect();
    let of = |batch: usize, sum: u64| {
        let bytes = plane.observer.bytes.range((batch, 0)..(batch + 1, 0));
        let mut most: Vec<(u64, usize)> = bytes.map(|((_, vm), bytes)| (*bytes, *vm)).collect();
        most.sort_by_key(|(bytes, vm)| (std::cmp::Reverse(*bytes), *vm));
        let named = most.iter().take(WRITERS).map(|(bytes, vm)| {
            format!("{} {:.0} %", names[*vm], 100.0 * as_f64(*bytes) / as_f64(sum.max(1)))
        });
        named.collect::<Vec<_>>().join(", ")
    };
    batches.iter().enumerate().map(|(batch, (_, _, sum))| of(batch, *sum)).collect()
}
