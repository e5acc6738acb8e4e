//! Files of measured writes as other versions of the tools, other languages and other hands write them: read, or refused with a way on.

use std::fmt::Write;

use drsim::import::{ChurnOptions, Values};
use jiff::tz::TimeZone;

use crate::import::files::import;

const WEB: &str = r"Hyper-V Virtual Storage Device(C:-ClusterStorage-Volume1-web.vhdx)\Write Bytes/sec";

/// `rows` lines below a head, each with its number and its minute of the hour.
fn lines(head: &str, rows: u32, line: impl Fn(u32, u32) -> String) -> String {
    (0..rows).fold(format!("{head}\n"), |mut text, row| {
        let _ = writeln!(text, "{}", line(row, row * 5));
        text
    })
}

/// Source, names and first bins of the columns, and what is told.
type Read = (String, Vec<(String, Option<u64>)>, String);

/// What is read; or why it is refused.
fn read(text: &str, values: Option<Values>) -> Result<Read, String> {
    let options = ChurnOptions { zone: Some(TimeZone::UTC), values, ..ChurnOptions::default() };
    let (series, found) =
        import(&[("x.csv", text.as_bytes())], options).map_err(|faults| faults.to_string())?;
    let columns = series.columns.into_iter().map(|column| (column.name, column.bins[0])).collect();
    Ok((found.source, columns, found.quirks.join("\n")))
}

fn is_read(text: &str, source: &str, columns: &[(&str, u64)]) -> String {
    let (as_source, read, told) = read(text, None).unwrap_or_else(|why| panic!("{why}\n{text}"));
    let columns: Vec<_> = columns.iter().map(|(name, bytes)| ((*name).to_owned(), Some(*bytes))).collect();
    assert_eq!((as_source.as_str(), read), (source, columns), "{text}");
    told
}

fn is_refused(text: &str, words: &[&str]) {
    let why = read(text, None).expect_err(text);
    assert!(words.iter().all(|word| why.contains(word)), "{why}\n{text}");
}

/// Whose name the times have lost, found by fuzzing: once it took one column too many, and ended in a panic.
#[test]
fn a_log_whose_times_have_the_name_of_a_counter_is_refused() {
    let text = lines(&format!("\"\\\\HV01\\{WEB}\",\"\\\\HV01\\{WEB}\""), 3, |_, minute| {
        format!("\"03/02/2026 00:{minute:02}:00.000\",\"10.5\"")
    });
    is_refused(&text, &["x.csv:1", "where the times are expected", "its header is damaged"]);
}

#[test]
fn a_log_of_counters_keeps_its_clock_with_tabs_and_after_a_spreadsheet() {
    let tabs = lines(
        &format!("\"(PDH-TSV 4.0) (W. Europe Standard Time)(-60)\"\t\"\\\\HV01\\{WEB}\""),
        3,
        |_, minute| format!("\"02/02/2028 08:{minute:02}:00.012\"\t\"10.5\""),
    );
    let told = is_read(&tabs, "counters", &[("C:-ClusterStorage-Volume1-web", 3150)]);
    assert!(told.contains("60 minutes ahead of UTC"), "{told}");
    let saved =
        lines(&format!("Time,\\\\HV01\\{WEB}"), 3, |_, minute| format!("2/13/2028 8:{minute:02},10.5"));
    is_read(&saved, "counters", &[("C:-ClusterStorage-Volume1-web", 3150)]);
    // what a spreadsheet wrote anew has no order of its own
    let open = saved.replace("2/13/", "2/3/");
    is_refused(&open, &["--dates"]);
}

#[test]
fn no_value_is_a_gap_in_any_word() {
    for word in ["Infinity", "-1.#IND", "#N/A", "--", "INF"] {
        let text = lines(&format!("\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\HV01\\{WEB}\""), 4, |row, minute| {
            let value = if row == 2 { word } else { "7" };
            format!("\"02/13/2028 08:{minute:02}:00.000\",\"{value}\"")
        });
        let told = is_read(&text, "counters", &[("C:-ClusterStorage-Volume1-web", 2100)]);
        assert!(told.contains("1 cell says that there is no value"), "{word}: {told}");
    }
}

#[test]
fn counters_of_something_else_say_where_to_go() {
    let of = |counter: &str| {
        lines(&format!("\"(PDH-CSV 4.0) (UTC)(0)\",\"{counter}\""), 2, |_, minute| {
            format!("\"02/13/2028 08:{minute:02}:00\",\"1\"")
        })
    };
    is_refused(&of(r"\\HV01\Hyper-V Replica VM(web)\Network Bytes Sent"), &["drsim compare --measured"]);
    is_refused(&of(r"\\esx\Physical Disk SCSI Device(naa.1)\MBytes Written/sec"), &["esxtop -b -a"]);
}

