//! Instants of a run as people of its zone say them, and the round ones of an axis.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, ZonedDateTime};

use super::words;
use crate::document::Document;
use crate::measure::results::Results;

const DAY: f64 = 86_400.0;
const WEEK: f64 = 7.0 * DAY;
const YEAR: f64 = 365.0 * DAY;

/// Most ticks of an axis.
const TICKS: usize = 200;

/// When a run starts, and where.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    start: Timestamp,
    zone: TimeZone,
    name: String,
}

/// From one round instant to the next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Minutes(i32),
    Days(i32),
    Weeks(i32),
    Months(i32),
}

/// Each divides the next one.
const STEPS: [Step; 18] = [
    Step::Minutes(1),
    Step::Minutes(5),
    Step::Minutes(10),
    Step::Minutes(15),
    Step::Minutes(30),
    Step::Minutes(60),
    Step::Minutes(120),
    Step::Minutes(180),
    Step::Minutes(360),
    Step::Minutes(720),
    Step::Days(1),
    Step::Days(2),
    Step::Weeks(1),
    Step::Weeks(2),
    Step::Months(1),
    Step::Months(3),
    Step::Months(12),
    Step::Months(60),
];

impl Step {
    /// About how long it is, s.
    fn seconds(self) -> f64 {
        match self {
            Step::Minutes(minutes) => 60.0 * f64::from(minutes),
            Step::Days(days) => DAY * f64::from(days),
            Step::Weeks(weeks) => WEEK * f64::from(weeks),
            Step::Months(months) => YEAR / 12.0 * f64::from(months),
        }
    }

    /// The last round instant that is not after a time.
    fn before(self, at: DateTime) -> Option<DateTime> {
        let date = at.date();
        let round = match self {
            Step::Minutes(_) | Step::Days(_) => date,
            Step::Weeks(_) => date.checked_sub(i64::from(days_since_monday(date)).days()).ok()?,
            Step::Months(months) => {
                let since = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
                let first = since - since.rem_euclid(months);
                let (year, month) = (first.div_euclid(12), first.rem_euclid(12) + 1);
                Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?
            }
        };
        Some(round.to_datetime(jiff::civil::Time::midnight()))
    }

    fn after(self, at: DateTime) -> Option<DateTime> {
        let span = match self {
            Step::Minutes(minutes) => minutes.minutes(),
            Step::Days(days) => days.days(),
            Step::Weeks(weeks) => weeks.weeks(),
            Step::Months(months) => months.months(),
        };
        at.checked_add(span).ok()
    }

    fn label(self, at: DateTime) -> String {
        let format = match self {
            Step::Months(12..) => "%Y",
            Step::Months(_) => "%b %Y",
            Step::Days(_) | Step::Weeks(_) => "%a %-d %b",
            Step::Minutes(_) if at.time() == jiff::civil::Time::midnight() => "%a %-d %b",
            Step::Minutes(_) => "%H:%M",
        };
        at.strftime(format).to_string()
    }
}

fn days_since_monday(date: Date) -> i8 {
    date.weekday().since(Weekday::Monday)
}

impl Calendar {
    /// Of a run; `None`: its start or its zone says nothing.
    pub(super) fn of(results: &Results) -> Option<Calendar> {
        let start = results.scenario.start.parse().ok()?;
        Calendar::new(start, &results.scenario.zone)
    }

    /// Of a document's run; `None`: it has none.
    pub(super) fn of_document(document: &Document) -> Option<Calendar> {
        let start = Timestamp::from_microsecond(document.start_unix_us).ok()?;
        Calendar::new(start, &document.zone)
    }

    /// What clocks show so many seconds after the start.
    pub(super) fn civil(&self, seconds: f64) -> Option<DateTime> {
        self.at(seconds).map(|at| at.datetime())
    }

    fn new(start: Timestamp, zone: &str) -> Option<Calendar> {
        let name = start.in_tz(zone).ok()?.time_zone().clone();
        Some(Calendar { start, zone: name, name: zone.to_owned() })
    }

