//! `Measure-VMReplication` as a source of churn: the logs that went through, over the time that they stand for.

use std::fmt::Write;

use drsim::import::{ChurnOptions, Values};
use drsim::series::Series;
use proptest::prelude::*;

use crate::import::files::import;
use crate::shared::case;

/// 2025-11-28T10:00:00Z.
const AT: i64 = 1_764_324_000;

fn read(files: &[(&str, &str)]) -> Result<(Series, String), String> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let read = import(&files, ChurnOptions::default());
    read.map(|(series, found)| (series, found.quirks.join("\n"))).map_err(|faults| faults.to_string())
}

fn total(series: &Series, column: usize) -> u64 {
    series.columns[column].bins.iter().flatten().sum()
}

/// An hour of a machine, its cycles and their mean size.
#[derive(Clone, Debug)]
struct Hour(String, i64, u64, u64);

fn json(hours: &[Hour]) -> String {
    let record = |Hour(vm, hour, cycles, size): &Hour| {
        let (from, to) = ((AT + hour * 3600) * 1000, (AT + hour * 3600 + 3600) * 1000);
        format!(
            r#"{{"Name":"{vm}","MonitoringStartTime":"\/Date({from})\/","MonitoringEndTime":"\/Date({to})\/","SuccessfulReplicationCount":{cycles},"MissedReplicationCount":0,"AverageReplicationSize":{size}}}"#
        )
    };
    let records: Vec<String> = hours.iter().map(record).collect();
    if records.len() == 1 { records[0].clone() } else { format!("[{}]", records.join(",")) }
}

fn csv(hours: &[Hour]) -> String {
    let mut text = "#TYPE Selected\n\"Name\",\"AverageReplicationSize\",\"SuccessfulReplicationCount\",\"MissedReplicationCount\",\"MonitoringStartTime\",\"MonitoringEndTime\"\n".to_owned();
    for Hour(vm, hour, cycles, size) in hours {
        let (from, to) = (AT + hour * 3600, AT + hour * 3600 + 3600);
        writeln!(text, "\"{vm}\",\"{size}\",\"{cycles}\",\"0\",\"{from}\",\"{to}\"").unwrap();
    }
    text
}

#[test]
fn a_log_stands_for_its_cycle() {
    let Some(path) = case("import/07-measure-vmreplication/repl.json") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let (series, told) = read(&[("repl.json", &text)]).unwrap();
    // 50 MiB ÷ 300 s = 175 KB/s
    assert_eq!((series.bin.0, series.start_unix_us), (300_000_000, (AT - 300) * 1_000_000));
    assert_eq!(series.columns[0].name, "web-01");
    assert_eq!(series.columns[0].bins, [Some(52_428_800)]);
    assert!(told.contains("written twice within a cycle"), "{told}");
    let silent = text.replace("\"FrequencySec\":300,", "");
    let message = read(&[("repl.json", &silent)]).unwrap_err();
    assert!(
        message.contains("for how long a log of `web-01` stands") && message.contains("FrequencySec"),
        "{message}"
    );
}

#[test]
fn measurements_of_one_window_are_its_last_and_of_one_time_are_refused() {
    let early = json(&[Hour("web".into(), 0, 4, 1000)]);
    let late = early.replace(&(AT + 3600).to_string(), &(AT + 7200).to_string()).replace(":4,", ":12,");
    let (series, told) = read(&[("a.json", &early), ("b.json", &late)]).unwrap();
    assert_eq!(series.columns[0].bins, [Some(6000), Some(6000)]);
    assert!(told.contains("repeats"), "{told}");
    let inside = late.replace(&AT.to_string(), &(AT + 600).to_string());
    let message = read(&[("a.json", &early), ("b.json", &inside)]).unwrap_err();
    assert!(message.contains("two measurements of `web` are of the same time"), "{message}");
}

fn hours() -> impl Strategy<Value = Vec<Hour>> {
    let machine = prop::collection::btree_map(0..40_i64, (1..13_u64, 0..1_u64 << 40), 1..12);
    prop::collection::vec(machine, 1..4).prop_map(|machines| {
        let of = |(at, hours): (usize, std::collections::BTreeMap<i64, (u64, u64)>)| {
            hours.into_iter().map(move |(hour, (cycles, size))| Hour(format!("vm{at}"), hour, cycles, size))
        };
        machines.into_iter().enumerate().flat_map(of).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_went_through_is_there_in_either_form_and_order(hours in hours().prop_shuffle(), cut in any::<prop::sample::Index>()) {
        let (series, _) = read(&[("a.json", &json(&hours))]).map_err(TestCaseError::fail)?;
        let first = series.start_unix_us / 1_000_000;
        for Hour(vm, hour, cycles, size) in &hours {
            let column = series.columns.iter().find(|column| column.name == *vm).unwrap();
            let bin = usize::try_from((AT + hour * 3600 - first) / 3600).unwrap();
            prop_assert_eq!(column.bins[bin], Some(cycles * size));
        }
        for (at, column) in series.columns.iter().enumerate() {
            let own = hours.iter().filter(|hour| hour.0 == column.name).map(|hour| hour.2 * hour.3);
            prop_assert_eq!(total(&series, at), own.sum::<u64>());
        }
        let table = read(&[("a.csv", &csv(&hours))]).map_err(TestCaseError::fail)?;
        prop_assert_eq!(&table.0, &series);
        let (one, other) = hours.split_at(1 + cut.index(hours.len()));
        if !other.is_empty() {
            let parts = read(&[("a.csv", &csv(one)), ("b.json", &json(other))]).map_err(TestCaseError::fail)?;
            prop_assert_eq!(&parts.0, &series);
        }
    }
}

#[test]
fn an_option_that_the_export_leaves_no_room_for_is_told() {
    let Some(path) = case("import/07-measure-vmreplication/repl.json") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let told = |options: ChurnOptions| {
        import(&[("repl.json", text.as_bytes())], options).unwrap().1.quirks.join("\n")
    };
    let asked = ChurnOptions { values: Some(Values::Bytes), bias: Some(60), ..ChurnOptions::default() };
    assert!(told(asked).contains("Without effect, for this export tells it itself: --values, --bias."));
    assert!(!told(ChurnOptions::default()).contains("Without effect"));
}
