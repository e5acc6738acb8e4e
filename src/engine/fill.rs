//! Progressive filling: the resource with the least capacity ÷ weight, or the least cap, freezes the classes it binds at that
//! rate, and so on with what is left. Ties go to the cap, then to the lowest resource.

use super::fraction::Fraction;
use super::net::{Class, Group, Net, Resource};

impl Net {
    /// Progressive filling; ties go to the cap, then to the lowest resource.
    pub(super) fn solve(&mut self) {
        self.groups.clear();
        for index in &self.loaded {
            let resource = &mut self.resources[*index as usize];
            resource.left = Fraction::whole(resource.capacity);
            resource.open = resource.weight;
        }
        for class in &self.active {
            self.classes[*class as usize].frozen = false;
        }
        let mut open = self.active.len();
        while open > 0 {
            let tightest = self.tightest_resource();
            let cap = self.tightest_cap();
            let (rate, bottleneck) = match (cap, tightest) {
                (Some(cap), Some(index)) => {
                    let resource = &self.resources[index as usize];
                    match resource.left.less(resource.open, cap, 1) {
                        true => (resource.left.over(resource.open), Some(index)),
                        false => (cap, None),
                    }
                }
                (Some(cap), None) => (cap, None),
                (None, Some(index)) => {
                    let resource = &self.resources[index as usize];
                    (resource.left.over(resource.open), Some(index))
                }
                (None, None) => unreachable!("every class has a path or a cap"),
            };
            open -= self.freeze(rate, bottleneck, open);
        }
    }

    fn tightest_resource(&self) -> Option<u32> {
        let mut best: Option<u32> = None;
        for index in &self.loaded {
            let resource = &self.resources[*index as usize];
            if resource.open == 0 {
                continue;
            }
            let better = best.is_none_or(|best| {
                let other = &self.resources[best as usize];
                resource.left.less(resource.open, other.left, other.open)
                    || (*index < best && !other.left.less(other.open, resource.left, resource.open))
            });
            if better {
                best = Some(*index);
            }
        }
        best
    }

    /// The least cap per unit of weight among classes without a rate.
    fn tightest_cap(&self) -> Option<Fraction> {
        let mut best: Option<(u64, u64)> = None;
        for class in &self.active {
            let class = &self.classes[*class as usize];
            if let (Some(cap), false) = (class.cap, class.frozen) {
                let better = best.is_none_or(|(other, weight)| {
                    u128::from(cap) * u128::from(weight) < u128::from(other) * u128::from(class.weight)
                });
                if better {
                    best = Some((cap, class.weight));
                }
            }
        }
        best.map(|(cap, weight)| Fraction { num: u128::from(cap), den: weight }.reduced())
    }

    /// Gives `rate` per unit of weight to the classes through `bottleneck`, or to those whose cap it is. Returns how many.
    fn freeze(&mut self, rate: Fraction, bottleneck: Option<u32>, open: usize) -> usize {
        let group = self.groups.len();
        let mut weight = 0;
        let mut frozen = 0;
        for place in 0..self.active.len() {
            let class = &mut self.classes[self.active[place] as usize];
            let Some(slot) = class.bound_by(rate, bottleneck, &self.resources) else { continue };
            (class.frozen, class.group, class.slot) = (true, group, slot);
            frozen += 1;
            weight += class.weight * class.flows.len() as u64;
        }
        self.groups.push(Group { rate, carry: 0, bottleneck, weight, amount: 0 });
        if frozen < open {
            self.give_away(rate, group);
        }
        frozen
    }

    fn give_away(&mut self, rate: Fraction, group: usize) {
        let rate = rate.reduced();
        for class in &self.active {
            let class = &self.classes[*class as usize];
            if class.frozen && class.group == group {
                let weight = class.weight * class.flows.len() as u64;
                for index in &class.path {
                    let resource = &mut self.resources[*index as usize];
                    resource.open -= weight;
                    if resource.open > 0 {
                        resource.left = resource.left.minus(rate, weight);
                    }
                }
            }
        }
    }
}

impl Class {
    /// The entry of `bound` if `rate` at `bottleneck` is what limits this class, and it has no rate yet.
    fn bound_by(&self, rate: Fraction, bottleneck: Option<u32>, resources: &[Resource]) -> Option<usize> {
        if self.frozen {
            return None;
        }
        match bottleneck {
            Some(index) => {
                let position = self.path.iter().position(|other| *other == index)?;
                Some(2 * position + usize::from(resources[index as usize].throttled))
            }
            None => {
                let mine = Fraction { num: u128::from(self.cap?), den: self.weight };
                (!rate.less(1, mine, 1)).then_some(2 * self.path.len())
            }
        }
    }
}