    /// Seconds after the start.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and what is past the calendar has no date"
    )]
    fn at(&self, seconds: f64) -> Option<ZonedDateTime> {
        let micros = self.start.as_microsecond().checked_add((seconds * 1e6).floor() as i64)?;
        Some(Timestamp::from_microsecond(micros).ok()?.to_zoned_datetime(self.zone.clone()))
    }

    /// When a local time is, in seconds after the start; one that a change of clocks leaves out as the clocks before it say it.
    #[allow(clippy::cast_precision_loss, reason = "drawing")]
    fn seconds(&self, at: DateTime) -> Option<f64> {
        let at = self.zone.to_ambiguous_timestamp(at).compatible().ok()?;
        Some((at.as_microsecond() - self.start.as_microsecond()) as f64 / 1e6)
    }

    /// `Tue 14:05` in the first week, `Tue 10 Mar 14:05` after it, with the year after 365 days; seconds where there are some.
    fn say(&self, seconds: f64) -> Option<String> {
        let instant = self.at(seconds)?;
        let day = match seconds {
            _ if (0.0..WEEK).contains(&seconds) => "%a",
            _ if seconds < YEAR => "%a %-d %b",
            _ => "%a %-d %b %Y",
        };
        let time = if instant.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
        Some(instant.strftime(&format!("{day} {time}")).to_string())
    }

    /// `14:05`, with the day where it is another one than that of `since`.
    pub(super) fn clock(&self, seconds: f64, since: f64) -> String {
        let same = |at: &ZonedDateTime| self.at(since).is_some_and(|since| since.date() == at.date());
        let said = |at: ZonedDateTime| at.strftime(if same(&at) { "%H:%M" } else { "%a %H:%M" }).to_string();
        self.at(seconds).map_or_else(|| words::duration(seconds.clamp(-1e12, 1e12)), said)
    }

    /// `Mon 2 Mar to Mon 9 Mar 2026, Europe/Berlin`; of one day its date.
    pub(super) fn span(&self, from: f64, to: f64) -> String {
        let day = |at: f64, format: &str| self.at(at).map(|at| at.strftime(format).to_string());
        // What ends at midnight ends with the day before.
        let last = day((to - 1.0).max(from), "%a %-d %b %Y").unwrap_or_default();
        match day(from, "%a %-d %b %Y") {
            Some(first) if first == last => format!("{first}, {}", self.name),
            Some(first) => {
                let is_one_year = day(from, "%Y") == day((to - 1.0).max(from), "%Y");
                let first = day(from, "%a %-d %b").filter(|_| is_one_year).unwrap_or(first);
                format!("{first} to {last}, {}", self.name)
            }
            None => self.name.clone(),
        }
    }

    /// Round instants between two, about `most` of them, and how they are said; none where they would be closer than a minute.
    pub(super) fn ticks(&self, from: f64, to: f64, most: f64) -> Vec<(f64, String)> {
        let fits = |step: &&Step| (to - from) / step.seconds() <= most.max(2.0);
        let step = STEPS.iter().find(fits).unwrap_or(&STEPS[STEPS.len() - 1]);
        let begin = self.at(from).and_then(|at| step.before(at.datetime()));
        if (to - from) / STEPS[0].seconds() < 2.0 {
            return Vec::new();
        }
        // Minutes go on from each midnight: a day in which clocks change has its own.
        let next = |at: &DateTime| {
            let next = step.after(*at)?;
            let is_past = matches!(step, Step::Minutes(_)) && next.date() != at.date();
            if is_past { Some(next.date().to_datetime(jiff::civil::Time::midnight())) } else { Some(next) }
        };
        let all = std::iter::successors(begin, next)
            .filter_map(|at| Some((self.seconds(at)?, step.label(at))))
            .skip_while(|(at, _)| *at < from - 1e-6)
            .take_while(|(at, _)| *at <= to + 1e-6);
        let mut ticks: Vec<(f64, String)> = all.take(TICKS).collect();
        ticks.dedup_by(|a, b| a.0 <= b.0);
        ticks
    }

    /// Where the zone's clocks differ from UTC by how much: (seconds after the start, seconds), from the start on until `to`.
    pub(super) fn offsets(&self, to: f64) -> Vec<(f64, i32)> {
        let first = self.at(0.0).map(|at| (0.0, at.offset().seconds()));
        let later = self.zone.following(self.start).map_while(|change| {
            #[allow(clippy::cast_precision_loss, reason = "drawing")]
            let at = (change.timestamp().as_microsecond() - self.start.as_microsecond()) as f64 / 1e6;
            (at <= to).then(|| (at, change.offset().seconds()))
        });
        first.into_iter().chain(later.take(TICKS)).collect()
    }

    /// Seconds after the start of an instant as results have it.
    #[allow(clippy::cast_precision_loss, reason = "to the microsecond for 285 years")]
    pub(super) fn since_start(&self, text: &str) -> Option<f64> {
        let at: Timestamp = text.parse().ok()?;
        Some(at.as_microsecond().checked_sub(self.start.as_microsecond())? as f64 / 1e6)
    }

    /// Its zone.
    pub(super) fn zone(&self) -> &str {
        &self.name
    }

    /// Seconds since 1970 at the start.
    pub(super) fn start_unix_s(&self) -> i64 {
        self.start.as_second()
    }
}

/// An instant of a document's run: see [`Calendar::say`]; offsets where the zone is not known.
pub(super) fn instant_of(document: &Document, seconds: f64) -> String {
    let said = Calendar::of_document(document).and_then(|calendar| calendar.say(seconds));
    said.unwrap_or_else(|| words::duration(seconds.clamp(-1e12, 1e12)))
}

