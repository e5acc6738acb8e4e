//! A folder is what its files are, one by one; what is not read of it is named.

use crate::hostile::{drsim, temporary};
use crate::import::command::command;

const IOSTAT: &str = "Linux 5.14.0 (web) \t07/15/2025 \t_x86_64_\t(4 CPU)\n\n\
    07/15/2025 08:00:00 AM\nDevice r/s wkB/s\nsda 1 9\n\n07/15/2025 08:05:00 AM\nDevice r/s wkB/s\nsda 1 10\n\n07/15/2025 08:10:00 AM\nDevice r/s wkB/s\nsda 1 10\n\n";
const SADF: &str = "# hostname;interval;timestamp;DEV;wkB/s\ndb;300;2025-07-15 08:05:00 UTC;sda;10\ndb;300;2025-07-15 08:10:00 UTC;sda;10\n";
const API: &str = r#"{"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {"__name__": "node_disk_written_bytes_total",
    "instance": "app:9100", "device": "sda"}, "values": [[1752566400, "1000"], [1752566700, "1600"]]}]}}"#;

#[test]
fn a_folder_takes_what_its_files_are_and_names_what_it_leaves() {
    let folder = temporary();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(path("in")).unwrap();
    std::fs::create_dir(path("in/old")).unwrap();
    for (name, text) in [
        ("io.txt", IOSTAT),
        ("sar.log", SADF),
        ("api.json", API),
        ("machines.json", r#"[{"Name": "a", "ProcessorCount": 2, "MemoryStartup": 1}]"#),
        ("notes.txt", "the first week, and the second\n"),
        ("README.md", "x"),
    ] {
        std::fs::write(path("in").clone() + "/" + name, text).unwrap();
    }
    let (code, out, err) = command(&[&path("in"), "-o", &path("x.series"), "--zone", "UTC"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("3 columns") && out.contains("(prometheus-api, iostat, sadf)"), "{out}");
    for left in ["machines.json", "notes.txt"] {
        let line = out.lines().find(|line| line.contains("Not of measurements")).unwrap();
        assert!(line.contains(left), "{line}");
    }
    assert!(out.contains("Not read of the folder: README.md, old/."), "{out}");
    assert!(err.starts_with("warning: not read: machines.json, notes.txt, README.md, old/\n"), "{err}");
    // one that is named is not left out
    let (code, _, err) = command(&[&(path("in") + "/notes.txt"), "-o", &path("y.series")]);
    assert!(code == 2 && err.contains("notes.txt"), "{err}");
    std::fs::create_dir(path("none")).unwrap();
    let (code, _, err) = drsim(&["import", "churn", &path("none"), "-o", &path("z.series")]);
    assert!(code == 2 && err.contains("the folder has no .csv or .tsv or .xlsx"), "{err}");
}

#[test]
fn a_folder_of_an_inventory_names_what_it_leaves() {
    let folder = temporary();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(path("in")).unwrap();
    std::fs::write(
        path("in/vInfo.tsv"),
        "VM\tPowerstate\tCPUs\tMemory\tProvisioned MiB\na\tpoweredOn\t2\t1024\t9000\n",
    )
    .unwrap();
    std::fs::write(path("in/log.txt"), "x").unwrap();
    let (code, out, err) = drsim(&["import", "inventory", &path("in"), "-o", &path("x.ron")]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("1 machine (rvtools)") && out.contains("Not read of the folder: log.txt."), "{out}");
    assert!(err.starts_with("warning: not read: log.txt\n"), "{err}");
}

/// What is likely to be meant is not passed over; named or gone it is no obstacle.
#[test]
fn a_table_of_no_tool_in_a_file_of_anything_is_asked_about() {
    let folder = temporary();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(path("in")).unwrap();
    std::fs::write(path("in/sar.log"), SADF).unwrap();
    let table = "when,web [B/s]\n2025-07-15T08:05:00Z,7\n2025-07-15T08:10:00Z,8\n";
    for (name, text) in [("wide.txt", table), ("w.log.gz.txt", "Stamp;Wert\n1752566400;7,5\n")] {
        std::fs::write(path("in/") + name, text).unwrap();
        let (code, _, err) = command(&[&path("in"), "-o", &path("x.series")]);
        assert!(code == 2 && err.contains(&format!("{name}:1: no known export has the header")), "{err}");
        assert!(err.contains("help: name the file beside its folder"), "{err}");
        std::fs::remove_file(path("in/") + name).unwrap();
    }
    std::fs::write(path("wide.txt"), table).unwrap();
    let (code, out, err) = command(&[&path("in"), &path("wide.txt"), "-o", &path("x.series")]);
    assert!(code == 0 && out.contains("2 columns"), "{err}{out}");
    // logs of programs, and prose, are none
    for text in [
        "2025-07-15 08:00:00,123 INFO started\n2025-07-15 08:00:01,456 INFO ready\n",
        "Dear all, here are\nthe files, 3 of them\n",
        "a: 1\nb: 2\n",
    ] {
        std::fs::write(path("in/other.log"), text).unwrap();
        let (code, _, err) = command(&[&path("in"), "-o", &path("y.series")]);
        assert!(code == 0 && err.starts_with("warning: not read: other.log\n"), "{err}");
    }
}
