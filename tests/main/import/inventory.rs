//! Real inventories import whole, and what comes out is a scenario that is accepted and recovers.

use std::collections::BTreeMap;

use drsim::assess::{Options as Assess, assess};
use drsim::import::Faults;
use drsim::import::inventory::scenario::{Written, scenario};
use drsim::import::inventory::summary::summary;
use drsim::import::inventory::{GIB, Import, Inventory, InventoryOptions, MIB};
use drsim::scenario::Scenario;
use drsim::units::{Bytes, Ratio};

use crate::shared::data;

/// Imports files from memory.
pub fn inventory(files: &[(&str, &[u8])], options: &InventoryOptions) -> Result<Inventory, Faults> {
    let mut import = Import::new(options.clone());
    for (name, bytes) in files {
        import.file(name, *bytes);
    }
    import.finish()
}

/// Imports texts, with the options as they are by default.
pub fn texts(files: &[(&str, &str)]) -> Result<Inventory, Faults> {
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    inventory(&files, &InventoryOptions::default())
}

/// The scenario of an inventory, and what `check` says of it.
pub fn accepted(inventory: &Inventory, options: &InventoryOptions) -> (Scenario, String, Written) {
    let written = scenario(inventory, options, "test");
    let files = BTreeMap::from([("x.ron".to_owned(), written.text.clone().into_bytes())]);
    let (scenario, warnings) = Scenario::parse(&files, "x.ron")
        .unwrap_or_else(|problems| panic!("{}\n{}", problems.render(false), written.text));
    assert!(summary(inventory, &written).lines().all(|line| line.chars().count() <= 80));
    (scenario, warnings.render(false), written)
}

/// Real files of a folder, in their order.
fn real(paths: &[&str]) -> Option<Vec<(String, Vec<u8>)>> {
    paths
        .iter()
        .map(|path| {
            data(&format!("inventory/{path}")).map(|full| ((*path).to_owned(), std::fs::read(full).unwrap()))
        })
        .collect()
}

fn of(files: &[(String, Vec<u8>)], options: &InventoryOptions) -> Inventory {
    let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    inventory(&files, options).unwrap_or_else(|faults| panic!("{faults}"))
}

const TABS: [&str; 5] = ["vInfo", "vDisk", "vPartition", "vHost", "vCluster"];

fn csv_131() -> Option<Vec<(String, Vec<u8>)>> {
    let paths = TABS.map(|tab| format!("rvtools-131vm/csv/{tab}.csv"));
    real(&paths.each_ref().map(String::as_str))
}

#[test]
fn the_131_machines_import_the_same_from_the_workbook_and_from_its_tabs() {
    let (Some(book), Some(tabs)) = (real(&["rvtools-131vm/BillSampleNextRvtoolsFinal.xlsx"]), csv_131())
    else {
        return;
    };
    let options = InventoryOptions::default();
    let (book, tabs) = (of(&book, &options), of(&tabs, &options));
    assert_eq!(book.machines, tabs.machines);
    assert_eq!(book.hosts, tabs.hosts);
    assert_eq!((book.told.dropped, book.told.assumed), (tabs.told.dropped, tabs.told.assumed));
}

