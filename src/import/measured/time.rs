//! Instants as PowerShell writes them.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::super::clock;
use super::super::fault::quote;
use super::super::moment::{ORDERS, Order, Raw, parse};
use super::Clocks;
use super::cell::{Cell, Refusal};

/// .NET's and the service's "never": years before this.
const NEVER_BEFORE: i64 = -2_208_988_800_000_000;

/// Microseconds since 1970 UTC; `None`: never.
pub(super) fn instant(cell: Cell<'_>, clocks: Clocks<'_>) -> Result<Option<i64>, Refusal> {
    if let Some(parts) = cell.object() {
        return match parts.get("value").or(parts.get("DateTime")) {
            Some(value @ Value::String(_)) => instant(Cell::Json(value), clocks),
            Some(_) | None => Err(("it is no time".into(), OFFSET)),
        };
    }
    let text = cell.text();
    let found = match text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        Some(inner) => {
            milliseconds(inner).ok_or_else(|| (format!("`{}` is no time", quote(&text)), OFFSET))?
        }
        None => written(&text, clocks)?,
    };
    Ok((found >= NEVER_BEFORE).then_some(found))
}

const OFFSET: &str = "export times with .ToString('o'); `drsim compare --help` has the command";

/// `1764324000000`, `1764324000000+0100`, whose offset is only for people.
fn milliseconds(inner: &str) -> Option<i64> {
    let end =
        inner.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-')).map_or(inner.len(), |(at, _)| at);
    inner[..end].parse::<i64>().ok()?.checked_mul(1000)
}

fn written(text: &str, clocks: Clocks<'_>) -> Result<i64, Refusal> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return clock::instant(text).map(|(at, _)| at);
    }
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Ok(at.as_microsecond());
    }
    let begins_with_year = text.len() > 10 && text.as_bytes().get(4) == Some(&b'-');
    let civil = text.parse::<jiff::civil::DateTime>().ok().filter(|_| begins_with_year);
    let Some(civil) = civil.or_else(|| by_order(text, clocks.dates)) else {
        let reason = format!("`{}` may be read in more than one way, or in none", quote(text));
        return Err((reason, OFFSET));
    };
    if civil.year() <= 1601 {
        return Ok(i64::MIN);
    }
    let Some(zone) = clocks.zone else {
        return Err((
            format!("`{}` has no offset to UTC", quote(text)),
            "say --zone, such as --zone Europe/Berlin, or export times with their offset",
        ));
    };
    let at = zone.to_ambiguous_timestamp(civil).unambiguous();
    let reason =
        || format!("`{}` happened twice or never in that zone: the clocks were changed", quote(text));
    at.map(jiff::Timestamp::as_microsecond).map_err(|_| (reason(), "export times with their offset to UTC"))
}

/// A time as the language of a computer writes it: in the order that is asked for, or told by the column, else in the only one that it can have.
fn by_order(text: &str, dates: Option<Order>) -> Option<jiff::civil::DateTime> {
    let raw = parse(text).ok().filter(|raw| matches!(raw, Raw::Date { offset: None, .. }))?;
    let mut orders = ORDERS.into_iter().filter(|order| raw.at(*order).is_some());
    let order = dates.filter(|order| raw.at(*order).is_some()).or_else(|| {
        let only = orders.next();
        only.filter(|_| orders.next().is_none())
    })?;
    let local = jiff::Timestamp::from_microsecond(raw.at(order)?).ok()?;
    Some(TimeZone::UTC.to_datetime(local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_the_same_in_every_form() {
        let berlin = jiff::tz::TimeZoneDatabase::bundled().get("Europe/Berlin").unwrap();
        let at = 1_764_324_000_000_000;
        for text in [
            "/Date(1764324000000)/",
            "/Date(1764324000000+0100)/",
            "2025-11-28T10:00:00.0000000Z",
            "2025-11-28T11:00:00+01:00",
            "2025-11-28 11:00:00",
            "1764324000",
            "1764324000000",
        ] {
            assert_eq!(instant(Cell::Text(text), Some(&berlin).into()), Ok(Some(at)), "{text}");
        }
        let parts =
            serde_json::json!({"value": "/Date(1764324000000)/", "DisplayHint": 2, "DateTime": "Freitag"});
        assert_eq!(instant(Cell::Json(&parts), Clocks::default()), Ok(Some(at)));
        for never in ["/Date(-62135596800000)/", "0001-01-01T00:00:00", "1601-01-01T00:00:00"] {
            assert_eq!(instant(Cell::Text(never), Clocks::default()), Ok(None), "{never}");
        }
        for (text, why) in [
            ("2025-11-28T11:00:00", "no offset"),
            ("11/28/2025 10:00:00 AM", "no offset"),
            ("28.11.2025 10:00:00", "no offset"),
            ("11/8/2025 10:00:00 AM", "more than one way"),
            ("10:00", "more than one way"),
        ] {
            assert!(
                instant(Cell::Text(text), Clocks::default()).is_err_and(|(reason, _)| reason.contains(why)),
                "{text}"
            );
        }
        for text in ["2025-10-26T02:30:00", "2025-03-30T02:30:00"] {
            assert!(
                instant(Cell::Text(text), Some(&berlin).into())
                    .is_err_and(|(why, _)| why.contains("twice or never"))
            );
        }
    }
}