#[test]
fn a_rate_by_its_words_is_no_bytes_of_a_bin() {
    for head in ["write_bytes_per_sec", "DiskWriteBytesPersec", "bytes written per second", "Write Bytes/sec"]
    {
        let text = lines(&format!("timestamp,vm,{head}"), 3, |_, minute| {
            format!("2025-07-15 08:{minute:02}:00,db,10")
        });
        is_read(&text, "table", &[("db", 3000)]);
    }
    let text = lines("timestamp,vm,write MB per second", 3, |_, minute| {
        format!("2025-07-15 08:{minute:02}:00,db,10")
    });
    is_read(&text, "table", &[("db", 3_000_000_000)]);
    let text =
        lines("timestamp,vm,write_mb_per_sec", 3, |_, minute| format!("2025-07-15 08:{minute:02}:00,db,10"));
    is_refused(&text, &["bits, or bytes", "column of units"]);
}

#[test]
fn a_running_total_is_asked_about_in_a_long_table_too() {
    let influx = |line: &dyn Fn(u32) -> u32| {
        lines(
            "#group,false,false,false,false,true,true\n#datatype,string,long,dateTime:RFC3339,double,string,string\n#default,_result,,,,,\n,result,table,_time,_value,_field,host",
            14,
            |row, minute| {
                format!(
                    ",,0,2025-07-15T{:02}:{:02}:00Z,{},write_bytes,db",
                    8 + minute / 60,
                    minute % 60,
                    line(row)
                )
            },
        )
    };
    is_refused(&influx(&|row| 1_000_000 + row * 3000), &["--values total", "13 of 13"]);
    is_refused(&influx(&|row| 1_000_000 - row * 3000), &["--values total", "13 of 13"]);
    let (_, columns, _) = read(&influx(&|row| 1_000_000 + row * 3000), Some(Values::Total)).unwrap();
    assert_eq!(columns, [("db".to_owned(), Some(3000))]);
    is_read(&influx(&|row| 10 + row % 3), "table", &[("db", 10)]);
}

#[test]
fn what_a_wide_table_has_beside_writes_is_no_machine() {
    let chart = lines(
        "Time,Write rate for scsi0:0 (KBps),Read rate for scsi0:0 (KBps),Write latency (ms)",
        3,
        |_, minute| format!("2025-07-15 08:{minute:02}:00,10,99,5"),
    );
    let told = is_read(&chart, "wide", &[("Write rate for scsi0:0", 3_000_000)]);
    assert!(told.contains("2 other columns or rows of its file are left out"), "{told}");
    // a machine may be called as it likes where no column speaks of writes
    let names = lines("Time,read-replica-1 [KB/s],web [KB/s]", 3, |_, minute| {
        format!("2025-07-15 08:{minute:02}:00,10,9")
    });
    is_read(&names, "wide", &[("read-replica-1", 3_000_000), ("web", 2_700_000)]);
    let long = lines("Time,Object,\"Virtual Disk|Total Throughput (KBps)\"", 3, |_, minute| {
        format!("2025-07-15 08:{minute:02}:00,db-01,10")
    });
    is_refused(&long, &["`db-01` is not a number", "--columns"]);
}

#[test]
fn series_that_are_labels_alone_are_told_by_the_units_of_their_cells() {
    let panel = |value: &str| {
        lines("\"Series\",\"Time\",\"Value\"", 3, |_, minute| {
            format!(
                "\"{{device=\"\"sda\"\", instance=\"\"db:9100\"\"}}\",2025-07-15 08:{minute:02}:00,{value}"
            )
        })
    };
    is_read(&panel("1.00 MiB/s"), "prometheus", &[("db/sda", 314_572_800)]);
    is_refused(&panel("1000"), &["--values rate", "or bytes of 5m"]);
}

#[test]
fn samples_of_vsphere_are_those_of_their_machines() {
    let row = |machine: &str, metric: &str, minute: u32, value: u32, disk: &str| {
        format!(
            "\"{machine}\",\"7/15/2025 8:{minute:02}:00 AM\",\"{metric}\",\"{value}\",\"KBps\",\"{disk}\"\n"
        )
    };
    let text = (0..4).fold(
        "\"Entity\",\"Timestamp\",\"MetricId\",\"Value\",\"Unit\",\"Instance\"\n".to_owned(),
        |text, at| {
            ["db", "web"].into_iter().fold(text, |text, machine| {
                text + &row(machine, "virtualDisk.write.average", at * 5, 10, "scsi0:0")
                    + &row(machine, "virtualDisk.read.average", at * 5, 99, "scsi0:0")
                    + &row(machine, "disk.write.average", at * 5, 10, "")
            })
        },
    );
    is_read(&text, "get-stat", &[("db/scsi0:0", 3_000_000), ("web/scsi0:0", 3_000_000)]);
}

#[test]
fn operations_are_no_bytes() {
    let zabbix = |key: &str| {
        lines("host,key_,clock,value", 3, |row, _| format!("db,{key},{},150.5", 1_752_566_400 + row * 300))
    };
    is_refused(&zabbix("vfs.dev.write.rate[sda]"), &["no metric of bytes written"]);
    is_refused(&zabbix("sda: Disk write rate"), &["bytes, or operations", "column of units"]);
    let units = lines("Host;Item;Timestamp;Value", 3, |_, minute| {
        format!("db;sda: Disk write rate;2025-07-15 08:{minute:02}:00;2 MBps")
    });
    is_read(&units, "zabbix", &[("db", 600_000_000)]);
}

