//! Real churn imports exactly; odd files are described; broken ones are refused with a place and a remedy.

use std::path::Path;

use clap::Parser;
use drsim::cli::import::{ImportArgs, run_to};
use drsim::import::found::{Found, Rates};
use drsim::import::fragment::fragment;
use drsim::import::summary::summary;
use drsim::import::{End, Faults, Import, Options, SOURCES};
use drsim::series::{Column, Series};
use drsim::units::Span;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;

use crate::shared::data;

const AUGUST: i64 = 1_375_308_000;
const HEADER: &str = "Timestamp [ms];\tCPU cores;\tDisk write throughput [KB/s]\n";

fn import(files: &[(&str, &[u8])], options: Options) -> Result<(Series, Found), Faults> {
    let mut import = Import::new(options);
    for (name, bytes) in files {
        import.file(name, *bytes);
    }
    import.finish()
}

fn one(text: &str) -> Result<(Series, Found), Faults> {
    import(&[("7.csv", text.as_bytes())], Options::default())
}

fn shared(path: &Path) -> (Series, Found) {
    let bytes = std::fs::read(path).unwrap();
    import(&[(path.to_str().unwrap(), &bytes)], Options::default())
        .unwrap_or_else(|faults| panic!("{faults}"))
}

fn august(zone_hours: i8) -> Option<(Series, Found)> {
    let folder = data("churn/bitbrains-rnd/2013-8")?;
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(zone_hours));
    let mut import = Import::new(Options { zone, ..Options::default() });
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        import.file(path.to_str().unwrap(), std::fs::File::open(&path).unwrap());
    }
    Some(import.finish().unwrap_or_else(|faults| panic!("{faults}")))
}

fn same_rates(name: &str, rates: &Rates, oracle: &Value) {
    let pairs = [
        ("mean", rates.mean),
        ("p50", rates.p50),
        ("p90", rates.p90),
        ("p95", rates.p95),
        ("p99", rates.p99),
        ("max", rates.max),
    ];
    assert_eq!(Some(rates.n as u64), oracle["n"].as_u64(), "{name} n");
    for (key, ours) in pairs {
        let theirs = oracle[key].as_f64().unwrap();
        // the oracle is printed with 10 significant digits and at most 3 decimals
        assert!((ours - theirs).abs() <= 0.000_51 + theirs * 1e-9, "{name} {key}: {ours} {theirs}");
    }
}

#[test]
fn fifty_machines_of_a_month_equal_the_oracle() {
    let (Some(oracle), Some((series, found))) = (data("oracle/ship50-2013-8.json"), august(2)) else {
        return;
    };
    let oracle: Value = serde_json::from_slice(&std::fs::read(oracle).unwrap()).unwrap();
    assert_eq!((series.start_unix_us, series.bin), (AUGUST * 1_000_000, Span::seconds(300)));
    assert_eq!((found.columns.len(), found.bins), (50, 8640));
    assert_eq!(Some(u64::try_from(found.total_bytes).unwrap()), oracle["total_bytes"].as_u64());
    same_rates("all", &found.aggregate, &oracle["aggregate_Bps"]);
    for (hour, theirs) in oracle["aggregate_Bps_by_local_hour"].as_array().unwrap().iter().enumerate() {
        let (ours, theirs) = (found.hourly_bps[hour].unwrap(), theirs.as_f64().unwrap());
        assert!((ours - theirs).abs() <= 0.051, "hour {hour}: {ours} {theirs}");
    }
    assert_eq!(oracle["per_vm"].as_object().unwrap().len(), 50);
    for column in &found.columns {
        let theirs = &oracle["per_vm"][&column.name];
        assert_eq!(Some(column.gaps.bins as u64), theirs["missing_bins"].as_u64(), "{}", column.name);
        let total = u64::try_from(column.total_bytes).unwrap();
        assert_eq!(Some(total), theirs["total_bytes"].as_u64(), "{}", column.name);
        same_rates(&column.name, &column.rates.unwrap(), &theirs["Bps"]);
    }
}

