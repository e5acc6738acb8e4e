//! Instants of a run as people of its zone say them.

use crate::report::cells::duration;

const WEEK: f64 = 604_800.0;

/// `Tue 14:05` in the first week, `Tue 10 Mar 14:05` after it; seconds where there are some. Offsets where the zone is not known.
pub(super) fn spoken(start_unix_us: i64, zone: &str, seconds: f64) -> String {
    zoned(start_unix_us, zone, seconds).unwrap_or_else(|| duration(seconds))
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, and what is past the calendar has no date"
)]
fn zoned(start_unix_us: i64, zone: &str, seconds: f64) -> Option<String> {
    let micros = start_unix_us.checked_add((seconds * 1e6).floor() as i64)?;
    let instant = jiff::Timestamp::from_microsecond(micros).ok()?.in_tz(zone).ok()?;
    let day = if (0.0..WEEK).contains(&seconds) { "%a" } else { "%a %-d %b" };
    let time = if instant.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    Some(instant.strftime(&format!("{day} {time}")).to_string())
}