/// `Tue 3 Mar 14:05` for `2026-03-03T14:05:00+01:00`, seconds where there are some; other texts as they are. The zone and the year stand where
/// the run is named.
pub(super) fn said(text: &str) -> String {
    match text.parse::<jiff::Timestamp>() {
        Ok(_) => local(text).map_or_else(|| text.to_owned(), written),
        Err(_) => text.to_owned(),
    }
}

/// The clock alone.
pub(super) fn since(text: &str) -> String {
    local(text).map_or_else(|| text.to_owned(), |at| at.strftime("%H:%M").to_string())
}

/// With its year, where a run is named: `Tue 3 Mar 2026 14:05`.
pub(super) fn dated(text: &str) -> String {
    let said = |at: DateTime| {
        let clock = if at.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
        at.strftime(&format!("%a %-d %b %Y {clock}")).to_string()
    };
    local(text).map_or_else(|| text.to_owned(), said)
}

/// The day alone.
pub(super) fn day(text: &str) -> String {
    local(text).map_or_else(|| text.to_owned(), |at| at.strftime("%a %-d %b %Y").to_string())
}

/// What clocks showed at an instant in RFC 3339.
pub(super) fn local(text: &str) -> Option<DateTime> {
    let clock = text.rfind(['+', '-', 'Z']).filter(|at| *at > "2026-03-03T".len()).map(|at| &text[..at])?;
    clock.parse().ok()
}

fn written(at: DateTime) -> String {
    at.strftime(if at.second() == 0 { "%a %-d %b %H:%M" } else { "%a %-d %b %H:%M:%S" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday, 2026-03-02T00:00 in Berlin.
    const START: i64 = 1_772_406_000_000_000;

    fn berlin() -> Calendar {
        Calendar::new(Timestamp::from_microsecond(START).unwrap(), "Europe/Berlin").unwrap()
    }

    #[test]
    fn instants_are_said_by_the_day_and_the_clock() {
        let document = Document { start_unix_us: START, zone: "Europe/Berlin".into(), ..Document::default() };
        // A day, 14 hours and five minutes.
        assert_eq!(instant_of(&document, 137_100.0), "Tue 14:05");
        assert_eq!(instant_of(&document, 8.0 * 86_400.0 + 1.5), "Tue 10 Mar 00:00:01");
        assert_eq!(instant_of(&document, 365.0 * 86_400.0), "Tue 2 Mar 2027 00:00");
    }

    #[test]
    fn instants_of_files_are_said_as_people_do() {
        assert_eq!(said("2026-03-03T14:05:00+01:00"), "Tue 3 Mar 14:05");
        assert_eq!(said("2026-03-03T14:05:07.506Z"), "Tue 3 Mar 14:05:07");
        assert_eq!(said("2026-03-03T14:05:07.506-04:30"), "Tue 3 Mar 14:05:07");
        assert_eq!(said("at once"), "at once");
        assert_eq!(day("2026-03-03T14:05:00+01:00"), "Tue 3 Mar 2026");
        assert_eq!(berlin().clock(137_100.0, 90_000.0), "14:05");
        assert_eq!(berlin().clock(137_100.0, 0.0), "Tue 14:05");
    }

    #[test]
    fn ticks_stand_at_local_midnights_and_round_hours_across_a_change_of_clocks() {
        let labels = |from: f64, to: f64, most: f64| -> Vec<String> {
            berlin().ticks(from, to, most).into_iter().map(|tick| tick.1).collect()
        };
        assert_eq!(labels(0.0, 2.0 * DAY, 4.0), ["Mon 2 Mar", "12:00", "Tue 3 Mar", "12:00", "Wed 4 Mar"]);
        assert_eq!(labels(13.9 * 3600.0, 15.2 * 3600.0, 3.0), ["14:00", "14:30", "15:00"]);
        let quarters = ["Apr 2026", "Jul 2026", "Oct 2026", "Jan 2027", "Apr 2027"];
        assert_eq!(labels(0.0, 400.0 * DAY, 6.0), quarters);
        // On Sunday 29 March an hour is left out.
        let ticks = berlin().ticks(27.0 * DAY, 28.0 * DAY, 5.0);
        let hours: Vec<f64> = ticks.iter().map(|tick| (tick.0 - 27.0 * DAY) / 3600.0).collect();
        assert_eq!(hours, [0.0, 5.0, 11.0, 17.0, 23.0]);
        assert_eq!(berlin().offsets(28.0 * DAY), [(0.0, 3600), (27.0 * DAY + 7200.0, 7200)]);
    }

    #[test]
    fn a_span_says_its_days_and_its_zone() {
        assert_eq!(berlin().span(0.0, 7.0 * DAY), "Mon 2 Mar to Sun 8 Mar 2026, Europe/Berlin");
        assert_eq!(berlin().span(DAY, DAY + 3600.0), "Tue 3 Mar 2026, Europe/Berlin");
    }
}
