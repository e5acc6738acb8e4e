//! A saw-tooth to draw: every vertex while they are few; beyond that the highest and lowest of each stretch of time. Of an outage, which is
//! looked at closely, the first vertices stay as they are.

/// Vertices kept one by one of all applications of a run that is drawn as a whole: 32 MB at most.
pub const VERTICES: usize = 1 << 21;

/// Of one of them, at most and at least.
const OF_ONE: (usize, usize) = (1 << 18, 1 << 12);

/// First vertices kept one by one of an outage.
pub const VERTICES_CLOSE: usize = 8192;

/// Stretches of time beyond that.
const STRETCHES: usize = 2048;

/// Vertices (instant, age) in µs, in order of time.
#[derive(Clone, Debug)]
pub struct Trace {
    from: u64,
    to: u64,
    is_close: bool,
    most: usize,
    exact: Vec<(u64, u64)>,
    stretches: Vec<Stretch>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Stretch {
    low: Option<(u64, u64)>,
    high: Option<(u64, u64)>,
}

impl Stretch {
    fn add(&mut self, vertex: (u64, u64)) {
        if self.low.is_none_or(|low| vertex.1 < low.1) {
            self.low = Some(vertex);
        }
        if self.high.is_none_or(|high| vertex.1 > high.1) {
            self.high = Some(vertex);
        }
    }
}

impl Trace {
    /// Nothing yet, of a whole run until an instant, of one of so many applications.
    pub fn new(to: u64, among: usize) -> Self {
        let most = (VERTICES / among.max(1)).clamp(OF_ONE.1, OF_ONE.0);
        Trace { from: 0, to, is_close: false, most, exact: Vec::new(), stretches: Vec::new() }
    }

    /// Nothing yet, of an outage.
    pub fn close(to: u64) -> Self {
        Trace { is_close: true, most: VERTICES_CLOSE, ..Trace::none_until(to) }
    }

    /// Of a run that nobody draws.
    pub fn none() -> Self {
        Trace::none_until(0)
    }

    fn none_until(to: u64) -> Self {
        Trace { from: 0, to, is_close: false, most: 0, exact: Vec::new(), stretches: Vec::new() }
    }

    /// The next vertex.
    pub fn push(&mut self, at: u64, age: u64) {
        if self.to == 0 {
            return;
        }
        if self.stretches.is_empty() {
            if self.exact.len() < self.most {
                self.exact.push((at, age));
                return;
            }
            self.stretches = vec![Stretch::default(); STRETCHES];
            if self.is_close {
                self.from = at;
            } else {
                std::mem::take(&mut self.exact).into_iter().for_each(|vertex| self.add(vertex));
            }
        }
        self.add((at, age));
    }

    fn add(&mut self, vertex: (u64, u64)) {
        let length = self.to.saturating_sub(self.from).max(1);
        let into = vertex.0.saturating_sub(self.from);
        let index = match into.checked_mul(STRETCHES as u64) {
            Some(product) => usize::try_from(product / length).unwrap_or(STRETCHES),
            None => STRETCHES,
        };
        self.stretches[index.min(STRETCHES - 1)].add(vertex);
    }

    /// All vertices kept, in order of time: first the exact ones.
    pub fn vertices(&self) -> Vec<(u64, u64)> {
        let extremes = |stretch: &Stretch| {
            let mut both: Vec<(u64, u64)> = stretch.low.into_iter().chain(stretch.high).collect();
            both.sort_unstable();
            both
        };
        self.exact.iter().copied().chain(self.stretches.iter().flat_map(extremes)).collect()
    }

    /// Whether they are all there were.
    pub fn is_exact(&self) -> bool {
        self.stretches.is_empty()
    }

    /// How many of them are exact: between two of these it rises by the time that passes, or falls at once.
    pub fn exact(&self) -> usize {
        self.exact.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_vertices_are_all_kept_and_of_many_every_peak_of_a_stretch() {
        for (mut trace, kept) in
            [(Trace::new(1_000_000, usize::MAX), 0), (Trace::close(1_000_000), VERTICES_CLOSE)]
        {
            (0..100).for_each(|at| trace.push(at, at % 7));
            assert_eq!((trace.exact(), trace.vertices().len()), (100, 100));
            for at in 100..1_000_000 {
                trace.push(at, if at == 777_777 { 99 } else { at % 7 });
            }
            let vertices = trace.vertices();
            assert_eq!(trace.exact(), kept);
            assert!((0..kept).all(|at| vertices[at] == (at as u64, at as u64 % 7)));
            assert!(vertices.len() <= kept + 2 * STRETCHES && vertices.contains(&(777_777, 99)));
            assert!(vertices.is_sorted_by_key(|vertex| vertex.0));
        }
    }
}
