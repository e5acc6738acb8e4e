//! Instants of a run as people of its zone say them.

use super::cells::duration;
use crate::document::Document;

const WEEK: f64 = 604_800.0;
const YEAR: f64 = 365.0 * 86_400.0;

/// `Tue 14:05` in the first week, `Tue 10 Mar 14:05` after it, with the year after 365 days; seconds where there are some. Offsets where the
/// zone is not known.
pub(super) fn instant_of(document: &Document, seconds: f64) -> String {
    zoned(document.start_unix_us, &document.zone, seconds).unwrap_or_else(|| duration(seconds))
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, and what is past the calendar has no date"
)]
fn zoned(start_unix_us: i64, zone: &str, seconds: f64) -> Option<String> {
    let micros = start_unix_us.checked_add((seconds * 1e6).floor() as i64)?;
    let instant = jiff::Timestamp::from_microsecond(micros).ok()?.in_tz(zone).ok()?;
    let day = match seconds {
        _ if (0.0..WEEK).contains(&seconds) => "%a",
        _ if seconds < YEAR => "%a %-d %b",
        _ => "%a %-d %b %Y",
    };
    let time = if instant.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    Some(instant.strftime(&format!("{day} {time}")).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_said_by_the_day_and_the_clock() {
        let document = Document {
            start_unix_us: 1_772_406_000_000_000,
            zone: "Europe/Berlin".into(),
            ..Document::default()
        };
        // Monday, 2026-03-02T00:00 in Berlin, and a day, 14 hours and five minutes.
        assert_eq!(instant_of(&document, 137_100.0), "Tue 14:05");
        assert_eq!(instant_of(&document, 8.0 * 86_400.0 + 1.5), "Tue 10 Mar 00:00:01");
        assert_eq!(instant_of(&document, 365.0 * 86_400.0), "Tue 2 Mar 2027 00:00");
    }
}
