//! Files that lie about their size, or whose reading grows with the square of it.

use crate::hostile::{BASE, drsim, temporary};
use crate::shared::case;

/// Four thousand million texts in a few hundred bytes: 100 GB would be asked for.
#[test]
fn a_workbook_that_promises_more_texts_than_it_has_bytes_is_refused() {
    let Some(path) = case("hostile/shared-strings.xlsx") else { return };
    let folder = temporary();
    let out = folder.path().join("out.ron");
    let (code, _, told) =
        drsim(&["import", "inventory", path.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert_eq!((code, out.exists()), (2, false), "{told}");
    assert!(told.contains("says it has 4294967296 texts, in 1"), "{told}");
}

/// As `attrs.py` writes it, with a quote in a comment before it, which hides nothing.
#[test]
fn an_element_with_very_many_attributes_is_refused_at_once() {
    let attributes: Vec<String> = (0..300_000).map(|index| format!("a{index}=\"x\"")).collect();
    let text = format!("<!-- don't -->\n<graphml><graph><node {}/></graph></graphml>", attributes.join(" "));
    let folder = temporary();
    let (file, out) = (folder.path().join("attrs.graphml"), folder.path().join("out.ron"));
    std::fs::write(&file, text).unwrap();
    let (code, _, told) = drsim(&["import", "topology", file.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert_eq!((code, out.exists()), (2, false), "{told}");
    assert!(told.contains("attrs.graphml:2:") && told.contains("more than 1000 attributes"), "{told}");
}

/// Three gigabytes that begin as something else: the first bytes are enough, whatever the name says.
#[test]
fn what_no_import_reads_is_told_by_its_first_bytes() {
    let folder = temporary();
    let out = folder.path().join("out.file");
    for (first, name, what) in [
        (&b"PK\x03\x04"[..], "week.csv", "this is a zip archive or a workbook"),
        (b"\xd0\xcf\x11\xe0", "week.csv", "this is an old workbook (.xls)"),
        (b"PAR1\x15\x04", "week.csv", "this is a Parquet file"),
        (b"SQLite format 3\0", "week.csv", "this is a database"),
        (b"%PDF-1.7", "week.csv", "this is a PDF document"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, first).unwrap();
        std::fs::File::options().write(true).open(&file).unwrap().set_len(3 << 30).unwrap();
        for import in ["churn", "topology"] {
            let (code, _, told) =
                drsim(&["import", import, file.to_str().unwrap(), "-o", out.to_str().unwrap()]);
            assert_eq!((code, out.exists()), (2, false), "{told}");
            // a workbook may hold measurements, but no network
            let what = if first == b"PK\x03\x04" && import == "churn" {
                "a workbook of more than 64 MiB"
            } else {
                what
            };
            assert!(told.contains(what) && told.contains("week.csv") && told.contains("help: "), "{told}");
        }
    }
}

/// A pipe that nobody writes to would be waited for without end, and a device has no end.
#[cfg(unix)]
#[test]
fn an_import_opens_regular_files() {
    let folder = temporary();
    let (pipe, out) = (folder.path().join("pipe.csv"), folder.path().join("out.file"));
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for import in ["churn", "inventory", "topology"] {
        for input in [pipe.to_str().unwrap(), "/dev/zero"] {
            let (code, _, told) = drsim(&["import", import, input, "-o", out.to_str().unwrap()]);
            assert_eq!((code, out.exists()), (2, false), "{told}");
            assert!(told.contains("a device, a pipe or a socket") && told.contains(input), "{told}");
        }
    }
    let scenario = folder.path().join("main.ron");
    std::fs::write(&scenario, BASE).unwrap();
    for input in [pipe.to_str().unwrap(), "/dev/zero"] {
        let (code, _, told) = drsim(&["compare", scenario.to_str().unwrap(), "--measured", input]);
        assert!(code == 2 && told.contains("a device, a pipe or a socket"), "{told}");
    }
}

/// Each of them covers all that begin after it: hundreds of millions of pieces in every run.
#[test]
fn measurements_that_overlap_are_counted_before_they_are_gone_through() {
    let folder = temporary();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("main.ron"), BASE).unwrap();
    let record = |at: u64| {
        let (second, half, hour) = (at / 2, at % 2 * 5, 4 + at % 2);
        let begin = format!("{}:{:02}:{:02}.{half}", second / 3600, second / 60 % 60, second % 60);
        format!(
            "{{\"Name\":\"x\",\"MonitoringStartTime\":\"2026-03-02T0{begin}Z\",\
             \"MonitoringEndTime\":\"2026-03-02T0{hour}:00:00Z\",\"AverageReplicationSize\":30000000}}"
        )
    };
    let records: Vec<String> = (0..28_000).map(record).collect();
    std::fs::write(at("in.json"), format!("[{}]", records.join(","))).unwrap();
    let (code, said, told) = drsim(&["compare", &at("main.ron"), "--measured", &at("in.json")]);
    assert_eq!((code, said.as_str()), (2, ""), "{told}");
    assert!(told.contains("billion steps") && told.contains("compare a part of the measurements"), "{told}");
}

/// Each record is of a machine of its own, one after the other: each was held against all before it.
#[test]
fn as_many_machines_of_one_name_as_records_are_told_apart_at_once() {
    let folder = temporary();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("main.ron"), BASE).unwrap();
    let time = |at: u64| format!("2026-03-02T0{}:{:02}:{:02}Z", at / 3600, at / 60 % 60, at % 60);
    let record = |second: u64| {
        format!(
            "{{\"Name\":\"x\",\"VMId\":\"{second}\",\"MonitoringStartTime\":\"{}\",\"MonitoringEndTime\":\"{}\",\
             \"AverageReplicationSize\":30000000}}",
            time(second),
            time(second + 1)
        )
    };
    let records: Vec<String> = (0..17_000).map(record).collect();
    let (last, other) = (record(16_990), record(16_990).replace("\"16990\"", "\"other\""));
    std::fs::write(at("in.json"), format!("[{},{last},{other}]", records.join(","))).unwrap();
    let (code, said, told) = drsim(&["compare", &at("main.ron"), "--measured", &at("in.json")]);
    assert_eq!((code, said.as_str()), (2, ""), "{told}");
    assert!(told.contains("16990") && told.contains("other"), "{told}");
}

/// No table, and what reads it is named.
#[test]
fn json_is_no_table_of_measurements() {
    let folder = temporary();
    let (file, out) = (folder.path().join("repl.json.csv"), folder.path().join("out.series"));
    for text in [
        "[{\"Name\": \"web\", \"MemoryStartup\": 52428800}]\n",
        "\n {\"Name\": \"web\"}\n",
        "[{\"Name\": \"web\", \"AvgReplSize\": 5",
    ] {
        std::fs::write(&file, text).unwrap();
        let (code, _, told) =
            drsim(&["import", "churn", file.to_str().unwrap(), "-o", out.to_str().unwrap()]);
        assert_eq!((code, out.exists()), (2, false), "{told}");
        assert!(
            told.contains("this is JSON, not a table") && told.contains("`drsim import inventory`"),
            "{told}"
        );
    }
}

/// Readers of JSON keep the last of two properties of one name in silence: nobody knows which is meant.
#[test]
fn a_property_that_is_there_twice_is_refused_by_every_reader() {
    let folder = temporary();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let series = "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"__name__\":\
                  \"node_disk_written_bytes_total\",\"instance\":\"web\",\"device\":\"sda\"},\
                  \"values\":[[1762000000,\"1\"],[1762000300,\"2\"]]}]}}";
    let machine = "[{\"Name\":\"web\",\"VMId\":\"1\",\"ComputerName\":\"h\",\"MemoryStartup\":1073741824}]";
    let network = "{\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"edges\":[{\"source\":\"a\",\"target\":\"b\",\"dist\":100}]}";
    let measured = "[{\"Name\":\"x\",\"MonitoringStartTime\":\"2026-03-02T01:00:00Z\",\
                    \"MonitoringEndTime\":\"2026-03-02T03:00:00Z\",\"AverageReplicationSize\":3000}]";
    std::fs::write(at("main.ron"), BASE).unwrap();
    for (text, once, twice, words) in [
        (
            series,
            "\"device\":\"sda\"",
            "\"device\":\"sda\",\"device\":\"sdb\"",
            &["import", "churn", "-o", "o.series"][..],
        ),
        (
            machine,
            "\"Name\":\"web\"",
            "\"Name\":\"web\",\"Name\":\"sql\"",
            &["import", "inventory", "-o", "o.ron"],
        ),
        (network, "\"dist\":100", "\"dist\":100,\"dist\":1", &["import", "topology", "-o", "o.ron"]),
        (measured, "\"Name\":\"x\"", "\"Name\":\"y\",\"Name\":\"x\"", &["compare", "main.ron", "--measured"]),
    ] {
        assert!(text.contains(once));
        std::fs::write(at("in.json"), text.replacen(once, twice, 1)).unwrap();
        let words: Vec<String> = words
            .iter()
            .map(|word| if word.contains('.') { at(word) } else { (*word).to_owned() })
            .chain([at("in.json")])
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (code, said, told) = drsim(&words);
        assert_eq!((code, said.as_str()), (2, ""), "{told}");
        let name = twice.split('"').nth(1).unwrap();
        assert!(told.contains("in.json") && told.contains(&format!("property `{name}` is th")), "{told}");
    }
}

/// What Prometheus answers has no line breaks, whatever its length.
#[test]
fn json_in_one_long_line_is_read() {
    let folder = temporary();
    let (file, out) = (folder.path().join("week.json"), folder.path().join("week.series"));
    let series = |machine: usize| {
        let samples: Vec<String> = (0..2000)
            .map(|at: u64| format!("[{},\"{}\"]", 1_762_000_000 + 300 * at, 3_000_000 * at))
            .collect();
        format!(
            "{{\"metric\":{{\"instance\":\"w{machine}\",\"device\":\"sda\"}},\"values\":[{}]}}",
            samples.join(",")
        )
    };
    let all: Vec<String> = (0..30).map(series).collect();
    let text = format!(
        "{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{}]}}}}",
        all.join(",")
    );
    assert!(text.len() > 1 << 20 && !text.contains('\n'));
    std::fs::write(&file, text).unwrap();
    let words = ["import", "churn", file.to_str().unwrap(), "--values", "total", "-o", out.to_str().unwrap()];
    let (code, said, told) = drsim(&words);
    assert_eq!(code, 0, "{told}");
    assert!(said.contains("30 columns"), "{said}");
}
