//! Logs of Windows performance counters: times, blanks and the tools' own sentences.

use drsim::import::churn::found::Found;
use drsim::import::{ChurnOptions, Faults};
use drsim::series::Series;
use drsim::units::Span;

use crate::import::files::import;

const DISK: &str = r"\Hyper-V Virtual Storage Device(--?-C:-ClusterStorage-Volume1-sql.vhdx)\Write Bytes/sec";
const LOCAL: &str = r"\Hyper-V Virtual Storage Device(D:-a, b.avhdx)\Write Bytes/sec";

fn log(host: &str, bias: i32, rows: &[(&str, &str, &str)]) -> String {
    let zone = format!("(PDH-CSV 4.0) (W. Europe Standard Time)({bias})");
    let mut text = format!(
        "\r\n\"{zone}\",\"\\\\{host}{DISK}\",\"\\\\{host}{LOCAL}\",\"\\\\{host}\\Memory\\Available MBytes\",\
         \"\\\\{host}\\Hyper-V Virtual Storage Device(_Total)\\Write Bytes/sec\"\r\n"
    );
    for (time, a, b) in rows {
        text += &format!("\"{time}\",\"{a}\",\"{b}\",\"7\",\"9\"\r\n");
    }
    text
}

fn one(text: &str) -> Result<(Series, Found), Faults> {
    import(&[("hv.csv", text.as_bytes())], ChurnOptions::default())
}

const ROWS: [(&str, &str, &str); 4] = [
    ("01/01/1970 01:00:00.000", " ", " "),
    ("01/01/1970 01:02:30.000", "1000.5", " "),
    ("01/01/1970 01:05:00.000", "3000.5", "10"),
    ("01/01/1970 01:07:30.012", "8", "-1"),
];

#[test]
fn a_value_stands_for_the_time_before_it_and_local_times_become_utc() {
    let text = log("HV01", -60, &ROWS)
        + "
Exiting, please wait...
The command completed successfully.
";
    let (series, found) = one(&text).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!((series.start_unix_us, series.bin), (-300_000_000, Span::seconds(300)));
    let names: Vec<&str> = series.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["C:-ClusterStorage-Volume1-sql", "HV01/D:-a, b"]);
    // the mean of 1000.5 and 3000.5 over 300 s; the last sample lies in the next bin
    assert_eq!(series.columns[0].bins, [None, Some(600_150), Some(2400)]);
    assert_eq!(series.columns[1].bins, [None, Some(3000), None]);
    let quirks = found.quirks.join("\n");
    for expected in [
        "2 other columns or rows of its file are left out.",
        "60 minutes ahead of UTC",
        "lines are of text, not of data; left out.",
    ] {
        assert!(quirks.contains(expected), "{expected}\n{quirks}");
    }
    assert_eq!(found.source, "counters");
    let (cut, found) = one(&(log("HV01", -60, &ROWS) + "\"01/01/1970 01:06:00.000\",\"12")).unwrap();
    assert_eq!(cut.columns[0].bins, series.columns[0].bins);
    assert!(found.quirks.iter().any(|quirk| quirk.ends_with("1 row is cut short; left out.")));
}

#[test]
fn a_disk_on_a_clusters_volume_is_one_disk_whichever_node_writes_to_it() {
    let (a, b) = (log("HV01", -60, &ROWS[..3]), log("HV02", -60, &ROWS[..3]));
    let (series, _) =
        import(&[("a.csv", a.as_bytes()), ("b.csv", b.as_bytes())], ChurnOptions::default()).unwrap();
    let columns: Vec<_> =
        series.columns.iter().map(|column| (column.name.as_str(), column.bins[1])).collect();
    assert_eq!(
        columns,
        [
            ("C:-ClusterStorage-Volume1-sql", Some(1_200_300)),
            ("HV01/D:-a, b", Some(3000)),
            ("HV02/D:-a, b", Some(3000))
        ]
    );
}

#[test]
fn guests_disks_are_read_where_no_virtual_ones_are_logged_and_code_pages_do_not_matter() {
    let header = "\"(PDH-CSV 4.0) (Mitteleurop\u{e4}ische Zeit)(0)\",\"\\\\S\\PhysicalDisk(0 C:)\\Disk Write Bytes/sec\",\"\\\\S\\PhysicalDisk(_Total)\\Disk Write Bytes/sec\"\n";
    let text = header.to_owned()
        + "\"10/25/2026 02:00:00.000\",\"1\",\"1\"\n\"10/25/2026 02:15:00.000\",\"2\",\"2\"\n";
    let latin: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let (series, _) =
        import(&[("s.csv", &latin)], ChurnOptions::default()).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(series.columns[0].name, "S/0 C:");
    // samples a quarter of an hour apart get bins as long
    assert_eq!(
        (series.bin, series.columns[0].bins.clone()),
        (Span::seconds(900), vec![Some(900), Some(1800)])
    );
}

#[test]
fn the_end_of_summer_time_is_not_a_step_back() {
    let rows = [
        ("10/25/2026 02:50:00.000", "1", "1"),
        ("10/25/2026 02:55:00.000", "2", "2"),
        ("10/25/2026 02:00:00.000", "3", "3"),
        ("10/25/2026 02:05:00.000", "4", "4"),
    ];
    let (series, found) = one(&log("H", -120, &rows)).unwrap();
    assert_eq!(series.columns[0].bins, [300, 600, 900, 1200].map(Some));
    assert!(found.quirks.iter().any(|quirk| quirk.contains("taken as the end of summer time")));
}

#[test]
fn logs_that_cannot_be_read_say_why() {
    let good = log("H", -60, &ROWS);
    let cases = [
        (good.replace("Write Bytes/sec", "Geschriebene Bytes/s"), "hv.csv:1: no counter of writes"),
        (good.replace("(-60)", ""), "does not end with a bias to UTC"),
        (good.replace("3000.5", "3000,5"), "hv.csv:5: \\\\\\\\H\\\\Hyper-V Virtual"),
        (
            good.replace("01/01/1970 01:05:00.000", "1970-01-01 01:05"),
            "`1970-01-01 01:05` is written unlike `01/01/1970 01:00:00.000` in line 3",
        ),
        (log("H", 0, &[]), "there are no rows below the header"),
    ];
    for (text, expected) in cases {
        let message = one(&text).unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("help:"), "{expected}:\n{message}");
    }
}
