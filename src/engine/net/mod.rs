//! Max-min fair sharing of resources by flows, in integers, without losing a byte.
//!
//! Flows with the same path, weight and cap form a **class**; all its flows have the same rate, so one clock serves them:
//! it counts micro-bytes received per unit of weight, and a flow is a tag `clock at start + ⌈need ÷ weight⌉` in a heap.
//! Whenever flows or capacities change the classes are solved by progressive filling: the resource with the least
//! capacity ÷ weight (or the least cap) freezes the classes through it at that rational rate p/q, and so on with what is left.
//! Rates are exact fractions while denominators stay below 2^28; beyond, what is left of a resource is rounded down to 2^-28 B/s.
//!
//! Rounding. A clock moves by ⌊(p·gap + carry) ÷ q⌋ and keeps the remainder, so looking at it in between changes nothing. A
//! flow ends at the first microsecond with clock ≥ tag. What a bottleneck has served beyond the tags, and the carry left
//! when rates change (⌊carry × weight of its flows ÷ q⌋), are added to its *residual*: micro-bytes that it has served to
//! nobody yet. They go to the flows that are bottlenecked there after the change, in whole micro-bytes per unit of weight,
//! and what does not divide stays. So a busy link is work-conserving: only the up to weight − 1 micro-bytes between need
//! and tag go to nobody. A resource that is nobody's bottleneck any more has spare capacity, and its residual becomes zero.
//! A cap has none.
//!
//! A change anywhere in a net (each part of the network is one, each volume is one: [`super::network`]) is a change for all of it; that a throttle begins or
//! ceases to be what limits a resource counts as a change of its capacity. At equal rates a cap binds, else the lowest
//! resource.

mod ending;
mod fraction;
mod group;
mod fill;
mod favour;
mod lone;
mod settle;
mod same;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::index::{MaybeIndex, small};
use super::instant::NEVER;
use super::net::ending::Ending;
use super::net::fraction::{Fraction, divide};
use super::net::group::{Group, Head};
use super::net::lone::Lone;

/// Largest capacity of a resource and largest cap of a flow: 2^40 B/s, 8.8 Tbps.
pub const CAPACITY_MAX: u64 = 1 << 40;

/// Largest sum of weights on a resource.
pub const WEIGHT_MAX: u64 = 1 << 24;

/// Resources, the classes of flows over them, and their clocks. Resources that share no flow may stand in different nets.
#[derive(Clone, Debug, Default)]
pub struct Net {
    pub(super) resources: Vec<Resource>,
    pub(super) classes: Vec<Class>,
    /// Each class by what makes it one: path, weight, cap.
    known: BTreeMap<ClassKey, u32>,
    /// Classes with flows, in no particular order.
    pub(super) active: Vec<u32>,
    /// Resources with flows, in no particular order.
    pub(super) loaded: Vec<u32>,
    groups: Vec<Group>,
    /// Resources whose residual is not zero.
    pub(super) with_residual: Vec<u32>,
    /// Of each class active at the last settling: what its first flow needed per unit of weight.
    heads: Vec<Head>,
    pub(super) now: u64,
    /// When the next flow ends.
    pub(super) next: u64,
    /// Its only flow, as long as it is one; `active` is empty then.
    lone: Option<Lone>,
    /// Whether a class has a favour.
    has_favours: bool,
    pub(super) dirty: bool,
}

type ClassKey = (Box<[u32]>, u64, Option<u64>, Favour);

/// A resource, and what weighs in its flows' shares of it beside their weight; none weighs in anywhere else.
type Favour = Option<(u32, u64)>;

#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) capacity: u64,
    pub(super) throttled: bool,
    /// Sum of weights of the flows through it.
    pub(super) weight: u64,
    /// Its place in `loaded`, while flows go through it.
    place: MaybeIndex,
    /// Micro-bytes served to nobody yet.
    pub(super) residual: u128,
    /// While settling: what stays of the residual.
    pub(super) kept: u128,
    /// While solving: capacity not yet given away, and the weight of flows without a rate.
    pub(super) left: Fraction,
    pub(super) open: u64,
    /// While solving: weight that the newest group takes.
    pub(super) taken: u64,
    /// Classes with flows through it, each with its step there, in no particular order.
    pub(super) classes: Vec<(u32, u32)>,
    served: Served,
    /// Up to when `served.offered` counts.
    offered_until: u64,
}

