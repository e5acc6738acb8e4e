//! Numbers that stand far off all others of their kind, as they do in another unit than was taken.

/// So many times the largest of the others is far more.
const MORE: u128 = 100;
/// As little as this part of the smallest of the others is far less: what is idle is far below what is busy.
const LESS: u128 = 1000;
/// Fewer others are no rest that a number could be far off.
const REST: u64 = 2;

/// Where a few numbers leave the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leap {
    /// The last number below it.
    pub below: u128,
    /// The first number above it.
    pub above: u128,
    /// How many are below, without zeros.
    pub lower: u64,
}

/// Numbers in ascending order, heard one by one.
#[derive(Clone, Debug, Default)]
pub struct Ascending {
    last: u128,
    count: u64,
    /// Each is wide, so there are few.
    wide: Vec<Leap>,
}

impl Ascending {
    /// Hears a number, and how many times it is there; nothing is far off zero.
    pub fn hear(&mut self, number: u128, times: u64) {
        if number == 0 {
            return;
        }
        if self.count > 0 && number / MORE >= self.last {
            self.wide.push(Leap { below: self.last, above: number, lower: self.count });
        }
        self.last = number;
        self.count += times;
    }

    /// The leap above which only a few are: one of so many, or a single one.
    pub fn few_above(&self, of: u64) -> Option<Leap> {
        let is_few = |gap: &&Leap| gap.lower >= REST && self.count - gap.lower <= (self.count / of).max(1);
        self.wide.iter().find(is_few).copied()
    }

    /// The leap below which only a few are.
    pub fn few_below(&self, of: u64) -> Option<Leap> {
        let is_few = |gap: &&Leap| {
            let is_wide = gap.above / LESS >= gap.below;
            is_wide && self.count - gap.lower >= REST && gap.lower <= (self.count / of).max(1)
        };
        self.wide.iter().rfind(is_few).copied()
    }
}

/// Which of some things have far more or far less than the rest, more first: those, and what the nearest of the rest has.
pub fn off<T: Copy>(all: &[(T, u128)]) -> [Option<(Vec<T>, u128)>; 2] {
    /// One of three are few machines.
    const FEW: u64 = 3;
    let mut numbers: Vec<u128> = all.iter().map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    let mut gaps = Ascending::default();
    numbers.into_iter().for_each(|number| gaps.hear(number, 1));
    let those = |is: &dyn Fn(u128) -> bool| -> Vec<T> {
        all.iter().filter(|(_, number)| is(*number)).map(|(which, _)| *which).collect()
    };
    let more = gaps.few_above(FEW).map(|gap| (those(&|number| number >= gap.above), gap.below));
    let less = gaps.few_below(FEW).map(|gap| (those(&|number| (1..=gap.below).contains(&number)), gap.above));
    [more, less]
}
