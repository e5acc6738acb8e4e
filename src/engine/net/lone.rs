//! The common case of a net: its only flow starts, and ends before anything else happens there.
//!
//! Such a flow is noted and stands in no heap, no list and no group: when it ends its time and its bytes are booked at once. Whatever
//! happens before makes it a flow among others, as if it had been one from its start on; so nobody can tell.

use std::cmp::Ordering;

use super::fraction::{Fraction, divide};
use super::group::{Group, Head, gap_at};
use super::{Class, Net, Resource};
use crate::engine::instant::NEVER;

/// The only flow of a net since it started, and what it gets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lone {
    class: u32,
    flow: u32,
    need: u128,
    tag: u128,
    since: u64,
    share: Share,
}

/// The rate per unit of weight of a class alone in a net, and what binds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) rate: Fraction,
    /// `None`: the cap of the class.
    pub(super) bottleneck: Option<u32>,
    /// As in [`Class`].
    pub(super) slot: usize,
}

impl Share {
    const NONE: Share = Share { rate: Fraction { num: 0, den: 1 }, bottleneck: None, slot: 0 };

    /// Of a class whose flows weigh `weight` together: it is all the weight that there is on each resource, so the least capacity binds.
    #[inline]
    pub(super) fn of(class: &Class, resources: &[Resource], weight: u64) -> Share {
        let capacities =
            class.path.iter().enumerate().map(|(step, at)| (resources[*at as usize].capacity, *at, step));
        let tightest = capacities.min_by_key(|(capacity, at, _)| (*capacity, *at));
        let share = tightest.map(|(capacity, ..)| Fraction::whole(capacity).over(weight));
        let cap = class.cap.map(|cap| Fraction { num: u128::from(cap), den: class.weight });
        let cap = cap.filter(|cap| share.is_none_or(|share| cap.compare(share) != Ordering::Greater));
        match (cap, share.zip(tightest)) {
            (Some(cap), _) => Share { rate: cap.reduced(), bottleneck: None, slot: 2 * class.path.len() },
            (None, Some((rate, (_, at, step)))) => {
                let slot = 2 * step + usize::from(resources[at as usize].throttled);
                Share { rate, bottleneck: Some(at), slot }
            }
            (None, None) => unreachable!("every class has a path or a cap"),
        }
    }
}

impl Net {
    /// Notes a flow that starts in a net where nothing goes on; returns whether it is such a one.
    pub(super) fn start_lone(&mut self, class: u32, flow: u32, need: u128, tag: u128) -> bool {
        let is_alone = !self.dirty && self.active.is_empty() && self.lone.is_none();
        if is_alone {
            self.lone = Some(Lone { class, flow, need, tag, since: self.now, share: Share::NONE });
            self.dirty = true;
        }
        is_alone
    }

    /// Settles a net of a lone flow that has just started; returns whether there is one.
    pub(super) fn settle_noted(&mut self) -> bool {
        let Net { classes, resources, lone: Some(lone), .. } = self else { return false };
        let class = &classes[lone.class as usize];
        lone.share = Share::of(class, resources, class.weight);
        let gap = gap_at(lone.share.rate, lone.tag - class.clock);
        self.next = gap.map_or(NEVER, |gap| self.now.saturating_add(gap));
        true
    }

    /// A lone flow becomes one among others.
    pub(in crate::engine) fn mingle(&mut self) {
        let Some(lone) = self.lone.take() else { return };
        let is_settled = !self.dirty;
        self.enter(lone.class, lone.flow, lone.need, lone.tag);
        if is_settled {
            self.settle_known(&lone);
        }
    }

    /// Settles a net with one flow, whose share and end are known since it started: nothing was there before it.
    fn settle_known(&mut self, lone: &Lone) {
        let Share { rate, bottleneck, slot } = lone.share;
        let class = &mut self.classes[lone.class as usize];
        class.count_bound(lone.since);
        class.freeze(0, slot, lone.since);
        let (need, weight) = (lone.tag.saturating_sub(class.clock), class.weight);
        self.groups.clear();
        self.groups.push(Group {
            rate,
            carry: 0,
            bottleneck,
            is_further: false,
            weight,
            moved: 0,
            amount: need,
        });
        self.heads.clear();
        self.heads.push(Head { need, group: 0, class: lone.class });
        self.dirty = false;
    }

    /// Ends a lone flow, if there is one.
    pub(super) fn finish_lone(&mut self, now: u64, ended: &mut Vec<u32>) {
        let Some(Lone { class, flow, need, tag, since, share }) = self.lone.take() else { return };
        let Net { classes, resources, .. } = self;
        let class = &mut classes[class as usize];
        let gap = now - since;
        let (moved, carry) = share.rate.times(gap, 0);
        class.clock += moved;
        class.set_slot(share.slot, since);
        class.bound[share.slot] += gap;
        class.bound_until = now;
        for index in &class.path {
            resources[*index as usize].served.carried += need;
        }
        let weight = class.weight;
        let beyond = (class.clock - tag) * u128::from(weight);
        let rest = whole_carry(carry, weight, share.rate.den);
        if let Some(bottleneck) = share.bottleneck {
            resources[bottleneck as usize].bind(gap);
        }
        self.save(share.bottleneck, beyond + rest);
        (self.now, self.dirty) = (now, true);
        ended.push(flow);
    }

    /// What a lone flow over a resource still has to receive, at the instant of its start.
    pub(super) fn left_of_lone(&self, resource: u32) -> u128 {
        let through = |lone: &Lone| self.classes[lone.class as usize].path.contains(&resource);
        self.lone.filter(through).map_or(0, |lone| lone.need)
    }
}

