//! One time as a tool or a person wrote it, before it is known which of its numbers is the day.

use super::clock::{TimeUnit, epoch};

/// Order of year, month and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// 2024-07-15.
    Ymd,
    /// 07/15/2024.
    Mdy,
    /// 15.07.2024.
    Dmy,
}

/// Every order.
pub const ORDERS: [Order; 3] = [Order::Ymd, Order::Mdy, Order::Dmy];

impl Order {
    /// As chosen on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Order::Ymd => "ymd",
            Order::Mdy => "mdy",
            Order::Dmy => "dmy",
        }
    }

    /// The order of that name.
    pub fn named(name: &str) -> Option<Order> {
        ORDERS.into_iter().find(|order| order.name() == name)
    }

    /// Its place in a set.
    pub fn bit(self) -> u8 {
        match self {
            Order::Ymd => 1,
            Order::Mdy => 2,
            Order::Dmy => 4,
        }
    }
}

/// Why a cell is not a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTime {
    /// Minutes and seconds alone, as a spreadsheet shows what it keeps as a date.
    NoDate,
    /// An hour of a 12-hour clock that is not 1 to 12.
    Hour,
    /// A number that is no time since 1970.
    Epoch,
    /// Something else.
    Other,
}

impl NotTime {
    /// What is wrong and what to do, for a message.
    pub fn explain(self, cell: &str) -> (String, &'static str) {
        let cell = super::super::fault::quote(cell);
        match self {
            NotTime::NoDate => (
                format!("`{cell}` has lost its date, as a spreadsheet shows times"),
                "export it again and do not save it with a spreadsheet",
            ),
            NotTime::Hour => (
                format!("`{cell}` has an hour that a 12-hour clock does not have"),
                "write hours 1 to 12 with AM and PM, or 0 to 23 without",
            ),
            NotTime::Epoch => (format!("{cell} is no time since 1970"), "give unix seconds, or milliseconds"),
            NotTime::Other => (
                format!("`{cell}` is not a time"),
                "write unix seconds, 2024-07-15 08:00:00, or 07/15/2024 08:00:00; best with its offset: 2024-07-15T08:00:00Z",
            ),
        }
    }
}

/// A cell taken apart, before the order of its date is known.
#[derive(Clone, Copy, Debug)]
pub enum Raw {
    /// Since 1970.
    Epoch {
        /// Microseconds.
        us: i64,
        /// What it counts.
        unit: TimeUnit,
    },
    /// A date and a time of day.
    Date {
        /// Numbers of the date as they stand.
        parts: [u16; 3],
        /// Orders that its shape allows, as a set.
        orders: u8,
        /// Microseconds since midnight.
        of_day: i64,
        /// Seconds ahead of UTC.
        offset: Option<i32>,
    },
    /// None.
    Bad,
}

impl Raw {
    /// Microseconds since 1970, local or UTC.
    pub fn at(self, order: Order) -> Option<i64> {
        match self {
            Raw::Epoch { us, .. } => Some(us),
            Raw::Date { parts, orders, of_day, offset } if orders & order.bit() > 0 => {
                let midnight = days(parts, order)?.checked_mul(86_400_000_000)?;
                midnight.checked_add(of_day)?.checked_sub(i64::from(offset.unwrap_or(0)) * 1_000_000)
            }
            Raw::Date { .. } | Raw::Bad => None,
        }
    }
}

/// Days since 1970 of a date in an order, if there is that day.
fn days(parts: [u16; 3], order: Order) -> Option<i64> {
    let [a, b, c] = parts;
    let (year, month, day) = match order {
        Order::Ymd => (a, b, c),
        Order::Mdy => (c, a, b),
        Order::Dmy => (c, b, a),
    };
    let year = if year < 100 { year + 2000 } else { year };
    let date =
        jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let midnight =
        jiff::tz::TimeZone::UTC.to_timestamp(date.ok()?.to_datetime(jiff::civil::Time::midnight()));
    Some(midnight.ok()?.as_second().div_euclid(86_400))
}

/// Whether a cell is a time.
pub fn is_time(cell: &str) -> bool {
    parse(cell.trim()).is_ok()
}

/// Takes a cell apart.
///
/// # Errors
/// It is no time.
pub fn parse(cell: &str) -> Result<Raw, NotTime> {
    if cell.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+'))
        && cell.parse::<i64>().is_ok()
    {
        return epoch(cell, "").map(|(us, unit)| Raw::Epoch { us, unit }).ok_or(NotTime::Epoch);
    }
    if let Some((whole, part)) = cell.split_once(['.', ','])
        && whole.len() >= 9
        && whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit())
    {
        return epoch(whole, part).map(|(us, unit)| Raw::Epoch { us, unit }).ok_or(NotTime::Epoch);
    }
    let (rest, offset) = offset(cell);
    let bare = rest.contains(':')
        && rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b','));
    let (date, time) =
        split(rest).filter(|_| !bare).ok_or(if bare { NotTime::NoDate } else { NotTime::Other })?;
    let (parts, orders) = date_parts(date).ok_or(NotTime::Other)?;
    let of_day = if time.is_empty() { 0 } else { clock(time)? };
    Ok(Raw::Date { parts, orders, of_day, offset })
}

