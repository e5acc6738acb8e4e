//! When cycles are due and when statistics start anew: both in closed form, nothing ticks.

use std::sync::Arc;

use jiff::civil::Time as Civil;

use crate::scenario::Scenario;
use crate::units::Span;

/// Length of a monitoring window (fact 1.45: `MonitoringInterval`, default 12 h).
pub const MONITORING_INTERVAL: Span = Span::seconds(12 * 3600);

/// Hour of the day, local to the source's site, from which windows are counted (fact 1.45: `MonitoringStartTime`, default 09:00).
pub const MONITORING_START_HOUR: i8 = 9;

/// Ticks at phase + k × interval, k ≥ 0. µs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticks {
    /// The first.
    pub phase: u64,
    /// From one to the next; at least 1.
    pub interval: u64,
}

impl Ticks {
    /// How many there are before `at`.
    pub fn before(self, at: u64) -> u64 {
        at.saturating_sub(self.phase).div_ceil(self.interval.max(1))
    }

    /// How many there are in [from, to).
    pub fn within(self, from: u64, to: u64) -> u64 {
        self.before(to).saturating_sub(self.before(from))
    }

    /// The one with `before` others before it.
    pub fn nth(self, before: u64) -> u64 {
        self.phase.saturating_add(before.saturating_mul(self.interval))
    }
}

/// The instants at which statistics start anew at a site in `zone`, ascending, µs, up to the first one not within the run: each day's
/// [`MONITORING_START_HOUR`] and every [`MONITORING_INTERVAL`] of wall-clock time from there, so that a window in which clocks change is
/// longer or shorter. What begins between two of them has a first window cut short (fact 1.46).
///
/// # Panics
/// If the zone is unknown or the run leaves the calendar: parsing refuses both.
pub fn window_edges(scenario: &Scenario, zone: &str) -> Arc<[u64]> {
    let zone = jiff::tz::TimeZoneDatabase::bundled().get(zone).expect("zones are checked");
    let start =
        jiff::Timestamp::from_microsecond(scenario.start_unix_us).expect("a run starts in the calendar");
    let step = i8::try_from(MONITORING_INTERVAL.0 / Span::seconds(3600).0).expect("a window of hours");
    let mut edges = Vec::new();
    let mut day = zone.to_datetime(start).date().yesterday().expect("a run starts in the calendar");
    loop {
        for window in 0..24 / step {
            let hour = (MONITORING_START_HOUR + window * step) % 24;
            let civil = day.to_datetime(Civil::constant(hour, 0, 0, 0));
            let at = zone.to_ambiguous_timestamp(civil).compatible().expect("a run ends within the calendar");
            let since = at.as_microsecond() - scenario.start_unix_us;
            match u64::try_from(since) {
                Ok(0) | Err(_) => {}
                Ok(since) => edges.push(since),
            }
        }
        if edges.last().is_some_and(|last| *last >= scenario.horizon.0) {
            edges.sort_unstable();
            let within = edges.partition_point(|edge| *edge < scenario.horizon.0);
            edges.truncate(within + 1);
            return edges.into();
        }
        day = day.tomorrow().expect("a run ends within the calendar");
    }
}
