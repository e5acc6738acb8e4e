//! What can hardly be so is told on stderr, with what is taken: sizes that are missing, more in use than there is, numbers far off the rest.

use std::fmt::Write;

use drsim::import::inventory::GIB;

use crate::hostile::{drsim, temporary};

const GB: u64 = GIB;

/// Imports a file of that name; the scenario, and what is told on stderr. What is told there is told on stdout, too.
fn told(what: &str, name: &str, text: &str, more: &[&str]) -> (String, String) {
    let folder = temporary();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path(name), text).unwrap();
    let output = path(if what == "churn" { "x.series" } else { "x.ron" });
    let (code, out, err) = drsim(&[&["import", what, &path(name), "-o", &output], more].concat());
    assert_eq!(code, 0, "{err}\n{text}");
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for warning in err.lines().filter_map(|line| line.strip_prefix("warning: ")) {
        assert!(flat(&out).contains(&flat(warning)), "{warning}\n{out}");
    }
    let (code, ..) = drsim(&["check", &path("x.ron")]);
    assert_eq!(code, 0);
    (std::fs::read_to_string(path("x.ron")).unwrap(), err)
}

fn inventory(name: &str, text: &str) -> (String, String) {
    told("inventory", name, text, &[])
}

#[test]
fn a_disk_without_a_size_is_told() {
    let head = "Server name,Cores,Memory (In MB),Number of disks,Storage (In GB),Disk 1 size (In GB),Disk 2 size (In GB)";
    let rows = |rows: &[&str]| inventory("azure.csv", &format!("{head}\n{}\n", rows.join("\n"))).1;
    let err = rows(&["web,4,8192,2,,100,", "app,4,8192,2,,100,50"]);
    let sentence = "warning: Sizes of some disks only, the others are left out: `web` (1 of 2 disks).\n";
    assert!(err.contains(sentence), "{err}");
    let err = rows(&["web,4,8192,1,500,100,", "app,4,8192,2,150,100,50"]);
    assert!(err.contains("the rest is left out: `web` (107 GB of 536 GB).\n"), "{err}");
    // as many as there are, or a total that rounds them, is no news
    assert!(!rows(&["web,4,8192,1,101,100,", "app,4,8192,2,150,100,50"]).contains("warning"));
    let listed = "Machine,Cores,Memory(MB),Disks,Disk 1 size (In GB)\nweb,4,8192,2,100\n";
    assert!(inventory("azure.csv", listed).1.contains("`web` (1 of 2 disks)"));
}

#[test]
fn more_in_use_than_there_is_is_told_and_taken_as_full() {
    let hyper_v = |used: u64| {
        format!(
            r#"[{{"Name": "web", "VMId": "1", "State": 2, "ProcessorCount": 2, "MemoryStartup": {GB}, "ComputerName": "S1",
                "HardDrives": [{{"Path": "C:\\web.vhdx", "ControllerType": 1}}]}},
               {{"Path": "C:\\web.vhdx", "Size": {}, "FileSize": {used}, "ComputerName": "S1"}}]"#,
            100 * GB
        )
    };
    let vmm = r#"[{"Name": "web", "ID": "1", "CPUCount": 2, "Memory": 4096, "HostName": "S1", "StatusString": "Running", "VirtualDiskDrives":
        [{"VirtualHardDisk": {"Name": "web", "Location": "C:\\web.vhdx", "MaximumSize": 107374182400, "Size": 128849018880}}]}]"#;
    let files = [
        ("vInfo.csv", "VM,Powerstate,CPUs,Memory,Provisioned MiB,In Use MiB\nweb,poweredOn,2,1024,102400,122880\n".to_owned()),
        ("VMs.csv", "VM Name,Virtual CPU,Provisioned Memory (MiB),Virtual Disk Size (MiB),Virtual Disk Used (MiB)\nweb,2,1024,102400,122880\n".to_owned()),
        ("azure.csv", "Server name,Cores,Memory (In MB),Storage in use (In GB),Disk 1 size (In GB)\nweb,4,8192,120,100\n".to_owned()),
        ("get-vm.json", hyper_v(120 * GB)),
        ("vmm.json", vmm.to_owned()),
    ];
    for (name, text) in files {
        let (scenario, err) = inventory(name, &text);
        let sentence = "More in use than disks hold, which are taken as full: `web` (128 GB of 107 GB).\n";
        assert!(err.contains(sentence), "{name}: {err}");
        assert!(scenario.contains("100 GiB") && !scenario.contains("120 GiB"), "{scenario}");
    }
    // a fixed disk's file has its tables beside its size
    assert!(!inventory("get-vm.json", &hyper_v(100 * GB + (4 << 20))).1.contains("warning"));
}

