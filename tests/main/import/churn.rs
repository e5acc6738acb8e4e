//! Real churn imports exactly, and what is odd about it is told.

use std::path::Path;

use drsim::import::churn::found::{Found, Rates};
use drsim::import::{ChurnOptions, Import};
use drsim::series::Series;
use drsim::units::Span;
use serde_json::Value;

use crate::import::files::{import, of_bytes};
use crate::shared::data;

const AUGUST: i64 = 1_375_308_000;
fn shared(path: &Path) -> (Series, Found) {
    let bytes = std::fs::read(path).unwrap();
    import(&[(path.to_str().unwrap(), &bytes)], of_bytes()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn august(zone_hours: i8) -> Option<(Series, Found)> {
    let folder = data("churn/bitbrains-rnd/2013-8")?;
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(zone_hours));
    let mut import = Import::new(ChurnOptions { zone: Some(zone), ..ChurnOptions::default() });
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
fn a_cut_gzip_file_is_refused() {
    let Some(path) = data("churn/bitbrains-rnd/2013-8/25.csv.gz") else { return };
    let bytes = std::fs::read(path).unwrap();
    for length in [bytes.len() / 2, bytes.len() - 1, 20, 3] {
        let message =
            import(&[("25.csv.gz", &bytes[..length])], ChurnOptions::default()).unwrap_err().to_string();
        assert!(message.contains("the gzip stream ends early"), "{length}: {message}");
    }
    let mut wrong = bytes.clone();
    wrong[bytes.len() - 6] ^= 1;
    assert!(import(&[("25.csv.gz", &wrong)], ChurnOptions::default()).is_err());
}
