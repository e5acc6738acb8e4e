//! The engine against `oracle/ship50-2013-8.json`: 50 machines over a month, computed outside this project as a fluid recurrence.
//!
//! How its conventions map to the engine's:
//!
//! - The oracle lets the bytes of bin k reach the link during bin k, all at once: B[k+1] = max(0, B[k] + A[k] − T·C). The engine cuts
//!   them at (k+1)T and sends them until (k+2)T. So B[k+1], the backlog at the end of bin k, is what the engine has cut and not
//!   sent at (k+2)T, after what completes then and before what is cut then. Everything, outages too, happens one bin later.
//! - One link, queued logs and no other limit make the link work-conserving. Each busy time begins on a tick, so apart from less than
//!   a byte that rounding leaves on its way the two agree. Backlogs are rounded to the nearest byte, and must be *equal*.
//! - A cycle exists in the oracle even if nothing was written in it; so it does in the engine: an empty log is a point as well.
//! - The engine's aligned ticks begin at the start itself, with an empty log over no time that the oracle does not know: `pair::Points`
//!   leaves it out. Logs cut after the last bin are the engine's only, and are left out.

use std::collections::BTreeMap;

use drsim::data_plane::DataPlane;
use drsim::engine::plane::Plane;
use drsim::ids::Id;
use drsim::import::{ChurnOptions, Import, Values};
use drsim::plan::boundary::{Boundary, least};
use drsim::plan::demand::Demand;
use drsim::protection::Overrun;
use drsim::scenario::Scenario;
use drsim::series::{Column, Series};
use drsim::units::{Rate, Ratio, Time};
use drsim::workload::{AfterEnd, Layer};
use serde_json::Value;

use crate::pair::{WAN, pair, plane, points, policy, unsent};
use crate::shared::data;

const T: u64 = 300;
const BINS: usize = 8640;

fn month() -> Option<(Series, Value)> {
    let oracle = data("oracle/ship50-2013-8.json")?;
    let path = data("churn/bitbrains-rnd/ship50-2013-8-bytes-per-300s.csv.gz")?;
    let mut import = Import::new(ChurnOptions { values: Some(Values::Bytes), ..ChurnOptions::default() });
    import.file(path.to_str().unwrap(), std::fs::File::open(&path).unwrap());
    let (series, _) = import.finish().unwrap_or_else(|faults| panic!("{faults}"));
    Some((series, serde_json::from_slice(&std::fs::read(oracle).unwrap()).unwrap()))
}

fn measured(series: &Series, column: &Column) -> Vec<Layer> {
    let bins = column.bins.iter().map(|bytes| bytes.unwrap_or(0)).collect();
    vec![Layer::Measured { bins, bin: series.bin, growth: Ratio::ONE, after_end: AfterEnd::Zero }]
}

fn fleet(series: &Series, capacity: u64) -> Scenario {
    let churn = series.columns.iter().map(|column| measured(series, column)).collect();
    pair(Rate(capacity), policy(T, Overrun::Queue), churn)
}

fn number(row: &Value, key: &str) -> u64 {
    row[key].as_u64().unwrap_or_else(|| panic!("{key} of {row}"))
}

fn rows<'a>(oracle: &'a Value, key: &str) -> &'a [Value] {
    oracle[key].as_array().unwrap()
}

/// The oracle's backlog at the end of a bin, to the nearest byte.
fn backlog(plane: &mut Plane<()>, bin: usize) -> u64 {
    plane.advance(Time((bin as u64 + 2) * T * 1_000_000));
    u64::try_from((unsent(&mut plane.kernel) + 500_000) / 1_000_000).unwrap()
}

/// The first of the largest, and its place.
fn peak(backlogs: &[u64]) -> (usize, u64) {
    let (mut place, mut largest) = (0, 0);
    for (bin, bytes) in backlogs.iter().enumerate() {
        if *bytes > largest {
            (place, largest) = (bin, *bytes);
        }
    }
    (place, largest)
}

