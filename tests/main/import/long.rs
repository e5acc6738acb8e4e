//! Long tables of many tools: rows become series, each with its own clock, unit and meaning.

use drsim::import::churn::found::Found;
use drsim::import::{ChurnOptions, Faults, Values};
use drsim::series::Series;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::import::files::import;

fn utc() -> ChurnOptions {
    ChurnOptions { zone: Some(TimeZone::UTC), ..ChurnOptions::default() }
}

fn one(text: &str, options: ChurnOptions) -> Result<(Series, Found), Faults> {
    import(&[("x.csv", text.as_bytes())], options)
}

/// Name and bins of a column.
type Named = (String, Vec<Option<u64>>);

/// Source, and names and bins of all columns.
fn read(text: &str) -> (String, Vec<Named>) {
    let (series, found) = one(text, utc()).unwrap_or_else(|faults| panic!("{faults}\n{text}"));
    (found.source, series.columns.into_iter().map(|column| (column.name, column.bins)).collect())
}

fn column(name: &str, bins: &[u64]) -> Named {
    (name.to_owned(), bins.iter().copied().map(Some).collect())
}

#[test]
fn series_of_prometheus_are_rates_or_totals_by_their_names() {
    let rate = |time: &str, rate: u32| {
        format!(
            "{time},\"rate(node_disk_written_bytes_total{{device=\"\"sda\"\", instance=\"\"web:9100\"\"}}[5m])\",{rate}\n"
        )
    };
    let text =
        format!("Time,Series,Value\n{}{}", rate("2024-07-15 08:00:00", 10), rate("2024-07-15 08:05:00", 20));
    assert_eq!(read(&text), ("prometheus".to_owned(), vec![column("web/sda", &[3000, 6000])]));
    let total = "Time,Metric,instance,device,Value\n\
        1721030400,node_disk_written_bytes_total,web:9100,sda,1000\n1721030400,node_disk_written_bytes_total,web:9100,dm-0,1000\n\
        1721030700,node_disk_written_bytes_total,web:9100,sda,1600\n1721030700,node_disk_written_bytes_total,web:9100,dm-0,1600\n\
        1721030700,node_disk_reads_completed_total,web:9100,sda,5\n";
    assert_eq!(read(total), ("prometheus".to_owned(), vec![column("web/sda", &[600])]));
    let (_, found) = one(total, utc()).unwrap();
    assert!(found.quirks.join("\n").contains("1 series of its file is left out"), "{:?}", found.quirks);
    // a panel with a column for each series
    let panel = "\"Time\",\"{device=\"\"sda\"\", instance=\"\"web:9100\"\"}\",\"{device=\"\"sda\"\", instance=\"\"db:9100\"\"}\"\n\
        2024-07-15 08:00:00,1.00 MiB/s,512 KiB/s\n2024-07-15 08:05:00,1.00 MiB/s,0 B/s\n";
    assert_eq!(
        read(panel),
        (
            "wide".to_owned(),
            vec![column("db/sda", &[157_286_400, 0]), column("web/sda", &[314_572_800, 314_572_800])]
        )
    );
}

