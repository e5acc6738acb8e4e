//! What happens when flows or capacities have changed: clocks are read, rates solved, pots shared, and the next end found.

use std::cmp::{Ordering, Reverse};

use super::fraction::{Fraction, divide};
use super::net::{Group, Head, NO_GROUP, Net, small};

impl Net {
    /// Solves if anything changed, and returns when the next flow ends (`u64::MAX`: none will).
    pub fn settle(&mut self) -> u64 {
        if self.dirty {
            self.dirty = false;
            self.empty_carries();
            if self.settle_lone() {
                return self.next;
            }
            let capped = self.collect_clocks();
            self.solve(capped);
            self.share_pots();
            self.find_next();
        }
        self.next
    }

    /// The common case of one class over one resource, without the general machinery and to the same effect. Returns whether it was.
    fn settle_lone(&mut self) -> bool {
        let ([index], [only]) = (&self.active[..], &self.loaded[..]) else { return false };
        let (class, resource) = (&mut self.classes[*index as usize], &mut self.resources[*only as usize]);
        if class.path.len() != 1 {
            return false;
        }
        class.count_bound(self.now);
        class.clock += self.groups.get(class.group).map_or(0, |group| group.moved);
        let share = Fraction::whole(resource.capacity).over(resource.weight);
        let cap = class.cap.map(|cap| Fraction { num: u128::from(cap), den: class.weight });
        let cap = cap.filter(|cap| cap.compare(share) != Ordering::Greater).map(Fraction::reduced);
        let (bottleneck, weight, kept) = match cap {
            Some(_) => {
                (class.group, class.slot) = (0, 2);
                (None, class.weight_active(), 0)
            }
            None => {
                (class.group, class.slot) = (0, usize::from(resource.throttled));
                let (each, rest) = divide(resource.pot, resource.weight);
                class.clock += each;
                (Some(*only), resource.weight, u128::from(rest))
            }
        };
        let need = class.flows.peek().map_or(u128::MAX, |Reverse((tag, _))| tag.saturating_sub(class.clock));
        let rate = cap.unwrap_or(share);
        let group = Group { rate, carry: 0, bottleneck, weight, moved: 0, amount: need };
        let index = *index;
        self.potted.drain(..).for_each(|other| self.resources[other as usize].pot = 0);
        self.save(bottleneck, kept);
        self.groups.clear();
        self.groups.push(group);
        self.heads.clear();
        self.heads.push(Head { need, group: 0, class: index });
        self.next = group.gap().map_or(u64::MAX, |gap| self.now.saturating_add(gap));
        true
    }

    /// Takes from every class its group; returns whether any has a cap.
    fn collect_clocks(&mut self) -> bool {
        let Net { classes, groups, active, now, .. } = self;
        let mut capped = false;
        for class in active.iter() {
            let class = &mut classes[*class as usize];
            class.count_bound(*now);
            class.clock += groups.get(class.group).map_or(0, |group| group.moved);
            class.group = NO_GROUP;
            capped |= class.cap.is_some();
        }
        capped
    }

    fn empty_carries(&mut self) {
        for index in 0..self.groups.len() {
            let group = self.groups[index];
            let (whole, _) = divide(group.carry * u128::from(group.weight), group.rate.den);
            self.save(group.bottleneck, whole);
        }
    }

    /// Gives each pot to the flows now bottlenecked there; what does not divide stays, what nobody waits for goes.
    fn share_pots(&mut self) {
        if self.potted.is_empty() {
            return;
        }
        let Net { resources, groups, potted, .. } = self;
        for group in groups.iter_mut() {
            if let Some(index) = group.bottleneck {
                let resource = &mut resources[index as usize];
                let (each, rest) = divide(resource.pot, group.weight);
                (group.amount, resource.kept) = (each, u128::from(rest));
            }
        }
        potted.retain(|index| {
            let resource = &mut resources[*index as usize];
            resource.pot = std::mem::take(&mut resource.kept);
            resource.pot > 0
        });
    }

    /// Adds the shares of the pots to the clocks, and finds when the next flow ends.
    fn find_next(&mut self) {
        let Net { classes, groups, active, heads, .. } = self;
        heads.clear();
        for index in active.iter() {
            let class = &mut classes[*index as usize];
            class.clock += groups[class.group].amount;
            if let Some(Reverse((tag, _))) = class.flows.peek() {
                let need = tag.saturating_sub(class.clock);
                heads.push(Head { need, group: small(class.group), class: *index });
            }
        }
        groups.iter_mut().for_each(|group| group.amount = u128::MAX);
        for head in heads.iter() {
            let group = &mut groups[head.group as usize];
            group.amount = group.amount.min(head.need);
        }
        let gap = groups.iter().filter_map(Group::gap).min();
        self.next = gap.map_or(u64::MAX, |gap| self.now.saturating_add(gap));
    }
}
