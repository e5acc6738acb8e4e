//! Times of every convention become the same instants, or are refused with what would tell them.

use drsim::import::churn::found::Found;
use drsim::import::{ChurnOptions, Faults, Order, Values};
use drsim::series::Series;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::import::files::{import, of_bytes};
use crate::shared::case;

const MINUTE: i64 = 60_000_000;
const DISK: &str = r"\\H\PhysicalDisk(0 C:)\Disk Write Bytes/sec";

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn one(text: &str, options: ChurnOptions) -> Result<(Series, Found), Faults> {
    import(&[("x.csv", text.as_bytes())], options)
}

fn bins(text: &str, options: ChurnOptions) -> Vec<Option<u64>> {
    one(text, options).unwrap_or_else(|faults| panic!("{faults}\n{text}")).0.columns[0].bins.clone()
}

fn refused(text: &str, options: ChurnOptions) -> String {
    one(text, options).map(|(series, _)| panic!("{series:?}\n{text}")).unwrap_err().to_string()
}

/// How a tool writes a time.
#[derive(Clone, Copy, Debug)]
enum Style {
    Pdh,
    Iso,
    Dots,
    Half,
    Offset,
    Seconds,
    Millis,
    Micros,
    Nanos,
}

const LOCAL: [Style; 3] = [Style::Iso, Style::Dots, Style::Half];
const ABSOLUTE: [Style; 5] = [Style::Offset, Style::Seconds, Style::Millis, Style::Micros, Style::Nanos];

fn write(us: i64, zone: &TimeZone, style: Style) -> String {
    let instant = Timestamp::from_microsecond(us).unwrap();
    let (time, offset) = (zone.to_datetime(instant), zone.to_offset(instant).seconds() / 60);
    let (year, month, day) = (time.year(), time.month(), time.day());
    let (minute, second, millis) = (time.minute(), time.second(), time.subsec_nanosecond() / 1_000_000);
    let clock = format!("{:02}:{minute:02}:{second:02}.{millis:03}", time.hour());
    match style {
        Style::Pdh => format!("{month:02}/{day:02}/{year} {clock}"),
        Style::Iso => format!("{year}-{month:02}-{day:02} {clock}"),
        Style::Dots => format!("{day:02}.{month:02}.{year} {clock}"),
        Style::Half => {
            let (hour, half) = ((time.hour() + 11) % 12 + 1, if time.hour() < 12 { "AM" } else { "PM" });
            let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
                [usize::from(month.unsigned_abs()) - 1];
            format!("{name} {day}, {year} {hour}:{minute:02}:{second:02}.{millis:03} {half}")
        }
        Style::Offset => {
            let sign = if offset < 0 { '-' } else { '+' };
            format!(
                "{year}-{month:02}-{day:02}T{clock}{sign}{:02}:{:02}",
                offset.abs() / 60,
                offset.abs() % 60
            )
        }
        Style::Seconds => format!("{}.{:06}", us / 1_000_000, us % 1_000_000),
        Style::Millis => format!("{}", us / 1000),
        Style::Micros => us.to_string(),
        Style::Nanos => format!("{us}000"),
    }
}

/// A log of counters, of local times, with the bias of its first row.
fn log(times: &[i64], zone: &TimeZone, value: impl Fn(usize) -> u64) -> String {
    let bias = -zone.to_offset(Timestamp::from_microsecond(times[0]).unwrap()).seconds() / 60;
    let rows = times
        .iter()
        .enumerate()
        .map(|(at, time)| format!("\"{}\",\"{}\"\n", write(*time, zone, Style::Pdh), value(at)));
    format!("\"(PDH-CSV 4.0) (Some Time)({bias})\",\"{DISK}\"\n{}", rows.collect::<String>())
}

fn table(times: &[i64], zone: &TimeZone, style: Style, value: impl Fn(usize) -> u64) -> String {
    let rows = times
        .iter()
        .enumerate()
        .map(|(at, time)| format!("\"{}\",{}\n", write(*time, zone, style), value(at)));
    format!("t,a\n{}", rows.collect::<String>())
}