/// Takes an offset off the end, in seconds: `Z`, `UTC`, `GMT`, `+02:00`, `-0530`, `+02`.
fn offset(cell: &str) -> (&str, Option<i32>) {
    // `…+02:00[Europe/Berlin]`
    let cell =
        cell.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')).map_or(cell, |(before, _)| before);
    for ending in [" UTC", " GMT", "UTC", "Z", "z", " Z"] {
        if let Some(rest) =
            cell.strip_suffix(ending).filter(|rest| rest.ends_with(|last: char| last.is_ascii_digit()))
        {
            return (rest.trim_end(), Some(0));
        }
    }
    let Some(at) = cell.rfind(['+', '-', '\u{2212}']).filter(|at| cell[..*at].contains(':')) else {
        return (cell, None);
    };
    let sign = if cell[at..].starts_with('+') { 1 } else { -1 };
    let digits: String = cell[at..].chars().skip(1).filter(|letter| *letter != ':').collect();
    let number = |text: &str| text.parse::<i32>().ok();
    let seconds = match digits.len() {
        2 => number(&digits).map(|hours| hours * 3600),
        4 => {
            number(&digits[..2]).zip(number(&digits[2..])).map(|(hours, minutes)| hours * 3600 + minutes * 60)
        }
        _ => None,
    };
    match seconds.filter(|seconds| *seconds <= 15 * 3600) {
        Some(seconds) => (
            cell[..at].trim_end().trim_end_matches("GMT").trim_end_matches("UTC").trim_end(),
            Some(sign * seconds),
        ),
        None => (cell, None),
    }
}

/// Date and time of day.
fn split(text: &str) -> Option<(&str, &str)> {
    // `Jul 15, 2024 8:00 AM` and `15 Jul 2024 08:00`
    if text.chars().filter(|letter| letter.is_alphabetic()).count() >= 3 && !text.contains('T')
        || text.contains(", ")
    {
        let end = text.find(':').map_or(text.len(), |colon| text[..colon].rfind(' ').unwrap_or(0));
        return Some((text[..end].trim(), text[end..].trim()));
    }
    match text.split_once(['T', ' ']) {
        Some((date, time)) => Some((date.trim_end_matches(','), time.trim())),
        None if !text.contains(':') => Some((text, "")),
        None => None,
    }
}

/// Numbers of a date and the orders that its shape allows.
fn date_parts(date: &str) -> Option<([u16; 3], u8)> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let pieces: Vec<&str> = date.split(['/', '-', '.', ' ', ',']).filter(|piece| !piece.is_empty()).collect();
    let [a, b, c] = pieces.as_slice() else { return None };
    let month = |text: &str| {
        let text = text.to_lowercase();
        (text.len() >= 3).then(|| MONTHS.iter().position(|month| text.starts_with(month))).flatten()
    };
    let number = |text: &str| {
        text.parse::<u16>().ok().filter(|_| text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if let Some(month) = month(a) {
        return Some(([u16::try_from(month).ok()? + 1, number(b)?, number(c)?], Order::Mdy.bit()));
    }
    if let Some(month) = month(b) {
        return Some(([number(a)?, u16::try_from(month).ok()? + 1, number(c)?], Order::Dmy.bit()));
    }
    let orders = match (a.len(), c.len()) {
        (4, _) => Order::Ymd.bit(),
        (_, 4) if date.contains('.') => Order::Dmy.bit(),
        (_, 4) => Order::Mdy.bit() | Order::Dmy.bit(),
        (1 | 2, 1 | 2) if date.contains('.') => Order::Dmy.bit(),
        (1 | 2, 1 | 2) => 7,
        _ => return None,
    };
    Some(([number(a)?, number(b)?, number(c)?], orders))
}

/// Microseconds since midnight of `8:00`, `08:00:00.123` or `8:00:00 PM`.
fn clock(text: &str) -> Result<i64, NotTime> {
    let lower = text
        .to_lowercase()
        .replace("a.m.", "am")
        .replace("p.m.", "pm")
        .replace("a. m.", "am")
        .replace("p. m.", "pm");
    let half = ["am", "pm"].into_iter().find(|half| lower.ends_with(half));
    let digits = half.map_or(lower.as_str(), |half| lower[..lower.len() - half.len()].trim());
    let mut parts = digits.split(':');
    let number = |part: Option<&str>, below: i64| {
        let part = part
            .filter(|part| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<i64>().ok().filter(|number| *number < below)
    };
    let (hour, minute) = (parts.next(), parts.next());
    let (second, fraction) = match parts.next() {
        None => ("0", ""),
        Some(seconds) => seconds.split_once(['.', ',']).unwrap_or((seconds, "")),
    };
    if parts.next().is_some() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotTime::Other);
    }
    let hour = number(hour, 100).ok_or(NotTime::Other)?;
    let (minute, second) = number(minute, 60).zip(number(Some(second), 60)).ok_or(NotTime::Other)?;
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return Err(NotTime::Hour),
        Some("pm") => hour % 12 + 12,
        Some(_) => hour % 12,
        None if hour < 24 => hour,
        None => return Err(NotTime::Other),
    };
    let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
    Ok((hour * 3600 + minute * 60 + second) * 1_000_000 + micros.parse::<i64>().unwrap_or(0))
}
