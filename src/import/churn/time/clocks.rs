//! From what a local clock showed to instants: a bias or a zone, summer time's hour that is there twice and the one that is not, and clocks
//! that were not changed. Rows are walked in their order, for only the order tells the two hours apart.

use std::rc::Rc;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::import::dates::NONE;
use crate::import::even::Even;
use crate::import::room::Room;
use crate::import::sorted::{Sorted, Sorting};

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;
/// Changes of a clock that zones know: an hour, and Lord Howe's half.
const CHANGES: [i64; 4] = [-HOUR, HOUR, -HOUR / 2, HOUR / 2];

/// Most rows of a file for which zones are searched: none has so many changes.
const SEARCHES_MAX: u32 = 1000;

/// All zones there are.
static ZONES: LazyLock<Vec<TimeZone>> = LazyLock::new(|| {
    let names: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
    names.iter().filter_map(|name| TimeZone::get(name).ok()).collect()
});

/// What is known of a clock.
#[derive(Clone, Debug)]
pub enum Clock {
    /// It shows UTC all through.
    Utc,
    /// Local time and these minutes are UTC when the log begins; a zone that may tell when it changes.
    Bias(i64, Option<TimeZone>),
    /// It shows the time of this zone.
    Zone(TimeZone),
}

/// What was seen of a clock on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Rows earlier than the one before.
    pub unsorted: u64,
    /// The last time when it went back, in microseconds since 1970 UTC.
    pub back_us: Option<i64>,
    /// The last time when it went ahead.
    pub ahead_us: Option<i64>,
    /// The zone changed then, the clock did not.
    pub fixed_us: Option<i64>,
}

/// A row whose instant cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    /// Which, counted from 0.
    pub row: i64,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

/// How rows go back in time, read from one end.
#[derive(Clone, Copy, Debug, Default)]
struct Backs {
    count: u64,
    furthest: i64,
}

impl Backs {
    fn see(&mut self, back: i64) {
        self.count += u64::from(back > 0);
        self.furthest = self.furthest.max(back);
    }
}

/// Instants of rows that stand in their order, `step` apart, in place of what the clock showed; [`NONE`] stays.
///
/// # Errors
/// A time that the zone does not have, or has twice where the order does not tell which; a 12-hour clock without its halves.
pub fn instants(
    shown: &Rc<Even>,
    clock: &Clock,
    step: Option<i64>,
    room: &Room,
) -> Result<(Rc<Even>, Seen), Untold> {
    let (mut forth, mut turned, mut early) = (Backs::default(), Backs::default(), true);
    let mut rows = 0;
    let mut last = None;
    for (time, _) in timed(shown) {
        let before = last.replace(time).unwrap_or(time);
        forth.see(before - time);
        turned.see(time - before);
        early &= time.rem_euclid(24 * HOUR) < 13 * HOUR;
        rows += 1;
    }
    let is_turned = forth.count * 2 > u64::saturating_sub(rows, 1) && turned.count * 20 <= rows;
    let backs = if is_turned { turned } else { forth };
    let seen = Seen { unsorted: backs.count, ..Seen::default() };
    let step = step.unwrap_or(0);
    if early && step > 0 {
        halves(shown, step, is_turned)?;
    }
    if matches!(clock, Clock::Utc) {
        return Ok((Rc::clone(shown), seen));
    }
    let orderly = backs.furthest <= HOUR && backs.count <= 2 + rows / 1000;
    let mut walk = Walk { clock, step, orderly, shift: 0, last: None, searches: 0, seen };
    let mut instants = Even::new(room);
    if orderly && !is_turned {
        for (time, row) in shown.iter().zip(0..) {
            instants.push(if time == NONE { NONE } else { walk.row(row, time)? });
        }
    } else {
        let key = |(time, row): (i64, i64)| if orderly { (-row, time) } else { (time, row) };
        let mut back = Sorting::new(room);
        for record in Sorted::of(room, timed(shown).map(key)).iter() {
            let (time, row) = if orderly { (record.1, -record.0) } else { record };
            back.push((row, walk.row(row, time)?));
        }
        let back = back.sorted();
        let mut back = back.iter();
        for time in shown.iter() {
            let instant = if time == NONE { None } else { back.next() };
            instants.push(instant.map_or(NONE, |(_, instant)| instant));
        }
    }
    Ok((Rc::new(instants), walk.seen))
}

/// Rows with a time: it and their number.
fn timed(times: &Even) -> impl Iterator<Item = (i64, i64)> {
    times.iter().zip(0..).filter(|(time, _)| *time != NONE)
}

/// A clock of 12 hours that does not say which half of the day goes back by 12 hours at one.
fn halves(shown: &Even, step: i64, is_turned: bool) -> Result<(), Untold> {
    let (mut last, mut found): (Option<(i64, i64)>, Option<i64>) = (None, None);
    for (time, row) in timed(shown) {
        let Some((before, row_before)) = last.replace((time, row)) else { continue };
        let (back, row) = if is_turned { (time - before, row_before) } else { (before - time, row) };
        if (back - (12 * HOUR - step)).abs() <= step / 4 && (is_turned || found.is_none()) {
            found = Some(row);
        }
    }
    found.map_or(Ok(()), |row| {
        Err(Untold {
            row,
            reason: "the clock goes back by twelve hours: AM and PM are missing".to_owned(),
            remedy: "export the times with AM and PM, or with hours from 0 to 23".to_owned(),
        })
    })
}

