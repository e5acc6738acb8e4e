//! What numbers mean: a rate, the bytes of a bin or a running total is said, or both readings are shown; units are read exactly.

use drsim::import::{ChurnOptions, Values};

use crate::import::files::import;
use crate::shared::case;

const START: u64 = 1_752_566_400;

fn table(header: &str, cells: &[&str]) -> String {
    let rows = cells.iter().enumerate().map(|(at, cell)| format!("{},{cell}\n", START + at as u64 * 300));
    format!("time,{header}\n{}", rows.collect::<String>())
}

fn options(values: Option<Values>) -> ChurnOptions {
    ChurnOptions { values, ..ChurnOptions::default() }
}

fn bins(text: &str, values: Option<Values>) -> Vec<Option<u64>> {
    let read = import(&[("x.csv", text.as_bytes())], options(values));
    read.unwrap_or_else(|faults| panic!("{faults}\n{text}")).0.columns[0].bins.clone()
}

fn refused(text: &str, values: Option<Values>) -> String {
    let read = import(&[("x.csv", text.as_bytes())], options(values));
    read.map(|(series, _)| panic!("{series:?}\n{text}")).unwrap_err().to_string()
}

#[test]
fn a_number_that_says_nothing_is_refused_with_both_readings() {
    let text = table("a", &["300000", "600000"]);
    let message = refused(&text, None);
    for part in ["x.csv:1: a:", "450 KB/s", "1.50 KB/s", "--values rate", "--values bytes", "--values total"]
    {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert_eq!(bins(&text, Some(Values::Rate)), [Some(90_000_000), Some(180_000_000)]);
    assert_eq!(bins(&text, Some(Values::Bytes)), [Some(300_000), Some(600_000)]);
    assert_eq!(bins(&text, Some(Values::Total)), [Some(300_000)]);
}

#[test]
fn units_in_headers_and_cells_are_read_with_their_case() {
    let cases = [
        ("a [KB/s]", "2", 600_000),
        ("a (MiB/s)", "0.5", 157_286_400),
        ("a Bps", "7", 2100),
        ("a [Mbit/s]", "8", 300_000_000),
        ("a [Mbps]", "8", 300_000_000),
        ("a (KBs)", "2", 600_000),
        ("a (kB)", "2", 2000),
        ("a", "1.00 MiB/s", 314_572_800),
        ("a", "512 KiB/s", 157_286_400),
        ("\"rate(node_disk_written_bytes_total{instance=\"\"a:9100\"\"}[5m])\"", "2", 600),
    ];
    for (header, cell, expected) in cases {
        assert_eq!(
            bins(&table(header, &[cell, cell]), None),
            [Some(expected), Some(expected)],
            "{header} {cell}"
        );
    }
    let mixed = table("a", &["1.00 MiB/s", "512 KiB/s"]);
    assert_eq!(bins(&mixed, None), [Some(314_572_800), Some(157_286_400)]);
    for header in ["a [mbps]", "a kbps"] {
        assert!(refused(&table(header, &["1", "2"]), None).contains("bits or of bytes"), "{header}");
    }
}

#[test]
fn a_running_total_is_read_by_its_differences_and_what_it_does_is_told() {
    let total = |cells: &[&str]| {
        let text = table("a_written_bytes_total", cells);
        let (series, found) = import(&[("x.csv", text.as_bytes())], ChurnOptions::default()).unwrap();
        (series.columns[0].bins.clone(), found.quirks.join("\n"))
    };
    assert_eq!(total(&["10", "40", "40", "100"]).0, [Some(30), Some(0), Some(60)]);
    let (read, told) = total(&["1000", "1300", "50", "350"]);
    assert_eq!(read, [Some(300), Some(50), Some(300)]);
    assert!(told.contains("began anew 1 time"), "{told}");
    let (read, told) = total(&["1000", "1300", "0", "1900"]);
    assert_eq!(read, [Some(300), Some(300), Some(300)]);
    assert!(told.contains("1 sample lies below"), "{told}");
    let (read, told) = total(&["1000", "", "1600"]);
    assert_eq!(read, [Some(300), Some(300)]);
    assert!(told.contains("1 step without a sample"), "{told}");
    // newest first is the same
    let turned = "time,a_total_bytes\n1752567000,1600\n1752566700,1300\n1752566400,1000\n";
    assert_eq!(bins(turned, None), [Some(300), Some(300)]);
    let Some(path) = case("import/silent/wc.csv") else { return };
    let (series, _) = import(&[("w.csv", &std::fs::read(path).unwrap())], ChurnOptions::default()).unwrap();
    assert_eq!(series.columns[0].bins, vec![Some(30_000_000); 5]);
}

#[test]
fn bytes_that_only_rise_are_asked_about() {
    let rising: Vec<String> = (0..20).map(|at| (1000 + at * 7).to_string()).collect();
    let rising: Vec<&str> = rising.iter().map(String::as_str).collect();
    let message = refused(&table("a (bytes)", &rising), None);
    assert!(message.contains("in 19 of 19 steps") && message.contains("--values total"), "{message}");
    assert_eq!(bins(&table("a (bytes)", &rising), Some(Values::Bytes)).len(), 20);
    // one that rests now and then is no other
    let resting: Vec<String> = (0..20).map(|at| (1000 + at / 3 * 2 + at).to_string()).collect();
    let resting: Vec<String> = resting
        .iter()
        .enumerate()
        .map(|(at, it)| if at % 5 == 4 { resting[at - 1].clone() } else { it.clone() })
        .collect();
    let resting: Vec<&str> = resting.iter().map(String::as_str).collect();
    assert!(refused(&table("a (bytes)", &resting), None).contains("--values total"));
    assert_eq!(bins(&table("a [B/s]", &rising), None).len(), 20);
    // in whatever order its rows stand
    for (header, unit) in [("time,a (bytes)\n", ""), ("time,value,unit,machine\n", ",bytes,a")] {
        let row = |at: usize| format!("{},{}{unit}\n", 1_752_566_400 + at * 300, rising[at]);
        let shuffled: String = (0..20).map(|at| row(at * 7 % 20)).collect();
        let message = refused(&(header.to_owned() + &shuffled), None);
        assert!(message.contains("in 19 of 19 steps"), "{message}");
    }
}

#[test]
fn bins_may_be_whole_steps_and_no_others() {
    let text = table("a [B/s]", &["1", "2", "3", "4"]);
    let read = |bin| {
        let bin = Some(drsim::units::Span::seconds(bin));
        import(&[("x.csv", text.as_bytes())], ChurnOptions { bin, ..ChurnOptions::default() })
    };
    assert_eq!(read(600).unwrap().0.columns[0].bins, [Some(900), Some(2100)]);
    for bin in [60, 450] {
        assert!(read(bin).unwrap_err().to_string().contains("a multiple of 5m"));
    }
}

/// Counters of a machine by the names of its language, and of ESXi, whose totals are not counted twice.
#[test]
fn counters_have_names_in_many_languages() {
    let log = |object: &str, counter: &str, cell: &str| {
        let rows: String = (0..3).map(|at| format!("\"07/15/2024 08:0{at}:00.000\",\"{cell}\"\n")).collect();
        format!("\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\S\\{object}(0 C:)\\{counter}\"\n{rows}")
    };
    for (object, counter) in [
        ("PhysicalDisk", "Disk Write Bytes/sec"),
        ("Physikalischer Datenträger", "Bytes geschrieben/s"),
        ("Disco físico", "Bytes de escritura en disco/s"),
        ("Disque physique", "Écritures disque, octets/s"),
        ("Disco fisico", "Byte scritti su disco/sec"),
        ("Disco Físico", "Bytes de Gravação de Disco/s"),
        ("物理ディスク", "ディスク書き込みバイト数/秒"),
    ] {
        assert_eq!(bins(&log(object, counter, "5"), None), [Some(1500), Some(1500)], "{object}");
    }
    let unknown = log("Fysisk disk", "Byte skrivna/s", "5");
    assert!(refused(&unknown, None).contains("--columns 'value="));
    let columns = vec![("value".to_owned(), r"\Fysisk disk(*)\Byte skrivna/s".to_owned())];
    let read = import(&[("x.csv", unknown.as_bytes())], ChurnOptions { columns, ..ChurnOptions::default() });
    assert_eq!(read.unwrap().0.columns[0].bins, [Some(1500), Some(1500)]);
    for (name, column, rate) in [
        ("03-esxtop-batch/esxtop", "db-01/scsi0:0", 2_621_440),
        ("09-localised-counters/es", "SRV01/0 C:", 5000),
    ] {
        let Some(path) = case(&format!("import/{name}.csv")) else { return };
        let (series, _) =
            import(&[("e.csv", &std::fs::read(path).unwrap())], ChurnOptions::default()).unwrap();
        assert_eq!((series.columns.len(), series.columns[0].name.as_str()), (1, column));
        assert_eq!(series.columns[0].bins[1], Some(rate * 300), "{name}");
    }
}
