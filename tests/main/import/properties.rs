//! No file can make an import panic, and a series survives its file: random inputs from a fixed seed.

use drsim::import::churn::summary::summary;
use drsim::import::{ChurnOptions, End, Mark, SOURCES, Values};
use drsim::series::{Column, Series};
use drsim::units::Span;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::import::files::{HEADER, import, of_bytes};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(50),
        ..ProptestConfig::default()
    }
}

fn series() -> impl Strategy<Value = Series> {
    let bins =
        prop::collection::vec(prop::option::of(prop_oneof![Just(0), 0..1000_u64, any::<u64>()]), 0..60);
    let columns = prop::collection::btree_map("\\PC{0,12}", bins, 0..6);
    (any::<i64>(), 1..u64::MAX, columns).prop_map(|(start_unix_us, bin, columns)| Series {
        start_unix_us,
        bin: Span(bin),
        columns: columns.into_iter().map(|(name, bins)| Column { name, bins }).collect(),
    })
}

/// Files that are nearly right: known headers, odd cells, any separator.
fn mangled() -> impl Strategy<Value = Vec<u8>> {
    let header = prop_oneof![
        Just(HEADER.to_owned()),
        Just("t,a,b\n".to_owned()),
        Just("t;a\n".to_owned()),
        Just("time,machine,value\n".to_owned()),
        Just("t,a_written_bytes_total\n".to_owned()),
        Just("(PDH-CSV 4.0) (UTC)(0),\\\\H\\PhysicalDisk(0)\\Disk Write Bytes/sec\n".to_owned()),
        Just("# hostname;timestamp;DEV;wkB/s\n".to_owned()),
        Just(
            "{\"status\":0,\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[["
                .to_owned()
        ),
        Just("Linux 5 (a) (4 CPU)\n\nDevice wkB/s\n".to_owned()),
        "\\PC{0,20}\n"
    ];
    let cell = prop_oneof![
        (0..3000_i64).prop_map(|number| number.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:e}")),
        "[0-9eE.+,-]{0,8}",
        "\\PC{0,3}",
        Just("\"".to_owned()),
        Just("2013-08-01T00:00:00Z".to_owned()),
        (1..32_u8, 1..14_u8, 0..25_u8).prop_map(|(a, b, hour)| format!("{a}/{b}/2026 {hour}:00")),
    ];
    let separator = prop_oneof![4 => Just(";"), 4 => Just(","), 1 => Just("\t"), 1 => Just("\0")];
    let rows = prop::collection::vec(
        (prop::collection::vec(cell, 1..4), separator).prop_map(|(cells, separator)| cells.join(separator)),
        0..8,
    );
    let noise = prop::option::weighted(0.1, prop::collection::vec(any::<u8>(), 0..9));
    (header, rows, noise).prop_map(|(header, rows, noise)| {
        [header.as_bytes(), rows.join("\n").as_bytes(), &noise.unwrap_or_default()].concat()
    })
}

/// Files without a fault, but with values and times at the limits.
fn extreme() -> impl Strategy<Value = String> {
    let time = prop_oneof![
        4 => (0..60_i64).prop_map(|minute| minute * 60),
        1 => Just(99_999_999_999),
        1 => Just(99_999_999_999_999),
        1 => Just(99_999_999_999_999_999),
    ];
    let written = prop_oneof![
        Just("-009998-01-01T00:00:00Z"),
        Just("9999-12-30T22:00:00Z"),
        Just("1970-01-01T00:00:00Z")
    ];
    let time = prop_oneof![9 => time.prop_map(|time| time.to_string()), 1 => written.prop_map(str::to_owned)];
    let value = prop_oneof![
        Just("0"),
        Just("7"),
        Just("100000000000"),
        Just("1E11"),
        Just("1e-18"),
        Just("0.000000000000000000000000000000000000000000001")
    ];
    let rows = prop::collection::vec((time, value.clone(), value), 1..4);
    (any::<bool>(), rows).prop_map(|(wide, rows)| {
        let separator = if wide { ',' } else { ';' };
        let rows = rows.iter().map(|(time, a, b)| format!("{time}{separator}{a}{separator}{b}\n"));
        let header = if wide { "t,a,b\n" } else { HEADER };
        header.chars().chain(rows.collect::<String>().chars()).collect()
    })
}