/// The printed value, and ours, as far as the oracle prints it: 6 decimals.
fn printed(ours: f64, row: &Value, key: &str) {
    let theirs = row[key].as_f64().unwrap();
    assert!((ours - theirs).abs() <= 2e-6 + 1e-9 * theirs, "{key}: {ours} in {row}");
}

#[test]
fn every_byte_and_the_backlog_at_six_link_rates() {
    let Some((series, oracle)) = month() else { return };
    for row in rows(&oracle, "backlog") {
        let capacity = number(row, "capacity_Bps");
        let scenario = fleet(&series, capacity);
        let mut plane = plane(&scenario, ());
        let backlogs: Vec<u64> = (0..BINS).map(|bin| backlog(&mut plane, bin)).collect();
        let audit = plane.kernel.audit(&scenario).unwrap();
        assert_eq!(audit.written(), u128::from(number(&oracle, "total_bytes")));
        let (bin, bytes) = peak(&backlogs);
        assert_eq!(bytes, number(row, "peak_backlog_bytes"), "{row}");
        assert_eq!(bin as u64, number(row, "peak_bin"), "{row}");
        let with = backlogs.iter().filter(|bytes| **bytes > 0).count();
        assert_eq!(with as u64, number(row, "bins_with_backlog"), "{row}");
        let longest = backlogs.split(|bytes| *bytes == 0).map(<[u64]>::len).max().unwrap();
        assert_eq!(longest as u64, number(row, "longest_backlog_episode_bins"), "{row}");
        assert_eq!(backlogs[BINS - 1], number(row, "final_backlog_bytes"), "{row}");
        printed(bytes as f64 / capacity as f64, row, "max_fluid_delay_s");
    }
}

/// For a delay d, C is the least whole rate with B ≤ d·C always, or in 90 % of the bins: found by search over runs, to the byte per
/// second. Where to begin is told by the fluid recurrence over what flows, which is the same metric in floating point.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, and within the range")]
#[test]
fn the_least_link_for_five_delays() {
    let Some((series, oracle)) = month() else { return };
    let within = |capacity: u64, delay: u64| {
        let scenario = fleet(&series, capacity);
        let mut plane = plane(&scenario, ());
        (0..BINS).filter(|bin| backlog(&mut plane, *bin) <= delay * capacity).count()
    };
    let mut demand = Demand::new(0, T * 1_000_000, BINS as u64 * T * 1_000_000);
    for column in &series.columns {
        for (sum, bytes) in demand.bins.iter_mut().zip(&column.bins) {
            *sum += bytes.unwrap_or(0);
        }
    }
    for (delay, row) in oracle["min_capacity_Bps_for_delay_s"].as_object().unwrap() {
        let delay: u64 = delay.parse().unwrap();
        for (key, bins) in [("always", BINS), ("of_90pct_bins", BINS * 9 / 10)] {
            let late = (BINS - bins) as f64 / BINS as f64;
            let guess = demand.fluid_rate(delay as f64, late) as u64;
            let found = least(1, 1 << 40, guess, |capacity| within(capacity, delay) >= bins);
            let expected = number(row, key);
            assert_eq!(found, Boundary::Between(expected, expected - 1), "{delay} s {key}");
        }
    }
}

#[test]
fn the_link_outages_and_the_catching_up_after_them() {
    let Some((series, oracle)) = month() else { return };
    let mut by_rate: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    for row in rows(&oracle, "link_outages") {
        by_rate.entry(number(row, "capacity_Bps")).or_default().push(row);
    }
    assert_eq!(by_rate.values().map(Vec::len).sum::<usize>(), 27);
    for (capacity, outages) in by_rate {
        let scenario = fleet(&series, capacity);
        let mut baseline = plane(&scenario, ());
        let (mut backlogs, mut starts) = (Vec::new(), BTreeMap::new());
        for bin in 0..BINS {
            if outages.iter().any(|row| down_bins(row).0 == bin) {
                starts.insert(bin, baseline.clone());
            }
            backlogs.push(backlog(&mut baseline, bin));
        }
        for row in outages {
            outage(starts[&down_bins(row).0].clone(), row, &backlogs);
        }
    }
}

