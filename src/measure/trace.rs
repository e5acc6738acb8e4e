//! A saw-tooth to draw: every vertex while they are few, beyond that the highest and lowest of each stretch of time.

/// Vertices kept one by one.
pub const VERTICES: usize = 4096;

/// Stretches of time beyond that.
const STRETCHES: usize = 1024;

/// Vertices (instant, age) in µs, in order of time.
#[derive(Clone, Debug)]
pub struct Trace {
    from: u64,
    to: u64,
    vertices: Vec<(u64, u64)>,
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
    /// Nothing yet, of the time between two instants.
    pub fn new(from: u64, to: u64) -> Self {
        Trace { from, to: to.max(from + 1), vertices: Vec::new(), stretches: Vec::new() }
    }

    /// The next vertex.
    pub fn push(&mut self, at: u64, age: u64) {
        if self.stretches.is_empty() {
            self.vertices.push((at, age));
            if self.vertices.len() > VERTICES {
                self.stretches = vec![Stretch::default(); STRETCHES];
                for vertex in std::mem::take(&mut self.vertices) {
                    self.add(vertex);
                }
            }
        } else {
            self.add((at, age));
        }
    }

    fn add(&mut self, vertex: (u64, u64)) {
        let into = u128::from(vertex.0.clamp(self.from, self.to) - self.from) * STRETCHES as u128;
        let index = usize::try_from(into / u128::from(self.to - self.from)).unwrap_or(STRETCHES);
        self.stretches[index.min(STRETCHES - 1)].add(vertex);
    }

    /// All vertices kept, in order of time.
    pub fn vertices(&self) -> Vec<(u64, u64)> {
        if self.stretches.is_empty() {
            return self.vertices.clone();
        }
        let extremes = |stretch: &Stretch| {
            let mut both: Vec<(u64, u64)> = stretch.low.into_iter().chain(stretch.high).collect();
            both.sort_unstable();
            both
        };
        self.stretches.iter().flat_map(extremes).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_vertices_are_all_kept_and_of_many_every_peak_of_a_stretch() {
        let mut trace = Trace::new(0, 1_000_000);
        (0..100).for_each(|at| trace.push(at, at % 7));
        assert_eq!(trace.vertices().len(), 100);
        for at in 100..1_000_000 {
            trace.push(at, if at == 777_777 { 99 } else { at % 7 });
        }
        let vertices = trace.vertices();
        assert!(vertices.len() <= 2 * STRETCHES && vertices.contains(&(777_777, 99)));
        assert!(vertices.is_sorted_by_key(|vertex| vertex.0));
    }
}