#[test]
fn raw_files_and_the_wide_table_are_the_same_series() {
    let wide = data("churn/bitbrains-rnd/ship50-2013-8-bytes-per-300s.csv.gz");
    let (Some(wide), Some((raw, found))) = (wide, august(0)) else { return };
    let (wide, of_wide) = shared(&wide);
    // no bin of these files has several samples, so not even the last byte may differ
    assert_eq!(found.columns.iter().map(|column| column.oddities.shared).sum::<u64>(), 0);
    assert!(raw == wide, "the series differ");
    assert_eq!(raw.encode(), wide.encode());
    assert_eq!(Series::decode(&raw.encode()), Ok(raw.clone()));
    assert_eq!(found.aggregate, of_wide.aggregate);
    assert_eq!((found.source.as_str(), of_wide.source.as_str()), ("bitbrains", "wide"));
    assert_eq!(august(0).unwrap().0.encode(), raw.encode());
    assert_eq!(raw.columns[0].name, "vm25");
    assert_eq!(raw.columns[49].name, "vm496");
}

#[test]
fn the_sister_trace_imports() {
    let Some(path) = data("churn/opendc-faststorage/bitbrains.csv") else { return };
    let (series, found) = shared(&path);
    let column = &found.columns[0];
    assert_eq!((series.columns.len(), column.name.as_str()), (1, "bitbrains"));
    assert_eq!((column.oddities.rows, column.oddities.duplicates), (8619, 0));
    assert_eq!(found.bins - column.gaps.bins, column.rates.unwrap().n);
}

#[test]
fn a_regular_fixture_has_little_to_say() {
    let Some(path) = data("churn/fixtures/rnd-2013-8-25-regular-head.csv") else { return };
    let (series, found) = shared(&path);
    let column = &found.columns[0];
    assert_eq!(column.name, "rnd-2013-8-25-regular-head");
    assert_eq!((series.start_unix_us, found.bins), (AUGUST * 1_000_000, 399 + column.gaps.bins));
    assert_eq!((column.oddities.rows, column.oddities.duplicates, column.oddities.retired), (399, 0, 0));
    assert!(column.gaps.longest <= 1);
    assert_eq!(series.columns[0].bins[..2], [Some(3_080_000), Some(2_880_000)]);
    assert!(found.quirks[0].ends_with("headed as milliseconds, but their size says seconds; read as such."));
}

#[test]
fn a_retired_machine_and_repeated_rows_are_reported() {
    let Some(path) = data("churn/fixtures/rnd-2013-8-265-retired-then-duplicate-rows.csv") else { return };
    let (_, found) = shared(&path);
    let odd = found.columns[0].oddities;
    assert_eq!((odd.rows, odd.retired, odd.duplicates, odd.conflicts), (600, 533, 212, 0));
    let quirks = found.quirks.join("\n");
    assert!(
        quirks.contains("212 rows repeat the time of an earlier one, always with the same value."),
        "{quirks}"
    );
    assert!(quirks.contains("533 rows have no processors, the first at 2013-08-22T"), "{quirks}");
}

#[test]
fn a_gap_of_31_hours_is_reported() {
    let Some(path) = data("churn/fixtures/rnd-2013-7-1-31h-monitoring-gap.csv") else { return };
    let (series, found) = shared(&path);
    let gaps = found.columns[0].gaps;
    // the rows on both sides are 110,414 s apart: 367 whole bins without any
    assert_eq!((gaps.longest, gaps.runs - gaps.single), (367, 1));
    assert!(series.columns[0].bins[gaps.longest_at..][..367].iter().all(Option::is_none));
    assert!(series.columns[0].bins[gaps.longest_at - 1].is_some());
    let quirks = found.quirks.join("\n");
    assert!(
        quirks.contains("1 gap is longer than a bin, the longest 1d 6h (367 bins) from 2013-07-1"),
        "{quirks}"
    );
}