/// What a resource has done so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Served {
    /// Time in which it was somebody's bottleneck, µs.
    pub binding: u64,
    /// Part of that with a throttle in force, µs.
    pub throttle_binding: u64,
    /// ∫ capacity dt, micro-bytes.
    pub offered: u128,
    /// Micro-bytes of flows that ended or were taken out.
    pub carried: u128,
}

#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) path: Box<[u32]>,
    pub(super) weight: u64,
    pub(super) cap: Option<u64>,
    pub(super) favour: Favour,
    /// At the last settling; see [`Net::clock`].
    pub(super) clock: u128,
    /// By their ends.
    flows: BinaryHeap<Reverse<Ending>>,
    /// Sum over its flows of what its clock × weight shows when each has all it needs.
    due: u128,
    /// Its place in `active`, while it has flows.
    place: MaybeIndex,
    /// Its place in `classes` of each resource of its path.
    places: Box<[u32]>,
    /// Its group; none while it has no flows, or only such as are too new to have a rate.
    pub(super) group: MaybeIndex,
    /// Which entry of `bound` is running: 2 × position in the path (+ 1 if throttled), or the last for the cap.
    pub(super) slot: usize,
    /// When `slot` last changed.
    slot_since: u64,
    bound: Box<[u64]>,
    /// Up to when `bound` counts.
    bound_until: u64,
}

impl Net {
    /// A net over resources of these capacities in B/s, each at most [`CAPACITY_MAX`].
    pub fn new(capacities: &[u64]) -> Self {
        let resource = |capacity: &u64| Resource {
            capacity: (*capacity).min(CAPACITY_MAX),
            throttled: false,
            weight: 0,
            place: MaybeIndex::NONE,
            residual: 0,
            kept: 0,
            left: Fraction::whole(0),
            open: 0,
            taken: 0,
            classes: Vec::new(),
            served: Served::default(),
            offered_until: 0,
        };
        let resources = capacities.iter().map(resource).collect();
        Net { resources, next: NEVER, ..Net::default() }
    }

    /// Whether there is anything to share.
    pub fn limits(&self) -> bool {
        !self.resources.is_empty()
    }

    /// The least capacity of its resources, B/s.
    pub fn least_capacity(&self) -> Option<u64> {
        self.resources.iter().map(|resource| resource.capacity).min()
    }

    /// The class of flows over `path` with this weight and cap, made at its first mention.
    ///
    /// # Panics
    /// If nothing limits the class: an empty path without a cap.
    pub fn class(&mut self, path: &[u32], weight: u64, cap: Option<u64>) -> u32 {
        self.class_with(path, weight, cap, None)
    }

    /// As [`Net::class`], of flows that a resource of their path favours.
    ///
    /// # Panics
    /// As [`Net::class`].
    pub fn class_with(&mut self, path: &[u32], weight: u64, cap: Option<u64>, favour: Favour) -> u32 {
        let favour = favour.filter(|(_, favour)| *favour != 1);
        assert!(!path.is_empty() || cap.is_some(), "a flow needs something that limits it");
        let cap = cap.map(|cap| cap.min(CAPACITY_MAX));
        let next = small(self.classes.len());
        let class = *self.known.entry((path.into(), weight, cap, favour)).or_insert(next);
        if class == next {
            self.has_favours |= favour.is_some();
            self.classes.push(Class {
                path: path.into(),
                weight,
                cap,
                favour,
                clock: 0,
                flows: BinaryHeap::new(),
                due: 0,
                place: MaybeIndex::NONE,
                places: vec![0; path.len()].into(),
                group: MaybeIndex::NONE,
                slot: 0,
                slot_since: 0,
                bound: vec![0; 2 * path.len() + 1].into(),
                bound_until: 0,
            });
        }
        class
    }

