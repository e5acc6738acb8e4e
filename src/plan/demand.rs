//! What a fleet asks of the network, apart from any link: bytes on the wire by the interval in which they were cut.

use crate::engine::observer::{Applied, Observer};
use crate::units::as_f64;

/// Bytes on the wire. Peak of sums, and the peaks that do not sum (fact 7.14).
#[derive(Clone, Debug)]
pub struct Demand {
    /// Length of a bin, µs.
    pub bin: u64,
    /// Of all VMs together, by the bin of the cut.
    pub bins: Vec<u64>,
    /// By VM.
    pub vms: Vec<VmDemand>,
    horizon: u64,
}

/// What one VM asks, and what it gets from a link that never binds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VmDemand {
    /// All its bytes on the wire.
    pub total: u64,
    /// Most in a bin.
    pub peak: u64,
    /// Its oldest newest point, µs: no rate makes it younger.
    pub worst: u64,
    /// The bin it writes now, and how much so far.
    current: (usize, u64),
}

impl Demand {
    /// Nothing yet, of `vms` machines over `horizon`.
    pub fn new(vms: usize, bin: u64, horizon: u64) -> Demand {
        let count = usize::try_from(horizon.div_ceil(bin)).expect("bins of a run fit in memory");
        Demand { bin, bins: vec![0; count], vms: vec![VmDemand::default(); vms], horizon }
    }

    /// Length of the run, µs.
    pub fn horizon(&self) -> u64 {
        self.horizon
    }

    /// All of it.
    pub fn total(&self) -> u64 {
        self.bins.iter().sum()
    }

    /// In a single queue of all bytes served at `rate` B/s, by the fluid recurrence B ← max(0, B + A − C·bin): the delay, s, that this share
    /// of the bins exceeds; 0: the worst.
    pub fn fluid_delay(&self, rate: f64, late: f64) -> f64 {
        let seconds = as_f64(self.bin) / 1e6;
        let mut backlog = 0.0f64;
        let mut delays: Vec<f64> = Vec::with_capacity(self.bins.len());
        for bytes in &self.bins {
            backlog = (backlog + as_f64(*bytes) - rate * seconds).max(0.0);
            delays.push(backlog / rate);
        }
        let count = as_f64(delays.len() as u64);
        let Some(place) = (0..delays.len()).find(|place| as_f64(*place as u64 + 1) > late * count) else {
            return 0.0;
        };
        *delays.select_nth_unstable_by(place, |a, b| b.total_cmp(a)).1
    }

    /// The rate, B/s, at which that delay is `delay`: where a search begins, not an answer.
    pub fn fluid_rate(&self, delay: f64, late: f64) -> f64 {
        let seconds = as_f64(self.bin) / 1e6;
        let (mut low, mut high) = (1.0, as_f64(self.bins.iter().copied().max().unwrap_or(0)) / seconds + 2.0);
        while high - low > 1e-5 * high {
            let middle = (low + high) / 2.0;
            if self.fluid_delay(middle, late) <= delay {
                high = middle;
            } else {
                low = middle;
            }
        }
        high
    }

    /// Mean rate of the bins, B/s, that is not exceeded in this share of them; 1: the peak.
    pub fn percentile(&self, share: f64) -> f64 {
        let mut sorted = self.bins.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        // Nearest rank: a value that occurred.
        let rank =
            (1..=sorted.len()).find(|rank| as_f64(*rank as u64) >= share * as_f64(sorted.len() as u64));
        let bytes = sorted.get(rank.map_or(last, |rank| rank - 1)).copied().unwrap_or(0);
        as_f64(bytes) * 1e6 / as_f64(self.bin)
    }
}

impl Observer for Demand {
    const CAUSES: bool = false;

    fn applied(&mut self, applied: Applied<'_>) {
        let last = self.bins.len() - 1;
        // A log cut at an edge holds what was written before it.
        let bin = usize::try_from(applied.cut.saturating_sub(1) / self.bin).map_or(last, |bin| bin.min(last));
        self.bins[bin] += applied.wire;
        let vm = &mut self.vms[applied.vm];
        let so_far = if vm.current.0 == bin { vm.current.1 } else { 0 };
        vm.current = (bin, so_far + applied.wire);
        vm.total += applied.wire;
        vm.peak = vm.peak.max(vm.current.1);
        vm.worst = vm.worst.max(applied.at - applied.previous);
    }

    fn stopped(&mut self, _: usize, _: u64) {}
    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(demand: &mut Demand, vm: usize, cut: u64, wire: u64) {
        let applied = Applied {
            vm,
            cut,
            previous: cut - 5,
            at: cut + 2,
            raw: wire,
            wire,
            on_time: true,
            app_consistent: false,
            is_copy: false,
            causes: &[],
        };
        demand.applied(applied);
    }

    /// Bins of 10: a VM that is cut every 5 has two logs in each, of which the later is cut at the bin's very end.
    #[test]
    fn the_peak_of_a_vm_is_of_all_its_logs_in_a_bin() {
        let mut demand = Demand::new(2, 10, 40);
        for (cut, wire) in [(5, 3), (10, 4), (15, 6), (20, 0), (25, 1)] {
            log(&mut demand, 0, cut, wire);
        }
        log(&mut demand, 1, 20, 9);
        assert_eq!(demand.bins, [7, 15, 1, 0]);
        assert_eq!((demand.vms[0].peak, demand.vms[1].peak), (7, 9));
        assert_eq!((demand.vms[0].total, demand.vms[0].worst), (14, 7));
        assert_eq!([0.5, 0.75, 1.0].map(|share| demand.percentile(share)), [1e5, 7e5, 15e5]);
    }

    /// Bins of 1 s at 10, 0, 0 bytes: at 4 B/s 6 wait 1.5 s, then 2 wait 0.5 s, then none.
    #[test]
    fn a_single_queue_delays_by_its_backlog() {
        let mut demand = Demand::new(0, 1_000_000, 3_000_000);
        demand.bins = vec![10, 0, 0];
        assert_eq!([0.0, 0.34, 0.67].map(|late| demand.fluid_delay(4.0, late)), [1.5, 0.5, 0.0]);
        assert!((demand.fluid_rate(1.5, 0.0) - 4.0).abs() < 1e-3);
    }
}