#[test]
fn azure_names_a_machine_by_its_resource_and_its_disks_by_their_metric() {
    let id = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/db01";
    let row = |metric: &str, minute: u32, value: u32| {
        format!("2025-07-15T08:{minute:02}:00Z,{id},{metric},{value}\n")
    };
    let text = (0..3).fold("TimeStamp,Resource,Metric,Average\n".to_owned(), |text, at| {
        text + &row("OS Disk Write Bytes/sec", at * 5, 10) + &row("Data Disk Write Bytes/sec", at * 5, 20)
    });
    is_read(&text, "azure-monitor", &[("db01/Data Disk", 6000), ("db01/OS Disk", 3000)]);
    let logs = (0..3).fold(
        "TimeGenerated [UTC],Computer,ObjectName,CounterName,InstanceName,CounterValue\n".to_owned(),
        |text, at| {
            let row = |object: &str, disk: &str| {
                format!(
                    "\"7/15/2025, 8:{:02}:00.000 AM\",db01,{object},Disk Write Bytes/sec,{disk},10\n",
                    at * 5
                )
            };
            text + &row("LogicalDisk", "C:") + &row("PhysicalDisk", "0 C:") + &row("LogicalDisk", "_Total")
        },
    );
    is_read(&logs, "log-analytics", &[("db01/0 C:", 3000)]);
}

/// What `az monitor metrics list` answers.
fn az(metric: &str, unit: &str, what: &str) -> String {
    let id = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/db01";
    let data: Vec<String> = (0..3)
        .map(|at| format!("{{\"timeStamp\": \"2025-07-15T08:{:02}:00Z\", \"{what}\": 3000.0}}", at * 5))
        .collect();
    format!(
        "{{\"cost\": 0, \"interval\": \"PT5M\", \"timespan\": \"a/b\", \"value\": [{{\"id\": \"{id}/providers/Microsoft.Insights/metrics/{metric}\",\n\
         \"name\": {{\"localizedValue\": \"x\", \"value\": \"{metric}\"}}, \"unit\": \"{unit}\", \"timeseries\": [{{\"metadatavalues\": [], \"data\": [{}]}}]}}]}}",
        data.join(",\n")
    )
}

#[test]
fn metrics_of_azures_command_line_are_totals_of_grains_or_rates() {
    is_read(&az("Disk Write Bytes", "Bytes", "total"), "az", &[("db01", 3000)]);
    is_read(&az("OS Disk Write Bytes/sec", "BytesPerSecond", "average"), "az", &[("db01/OS Disk", 900_000)]);
    // the mean of samples of a grain is neither its bytes nor a rate
    is_refused(&az("Disk Write Bytes", "Bytes", "average"), &["nothing says", "--values"]);
    is_refused(
        &az("Percentage CPU", "Percent", "average"),
        &["no metric of bytes written", "Percentage CPU"],
    );
}

/// `Measure-VMReplication | Export-Csv` in the language of the computer: three days, each line a day of 288 cycles of 52,428,800 bytes.
fn measured(delimiter: char, time: impl Fn(u32) -> String) -> String {
    let line =
        |cells: [String; 6]| cells.map(|cell| format!("\"{cell}\"")).join(&delimiter.to_string()) + "\n";
    let head = [
        "Name",
        "AvgReplSize",
        "SuccReplCount",
        "MissedReplCount",
        "MonitoringStartTime",
        "MonitoringEndTime",
    ];
    (12..15).fold(line(head.map(str::to_owned)), |text, day| {
        text + &line(["web".into(), "52428800".into(), "288".into(), "0".into(), time(day), time(day + 1)])
    })
}

#[test]
fn measured_replication_is_read_in_the_dates_of_any_language() {
    let bytes = 52_428_800 * 288 / 24;
    for text in [
        measured(',', |day| format!("2/{day}/2028 12:00:00 AM")),
        measured(';', |day| format!("{day}.02.2028 00:00:00")),
        measured(',', |day| format!("{day}/02/2028 00:00:00")),
        measured(',', |day| format!("2028-02-{day}T00:00:00")),
    ] {
        is_read(&text, "measure-vmreplication", &[("web", bytes)]);
    }
    // days that may be months are asked about, and then read
    let open = measured(',', |day| format!("2/{}/2028 12:00:00 AM", day - 10));
    is_refused(&open, &["--dates mdy or --dates dmy"]);
    let options = ChurnOptions {
        zone: Some(TimeZone::UTC),
        dates: Some(drsim::import::Order::Mdy),
        ..ChurnOptions::default()
    };
    let (series, _) =
        import(&[("x.csv", open.as_bytes())], options).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(series.start_unix_us, 1_833_062_400_000_000);
    assert_eq!(series.columns[0].bins.len(), 72);
}
