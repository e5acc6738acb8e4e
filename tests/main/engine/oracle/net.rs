//! Fair sharing, slow and obvious: every flow by itself, every rate from nothing, every event by looking at all flows.
//!
//! A flow of weight w needs ⌈need ÷ w⌉ *units* of w micro-bytes; its rate is in units per µs, an exact fraction p/q.

/// p ÷ q in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fraction(u128, u128);

impl Fraction {
    fn new(p: u128, q: u128) -> Self {
        let common = gcd(p, q);
        Fraction(p / common, q / common)
    }

    fn less(self, other: Self) -> bool {
        self.0 * other.1 < other.0 * self.1
    }
}

/// Remainders of capacity are exact up to this denominator.
const FINEST: u128 = 1 << 28;

/// One transfer.
#[derive(Clone, Debug)]
struct Flow {
    owner: usize,
    path: Vec<usize>,
    weight: u128,
    cap: Option<u128>,
    need: u128,
    units: u128,
    got: u128,
    rate: Fraction,
    carry: u128,
    /// Its bottleneck; `None`: its cap, or not solved yet.
    bottleneck: Option<usize>,
}

/// What a run came across.
#[derive(Clone, Copy, Debug, Default)]
pub struct NetSeen {
    pub second_level: u64,
    pub caps: u64,
    pub pots_shared: u64,
    pub pots_emptied: u64,
    pub rounded: u64,
    pub ties: u64,
    /// Times that rates of flows were solved.
    pub settled: u64,
}

impl NetSeen {
    pub fn add(&mut self, other: &Self) {
        self.second_level += other.second_level;
        self.caps += other.caps;
        self.pots_shared += other.pots_shared;
        self.pots_emptied += other.pots_emptied;
        self.rounded += other.rounded;
        self.ties += other.ties;
        self.settled += other.settled;
    }

    pub fn counts(&self) -> [u64; 5] {
        [self.second_level, self.caps, self.pots_shared, self.pots_emptied, self.ties]
    }
}

/// Resources and flows.
#[derive(Clone, Debug)]
pub struct Net {
    /// Capacity in B/s, and whether a throttle makes it.
    capacity: Vec<(u128, bool)>,
    residual: Vec<u128>,
    /// Carries of flows that left since rates were last solved: units × weight, as a numerator over the rate's q.
    left_behind: Vec<(u128, u128)>,
    flows: Vec<Flow>,
    changed: bool,
    pub seen: NetSeen,
}

impl Net {
    pub fn new(capacities: &[u64]) -> Self {
        Net {
            capacity: capacities.iter().map(|capacity| (u128::from(*capacity).min(1 << 40), false)).collect(),
            residual: vec![0; capacities.len()],
            left_behind: vec![(0, 1); capacities.len()],
            flows: Vec::new(),
            changed: false,
            seen: NetSeen::default(),
        }
    }

    pub fn set_capacity(&mut self, resource: usize, capacity: u64, throttled: bool) {
        let new = (u128::from(capacity).min(1 << 40), throttled);
        self.changed |= self.capacity[resource] != new;
        self.capacity[resource] = new;
    }

    pub fn start(&mut self, owner: usize, path: &[usize], weight: u64, cap: Option<u64>, need: u128) {
        let weight = u128::from(weight);
        self.changed = true;
        self.flows.push(Flow {
            owner,
            path: path.to_vec(),
            weight,
            cap: cap.map(|cap| u128::from(cap).min(1 << 40)),
            need,
            units: need.div_ceil(weight),
            got: 0,
            rate: Fraction(0, 1),
            carry: 0,
            bottleneck: None,
        });
    }

    /// Micro-bytes that a flow still has to receive; `None`: there is no such flow.
    pub fn remaining(&self, owner: usize) -> Option<u128> {
        let flow = self.flows.iter().find(|flow| flow.owner == owner)?;
        Some((flow.units.saturating_sub(flow.got) * flow.weight).min(flow.need))
    }

    /// Takes a flow out; returns what it still had to receive.
    pub fn remove(&mut self, owner: usize) -> u128 {
        let remaining = self.remaining(owner).expect("a flow that runs");
        let place = self.flows.iter().position(|flow| flow.owner == owner).expect("the same flow");
        self.leave(place);
        remaining
    }

    /// Its carry stays with the bottleneck.
    fn leave(&mut self, place: usize) -> Flow {
        self.changed = true;
        let flow = self.flows.remove(place);
        if let Some(resource) = flow.bottleneck {
            self.left_behind[resource].0 += flow.carry * flow.weight;
            self.left_behind[resource].1 = flow.rate.1;
        }
        flow
    }

    /// Flows that have all they need by now end; their surplus goes into the bottleneck's residual.
    pub fn finish(&mut self) -> Vec<usize> {
        let mut ended = Vec::new();
        while let Some(place) = self.flows.iter().position(|flow| flow.got >= flow.units) {
            let flow = self.leave(place);
            if let Some(resource) = flow.bottleneck {
                self.residual[resource] += (flow.got - flow.units) * flow.weight;
            }
            ended.push(flow.owner);
        }
        ended
    }

    /// `gap` µs pass at settled rates: units come whole, the remainder is carried.
    pub fn pass(&mut self, gap: u64) {
        for flow in &mut self.flows {
            let total = flow.rate.0 * u128::from(gap) + flow.carry;
            flow.got += total / flow.rate.1;
            flow.carry = total % flow.rate.1;
        }
    }

