//! Progressive filling: the resource with the least capacity ÷ weight, or the least cap, freezes the classes it binds at that
//! rate, and so on with what is left. Ties go to the cap, then to the lowest resource.

use std::cmp::Ordering;

use super::Net;
use super::fraction::Fraction;
use super::group::Group;
use crate::engine::index::small;

impl Net {
    /// Gives every class with flows a group, and so a rate and a bottleneck.
    pub(in crate::engine) fn solve(&mut self, capped: bool) {
        self.groups.clear();
        for index in &self.loaded {
            let resource = &mut self.resources[*index as usize];
            resource.left = Fraction::whole(resource.capacity);
            resource.open = resource.weight;
            resource.taken = 0;
        }
        let mut open = self.active.len();
        while open > 0 {
            let tightest = self.tightest_resource();
            let cap = if capped { self.tightest_cap() } else { None };
            let frozen = match (cap, tightest) {
                (Some(cap), Some((share, _))) if cap.compare(share) != Ordering::Greater => {
                    self.freeze_capped(cap)
                }
                (_, Some((share, index))) => self.freeze_through(share, index),
                (Some(cap), None) => self.freeze_capped(cap),
                (None, None) => unreachable!("every class has a path or a cap"),
            };
            open -= frozen;
            if open > 0 {
                self.give_away();
            }
        }
    }

    /// The least capacity left ÷ weight without a rate.
    fn tightest_resource(&self) -> Option<(Fraction, u32)> {
        let mut best: Option<(Fraction, u32)> = None;
        for index in &self.loaded {
            let resource = &self.resources[*index as usize];
            if resource.open == 0 {
                continue;
            }
            let share = resource.left.over(resource.open);
            let better = best.is_none_or(|(least, at)| match share.compare(least) {
                Ordering::Less => true,
                Ordering::Equal => *index < at,
                Ordering::Greater => false,
            });
            if better {
                best = Some((share, *index));
            }
        }
        best
    }

    /// The least cap per unit of weight among classes without a rate.
    fn tightest_cap(&self) -> Option<Fraction> {
        let classes = self.active.iter().map(|class| &self.classes[*class as usize]);
        let caps = classes
            .filter(|class| !class.frozen())
            .filter_map(|class| class.cap.map(|cap| Fraction { num: u128::from(cap), den: class.weight }));
        caps.min_by(|a, b| a.compare(*b)).map(Fraction::reduced)
    }

    /// Freezes the classes through a resource; returns how many.
    fn freeze_through(&mut self, rate: Fraction, bottleneck: u32) -> usize {
        let group = small(self.groups.len());
        let Net { classes, resources, now, .. } = self;
        let through = std::mem::take(&mut resources[bottleneck as usize].classes);
        let throttled = resources[bottleneck as usize].throttled;
        let (mut weight, mut frozen) = (0, 0);
        for (index, step) in &through {
            let class = &mut classes[*index as usize];
            if !class.frozen() {
                class.freeze(group, 2 * *step as usize + usize::from(throttled), *now);
                weight += class.weight_active();
                frozen += 1;
                class.take(resources);
            }
        }
        resources[bottleneck as usize].classes = through;
        self.groups.push(Group {
            rate,
            carry: 0,
            bottleneck: Some(bottleneck),
            is_further: false,
            weight,
            moved: 0,
            amount: 0,
        });
        frozen
    }

    /// Freezes the classes whose cap per unit of weight is `rate`; returns how many.
    fn freeze_capped(&mut self, rate: Fraction) -> usize {
        let group = small(self.groups.len());
        let Net { classes, resources, active, now, .. } = self;
        let (mut weight, mut frozen) = (0, 0);
        for index in active.iter() {
            let class = &mut classes[*index as usize];
            let Some(cap) = class.cap else { continue };
            let mine = Fraction { num: u128::from(cap), den: class.weight };
            if !class.frozen() && mine.compare(rate) == Ordering::Equal {
                class.freeze(group, 2 * class.path.len(), *now);
                weight += class.weight_active();
                frozen += 1;
                class.take(resources);
            }
        }
        self.groups.push(Group {
            rate,
            carry: 0,
            bottleneck: None,
            is_further: false,
            weight,
            moved: 0,
            amount: 0,
        });
        frozen
    }

    /// Takes what the newest group gets from what is left of the resources it uses.
    fn give_away(&mut self) {
        let Some(group) = self.groups.last() else { return };
        for index in &self.loaded {
            let resource = &mut self.resources[*index as usize];
            let taken = std::mem::take(&mut resource.taken);
            if taken > 0 {
                resource.open -= taken;
                if resource.open > 0 {
                    resource.left = resource.left.minus(group.rate, taken);
                }
            }
        }
    }
}