/// Eight hours around each change of the clocks of a year, in three zones: an hour, an hour, and half an hour.
fn changes() -> Vec<(TimeZone, i64)> {
    let all = [
        ("Europe/Berlin", "2026-03-29T01:00:00Z"),
        ("Europe/Berlin", "2026-10-25T01:00:00Z"),
        ("America/New_York", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-11-01T06:00:00Z"),
        ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    ];
    all.iter().map(|(name, at)| (zone(name), at.parse::<Timestamp>().unwrap().as_microsecond())).collect()
}

#[test]
fn no_bin_is_lost_or_made_up_where_clocks_change() {
    for (zone, change) in changes() {
        for minutes in [1, 5, 10, 15, 30, 60] {
            let step = minutes * MINUTE;
            let first = (change - 4 * 60 * MINUTE) / step * step;
            let times: Vec<i64> = (0..8 * 60 / minutes).map(|at| first + at * step).collect();
            let value = |at: usize| 1000 + at as u64;
            let seconds = minutes.unsigned_abs() * 60;
            let (series, _) = one(&log(&times, &zone, value), ChurnOptions::default())
                .unwrap_or_else(|faults| panic!("{faults}"));
            let total: u64 = series.columns[0]
                .bins
                .iter()
                .map(|bin| bin.unwrap_or_else(|| panic!("{zone:?} {minutes}: {series:?}")))
                .sum();
            let expected: u64 = (0..times.len()).map(|at| value(at) * seconds).sum();
            if minutes >= 5 {
                assert_eq!(
                    (total, series.columns[0].bins.len()),
                    (expected, times.len()),
                    "{zone:?} {minutes}"
                );
                assert_eq!(series.start_unix_us, first - step, "{zone:?} {minutes}");
            }
            for style in LOCAL.into_iter().chain(ABSOLUTE) {
                let local = ChurnOptions { zone: Some(zone.clone()), ..of_bytes() };
                let expected: Vec<Option<u64>> = (0..times.len()).map(|at| Some(value(at))).collect();
                let read = one(&table(&times, &zone, style, value), local)
                    .unwrap_or_else(|faults| panic!("{faults}"));
                assert_eq!(read.0.columns[0].bins, expected, "{zone:?} {minutes} {style:?}");
                assert_eq!(read.0.start_unix_us, first, "{zone:?} {minutes} {style:?}");
            }
        }
    }
}

/// Logs of 10, 15 and 60 minutes through an autumn night: every row has its bin.
#[test]
fn autumn_logs_keep_every_bin() {
    for (name, expected) in [("fall10", 49), ("fall15", 33), ("fall60", 9)] {
        let Some(path) = case(&format!("import/silent/{name}.csv")) else { return };
        let (series, found) =
            import(&[("f.csv", &std::fs::read(path).unwrap())], ChurnOptions::default()).unwrap();
        assert_eq!(series.columns[0].bins.iter().flatten().count(), expected, "{name}");
        assert_eq!(
            (series.columns[0].bins.len(), found.columns[0].oddities.unsorted),
            (expected, 0),
            "{name}"
        );
    }
}

#[test]
fn a_hole_of_an_hour_at_another_time_and_a_clock_that_is_not_changed_are_what_they_are() {
    let berlin = zone("Europe/Berlin");
    let change = "2026-03-29T01:00:00Z".parse::<Timestamp>().unwrap().as_microsecond();
    let times: Vec<i64> = (-24..24).map(|at| change + at * 5 * MINUTE).collect();
    // an hour is missing at midnight, and at the change clocks go ahead
    let holed: Vec<i64> = times
        .iter()
        .copied()
        .filter(|time| !(0..12).contains(&((time - change) / (5 * MINUTE) + 20)))
        .collect();
    let read = bins(&log(&holed, &berlin, |_| 1), ChurnOptions::default());
    assert_eq!((read.len(), read.iter().flatten().count()), (48, 36));
    // rows are missing while clocks go ahead: a zone that is given tells it, a bias alone is held
    let gap: Vec<i64> = times.iter().copied().filter(|time| (time - change).abs() > 15 * MINUTE).collect();
    let read =
        |zone| bins(&log(&gap, &berlin, |_| 1), ChurnOptions { zone, ..ChurnOptions::default() }).len();
    assert_eq!((read(Some(berlin.clone())), read(None)), (48, 60));
    // a clock that stays on winter time, in a zone that does not
    let fixed = TimeZone::fixed(jiff::tz::offset(1));
    let options = ChurnOptions { zone: Some(berlin), ..of_bytes() };
    let (series, found) = one(&table(&times, &fixed, Style::Iso, |_| 1), options).unwrap();
    assert_eq!((series.columns[0].bins.len(), series.start_unix_us), (48, times[0]));
    assert!(found.quirks.iter().any(|quirk| quirk.contains("these times did not")), "{:?}", found.quirks);
}

#[test]
fn a_log_without_a_zone_is_read_with_one_or_names_the_ways_in() {
    let cut = format!(
        "\"(PDH-CSV 4.0) (Maroc (heure d\",\"{DISK}\"\n\"07/15/2024 08:00:00.123\",\"1\"\n\"07/15/2024 08:05:00.126\",\"2\"\n"
    );
    let message = refused(&cut, ChurnOptions::default());
    assert!(["--zone UTC", "--bias -60", "x.csv:1:"].iter().all(|part| message.contains(part)), "{message}");
    let start = |options| one(&cut, options).unwrap().0.start_unix_us;
    let utc = start(ChurnOptions { zone: Some(TimeZone::UTC), ..ChurnOptions::default() });
    assert_eq!(utc, "2024-07-15T07:55:00Z".parse::<Timestamp>().unwrap().as_microsecond());
    let berlin = start(ChurnOptions { zone: Some(zone("Europe/Berlin")), ..ChurnOptions::default() });
    let bias = start(ChurnOptions { bias: Some(-120), ..ChurnOptions::default() });
    assert_eq!((utc - berlin, utc - bias), (120 * MINUTE, 120 * MINUTE));
    // what the file says wins
    let said = cut.replace("(Maroc (heure d", "(GMT)(0)");
    let options = ChurnOptions { bias: Some(300), zone: Some(zone("Asia/Tokyo")), ..ChurnOptions::default() };
    assert_eq!(one(&said, options).unwrap().0.start_unix_us, utc);
    for name in ["bare", "cut", "cut2", "typeperf-redirected", "with-bias"] {
        let Some(path) = case(&format!("import/01-pdh-header-cut-at-zone/{name}.csv")) else { return };
        let bytes = std::fs::read(path).unwrap();
        let alone = import(&[("h.csv", &bytes)], ChurnOptions::default());
        assert_eq!(alone.is_ok(), name == "with-bias", "{name}");
        let options = ChurnOptions { zone: Some(TimeZone::UTC), ..ChurnOptions::default() };
        let (series, _) = import(&[("h.csv", &bytes)], options).unwrap_or_else(|faults| panic!("{faults}"));
        assert!(series.columns[0].bins.iter().all(Option::is_some), "{name}");
    }
}

#[test]
fn the_order_of_day_and_month_is_told_by_the_column_or_asked_for() {
    let rows = |dates: &[&str]| {
        let rows = dates.iter().map(|date| format!("{date},1\n"));
        format!("t (UTC),a\n{}", rows.collect::<String>())
    };
    let start =
        |text: &str, options| one(text, options).unwrap_or_else(|faults| panic!("{faults}")).0.start_unix_us;
    let at = |time: &str| time.parse::<Timestamp>().unwrap().as_microsecond();
    // the next day is a step later, the same day of the next month is not
    let silent = rows(&["01/02/2028 23:55", "02/02/2028 00:00", "02/02/2028 00:05"]);
    assert_eq!(start(&silent, of_bytes()), at("2028-02-01T23:55:00Z"));
    let american = rows(&["02/01/2028 23:55", "02/02/2028 00:00", "02/02/2028 00:05"]);
    assert_eq!(start(&american, of_bytes()), at("2028-02-01T23:55:00Z"));
    let open = rows(&["07/08/2024 08:00", "07/08/2024 08:05", "07/08/2024 08:10"]);
    let message = refused(&open, of_bytes());
    for part in ["x.csv:2:", "2024-07-08", "2024-08-07", "--dates mdy", "--dates dmy"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let asked = |order| start(&open, ChurnOptions { dates: Some(order), ..of_bytes() });
    assert_eq!(
        (asked(Order::Mdy), asked(Order::Dmy)),
        (at("2024-07-08T08:00:00Z"), at("2024-08-07T08:00:00Z"))
    );
    // dots are of days before months; a 13th month tells
    assert_eq!(
        start(&rows(&["07.08.2024 08:00", "07.08.2024 08:05"]), of_bytes()),
        at("2024-08-07T08:00:00Z")
    );
    assert_eq!(start(&rows(&["7/13/24 8:00 PM", "7/13/24 8:05 PM"]), of_bytes()), at("2024-07-13T20:00:00Z"));
    let wrong = ChurnOptions { dates: Some(Order::Mdy), ..of_bytes() };
    assert!(refused(&rows(&["13/02/2028 10:00", "13/02/2028 10:05"]), wrong).contains("no day 13 2 2028"));
    for (dates, part) in [
        (["55:00.0", "00:00.0"], "has lost its date"),
        (["07/13/2024 13:00 PM", "07/13/2024 13:05 PM"], "a 12-hour clock does not have"),
        (["07/13/2024 12:58", "07/13/2024 01:03"], "AM and PM are missing"),
    ] {
        let third = if part.contains("AM") { ["07/13/2024 12:48", "07/13/2024 12:53"] } else { dates };
        assert!(
            refused(&rows(&[third[0], third[1], dates[0], dates[1]]), of_bytes()).contains(part),
            "{part}"
        );
    }
    let Some(path) = case("import/25-counter-resets-and-oddities/dmy-silent.csv") else { return };
    let (series, _) = import(&[("d.csv", &std::fs::read(path).unwrap())], ChurnOptions::default()).unwrap();
    assert_eq!(series.columns[0].bins, [Some(300), Some(600), Some(600)]);
}

#[test]
fn one_bad_sample_is_a_gap_that_is_told_with_its_line() {
    for (name, word) in [
        ("nan", "1 cell says that there is no value"),
        ("neg", "1 sample is negative, the first in line 4"),
        ("wrap", "1 sample is too large to be true, the first in line 4"),
        ("leap", "nothing"),
        ("twelve", "nothing"),
        ("dmy", "the day comes before the month"),
    ] {
        let Some(path) = case(&format!("import/25-counter-resets-and-oddities/{name}.csv")) else { return };
        let (series, found) = import(&[("n.csv", &std::fs::read(path).unwrap())], ChurnOptions::default())
            .unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(series.bin, drsim::units::Span::seconds(300), "{name}");
        assert!(word == "nothing" || found.quirks.join("\n").contains(word), "{name}: {:?}", found.quirks);
    }
    // half of them is another matter
    let berlin = zone("UTC");
    let times: Vec<i64> = (0..10).map(|at| at * 5 * MINUTE).collect();
    let text = log(&times, &berlin, |_| 7).replace(":00.000\",\"7\"", ":00.000\",\"-7\"");
    assert!(refused(&text, ChurnOptions::default()).contains("`-7` is negative"));
}

#[test]
fn a_date_and_its_time_may_stand_in_two_columns() {
    let wide = "Date;Time;a [B/s]\n15.07.2024;08:00;1\n15.07.2024;08:05;2\n";
    let long = "Machine,Date,Time,Value,Unit\na,7/15/2024,8:00 AM,1,B/s\na,7/15/2024,8:05 AM,2,B/s\n";
    let options = || ChurnOptions { zone: Some(TimeZone::UTC), ..ChurnOptions::default() };
    assert_eq!(bins(wide, options()), [Some(300), Some(600)]);
    assert_eq!(bins(long, options()), [Some(300), Some(600)]);
}

/// Files that follow each other are one log; two that say the same thing of the same time may be of two machines.
#[test]
fn only_files_that_follow_each_other_are_one_column() {
    let part = |from: u32, to: u32| {
        let rows = (from..to).map(|at| format!("{},0\n", 1_752_566_400 + at * 300));
        format!("time,web [B/s]\n{}", rows.collect::<String>())
    };
    let both = |a: String, b: String| {
        import(&[("a.csv", a.as_bytes()), ("b.csv", b.as_bytes())], ChurnOptions::default())
    };
    assert_eq!(both(part(0, 12), part(9, 24)).unwrap().0.columns[0].bins, vec![Some(0); 24]);
    let message = both(part(0, 12), part(0, 12)).unwrap_err().to_string();
    assert!(message.contains("the column `web` comes from a.csv too"), "{message}");
}

/// Samples a little late are of their bin; hosts that log at other seconds stand on one grid.
#[test]
fn hosts_of_one_step_go_together() {
    let utc = zone("UTC");
    let host = |name: &str, off: i64, step: i64| {
        let times: Vec<i64> = (0..24 * 5 * MINUTE / step)
            .map(|at| off + 1_700_000_000_000_000 / step * step + at * step)
            .collect();
        log(&times, &utc, |_| 100).replace(r"\\H\", &format!(r"\\{name}\"))
    };
    let both = |a: String, b: String| {
        import(&[("a.csv", a.as_bytes()), ("b.csv", b.as_bytes())], ChurnOptions::default())
    };
    let (series, _) = both(host("A", 12_000, 5 * MINUTE), host("B", 140_000_000, 5 * MINUTE)).unwrap();
    assert!(series.columns.iter().all(|column| column.bins == vec![Some(30_000); 24]), "{series:?}");
    let (series, found) = both(host("A", 0, 5 * MINUTE), host("B", 0, 15 * MINUTE)).unwrap();
    assert_eq!((series.bin, series.columns.len()), (drsim::units::Span::seconds(900), 2));
    assert!(series.columns.iter().all(|column| column.bins.iter().flatten().all(|bytes| *bytes == 90_000)));
    assert!(found.quirks.join("\n").contains("its bins of 5m are put together"), "{:?}", found.quirks);
    let message = both(host("A", 0, 10 * MINUTE), host("B", 0, 15 * MINUTE)).unwrap_err().to_string();
    assert!(message.contains("--bin 30m"), "{message}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    /// Whatever a clock drifts and trembles, no bin is lost, and no more bytes than a sample's.
    #[test]
    fn drift_and_jitter_lose_no_bin(
        step in prop::sample::select(vec![60_i64, 300, 900]),
        drift_ms in -60..60_i64,
        off in 0..300_i64,
        jitter in prop::collection::vec(-15..15_i64, 400),
        rates in prop::collection::vec(0..1_000_000_u64, 400),
        style in prop::sample::select(ABSOLUTE.to_vec()),
        values in prop::sample::select(vec![Values::Rate, Values::Bytes]),
    ) {
        let base = 1_700_000_100_000_000_i64 + off * 1_000_000;
        let times: Vec<i64> = (0..400).map(|at| base + at * step * 1_000_000 + at * drift_ms * 1000 + jitter[usize::try_from(at).unwrap()] * step * 1000).collect();
        let text = table(&times, &zone("UTC"), style, |at| rates[at]);
        let (series, _) = one(&text, ChurnOptions { values: Some(values), ..ChurnOptions::default() }).unwrap_or_else(|faults| panic!("{faults}"));
        let bins = &series.columns[0].bins;
        prop_assert!(bins.iter().all(Option::is_some));
        let seconds = if values == Values::Rate { step.unsigned_abs() } else { 1 };
        let total: u64 = bins.iter().flatten().sum();
        let written: u64 = rates.iter().map(|rate| rate * seconds).sum();
        let slips = (400 * drift_ms.abs() / (step * 1000) + 2).unsigned_abs();
        prop_assert!(total.abs_diff(written) <= slips * 1_000_000 * seconds, "{total} {written}");
        if values == Values::Bytes {
            prop_assert!(total.abs_diff(written) <= slips, "{total} {written}");
        }
    }
}
