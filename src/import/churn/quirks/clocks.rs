//! What is odd about times.

use super::count;
use crate::import::churn::found::{ColumnFound, Found};
use crate::import::churn::values::Values;
use crate::import::clock::written;
use crate::import::dates::{Order, Told};
use crate::units::Span;

/// The order of day and month.
pub fn order(_: &Found, column: &ColumnFound) -> Option<String> {
    let (order, told) = column.oddities.order?;
    let why = match told {
        Told::Calendar => "in another order there are days that do not exist",
        Told::Regular => "in another order the rows are not as regular",
        Told::Tool => "the tool writes them so",
        Told::Asked => "as asked",
    };
    let first = match order {
        Order::Ymd => "the year comes first",
        Order::Mdy => "the month comes before the day",
        Order::Dmy => "the day comes before the month",
    };
    Some(format!("in its dates {first}: {why}."))
}

/// What its local times are.
pub fn clock(_: &Found, column: &ColumnFound) -> Option<String> {
    if column.oddities.by_zone {
        return Some("local times of the zone that --zone names.".to_owned());
    }
    let minutes = column.oddities.bias_minutes?;
    let changed = column.oddities.back_us.is_some() || column.oddities.ahead_us.is_some();
    let until = if changed { "of UTC at first" } else { "of UTC all through" };
    Some(match minutes {
        0 if !changed => "the times are UTC.".to_owned(),
        _ => format!(
            "local times, {} minutes {} {until}.",
            minutes.abs(),
            if minutes < 0 { "ahead" } else { "behind" }
        ),
    })
}

/// Summer time ended.
pub fn clock_back(_: &Found, column: &ColumnFound) -> Option<String> {
    let at = written(column.oddities.back_us?);
    Some(format!("the clock went back before {at}: taken as the end of summer time."))
}

/// Summer time began.
pub fn clock_ahead(_: &Found, column: &ColumnFound) -> Option<String> {
    let at = written(column.oddities.ahead_us?);
    Some(format!("the clock went ahead before {at}: taken as the beginning of summer time."))
}

/// A clock that was not changed.
pub fn clock_fixed(_: &Found, column: &ColumnFound) -> Option<String> {
    let at = written(column.oddities.fixed_us?);
    Some(format!(
        "its zone changed the clocks before {at}, these times did not: their offset to UTC is kept."
    ))
}

/// A trace of trembling needs no word; more than a twentieth of a step does.
pub fn drift(_: &Found, column: &ColumnFound) -> Option<String> {
    let odd = column.oddities;
    let told = odd.drifted > 0 || odd.off_us > odd.step_us / 20 && odd.step_us > 0;
    told.then(|| {
        let off = Span(odd.off_us / 1000 * 1000);
        let drifted = match odd.drifted {
            0 => String::new(),
            some => format!(", {} into another", count(some, "drifted", "drifted")),
        };
        format!("samples stand up to {off} off their step{drifted}; steps are counted, so no bin is lost.")
    })
}

/// Samples that go on in wider steps.
pub fn wider(_: &Found, column: &ColumnFound) -> Option<String> {
    let ((since, wider), step) = (column.oddities.wider?, Span(column.oddities.step_us));
    let values = column.oddities.values.map_or(Values::Rate, |(values, _)| values);
    (values != Values::Total).then(|| {
        let (since, wider) = (written(since), Span(wider));
        format!("from {since} on its samples are {wider} apart, elsewhere {step}: gaps between them; --bin {wider} has none.")
    })
}

/// Rows without a time.
pub fn lost_times(_: &Found, column: &ColumnFound) -> Option<String> {
    let rows = column.oddities.lost_times;
    (rows > 0).then(|| {
        format!("{} a time that cannot be read; left as a gap.", count(rows, "row has", "rows have"))
    })
}

/// Bins moved to those of other files.
pub fn moved(_: &Found, column: &ColumnFound) -> Option<String> {
    let by = column.oddities.moved_us;
    (by != 0).then(|| {
        let to = if by > 0 { "earlier" } else { "later" };
        format!("its bins are moved {} {to}, to stand with those of other files.", Span(by.unsigned_abs()))
    })
}

/// Bins put together.
pub fn merged(_: &Found, column: &ColumnFound) -> Option<String> {
    let own = Span(column.oddities.merged_us?);
    Some(format!("its bins of {own} are put together, to stand with those of other files."))
}
