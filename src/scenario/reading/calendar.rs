//! From calendar to run time: instants in three forms, recurring windows and weekly profiles, all in named zones.

use jiff::civil::{Date, DateTime, Time as Clock};
use jiff::fmt::temporal::Pieces;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

use crate::problem::{Code, closest, codes};
use crate::remedy::{Instead, Remedy};
use crate::units::{Ratio, Span, Time};
use crate::workload::Step;

/// The longest run: ten years.
pub const HORIZON_MAX: Span = Span::seconds(3653 * 86_400);
/// Years in which a run may start: all that follows it stays in the calendar, which ends with 9999.
const STARTS: std::ops::RangeInclusive<i16> = 1900..=9000;
/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// Why a time was refused.
#[derive(Debug, PartialEq, Eq)]
pub struct TimeError {
    /// Kind of problem.
    pub code: &'static Code,
    /// What is wrong.
    pub reason: String,
    /// How to write it; `None` for the usual.
    pub remedy: Option<Remedy>,
}

fn refuse<T>(code: &'static Code, reason: String) -> Result<T, TimeError> {
    Err(TimeError { code, reason, remedy: None })
}

/// A zone by its IANA name, from the data inside the program.
///
/// # Errors
/// No such zone.
pub fn zone(name: &str) -> Result<TimeZone, TimeError> {
    let all = jiff::tz::TimeZoneDatabase::bundled();
    all.get(name).map_err(|_| {
        let names: Vec<_> = all.available().collect();
        let meant = closest(name, names.iter().map(|known| known.as_str()));
        let remedy = meant.map(|meant| Remedy::Meant(meant.to_owned()));
        TimeError { code: &codes::ZONE, reason: format!("`{name}` is not a time zone"), remedy }
    })
}

/// The zone that `text` names inside.
fn zone_in(text: &str, name: &str) -> Result<TimeZone, TimeError> {
    zone(name).map_err(|mut error| {
        if let Some(Remedy::Meant(meant)) = &error.remedy {
            error.remedy = Some(Remedy::write(text.replace(name, meant)));
        }
        error
    })
}

/// Start, zone and length of a run.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Microseconds since 1970.
    pub start_unix_us: i64,
    /// The start's zone.
    pub zone: TimeZone,
    /// Its IANA name.
    pub zone_name: String,
    /// Length of the run.
    pub horizon: Span,
}

/// Days of the week and times of day, again and again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Monday first.
    pub days: [bool; 7],
    /// Edge at which it opens.
    pub from: Clock,
    /// Edge at which it closes; not after `from` means on the next day.
    pub to: Clock,
}

impl Calendar {
    /// A run that starts at `text`, as in `2026-03-02T00:00[Europe/Berlin]`.
    ///
    /// # Errors
    /// Unreadable, without zone, ambiguous or missing local time.
    pub fn new(text: &str, horizon: Span) -> Result<Calendar, TimeError> {
        let malformed = || refuse(&codes::INSTANT, format!("`{text}` is not a zoned date and time"));
        let Ok(pieces) = Pieces::parse(text) else { return malformed() };
        let Some(annotation) = pieces.time_zone_annotation() else { return malformed() };
        let jiff::fmt::temporal::TimeZoneAnnotationKind::Named(name) = annotation.kind() else {
            return malformed();
        };
        let (zone, zone_name) = (zone_in(text, name.as_str())?, name.as_str().to_owned());
        let start_unix_us = resolve(&pieces, &zone, &zone_name)?;
        if !STARTS.contains(&pieces.date().year()) {
            let (first, last) = (STARTS.start(), STARTS.end());
            let reason = format!("`{text}` is not in the years {first} to {last}");
            let remedy = Some(format!("start in a year from {first} to {last}").into());
            return Err(TimeError { code: &codes::RANGE, reason, remedy });
        }
        Ok(Calendar { start_unix_us, zone, zone_name, horizon })
    }