    /// µs until the first flow has all it needs; `None`: never.
    pub fn next_end(&self) -> Option<u64> {
        let end = |flow: &Flow| {
            if flow.got >= flow.units {
                return Some(0);
            }
            let missing = (flow.units - flow.got) * flow.rate.1 - flow.carry;
            (flow.rate.0 > 0).then(|| missing.div_ceil(flow.rate.0))
        };
        let first = self.flows.iter().filter_map(end).min()?;
        Some(u64::try_from(first).unwrap_or(u64::MAX))
    }

    /// After changes of flows or capacities: carries into pots, new rates, pots to those who are bottlenecked there.
    pub fn settle(&mut self) {
        if !std::mem::take(&mut self.changed) {
            return;
        }
        self.seen.settled += u64::from(!self.flows.is_empty());
        for resource in 0..self.capacity.len() {
            let (mut sum, mut q) = std::mem::replace(&mut self.left_behind[resource], (0, 1));
            for flow in self.flows.iter().filter(|flow| flow.bottleneck == Some(resource)) {
                sum += flow.carry * flow.weight;
                q = flow.rate.1;
            }
            self.residual[resource] += sum / q;
        }
        self.solve();
        for resource in 0..self.capacity.len() {
            let mut here: Vec<_> =
                self.flows.iter_mut().filter(|flow| flow.bottleneck == Some(resource)).collect();
            let residual = self.residual[resource];
            let weight = here.iter().map(|flow| flow.weight).sum::<u128>();
            here.iter_mut().for_each(|flow| flow.got += residual / weight);
            self.residual[resource] = if weight == 0 { 0 } else { residual % weight };
            self.seen.pots_shared += u64::from(weight > 0 && residual >= weight);
            self.seen.pots_emptied += u64::from(weight == 0 && residual > 0);
        }
    }

    /// Progressive filling: the least cap ÷ weight or capacity left ÷ weight waiting for it, at equal rates the cap, then the
    /// lowest resource, fixes the rate of the flows it binds; and so on with what is left.
    fn solve(&mut self) {
        let mut left: Vec<Fraction> =
            self.capacity.iter().map(|(capacity, _)| Fraction(*capacity, 1)).collect();
        let mut open: Vec<usize> = (0..self.flows.len()).collect();
        let mut levels = 0;
        while !open.is_empty() {
            let mut least: Option<(Fraction, Option<usize>)> = None;
            let mut offer = |rate: Fraction, bottleneck: Option<usize>| {
                if least.is_none_or(|(other, _)| rate.less(other)) {
                    least = Some((rate, bottleneck));
                } else if least.is_some_and(|(other, by)| rate == other && by != bottleneck) {
                    self.seen.ties += 1;
                }
            };
            for flow in open.iter().map(|flow| &self.flows[*flow]) {
                if let Some(cap) = flow.cap {
                    offer(Fraction::new(cap, flow.weight), None);
                }
            }
            for (resource, left) in left.iter().enumerate() {
                let weight = weight_on(&self.flows, &open, resource);
                if weight > 0 {
                    offer(Fraction::new(left.0, left.1 * weight), Some(resource));
                }
            }
            let (rate, bottleneck) = least.expect("something limits every flow");
            let binds = |flow: &Flow| match bottleneck {
                Some(resource) => flow.path.contains(&resource),
                None => flow.cap.is_some_and(|cap| Fraction::new(cap, flow.weight) == rate),
            };
            let (bound, others): (Vec<_>, Vec<_>) = open.iter().partition(|flow| binds(&self.flows[**flow]));
            for (resource, left) in left.iter_mut().enumerate() {
                let taken = weight_on(&self.flows, &bound, resource);
                if taken > 0 && weight_on(&self.flows, &others, resource) > 0 {
                    *left = minus(*left, rate, taken, &mut self.seen.rounded);
                }
            }
            for flow in &bound {
                let flow = &mut self.flows[*flow];
                (flow.rate, flow.carry, flow.bottleneck) = (rate, 0, bottleneck);
            }
            levels += u64::from(bottleneck.is_some());
            self.seen.caps += u64::from(bottleneck.is_none());
            open = others;
        }
        self.seen.second_level += u64::from(levels > 1);
    }
}

fn weight_on(flows: &[Flow], some: &[usize], resource: usize) -> u128 {
    some.iter()
        .map(|flow| &flows[*flow])
        .filter(|flow| flow.path.contains(&resource))
        .map(|flow| flow.weight)
        .sum()
}

/// left − weight × rate: exact while the common denominator is at most 2^28, else in 2^-28 B/s, never too much.
fn minus(left: Fraction, rate: Fraction, weight: u128, rounded: &mut u64) -> Fraction {
    let taken = Fraction(rate.0 * weight, rate.1);
    let common = left.1 / gcd(left.1, rate.1) * rate.1;
    if common <= FINEST {
        return Fraction::new(
            (left.0 * (common / left.1)).saturating_sub(taken.0 * (common / rate.1)),
            common,
        );
    }
    *rounded += 1;
    let (floor, ceil) = (left.0 * FINEST / left.1, (taken.0 * FINEST).div_ceil(taken.1));
    Fraction::new(floor.saturating_sub(ceil), FINEST)
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}