#[test]
fn a_bin_holds_the_mean_of_its_samples_rounded_half_to_even() {
    let rows = "1500;2;0.2\n1200;2;0.1\n1201;2;0.2\n1799;0;1E-5\n1799;0;3E-5\n";
    let (series, found) = one(&format!("{HEADER}{rows}")).unwrap();
    assert_eq!(series.start_unix_us, 1_200_000_000);
    // (0.2 + 0.00001 + 0.00003) ÷ 3 × 300,000 = 20,004
    assert_eq!(series.columns[0].bins, [Some(45_000), Some(20_004)]);
    let odd = found.columns[0].oddities;
    assert_eq!((odd.unsorted, odd.duplicates, odd.conflicts, odd.retired, odd.shared), (1, 1, 1, 2, 2));
    let options = Options { bin: Some(Span::seconds(1)), kb: 1024, ..Options::default() };
    let tie = format!("{HEADER}5;1;0.00048828125\n6;1;0.00146484375\n");
    let (series, _) = import(&[("a.csv", tie.as_bytes())], options).unwrap();
    assert_eq!(series.columns[0].bins, [Some(0), Some(2)]);
}

#[test]
fn the_asked_time_is_cut_out() {
    let text = format!("{HEADER}600;1;1\n900;1;2\n1500;1;3\n");
    let cut = |start, end| {
        let options = Options { start_us: Some(start), end, ..Options::default() };
        let (series, found) = import(&[("1.csv", text.as_bytes())], options).unwrap();
        (series.columns[0].bins.clone(), found.columns[0].oddities.outside)
    };
    let bins = |kb: u64| Some(kb * 300_000);
    assert_eq!(cut(900_000_000, Some(End::Bins(2))), (vec![bins(2), None], 2));
    assert_eq!(cut(300_000_000, Some(End::Before(1_200_000_000))), (vec![None, bins(1), bins(2)], 1));
    assert_eq!(cut(899_000_000, None), (vec![bins(2), None, bins(3)], 1));
}

#[test]
fn a_wide_table_may_be_written_in_many_ways() {
    let of = |text: &str| import(&[("w.csv", text.as_bytes())], Options::default()).unwrap().0;
    let expected = of("t,a,b\n600,1,\n660,2,5\n780,3,6\n");
    assert_eq!(expected.bin, Span::seconds(60));
    assert_eq!(expected.columns[0].bins, [Some(1), Some(2), None, Some(3)]);
    assert_eq!(expected.columns[1].bins, [None, Some(5), None, Some(6)]);
    let rfc = "time;b;a\r\n1970-01-01T00:13:00Z;6;3\r\n1970-01-01T02:10:00+02:00;;1.0\r\n1970-01-01T00:11:00Z;5;2\r\n";
    assert_eq!(of(rfc), expected);
    let twice = "\u{feff}t\ta\tb\n600\t1\t\n660\t2\t5\n660\t2\t5\n780\t3\t6\n";
    assert_eq!(of(twice), expected);
    let long = 1_375_308_000_000_i64;
    let milliseconds = of(&format!("t,a\n{long},1\n{},2\n", long + 300_000));
    assert_eq!((milliseconds.start_unix_us, milliseconds.bin), (long * 1000, Span::seconds(300)));
}