/// Whole micro-bytes in a carry of units of 1 ÷ `den` for flows of this weight together.
pub(super) fn whole_carry(carry: u64, weight: u64, den: u64) -> u128 {
    // Practically always flows of weight one share all of a resource.
    if weight == den { carry.into() } else { divide(u128::from(carry) * u128::from(weight), den).0 }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct Random(u64);

    impl Random {
        fn below(&mut self, n: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % n
        }
    }

    struct Flow {
        class: u32,
        tag: u128,
        need: u128,
        since: u64,
        /// What had bound its class when it started.
        bound: Vec<u64>,
    }

    /// All that can be asked of a net at an instant.
    fn all_of(net: &mut Net, now: u64, flows: &BTreeMap<u32, Flow>) -> Vec<u128> {
        let mut seen = Vec::new();
        for resource in 0..3 {
            let served = net.served(now, resource);
            let times = [served.binding, served.throttle_binding].map(u128::from);
            seen.extend([served.carried, served.offered, net.left_through(now, resource)]);
            seen.extend(times);
        }
        for class in 0..5 {
            seen.extend(net.bound(now, class).iter().map(|time| u128::from(*time)));
        }
        for Flow { class, tag, need, .. } in flows.values() {
            seen.extend([net.remaining(now, *class, *tag, *need), net.left_of(*class, *tag, *need)]);
        }
        seen
    }

    /// Whether a flow has been bound by more than one; if it has not, all its time is booked to what the net says.
    fn is_bound_by_several(net: &mut Net, now: u64, flow: &Flow) -> bool {
        let bound = net.bound(now, flow.class).iter().zip(&flow.bound).map(|(now, before)| now - before);
        let bound: Vec<u64> = bound.collect();
        match net.bound_alone_since(flow.class, flow.since) {
            Some(slot) => assert_eq!((bound[slot], bound.iter().sum()), (now - flow.since, now - flow.since)),
            None => return bound.iter().filter(|time| **time > 0).count() > 1,
        }
        false
    }

    /// Starts, ends, removals and changes of capacity at random in two nets, in one of which no flow is noted as a lone one.
    fn both_ways(seed: u64) -> [usize; 3] {
        let mut random = Random(seed);
        let (mut lone, mut usual) = (Net::new(&[100, 70, 90]), Net::new(&[100, 70, 90]));
        let paths: [(&[u32], u64, Option<u64>); 5] = [
            (&[0], 1, None),
            (&[0, 1], 1, Some(60)),
            (&[1, 2], 3, None),
            (&[2], 2, Some(45)),
            (&[], 1, Some(7)),
        ];
        for (path, weight, cap) in paths {
            lone.class(path, weight, cap);
            usual.class(path, weight, cap);
        }
        let mut flows = BTreeMap::new();
        let (mut now, mut name, mut seen) = (0, 0, [0; 3]);
        for step in 0..120 {
            // Mostly few flows, now and then many.
            let (what, few) = (random.below(10), flows.len() < 2);
            if what < 2 || few && what < 5 {
                let (class, need) = (u32::try_from(random.below(5)).unwrap(), u128::from(random.below(9000)));
                let tag = lone.start(now, class, name, need);
                assert_eq!(usual.start(now, class, name, need), tag, "seed {seed}, step {step}");
                usual.mingle();
                let bound = usual.bound(now, class).to_vec();
                flows.insert(name, Flow { class, tag, need, since: now, bound });
                name += 1;
            } else if what == 5
                && let Some((flow, Flow { class, tag, need, .. })) = flows.pop_first()
            {
                let left = lone.remove(now, class, flow, tag, need);
                assert_eq!(left, usual.remove(now, class, flow, tag, need), "seed {seed}, step {step}");
            } else if what == 6 {
                let (at, capacity) = (u32::try_from(random.below(3)).unwrap(), random.below(120));
                let throttled = random.below(2) == 0;
                lone.set_capacity(now, at, capacity, throttled);
                usual.set_capacity(now, at, capacity, throttled);
            }
            let next = lone.settle();
            usual.settle();
            usual.mingle();
            assert_eq!(usual.settle(), next, "seed {seed}, step {step}");
            seen[0] += usize::from(lone.lone.is_some());
            if random.below(3) == 0 {
                let mut copy = (lone.clone(), usual.clone());
                assert_eq!(all_of(&mut copy.0, now, &flows), all_of(&mut copy.1, now, &flows));
            }
            now = next.min(now + random.below(60));
            if random.below(4) == 0 {
                let expected = all_of(&mut usual, now, &flows);
                assert_eq!(all_of(&mut lone, now, &flows), expected, "seed {seed}, step {step}");
                seen[2] += flows.values().filter(|flow| is_bound_by_several(&mut lone, now, flow)).count();
            }
            if next == now {
                let (mut ended, mut expected) = (Vec::new(), Vec::new());
                seen[1] += usize::from(lone.lone.is_some());
                lone.finish(now, |flow| flows[&flow].need, &mut ended);
                usual.finish(now, |flow| flows[&flow].need, &mut expected);
                ended.sort_unstable();
                expected.sort_unstable();
                assert_eq!(ended, expected, "seed {seed}, step {step}");
                ended.iter().for_each(|flow| {
                    flows.remove(flow);
                });
            }
        }
        seen
    }

    #[test]
    fn nobody_can_tell_a_lone_flow_from_one_among_others() {
        let mut seen = [0; 3];
        for seed in 0..3000 {
            seen.iter_mut().zip(both_ways(seed)).for_each(|(sum, of)| *sum += of);
        }
        assert!(seen[0] > 10_000 && seen[1] > 2000 && seen[2] > 1000, "{seen:?}");
    }
}
