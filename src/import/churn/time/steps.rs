//! How far samples are meant to be apart, and which step each of them is: steps are counted, so that a clock that drifts or trembles loses no bin.

/// Steps that tools offer, in seconds.
const USUAL: [i64; 26] = [
    1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 300, 360, 600, 720, 900, 1200, 1800, 3600, 7200, 10_800,
    14_400, 21_600, 28_800, 43_200, 86_400,
];
/// Steps that make a median worth more than a few.
const MANY: usize = 8;
const SECOND: i64 = 1_000_000;
const YEAR: i64 = 366 * 86_400 * SECOND;

/// The distance that samples are meant to have, in microseconds: whole seconds, of times in order.
/// `None`: there are none, or they are too unlike. With `holes` a few rows may lack others between them.
pub fn usual(times: &[i64], holes: bool) -> Option<i64> {
    let mut steps: Vec<i64> =
        times.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 0).collect();
    steps.sort_unstable();
    let within = if steps.len() < MANY { 100 } else { 20 };
    let median = *steps.get(steps.len() / 2)?;
    let usual = nearest(median, within).filter(|usual| fits(&steps, *usual));
    // few rows: the most frequent step, or with holes the smallest, if the others are multiples of it
    let runs = steps.chunk_by(|a, b| a == b);
    let frequent = runs.rev().max_by_key(|run| run.len()).map_or(median, |run| run[0]);
    let few = |step: i64| nearest(step, 100).filter(|usual| all_fit(&steps, *usual));
    usual.or_else(|| few(frequent)).or_else(|| few(steps[0]).filter(|_| holes))
}

/// The median distance of times in order, as tools offer it, whatever the others are.
pub fn typical(times: &[i64]) -> Option<i64> {
    let mut steps: Vec<i64> =
        times.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 0).collect();
    steps.sort_unstable();
    nearest(*steps.get(steps.len() / 2)?, 20)
}

/// Whether nine of ten steps are a multiple, to a quarter of a step; of a few all.
fn fits(steps: &[i64], usual: i64) -> bool {
    let off = steps.iter().filter(|step| !multiple(**step, usual)).count();
    if steps.len() < MANY { off == 0 } else { off * 10 <= steps.len() }
}

fn all_fit(steps: &[i64], usual: i64) -> bool {
    let whole = steps.iter().filter(|step| multiple(**step, usual)).count();
    whole == steps.len() && steps.iter().filter(|step| **step <= usual + usual / 4).count() * 4 >= steps.len()
}

fn multiple(step: i64, usual: i64) -> bool {
    let off = i128::from(step) - i128::from(rounded(step, usual)) * i128::from(usual);
    step * 2 >= usual && off.abs() * 4 <= i128::from(usual)
}

/// The step that tools offer next to this one, within one part of so many; else itself, to the second.
fn nearest(step: i64, part: i64) -> Option<i64> {
    // longer ones are told as too long
    if step > YEAR {
        return Some(step);
    }
    let near = USUAL.iter().map(|seconds| seconds * SECOND).min_by_key(|usual| (usual - step).abs())?;
    if (near - step).abs() * part <= near {
        return Some(near);
    }
    let whole = rounded(step, SECOND) * SECOND;
    (whole > 0 && (whole - step).abs() * 1000 <= whole).then_some(whole)
}

/// ⌊a ÷ b⌉, half up.
pub fn rounded(a: i64, b: i64) -> i64 {
    i64::try_from((2 * i128::from(a) + i128::from(b)).div_euclid(2 * i128::from(b))).unwrap_or(i64::MAX)
}

/// Where samples stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Number of the step of each sample: at `phase` + number × `step`, more or less.
    pub number: Vec<i64>,
    /// Samples that are two steps after the last only because the clock drifted: they stand for both.
    pub slips: Vec<usize>,
    /// Samples in the step of the one before.
    pub second: Vec<usize>,
    /// Largest distance of a sample from its step, in microseconds.
    pub off_us: u64,
}

/// Counts the steps of times in order: one that is about one step later is in the next, whatever the clock says.
pub fn count(times: &[i64], phase: i64, step: i64) -> Steps {
    let mut steps = Steps::default();
    let Some(first) = times.first() else { return steps };
    let (mut number, mut last) = (rounded(first - phase, step), *first);
    for (index, time) in times.iter().enumerate() {
        if index > 0 && *time > last {
            let ahead = rounded(time - last, step).max(1);
            number += ahead;
            let off = i128::from(time - phase) - i128::from(number) * i128::from(step);
            if off * 5 > i128::from(step) * 3 {
                number += 1;
                if ahead == 1 {
                    steps.slips.push(index);
                }
            } else if off * -5 > i128::from(step) * 3 {
                number -= 1;
            }
        }
        if steps.number.last() == Some(&number) {
            steps.second.push(index);
        }
        last = *time;
        steps.number.push(number);
        let off = i128::from(time - phase) - i128::from(number) * i128::from(step);
        steps.off_us = steps.off_us.max(u64::try_from(off.unsigned_abs()).unwrap_or(u64::MAX));
    }
    steps
}