#[test]
fn a_machine_far_off_the_rest_is_told() {
    let head = "Server name,Cores,Memory (In MB),Disk 1 size (In GB),Disk write throughput (MBPS)";
    let row = |at: u64, size: u64, rate: u64| format!("vm{at},4,8192,{size},{rate}\n");
    let err = |odd: &str| {
        let rows: String = (1..=5).map(|at| row(at, 100, at * 4)).collect();
        inventory("azure.csv", &format!("{head}\n{rows}{odd}")).1
    };
    let told = err(&row(6, 100, 5000));
    let sentence = "Far more writes than the rest, which has at most 20.9 MB/s, perhaps in another unit: `vm6` with 5.24 GB/s.\n";
    assert!(told.contains(sentence), "{told}");
    assert!(err(&row(6, 50_000, 7)).contains("Far more disk than the rest, which has at most 100 GiB"));
    assert!(err("vm6,4,8192000,100,7\n").contains("Far more memory than the rest"));
    assert!(err("vm6,1024,8192,100,7\n").contains("Far more cores than the rest, which has at most 4, "));
    assert!(err("vm6,4,8192,0.09,7\n").contains("Far less disk than the rest, which has at least 100 GiB"));
    for usual in [row(6, 100, 1999), row(6, 9_000, 7), row(6, 1, 0)] {
        assert!(!err(&usual).contains("Far "), "{usual}");
    }
}

/// A table of measurements every five minutes: `machine` at a row, in MB a second.
fn measured(machines: usize, rows: usize, of: impl Fn(usize, usize) -> usize) -> String {
    let mut text = "time".to_owned();
    (0..machines).for_each(|at| write!(text, ",vm{at} [MB/s]").unwrap());
    for row in 0..rows {
        write!(text, "\n{}", 1_752_566_400 + row * 300).unwrap();
        (0..machines).for_each(|at| write!(text, ",{}", of(at, row)).unwrap());
    }
    text + "\n"
}

#[test]
fn measurements_far_off_the_rest_are_told() {
    let err = |text: &str| told("churn", "x.csv", text, &[]).1;
    let column = err(&measured(4, 12, |at, row| if at == 2 { 5000 } else { 1 + (at + row) % 20 }));
    let sentence = "warning: Far more than the others, which write at most ";
    assert!(
        column.contains(sentence) && column.contains("in another unit: `vm2` with 5 GB/s.\n"),
        "{column}"
    );
    let bin = err(&measured(2, 12, |at, row| if (at, row) == (1, 7) { 5000 } else { 1 + row % 20 }));
    let sentence =
        "warning: vm1: 1 bin is of 5 GB/s or more, the others reach 12 MB/s; perhaps in another unit.\n";
    assert!(bin.contains(sentence), "{bin}");
    // a busy hour of twelve is no slip, and neither is a machine that idles
    assert!(!err(&measured(4, 288, |_, row| if row < 24 { 5000 } else { 1 })).contains("warning"));
    assert!(!err(&measured(4, 12, |at, row| if at == 2 { 0 } else { 1 + row })).contains("warning"));
}

#[test]
fn an_estate_tells_of_machines_and_of_measurements() {
    let folder = temporary();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let row = |at: usize| format!("vm{at},4,8192,{}\n", if at == 1 { 50_000 } else { 100 });
    let machines: String = (0..4).map(row).collect();
    let azure = format!("Server name,Cores,Memory (In MB),Disk 1 size (In GB)\n{machines}");
    std::fs::write(path("azure.csv"), azure).unwrap();
    let text = measured(4, 12, |at, row| if at == 2 { 5000 } else { 1 + row });
    std::fs::write(path("x.csv"), text.replace(" [MB/s]", "/disk 1 [MB/s]")).unwrap();
    let (code, _, err) =
        drsim(&["import", "estate", &path("azure.csv"), "--churn", &path("x.csv"), "-o", &path("x.ron")]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("warning: Far more disk than the rest") && err.contains("`vm1` with 50000 GiB"),
        "{err}"
    );
    assert!(
        err.contains("warning: Far more than the others") && err.contains("`vm2/disk 1` with 5 GB/s"),
        "{err}"
    );
}