    /// Reads an instant: zoned, weekday and time, or an offset from the start.
    ///
    /// # Errors
    /// Unreadable, before the start, ambiguous or missing local time.
    pub fn instant(&self, text: &str) -> Result<Time, TimeError> {
        let text = text.trim();
        if text.starts_with(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'P' | 'p')) {
            return self.weekday(text);
        }
        if let Ok(span) = Span::parse(text) {
            if span > Span::MOST {
                let reason = format!("`{text}` is more than 100 years after the start");
                let remedy = Some("give an instant within the run".into());
                return Err(TimeError { code: &codes::RANGE, reason, remedy });
            }
            return Ok(Time(span.0));
        }
        let Ok(pieces) = Pieces::parse(text) else {
            return refuse(&codes::INSTANT, format!("`{text}` is not a point in time"));
        };
        if pieces.time().is_none() {
            let remedy = format!("add the time: \"{}T08:00\"", pieces.date());
            let reason = format!("`{text}` has no time of day");
            return Err(TimeError { code: &codes::INSTANT, reason, remedy: Some(remedy.into()) });
        }
        let zone = match pieces.time_zone_annotation().map(|annotation| annotation.kind()) {
            Some(jiff::fmt::temporal::TimeZoneAnnotationKind::Named(name)) => {
                (zone_in(text, name.as_str())?, name.as_str())
            }
            _ => (self.zone.clone(), self.zone_name.as_str()),
        };
        self.time(resolve(&pieces, &zone.0, zone.1)?)
    }

    /// Run time of an instant.
    fn time(&self, unix_us: i64) -> Result<Time, TimeError> {
        match u64::try_from(unix_us - self.start_unix_us) {
            Ok(micros) => Ok(Time(micros)),
            Err(_) => Err(TimeError {
                code: &codes::INSTANT,
                reason: "this is before the start of the run".into(),
                remedy: Some("name a later instant, or let the run start earlier".into()),
            }),
        }
    }

    fn weekday(&self, text: &str) -> Result<Time, TimeError> {
        let malformed = || refuse(&codes::INSTANT, format!("`{text}` is not a weekday and time"));
        let Some((day, clock)) = text.split_once(char::is_whitespace) else { return malformed() };
        let (Some(day), Some(clock)) = (weekday(day), clock_of(clock)) else { return malformed() };
        let mut date = self.first_date();
        for _ in 0..9 {
            if date.weekday().to_monday_zero_offset() == day {
                let moment = date.to_datetime(clock);
                let unix_us = unambiguous(moment, &self.zone, &self.zone_name)?;
                if unix_us >= self.start_unix_us {
                    return self.time(unix_us);
                }
            }
            date = date.tomorrow().unwrap_or(date);
        }
        malformed()
    }

    fn first_date(&self) -> Date {
        local(&self.zone, self.start_unix_us).date()
    }

    fn end_unix_us(&self) -> i64 {
        self.start_unix_us.saturating_add_unsigned(self.horizon.0)
    }

    /// Openings of a window within the run, clipped to it; sorted, touching ones merged.
    /// A missing edge is moved forward by the gap, of a double one the first counts.
    pub fn openings(&self, window: &Window, zone: &TimeZone) -> Vec<(Time, Time)> {
        self.openings_until(window, zone, self.horizon)
    }

    /// The same from the start of the run to an instant so long after it.
    pub fn openings_until(&self, window: &Window, zone: &TimeZone, end: Span) -> Vec<(Time, Time)> {
        let last = self.start_unix_us.saturating_add_unsigned(end.0);
        let mut openings: Vec<(Time, Time)> = Vec::new();
        let first = local(zone, self.start_unix_us).date();
        let mut date = first.yesterday().unwrap_or(first);
        loop {
            let next = date.tomorrow().unwrap_or(date);
            let close = if window.to > window.from { date } else { next };
            let (Some(from), Some(to)) =
                (edge(date.to_datetime(window.from), zone), edge(close.to_datetime(window.to), zone))
            else {
                return openings;
            };
            if from >= last || next == date {
                return openings;
            }
            let day = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
            let (from, to) = (self.clip(from, end), self.clip(to, end));
            if window.days[day] && from < to {
                match openings.last_mut() {
                    Some(last) if last.1 >= from => last.1 = last.1.max(to),
                    _ => openings.push((from, to)),
                }
            }
            date = next;
        }
    }

    fn clip(&self, unix_us: i64, end: Span) -> Time {
        Time(u64::try_from(unix_us - self.start_unix_us).unwrap_or(0).min(end.0))
    }

    /// The hours of the run in its own zone, in order: where each begins within the run, the day of the week (Monday is 0) and the hour.
    pub fn hours(&self, zone: &TimeZone) -> impl Iterator<Item = (Time, usize, usize)> {
        let (start, end) = (self.start_unix_us, self.end_unix_us());
        let next = |now: i64| {
            let moment = local(zone, now);
            let into_hour = i64::from(moment.minute()) * 60_000_000
                + i64::from(moment.second()) * 1_000_000
                + i64::from(moment.subsec_nanosecond()) / 1000;
            now + (HOUR - into_hour).max(1)
        };
        std::iter::successors(Some(start), move |now| Some(next(*now))).take_while(move |now| *now < end).map(
            move |now| {
                let moment = local(zone, now);
                let day = usize::from(moment.weekday().to_monday_zero_offset().unsigned_abs());
                (Time((now - start).unsigned_abs()), day, usize::from(moment.hour().unsigned_abs()))
            },
        )
    }

    /// The steps of a weekly profile over the run: one weight for each local hour, Monday first; equal neighbours merged.
    pub fn weekly(&self, weights: &[[Ratio; 24]; 7], zone: &TimeZone) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        let mut hours = self.hours(zone).peekable();
        while let Some((from, day, hour)) = hours.next() {
            let to = hours.peek().map_or(Time(self.horizon.0), |next| next.0);
            let (weight, length) = (weights[day][hour], to.since(from));
            match steps.last_mut() {
                Some(last) if last.weight == weight => last.length += length,
                _ => steps.push(Step { length, weight }),
            }
        }
        steps
    }
}

