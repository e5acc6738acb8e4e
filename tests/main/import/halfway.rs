//! What changes in the middle of a file: counters that pass their end, steps, and the spelling of names.

use drsim::import::churn::found::Found;
use drsim::import::{ChurnOptions, Values};
use drsim::series::Series;
use drsim::units::Span;

use crate::import::files::import;
use crate::import::inventory::texts;

const START: u64 = 1_752_566_400;

fn read(text: &str, options: ChurnOptions) -> Result<(Series, String), String> {
    let told = |(series, found): (Series, Found)| (series, found.quirks.join("\n"));
    import(&[("x.csv", text.as_bytes())], options).map(told).map_err(|faults| faults.to_string())
}

/// A row every five minutes.
fn every(header: &str, numbers: impl IntoIterator<Item = u64>) -> String {
    let rows = (0..).zip(numbers).map(|(at, number)| format!("{},{number}\n", START + at * 300));
    format!("time,{header}\n{}", rows.collect::<String>())
}

fn asked(values: Values, bin: Option<u64>) -> ChurnOptions {
    ChurnOptions { values: Some(values), bin: bin.map(Span::seconds), ..ChurnOptions::default() }
}

#[test]
fn a_counter_of_32_bits_goes_on_behind_its_end() {
    let plain = || ChurnOptions::default();
    // the first is nearly half of what 32 bits hold
    for (each, header) in [(1_900_000_000, "a_written_bytes_total"), (300_000_000, "a_written_bytes_total")] {
        let total = every(header, (0..40).map(|at| (7 + at * each) % (1 << 32)));
        let (series, told) = read(&total, plain()).unwrap();
        assert!(series.columns[0].bins.iter().all(|bin| *bin == Some(each)), "{series:?}");
        let laps = (7 + 39 * each) >> 32;
        assert!(told.contains(&format!("passed the end of 32 bits {laps} time")), "{told}");
        assert!(!told.contains("anew"), "{told}");
    }
    // one that was beyond is no such counter, and one that falls from elsewhere began anew
    for numbers in [[1, 4_000_000_001, 8_000_000_001, 4_100_000_000, 4_200_000_000], [1, 101, 201, 50, 60]] {
        let (series, told) = read(&every("a_written_bytes_total", numbers), plain()).unwrap();
        assert_eq!(series.columns[0].bins[2], Some(numbers[3]));
        assert!(told.contains("began anew 1 time"), "{told}");
    }
    // behind a gap that might be either it began anew
    let gap: String = every(
        "a_written_bytes_total",
        (0..17).map(|at| if at < 13 { at * 300_000_000 } else { (at.max(15) - 14) * 300_000_000 }),
    )
    .lines()
    .enumerate()
    .filter(|(line, _)| !(14..16).contains(line))
    .map(|(_, row)| format!("{row}\n"))
    .collect();
    let (_, told) = read(&gap, plain()).unwrap();
    assert!(told.contains("began anew 1 time") && !told.contains("32 bits"), "{told}");
    // a sector is one of 32 bits, not a byte
    let sectors = (0..30_u64).map(|at| (4_294_000_000 + at * 100_000) % (1 << 32));
    let rows = (0..)
        .zip(sectors)
        .map(|(at, number)| format!("{},h,\"vfs.dev.write[sda,sectors]\",{number}\n", START + at * 300));
    let text = format!("clock,host,key_,value\n{}", rows.collect::<String>());
    let (series, _) = read(&text, asked(Values::Total, None)).unwrap();
    assert!(series.columns[0].bins.iter().all(|bin| *bin == Some(100_000 * 512)), "{series:?}");
}

#[test]
fn a_total_that_falls_all_the_time_is_refused() {
    // four fifths of what 32 bits hold, a step; and numbers that are no total
    let fast = (0..40_u64).map(|at| at * 3_435_973_836 % (1 << 32));
    let rates = (0..40_u64).map(|at| at * 7919 % 1000);
    for text in [every("a", fast), every("a", rates)] {
        let why = read(&text, asked(Values::Total, None)).unwrap_err();
        assert!(why.contains("it is none, or a counter of 32 bits that passes its end"), "{why}");
        assert!(why.contains("--values rate or --values bytes"), "{why}");
        assert!(read(&text, asked(Values::Rate, None)).is_ok());
    }
}

