//! What bound the oldest point of an application when: of each stretch of a run the highest age and its cause.

/// The shortest stretch.
const HOUR: u64 = 3_600_000_000;
/// Stretches of all applications of a run.
const STRETCHES: usize = 1 << 18;
/// Of one of them, at least and at most.
const OF_ONE: (usize, usize) = (24, 1024);

/// The highest age of each stretch.
#[derive(Clone, Debug)]
pub struct Strip<C> {
    stretch: u64,
    highest: Vec<Highest<C>>,
}

/// The highest age of a stretch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Highest<C> {
    /// How old; nothing: there was none.
    pub age: u64,
    /// When, or when the rise that it is of ended.
    pub at: u64,
    /// Why.
    pub cause: C,
}

impl<C: Copy + Default> Strip<C> {
    /// Nothing yet, of a run until an instant, of one of so many applications.
    pub fn new(to: u64, among: usize) -> Self {
        let most = (STRETCHES / among.max(1)).clamp(OF_ONE.0, OF_ONE.1) as u64;
        let stretch = to.div_ceil(most).max(HOUR);
        let count = usize::try_from(to.div_ceil(stretch)).unwrap_or(0);
        Strip { stretch, highest: vec![Highest::default(); count] }
    }

    /// Of a run of which nobody asks.
    pub fn none() -> Self {
        Strip { stretch: HOUR, highest: Vec::new() }
    }

    /// Whether a rise that ends at `at` with this age is the highest of a stretch.
    pub(super) fn is_higher(&self, since: u64, at: u64, age: u64) -> bool {
        let Some(last) = self.highest.get(self.place(at)) else { return false };
        age > last.age || since / self.stretch < at / self.stretch
    }

    /// Takes the cause of such a rise.
    pub(super) fn note(&mut self, since: u64, at: u64, age: u64, cause: C) {
        for place in self.place(since)..=self.place(at) {
            let end = (self.stretch * (place as u64 + 1)).min(at);
            let then = age.saturating_sub(at - end);
            let Some(highest) = self.highest.get_mut(place) else { continue };
            if then > highest.age {
                *highest = Highest { age: then, at, cause };
            }
        }
    }

    fn place(&self, at: u64) -> usize {
        usize::try_from(at / self.stretch).unwrap_or(usize::MAX).min(self.highest.len().saturating_sub(1))
    }

    /// How long a stretch is.
    pub fn stretch(&self) -> u64 {
        self.stretch
    }

    /// The highest of each, in order.
    pub fn highest(&self) -> &[Highest<C>] {
        &self.highest
    }
}
