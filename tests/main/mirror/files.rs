//! Files of measured replication: every form gives the same measurements, and what is wrong is told with its place.

use drsim::import::measured::Reading;
use drsim::mirror::{Measurement, Seen, nothing, pair};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{MODEL, read};
use crate::file::scenario;
use crate::shared::case;

fn refused(text: &str) -> String {
    let mut reading = Reading::default();
    reading.file("m", text.as_bytes(), None).expect_err("it makes no sense").to_string()
}

fn wanted() -> Measurement {
    Measurement {
        vm: "web".into(),
        id: String::new(),
        server: "hv1".into(),
        from_unix_us: Some(1_772_442_000_000_000),
        to_unix_us: 1_772_485_200_000_000,
        every_us: None,
        seen: Seen {
            cycles: Some(144),
            missed: Some(4),
            size: Some(52_428_800),
            size_max: Some(99_614_720),
            latency: Some(41_500_000),
            latency_max: Some(125_000_000),
            pending: Some(1_048_576),
            age: Some(120_000_000),
        },
    }
}

#[test]
fn one_measurement_is_read_alike_from_every_form() {
    let forms = [
        // Windows PowerShell
        r#"[{"Name":"web","Mode":1,"PrimaryServer":"hv1","MonitoringStartTime":"\/Date(1772442000000)\/","MonitoringEndTime":"\/Date(1772485200000)\/","LastReplicationTime":{"value":"\/Date(1772485080000)\/","DateTime":"Monday"},"AvgReplSize":52428800,"MaxReplSize":99614720,"AvgLatency":{"Ticks":415000000,"TotalSeconds":41.5},"MaxLatency":{"TotalSeconds":125.0},"SuccessReplCount":140,"MissedReplCount":4,"PendReplSize":1048576}]"#,
        // PowerShell 7
        r#"{"Name":"web","ReplicationMode":"Primary","PrimaryServer":"hv1","MonitoringStartTime":"2026-03-02T10:00:00+01:00","MonitoringEndTime":"2026-03-02T21:00:00.0000000Z","LastReplicationTime":"2026-03-02T20:58:00Z","AverageReplicationSize":52428800,"MaximumReplicationSize":99614720,"AverageReplicationLatency":"00:00:41.5000000","MaximumReplicationLatency":"00:02:05","SuccessfulReplicationCount":140,"MissedReplicationCount":4,"PendingReplicationSize":1048576}"#,
        // the service's own, totals instead of means
        r#"{"value":[{"VMName":"web","PrimaryServer":"hv1","StartStatisticTime":1772442000,"EndStatisticTime":1772485200,"LastReplicationTime":1772485080,"ReplicationSize":7340032000,"MaxReplicationSize":99614720,"ReplicationLatency":5810,"MaxReplicationLatency":125,"ReplicationSuccessCount":140,"ReplicationMissCount":4,"PendingReplicationSize":1048576}],"Count":1}"#,
        // Export-Csv, with the type and with the list separator of a language that has decimal commas
        "#TYPE Selected.Microsoft.HyperV.PowerShell.VMReplication\r\n\"Name\";\"PrimaryServer\";\"MonitoringStartTime\";\"MonitoringEndTime\";\"LastReplicationTime\";\"AverageReplicationSize\";\"MaximumReplicationSize\";\"AverageReplicationLatency\";\"MaximumReplicationLatency\";\"SuccessfulReplicationCount\";\"MissedReplicationCount\";\"PendingReplicationSize\"\r\n\"web\";\"hv1\";\"2026-03-02T09:00:00Z\";\"2026-03-02T21:00:00Z\";\"2026-03-02T20:58:00Z\";\"52428800\";\"99614720\";\"00:00:41.5\";\"00:02:05\";\"140\";\"4\";\"1048576\"\r\n",
        // a result of drsim
        r#"{"schema_version":"1.0","statistics":[{"vm":"web","primary_server":"hv1","from":"2026-03-02T09:00:00+00:00","to":"2026-03-02T21:00:00+00:00","last_received":"2026-03-02T20:58:00+00:00","size_mean_bytes":52428800,"size_max_bytes":99614720,"latency_mean_s":41.5,"latency_max_s":125.0,"cycles_successful":140,"cycles_missed":4,"pending_bytes":1048576}],"vms":[{"name":"web","pending_bytes":7}]}"#,
    ];
    for form in forms {
        assert_eq!(read(form).measurements, [wanted()], "{form}");
        let wide: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(form.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let mut reading = Reading::default();
        reading.file("m", wide.as_slice(), None).unwrap();
        assert_eq!(reading.measurements, [wanted()]);
    }
}

#[test]
fn a_record_without_an_interval_is_of_the_product_s_window() {
    let Some(path) = case("import/07-measure-vmreplication/repl.json") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let reading = read(&text);
    let [measured] = &reading.measurements[..] else { panic!("{reading:?}") };
    assert_eq!((measured.from_unix_us, measured.to_unix_us), (None, 1_764_324_000_000_000));
    assert_eq!((measured.seen.size, measured.seen.latency), (Some(52_428_800), Some(41_000_000)));
    assert_eq!(
        measured.seen.age, None,
        "the last replication is when it was measured, for want of another instant"
    );
    assert!(reading.told().join(" ").contains("Not used: Health"), "{:?}", reading.told());
    // 2025-11-28 10:00 UTC; windows are from 09:00
    let model = MODEL.replace("2026-03-02T00:00", "2025-11-28T00:00").replace("\"web\"", "\"WEB-01\"");
    let paired = pair(&scenario(&model), &reading.measurements).unwrap();
    let sample = paired.samples[0];
    assert_eq!((sample.from, sample.to), (9 * 3_600_000_000, 10 * 3_600_000_000));
    assert_eq!((paired.windows_assumed, paired.unmeasured.len()), (1, 3));
    // FrequencySec is 300
    let is_other =
        |model: &str| !pair(&scenario(model), &reading.measurements).unwrap().other_frequency.is_empty();
    assert!(!is_other(&model) && is_other(&model.replace("interval: \"5m\"", "interval: \"30s\"")));
}

#[test]
fn a_replica_s_own_records_are_no_cycles_of_the_source() {
    let record = |mode: &str, kind: &str| {
        format!(
            r#"[{{"Name":"web","ReplicationMode":{mode},"RelationshipType":{kind},"MonitoringEndTime":1772485200,"AvgReplSize":7,"SuccessReplCount":1,"MissedReplCount":0}}]"#
        )
    };
    assert_eq!(read(&record("1", "0")).measurements.len(), 1);
    for (mode, kind) in [
        ("2", "0"),
        ("\"Replica\"", "0"),
        ("3", "1"),
        ("\"ExtendedReplica\"", "\"Extended\""),
        ("1", "\"Extended\""),
    ] {
        let reading = read(&record(mode, kind));
        assert_eq!((reading.measurements.len(), reading.other_side), (0, 1), "{mode} {kind}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_a_remedy() {
    let record = |cells: &str| {
        format!(r#"[{{"Name":"a","AvgReplSize":1,"MonitoringEndTime":1772485200}},{{"Name":"web",{cells}}}]"#)
    };
    for (text, expected) in [
        (
            record(r#""AvgReplSize":"50 MB","MonitoringEndTime":1772485200"#),
            "m: record 2: AvgReplSize: `50 MB` is no whole number",
        ),
        (record(r#""AvgReplSize":-5,"MonitoringEndTime":1772485200"#), "AvgReplSize: `-5` is negative"),
        (
            record(r#""AvgReplSize":5,"MonitoringEndTime":"2026-03-02T09:00:00""#),
            "MonitoringEndTime: `2026-03-02T09:00:00` has no offset",
        ),
        (
            record(r#""AvgReplSize":5,"MonitoringEndTime":"3/2/2026 9:00 AM""#),
            "may be read in more than one way",
        ),
        (record(r#""AvgReplSize":5"#), "nothing says when `web` was measured"),
        (
            record(r#""AvgLatency":"41,5","MonitoringEndTime":1772485200"#),
            "AvgLatency: `41,5` is no time that something takes",
        ),
        (
            record(r#""AvgReplSize":5,"MonitoringStartTime":1772485200,"MonitoringEndTime":1772485200"#),
            "the interval ends before it begins",
        ),
        (r#"[{"Name":"a","State":2}]"#.into(), "there is no measurement of replication in this JSON"),
        (r#"[{"Name":"a""#.into(), "m:1: the JSON cannot be read"),
        ("a,b\n1,2\n".into(), "m:1: this is no table of measured replication: its header is `a`, `b`"),
        (
            "Name,AvgReplSize,MonitoringEndTime\nweb,5,1772485200\nweb,1.024,1772485200\n".into(),
            "m:3: AvgReplSize: `1.024` is no whole number",
        ),
        ("Name,AvgReplSize,MonitoringEndTime\nweb,5\n".into(), "m:2: the row has 2 columns, the header 3"),
    ] {
        let told = refused(&text);
        assert!(told.contains(expected) && told.contains("help:"), "{expected}:\n{told}");
    }
}

#[test]
fn a_name_alone_is_no_machine() {
    let record = |who: &str, size: u64, from: u64, hours: u64| {
        format!(
            r#"{{"Name":"web",{who},"MonitoringStartTime":{from},"MonitoringEndTime":{},"AvgReplSize":{size},"SuccessReplCount":1,"MissedReplCount":0}}"#,
            from + hours * 3600
        )
    };
    let model = scenario(MODEL);
    let pairs = |records: &[String]| pair(&model, &read(&format!("[{}]", records.join(","))).measurements);
    let (at, hv1, hv9) = (1_772_442_000, r#""PrimaryServer":"hv1""#, r#""PrimaryServer":"hv9""#);
    let clash = pairs(&[record(hv1, 5, at, 1), record(hv9, 7, at, 1)]).unwrap_err();
    assert_eq!((clash.vm.as_str(), clash.which), ("web", ["hv1".to_owned(), "hv9".to_owned()]));
    // an interval of the one within a longer one of the other, with one of its own after it
    let nested = [record(hv9, 7, at, 2), record(hv1, 5, at + 7200, 1), record(hv1, 5, at, 4)];
    assert!(pairs(&nested).is_err());
    // without host and identity, what differs is of two
    let nowhere = r#""Mode":1"#;
    assert!(pairs(&[record(nowhere, 5, at, 1), record(nowhere, 7, at, 1)]).is_err());
    assert_eq!(pairs(&[record(nowhere, 5, at, 1), record(nowhere, 5, at, 1)]).unwrap().twice, 1);
    // of one machine an interval counts once, the first record; one that moved is told by its identity, or by the time
    let again = pairs(&[record(hv1, 5, at, 1), record(hv1, 7, at, 1)]).unwrap();
    assert_eq!((again.twice, again.samples[0].measured.size), (1, Some(5)));
    assert_eq!(pairs(&[record(hv1, 5, at, 1), record(hv9, 7, at + 3600, 1)]).unwrap().samples.len(), 2);
    let moved = [format!(r#""VMId":"a",{hv1}"#), format!(r#""VMId":"a",{hv9}"#)];
    assert_eq!(pairs(&[record(&moved[0], 5, at, 1), record(&moved[1], 7, at, 2)]).unwrap().samples.len(), 2);
    let two = [format!(r#""VMId":"a",{hv1}"#), format!(r#""VMId":"b",{hv1}"#)];
    assert!(pairs(&[record(&two[0], 5, at, 1), record(&two[1], 7, at, 1)]).is_err());
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 200,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    }
}

/// Machines `m0`, `m1`, … with random numbers: bytes, µs, successes, misses.
fn numbers() -> impl Strategy<Value = Vec<(u64, u64, u64, u64)>> {
    prop::collection::vec((1..1_u64 << 50, 1..1_u64 << 40, 1..500_u64, 0..500_u64), 1..5)
}

/// The same machines as a table with this separator, and as JSON of both PowerShells.
fn written(machines: &[(u64, u64, u64, u64)], separator: char) -> [String; 3] {
    let clock = |us: u64| {
        let (s, days) = (us / 1_000_000, us / 86_400_000_000);
        format!("{days}.{:02}:{:02}:{:02}.{:06}0", s / 3600 % 24, s / 60 % 60, s % 60, us % 1_000_000)
    };
    let names = [
        "Name",
        "MonitoringStartTime",
        "MonitoringEndTime",
        "AverageReplicationSize",
        "AverageReplicationLatency",
        "SuccessfulReplicationCount",
        "MissedReplicationCount",
    ];
    let mut table: String = names.map(|name| format!("\"{name}\"")).join(&separator.to_string()) + "\r\n";
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for (at, (size, latency, successes, missed)) in machines.iter().enumerate() {
        let cells = [
            format!("m{at}"),
            "2026-03-02T09:00:00.0000000+01:00".into(),
            "2026-03-02T20:00:00Z".into(),
            size.to_string(),
            clock(*latency),
            successes.to_string(),
            missed.to_string(),
        ];
        table += &(cells.map(|cell| format!("\"{cell}\"")).join(&separator.to_string()) + "\r\n");
        old.push(format!(r#"{{"VMName":"m{at}","MonitoringStartTime":"\/Date(1772438400000)\/","MonitoringEndTime":"\/Date(1772481600000)\/","AvgReplSize":{size},"AvgLatency":{{"Ticks":{},"Days":0}},"SuccessReplCount":{successes},"MissedReplCount":{missed}}}"#, latency * 10));
        new.push(format!(r#"{{"MissedReplicationCount":{missed},"SuccessfulReplicationCount":"{successes}","AverageReplicationLatency":"{}","AverageReplicationSize":{size},"MonitoringEndTime":"2026-03-02T20:00:00Z","MonitoringStartTime":"2026-03-02T09:00:00+01:00","Name":"m{at}"}}"#, clock(*latency)));
    }
    [table, format!("[{}]", old.join(",")), format!("{{\"value\":[{}]}}", new.join(","))]
}

#[test]
fn a_table_gives_the_same_numbers_in_every_convention() {
    proptest!(config(), |(machines in numbers(), separator in prop::sample::select(vec![',', ';', '\t']))| {
        for text in written(&machines, separator) {
            let read = read(&text).measurements;
            let told: Vec<_> = read.iter().map(|it| (it.seen.size.unwrap(), it.seen.latency.unwrap(), it.seen.cycles.unwrap() - it.seen.missed.unwrap(), it.seen.missed.unwrap())).collect();
            prop_assert_eq!(&told, &machines, "{}", text);
            prop_assert!(read.iter().all(|it| (it.from_unix_us, it.to_unix_us) == (Some(1_772_438_400_000_000), 1_772_481_600_000_000)));
        }
    });
}

#[test]
fn a_change_of_one_cell_changes_one_machine_or_is_refused() {
    proptest!(config(), |(machines in numbers(), row in any::<prop::sample::Index>(), mark in prop::sample::select(vec![".", ",", " ", "-", "K", "e3", "'"]), column in 3..7_usize, place in any::<prop::sample::Index>())| {
        let [table, ..] = written(&machines, ';');
        let row = 1 + row.index(machines.len());
        let mut lines: Vec<Vec<String>> = table.lines().map(|line| line.split(';').map(str::to_owned).collect()).collect();
        let cell = &mut lines[row][column];
        cell.insert_str(1 + place.index(cell.len() - 1), mark);
        let changed = lines.iter().map(|cells| cells.join(";")).collect::<Vec<_>>().join("\r\n");
        let mut reading = Reading::default();
        match reading.file("m", changed.as_bytes(), None) {
            Err(faults) => prop_assert!(faults.list.iter().all(|fault| fault.line == Some(row as u64 + 1)), "{}", faults),
            Ok(()) => {
                let before = read(&table).measurements;
                for (at, it) in reading.measurements.iter().enumerate() {
                    // blanks at the ends of a cell mean nothing
                    prop_assert!(at + 1 == row && mark == " " || *it == before[at], "{}", changed);
                }
            }
        }
    });
}

#[test]
fn two_columns_of_one_meaning_agree_or_are_refused() {
    let text = |other: u64| {
        format!("Name,AvgReplSize,AverageReplicationSize,MonitoringEndTime\nweb,5,{other},1772485200\n")
    };
    assert_eq!(read(&text(5)).measurements.len(), 1);
    assert!(refused(&text(6)).contains("m:2: AvgReplSize: it says otherwise than `AverageReplicationSize`"));
}

#[test]
fn what_is_not_of_the_scenario_is_left_out_and_told() {
    let model = scenario(MODEL);
    let one = |name: &str, at: u64| {
        read(&format!(
            r#"[{{"Name":"{name}","MonitoringStartTime":{},"MonitoringEndTime":{at},"AvgReplSize":5,"SuccessReplCount":1,"MissedReplCount":0}}]"#,
            at - 3600
        ))
    };
    let paired = pair(&model, &one("web", 1_704_067_200).measurements).unwrap();
    assert_eq!((paired.outside, paired.samples.len()), (1, 0));
    let (what, remedy) = nothing(&model, &paired);
    assert!(
        what.contains("from 2023-12-31T23:00:00Z to 2024-01-01T00:00:00Z, the run from 2026-03-02T00:00:00Z"),
        "{what}"
    );
    assert!(remedy.contains("--set \"start="), "{remedy}");
    let paired = pair(&model, &one("nobody", 1_772_485_200).measurements).unwrap();
    assert!(nothing(&model, &paired).0.ends_with("of the scenario: nobody"), "{paired:?}");
}

#[test]
fn a_log_of_counters_is_read_cycle_by_cycle() {
    let path = |counter: &str| format!(r"\\HV01\Hyper-V Replica VM(web)\{counter}");
    let log = |zone: &str, rows: &str| {
        let columns =
            ["Last Replication Size", "Replication Latency", "Replication Count", "Network Bytes Sent"];
        let columns: Vec<String> = columns.iter().map(|it| format!("\"{}\"", path(it))).collect();
        format!("\"(PDH-CSV 4.0) {zone}\",{}\r\n{rows}", columns.join(","))
    };
    // 09:05 UTC on: a first sample, two cycles, one seen twice, a blank, two at once, and one in the next hour
    let rows = [
        ("10:05:00.123", "100.0", "1.0", "7"),
        ("10:10:00.120", "1000.000000", "4.500000", "8"),
        ("10:15:00.119", "3000.000000", "5.500000", "9"),
        ("10:16:00.119", "3000.000000", "5.500000", "9"),
        ("10:20:00.119", " ", " ", " "),
        ("10:25:00.119", "9000.0", "9.0", "11"),
        ("11:05:00.119", "5000.0", "2.0", "12"),
        ("11:10:00.000", "5000.0", "2.0", "12"),
    ];
    let rows: String = rows
        .iter()
        .map(|(at, size, latency, count)| {
            format!("\"03/02/2026 {at}\",\"{size}\",\"{latency}\",\"{count}\",\"1\"\r\n")
        })
        .collect();
    let reading = read(&log("(W. Europe Standard Time)(-60)", &rows));
    let told: Vec<_> = reading
        .measurements
        .iter()
        .map(|it| (it.vm.as_str(), it.server.as_str(), it.seen.size, it.seen.latency, it.seen.size_max))
        .collect();
    assert_eq!(
        told,
        [
            ("web", "HV01", Some(2000), Some(5_000_000), Some(3000)),
            ("web", "HV01", Some(5000), Some(2_000_000), Some(5000))
        ]
    );
    // from the first sample, 09:05:00.123 UTC, to the hour; from the hour to the last
    let times: Vec<_> = reading.measurements.iter().map(|it| (it.from_unix_us, it.to_unix_us)).collect();
    assert_eq!(
        times,
        [
            (Some(1_772_442_300_123_000), 1_772_445_600_000_000),
            (Some(1_772_445_600_000_000), 1_772_446_200_000_000)
        ]
    );
    assert_eq!(reading.gaps, 3);
    assert!(reading.told().join(" ").contains("Not used: network bytes sent"), "{:?}", reading.told());
    // cut at its zone: by --zone alone
    let mut zoned = Reading::default();
    let berlin = jiff::tz::TimeZoneDatabase::bundled().get("Europe/Berlin").unwrap();
    zoned.file("m", log("(W. Europe", &rows).as_bytes(), Some(&berlin)).unwrap();
    assert_eq!(zoned.measurements, reading.measurements);
    assert!(refused(&log("(W. Europe", &rows)).contains("say --zone"));
    let comma = rows.replace("1000.000000", "1000,000000");
    let told = refused(&log("(UTC)(0)", &comma));
    assert!(told.starts_with("m:3:") && told.contains("is written with a comma"), "{told}");
    assert!(
        refused("\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\A\\Processor(0)\\x\"\r\n")
            .contains("no size and no latency of `Hyper-V Replica VM(*)`")
    );
}