/// Fifty rows each minute and as many every five, or the other way.
fn in_two_steps(minutes_first: bool, minutes: u64, value: impl Fn(u64) -> u64) -> String {
    let steps = if minutes_first { [(60, minutes), (300, 50)] } else { [(300, 50), (60, minutes)] };
    let (mut at, mut text) = (START, "time,a\n".to_owned());
    for (step, rows) in steps {
        for _ in 0..rows {
            text += &format!("{at},{}\n", value(step));
            at += step;
        }
    }
    text
}

#[test]
fn steps_that_change_half_way_are_told_or_refused_and_the_remedy_helps() {
    for (minutes_first, since) in [(true, "2025-07-15T08:50:00Z"), (false, "2025-07-15T08:00:00Z")] {
        let rates = in_two_steps(minutes_first, 50, |_| 100);
        let (series, told) = read(&rates, asked(Values::Rate, None)).unwrap();
        assert_eq!(series.bin, Span::seconds(60));
        let sentence = format!("from {since} on its samples are 5m apart, elsewhere 1m");
        assert!(told.contains(&sentence) && told.contains("--bin 5m has none"), "{told}");
        let (series, told) = read(&rates, asked(Values::Rate, Some(300))).unwrap();
        assert!(series.columns[0].bins.iter().all(|bin| *bin == Some(30_000)), "{series:?}");
        assert!(!told.contains("apart, elsewhere"), "{told}");
        // the same in bytes of each bin
        let bytes = in_two_steps(minutes_first, 50, |step| step * 100);
        for bin in [None, Some(300)] {
            let why = read(&bytes, asked(Values::Bytes, bin)).unwrap_err();
            assert!(why.contains(&format!("from {since} on its rows are 5m apart, elsewhere 1m")), "{why}");
            assert!(why.contains("into a file of their own"), "{why}");
        }
        two_files(&bytes, minutes_first);
    }
    // too few for a step of their own: their place is told
    let few = in_two_steps(false, 10, |_| 100);
    let why = read(&few, asked(Values::Rate, None)).unwrap_err();
    assert!(why.starts_with("x.csv:53: the row does not stand a multiple of 5m"), "{why}");
    assert!(why.contains("in another step, put them from there on into a file of their own"), "{why}");
    let total = in_two_steps(true, 50, |_| 100)
        .lines()
        .skip(1)
        .map(|row| row.split(',').next().unwrap().to_owned())
        .collect::<Vec<_>>();
    let total: String = total
        .iter()
        .map(|time| format!("{time},{}\n", (time.parse::<u64>().unwrap() - START) * 100))
        .collect();
    let (series, told) = read(&format!("time,a\n{total}"), asked(Values::Total, None)).unwrap();
    assert!(
        series.columns[0].bins.iter().all(|bin| *bin == Some(6000)) && !told.contains("elsewhere"),
        "{told}"
    );
}

/// The rows from there on in a file of their own.
fn two_files(text: &str, minutes_first: bool) {
    let rows: Vec<&str> = text.lines().skip(1).collect();
    let [a, b] = [&rows[..50], &rows[50..]].map(|rows| format!("time,a\n{}\n", rows.join("\n")));
    let both = [("1.csv", a.as_bytes()), ("2.csv", b.as_bytes())];
    let (series, _) = import(&both, asked(Values::Bytes, None)).unwrap();
    assert_eq!(series.bin, Span::seconds(300), "{minutes_first}");
    assert!(series.columns[0].bins.iter().all(|bin| *bin == Some(30_000)), "{series:?}");
}

#[test]
fn a_machine_in_two_spellings_is_told() {
    let told = |names: &[&str]| {
        let rows = names
            .iter()
            .enumerate()
            .map(|(at, name)| format!("{},{name},sda,{at}\n", START + at as u64 % 2 * 300));
        let text = format!("time,machine,disk,value\n{}", rows.collect::<String>());
        read(&text, asked(Values::Rate, Some(300))).unwrap().1
    };
    let sentence = "may be one, whose writes then count in each";
    let quirks = told(&["HV01", "HV01", "hv01.corp.local", "hv01.corp.local"]);
    assert!(quirks.contains(&format!("`HV01/sda` and `hv01.corp.local/sda` {sentence}")), "{quirks}");
    assert!(told(&["web", "WEB"]).contains(sentence));
    for other in [["web.a.example", "web.b.example"], ["10.0.0.1", "10.0.0.2"], ["web1", "web2"]] {
        assert!(!told(&other).contains(sentence), "{other:?}");
    }
}

