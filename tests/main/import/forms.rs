//! The same measurement in other forms of the same tool: JSON, lines of JSON, lines without a header.

use drsim::import::ChurnOptions;
use jiff::tz::TimeZone;

use crate::import::files::import;

/// Names and bins of all columns.
type Columns = Vec<(String, Vec<u64>)>;

/// Source and columns; or what is wrong.
fn read(text: &str) -> Result<(String, Columns), String> {
    let options = ChurnOptions { zone: Some(TimeZone::UTC), ..ChurnOptions::default() };
    let (series, found) = import(&[("x", text.as_bytes())], options).map_err(|faults| faults.to_string())?;
    let bins = |bins: Vec<Option<u64>>| bins.into_iter().flatten().collect();
    Ok((found.source, series.columns.into_iter().map(|column| (column.name, bins(column.bins))).collect()))
}

fn is_read(text: &str, source: &str, columns: &[(&str, &[u64])]) {
    let read = read(text).unwrap_or_else(|why| panic!("{why}\n{text}"));
    let columns = columns.iter().map(|(name, bins)| ((*name).to_owned(), bins.to_vec())).collect();
    assert_eq!(read, (source.to_owned(), columns), "{text}");
}

fn is_refused(text: &str, words: &[&str]) {
    let why = read(text).expect_err(text);
    assert!(words.iter().all(|word| why.contains(word)) && why.contains("help:"), "{why}\n{text}");
}

/// Three blocks of two devices, of which the first is since the machine began.
fn iostat(times: [&str; 3], value: &str, values: [u32; 3]) -> String {
    let block = |(time, written): (&str, u32)| {
        let disk = |name: &str, value: &str, written: u32| {
            format!(
                r#"{{"disk_device": "{name}", "r/s": 1.00, "rkB/s": 7.00, "{value}": {written}.00, "wareq-sz": 4.00}}"#
            )
        };
        let (sda, dm) = (disk("sda", value, written), disk("dm-0", value, written));
        format!("{{{time}\"disk\": [\n{sda},\n{dm}\n]}}")
    };
    let time =
        |time: &str| if time.is_empty() { String::new() } else { format!("\"timestamp\": \"{time}\", ") };
    let times = times.map(time);
    let blocks: Vec<String> = times.iter().map(String::as_str).zip(values).map(block).collect();
    format!(
        "{{\"sysstat\": {{\n\"hosts\": [\n{{\"nodename\": \"web\", \"sysname\": \"Linux\", \"number-of-cpus\": 4, \"date\": \"07/15/2025\",\n\"statistics\": [\n{}\n]}}]}}}}\n",
        blocks.join(",\n")
    )
}

#[test]
fn json_of_iostat_is_read_like_its_table() {
    let times = ["07/15/2025 08:00:00 AM", "07/15/2025 08:01:00 AM", "07/15/2025 08:02:00 AM"];
    let zoned = ["2025-07-15T08:00:00+0200", "2025-07-15T08:01:00+0200", "2025-07-15T08:02:00+0200"];
    for times in [times, zoned] {
        is_read(&iostat(times, "wkB/s", [999, 2, 3]), "iostat-json", &[("web/sda", &[122_880, 184_320])]);
        is_read(
            &iostat(times, "MB_wrtn/s", [999, 2, 3]),
            "iostat-json",
            &[("web/sda", &[125_829_120, 188_743_680])],
        );
    }
    is_refused(
        &iostat(["", "", ""], "wkB/s", [1, 2, 3]),
        &["its blocks have no times", "iostat -dxt -o JSON 60"],
    );
    is_refused(&iostat(times, "kB/s", [1, 2, 3]), &["no device has bytes written", "iostat -dxt -o JSON 60"]);
    is_refused(&iostat(times, "wkB/s", [1, 2, 3]).replace("]}", ""), &["the JSON cannot be read"]);
    let wrong = iostat(times, "wkB/s", [1, 2, 3]).replace("\"wkB/s\": 2.00", "\"wkB/s\": \"two\"");
    is_refused(&wrong, &["x:9: wkB/s: `two` is not a number"]);
}

/// A line for each series, or for each part of one.
fn lines(parts: &[(&str, &[i64], &str)]) -> String {
    let line = |(labels, minutes, values): &(&str, &[i64], &str)| {
        let times: Vec<String> =
            minutes.iter().map(|minute| (1_752_566_400_000 + minute * 60_000).to_string()).collect();
        format!(
            "{{\"metric\":{{\"__name__\":\"node_disk_written_bytes_total\",{labels}}},\"values\":[{values}],\"timestamps\":[{}]}}\n",
            times.join(",")
        )
    };
    parts.iter().map(line).collect()
}