/// Sums of this export, counted beside it: 131 rows, of which 2 are templates and 20 are powered off.
#[test]
fn the_131_machines_add_up_to_what_the_export_says() {
    let Some(tabs) = csv_131() else { return };
    let on = of(&tabs, &InventoryOptions::default());
    let disks = |inventory: &Inventory| {
        let disks = inventory.machines.iter().flat_map(|machine| machine.disks.clone());
        disks.fold((0, 0, 0), |sum, disk| (sum.0 + 1, sum.1 + disk.size.0, sum.2 + disk.used.unwrap().0))
    };
    assert_eq!((on.machines.len(), on.hosts.len()), (109, 8));
    let (count, size, used) = disks(&on);
    assert_eq!((count, size), (209, 35_748_023 * MIB));
    // 18,422,210 MiB in the partitions of 105 machines; 4 have none, and count with what they take on their datastores
    assert!((18_422_210 * MIB..=size).contains(&used), "{used}");
    assert_eq!(
        on.told.dropped,
        ["Templates and placeholders: 2.", "Machines that are powered off: 20; --powered-off takes them."]
    );
    let all = of(&tabs, &InventoryOptions { powered_off: true, ..InventoryOptions::default() });
    assert_eq!(all.machines.len(), 129);
    assert!(all.told.assumed.iter().any(|line| line.contains("headed `NEXT Data Center`, is `VM`")));
    // names differ between tabs, ids do not: disks belong to the machine with their id
    let machine = |name: &str| on.machines.iter().find(|machine| machine.name == name).unwrap();
    let airs: Vec<u64> = machine("nxtAPAIR01").disks.iter().map(|disk| disk.size.0 / MIB).collect();
    assert_eq!(airs, [46_080, 61_440]);
    let exchange = machine("EXCHAP01");
    assert_eq!(exchange.disks.iter().map(|disk| disk.size.0).sum::<u64>(), 4_167_680 * MIB);
    assert_eq!(exchange.disks.iter().map(|disk| disk.used.unwrap().0).sum::<u64>(), 2_133_407 * MIB);
}

#[test]
fn the_131_machines_become_a_scenario_that_is_accepted_and_recovers() {
    let Some(tabs) = csv_131() else { return };
    let options = InventoryOptions { powered_off: true, ..InventoryOptions::default() };
    let inventory = of(&tabs, &options);
    let (scenario, warnings, written) = accepted(&inventory, &options);
    assert_eq!(warnings, "");
    assert_eq!((scenario.vms.len(), scenario.recovery.plans.len()), (129, 2));
    assert!(scenario.vms.iter().all(|vm| vm.protection.is_some()));
    // 5 % of what is used by machines that are on, in a day, rounded down for each disk
    let on = inventory.machines.iter().filter(|machine| !machine.off).flat_map(|machine| &machine.disks);
    let daily: u64 = on.map(|disk| disk.used.unwrap().0 / 20 / 86_400).sum();
    assert!(written.churn.0.abs_diff(daily) <= 209, "{} {daily}", written.churn.0);
    let (results, _) = assess(&scenario, &Assess { threads: 1, progress: &|_| {} }).unwrap();
    assert_eq!(results.audit.status, "holds");
    let text = serde_json::to_string(&results.outages).unwrap();
    assert!(text.contains("main-lost") && !text.contains("NoRoom"));
}

/// In this export rows were shuffled by tab: only ids tell which belong together, and one row of vInfo is blank but for its name.
#[test]
fn the_shuffled_export_is_joined_by_ids_and_blanks_are_filled_from_other_tabs() {
    let Some(book) = real(&["rvtools-v4-9vm/example1.xlsx"]) else { return };
    let options = InventoryOptions { powered_off: true, ..InventoryOptions::default() };
    let nine = of(&book, &options);
    let names: Vec<&str> = nine.machines.iter().map(|machine| machine.name.as_str()).collect();
    // vm-2 has no disk
    assert_eq!(names, ["vm-1", "vm-3", "vm-4", "vm-5", "vm-6", "vm-7", "vm-8", "vm-9"]);
    let sizes = |at: usize| nine.machines[at].disks.iter().map(|disk| disk.size.0 / MIB).collect::<Vec<_>>();
    // vDisk calls vm-105889 `vm-2`, vInfo calls it `vm-3`
    assert_eq!((sizes(1), sizes(6)), (vec![524_288], vec![102_400, 102_400]));
    // blank in vInfo: cores from vCPU, memory from vMemory
    assert_eq!((nine.machines[7].cores, nine.machines[7].memory), (18, Bytes(40_960 * MIB)));
    assert_eq!(nine.hosts.len(), 7);
    let (scenario, warnings, _) = accepted(&nine, &options);
    assert_eq!((scenario.vms.len(), warnings.as_str()), (8, ""));
}

