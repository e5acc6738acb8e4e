//! Whether two nets go on alike. Numbers of classes and their order are names; clocks are only ever compared with tags.

use super::fraction::Fraction;
use super::{Class, Net, Resource};

impl Net {
    /// Brings what is under way to `now`, as one flow among others, so that it can be compared.
    pub fn stand(&mut self, now: u64) {
        self.mingle();
        self.run_to(now);
    }

    /// Whether it shares the same among the same, with the same left over; both [stand](Net::stand) at one instant. Whose flows these are, and how far they
    /// are, [`Net::is_same_flow`] tells.
    pub fn is_same(&self, other: &Net) -> bool {
        let Net {
            resources,
            active,
            next,
            now,
            dirty,
            lone,
            // Names, and what is made from flows.
            classes: _,
            known: _,
            loaded: _,
            groups: _,
            with_residual: _,
            heads: _,
            has_favours: _,
        } = self;
        let state = |it: &Resource| (it.capacity, it.throttled, it.weight, it.residual);
        let is_paced = |class: &u32| {
            let like = other.like(&self.classes[*class as usize]);
            like.is_some_and(|like| self.pace(*class) == other.pace(like))
        };
        (*next, *now, active.len()) == (other.next, other.now, other.active.len())
            && !*dirty
            && !other.dirty
            && lone.is_none()
            && other.lone.is_none()
            && resources.iter().zip(&other.resources).all(|(a, b)| state(a) == state(b))
            && active.iter().all(is_paced)
    }

    /// Whether a flow (class, tag, need) of this net and one of the other go the same way and are equally far.
    pub fn is_same_flow(&self, own: (u32, u128, u128), other: &Net, theirs: (u32, u128, u128)) -> bool {
        let ((class, tag, need), (like, their_tag, their_need)) = (own, theirs);
        need == their_need
            && self.is_same_class(class, other, like)
            && tag.wrapping_sub(self.clock(class)) == their_tag.wrapping_sub(other.clock(like))
    }

    /// Whether two classes are of flows over the same path with the same weight and cap.
    pub fn is_same_class(&self, class: u32, other: &Net, like: u32) -> bool {
        let (a, b) = (&self.classes[class as usize], &other.classes[like as usize]);
        (&a.path, a.weight, a.cap, a.favour) == (&b.path, b.weight, b.cap, b.favour)
    }

    fn like(&self, class: &Class) -> Option<u32> {
        self.known.get(&(class.path.clone(), class.weight, class.cap, class.favour)).copied()
    }

    /// How many flows a class has, at which rate, and what of a unit is under way.
    fn pace(&self, class: u32) -> (usize, Option<(Fraction, u64)>) {
        let class = &self.classes[class as usize];
        let group = class.group.index().map(|group| &self.groups[group]);
        (class.flows.len(), group.map(|group| (group.rate, group.carry)))
    }
}