#[test]
fn lines_of_victoria_metrics_are_read_like_the_answers_of_prometheus() {
    let sda = "\"device\":\"sda\",\"instance\":\"web:9100\"";
    let again = "\"instance\":\"web:9100\",\"device\":\"sda\"";
    let sdb = "\"device\":\"sdb\",\"instance\":\"web:9100\"";
    let expected: [(&str, &[u64]); 2] = [("web/sda", &[600, 300, 0]), ("web/sdb", &[5, 5])];
    let one = lines(&[(sda, &[0, 5, 10, 15], "1000,1600,1900,1900"), (sdb, &[0, 5, 10], "10,15,20")]);
    let parts = lines(&[
        (sda, &[0, 5], "1000,1600"),
        (sdb, &[0, 5, 10], "10,15,20"),
        (again, &[10, 15], "1900,1900"),
    ]);
    for text in [&one, &parts] {
        is_read(text, "victoria-metrics", &expected);
    }
    // one series alone is an object like others
    is_read(
        &lines(&[(sda, &[0, 5, 10, 15], "1000,null,1600,\"NaN\"")]),
        "victoria-metrics",
        &[("web/sda", &[300, 300])],
    );
    let other = lines(&[(sda, &[0, 5], "1,2"), (&format!("{sda},\"job\":\"b\""), &[0, 5], "3,4")]);
    is_refused(&other, &["two series are of `web/sda`, and differ in other labels"]);
    is_refused(&(one.clone() + "{\"metric\":"), &["x:3: the JSON cannot be read"]);
    is_refused(&one.replacen("15,20", "-15,-20", 1), &["x:2: value: ", "negative"]);
    let wrong = lines(&[(sda, &[0, 5], "1,2"), (sdb, &[0, 5], "3,\"four\"")]);
    is_refused(&wrong, &["x:2: value: `four` is not a number"]);
}

#[test]
fn lines_of_sadf_without_a_header_are_read_where_they_name_their_fields() {
    let table = |field: &str, time: &dyn Fn(u32) -> String| -> String {
        let row = |(at, (name, value)): (u32, (&str, u32))| {
            format!("web\t600\t{}\tsda\t{name}\t{value},50\n", time(at))
        };
        let fields = |at: u32| [("tps", 1), ("rkB/s", 7), (field, 2 + at), ("%util", 3)].map(|it| (at, it));
        (0..3).flat_map(fields).map(row).collect::<String>()
            + "web\t-1\t2025-07-15 08:35:00 UTC\tLINUX-RESTART\t(4 CPU)\n"
    };
    let utc = |at: u32| format!("2025-07-15 08:{}0:01 UTC", at);
    let unix = |at: u32| (1_752_566_401 + at * 600).to_string();
    for time in [&utc as &dyn Fn(u32) -> String, &unix] {
        is_read(&table("wkB/s", time), "sadf-p", &[("web/sda", &[1_536_000, 2_150_400, 2_764_800])]);
        is_read(&table("wr_sec/s", time), "sadf-p", &[("web/sda", &[768_000, 1_075_200, 1_382_400])]);
        is_refused(&table("wMB/s", time), &["no device has bytes written", "sadf -p -- -d"]);
    }
    let both = table("wkB/s", &unix) + &table("wr_sec/s", &unix);
    is_refused(&both, &["some devices have wkB/s and some wr_sec/s"]);
    // a table of the database's form tells sectors from kB in its header alone, and with it is read
    let rows = "web;600;2025-07-15 08:10:01 UTC;sda;1.00;2.00;3.00;0.00;4.00;0.00;0.50;0.10\n\
                web;600;2025-07-15 08:20:01 UTC;sda;1.00;2.00;4.00;0.00;4.00;0.00;0.50;0.10\n";
    is_refused(
        rows,
        &["x:1: this is sadf's table without its header", "keep the line that begins with `# hostname;"],
    );
    for (names, bytes) in [
        ("tps;rkB/s;wkB/s;dkB/s;areq-sz;aqu-sz;await;%util", 1_843_200),
        ("tps;rd_sec/s;wr_sec/s;avgrq-sz;avgqu-sz;await;svctm;%util", 921_600),
    ] {
        let text = format!("# hostname;interval;timestamp;DEV;{names}\n{rows}");
        is_read(&text, "sadf", &[("web/sda", &[bytes, bytes / 3 * 4])]);
    }
}