    /// Whether `class`, which need not exist, is the one of flows over `path` with this weight and cap.
    pub fn is_class(&self, class: u32, path: &[u32], weight: u64, cap: Option<u64>) -> bool {
        let cap = cap.map(|cap| cap.min(CAPACITY_MAX));
        let is = |class: &Class| *class.path == *path && class.weight == weight && class.cap == cap;
        self.classes.get(class as usize).is_some_and(is)
    }

    /// The resources of a class, in order of travel.
    pub fn path(&self, class: u32) -> &[u32] {
        &self.classes[class as usize].path
    }

    /// Time that flows of the class have been bound by each cause up to `now`: two entries per resource of the
    /// path (unthrottled, throttled), then the cap. µs, cumulated over the class's life.
    pub fn bound(&mut self, now: u64, class: u32) -> &[u64] {
        self.run_to(now);
        let class = &mut self.classes[class as usize];
        // Without a rate nothing is to be booked, and who asks leaves no trace.
        if class.group.is_some() {
            class.count_bound(now);
        }
        &class.bound
    }

    /// What has bound the class without a break since `since`, if it had flows all the time, as an index into [`Net::bound`]; `None`: more
    /// than one.
    pub fn bound_alone_since(&self, class: u32, since: u64) -> Option<usize> {
        let class = &self.classes[class as usize];
        (class.slot_since <= since).then_some(class.slot)
    }

    /// As [`Net::bound`], up to the last time somebody asked or a rate changed.
    pub fn bound_so_far(&self, class: u32) -> &[u64] {
        &self.classes[class as usize].bound
    }

    /// What a resource has done up to `now`, without flows in progress.
    pub fn served(&mut self, now: u64, resource: u32) -> Served {
        self.run_to(now);
        let resource = &mut self.resources[resource as usize];
        resource.offer(now);
        resource.served
    }

    /// A flow of `need` micro-bytes starts. Its owner is named by `flow`. Returns its tag.
    pub fn start(&mut self, now: u64, class: u32, flow: u32, need: u128) -> u128 {
        self.run_to(now);
        let (whole, rest) = divide(need, self.classes[class as usize].weight);
        let tag = self.clock(class) + whole + u128::from(rest > 0);
        if !self.start_lone(class, flow, need, tag) {
            self.mingle();
            self.enter(class, flow, need, tag);
        }
        tag
    }

    /// A flow is one among others from now on.
    #[inline]
    fn enter(&mut self, class: u32, flow: u32, need: u128, tag: u128) {
        self.dirty = true;
        let Net { classes, resources, active, loaded, .. } = self;
        let entry = &mut classes[class as usize];
        if entry.flows.is_empty() {
            entry.place = small(active.len()).into();
            active.push(class);
            for (step, index) in entry.path.iter().enumerate() {
                let through = &mut resources[*index as usize].classes;
                entry.places[step] = small(through.len());
                through.push((class, small(step)));
            }
        }
        entry.flows.push(Reverse(Ending::new(tag, flow)));
        entry.due += due(tag, need, entry.weight);
        for index in &entry.path {
            let resource = &mut resources[*index as usize];
            if resource.weight == 0 {
                resource.place = small(loaded.len()).into();
                loaded.push(*index);
            }
            resource.weight += entry.weight;
            assert!(resource.weight <= WEIGHT_MAX, "too many flows on one resource");
        }
    }

    /// Micro-bytes that a flow with this tag and this need still has to receive at `now`.
    pub fn remaining(&mut self, now: u64, class: u32, tag: u128, need: u128) -> u128 {
        self.run_to(now);
        let weight = u128::from(self.classes[class as usize].weight);
        (tag.saturating_sub(self.clock(class)) * weight).min(need)
    }

    /// Takes a flow out before its end; returns what it still had to receive.
    pub fn remove(&mut self, now: u64, class: u32, flow: u32, tag: u128, need: u128) -> u128 {
        let remaining = self.remaining(now, class, tag, need);
        self.mingle();
        let entry = &mut self.classes[class as usize];
        entry.flows.retain(|Reverse(other)| other.flow() != flow);
        entry.due -= due(tag, need, entry.weight);
        self.left(class, need - remaining);
        remaining
    }