#[test]
fn each_tool_is_known_by_its_columns() {
    let cases = [
        (
            "azure-monitor",
            "TimeStamp,Resource,Metric,Average\n2024-07-15T08:00:00Z,web,Disk Write Bytes/sec,7\n2024-07-15T08:01:00Z,web,Disk Write Bytes/sec,8\n",
            vec![column("web", &[420, 480])],
        ),
        (
            "zabbix",
            "host,key_,clock,value\ndb,\"vfs.dev.write[sda,sps]\",1721030403,2\ndb,\"vfs.dev.write[sda,ops]\",1721030403,9\ndb,\"vfs.dev.write[sda,sps]\",1721030463,4\n",
            vec![column("db/sda", &[61_440, 122_880])],
        ),
        (
            "vrops",
            "Time,Object,Virtual Disk|Write Rate (KBps)\n\"Jul 15, 2024 8:00:00 AM\",db-01,2\n\"Jul 15, 2024 8:05:00 AM\",db-01,3\n",
            vec![column("db-01", &[600_000, 900_000])],
        ),
        (
            "live-optics",
            "Server,Disk,Time,Write Throughput (MB/s),Max Write Throughput (MB/s)\nweb,C:,07/15/2024 08:00,2,9\nweb,C:,07/15/2024 08:01,3,9\n",
            vec![column("web/C:", &[120_000_000, 180_000_000])],
        ),
        (
            "sadf",
            "# hostname;interval;timestamp;DEV;tps;rkB/s;wkB/s\nweb;600;2024-07-15 08:10:01 UTC;sda;1;2;3\nweb;600;2024-07-15 08:10:01 UTC;sda1;1;2;3\n\
             web;-1;2024-07-15 08:15:00 UTC;LINUX-RESTART (4 CPU)\n# hostname;interval;timestamp;DEV;tps;rkB/s;wkB/s\nweb;600;2024-07-15 08:20:02 UTC;sda;1;2;4\nweb;600;2024-07-15 08:20:02 UTC;sda1;1;2;4\n",
            vec![column("web/sda", &[1_843_200, 2_457_600])],
        ),
        ("get-counter", "#TYPE Selected\n\"Timestamp\",\"Path\",\"CookedValue\"\n", Vec::new()),
        (
            "get-counter",
            "\"Timestamp\",\"Path\",\"CookedValue\"\n\"7/15/2024 8:05:00 AM\",\"\\\\hv01\\physicaldisk(0 c:)\\disk write bytes/sec\",\"5.5\"\n\
             \"7/15/2024 8:05:00 AM\",\"\\\\hv01\\physicaldisk(_total)\\disk write bytes/sec\",\"5.5\"\n\
             \"7/15/2024 8:10:00 AM\",\"\\\\hv01\\physicaldisk(0 c:)\\disk write bytes/sec\",\"6\"\n",
            vec![column("hv01/0 c:", &[1650, 1800])],
        ),
        (
            "iostat",
            "Linux 5.15.0-91-generic (db-01) \t07/15/2024 \t_x86_64_\t(4 CPU)\n\n07/15/2024 08:00:00 AM\nDevice            r/s     rkB/s   w/s   wkB/s\nsda   1 2 3 999\n\n\n\
             07/15/2024 08:01:00 AM\nDevice            r/s     rkB/s   w/s   wkB/s\nsda   1 2 3 4.00\ndm-0   1 2 3 4.00\n\n\n07/15/2024 08:02:00 AM\nDevice            r/s     rkB/s   w/s   wkB/s\nsda   1 2 3 5.00\ndm-0 1 2 3 5.00\n\n",
            vec![column("db-01/sda", &[245_760, 307_200])],
        ),
        (
            "table",
            "machine;disk;time;value;unit\nweb;c;2024-07-15T08:00:00Z;2;KB/s\nweb;c;2024-07-15T08:05:00Z;1;MB/s\n",
            vec![column("web/c", &[600_000, 300_000_000])],
        ),
    ];
    for (source, text, expected) in cases {
        if !expected.is_empty() {
            assert_eq!(read(text), (source.to_owned(), expected), "{text}");
        }
    }
}

#[test]
fn what_a_long_table_leaves_open_is_asked_for() {
    let cases = [
        (
            "time,machine,value\n1721030400,web,300\n1721030700,web,600\n",
            "450 B/s at the mean, or bytes of 5m, 1 B/s",
        ),
        (
            "time,host,metric,value\n1721030400,web,CPU,3\n1721030700,web,CPU,6\n",
            "no metric of bytes written is known; there are `CPU`",
        ),
        ("time,machine,value,unit\n1721030400,web,3,mbps\n1721030700,web,6,mbps\n", "bits or of bytes"),
        (
            "time,machine,value,unit\n1721030400,web,3,B/s\n1721030400,web,6,B/s\n1721030700,web,6,B/s\n",
            "x.csv:3: the time of line 2 again for `web`, with another value",
        ),
        (
            "time,machine,value,unit\n1721030400,web,3,B/s\n1721030700,web,x,B/s\n",
            "x.csv:3: value: `x` is not a number",
        ),
        (
            "TimeStamp,Resource,Metric,Average\n1721030400,web,Disk Write Bytes,3\n1721030460,web,Disk Write Bytes,6\n",
            "--values bytes",
        ),
        (
            "host,key_,clock,value\na,vfs.dev.write[sda],1721030400,3\na,vfs.dev.write[sda],1721030460,3\n",
            "sectors of 512 bytes",
        ),
    ];
    for (text, expected) in cases {
        let message =
            one(text, ChurnOptions::default()).map(|read| panic!("{read:?}")).unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("help:"), "{expected}:\n{message}");
    }
    let text = "When,Where,How much\n1721030400,web,300\n1721030700,web,600\n";
    let columns = [("time", "When"), ("machine", "Where"), ("value", "How much")];
    let columns: Vec<(String, String)> =
        columns.iter().map(|(what, header)| ((*what).to_owned(), (*header).to_owned())).collect();
    let options = ChurnOptions { columns, values: Some(Values::Bytes), ..ChurnOptions::default() };
    let (series, found) = one(text, options).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!((found.source.as_str(), series.columns[0].name.as_str()), ("table", "web"));
    assert_eq!(series.columns[0].bins, [Some(300), Some(600)]);
    let columns = vec![("value".to_owned(), "Nothing".to_owned())];
    let message = one(text, ChurnOptions { columns, ..ChurnOptions::default() }).unwrap_err().to_string();
    assert!(message.contains("no column is headed `Nothing`"), "{message}");
}