/// A published rule: 20 TB with 5 % a day need 92.6 Mb/s.
#[test]
fn twenty_terabytes_with_five_percent_a_day_write_92_6_megabits() {
    let csv = "Server name,Cores,Memory (In MB),Disk 1 size (In GB)\n";
    let rows: String = (0..20).map(|at| format!("m{at},2,4096,931.322574615478515625\n")).collect();
    let inventory = texts(&[("a.csv", &format!("{csv}{rows}"))]).unwrap();
    assert_eq!(inventory.machines[0].disks[0].size, Bytes(1_000_000_000_000));
    let options = InventoryOptions::default();
    let written = scenario(&inventory, &options, "zerto");
    assert_eq!(written.churn.0 * 8 / 100_000, 925);
    assert!(written.churn.0.abs_diff(1_000_000_000_000 / 86_400) <= 20);
    let twice = InventoryOptions { daily_change: Ratio(100_000), ..options };
    assert!(scenario(&inventory, &twice, "").churn.0.abs_diff(2 * written.churn.0) <= 40);
}

const INFO: &str = "VM,Powerstate,Template,CPUs,Memory,In Use MiB,Cluster,Host,VM ID,Path\n";

#[test]
fn names_need_not_be_unique_and_ids_keep_machines_apart() {
    let info = format!(
        "{INFO}a,poweredOn,False,2,\"4,096\",100,C,h1,vm-1,[ds 1] a/a.vmx\n\
         a,poweredOn,False,1,1024,10,C,h1,vm-2,[ds 1] b/a.vmx\n\
         off,poweredOff,False,1,1024,10,C,h1,vm-3,\n\
         gold,poweredOff,True,1,1024,10,C,h1,vm-4,\n"
    );
    let disk = "VM,Disk,Capacity MiB,Disk Mode,VM ID,Disk Path\n\
                a,Hard disk 1,1024,persistent,vm-1,[ds 1] a/a.vmdk\n\
                a,Hard disk 1,512,persistent,vm-2,[ds 2] b/a.vmdk\n\
                a,Hard disk 2,256,persistent,vm-2,[ds 2] b/b.vmdk\n\
                stranger,Hard disk 1,99,persistent,,\n\
                gold,Hard disk 1,99,persistent,vm-4,\n";
    let host = "Host,# Cores,# Memory,Cluster\nh1,16,65536,C\nh2,16,65536,C\n";
    let store = "Name,Capacity MiB,Free MiB\nds 1,4096,1000\n";
    let files = [
        ("vInfo.csv", info.as_str()),
        ("vDisk.csv", disk),
        ("vHost.csv", host),
        ("RVTools_tabvDatastore.csv", store),
    ];
    let inventory = texts(&files).unwrap_or_else(|faults| panic!("{faults}"));
    let names: Vec<&str> = inventory.machines.iter().map(|machine| machine.name.as_str()).collect();
    assert_eq!(names, ["a", "a #2"]);
    assert_eq!(inventory.machines[0].memory, Bytes(4 * GIB));
    let used: Vec<u64> = inventory.machines[1].disks.iter().map(|disk| disk.used.unwrap().0).collect();
    // 10 MiB over 512 and 256 MiB, to the byte
    assert_eq!((used[0] + used[1], used[0]), (10 * MIB, 6_990_506));
    let dropped = &inventory.told.dropped;
    assert!(
        dropped.iter().any(|line| line == "Rows of machines that vInfo does not have: 1."),
        "{dropped:?}"
    );
    let (scenario, _, written) = accepted(&inventory, &InventoryOptions::default());
    // what is free now, and what the machines here use
    let volume = format!("(name: \"ds 1\", size: \"{} MiB\", cluster: true)", 1000 + 100);
    assert!(written.text.contains(&volume), "{}", written.text);
    assert_eq!(scenario.topology.hosts.len(), 4);
}