    /// Micro-bytes that all flows through a resource still have to receive at `now`. What a flow gets beyond its need, less than its
    /// weight in micro-bytes, is not taken off the others'.
    pub fn left_through(&mut self, now: u64, resource: u32) -> u128 {
        self.run_to(now);
        let left = |(class, _): &(u32, u32)| {
            let entry = &self.classes[*class as usize];
            let received = self.clock(*class) * u128::from(entry.weight_active());
            entry.due.saturating_sub(received)
        };
        self.resources[resource as usize].classes.iter().map(left).sum::<u128>() + self.left_of_lone(resource)
    }

    /// The part of [`Net::left_through`] that is a flow with this tag and this need, at the last instant asked for.
    pub fn left_of(&self, class: u32, tag: u128, need: u128) -> u128 {
        let weight = self.classes[class as usize].weight;
        due(tag, need, weight).saturating_sub(self.clock(class) * u128::from(weight))
    }

    /// A resource has another capacity from `now` on.
    pub fn set_capacity(&mut self, now: u64, resource: u32, capacity: u64, throttled: bool) {
        let capacity = capacity.min(CAPACITY_MAX);
        let changed = &self.resources[resource as usize];
        if changed.capacity == capacity && changed.throttled == throttled {
            return;
        }
        self.run_to(now);
        self.mingle();
        let changed = &mut self.resources[resource as usize];
        changed.offer(now);
        (changed.capacity, changed.throttled) = (capacity, throttled);
        self.dirty = true;
    }

    /// Moves to `now`, which is not after the next end, and appends the flows that end there, in no particular order.
    pub fn finish(&mut self, now: u64, need: impl Fn(u32) -> u128, ended: &mut Vec<u32>) {
        if self.lone.is_some() {
            return self.finish_lone(now, ended);
        }
        self.run_to(now);
        let heads = std::mem::take(&mut self.heads);
        for head in &heads {
            let group = self.groups[head.group as usize];
            if head.need > group.moved {
                continue;
            }
            let clock = self.clock(head.class);
            let weight = u128::from(self.classes[head.class as usize].weight);
            while let Some(Reverse(ending)) = self.classes[head.class as usize].flows.peek().copied()
                && ending.tag() <= clock
            {
                let (tag, flow) = (ending.tag(), ending.flow());
                let (ends, needed) = (&mut self.classes[head.class as usize], need(flow));
                ends.flows.pop();
                ends.due -= due(tag, needed, ends.weight);
                self.save(group.bottleneck, (clock - tag) * weight);
                ended.push(flow);
                self.left(head.class, needed);
            }
        }
        self.heads = heads;
        self.heads.clear();
    }

    /// Micro-bytes per unit of weight that flows of the class have received since the run began.
    #[inline]
    fn clock(&self, class: u32) -> u128 {
        let class = &self.classes[class as usize];
        class.clock + class.moved(&self.groups)
    }

    /// Brings clocks and times to `now`; nothing may have changed since the last [`Net::settle`] unless `now` is that instant.
    #[inline]
    pub fn run_to(&mut self, now: u64) {
        if now != self.now {
            self.pass(now);
        }
    }

    fn pass(&mut self, now: u64) {
        let gap = now - self.now;
        debug_assert!(!self.dirty, "time passes only over settled rates");
        self.mingle();
        self.now = now;
        for group in &mut self.groups {
            group.moved += group.pass(gap);
            if let Some(bottleneck) = group.bottleneck.filter(|_| !group.is_further) {
                self.resources[bottleneck as usize].bind(gap);
            }
        }
    }

