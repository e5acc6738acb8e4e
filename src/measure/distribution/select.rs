//! Quantiles of teeth as they came, without sorting them: F at the edges of even steps of age first, then only those steps of which a
//! quantile is asked.

use super::{Rise, target};

/// Steps of age, as a power of two.
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
    let shift = (u32::BITS - most.leading_zeros()).saturating_sub(STEPS);
    let mut steps = vec![Step::default(); 1 << STEPS];
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

/// F at the begin of each step and at the end of the last.
fn edges(steps: &[Step], width: u64) -> Vec<Rise> {
    let mut at = Rise::default();
    let mut edges = vec![at];
    for step in steps {
        let within = i128::from(step.slope) * i128::from(width) - i128::from(step.moment);
        let risen = (at.slope * u128::from(width)).checked_add_signed(within);
        at = Rise {
            age: at.age + width,
            slope: at.slope.checked_add_signed(step.slope.into()).expect("a slope is never negative"),
            below: at.below + risen.expect("F never falls"),
        };
        edges.push(at);
    }
    edges
}

/// Both ends of each tooth, with what they change.
fn changes(teeth: &[[u32; 2]]) -> impl Iterator<Item = (u32, i64)> {
    teeth.iter().flat_map(|[low, high]| [(*low, 1), (*high, -1)])
}