#[test]
fn both_generations_of_headers_and_a_wrong_first_one_are_read() {
    let old =
        "NEXT Data Center,Powerstate,Disk,Capacity MB,Consumed MB,VM ID\na,poweredOn,C:\\,900,300,vm-1\n";
    let new =
        "VM,Powerstate,Disk,Disk Key,Capacity MiB,Consumed MiB,VM ID\na,poweredOn,C:\\,2000,900,300,vm-1\n";
    for (partition, unit) in [(old, "MB"), (new, "MiB")] {
        let info = INFO.replace("MiB", unit) + "a,poweredOn,False,2,4096,999,,,vm-1,\n";
        let disk =
            format!("VM,Disk,Disk Key,Capacity {unit},Disk Mode,VM ID\na,Hard disk 1,2000,1000,x,vm-1\n");
        let files = [("info.csv", info.as_str()), ("disk.csv", &disk), ("part.csv", partition)];
        let inventory = texts(&files).unwrap_or_else(|faults| panic!("{faults}"));
        let disk = &inventory.machines[0].disks[0];
        assert_eq!((disk.size, disk.used), (Bytes(1000 * MIB), Some(Bytes(300 * MIB))), "{unit}");
        // no host is listed: one is made
        let (scenario, warnings, _) = accepted(&inventory, &InventoryOptions::default());
        assert_eq!((scenario.topology.hosts.len(), warnings.as_str()), (2, ""));
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_nothing_comes_out() {
    let cases: [(&str, String, &str); 9] = [
        (
            "vInfo.csv",
            format!("{INFO}a,poweredOn,False,two,4096,1,,,,\n"),
            "vInfo.csv:2: CPUs: `two` is not a number",
        ),
        (
            "vInfo.csv",
            format!("{INFO}a,poweredOn,False,2,40.96,1,,,,\n"),
            "vInfo.csv:2: Memory: `40.96` is not a whole",
        ),
        (
            "vInfo.csv",
            format!("{INFO}a,poweredOn,False,2,#REF!,1,,,,\n"),
            "Memory: the cell holds the error #REF!",
        ),
        ("vInfo.csv", format!("{INFO}a,poweredOn,False,-2,4096,1,,,,\n"), "`-2` is negative"),
        ("vInfo.csv", format!("{INFO}a,poweredOn\n"), "vInfo.csv:2: the row has 2 columns, the header 10"),
        (
            "vInfo.csv",
            "VM,Powerstate,Speicher,CPUs\na,an,4096,2\n".into(),
            "vInfo.csv:1: vInfo has no column `memory`",
        ),
        (
            "machines.csv",
            "Name,Zustand,Kerne\na,an,2\n".into(),
            "machines.csv:1: no known table has the headers `Name`",
        ),
        (
            "vDisk.csv",
            "VM,Disk,Capacity MB,Disk Mode\na,b,1,c\n".into(),
            "the tab vInfo, which lists the machines, is missing",
        ),
        ("vInfo.csv", INFO.into(), "there is no machine in the files"),
    ];
    for (name, text, expected) in cases {
        let message = texts(&[(name, &text)]).unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("help:"), "{expected}:\n{message}");
    }
    let mut import = Import::new(InventoryOptions::default());
    import.file("large.csv", std::io::Read::take(std::io::repeat(b'a'), 200 << 20));
    let message = import.finish().unwrap_err().to_string();
    assert!(message.contains("large.csv: more than 128 MiB"), "{message}");
    let log = "\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\A\\PhysicalDisk(0)\\Disk Write Bytes/sec\"\n";
    let message = texts(&[("log.csv", log)]).unwrap_err().to_string();
    assert!(message.contains("log.csv:1: this is a log of performance counters"), "{message}");
    let message = texts(&[("w.json", r#"{"graph": {}, "nodes": [], "links": []}"#)]).unwrap_err().to_string();
    assert!(message.contains("this is a network") && message.contains("drsim import topology"), "{message}");
    let message = crate::import::files::one(INFO).unwrap_err().to_string();
    assert!(message.contains("7.csv:1: this is a table of machines (vInfo)"), "{message}");
    let azure = "Server name,Cores,Memory (MB)\na,1,2\n";
    let message = texts(&[("vInfo.csv", INFO), ("a.csv", azure)]).unwrap_err().to_string();
    assert!(
        message.contains("this is a CSV of Azure Migrate, the files before it an export of RVTools"),
        "{message}"
    );
}

/// Hosts of VMware carry more memory and cores than they have: the recovery site must not inherit that.
#[test]
fn the_recovery_site_has_room_for_what_the_main_one_overcommits() {
    let mut info = INFO.to_owned();
    let mut disk = "VM,Disk,Capacity MiB,Disk Mode,VM ID\n".to_owned();
    for at in 0..9 {
        info += &format!("m{at},poweredOn,False,{},{},100,C,h1,vm-{at},\n", 2 + at, 4096 * (1 + at));
        disk += &format!("m{at},d,1024,x,vm-{at}\n");
    }
    let host = "Host,# Cores,# Memory,Cluster\nh1,2,8192,C\nh2,2,8192,C\n";
    let inventory = texts(&[("vInfo.csv", &info), ("vDisk.csv", &disk), ("vHost.csv", host)]).unwrap();
    let (scenario, warnings, _) = accepted(&inventory, &InventoryOptions::default());
    assert_eq!(warnings, "");
    let (results, _) = assess(&scenario, &Assess { threads: 1, progress: &|_| {} }).unwrap();
    let all = &results.outages[0].applications[0];
    assert!(all.rta_from_outage_s.is_some(), "{all:?}");
}

#[test]
fn odd_names_make_no_odd_scenario() {
    let names = [
        "plain",
        "with space",
        "quo\"te",
        "back\\slash",
        "Zürich",
        "{n}",
        "st*r",
        "a/b",
        "-1",
        "*",
        "rec, overy",
    ];
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let (mut info, mut disk, mut host) = (
        INFO.to_owned(),
        "VM,Disk,Capacity MiB,Disk Mode,VM ID,Disk Path\n".to_owned(),
        "Host,# Cores,# Memory,Cluster\n".to_owned(),
    );
    for (at, name) in names.iter().enumerate() {
        let name = quoted(name);
        info += &format!("{name},poweredOn,False,2,4096,100,{name},{name},vm-{at},\n");
        disk += &format!("{name},{name},1024,x,vm-{at},{}\n", quoted(&format!("[{}] x", names[at])));
        host += &format!("{name},16,65536,{name}\n");
    }
    // the same names on other hosts, in more machines than one plan holds
    for at in 0..100 {
        info += &format!("m{at},poweredOn,False,2,4096,100,,,id-{at},\n");
        disk += &format!("m{at},d,1024,x,id-{at},\n");
    }
    let inventory = texts(&[("vInfo.csv", &info), ("vDisk.csv", &disk), ("vHost.csv", &host)])
        .unwrap_or_else(|faults| panic!("{faults}"));
    let (scenario, warnings, _) = accepted(&inventory, &InventoryOptions::default());
    assert_eq!((scenario.vms.len(), scenario.recovery.plans.len(), warnings.as_str()), (111, 2, ""));
}

#[test]
fn a_machine_with_more_disks_than_can_be_replicated_is_left_out_and_named() {
    let info =
        format!("{INFO}big,poweredOn,False,2,4096,1,,,vm-1,\nsmall,poweredOn,False,2,4096,1,,,vm-2,\n");
    let disks: String = (0..17).map(|at| format!("big,Hard disk {at},10,x,vm-1\n")).collect();
    let disk = format!("VM,Disk,Capacity MiB,Disk Mode,VM ID\nsmall,Hard disk 1,10,x,vm-2\n{disks}");
    let inventory = texts(&[("vInfo.csv", &info), ("vDisk.csv", &disk)]).unwrap();
    assert_eq!(inventory.machines.len(), 1);
    assert!(inventory.told.dropped[0].ends_with("does not take: 1 (big)."), "{:?}", inventory.told.dropped);
    accepted(&inventory, &InventoryOptions::default());
}