fn down_bins(row: &Value) -> (usize, usize) {
    let at = |index: usize| usize::try_from(row["down_bins"][index].as_u64().unwrap()).unwrap();
    (at(0), at(1))
}

/// From the state at the end of the bin before the outage. Once both runs have sent all, one link and one rule make them the same run;
/// from there on the backlogs are the baseline's.
fn outage(mut plane: Plane<()>, row: &Value, baseline: &[u64]) {
    let (from, to) = down_bins(row);
    plane.set_link(Id::new(WAN), None);
    let mut backlogs = Vec::new();
    for bin in from..to {
        backlogs.push(backlog(&mut plane, bin));
    }
    assert_eq!(*backlogs.last().unwrap(), number(row, "backlog_at_link_restore"), "{row}");
    plane.set_link(Id::new(WAN), Some(Ratio::ONE));
    let mut bin = to;
    loop {
        let bytes = backlog(&mut plane, bin);
        backlogs.push(bytes);
        if bytes == 0 {
            break;
        }
        bin += 1;
    }
    assert_eq!(bin as u64, number(row, "first_bin_ending_with_zero_backlog"), "{row}");
    assert_eq!((bin + 1 - to) as u64 * T, number(row, "catchup_s_upper"), "{row}");
    assert_eq!(baseline[bin], 0, "{row}");
    backlogs.extend(&baseline[bin + 1..]);
    let (place, bytes) = peak(&backlogs);
    assert_eq!(bytes, number(row, "peak_backlog_after_start"), "{row}");
    assert_eq!((from + place) as u64, number(row, "peak_bin"), "{row}");
}

/// f[k] = max((k+1)T, f[k−1]) + D[k] ÷ C, the exposure just before it f[k] − (start of the oldest byte carried): the age of the newest
/// point just before the next appears. The engine ends a log at the first µs by which it is sent.
#[test]
fn single_machines_that_queue_or_merge() {
    let Some((series, oracle)) = month() else { return };
    let cases = rows(&oracle, "single_vm_cycles");
    assert_eq!(cases.len(), 32);
    let end = BINS as u64 * T * 1_000_000;
    for row in cases {
        let column = series.column(row["vm"].as_str().unwrap()).unwrap();
        let interval = number(row, "interval_s");
        let (overrun, count, late) = match row["mode"].as_str() {
            Some("queue") => (Overrun::Queue, "cycles", "cycles_with_exposure_gt_2T"),
            Some("merge") => (Overrun::NextTick, "transfers", "transfers_with_exposure_gt_2T"),
            _ => panic!("{row}"),
        };
        let policy = policy(interval, overrun);
        let scenario = pair(Rate(number(row, "capacity_Bps")), policy, vec![measured(&series, column)]);
        let points = points(&scenario, 2 * BINS as u64 * T).0;
        // The oracle's last tick is the end of the month: what a busy link leaves uncut there is no transfer of its.
        let of_month: Vec<_> = points.iter().filter(|point| point.cut <= end).collect();
        let exposures: Vec<u64> = of_month.iter().map(|point| point.at - point.previous).collect();
        assert_eq!(exposures.len() as u64, number(row, count), "{row}");
        printed(*exposures.iter().max().unwrap() as f64 / 1e6, row, "max_exposure_s");
        let above = exposures.iter().filter(|exposure| **exposure > 2 * interval * 1_000_000).count();
        assert_eq!(above as u64, number(row, late), "{row}");
        let carried: u64 = points.iter().map(|point| point.raw).sum();
        assert_eq!(carried, number(&oracle["per_vm"][&column.name], "total_bytes"), "{row}");
    }
}