/// What must stand in the message for a broken file.
#[test]
fn broken_files_are_refused_with_place_and_remedy() {
    let latin = [HEADER.as_bytes(), b"1;2;\xe9\n"].concat();
    let bits = |rows: &str| format!("{HEADER}{rows}").into_bytes();
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (Vec::new(), "x.csv: the file is empty"),
        (bits(""), "x.csv: there are no rows below the header"),
        (bits("600;1\n"), "x.csv:2: the row has 2 columns, the header 3"),
        (
            bits("600;1;fast\n"),
            "x.csv:2: Disk write throughput [KB/s]: `fast` is not a number\n  help: write digits",
        ),
        (bits("600;1;NaN\n"), "`NaN` is not a number"),
        (bits("600;1;-4.0\n"), "x.csv:2: Disk write throughput [KB/s]: `-4.0` is negative"),
        (bits("600;1;0,5\n"), "`0,5` is written with a comma"),
        (bits("600;1;\n"), "the cell is empty"),
        (bits("600;1;1E12\n"), "`1E12` is too large to be true"),
        (bits("now;1;1\n"), "x.csv:2: Timestamp [ms]: `now` is not a time"),
        (bits("-5;1;1\n"), "-5 is no time since 1970"),
        (
            bits("1375308000;1;1\n1375308300000;1;1\n"),
            "`1375308300000` is in milliseconds, the rows before in seconds",
        ),
        (bits("0;1;1\n99999999999;1;1\n"), "limit them by --start and --end"),
        (latin, "x.csv:2: the text is not UTF-8"),
        (b"\xff\xfeT\0i\0".to_vec(), "the text is UTF-16"),
        (b"PK\x03\x04....".to_vec(), "a zip archive or a workbook"),
        (
            b"Zeitstempel [ms];CPU-Kerne;Schreibdurchsatz [KB/s]\n1;2;3\n".to_vec(),
            "x.csv:1: Timestamp [ms]: no column is headed `Timestamp [ms]`; there are `Zeitstempel [ms]`, `CPU-Kerne`",
        ),
        (
            b"Timestamp [ms];Disk write throughput [MB/s]\n1;2\n".to_vec(),
            "no column is headed `Disk write throughput [KB/s]`",
        ),
        (b"hello\nworld\n".to_vec(), "no known export has the header `hello`"),
        (b"600,1\n900,2\n".to_vec(), "looks like data"),
        (b"t,a\n600,1\n".to_vec(), "give it with --bin"),
        (
            b"t,a\n600,1\n900,2\n1000,3\n1200,4\n1500,4\n".to_vec(),
            "x.csv:4: the row does not stand a multiple of 5m",
        ),
        (b"t,a\n600,1\n900,2\n900,3\n".to_vec(), "x.csv:4: the time of line 3 again, with other bytes"),
        (
            b"t,a\n600,1\n900,NaN\n".to_vec(),
            "x.csv:3: a: `NaN` is not a number\n  help: leave the cell empty",
        ),
        (b"t,a,a\n600,1,1\n900,2,2\n".to_vec(), "the column `a` comes from x.csv too"),
        (b"t,a,\n600,1,1\n900,2,2\n".to_vec(), "the name `` is empty"),
        (b"t,a\n2013-08-01 00:00:00,1\n".to_vec(), "with its offset"),
    ];
    for (bytes, expected) in cases {
        let faults = import(&[("x.csv", &bytes)], Options::default()).unwrap_err();
        let message = faults.to_string();
        assert!(message.contains(expected), "{message}\n should have\n{expected}");
        assert!(faults.list.iter().all(|fault| !fault.remedy.is_empty()));
    }
}

#[test]
fn all_faults_are_told_at_once_up_to_a_number() {
    let rows: String = (0..30).map(|row| format!("{row};1;bad\n")).collect();
    let text = format!("{HEADER}{rows}");
    let faults = import(&[("1.csv", text.as_bytes()), ("2.csv", b"")], Options::default()).unwrap_err();
    assert_eq!((faults.list.len(), faults.more), (21, 10));
    assert_eq!(faults.list[19].line, Some(21));
    assert!(faults.to_string().ends_with("… and 10 more"));
}

#[test]
fn a_cut_gzip_file_is_refused() {
    let Some(path) = data("churn/bitbrains-rnd/2013-8/25.csv.gz") else { return };
    let bytes = std::fs::read(path).unwrap();
    for length in [bytes.len() / 2, bytes.len() - 1, 20, 3] {
        let message = import(&[("25.csv.gz", &bytes[..length])], Options::default()).unwrap_err().to_string();
        assert!(message.contains("the gzip stream ends early"), "{length}: {message}");
    }
    let mut wrong = bytes.clone();
    wrong[bytes.len() - 6] ^= 1;
    assert!(import(&[("25.csv.gz", &wrong)], Options::default()).is_err());
}

