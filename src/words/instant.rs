//! Instants as reports print them.

use crate::scenario::Scenario;
use crate::units::Time;

/// RFC 3339 in the scenario's zone, with its offset.
/// What lies past the year 9999 is `never`.
pub(crate) fn written(scenario: &Scenario, time: Time) -> String {
    formatted(scenario, time, "%Y-%m-%dT%H:%M:%S%.f%:z")
}

/// For a sentence, as the page says it: `Wed 4 Mar 10:04`, with seconds where there are some. The year and the zone stand where the run is named.
pub(crate) fn spoken(scenario: &Scenario, time: Time) -> String {
    let second = scenario.start_unix_us.rem_euclid(60_000_000).unsigned_abs();
    let is_whole = (time.0 % 60_000_000 + second) % 60_000_000 < 1_000_000;
    formatted(scenario, time, if is_whole { "%a %-d %b %H:%M" } else { "%a %-d %b %H:%M:%S" })
}

fn formatted(scenario: &Scenario, time: Time, format: &str) -> String {
    let since = i64::try_from(time.0).ok();
    let unix = since.and_then(|since| scenario.start_unix_us.checked_add(since));
    let instant = unix.and_then(|unix| jiff::Timestamp::from_microsecond(unix).ok());
    let zoned = instant.and_then(|instant| instant.in_tz(&scenario.zone).ok());
    zoned.map_or_else(|| "never".to_owned(), |zoned| zoned.strftime(format).to_string())
}
