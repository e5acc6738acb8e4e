//! The fast net against the slow one by themselves, with weights and levels that no small system has.

use drsim::engine::net::Net as Fast;

use super::net::{Net as Slow, NetSeen};
use super::random::Random;

struct Both {
    fast: Fast,
    slow: Slow,
    now: u64,
    next: u64,
    /// Class, tag and need of each flow, by owner; `None`: ended.
    flows: Vec<Option<(u32, u128, u128)>>,
}

impl Both {
    fn settle(&mut self) {
        self.slow.settle();
        self.next = self.fast.settle();
        let next = self.slow.next_end().map_or(u64::MAX, |gap| self.now.saturating_add(gap));
        assert_eq!(self.next, next, "the next end");
    }

    /// To `to`, by way of every end before it.
    fn advance(&mut self, to: u64) {
        loop {
            self.settle();
            let at = self.next.min(to);
            self.slow.pass(at - self.now);
            self.now = at;
            if self.next > to {
                break;
            }
            let mut ended = Vec::new();
            let need = |owner: u32| self.flows[owner as usize].map_or(0, |flow| flow.2);
            self.fast.finish(at, need, &mut ended);
            let mut right = self.slow.finish();
            ended.sort_unstable();
            right.sort_unstable();
            assert_eq!(ended.iter().map(|owner| *owner as usize).collect::<Vec<_>>(), right, "ends at {at}");
            right.into_iter().for_each(|owner| self.flows[owner] = None);
        }
        for (owner, flow) in self.flows.iter().enumerate() {
            if let Some((class, tag, need)) = flow {
                let remaining = self.fast.remaining(to, *class, *tag, *need);
                assert_eq!(Some(remaining), self.slow.remaining(owner), "flow {owner} at {to}");
            }
        }
    }
}

fn run(seed: u64, total: &mut NetSeen) {
    let mut random = Random::new(seed ^ 0xfa57);
    let resources = 1 + random.index(9);
    let heaviest = random.pick(&[1, 4, 100, 5000]);
    let capacity = |random: &mut Random| match random.below(4) {
        0 => random.pick(&[0, 1, 2, 3, 7, 97]),
        1 => 1 + random.below(1 << 34),
        _often => random.pick(&[100, 100, 200, 300, 997, 1009]),
    };
    let capacities: Vec<u64> = (0..resources).map(|_| capacity(&mut random)).collect();
    let mut both = Both {
        fast: Fast::new(&capacities),
        slow: Slow::new(&capacities),
        now: 0,
        next: u64::MAX,
        flows: Vec::new(),
    };
    for _ in 0..60 {
        let wait = random.pick(&[0, 1, 1000, 1_000_000, 3_000_017, 1_000_000_000_007]);
        both.advance(both.now + random.below(wait + 1));
        let running: Vec<usize> =
            (0..both.flows.len()).filter(|owner| both.flows[*owner].is_some()).collect();
        match random.below(10) {
            0 if !running.is_empty() => {
                let owner = random.pick(&running);
                let (class, tag, need) = both.flows[owner].take().expect("it runs");
                let flow = u32::try_from(owner).expect("few flows");
                assert_eq!(both.fast.remove(both.now, class, flow, tag, need), both.slow.remove(owner));
            }
            1 => {
                let (resource, capacity) = (random.index(resources), capacity(&mut random));
                let index = u32::try_from(resource).expect("few resources");
                both.fast.set_capacity(both.now, index, capacity, false);
                both.slow.set_capacity(resource, capacity, false);
            }
            _often => {
                let mut path: Vec<usize> = (0..resources).filter(|_| random.percent(40)).collect();
                let cap = random.percent(20).then(|| 1 + capacity(&mut random));
                if path.is_empty() {
                    path.push(random.index(resources));
                }
                let weight = 1 + random.below(heaviest);
                let need = u128::from(
                    random.pick(&[0, 1, 5000, 1_000_000, 400_000_000, 1 << 47]) * random.below(1000),
                );
                let indices: Vec<u32> =
                    path.iter().map(|index| u32::try_from(*index).expect("few")).collect();
                let class = both.fast.class(&indices, weight, cap);
                let owner = both.flows.len();
                let tag = both.fast.start(both.now, class, u32::try_from(owner).expect("few flows"), need);
                both.slow.start(owner, &path, weight, cap, need);
                both.flows.push(Some((class, tag, need)));
            }
        }
    }
    both.advance(both.now + 1_000_000_000);
    total.add(&both.slow.seen);
}

#[test]
fn the_net_equals_the_slow_one() {
    let mut total = NetSeen::default();
    (0..2000).for_each(|seed| run(seed, &mut total));
    println!("{total:#?}");
    assert!(total.counts().into_iter().chain([total.rounded]).min() > Some(1000), "something never happened");
}
