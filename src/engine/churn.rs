//! Reading a VM's churn forward in time: cumulative bytes written, exact to the floor of each segment.
//!
//! A segment is (bytes, length); after `elapsed` µs of it ⌊bytes × elapsed ÷ length⌋ bytes are written.

use std::sync::Arc;

use super::instant::NEVER;
use crate::units::{MICROS, Ratio, Time};
use crate::workload::{AfterEnd, Disk, Layer, Step, Vm};

/// A cursor in one layer of churn: its current segment. Only moves forward.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// Bytes written before the current segment: within a run less than 2^64 (`model.md` §2), and kept below where plans repeat it.
    base: u64,
    from: u64,
    to: u64,
    bytes: u64,
    length: u64,
    next: u32,
}

/// What a layer of churn consists of, as a cursor needs it.
#[derive(Clone, Debug)]
pub enum LayerKind {
    /// One segment without end.
    Constant,
    /// As [`Layer::Shaped`].
    Shaped {
        /// B/s at weight one.
        rate: u64,
        /// Weights end to end.
        steps: Arc<[Step]>,
    },
    /// As [`Layer::Measured`].
    Measured {
        /// Bytes of each bin.
        bins: Arc<[u64]>,
        /// Length of a bin, µs.
        bin: u64,
        /// Scale of every bin.
        growth: Ratio,
        /// What follows the last bin.
        after_end: AfterEnd,
    },
}

impl Cursor {
    /// A cursor at the start of the run, and what it reads.
    pub fn new(layer: &Layer) -> (Cursor, LayerKind) {
        let idle = Cursor { base: 0, from: 0, to: 0, bytes: 0, length: 1, next: 0 };
        match layer {
            Layer::Constant(rate) => {
                (Cursor { bytes: rate.0, length: MICROS, to: NEVER, ..idle }, LayerKind::Constant)
            }
            Layer::Shaped { rate, steps } => (idle, LayerKind::Shaped { rate: rate.0, steps: steps.clone() }),
            Layer::Measured { bins, bin, growth, after_end } => {
                let (bins, bin, growth, after_end) = (bins.clone(), bin.0, *growth, *after_end);
                (idle, LayerKind::Measured { bins, bin, growth, after_end })
            }
        }
    }

    /// Bytes written from the start of the run to `at`, which is never before an earlier call's.
    #[inline]
    pub fn written(&mut self, kind: &LayerKind, at: u64) -> u64 {
        while at >= self.to {
            self.next_segment(kind);
        }
        self.base.saturating_add(share(self.bytes, at - self.from, self.length))
    }

    /// From `at` on it writes what it wrote from the start of the run on. `at` is never before an earlier call's.
    pub(super) fn begin_again(&mut self, kind: &LayerKind, at: u64) {
        if matches!(kind, LayerKind::Constant) {
            return;
        }
        let base = self.written(kind, at);
        *self = Cursor { base, from: at, to: at, bytes: 0, length: 1, next: 0 };
    }

    /// Whether it writes as much as another from `now` on, which neither is past.
    pub(super) fn goes_on_as(&self, other: &Cursor, kind: &LayerKind, now: u64) -> bool {
        let segment = |it: &Cursor| {
            let mut it = it.clone();
            it.written(kind, now);
            (it.from, it.to, it.bytes, it.length, it.next)
        };
        segment(self) == segment(other)
    }

    /// Moves on to the segment that begins where this one ends.
    fn next_segment(&mut self, kind: &LayerKind) {
        let elapsed = self.to - self.from;
        let bytes = if elapsed == self.length { self.bytes } else { share(self.bytes, elapsed, self.length) };
        self.base = self.base.saturating_add(bytes);
        self.from = self.to;
        match kind.segment(self.next as usize) {
            Some((bytes, length)) => {
                (self.bytes, self.length) = (bytes, length);
                self.to = self.from.saturating_add(length);
                self.next += 1;
            }
            None => (self.bytes, self.length, self.to) = (0, 1, NEVER),
        }
    }
}

/// Bytes written to replicated disks, or to the others, between the instants of each pair.
pub(super) fn written_between(vm: &Vm, instants: &[u64], replicate: bool) -> u64 {
    let on = |disk: &Disk| {
        let mut sum = 0;
        for layer in &disk.churn {
            let (mut source, kind) = Cursor::new(layer);
            for run in instants.chunks(2) {
                let before = source.written(&kind, run[0]);
                sum += source.written(&kind, run[1]) - before;
            }
        }
        sum
    };
    vm.disks.iter().filter(|disk| disk.replicate == replicate).map(on).sum()
}

/// Bytes that `vm` writes to disks that are replicated, from the start of the run to `at`, if it runs all the time.
pub fn written_by(vm: &Vm, at: Time) -> u64 {
    let layers = vm.disks.iter().filter(|disk| disk.replicate).flat_map(|disk| &disk.churn);
    let of = |layer: &Layer| {
        let (mut cursor, kind) = Cursor::new(layer);
        cursor.written(&kind, at.0)
    };
    layers.map(of).fold(0, u64::saturating_add)
}

