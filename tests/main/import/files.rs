//! Written files: bins are exact, odd files are described, broken ones refused with a place and a remedy.

use std::io::{Cursor, Read};

use drsim::import::churn::found::Found;
use drsim::import::churn::fragment::fragment;
use drsim::import::churn::summary::summary;
use drsim::import::{ChurnOptions, End, Faults, Import, Values};
use drsim::series::Series;
use drsim::units::Span;

/// A header of Bitbrains files, short.
pub const HEADER: &str = "Timestamp [ms];\tCPU cores;\tDisk write throughput [KB/s]\n";

/// Imports files from memory: held; and gone through again and again as long ones are, with all that is put by in a temporary file, which
/// gives the same series to the byte.
pub fn import(files: &[(&str, &[u8])], options: ChurnOptions) -> Result<(Series, Found), Faults> {
    let mut import = Import::new(options.clone());
    for (name, bytes) in files {
        import.file(name, *bytes);
    }
    let read = import.finish();
    let mut import = Import::new(options).holding(0);
    for (name, bytes) in files {
        import.reopened(name, &|| Ok(Box::new(Cursor::new(bytes.to_vec()))));
    }
    let again = import.encoded().map(|(series, found)| (bytes(series.read()), found));
    let held = read.as_ref().map(|(series, found)| (series.encode(), found.clone())).map_err(Faults::clone);
    assert!(held == again, "held: {:?}\nread again: {:?}", told(&held), told(&again));
    read
}

fn bytes(mut content: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    content.read_to_end(&mut bytes).unwrap();
    bytes
}

/// Faults, or what was found.
fn told(read: &Result<(Vec<u8>, Found), Faults>) -> Result<String, String> {
    read.as_ref().map(|(_, found)| summary(found)).map_err(ToString::to_string)
}

/// For tables whose numbers are the bytes of a bin.
pub fn of_bytes() -> ChurnOptions {
    ChurnOptions { values: Some(Values::Bytes), ..ChurnOptions::default() }
}

/// Imports one file, `7.csv`.
pub fn one(text: &str) -> Result<(Series, Found), Faults> {
    import(&[("7.csv", text.as_bytes())], ChurnOptions::default())
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
    let options = ChurnOptions { bin: Some(Span::seconds(1)), kb: 1024, ..ChurnOptions::default() };
    let tie = format!("{HEADER}5;1;0.00048828125\n6;1;0.00146484375\n");
    let (series, _) = import(&[("a.csv", tie.as_bytes())], options).unwrap();
    assert_eq!(series.columns[0].bins, [Some(0), Some(2)]);
}

