//! What is measured finds its machine and disk, whoever measured it.

use crate::hostile::{drsim, temporary};

const INFO: &str =
    "VM,Powerstate,CPUs,Memory,VM ID\ndb.corp.example,poweredOn,2,4096,vm-1\nweb,poweredOn,2,4096,vm-2\n";
const DISKS: &str = "VM,Disk,Disk Key,Capacity MiB,Disk Mode,VM ID\ndb.corp.example,Hard disk 1,2000,1024,p,vm-1\n\
    db.corp.example,Hard disk 2,2017,1024,p,vm-1\nweb,Hard disk 1,2000,1024,p,vm-2\nweb,Hard disk 2,2001,1024,p,vm-2\n";

/// The scenario and what is told of an estate, or what it ends with.
fn estate(inventory: &[(&str, &str)], measured: &str) -> Result<(String, String), String> {
    let folder = temporary();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(path("in")).unwrap();
    for (name, text) in inventory {
        std::fs::write(path("in") + "/" + name, text).unwrap();
    }
    std::fs::write(path("m.csv"), measured).unwrap();
    let (code, out, err) = drsim(&[
        "import",
        "estate",
        &path("in"),
        "--churn",
        &path("m.csv"),
        "--zone",
        "UTC",
        "-o",
        &path("x.ron"),
    ]);
    if code != 0 {
        return Err(err);
    }
    let (code, _, told) = drsim(&["check", &path("x.ron")]);
    assert_eq!(code, 0, "{told}");
    Ok((
        std::fs::read_to_string(path("x.ron")).unwrap(),
        out.split_whitespace().collect::<Vec<_>>().join(" "),
    ))
}

/// The columns that the disk of that line follows.
fn follows(scenario: &str, machine: &str, disk: &str) -> Vec<String> {
    let (_, rest) = scenario.split_once(&format!("(name: {machine:?}")).unwrap();
    let line = rest.lines().find(|line| line.contains(&format!("(name: {disk:?}"))).unwrap();
    line.split("column: \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn a_virtual_disk_of_vsphere_is_found_by_its_place() {
    let row = |machine: &str, disk: &str, minute: u32| {
        format!("{machine},7/15/2025 8:{minute:02}:00 AM,virtualDisk.write.average,10,KBps,{disk}\n")
    };
    let text = (0..3).fold("Entity,Timestamp,MetricId,Value,Unit,Instance\n".to_owned(), |text, at| {
        text + &row("DB", "scsi0:0", at * 5) + &row("DB", "scsi1:1", at * 5) + &row("web", "scsi0:1", at * 5)
    });
    let (scenario, told) = estate(&[("vInfo.csv", INFO), ("vDisk.csv", DISKS)], &text).unwrap();
    assert_eq!(follows(&scenario, "db.corp.example", "Hard disk 1"), ["DB/scsi0:0"]);
    assert_eq!(follows(&scenario, "db.corp.example", "Hard disk 2"), ["DB/scsi1:1"]);
    assert_eq!(follows(&scenario, "web", "Hard disk 2"), ["web/scsi0:1"]);
    assert!(!told.contains("guests know"), "{told}");
}

#[test]
fn devices_of_guests_are_written_to_the_first_disk_of_their_machine() {
    let line = |machine: &str, device: &str, minute: u32| {
        format!("{machine};300;2025-07-15 08:{minute:02}:00 UTC;{device};10\n")
    };
    let text = (1..4).fold("# hostname;interval;timestamp;DEV;wkB/s\n".to_owned(), |text, at| {
        text + &line("db", "sda", at * 5) + &line("db", "sdb", at * 5) + &line("web", "sda", at * 5)
    });
    let (scenario, told) = estate(&[("vInfo.csv", INFO), ("vDisk.csv", DISKS)], &text).unwrap();
    assert_eq!(follows(&scenario, "db.corp.example", "Hard disk 1"), ["db/sda", "db/sdb"]);
    assert!(follows(&scenario, "db.corp.example", "Hard disk 2").is_empty());
    assert_eq!(follows(&scenario, "web", "Hard disk 1"), ["web/sda"]);
    assert!(told.contains("written to the first disk of their machine: 3 columns of 2 machines."), "{told}");
    // two machines that a fold would make one are neither's
    let two = text.replace("web;", "db.other;");
    let why = estate(&[("vInfo.csv", INFO), ("vDisk.csv", DISKS)], &two).unwrap_err();
    assert!(why.contains("db.other/sda") && why.contains("--map"), "{why}");
}

#[test]
fn a_counter_of_get_counter_is_found_by_its_path() {
    let json = r#"[{"Name": "web", "State": 2, "ProcessorCount": 2, "MemoryStartup": 4294967296, "ComputerName": "HV01",
        "HardDrives": [{"ControllerType": 0, "Path": "C:\\ClusterStorage\\Volume1\\web\\web.vhdx"}]},
        {"Path": "C:\\ClusterStorage\\Volume1\\web\\web.vhdx", "Size": 107374182400, "FileSize": 53687091200}]"#;
    let text = (0..3).fold("Timestamp,Path,CookedValue\n".to_owned(), |text, at| {
        text + &format!(
            "7/15/2025 8:{:02}:00 AM,\\\\hv01\\hyper-v virtual storage device(c:-clusterstorage-volume1-web-web.vhdx)\\write bytes/sec,10\n",
            at * 5
        )
    });
    let (scenario, _) = estate(&[("h.json", json)], &text).unwrap();
    assert_eq!(follows(&scenario, "web", "web.vhdx"), ["c:-clusterstorage-volume1-web-web"]);
}