#[test]
fn a_row_without_its_machine_is_refused_and_a_header_again_is_none() {
    let rows = |machine: &str| {
        let row = |at: u64| format!("{},{},{at}\n", START + at * 300, if at == 3 { machine } else { "a" });
        format!("time,machine,value\n{}", (0..9).map(row).collect::<String>())
    };
    let why = read(&rows(""), asked(Values::Rate, None)).unwrap_err();
    assert!(why.starts_with("x.csv:5: the row names no machine, as others do"), "{why}");
    let (series, _) = read(&rows("a"), asked(Values::Rate, None)).unwrap();
    let nameless = rows("").replace(",a,", ",,");
    let (whole, _) = read(&nameless, asked(Values::Rate, None)).unwrap();
    assert_eq!((whole.columns[0].name.as_str(), &whole.columns[0].bins), ("x", &series.columns[0].bins));
    // a log that was begun again
    let head = r#""(PDH-CSV 4.0) (UTC)(0)","\\HV\Hyper-V Virtual Storage Device(a)\Write Bytes/sec""#;
    let log = |from: u64| -> String {
        let row = |at: u64| format!("\"07/15/2024 08:{:02}:00.000\",\"{at}\"\n", at * 5);
        format!("{head}\n{}", (from..from + 5).map(row).collect::<String>())
    };
    let (series, told) = read(&(log(0) + &log(5)), ChurnOptions::default()).unwrap();
    assert_eq!(series.columns[0].bins[1..], [1, 2, 3, 4, 5, 6, 7, 8, 9].map(|rate| Some(rate * 300)));
    assert!(told.contains("1 line is of text, not of data"), "{told}");
}

#[test]
fn units_within_a_header_count() {
    let rate =
        |header: &str| read(&every(header, [3; 14]), ChurnOptions::default()).unwrap().0.columns[0].bins[0];
    assert_eq!(rate("a (MiB/s) avg"), Some(900 << 20));
    assert_eq!(rate("sda kB_wrtn/s"), Some(900_000));
    assert_eq!(rate("writeMBps"), Some(900_000_000));
    let (_, told) = read(&every("a", [3; 14]), asked(Values::Rate, None)).unwrap();
    assert!(told.contains("a rate, as asked; where no unit is said, it is taken in bytes"), "{told}");
    let total = every("sda kB_wrtn", (0..14).map(|at| at * 7));
    let why = read(&total, ChurnOptions::default()).unwrap_err();
    assert!(why.contains("bytes per second, 45 KB/s at the mean"), "{why}");
    let (series, _) = read(&total, asked(Values::Total, None)).unwrap();
    assert_eq!(series.columns[0].bins[0], Some(7000));
    let rows = (0..9).map(|at| format!("{},a,{at},2\n", START + at * 300)).collect::<String>();
    let long = format!("Time,vm,Write Throughput (MiB/s) max,Write Throughput (MiB/s) avg\n{rows}");
    let (series, _) = read(&long, ChurnOptions::default()).unwrap();
    assert_eq!(series.columns[0].bins[0], Some(600 << 20));
}

#[test]
fn a_unit_that_is_not_known_is_refused_at_its_row() {
    let text = |unit: &str| {
        let row = |at: u64| format!("{},a,{at},{}\n", START + at * 300, if at < 5 { "MB/s" } else { unit });
        format!("time,machine,value,unit\n{}", (0..9).map(row).collect::<String>())
    };
    let why = read(&text("MB/min"), ChurnOptions::default()).unwrap_err();
    assert!(why.starts_with("x.csv:7: value: `MB/min` is no unit of bytes that is known"), "{why}");
    let (series, _) = read(&text("BytesPerSecond"), ChurnOptions::default()).unwrap();
    assert_eq!(series.columns[0].bins[4..6], [Some(4_000_000 * 300), Some(5 * 300)]);
}

#[test]
fn memory_and_disks_that_are_hardly_any_are_told() {
    let told = |memory: &str, disk: &str| {
        let head = "Machine,Cores,Memory(In MB),Disk 1 size(In GB),Disk write throughput (MBPS)";
        let read = texts(&[("x.csv", &format!("{head}\na,4,{memory},{disk},5\nb,4,8192,100,5\n"))]).unwrap();
        read.told.doubtful.join("\n")
    };
    let hardly = told("8", "0.01");
    assert!(
        hardly.contains(
            "Less than 64 MiB of memory, perhaps in another unit: 1 machines, the first `a` with 8.38 MB."
        ),
        "{hardly}"
    );
    assert!(hardly.contains("Less than 64 MiB of disks"), "{hardly}");
    assert!(!told("64", "0.1").contains("Less than"));
}