/// A table of machines and rates; every other way to write it.
fn rows() -> impl Strategy<Value = Vec<Vec<u32>>> {
    prop::collection::vec(prop::collection::vec(0..1_000_000_u32, 12), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]

    /// Long or wide, rate or total, any delimiter and line end, rows in any order, in one file or several: one series.
    #[test]
    fn one_measurement_has_one_reading(
        rates in rows(),
        step in prop::sample::select(vec![60_u64, 300, 3600]),
        delimiter in prop::sample::select(vec![',', ';', '\t']),
        end in prop::sample::select(vec!["\n", "\r\n"]),
        order in prop::collection::vec(any::<u32>(), 36),
        cut in 0..12_usize,
    ) {
        let start = 1_721_030_400_u64;
        let machines = rates.len();
        let time = |at: usize| start + at as u64 * step;
        let line = |cells: &[String]| cells.join(&delimiter.to_string()) + end;
        let long = |rows: &[(usize, usize)]| {
            let head = line(&["time".into(), "machine".into(), "value".into(), "unit".into()]);
            let rows = rows.iter().map(|(machine, at)| line(&[time(*at).to_string(), format!("m{machine}"), rates[*machine][*at].to_string(), "B/s".into()]));
            head + &rows.collect::<String>()
        };
        let wide = |unit: &str, cell: &dyn Fn(usize, usize) -> String, times: std::ops::Range<usize>| {
            let head: Vec<String> = std::iter::once("time".to_owned()).chain((0..machines).map(|machine| format!("m{machine}{unit}"))).collect();
            let rows = times.map(|at| line(&std::iter::once(time(at).to_string()).chain((0..machines).map(|machine| cell(machine, at))).collect::<Vec<_>>()));
            line(&head) + &rows.collect::<String>()
        };
        let rate = |machine: usize, at: usize| rates[machine][at].to_string();
        let all: Vec<(usize, usize)> = (0..machines).flat_map(|machine| (0..12).map(move |at| (machine, at))).collect();
        let mut shuffled = all.clone();
        shuffled.sort_by_key(|(machine, at)| order[machine * 12 + at]);
        let series = |files: &[String], values: Option<Values>| {
            let names: Vec<String> = (0..files.len()).map(|at| format!("{at}.csv")).collect();
            let files: Vec<(&str, &[u8])> = names.iter().zip(files).map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
            import(&files, ChurnOptions { values, ..ChurnOptions::default() }).unwrap_or_else(|faults| panic!("{faults}\n{files:?}")).0
        };
        let expected = series(&[long(&all)], None);
        for (machine, column) in expected.columns.iter().enumerate() {
            let bytes: Vec<Option<u64>> = rates[machine].iter().map(|rate| Some(u64::from(*rate) * step)).collect();
            prop_assert_eq!(&column.bins, &bytes);
        }
        prop_assert_eq!(&series(&[long(&shuffled)], None), &expected);
        prop_assert_eq!(&series(&[wide(" [B/s]", &rate, 0..12)], None), &expected);
        prop_assert_eq!(&series(&[wide("", &rate, 0..12)], Some(Values::Rate)), &expected);
        if (2..11).contains(&cut) {
            prop_assert_eq!(&series(&[wide(" [B/s]", &rate, cut..12), wide(" [B/s]", &rate, 0..cut)], None), &expected);
        }
        if machines > 1 {
            let halves = [long(&all[..12]), long(&all[12..])];
            prop_assert_eq!(&series(&halves, None), &expected);
        }
        // read at the end of each bin, a running total has risen by the bytes of the bin
        let total = |machine: usize, at: usize| (0..at).map(|at| u64::from(rates[machine][at]) * step).sum::<u64>().to_string();
        prop_assert_eq!(&series(&[wide(" written_bytes_total", &total, 0..13)], None).columns.iter().map(|column| column.bins.clone()).collect::<Vec<_>>(),
            &expected.columns.iter().map(|column| column.bins.clone()).collect::<Vec<_>>());
        prop_assert!(import(&[("x.csv", wide("", &rate, 0..12).as_bytes())], ChurnOptions::default()).is_err());
    }
}

/// What Prometheus answers, in one line as it writes it, or in several.
fn answer(result: &str) -> String {
    format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":[{result}]}}}}"#)
}