#[test]
fn a_machine_in_two_spellings_is_told_on_stderr() {
    let row = |name: &str, at: u64| format!("{},{name},sda,5\n", 1_752_566_400 + at * 300);
    let rows: String = ["HV01", "hv01.corp.local"].iter().map(|name| row(name, 0) + &row(name, 1)).collect();
    let (_, err) = told("churn", "x.csv", &format!("time,machine,disk,value\n{rows}"), &["--values", "rate"]);
    let sentence =
        "warning: `HV01/sda` and `hv01.corp.local/sda` may be one, whose writes then count in each";
    assert!(err.contains(sentence), "{err}");
}

/// Machines with the files that each disk has, and files with their parents.
fn estate(machines: &[(&str, &str, &str)], files: &[(&str, &str)]) -> String {
    let machine = |(name, host, path): &(&str, &str, &str)| {
        format!(
            r#"{{"Name": "{name}", "VMId": "id-{name}", "State": 2, "ProcessorCount": 2, "MemoryStartup": {GB}, "ComputerName": "{host}",
                "HardDrives": [{{"Path": "{path}", "ControllerType": 1}}, {{"Path": "D:\\{name}.vhdx", "ControllerType": 1}}]}},
               {{"Path": "D:\\{name}.vhdx", "Size": {GB}, "FileSize": {GB}}}"#
        )
    };
    let file = |(path, parent): &(&str, &str)| {
        format!(r#"{{"Path": "{path}", "ParentPath": "{parent}", "Size": {}, "FileSize": {GB}}}"#, 100 * GB)
    };
    let all: Vec<String> = machines.iter().map(machine).chain(files.iter().map(file)).collect();
    format!("[{}]", all.join(", "))
}

#[test]
fn a_virtual_disk_of_two_machines_counts_once_and_is_told() {
    let path = r"C:\\vms\\sys.vhdx";
    let both =
        |host: &str| inventory("h.json", &estate(&[("web", "S1", path), ("app", host, path)], &[(path, "")]));
    let (scenario, err) = both("S1");
    let sentence = "warning: Virtual disks that two machines have count once, for the first of them: `sys.vhdx` of `web` and `app`.\n";
    assert!(err.contains(sentence), "{err}");
    assert_eq!(scenario.matches("sys.vhdx").count(), 1, "{scenario}");
    // each host has its own
    let (scenario, err) = both("S2");
    assert!(!err.contains("warning") && scenario.matches("sys.vhdx").count() == 2, "{err}");
    // hosts of which no cluster is known may be of two
    let shared = r"C:\\ClusterStorage\\V1\\sys.vhdx";
    let machines = [("web", "S1", shared), ("app", "S2", shared)];
    let (scenario, err) = inventory("h.json", &estate(&machines, &[(shared, "")]));
    assert!(err.contains("warning: Disks of one path on cluster storage count for each machine"), "{err}");
    assert_eq!(scenario.matches("sys.vhdx").count(), 2, "{scenario}");
    let parts =
        [(r"C:\\a.vhdx", r"C:\\base.vhdx"), (r"C:\\b.vhdx", r"C:\\base.vhdx"), (r"C:\\base.vhdx", "")];
    let machines = [("web", "S1", parts[0].0), ("app", "S1", parts[1].0)];
    let (_, err) = inventory("h.json", &estate(&machines, &parts));
    let sentence = "warning: Disks that are made of one parent count with all of it, each, as they are replicated: those of web, app.\n";
    assert!(err.contains(sentence), "{err}");
    let (_, err) = inventory("h.json", &estate(&machines[..1], &parts));
    assert!(!err.contains("warning"), "{err}");
}
