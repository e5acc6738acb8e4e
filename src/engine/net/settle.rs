//! What happens when flows or capacities have changed: clocks are read, rates solved, residuals shared, and the next end found.

use super::Net;
use super::fraction::divide;
use super::group::{Group, Head};
use super::lone::{Share, whole_carry};
use crate::engine::index::MaybeIndex;
use crate::engine::instant::NEVER;

impl Net {
    /// Solves if anything changed, and returns when the next flow ends, or [`NEVER`].
    pub fn settle(&mut self) -> u64 {
        if self.dirty {
            self.dirty = false;
            if self.settle_noted() {
                return self.next;
            }
            self.empty_carries();
            if self.active.is_empty() {
                self.settle_none();
                return self.next;
            }
            if self.settle_lone() {
                return self.next;
            }
            let capped = self.collect_clocks();
            self.solve(capped);
            if self.has_favours {
                self.favour();
            }
            self.share_residuals();
            self.find_next();
        }
        self.next
    }

    /// The case of no flows: nothing moves, and nobody waits for the residuals.
    fn settle_none(&mut self) {
        self.with_residual.drain(..).for_each(|index| self.resources[index as usize].residual = 0);
        self.groups.clear();
        self.heads.clear();
        self.next = NEVER;
    }

    /// The common case of one class with flows, to the same effect as the general one; returns whether it was the case.
    fn settle_lone(&mut self) -> bool {
        let [index] = self.active[..] else { return false };
        let Net { classes, resources, groups, now, .. } = self;
        let class = &mut classes[index as usize];
        class.count_bound(*now);
        class.clock += class.moved(groups);
        let weight = class.weight_active();
        let Share { rate, bottleneck, slot } = Share::of(class, resources, weight);
        class.freeze(0, slot, *now);
        let (each, kept) = match bottleneck {
            Some(at) => divide(resources[at as usize].residual, weight),
            None => (0, 0),
        };
        class.clock += each;
        let need = class.first_tag().map_or(u128::MAX, |tag| tag.saturating_sub(class.clock));
        let group = Group { rate, carry: 0, bottleneck, is_further: false, weight, moved: 0, amount: need };
        self.with_residual.drain(..).for_each(|other| self.resources[other as usize].residual = 0);
        self.save(bottleneck, u128::from(kept));
        self.groups.clear();
        self.groups.push(group);
        self.heads.clear();
        self.heads.push(Head { need, group: 0, class: index });
        self.next = group.gap().map_or(NEVER, |gap| self.now.saturating_add(gap));
        true
    }

    /// Brings the clocks of all classes up to date and takes them out of their groups; returns whether any class has a cap.
    fn collect_clocks(&mut self) -> bool {
        let Net { classes, groups, active, now, .. } = self;
        let mut capped = false;
        for class in active.iter() {
            let class = &mut classes[*class as usize];
            class.count_bound(*now);
            class.clock += class.moved(groups);
            class.group = MaybeIndex::NONE;
            capped |= class.cap.is_some();
        }
        capped
    }

    /// Adds the carry of every group to the residual of its bottleneck.
    fn empty_carries(&mut self) {
        for index in 0..self.groups.len() {
            let Group { carry, weight, rate, bottleneck, .. } = self.groups[index];
            let whole = whole_carry(carry, weight, rate.den);
            self.save(bottleneck, whole);
        }
    }

    /// Gives each residual to the flows now bottlenecked there; what does not divide stays, what nobody waits for goes.
    fn share_residuals(&mut self) {
        if self.with_residual.is_empty() {
            return;
        }
        let Net { resources, groups, with_residual, .. } = self;
        for group in groups.iter_mut() {
            if let Some(index) = group.bottleneck.filter(|_| !group.is_further) {
                let resource = &mut resources[index as usize];
                let (each, rest) = divide(resource.residual, group.weight);
                (group.amount, resource.kept) = (each, u128::from(rest));
            }
        }
        with_residual.retain(|index| {
            let resource = &mut resources[*index as usize];
            resource.residual = std::mem::take(&mut resource.kept);
            resource.residual > 0
        });
    }

    /// Adds the shares of the residuals to the clocks, and finds when the next flow ends.
    fn find_next(&mut self) {
        let Net { classes, groups, active, heads, .. } = self;
        heads.clear();
        for index in active.iter() {
            let class = &mut classes[*index as usize];
            let group = class.group.expect("every active class has a rate by now");
            class.clock += groups[group as usize].amount;
            if let Some(tag) = class.first_tag() {
                let need = tag.saturating_sub(class.clock);
                heads.push(Head { need, group, class: *index });
            }
        }
        groups.iter_mut().for_each(|group| group.amount = u128::MAX);
        for head in heads.iter() {
            let group = &mut groups[head.group as usize];
            group.amount = group.amount.min(head.need);
        }
        let gap = groups.iter().filter_map(Group::gap).min();
        self.next = gap.map_or(NEVER, |gap| self.now.saturating_add(gap));
    }
}