    /// A flow of `class` is gone after `sent` micro-bytes.
    #[inline]
    fn left(&mut self, class: u32, sent: u128) {
        self.dirty = true;
        if self.classes[class as usize].flows.is_empty() {
            let clock = self.clock(class);
            self.classes[class as usize].count_bound(self.now);
            let emptied = &mut self.classes[class as usize];
            (emptied.clock, emptied.group) = (clock, MaybeIndex::NONE);
        }
        let Net { classes, resources, active, loaded, .. } = self;
        let entry = &mut classes[class as usize];
        for index in &entry.path {
            let resource = &mut resources[*index as usize];
            resource.weight -= entry.weight;
            resource.served.carried += sent;
            if resource.weight == 0 {
                let place = std::mem::take(&mut resource.place).expect("a resource with flows is loaded");
                loaded.swap_remove(place as usize);
                if let Some(moved) = loaded.get(place as usize) {
                    resources[*moved as usize].place = place.into();
                }
            }
        }
        if entry.flows.is_empty() {
            let place = std::mem::take(&mut entry.place).expect("a class with flows is active");
            active.swap_remove(place as usize);
            if let Some(moved) = active.get(place as usize) {
                classes[*moved as usize].place = place.into();
            }
            for step in 0..classes[class as usize].path.len() {
                let entry = &classes[class as usize];
                let (index, place) = (entry.path[step], entry.places[step]);
                let through = &mut resources[index as usize].classes;
                through.swap_remove(place as usize);
                if let Some((moved, step)) = through.get(place as usize) {
                    classes[*moved as usize].places[*step as usize] = place;
                }
            }
        }
    }

    /// Adds `amount` to the residual of a bottleneck; a cap has none.
    #[inline]
    pub(super) fn save(&mut self, bottleneck: Option<u32>, amount: u128) {
        if let (Some(index), true) = (bottleneck, amount > 0) {
            let residual = &mut self.resources[index as usize].residual;
            if *residual == 0 {
                self.with_residual.push(index);
            }
            *residual += amount;
        }
    }
}

/// What the clock of a class × its weight shows when a flow with this tag has all of its need.
#[inline]
fn due(tag: u128, need: u128, weight: u64) -> u128 {
    if weight == 1 {
        return tag;
    }
    let (whole, rest) = divide(need, weight);
    (tag - whole - u128::from(rest > 0)) * u128::from(weight) + need
}

impl Class {
    /// The tag of its first flow to end.
    pub(super) fn first_tag(&self) -> Option<u128> {
        self.flows.peek().map(|Reverse(ending)| ending.tag())
    }

    /// The sum of the weights of its flows.
    pub(super) fn weight_active(&self) -> u64 {
        self.weight * self.flows.len() as u64
    }

    /// Gives it a group, and what its time is booked to.
    pub(super) fn freeze(&mut self, group: u32, slot: usize, now: u64) {
        self.group = group.into();
        self.set_slot(slot, now);
    }

    /// Its time is booked to another entry of `bound` from now on, if it is another.
    fn set_slot(&mut self, slot: usize, now: u64) {
        if self.slot != slot {
            (self.slot, self.slot_since) = (slot, now);
        }
    }

    /// Whether it has a group, and so a rate.
    pub(super) fn frozen(&self) -> bool {
        self.group.is_some()
    }

    /// How far its clock has moved since the last settling.
    fn moved(&self, groups: &[Group]) -> u128 {
        self.group.index().map_or(0, |group| groups[group].moved)
    }

    /// Books the time since the last booking to what bound it; without a rate that time was none.
    pub(super) fn count_bound(&mut self, now: u64) {
        if self.group.is_some() {
            self.bound[self.slot] += now - self.bound_until;
        }
        self.bound_until = now;
    }

    /// Adds the weight of its flows to what the newest group takes of each of its resources.
    pub(super) fn take(&self, resources: &mut [Resource]) {
        for index in &self.path {
            resources[*index as usize].taken += self.weight_active();
        }
    }
}

impl Resource {
    /// Counts what it could have carried until `now`.
    fn offer(&mut self, now: u64) {
        self.served.offered += u128::from(self.capacity) * u128::from(now - self.offered_until);
        self.offered_until = now;
    }

    /// It was somebody's bottleneck for `gap` µs.
    fn bind(&mut self, gap: u64) {
        self.served.binding += gap;
        self.served.throttle_binding += if self.throttled { gap } else { 0 };
    }
}