#[test]
fn the_api_of_prometheus_is_read_like_its_tables() {
    let series = |labels: &str, values: &str| format!(r#"{{"metric":{{{labels}}},"values":[{values}]}}"#);
    let name = r#""__name__":"node_disk_written_bytes_total","#;
    let sda = format!(r#"{name}"device":"sda","instance":"web:9100","job":"node""#);
    let totals =
        series(&sda, r#"[1721030400,"1000"],[1721030700.000,"1600"],[1721031000,"NaN"],[1721031300,"2200"]"#);
    let reads = series(
        r#""__name__":"node_disk_reads_completed_total","device":"sda","instance":"web:9100""#,
        r#"[1721030400,"7"]"#,
    );
    let (source, columns) = read(&answer(&[totals, reads].join(",\n")));
    assert_eq!((source.as_str(), columns), ("prometheus-api", vec![column("web/sda", &[600, 300, 300])]));
    let (_, found) =
        one(&answer(&series(&sda, r#"[1721030400,"1000"],[1721030700,"-Inf"],[1721031000,"2200"]"#)), utc())
            .unwrap();
    assert!(found.quirks.join("\n").contains("no value"), "{:?}", found.quirks);
    // a rate has lost its name
    let rate = answer(&series(
        r#""device":"sda","instance":"web:9100""#,
        r#"[1721030400,"10.024"],[1721030700,"20"]"#,
    ));
    let message = one(&rate, utc()).unwrap_err().to_string();
    assert!(
        message.contains("nothing says what the numbers of `web` are") && message.contains("--values rate"),
        "{message}"
    );
    let (series_of_rate, _) = one(&rate, ChurnOptions { values: Some(Values::Rate), ..utc() }).unwrap();
    assert_eq!(series_of_rate.columns[0].bins, [Some(3007), Some(6000)]);
    let values = r#"[1721030400,"1"]"#;
    let cases = [
        (
            answer(&[series(&sda, values), series(&sda.replace("node\"", "other\""), values)].join(",")),
            "two series are of `web/sda`, and differ in other labels",
        ),
        (
            answer(&series(&sda, values)).replace("matrix", "vector"),
            "the answer is a vector, not samples over a time",
        ),
        (
            answer(&series(&sda, "[1721030400,\"1\"],\n[1721030700,\"x\"]")),
            "x.csv:2: value: `x` is not a number",
        ),
        (answer(&series(&sda, "[1721030400,\"1\"],\n[1721030700,7]")), "x.csv:2: the JSON cannot be read"),
        (answer(""), "there are no rows below the header"),
        (
            r#"{"status":"error","error":"bad_data"}"#.to_owned(),
            "this is JSON, not a table, and of no kind that is known",
        ),
    ];
    for (text, expected) in cases {
        let message =
            one(&text, utc()).map(|(series, _)| panic!("{expected}: {series:?}")).unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("help:"), "{expected}:\n{message}");
    }
}

#[test]
fn sadf_is_read_from_json_as_from_its_table() {
    let disk = |name: &str, written: &str| {
        format!(r#"{{"disk-device": "{name}", "tps": 1.00, {written}, "await": 0.10}}"#)
    };
    let record = |time: &str, utc: u8, disks: &[String]| {
        format!(
            r#"{{"timestamp": {{"date": "2024-07-15", "time": "{time}", "utc": {utc}, "interval": 600}}, "disk": [{}]}}"#,
            disks.join(",\n")
        )
    };
    let whole = |records: &[String]| {
        format!(
            "{{\"sysstat\": {{\"hosts\": [{{\"nodename\": \"web\", \"machine\": \"x86_64\", \"statistics\": [\n{}],\n\"restarts\": [{{\"boot\": {{}}}}]}}]}}}}",
            records.join(",\n")
        )
    };
    let two = |utc: u8, a: &str, b: &str| {
        whole(&[
            record("08:10:01", utc, &[disk("sda", a), disk("sda1", a)]),
            record("08:20:02", utc, &[disk("sda", b), disk("sda1", b)]),
        ])
    };
    let expected = ("sadf-json".to_owned(), vec![column("web/sda", &[1_843_200, 2_457_600])]);
    assert_eq!(read(&two(1, r#""rkB": 2.00, "wkB": 3.00"#, r#""rkB": 2.00, "wkB": 4.00"#)), expected);
    assert_eq!(read(&two(0, r#""wr_sec": 6.00"#, r#""wr_sec": 8.00"#)), expected);
    let local = two(0, r#""wkB": 3.00"#, r#""wkB": 4.00"#);
    let cases = [
        (local.clone(), "`2024-07-15 08:10:01` is a local time"),
        (two(1, r#""wkB": -3.00"#, r#""wkB": -4.00"#), "x.csv:2: wkB/s: `-3.0` is negative"),
        (local.replace("wkB", "rkB"), "no disk has bytes written, as wkB or wr_sec"),
    ];
    for (text, expected) in cases {
        let message = one(&text, ChurnOptions::default()).unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("x.csv"), "{expected}:\n{message}");
    }
    // lines are those of the JSON
    let (_, found) = one(&two(1, r#""wkB": 3.00"#, r#""wkB": 1e30"#), utc()).unwrap();
    assert!(
        found.quirks.join("\n").contains("too large to be true, the first in line 4"),
        "{:?}",
        found.quirks
    );
}
