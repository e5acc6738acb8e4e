//! Instants as reports print them.

use crate::scenario::Scenario;
use crate::units::Time;

/// RFC 3339 in the scenario's zone, with its offset.
///
/// # Panics
/// If the zone is unknown or the instant is past the year 9999: parsing refuses both.
pub(crate) fn written(scenario: &Scenario, time: Time) -> String {
    formatted(scenario, time, "%Y-%m-%dT%H:%M:%S%.f%:z")
}

/// To the second below it, for a sentence: `2026-03-04 10:04:28`.
///
/// # Panics
/// As [`written`].
pub(super) fn spoken(scenario: &Scenario, time: Time) -> String {
    formatted(scenario, time, "%Y-%m-%d %H:%M:%S")
}

fn formatted(scenario: &Scenario, time: Time, format: &str) -> String {
    let since = i64::try_from(time.0).expect("a run ends within 292 000 years");
    let unix = scenario.start_unix_us.checked_add(since).expect("a run ends within the calendar");
    jiff::Timestamp::from_microsecond(unix)
        .and_then(|instant| instant.in_tz(&scenario.zone))
        .map(|zoned| zoned.strftime(format).to_string())
        .expect("the zone is known and the instant in the calendar")
}