#[test]
fn the_fragment_names_every_column() {
    let (series, found) = one(&format!("{HEADER}600;1;1\n")).unwrap();
    let text = fragment(&series, "ship", "ship.series");
    assert!(text.contains("series: [(name: \"ship\", file: \"ship.series\")]"));
    assert!(text.contains("Trace(series: \"ship\", column: \"vm7\", gap: \"zero\", after_end: \"zero\")"));
    assert!(
        summary(&found)
            .contains("1 columns × 1 bins of 5m, 1970-01-01T00:10:00Z to 1970-01-01T00:15:00Z, 300 KB")
    );
}

#[derive(clap::Parser)]
struct Command {
    #[command(flatten)]
    import: ImportArgs,
}

/// Exit code, standard output and standard error of `drsim import …`.
fn command(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let command = Command::try_parse_from(["import", "churn"].iter().chain(args)).unwrap();
    let code = run_to(command.import, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn the_command_writes_a_series_or_leaves_everything_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (name, rate) in [("10.csv", 1), ("9.csv", 2), ("notes.txt", 3)] {
        std::fs::write(path(name), format!("{HEADER}600;1;{rate}\n")).unwrap();
    }
    let (whole, output) = (path(""), path("two.series"));
    let (code, out, err) = command(&[&whole, "-o", &output]);
    assert_eq!((code, err.contains("wrote")), (0, true), "{err}");
    assert!(out.contains("series: [(name: \"two\", file: \"two.series\")]"), "{out}");
    let written = std::fs::read(&output).unwrap();
    let names: Vec<_> =
        Series::decode(&written).unwrap().columns.into_iter().map(|column| column.name).collect();
    assert_eq!(names, ["vm9", "vm10"]);

    // a start and bins, in the other order of files: the same bytes
    let (code, ..) =
        command(&[&path("10.csv"), &path("9.csv"), "--start", "600", "--bins", "1", "-o", &output]);
    assert_eq!((code, std::fs::read(&output).unwrap()), (0, written.clone()));

    std::fs::write(path("9.csv"), "broken").unwrap();
    let (code, out, err) = command(&[&whole, "-o", &output]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("9.csv:1: no known export") && err.contains("help:"), "{err}");
    assert_eq!(std::fs::read(&output).unwrap(), written);
    assert_eq!(command(&[&path("none.csv"), "-o", &output]).0, 2);
    assert_eq!(command(&[&path("10.csv"), "-o", &path("10.csv")]).0, 2);
    assert_eq!(command(&[&path("10.csv"), "-o", &path("no/such/folder.series")]).0, 74);
    assert_eq!(command(&[&path("10.csv"), "-o", &whole]).0, 74);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4, "nothing half written is left");
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    for args in [
        vec!["a.csv"],
        vec!["-o", "x"],
        vec!["a.csv", "-o", "x", "--bin", "5"],
        vec!["a.csv", "-o", "x", "--bin", "1500ms"],
        vec!["a.csv", "-o", "x", "--bin", "2d"],
        vec!["a.csv", "-o", "x", "--bins", "0"],
        vec!["a.csv", "-o", "x", "--bins", "2", "--end", "2013-08-02T00:00:00Z"],
        vec!["a.csv", "-o", "x", "--start", "yesterday"],
        vec!["a.csv", "-o", "x", "--kb", "1023"],
        vec!["a.csv", "-o", "x", "--zone", "Mars/Olympus"],
        vec!["a.csv", "-o", "x", "--from", "excel"],
    ] {
        assert!(Command::try_parse_from(["import", "churn"].iter().chain(&args)).is_err(), "{args:?}");
    }
}

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

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn every_series_survives_its_file(series in series()) {
        prop_assert_eq!(Series::decode(&series.encode()), Ok(series));
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
    fn mangled_files_never_panic(bytes in mangled(), source in 0..3_usize, start in prop::option::of(0..3_000_000_000_i64)) {
        let options = Options { source: SOURCES.get(source).copied(), start_us: start, ..Options::default() };
        match import(&[("m.csv", &bytes)], options) {
            Ok((series, found)) => prop_assert!(!series.columns.is_empty() && !summary(&found).is_empty()),
            Err(faults) => prop_assert!(!faults.is_empty() && !faults.to_string().is_empty()),
        }
    }
}
