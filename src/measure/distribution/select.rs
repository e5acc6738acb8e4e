//! Quantiles of teeth as they came, without sorting them: F at the edges of even steps of age first, then only those steps of which a
//! quantile is asked.

use super::rise::{Rise, target};

/// Most steps of age, as a power of two; there are no more than teeth.
const STEPS: u32 = 10;

/// What changes within a step.
#[derive(Clone, Copy, Default)]
struct Step {
    slope: i64,
    /// Each change × how far into the step it is.
    moment: i64,
}

/// For each share in parts per thousand: the least age at which F reaches it.
pub(super) fn quantiles<const N: usize>(teeth: &[[u32; 2]], shares: [u32; N]) -> [u64; N] {
    let Some(most) = teeth.iter().map(|[_, high]| *high).max() else { return [0; N] };
    let bits = teeth.len().ilog2().clamp(1, STEPS);
    let shift = (u32::BITS - most.leading_zeros()).saturating_sub(bits);
    let mut steps = vec![Step::default(); 1 << bits];
    for (age, change) in changes(teeth) {
        let step = &mut steps[(age >> shift) as usize];
        step.slope += change;
        step.moment += change * i64::from(age - (age >> shift << shift));
    }
    let edges = edges(&steps, 1 << shift);
    let whole = edges.last().map_or(0, |last| last.below);
    shares.map(|share| {
        let target = target(whole, share);
        let place = edges.partition_point(|edge| edge.below < target.max(1)) - 1;
        let within = changes(teeth).filter(|(age, _)| (*age >> shift) as usize == place);
        let mut within: Vec<(u64, i64)> = within.map(|(age, change)| (u64::from(age), change)).collect();
        // Where one tooth ends and another begins, F has no gap.
        within.sort_unstable_by_key(|(age, change)| (*age, -change));
        let mut from = edges[place];
        from.reach(target, &mut within.as_slice())
    })
}

/// F at the begin of each step and at the end of the last. All of it is less than 2^63: teeth of 2^32 µs at most, and not that many.
fn edges(steps: &[Step], width: u32) -> Vec<Rise> {
    let (mut age, mut slope, mut below) = (0, 0_i64, 0_i64);
    let mut edges = vec![Rise::default()];
    for step in steps {
        below += (slope + step.slope) * i64::from(width) - step.moment;
        slope += step.slope;
        age += u64::from(width);
        let [slope, below] = [slope, below].map(|it| u128::from(it.unsigned_abs()));
        edges.push(Rise { age, slope, below });
    }
    edges
}

/// Both ends of each tooth, with what they change.
fn changes(teeth: &[[u32; 2]]) -> impl Iterator<Item = (u32, i64)> {
    teeth.iter().flat_map(|[low, high]| [(*low, 1), (*high, -1)])
}