impl Window {
    /// From written days (`"Mon-Fri"`, `"Sat"`, `"daily"`; several) and edges (`"08:00"`).
    ///
    /// # Errors
    /// Unknown days or times of day.
    pub fn new<'d>(
        days: impl IntoIterator<Item = &'d str>,
        from: &str,
        to: &str,
    ) -> Result<Window, TimeError> {
        let mut set = [false; 7];
        for text in days.into_iter().flat_map(|days| days.split(',')) {
            let text = text.trim();
            if matches!(text, "daily" | "every day" | "*") {
                set = [true; 7];
                continue;
            }
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            let (Some(first), Some(last)) = (weekday(first.trim()), weekday(last.trim())) else {
                return Err(TimeError {
                    code: &codes::INSTANT,
                    reason: format!("`{text}` is not a day"),
                    remedy: Some("write days like \"Mon\", \"Mon-Fri\" or \"daily\"".into()),
                });
            };
            let (first, last) = (usize::from(first.unsigned_abs()), usize::from(last.unsigned_abs()));
            for day in first..=(if last < first { last + 7 } else { last }) {
                set[day % 7] = true;
            }
        }
        let clock = |text: &str| {
            clock_of(text).ok_or_else(|| TimeError {
                code: &codes::INSTANT,
                reason: format!("`{text}` is not a time of day"),
                remedy: Some("write it like \"08:00\"".into()),
            })
        };
        Ok(Window { days: set, from: clock(from)?, to: clock(to)? })
    }
}

