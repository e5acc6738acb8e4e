//! Azure Migrate's CSV and Hyper-V's JSON: variants of headers, oddities of `ConvertTo-Json`, and a scenario that is accepted.

use drsim::import::inventory::{GIB, InventoryOptions, MIB};
use drsim::units::{Bytes, Rate};

use crate::import::inventory::{accepted, inventory, texts};

#[test]
fn headers_of_azure_migrate_differ_and_mean_the_same() {
    let template = "*Server name,IP addresses,*Cores,*Memory (In MB),*OS name,Number of disks,Disk 1 size (In GB),\
                    Disk 1 read throughput (MB per second),Disk 1 write throughput (MB per second),Disk 2 size (In GB),\
                    Storage in use (In GB),Boot type\n\
                    web,10.0.0.1,2,4096,Linux,2,40,0.5,0.25,20,30,BIOS\n";
    let exported = "Machine,Cores,Memory(MB),Disk 2 Size(GB),Disk 1 Size(GB),Disk 1 Write Throughput (MBps),Storage in use(GB),\
                    Firmware type,Power status\n\
                    web,2,4096,20,40,0.25,30,bios,On\nold,1,1024,,10,,,uefi,Powered off\n";
    let (a, b) = (texts(&[("a.csv", template)]).unwrap(), texts(&[("b.csv", exported)]).unwrap());
    assert_eq!(a.machines, b.machines);
    let machine = &a.machines[0];
    assert_eq!((machine.cores, machine.memory, machine.generation), (2, Bytes(4 * GIB), Some(1)));
    let sizes: Vec<_> =
        machine.disks.iter().map(|disk| (disk.size.0 / GIB, disk.used.unwrap().0 / GIB)).collect();
    assert_eq!(sizes, [(40, 20), (20, 10)]);
    // measured on the first disk; 5 % of 10 GiB a day on the second
    assert_eq!((machine.disks[0].writes, machine.disks[1].writes), (Some(Rate(MIB / 4)), None));
    let (scenario, warnings, written) = accepted(&a, &InventoryOptions::default());
    assert_eq!((scenario.vms.len(), warnings.as_str()), (1, ""));
    assert_eq!(written.churn, Rate(MIB / 4 + 10 * GIB / 20 / 86_400));
    assert!(b.told.dropped[0].starts_with("Machines that are powered off: 1"));
}

#[test]
fn a_total_stands_in_for_disks_and_their_writes() {
    let text = "VM name,Cores,Memory (GB),Storage (GB),Total disks write throughput (MBps)\na,4,8,100,2\n";
    let inventory = texts(&[("a.csv", text)]).unwrap();
    let machine = &inventory.machines[0];
    assert_eq!((machine.memory, machine.disks[0].size), (Bytes(8 * GIB), Bytes(100 * GIB)));
    assert_eq!(machine.disks[0].writes, Some(Rate(2 * MIB)));
    let hollow =
        "Server name,Cores,Memory (MB),Disk 1 size (GB),Disk 2 write throughput (MBps)\na,4,8192,9,2\n";
    let message = texts(&[("a.csv", hollow)]).unwrap_err().to_string();
    assert!(message.contains("a.csv:2: disk 2 of machine `a` is written to, but has no size"), "{message}");
    let german = "Servername,Kerne,Arbeitsspeicher\na,2,4096\n";
    let message = texts(&[("a.csv", german)]).unwrap_err().to_string();
    assert!(message.contains("a.csv:1: no known table has the headers `Servername`"), "{message}");
}