fn extreme_options() -> impl Strategy<Value = ChurnOptions> {
    let instant = || {
        prop_oneof![
            Just(0_i64),
            Just(60_000_000),
            Just(-1_000_000_000_000_000_000),
            Just(1_000_000_000_000_000_000),
            any::<i64>().prop_map(|us| us / 10),
        ]
    };
    let end = prop_oneof![
        instant().prop_map(End::Before),
        prop_oneof![Just(0), 1..100_usize, Just(usize::MAX)].prop_map(End::Bins),
    ];
    let bin = prop_oneof![Just(1_u64), Just(60), Just(86_400)].prop_map(Span::seconds);
    (
        prop::option::weighted(0.3, instant()),
        prop::option::weighted(0.3, end),
        prop::option::of(bin),
        any::<bool>(),
    )
        .prop_map(|(start_us, end, bin, kb)| ChurnOptions {
            start_us,
            end,
            bin,
            kb: if kb { 1024 } else { 1000 },
            values: Some(Values::Bytes),
            ..ChurnOptions::default()
        })
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn every_series_survives_its_file(series in series()) {
        prop_assert_eq!(Series::decode(&series.encode()), Ok(series));
    }

    #[test]
    fn the_order_of_rows_means_nothing(
        rows in prop::collection::vec((0..5000_u32, 0..100_000_u32), 1..40).prop_shuffle(),
        cut in 0..40_usize,
    ) {
        let text = |rows: &[(u32, u32)]| {
            let rows: String = rows.iter().map(|(at, rate)| format!("{at};1;{}.{:03}\n", rate / 1000, rate % 1000)).collect();
            format!("{HEADER}{rows}")
        };
        let mut turned = rows.clone();
        turned.rotate_left(cut % rows.len());
        // three decimals might be thousands
        let options = || ChurnOptions { decimal: Some(Mark::Point), ..ChurnOptions::default() };
        let read = |rows: &[(u32, u32)]| import(&[("7.csv", text(rows).as_bytes())], options()).unwrap();
        let (series, found) = read(&rows);
        prop_assert_eq!(&read(&turned).0, &series);
        prop_assert_eq!(found.columns[0].oddities.rows, rows.len() as u64);
        let (least, most) = (rows.iter().map(|row| row.1).min(), rows.iter().map(|row| row.1).max());
        for bytes in series.columns[0].bins.iter().flatten() {
            prop_assert!(u64::from(least.unwrap()) * 300 <= *bytes && *bytes <= u64::from(most.unwrap()) * 300);
        }
    }

    #[test]
    fn no_bytes_behind_a_right_checksum_can_panic(payload in prop::collection::vec(prop_oneof![0..9_u8, any::<u8>()], 0..60)) {
        let sum = blake3::hash(&payload);
        let file = [b"drseries\x01".as_slice(), sum.as_bytes(), &payload].concat();
        if let Ok(series) = Series::decode(&file) {
            prop_assert_eq!(Series::decode(&series.encode()), Ok(series));
        }
    }
}

proptest! {
    #![proptest_config(config(3000))]

    #[test]
    fn mangled_files_never_panic(bytes in mangled(), source in 0..15_usize, start in prop::option::of(0..3_000_000_000_i64), total in any::<bool>()) {
        let options = ChurnOptions { source: SOURCES.get(source).copied(), start_us: start, zone: Some(jiff::tz::TimeZone::UTC), values: Some(if total { Values::Total } else { Values::Rate }), ..of_bytes() };
        match import(&[("m.csv", &bytes)], options) {
            Ok((series, found)) => prop_assert!(!series.columns.is_empty() && !summary(&found).is_empty()),
            Err(faults) => prop_assert!(!faults.is_empty() && !faults.to_string().is_empty()),
        }
    }
}

proptest! {
    // some of these make the longest series there can be
    #![proptest_config(config(150))]

    #[test]
    fn extreme_files_never_panic(text in extreme(), options in extreme_options()) {
        match import(&[("7.csv", text.as_bytes())], options) {
            Ok((series, found)) => {
                prop_assert_eq!(&Series::decode(&series.encode()), &Ok(series));
                prop_assert!(!summary(&found).is_empty());
            }
            Err(faults) => prop_assert!(!faults.to_string().is_empty()),
        }
    }
}
