//! What replicas ask of the recovery site's volumes: space for them and their recovery points, and writes, measured in a run.
//!
//! A log's bytes count in the bin in which it was cut. A replica writes more operations than its VM: 1.5 for each without recovery points
//! (fact 2.9), 2–3 with them, on Windows Server 2012 4–6 (fact 2.8).

use crate::assess::points::history_bytes;
use crate::data_plane::DataPlane;
use crate::engine::observer::{Applied, Observer};
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::plan::ask::{Progress, Stopped};
use crate::plan::runs::steady::steady;
use crate::scenario::Scenario;
use crate::topology::OsVersion;
use crate::units::{Span, Time, as_f64};

/// Size of one write operation, bytes, by which bytes become operations (fact 7.6).
pub const OPERATION: u64 = 8192;
/// Length of a bin, where no copy frequency is longer.
const BIN: Span = Span::seconds(900);
/// How often recovery points are looked at; one is kept for each hour (fact 2.1).
const LOOK: Span = Span::seconds(3600);

/// What is asked of a volume.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// Replicas on it.
    pub replicas: u64,
    /// Virtual size of their disks, bytes.
    pub replica_bytes: u64,
    /// Most that their recovery points took at a full hour, bytes.
    pub points_bytes: u64,
    /// Applied, mean of the run, B/s.
    pub mean: f64,
    /// Applied in the bin with most, B/s.
    pub peak: f64,
    /// Write operations per second at worst in a bin, with the lower factor.
    pub iops_low: f64,
    /// With the higher factor.
    pub iops_high: f64,
    /// The factors that were used, the lowest and the highest.
    pub factors: Option<(f64, f64)>,
}

/// Write operations at the replica for each of the VM's.
pub fn factors(points: u32, os: OsVersion) -> (f64, f64) {
    match (points, os) {
        (0, _) => (1.5, 1.5),
        (_, os) if os.keeps_snapshots() => (4.0, 6.0),
        (_, _) => (2.0, 3.0),
    }
}

/// A replica, for who watches.
#[derive(Clone)]
struct Target {
    volume: usize,
    factors: (f64, f64),
    /// Unique bytes for each byte on the wire.
    unwired: f64,
}

/// Bytes applied, and operations with both factors, by volume and bin.
struct Writes {
    bin: u64,
    targets: Vec<Option<Target>>,
    volumes: Vec<Vec<[f64; 3]>>,
}

impl Observer for Writes {
    const CAUSES: bool = false;

    fn applied(&mut self, applied: Applied<'_>) {
        let Some(target) = &self.targets[applied.vm] else { return };
        let bins = &mut self.volumes[target.volume];
        let last = bins.len() - 1;
        let place = usize::try_from(applied.cut.saturating_sub(1) / self.bin).map_or(last, |at| at.min(last));
        let operations = as_f64(applied.raw) / as_f64(OPERATION);
        let more = [
            as_f64(applied.wire) * target.unwired,
            operations * target.factors.0,
            operations * target.factors.1,
        ];
        bins[place].iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
    }

    fn stopped(&mut self, _: usize, _: u64) {}
    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

/// The length of bins in which writes are measured: at least the longest copy frequency, so that a bin holds whole logs.
pub fn bin(scenario: &Scenario) -> Span {
    scenario.policies.iter().map(|policy| policy.interval).fold(BIN, Span::max)
}

/// The loads of all volumes, in a steady run to the horizon.
///
/// # Errors
/// `progress` said stop.
pub fn loads(scenario: &Scenario, progress: Progress<'_>) -> Result<Vec<Load>, Stopped> {
    let steady = steady(scenario);
    let (bin, horizon) = (bin(&steady).0, steady.horizon.0);
    let count = usize::try_from(horizon.div_ceil(bin).max(1)).expect("bins of a run fit in memory");
    let mut loads = vec![Load::default(); steady.topology.volumes.len()];
    let targets = targets(&steady, &mut loads);
    let volumes = vec![vec![[0.0; 3]; count]; loads.len()];
    let mut plane = Plane { kernel: Kernel::new(&steady), observer: Writes { bin, targets, volumes } };
    let mut at = 0;
    while at < horizon {
        if !progress("measuring the recovery site's volumes", at.saturating_mul(1000) / horizon) {
            return Err(Stopped { what: "measuring the recovery site's volumes".into() });
        }
        let edge = at.saturating_add(LOOK.0).min(horizon);
        while at < edge {
            at = plane.advance(Time(edge)).0;
            while plane.notice().is_some() {}
        }
        look_at_points(&steady, &plane, &mut loads);
    }
    for (load, bins) in loads.iter_mut().zip(&plane.observer.volumes) {
        let seconds = as_f64(bin) / 1e6;
        let most = |part: usize| bins.iter().map(|bin| bin[part]).fold(0.0, f64::max) / seconds;
        load.mean = bins.iter().map(|bin| bin[0]).sum::<f64>() * 1e6 / as_f64(horizon.max(1));
        (load.peak, load.iops_low, load.iops_high) = (most(0), most(1), most(2));
    }
    Ok(loads)
}

fn targets(steady: &Scenario, loads: &mut [Load]) -> Vec<Option<Target>> {
    let mut targets = Vec::new();
    for vm in steady.vms.iter() {
        let target = vm.protection.as_ref().map(|protection| {
            let policy = &steady.policies[protection.policy];
            let os = steady.topology.hosts[protection.replica_host].hyper_v.os;
            let (low, high) = factors(policy.settings.recovery_points, os);
            let load = &mut loads[protection.replica_volume.index()];
            let disks = vm.disks.iter().filter(|disk| disk.replicate);
            load.replicas += 1;
            load.replica_bytes = disks.fold(load.replica_bytes, |sum, disk| sum.saturating_add(disk.size.0));
            let (least, most) = load.factors.unwrap_or((low, high));
            load.factors = Some((least.min(low), most.max(high)));
            let unwired = f64::from(policy.compression.0) / f64::from(1_000_000 + policy.overhead.0);
            Target { volume: protection.replica_volume.index(), factors: (low, high), unwired }
        });
        targets.push(target);
    }
    targets
}

fn look_at_points(steady: &Scenario, plane: &Plane<Writes>, loads: &mut [Load]) {
    let mut taken = vec![0u64; loads.len()];
    for (id, vm) in steady.vms.entries() {
        let Some(protection) = &vm.protection else { continue };
        if steady.policies[protection.policy].settings.recovery_points > 0 {
            let os = steady.topology.hosts[protection.replica_host].hyper_v.os;
            let bytes = history_bytes(vm, os, &plane.points(Id::new(id.index())));
            let sum = &mut taken[protection.replica_volume.index()];
            *sum = sum.saturating_add(bytes);
        }
    }
    loads.iter_mut().zip(taken).for_each(|(load, taken)| load.points_bytes = load.points_bytes.max(taken));
}
