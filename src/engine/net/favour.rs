//! Weights of QoS: shares of what a host's own card gives (fact 8.2).
//!
//! Rates are first solved without them. What a card that binds gives to its flows together is then shared among them in proportion to
//! favour × weight, and what one of them cannot use, because its cap or another resource on its way gives it less, goes to the others.
//! So a favour moves bytes only between flows of one host, and only while that host's card is what they wait for. A flow that gets more
//! than before takes it from others of the same card: where all of these share a resource, its load stays as it was, and of what is left
//! of any other each takes at most its part.

use std::cmp::Ordering;

use super::Net;
use super::fraction::Fraction;
use super::group::Group;
use crate::engine::index::small;

/// Largest denominator of a share, in 1/(B/s); a finer one is rounded down.
const FINEST: u64 = 1 << 28;

/// The most per unit of weight, and the group and the step of the path that give it, if one does.
type Most = (Fraction, Option<(u32, usize)>);

/// A class while its card is shared.
struct Member {
    class: u32,
    /// Weight of its flows.
    weight: u64,
    favour: u64,
    /// What it can use per unit of weight, and the group that it then belongs to, by what step of its path.
    most: Option<Most>,
}

impl Net {
    /// Shares the cards that bind by favours.
    pub(super) fn favour(&mut self) {
        for group in 0..self.groups.len() {
            let Some(card) = self.groups[group].bottleneck else { continue };
            let members = self.members(small(group), card);
            if members.iter().any(|member| member.favour != members[0].favour) {
                self.share_card(group, card, members);
            }
        }
    }

    /// The classes of a group, in order.
    fn members(&self, group: u32, card: u32) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        for (index, _) in &self.resources[card as usize].classes {
            let class = &self.classes[*index as usize];
            if class.group.get() == Some(group) {
                let favour = class.favour.filter(|(at, _)| *at == card).map_or(1, |(_, favour)| favour);
                members.push(Member { class: *index, weight: class.weight_active(), favour, most: None });
            }
        }
        members.sort_by_key(|member| member.class);
        members
    }

    fn share_card(&mut self, group: usize, card: u32, mut open: Vec<Member>) {
        let before = self.groups[group];
        let most: Vec<_> = open.iter().map(|member| self.most(group, card, member.class, &open)).collect();
        open.iter_mut().zip(most).for_each(|(member, most)| member.most = most);
        let mut left = Fraction { num: before.rate.num * u128::from(before.weight), den: before.rate.den };
        let mut shares: Vec<(Member, Fraction)> = Vec::new();
        loop {
            let weights = open.iter().map(|member| member.weight * member.favour).sum::<u64>();
            let level = fine(left, weights);
            let share = |member: &Member| {
                Fraction { num: level.num * u128::from(member.favour), den: level.den }.reduced()
            };
            let is_full = |member: &Member| {
                member.most.is_some_and(|(most, _)| most.compare(share(member)) == Ordering::Less)
            };
            let (full, others): (Vec<Member>, Vec<Member>) = open.into_iter().partition(is_full);
            if full.is_empty() {
                shares.extend(others.into_iter().map(|member| {
                    let rate = share(&member);
                    (Member { most: None, ..member }, rate)
                }));
                break;
            }
            for member in full {
                let (most, _) = member.most.expect("only a limit makes it full");
                left = left.minus(most, member.weight);
                shares.push((member, most));
            }
            if others.is_empty() {
                break;
            }
            open = others;
        }
        self.regroup(group, before, shares);
    }

    /// Puts the classes of a group into groups by their rates.
    fn regroup(&mut self, group: usize, before: Group, mut shares: Vec<(Member, Fraction)>) {
        shares.sort_by_key(|(member, _)| member.class);
        let mut own = Some(group);
        for (member, rate) in shares {
            let class = &mut self.classes[member.class as usize];
            if let Some((_, Some((other, step)))) = member.most {
                self.groups[other as usize].weight += member.weight;
                let throttled = self.resources[class.path[step] as usize].throttled;
                class.freeze(other, 2 * step + usize::from(throttled), self.now);
                continue;
            }
            let is_further = own.is_none();
            let place = own.take().unwrap_or(self.groups.len());
            let entry = Group { rate, weight: member.weight, is_further, ..before };
            match self.groups.get_mut(place) {
                Some(there) => *there = entry,
                None => self.groups.push(entry),
            }
            class.group = small(place).into();
        }
        if own.is_some() {
            // All of it is used up elsewhere: nobody waits for the card any more.
            self.groups[group] = Group { rate: Fraction::whole(0), weight: 1, bottleneck: None, ..before };
        }
    }

    /// The most that a class of a card's group can use per unit of weight, and the group that gives it, if one does.
    fn most(&self, group: usize, card: u32, class: u32, members: &[Member]) -> Option<Most> {
        let entry = &self.classes[class as usize];
        let cap = entry.cap.map(|cap| (Fraction { num: u128::from(cap), den: entry.weight }.reduced(), None));
        let others = entry.path.iter().enumerate().filter(|(_, resource)| **resource != card);
        let limits = others.filter_map(|(step, resource)| {
            let gives = |other: &Group| other.bottleneck == Some(*resource) && !other.is_further;
            if let Some(other) = self.groups.iter().position(gives) {
                return Some((self.groups[other].rate, Some((small(other), step))));
            }
            let through = |member: &&Member| self.classes[member.class as usize].path.contains(resource);
            let weight: u64 = members.iter().filter(through).map(|member| member.weight).sum();
            if members.iter().all(|member| through(&member)) {
                return None;
            }
            let part = fine(self.unused(*resource), weight);
            let rate = self.groups[group].rate;
            // rate + part, as − (−part) is not said in fractions without a sign.
            let sum = rate.num * u128::from(part.den) + part.num * u128::from(rate.den);
            Some((fine(Fraction { num: sum, den: 1 }, rate.den.saturating_mul(part.den)), None))
        });
        cap.into_iter().chain(limits).min_by(|a, b| a.0.compare(b.0))
    }

    /// What no flow takes of a resource.
    fn unused(&self, resource: u32) -> Fraction {
        let entry = &self.resources[resource as usize];
        let mut left = Fraction::whole(entry.capacity);
        for (class, _) in &entry.classes {
            let class = &self.classes[*class as usize];
            let rate = self.groups[class.group.expect("every active class has a rate") as usize].rate;
            left = left.minus(rate, class.weight_active());
        }
        left
    }
}

/// whole ÷ parts, rounded down to 1/[`FINEST`] where its denominator is larger.
fn fine(whole: Fraction, parts: u64) -> Fraction {
    let parts = parts.max(1);
    match whole.den.checked_mul(parts).filter(|den| *den <= FINEST) {
        Some(den) => Fraction { num: whole.num, den }.reduced(),
        None => {
            let den = u128::from(whole.den) * u128::from(parts);
            let whole_part = whole.num / den * u128::from(FINEST);
            let rest = whole.num % den * u128::from(FINEST) / den;
            Fraction { num: whole_part + rest, den: FINEST }.reduced()
        }
    }
}