/// As `ConvertTo-Json -Depth 4` writes it: numbers for states, everything in one object.
const WHOLE: &str = r#"{
  "vms": [
    {"Name": "sql", "ComputerName": "HV01", "State": 2, "ProcessorCount": 8, "MemoryStartup": 17179869184, "Generation": 2,
     "HardDrives": [{"VMName": "sql", "Path": "C:\\ClusterStorage\\Volume1\\sql\\data_1.avhdx", "ControllerType": 1}]},
    {"Name": "old", "ComputerName": "hv02", "State": "Off", "ProcessorCount": 1, "MemoryStartup": 1073741824, "Generation": 1}
  ],
  "drives": {"value": [
    {"VMName": "SQL", "Path": "C:\\ClusterStorage\\Volume1\\sql\\os.vhdx", "ControllerType": 1},
    {"VMName": "sql", "Path": "c:\\clusterstorage\\volume1\\sql\\DATA_1.avhdx", "ControllerType": 1},
    {"VMName": "old", "Path": "D:\\old.vhd", "ControllerType": 0}], "Count": 3},
  "disks": [
    {"Path": "C:\\ClusterStorage\\Volume1\\sql\\os.vhdx", "Size": 107374182400, "FileSize": 42949672960, "ParentPath": ""},
    {"Path": "C:\\ClusterStorage\\Volume1\\sql\\data_1.avhdx", "Size": 214748364800, "FileSize": 1073741824,
     "ParentPath": "C:\\ClusterStorage\\Volume1\\sql\\data.vhdx"},
    {"Path": "C:\\ClusterStorage\\Volume1\\sql\\data.vhdx", "Size": 214748364800, "FileSize": 64424509440, "ParentPath": null},
    {"Path": "D:\\old.vhd", "Size": 10737418240, "FileSize": 10737418752, "ParentPath": null}],
  "hosts": [
    {"ComputerName": "HV01", "LogicalProcessorCount": 32, "MemoryCapacity": 274877906944},
    {"ComputerName": "HV02", "LogicalProcessorCount": 32, "MemoryCapacity": 274877906944}],
  "nodes": [{"Name": "hv01", "NodeWeight": 1, "Cluster": {"Name": "cl1"}}, {"Name": "hv02", "NodeWeight": 1, "Cluster": "cl1"}],
  "volumes": [{"DriveLetter": "D", "FileSystemLabel": "", "Size": 1099511627776, "SizeRemaining": 536870912000},
              {"DriveLetter": 67, "FileSystemLabel": "", "Size": 99, "SizeRemaining": 9}]
}"#;

#[test]
fn a_hyper_v_inventory_is_found_wherever_its_objects_stand() {
    let options = InventoryOptions { powered_off: true, ..InventoryOptions::default() };
    let whole =
        inventory(&[("h.json", WHOLE.as_bytes())], &options).unwrap_or_else(|faults| panic!("{faults}"));
    let sql = &whole.machines[0];
    let disks: Vec<_> = sql
        .disks
        .iter()
        .map(|disk| (disk.name.as_str(), disk.size.0 / GIB, disk.used.unwrap().0 / GIB))
        .collect();
    // a checkpoint's differencing disk counts with its base
    assert_eq!(disks, [("data_1.avhdx", 200, 61), ("os.vhdx", 100, 40)]);
    assert_eq!((sql.cores, sql.memory, sql.cluster.as_deref()), (8, Bytes(16 * GIB), Some("cl1")));
    assert_eq!(sql.disks[1].store.as_deref(), Some("Volume1"));
    assert_eq!((whole.machines[1].off, whole.machines[1].disks[0].used), (true, Some(Bytes(10 * GIB))));
    let (scenario, warnings, written) = accepted(&whole, &options);
    assert_eq!((scenario.vms.len(), scenario.topology.hosts.len(), warnings.as_str()), (2, 4, ""));
    assert!(written.text.contains("nodes: [\"HV01\", \"HV02\"]"), "{}", written.text);
    // Windows PowerShell redirects as UTF-16 with a mark
    let utf16: Vec<u8> =
        [0xfeff].into_iter().chain(WHOLE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let same = inventory(&[("h.json", &utf16)], &options).unwrap();
    assert_eq!((same.machines, same.hosts), (whole.machines, whole.hosts));
}

#[test]
fn json_that_lacks_something_is_refused_with_what_to_export() {
    let machine = r#"{"Name": "a", "State": 2, "ProcessorCount": 1, "MemoryStartup": 1073741824"#;
    let cases = [
        (
            format!("{machine}, \"HardDrives\": [\"HardDiskDrive (Name = 'x')\"]}}"),
            "a disk is cut to its name",
        ),
        (
            format!(
                "{machine}, \"HardDrives\": {{\"VMName\": \"a\", \"Path\": \"C:\\\\x.vhdx\", \"ControllerType\": 1}}}}"
            ),
            "the size of `C:\\\\x.vhdx` is not known",
        ),
        (machine.to_owned(), "h.json:1: the JSON cannot be read"),
        ("[]".to_owned(), "there is no machine"),
        (format!("{machine}}}"), "no disk is known of 1 of 1 machines"),
    ];
    for (text, expected) in cases {
        let message = texts(&[("h.json", &text)]).unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("help:"), "{expected}:\n{message}");
    }
}