/// Steps of weight one inside the openings and zero between.
pub fn steps(openings: &[(Time, Time)]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut now = Time::START;
    for (from, to) in openings {
        for (until, weight) in [(*from, Ratio(0)), (*to, Ratio::ONE)] {
            if until > now {
                steps.push(Step { length: until - now, weight });
                now = until;
            }
        }
    }
    steps
}

fn weekday(text: &str) -> Option<i8> {
    let text = text.to_ascii_lowercase();
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let index = names.iter().position(|name| text.len() >= 3 && name.starts_with(&text))?;
    i8::try_from(index).ok()
}

fn clock_of(text: &str) -> Option<Clock> {
    let text = text.trim();
    let padded = if text.find(':') == Some(1) { format!("0{text}") } else { text.to_owned() };
    if !padded.contains(':') {
        return None;
    }
    if padded == "24:00" {
        return Some(Clock::midnight());
    }
    padded.parse().ok()
}

fn local(zone: &TimeZone, unix_us: i64) -> DateTime {
    zone.to_datetime(Timestamp::from_microsecond(unix_us).unwrap_or_default())
}

fn edge(moment: DateTime, zone: &TimeZone) -> Option<i64> {
    zone.to_ambiguous_timestamp(moment).compatible().ok().map(Timestamp::as_microsecond)
}

/// The instant of a written date, time, offset and zone.
fn resolve(pieces: &Pieces, zone: &TimeZone, zone_name: &str) -> Result<i64, TimeError> {
    let moment = pieces.date().to_datetime(pieces.time().unwrap_or(Clock::midnight()));
    let Some(offset) = pieces.to_numeric_offset() else {
        return unambiguous(moment, zone, zone_name);
    };
    let Ok(timestamp) = offset.to_timestamp(moment) else {
        return refuse(&codes::INSTANT, format!("`{moment}` is out of range"));
    };
    if pieces.time_zone_annotation().is_some() && zone.to_offset(timestamp) != offset {
        let of = |timestamp: Timestamp| {
            format!("{}{}[{zone_name}]", zone.to_datetime(timestamp), zone.to_offset(timestamp))
        };
        let clock = zone.to_ambiguous_timestamp(moment).compatible().ok();
        let clock = clock.map(|timestamp| Instead::new(of(timestamp), "if the time of day is right"));
        let instant = Instead::new(of(timestamp), "if the offset is");
        return Err(TimeError {
            code: &codes::LOCAL_TIME,
            reason: format!("the offset {offset} is not in force there at {moment}"),
            remedy: Some(Remedy::Write(clock.into_iter().chain([instant]).collect())),
        });
    }
    Ok(timestamp.as_microsecond())
}