#[test]
fn the_asked_time_is_cut_out() {
    let text = format!("{HEADER}600;1;1\n900;1;2\n1500;1;3\n");
    let cut = |start, end| {
        let options = ChurnOptions { start_us: Some(start), end, ..ChurnOptions::default() };
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
    let of = |text: &str| import(&[("w.csv", text.as_bytes())], of_bytes()).unwrap().0;
    let expected = of("t,a,b\n600,1,\n660,2,5\n780,3,6\n");
    assert_eq!(expected.bin, Span::seconds(60));
    assert_eq!(expected.columns[0].bins, [Some(1), Some(2), None, Some(3)]);
    assert_eq!(expected.columns[1].bins, [None, Some(5), None, Some(6)]);
    let rfc = "time;b;a\r\n1970-01-01T00:13:00Z;6;3\r\n1970-01-01T02:10:00+02:00;;1.0\r\n1970-01-01T00:11:00Z;5;2\r\n";
    assert_eq!(of(rfc), expected);
    let twice = "\u{feff}t\ta\tb\n600\t1\t\n660\t2\t5\n660\t2\t5\n780\t3\t6\n";
    assert_eq!(of(twice), expected);
    let other = "t\ta\tb\n660\t2\t5\n780\t3\t6\n600\t1\t\n660\t2\t7\n";
    let message = import(&[("w.csv", other.as_bytes())], of_bytes()).unwrap_err().to_string();
    assert!(message.starts_with("w.csv:5: the time of line 2 again, with other bytes"), "{message}");
    let long = 1_375_308_000_000_i64;
    let milliseconds = of(&format!("t,a\n{long},1\n{},2\n", long + 300_000));
    assert_eq!((milliseconds.start_unix_us, milliseconds.bin), (long * 1000, Span::seconds(300)));
}

#[test]
fn a_window_without_rows_is_refused_and_empty_columns_are_told() {
    let text = format!("{HEADER}600;1;1\n");
    for (start, end) in [(900, 1200), (0, 600), (600, 600)] {
        let end = Some(End::Before(end * 1_000_000));
        let options = ChurnOptions { start_us: Some(start * 1_000_000), end, ..ChurnOptions::default() };
        let message = import(&[("1.csv", text.as_bytes())], options).unwrap_err().to_string();
        assert!(message.contains("no row lies in the asked time"), "{message}");
        assert!(message.contains("the rows lie from 1970-01-01T00:1"), "{message}");
    }
    let wide = "t,a,b,c\n0,,,\n60,,,2\n120,,,\n180,1,,\n";
    let (series, found) = import(&[("w.csv", wide.as_bytes())], of_bytes()).unwrap();
    assert_eq!((series.start_unix_us, found.bins), (0, 4));
    assert!(found.quirks.contains(&"b: nothing was measured in this time.".to_owned()));
    let late = "a: nothing was measured before 1970-01-01T00:03:00Z; perhaps the machine came later.";
    assert!(found.quirks.contains(&late.to_owned()), "{:?}", found.quirks);
    let early = "c: nothing was measured from 1970-01-01T00:02:00Z on; perhaps the machine is gone.";
    assert!(found.quirks.contains(&early.to_owned()), "{:?}", found.quirks);
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    let unix = format!("{HEADER}600;1;1\n\n900;1;bad\n");
    let dos = unix.replace('\n', "\r\n");
    for text in [unix, dos] {
        assert_eq!(one(&text).unwrap_err().list[0].line, Some(4), "{text:?}");
    }
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
        (bits("600;1;-4.6e18\n"), "`-4.6e18` is negative"),
        (bits("600;1;1,5,2\n"), "`1,5,2` is not a number"),
        (
            bits("600;1;0.5\n900;1;0,5\n"),
            "x.csv:3: Disk write throughput [KB/s]: `0,5` and `0.5` (x.csv:2) are not",
        ),
        (bits("600;1;1.024\n"), "`1.024` may be 1.024 or 1024"),
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
        (b"\xff\xfeT\0i\xd8".to_vec(), "the text is broken UTF-16"),
        (b"PK\x03\x04....".to_vec(), "the workbook is cut short or damaged"),
        (
            b"Zeitstempel [ms];CPU-Kerne;Schreibdurchsatz [KB/s]\n1;2;3\n".to_vec(),
            "x.csv:1: Timestamp [ms]: no column is headed `Timestamp [ms]`; there are `Zeitstempel [ms]`, `CPU-Kerne`",
        ),
        (
            b"Timestamp [ms];Disk write throughput [MB/s]\n1;2\n".to_vec(),
            "no column is headed `Disk write throughput [KB/s]`",
        ),
        (vec![b','; 2 << 20], "a line is longer than"),
        (b"hello\nworld\n".to_vec(), "no known export has the header `hello`"),
        (b"600,1\n900,2\n".to_vec(), "looks like data"),
        (b"t,a\n600,1\n".to_vec(), "give it with --bin"),
        (
            b"t,a\n600,1\n900,2\n1000,3\n1200,4\n1500,4\n".to_vec(),
            "x.csv:4: the row does not stand a multiple of 5m",
        ),
        (b"t,a\n600,1\n900,2\n900,3\n".to_vec(), "x.csv:4: the time of line 3 again, with other bytes"),
        (
            b"t,a\n600,1\n900,fast\n".to_vec(),
            "x.csv:3: a: `fast` is not a number\n  help: leave the cell empty",
        ),
        (b"t,a,a\n600,1,1\n900,2,2\n".to_vec(), "the column `a` comes from x.csv too"),
        (b"t,a,\n600,1,1\n900,2,2\n".to_vec(), "the name `` is empty"),
        (b"t,a\n2013-08-01 00:00:00,1\n".to_vec(), "with their offset"),
    ];
    for (bytes, expected) in cases {
        let faults = import(&[("x.csv", &bytes)], of_bytes()).unwrap_err();
        let message = faults.to_string();
        assert!(message.contains(expected), "{message}\n should have\n{expected}");
        assert!(faults.list.iter().all(|fault| !fault.remedy.is_empty()));
    }
}

#[test]
fn all_faults_are_told_at_once_up_to_a_number() {
    let rows: String = (0..30).map(|row| format!("{row};1;bad\n")).collect();
    let text = format!("{HEADER}{rows}");
    let faults = import(&[("1.csv", text.as_bytes()), ("2.csv", b"")], ChurnOptions::default()).unwrap_err();
    assert_eq!((faults.list.len(), faults.more), (21, 10));
    assert_eq!(faults.list[19].line, Some(21));
    assert!(faults.to_string().ends_with("… and 10 more"));
}

#[test]
fn the_fragment_names_every_column() {
    let (_, found) = one(&format!("{HEADER}600;1;1\n")).unwrap();
    let text = fragment(&found, "ship", "ship.series");
    assert!(text.contains("series: [(name: \"ship\", file: \"ship.series\")]"));
    assert!(text.contains("(trace: \"ship\", column: \"vm7\", gap: \"zero\", after_end: \"zero\")"));
    assert!(
        summary(&found)
            .contains("1 column × 1 bin of 5m, 1970-01-01T00:10:00Z to 1970-01-01T00:15:00Z, 300 KB")
    );
}
