//! Written instants. Whether a number is in seconds, milliseconds, microseconds or nanoseconds since 1970 shows in its size, not in the
//! header: the Bitbrains traces head whole seconds with `[ms]`.

/// Unit of a file's times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// Whole seconds since 1970 UTC, below 10¹¹ (the year 5138).
    Seconds,
    /// Milliseconds, below 10¹⁴.
    Milliseconds,
    /// Microseconds, below 10¹⁷.
    Microseconds,
    /// Nanoseconds.
    Nanoseconds,
    /// RFC 3339 with its offset.
    Written,
}

impl TimeUnit {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            TimeUnit::Seconds => "seconds",
            TimeUnit::Milliseconds => "milliseconds",
            TimeUnit::Microseconds => "microseconds",
            TimeUnit::Nanoseconds => "nanoseconds",
            TimeUnit::Written => "RFC 3339",
        }
    }
}

/// Microseconds since 1970 UTC of a whole number and the digits after its point, and what it counts, which shows in its size.
pub fn epoch(whole: &str, part: &str) -> Option<(i64, TimeUnit)> {
    let number = whole.parse::<i64>().ok()?;
    let (unit, micros, places) = match number {
        0..100_000_000_000 => (TimeUnit::Seconds, number * 1_000_000, 6),
        100_000_000_000..100_000_000_000_000 => (TimeUnit::Milliseconds, number * 1000, 3),
        100_000_000_000_000..100_000_000_000_000_000 => (TimeUnit::Microseconds, number, 0),
        100_000_000_000_000_000.. => (TimeUnit::Nanoseconds, number / 1000, 0),
        _ => return None,
    };
    let part: String = part.chars().chain("000000".chars()).take(places).collect();
    Some((micros + part.parse::<i64>().unwrap_or(0), unit))
}

/// Microseconds since 1970 UTC, and how they were written.
///
/// # Errors
/// Neither a whole number of a sensible size nor RFC 3339 with an offset; as a reason with a remedy.
pub fn instant(cell: &str) -> Result<(i64, TimeUnit), (String, &'static str)> {
    if let Ok(number) = cell.parse::<i64>() {
        let none = || (format!("{number} is no time since 1970"), "give unix seconds, or milliseconds");
        return epoch(cell, "").ok_or_else(none);
    }
    let cell = cell.trim();
    match cell.parse::<jiff::Timestamp>() {
        Ok(time) => Ok((time.as_microsecond(), TimeUnit::Written)),
        Err(_) => Err((
            format!("`{}` is not a time", super::super::fault::quote(cell)),
            "write unix seconds, or RFC 3339 with its offset: 2013-08-01T00:00:00Z",
        )),
    }
}

/// An instant in a message or a table: `2013-07-31T22:00:00Z`.
pub fn written(unix_us: i64) -> String {
    jiff::Timestamp::from_microsecond(unix_us)
        .map_or_else(|_| format!("{unix_us} µs since 1970"), |time| time.to_string())
}