struct Walk<'c> {
    clock: &'c Clock,
    step: i64,
    orderly: bool,
    /// By how much the clock is ahead of UTC, in microseconds, since the last row; or since it changed.
    shift: i64,
    last: Option<i64>,
    searches: u32,
    seen: Seen,
}

impl Walk<'_> {
    fn row(&mut self, row: i64, shown: i64) -> Result<i64, Untold> {
        let time = match self.clock {
            Clock::Utc => shown,
            Clock::Bias(minutes, zone) => self.biased(shown, *minutes, zone.as_ref()),
            Clock::Zone(_) if self.seen.fixed_us.is_some() => shown - self.shift,
            Clock::Zone(zone) => self.zoned(row, shown, zone)?,
        };
        self.last = Some(self.last.map_or(time, |last| if self.orderly { time } else { last.max(time) }));
        Ok(time)
    }

    /// Whether two rows are one step apart, to a quarter.
    fn one_step(&self, time: i64) -> bool {
        self.step > 0 && self.last.is_some_and(|last| (time - last - self.step).abs() <= self.step / 4)
    }

    /// A bias holds until the clock jumps by what some zone jumps then, so that the row is one step after the last.
    fn biased(&mut self, shown: i64, minutes: i64, zone: Option<&TimeZone>) -> i64 {
        let bias = minutes * 60 * SECOND;
        let time = shown + bias - self.shift;
        let Some(last) = self.last.filter(|_| !self.one_step(time)) else { return time };
        let ahead = self.shift - bias;
        let own = zone.filter(|zone| offset(zone, last) == Some(ahead));
        // where rows are missing, only a zone that is given tells that its clock changed meanwhile
        let gap = time - last > self.step + self.step / 4;
        for change in CHANGES.into_iter().filter(|change| self.orderly || *change > 0) {
            let then = time - change;
            if !self.one_step(then) && (own.is_none() || !gap || then <= last) || self.searches > SEARCHES_MAX
            {
                continue;
            }
            let changed = |zone: &TimeZone| {
                offset(zone, last) == Some(ahead) && offset(zone, then) == Some(ahead + change)
            };
            self.searches += u32::from(own.is_none());
            if own.map_or_else(|| ZONES.iter().any(changed), changed) {
                self.shift += change;
                self.seen.unsorted -= u64::from(change < 0 && time < last && self.seen.unsorted > 0);
                *(if change < 0 { &mut self.seen.back_us } else { &mut self.seen.ahead_us }) = Some(then);
                return then;
            }
        }
        time
    }

    fn zoned(&mut self, row: i64, shown: i64, zone: &TimeZone) -> Result<i64, Untold> {
        let mut candidates: Vec<i64> = around(zone, shown).into_iter().map(|ahead| shown - ahead).collect();
        candidates.retain(|time| offset(zone, *time) == Some(shown - time));
        candidates.sort_unstable();
        candidates.dedup();
        let as_before = shown - self.shift;
        let time = match (candidates.as_slice(), self.last) {
            ([one], None) => *one,
            ([one], Some(_)) if *one == as_before || !self.one_step(as_before) || self.one_step(*one) => *one,
            ([], None) => return Err(missing(row)),
            ([], Some(_)) if !self.one_step(as_before) => return Err(missing(row)),
            // the zone changes, the clock goes on
            ([] | [_], Some(_)) => {
                self.seen.fixed_us = Some(as_before);
                return Ok(as_before);
            }
            (_, _) if !self.orderly => return Err(twice(row)),
            ([first, ..], None) => *first,
            (several, Some(last)) => {
                let fits = several.iter().find(|time| self.one_step(**time));
                *fits.or(several.iter().find(|time| **time > last)).unwrap_or(&several[0])
            }
        };
        let ahead = shown - time;
        if let Some(last) = self.last.filter(|last| ahead != self.shift && time >= *last) {
            self.seen.unsorted -= u64::from(shown < last + self.shift && self.seen.unsorted > 0);
            *(if ahead < self.shift { &mut self.seen.back_us } else { &mut self.seen.ahead_us }) = Some(time);
        }
        self.shift = ahead;
        Ok(time)
    }
}

fn missing(row: i64) -> Untold {
    Untold {
        row,
        reason: "the time is not there in this zone: clocks went ahead over it".to_owned(),
        remedy: "give the zone in which the log was written, or --bias if its clock was not changed"
            .to_owned(),
    }
}

fn twice(row: i64) -> Untold {
    Untold {
        row,
        reason: "the time is there twice in this zone, and the rows are not in order, which would tell which it is".to_owned(),
        remedy: "sort the rows as they were written, or export the times with their offset".to_owned(),
    }
}

/// By how much the zone is ahead of UTC, in microseconds, a day before and a day after.
fn around(zone: &TimeZone, shown: i64) -> Vec<i64> {
    [shown - 24 * HOUR, shown + 24 * HOUR].into_iter().filter_map(|time| offset(zone, time)).collect()
}

fn offset(zone: &TimeZone, unix_us: i64) -> Option<i64> {
    let time = Timestamp::from_microsecond(unix_us).ok()?;
    Some(i64::from(zone.to_offset(time).seconds()) * SECOND)
}