fn unambiguous(moment: DateTime, zone: &TimeZone, zone_name: &str) -> Result<i64, TimeError> {
    let refused = |moments: [(DateTime, jiff::tz::Offset); 2], reason: String| {
        let meant =
            moments.map(|(moment, offset)| Instead::new(format!("{moment}{offset}[{zone_name}]"), ""));
        Err(TimeError { code: &codes::LOCAL_TIME, reason, remedy: Some(Remedy::Write(meant.into())) })
    };
    match zone.to_ambiguous_timestamp(moment).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(moment).map_or_else(
            |_| refuse(&codes::INSTANT, format!("`{moment}` is out of range")),
            |timestamp| Ok(timestamp.as_microsecond()),
        ),
        AmbiguousOffset::Fold { before, after } => refused(
            [(moment, before), (moment, after)],
            format!("{moment} happens twice in {zone_name}: the clocks go back"),
        ),
        AmbiguousOffset::Gap { before, after } => {
            let moved = |hours: i64| moment.checked_add(hours.hours()).unwrap_or(moment);
            refused(
                [(moved(-1), before), (moved(1), after)],
                format!("{moment} does not exist in {zone_name}: the clocks go forward"),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin(start: &str) -> Calendar {
        Calendar::new(&format!("{start}[Europe/Berlin]"), Span::seconds(7 * 86_400)).unwrap()
    }

    const HOURS: u64 = 3_600_000_000;

    #[test]
    fn three_forms_of_one_instant() {
        let calendar = berlin("2026-03-02T00:00");
        let expected = Ok(Time(38 * HOURS + 300_000_000));
        for text in ["1d14h5m", "Tue 14:05", "2026-03-03T14:05", "2026-03-03T13:05Z[Europe/Berlin]"] {
            if text.contains('Z') {
                assert!(calendar.instant("2026-03-03T14:05+01:00[Europe/Berlin]") == expected);
                continue;
            }
            assert_eq!(calendar.instant(text), expected, "{text}");
        }
        assert_eq!(calendar.instant("2026-03-03T13:05[UTC]"), expected);
        for text in ["", "Tue", "Foo 14:05", "25", "2026-03-03", "2026-03-01T10:00", "Tue 25:00", "Pue 1:00"]
        {
            assert!(calendar.instant(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ambiguous_and_missing_times_ask_for_an_offset() {
        let calendar = berlin("2026-10-19T00:00");
        let error = calendar.instant("2026-10-25T02:30").unwrap_err();
        assert_eq!(error.code.id, "E0303");
        let texts = error.remedy.as_ref().map(Remedy::texts).unwrap_or_default();
        assert!(texts.iter().any(|text| text.contains("+02")), "{texts:?}");
        assert!(calendar.instant("Sun 02:30").is_err());
        assert!(calendar.instant("2026-10-25T02:30+01:00[Europe/Berlin]").is_ok());
        let spring = berlin("2026-03-23T00:00");
        assert!(spring.instant("2026-03-29T02:30").unwrap_err().reason.contains("does not exist"));
    }

    #[test]
    fn windows_recur_in_local_time_across_a_clock_change() {
        let calendar = berlin("2026-03-28T00:00");
        let window = Window::new(["daily"], "01:00", "02:30").unwrap();
        let openings = calendar.openings(&window, &calendar.zone);
        assert_eq!(openings.len(), 7);
        // On the 29th 02:30 is missing and becomes 03:30 summer time: one and a half hours as on any day.
        assert_eq!(openings[1], (Time(25 * HOURS), Time(26 * HOURS + HOURS / 2)));
        assert_eq!(openings[2].0, Time(48 * HOURS));
        let night = Window::new(["Sat"], "22:00", "06:00").unwrap();
        assert_eq!(calendar.openings(&night, &calendar.zone), [(Time(22 * HOURS), Time(29 * HOURS))]);
    }

    #[test]
    fn a_window_open_at_the_start_is_clipped_and_a_full_day_is_one_opening() {
        let calendar = berlin("2026-03-02T00:00");
        let night = Window::new(["daily"], "22:00", "06:00").unwrap();
        assert_eq!(calendar.openings(&night, &calendar.zone)[0], (Time(0), Time(6 * HOURS)));
        let always = Window::new(["Mon-Sun"], "00:00", "00:00").unwrap();
        assert_eq!(calendar.openings(&always, &calendar.zone), [(Time(0), Time(168 * HOURS))]);
    }

    #[test]
    fn weekly_steps_cover_the_run_exactly() {
        let calendar = berlin("2026-03-23T00:30");
        let mut weights = [[Ratio(500_000); 24]; 7];
        weights[0][0] = Ratio::ONE;
        let steps = calendar.weekly(&weights, &calendar.zone);
        assert_eq!(steps[0], Step { length: Span(HOURS / 2), weight: Ratio::ONE });
        assert_eq!(steps.iter().map(|step| step.length.0).sum::<u64>(), calendar.horizon.0);
        // The clocks go forward on Sunday, so that the run ends an hour later by the clock: Monday 01:30.
        assert_eq!(steps.len(), 4);
    }
}
