//! Files of measured replication: every form gives the same measurements, and what is wrong is told with its place.

use drsim::import::measured::Reading;
use drsim::mirror::{Measurement, Seen, nothing, pair};

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
        server: "hv1".into(),
        from_unix_us: Some(1_772_442_000_000_000),
        to_unix_us: 1_772_485_200_000_000,
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
    assert!(reading.told().join(" ").contains("Not used: FrequencySec, Health"), "{:?}", reading.told());
    // 2025-11-28 10:00 UTC; windows are from 09:00
    let model = MODEL.replace("2026-03-02T00:00", "2025-11-28T00:00").replace("\"web\"", "\"WEB-01\"");
    let paired = pair(&scenario(&model), &reading.measurements).unwrap();
    let sample = paired.samples[0];
    assert_eq!((sample.from, sample.to), (9 * 3_600_000_000, 10 * 3_600_000_000));
    assert_eq!((paired.windows_assumed, paired.unmeasured.len()), (1, 3));
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
    let record = |server: &str, size: u64, from: u64| {
        format!(
            r#"{{"Name":"web","PrimaryServer":"{server}","MonitoringStartTime":{from},"MonitoringEndTime":{},"AvgReplSize":{size},"SuccessReplCount":1,"MissedReplCount":0}}"#,
            from + 3600
        )
    };
    let model = scenario(MODEL);
    let pairs = |records: &[String]| pair(&model, &read(&format!("[{}]", records.join(","))).measurements);
    let at = 1_772_442_000;
    let clash = pairs(&[record("hv1", 5, at), record("hv9", 7, at)]).unwrap_err();
    assert_eq!((clash.vm.as_str(), clash.servers), ("web", ["hv1".to_owned(), "hv9".to_owned()]));
    // the same from two exports counts once; a machine that moved is one
    assert_eq!(pairs(&[record("hv1", 5, at), record("hv1", 5, at)]).unwrap().twice, 1);
    assert_eq!(pairs(&[record("hv1", 5, at), record("hv2", 7, at + 3600)]).unwrap().samples.len(), 2);
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
            .contains("no counter of `Hyper-V Replica VM(*)`")
    );
}