impl LayerKind {
    /// (bytes, length) of segment `index`; `None`: nothing is written from here on.
    fn segment(&self, index: usize) -> Option<(u64, u64)> {
        match self {
            LayerKind::Constant => None,
            LayerKind::Shaped { rate, steps } => {
                steps.get(index).map(|step| (weighted(*rate, step.weight.0, step.length.0), step.length.0))
            }
            LayerKind::Measured { bins, bin, growth, after_end } => {
                let index = match after_end {
                    AfterEnd::Zero => index,
                    AfterEnd::Hold => index.min(bins.len().saturating_sub(1)),
                    AfterEnd::Repeat => index.checked_rem(bins.len())?,
                };
                let bytes = *bins.get(index)?;
                Some((narrow(u128::from(bytes) * u128::from(growth.0) / u128::from(MICROS)), *bin))
            }
        }
    }
}

/// ⌊rate × weight × length ÷ 10^12⌋, in 64 bits where they do.
fn weighted(rate: u64, weight: u32, length: u64) -> u64 {
    let short = || {
        let product = rate.checked_mul(u64::from(weight))?;
        let whole = (product / MICROS).checked_mul(length)?;
        let rest = (product % MICROS).checked_mul(length)? / MICROS;
        Some(whole.checked_add(rest)? / MICROS)
    };
    short().unwrap_or_else(|| {
        let product = u128::from(rate) * u128::from(weight) * u128::from(length);
        narrow(product / (u128::from(MICROS) * u128::from(MICROS)))
    })
}

/// ⌊bytes × elapsed ÷ length⌋.
#[inline]
fn share(bytes: u64, elapsed: u64, length: u64) -> u64 {
    match bytes.checked_mul(elapsed) {
        Some(product) => product / length,
        None => narrow(u128::from(bytes) * u128::from(elapsed) / u128::from(length)),
    }
}

fn narrow(bytes: u128) -> u64 {
    u64::try_from(bytes).expect("a VM writes less than 2^64 bytes in a run")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Rate, Span};

    fn at(layer: &Layer, instants: &[u64]) -> Vec<u64> {
        let (mut source, kind) = Cursor::new(layer);
        instants.iter().map(|seconds| source.written(&kind, seconds * MICROS)).collect()
    }

    #[test]
    fn a_constant_rate_is_exact() {
        assert_eq!(at(&Layer::Constant(Rate(7)), &[0, 1, 10, 3_000_000]), [0, 7, 70, 21_000_000]);
    }

    #[test]
    fn steps_follow_each_other_and_end() {
        let steps: Arc<[Step]> = [(10, 500_000), (10, 2_000_000)]
            .map(|(seconds, weight)| Step { length: Span::seconds(seconds), weight: Ratio(weight) })
            .into();
        let layer = Layer::Shaped { rate: Rate(100), steps };
        assert_eq!(at(&layer, &[5, 10, 15, 20, 99]), [250, 500, 1500, 2500, 2500]);
    }

    #[test]
    fn weighted_rates_are_whole_bytes_whatever_their_size() {
        for rate in [0, 1, 999_999, 1_000_003, 123_456_789, 1 << 40] {
            for weight in [0, 1, 333_333, 1_000_000, 999_999_937, u32::MAX] {
                for length in [1, 59_999_999, 3_600_000_000, 604_800_000_001] {
                    let exact = u128::from(rate) * u128::from(weight) * u128::from(length) / 10u128.pow(12);
                    if let Ok(exact) = u64::try_from(exact) {
                        assert_eq!(weighted(rate, weight, length), exact, "{rate} × {weight} × {length}");
                    }
                }
            }
        }
    }

    #[test]
    fn begun_again_it_writes_the_same_once_more() {
        let layer = |after_end| Layer::Measured {
            bins: [7, 0, 10].into(),
            bin: Span::seconds(3),
            growth: Ratio::ONE,
            after_end,
        };
        for layer in [layer(AfterEnd::Zero), layer(AfterEnd::Hold), Layer::Constant(Rate(5))] {
            let (mut source, kind) = Cursor::new(&layer);
            let first = [1, 4, 8].map(|seconds| source.written(&kind, seconds * MICROS));
            source.begin_again(&kind, 8 * MICROS);
            let again = [9, 12, 16].map(|seconds| source.written(&kind, seconds * MICROS) - first[2]);
            assert_eq!(again, first);
        }
    }

    #[test]
    fn measured_bins_keep_every_byte_whatever_follows_the_last() {
        let layer = |after_end| Layer::Measured {
            bins: [7, 0, 10].into(),
            bin: Span::seconds(3),
            growth: Ratio::ONE,
            after_end,
        };
        assert_eq!(at(&layer(AfterEnd::Zero), &[1, 2, 3, 5, 9, 12]), [2, 4, 7, 7, 17, 17]);
        assert_eq!(at(&layer(AfterEnd::Hold), &[9, 12, 15]), [17, 27, 37]);
        assert_eq!(at(&layer(AfterEnd::Repeat), &[9, 12, 18]), [17, 24, 34]);
    }
}
