//! What is written is counted once: whatever file it is in, whatever a column is called, wherever a machine has moved.

use drsim::import::inventory::GIB;
use drsim::import::{ChurnOptions, Found};
use drsim::series::Series;
use jiff::tz::TimeZone;

use crate::import::files::import;
use crate::import::inventory::texts;

fn read(files: &[(&str, &str)]) -> Result<(Series, Found), String> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let options = ChurnOptions { zone: Some(TimeZone::UTC), ..ChurnOptions::default() };
    import(&files, options).map_err(|faults| faults.to_string())
}

/// Names and first bins of all columns, and what is told.
fn columns(files: &[(&str, &str)]) -> (Vec<(String, u64)>, String) {
    let (series, found) = read(files).unwrap_or_else(|why| panic!("{why}\n{files:?}"));
    let first = |bins: &[Option<u64>]| bins.iter().flatten().next().copied().unwrap_or(0);
    let columns = series.columns.iter().map(|column| (column.name.clone(), first(&column.bins)));
    (columns.collect(), found.quirks.join("\n"))
}

fn named(columns: &[(&str, u64)]) -> Vec<(String, u64)> {
    columns.iter().map(|(name, bytes)| ((*name).to_owned(), *bytes)).collect()
}

fn counters(disks: &str) -> String {
    let rows = (0..8).map(|at| format!("\"07/15/2025 08:{:02}:00.000\",\"1000\"\n", 5 * at));
    format!("\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\SRV\\{disks}\\Disk Write Bytes/sec\"\n")
        + &rows.collect::<String>()
}

#[test]
fn a_volume_is_left_out_beside_its_disk_in_whatever_file() {
    let (physical, logical) = (counters("PhysicalDisk(0 C: D:)"), counters("LogicalDisk(D:)"));
    let other = counters("LogicalDisk(E:)");
    let (found, told) = columns(&[("a.csv", &physical), ("b.csv", &logical), ("c.csv", &other)]);
    assert_eq!(found, named(&[("SRV/0 C: D:", 300_000), ("SRV/E:", 300_000)]));
    assert!(told.contains("Left out, for others hold the same bytes: SRV/D:."), "{told}");
    // alone it is all there is
    assert_eq!(columns(&[("b.csv", &logical)]).0, named(&[("SRV/D:", 300_000)]));
}

fn wide(header: &str, row: impl Fn(u64) -> String) -> String {
    let rows = (0..8).map(|at| format!("{},{}\n", 1_752_566_400 + 300 * at, row(at)));
    format!("{header}\n") + &rows.collect::<String>()
}

#[test]
fn a_total_that_is_the_sum_of_the_others_is_left_out() {
    let sum = wide("time,web [B/s],db [B/s],Total [B/s]", |at| format!("{},7,{}", 5 + at, 12 + at));
    let (found, told) = columns(&[("x.csv", &sum)]);
    assert_eq!(found, named(&[("db", 2100), ("web", 1500)]));
    assert!(told.contains("Left out, for others hold the same bytes: Total."), "{told}");
    // a machine of that name that is none stays, and so does one beside a single other
    let own = wide("time,web [B/s],db [B/s],Total [B/s]", |at| format!("{},7,{}", 5 + at, 1 + at));
    assert_eq!(columns(&[("x.csv", &own)]).0, named(&[("Total", 300), ("db", 2100), ("web", 1500)]));
    let pair = wide("time,web [B/s],all [B/s]", |_| "7,7".to_owned());
    assert_eq!(columns(&[("x.csv", &pair)]).0, named(&[("all", 2100), ("web", 2100)]));
}

#[test]
fn of_a_mean_beside_its_maximum_the_mean_is_used() {
    let header = "time,web-01 mean (B/s),web-01 max (B/s),db_avg [B/s],db_min [B/s],max (B/s)";
    let text = wide(header, |_| "5,50,7,1,3".to_owned());
    let (found, told) = columns(&[("x.csv", &text)]);
    assert_eq!(found, named(&[("db", 2100), ("max", 900), ("web-01", 1500)]));
    assert!(told.contains("2 other columns or rows of its file are left out"), "{told}");
    // without its mean it is what its name says
    let text = wide("time,web mean (B/s),db max (B/s)", |_| "5,50".to_owned());
    assert_eq!(columns(&[("x.csv", &text)]).0, named(&[("db max", 15_000), ("web mean", 1500)]));
}

/// The mean of samples of a bin is not the bytes of that bin, whoever says so.
#[test]
fn an_average_of_bytes_is_asked_about() {
    for head in ["Write Bytes (avg)", "Average Bytes written", "mean write [MB]"] {
        let long = wide(&format!("time,machine,{head}"), |at| format!("web,{}", 100 + at % 3));
        let why = read(&[("x.csv", &long)]).unwrap_err();
        assert!(why.contains("nothing says what the numbers of `web` are"), "{head}: {why}");
        assert!(why.contains("--values rate or --values bytes"), "{why}");
        let table = wide(&format!("time,{head}"), |at| (100 + at % 3).to_string());
        assert!(read(&[("x.csv", &table)]).unwrap_err().contains("nothing says what its numbers"), "{head}");
    }
}

#[test]
fn trends_of_zabbix_begin_at_their_clock() {
    let row = |at: u64| format!("db,\"vfs.dev.write[sda,bps]\",{},60,1,5,9\n", 1_752_566_400 + 3600 * at);
    let text = "host,key_,clock,num,value_min,value_avg,value_max\n".to_owned()
        + &(0..8).map(row).collect::<String>();
    let (series, found) = read(&[("x.csv", &text)]).unwrap();
    assert_eq!((found.source.as_str(), series.start_unix_us), ("zabbix-trends", 1_752_566_400_000_000));
    assert_eq!(series.columns[0].bins, [Some(18_000); 8]);
}

/// Listed by the node that it left and by the one that it went to it is one; what no cluster explains is said.
#[test]
fn a_machine_that_moved_within_its_cluster_is_one() {
    let at = |node: &str| {
        format!(
            r#"{{"Name": "web", "VMId": "1-2", "State": 2, "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "{node}.x.org",
                "HardDrives": [{{"Path": "C:\\ClusterStorage\\V1\\web.vhdx", "ControllerType": 1}}]}},
               {{"Path": "C:\\ClusterStorage\\V1\\web.vhdx", "Size": {GIB}, "FileSize": {GIB}, "ComputerName": "{node}"}}"#
        )
    };
    let node = |name: &str, of: &str| format!(r#"{{"Name": "{name}", "NodeWeight": 1, "Cluster": "{of}"}}"#);
    let read = |more: &str| {
        let json = format!("[{}, {}{more}]", at("n1"), at("n2"));
        texts(&[("h.json", &json)]).unwrap_or_else(|faults| panic!("{faults}"))
    };
    let one = read(&format!(", {}, {}", node("n1", "c"), node("n2", "c")));
    assert_eq!(one.machines.len(), 1);
    let said = "Machines that are listed twice, by host or cluster and id: 1.";
    assert!(one.told.dropped.contains(&said.to_owned()), "{:?}", one.told.dropped);
    for more in [String::new(), format!(", {}, {}", node("n1", "c"), node("n2", "d"))] {
        let two = read(&more);
        let said = "Machines whose id another host has, too, count as several: 1 (web); of a cluster export `Get-ClusterNode`, too.";
        assert!(two.machines.len() == 2 && two.told.assumed.contains(&said.to_owned()), "{:?}", two.told);
    }
}
