//! Of links, policies of replication, and churn.

use super::twice;
use crate::protection::{Phase, Policy, Resync};
use crate::topology::Link;
use crate::units::{Rate, Ratio, Span, Time};
use crate::workload::Layer;

/// Of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfLink {
    /// Nominal rate, the same in both directions.
    Rate(Rate),
    /// Rate that every throttle window leaves.
    ThrottleRate(Rate),
    /// Every throttle window leaves twice as much.
    ThrottleTwice,
    /// It has no throttle.
    NoThrottle,
}

/// Of a policy of replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfPolicy {
    /// Copy frequency.
    Interval(Span),
    /// Resynchronisations begin at once.
    ResyncAtOnce,
}

/// Of all policies of replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfPolicies {
    /// Half again as much compression.
    CompressionHalfMore,
    /// Nothing is compressed.
    NoCompression,
    /// Share of the writes within an interval that is sent.
    Coalescing(Ratio),
    /// No write is overwritten.
    NoCoalescing,
}

impl OfLink {
    pub(super) fn apply(self, link: &mut Link) {
        let windows = |link: &mut Link, change: fn(Rate, Rate) -> Rate, rate: Rate| {
            let rates = link.throttle.iter_mut().flatten().filter_map(|(_, rate)| rate.as_mut());
            rates.for_each(|left| *left = change(*left, rate));
        };
        match self {
            OfLink::Rate(rate) => link.rate = [rate; 2],
            OfLink::ThrottleRate(rate) => windows(link, |_, rate| rate, rate),
            OfLink::ThrottleTwice => windows(link, |left, _| twice(left), Rate(0)),
            OfLink::NoThrottle => {
                let none = vec![(Time::START, None)];
                link.throttle = [none.clone(), none];
            }
        }
    }
}

impl OfPolicy {
    pub(super) fn apply(self, policy: &mut Policy) {
        match self {
            OfPolicy::Interval(interval) => {
                policy.interval = interval;
                if let Phase::At(phase) = policy.phase {
                    policy.phase = Phase::At(Span(phase.0 % interval.0));
                }
            }
            OfPolicy::ResyncAtOnce => policy.settings.resync = Resync::Immediate,
        }
    }
}

impl OfPolicies {
    /// Whether it makes anything else of a policy.
    pub fn changes(self, policy: &Policy) -> bool {
        let mut changed = policy.clone();
        self.apply(&mut changed);
        (changed.compression, changed.coalescing) != (policy.compression, policy.coalescing.clone())
    }

    pub(super) fn apply(self, policy: &mut Policy) {
        match self {
            OfPolicies::CompressionHalfMore => {
                let ratio = policy.compression.0;
                policy.compression = Ratio(ratio.saturating_add(ratio / 2));
            }
            OfPolicies::NoCompression => policy.compression = Ratio::ONE,
            OfPolicies::Coalescing(share) => policy.coalescing = vec![(policy.interval, share)],
            OfPolicies::NoCoalescing => policy.coalescing.clear(),
        }
    }
}

/// A layer of churn times a factor.
pub(super) fn grow(layer: &mut Layer, factor: Ratio) {
    let times = |number: u64| {
        u64::try_from(u128::from(number) * u128::from(factor.0) / 1_000_000).unwrap_or(u64::MAX)
    };
    match layer {
        Layer::Constant(rate) | Layer::Shaped { rate, .. } => *rate = Rate(times(rate.0)),
        Layer::Measured { growth, .. } => {
            *growth = Ratio(u32::try_from(times(growth.0.into())).unwrap_or(u32::MAX));
        }
    }
}
