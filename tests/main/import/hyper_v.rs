//! Estates of Hyper-V and VMM as they stand: in tables or JSON, in any state, replicating in both directions.

use drsim::import::inventory::scenario::scenario;
use drsim::import::inventory::{GIB, Inventory, InventoryOptions};
use drsim::units::Bytes;

use crate::import::inventory::{accepted, texts};

fn read(files: &[(&str, &str)]) -> Inventory {
    texts(files).unwrap_or_else(|faults| panic!("{faults}"))
}

fn written(inventory: &Inventory) -> String {
    accepted(inventory, &InventoryOptions::default());
    scenario(inventory, &InventoryOptions::default(), "x").text
}

/// A machine with a disk of 100 GiB, half of it in use.
fn machine(name: &str, host: &str, more: &str) -> String {
    let (size, used) = (100 * GIB, 50 * GIB);
    format!(
        r#"{{"Name": "{name}", "VMId": "id-{name}", "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "{host}", {more},
            "HardDrives": [{{"Path": "C:\\{name}.vhdx", "ControllerType": 1}}]}},
           {{"Path": "C:\\{name}.vhdx", "Size": {size}, "FileSize": {used}, "ComputerName": "{host}"}}"#
    )
}

/// `a` on S1 and `b` on S2, each with its replica on the other.
fn crossed(more: &str) -> String {
    let own = |name: &str, host: &str| machine(name, host, r#""State": 2, "ReplicationMode": 1"#);
    let copy = |name: &str, host: &str| machine(name, host, r#""State": 3, "ReplicationMode": 2"#);
    let all = [own("a", "S1"), copy("a", "S2"), own("b", "S2"), copy("b", "S1")].join(", ");
    let hosts = ["S1", "S2"].map(|host| {
        format!(
            r#"{{"ComputerName": "{host}", "LogicalProcessorCount": 16, "MemoryCapacity": {}}}"#,
            64 * GIB
        )
    });
    let replication = |name: &str, from: &str, to: &str, every: u32| {
        format!(
            r#"{{"VMName": "{name}", "Mode": 1, "PrimaryServer": "{from}.x.org", "ReplicaServer": "{to}.x.org", "FrequencySec": {every}}}"#
        )
    };
    format!(
        "[{all}, {}, {}, {}{more}]",
        hosts.join(", "),
        replication("a", "S1", "S2", 30),
        replication("b", "S2", "S1", 900)
    )
}

#[test]
fn two_sites_that_replicate_to_each_other_are_written_as_they_stand() {
    let estate = read(&[("h.json", &crossed(""))]);
    let text = written(&estate);
    for line in [
        r#"(name: "S1", site: "main", cores: 64"#,
        r#"(name: "S2", site: "recovery", cores: 64"#,
        r#"(vms: ["a"], from: "main", to: "recovery", policy: "30s", host: "S2")"#,
        r#"(vms: ["b"], from: "recovery", to: "main", policy: "15min", host: "S1")"#,
        r#"(name: "to-recovery-1", people: "operations", groups: [(vms: ["a"])])"#,
        r#"(name: "to-main-1", people: "operations", groups: [(vms: ["b"])])"#,
        r#"(name: "recovery-lost""#,
        r#"(what: "hosts.*.site", why: "told by who replicates to whom")"#,
        r#"rpo: "30m""#,
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(text.contains("main (S1), recovery (S2)"), "{text}");
    // hosts that only machines and replications name, and the site that runs more is the main one
    let named = crossed(&format!(", {}", machine("c", "S2", r#""State": 2"#)))
        .replace("LogicalProcessorCount", "Other");
    let text = written(&read(&[("h.json", &named)]));
    assert!(
        text.contains(r#"(name: "S2", site: "main""#) && text.contains(r#"(name: "S1", site: "recovery""#),
        "{text}"
    );
    assert!(text.contains(r#"(vms: ["b"], from: "main", to: "recovery""#), "{text}");
}

#[test]
fn three_sites_in_a_ring_are_no_two_and_told() {
    let own = |name: &str, host: &str, to: &str| {
        format!(
            r#"{}, {{"VMName": "{name}", "Mode": 1, "PrimaryServer": "{host}", "ReplicaServer": "{to}", "FrequencySec": 300}}"#,
            machine(name, host, r#""State": 2, "ReplicationMode": 1"#)
        )
    };
    let ring = format!("[{}, {}, {}]", own("a", "A", "B"), own("b", "B", "C"), own("c", "C", "A"));
    let estate = read(&[("h.json", &ring)]);
    let text = written(&estate);
    assert!(text.contains("(A, B, C), which are not two sites that replicate to each other"), "{text}");
    assert!(
        text.contains("take no room on those hosts: 3; import the hosts of each pair of sites by themselves"),
        "{text}"
    );
    assert!(!text.contains("to: \"main\""), "{text}");
}

#[test]
fn tables_of_powershell_are_the_same_as_its_json() {
    let vms = "\"VMName\",\"VMId\",\"State\",\"ProcessorCount\",\"MemoryStartup\",\"ComputerName\",\"HardDrives\"\n\
        \"a\",\"1\",\"Running\",\"2\",\"1073741824\",\"S1\",\"System.Collections.Generic.List`1[Microsoft.HyperV.PowerShell.HardDiskDrive]\"\n\
        \"a\",\"1\",\"Off\",\"2\",\"1073741824\",\"S2\",\"System.Collections.Generic.List`1[Microsoft.HyperV.PowerShell.HardDiskDrive]\"\n";
    let vms = vms
        .replace("\"HardDrives\"", "\"HardDrives\",\"ReplicationMode\"")
        .replace("Drive]\"\n\"a\"", "Drive]\",\"Primary\"\n\"a\"");
    let vms = vms.trim_end().to_owned() + ",\"Replica\"\n";
    let drives = "\"VMName\",\"VMId\",\"ControllerType\",\"Path\",\"ComputerName\"\n\"a\",\"1\",\"SCSI\",\"C:\\a.vhdx\",\"S1\"\n\"a\",\"1\",\"SCSI\",\"C:\\a.vhdx\",\"S2\"\n";
    let disks = "\"ComputerName\",\"Path\",\"FileSize\",\"Size\"\n\"S1\",\"C:\\a.vhdx\",\"53687091200\",\"107374182400\"\n\"S2\",\"C:\\a.vhdx\",\"53687091200\",\"107374182400\"\n";
    let relations = "\"VMName\",\"VMId\",\"Mode\",\"PrimaryServer\",\"ReplicaServer\",\"FrequencySec\"\n\"a\",\"1\",\"Primary\",\"S1\",\"S2\",\"30\"\n";
    let tables = read(&[("vms.csv", &vms), ("drives.csv", drives), ("vhd.csv", disks), ("r.csv", relations)]);
    let json = format!(
        r#"[{}, {}, {{"VMName": "a", "VMId": "id-a", "Mode": 1, "PrimaryServer": "S1", "ReplicaServer": "S2", "FrequencySec": 30}}]"#,
        machine("a", "S1", r#""State": 2, "ReplicationMode": 1"#),
        machine("a", "S2", r#""State": 3, "ReplicationMode": 2"#)
    );
    let json = read(&[("h.json", &json)]);
    assert_eq!((&tables.machines, &tables.replica_hosts), (&json.machines, &json.replica_hosts));
    assert_eq!(tables.machines.len(), 1);
    assert_eq!(tables.machines[0].disks[0].used, Some(Bytes(50 * GIB)));
}

#[test]
fn memory_is_taken_in_the_unit_of_its_header_and_what_is_assigned_is_told() {
    let one = |head: &str, row: &str| read(&[("v.csv", &format!("{head}\n{row}\n"))]);
    for (head, row) in [
        ("VMName,State,ProcessorCount,MemoryStartup,DiskSizeGB", "web,Running,4,17179869184,100"),
        ("VMName,State,CPUs,MemoryGB,DiskGB", "web,Running,4,16,100"),
        ("Name;State;vCPU;Memory (MB);Disk Size (GB)", "web;Running;4;16384;100"),
    ] {
        let estate = one(head, row);
        let web = &estate.machines[0];
        assert_eq!(
            (web.cores, web.memory, web.disks[0].size),
            (4, Bytes(16 * GIB), Bytes(100 * GIB)),
            "{head}"
        );
    }
    let estate = one("Name,State,ProcessorCount,MemoryAssigned,DiskGB", "web,Running,4,17179869184,100");
    assert!(estate.told.assumed.join("\n").contains("Memory is what machines have now"), "{:?}", estate.told);
}

#[test]
fn a_state_that_is_not_known_counts_as_running_and_is_told() {
    let hyper_v = |state: &str| {
        read(&[(
            "h.json",
            &format!("[{}, {}]", machine("a", "S1", r#""State": 2"#), machine("b", "S1", state)),
        )])
    };
    let vmm = |state: &str| {
        let one = |name: &str, state: &str| {
            format!(
                r#"{{"ID": "{name}", "Name": "{name}", {state}, "CPUCount": 2, "Memory": 1024, "HostName": "h",
                    "VirtualHardDisks": [{{"Name": "d", "MaximumSize": {GIB}, "Size": {GIB}, "Location": "C:\\{name}.vhdx"}}]}}"#
            )
        };
        read(&[("v.json", &format!("[{}, {}]", one("a", r#""Status": 0"#), one("b", state)))])
    };
    let rvtools = |state: &str| {
        read(&[(
            "vInfo.csv",
            &format!(
                "VM,Powerstate,CPUs,Memory,Provisioned MiB\na,poweredOn,2,1024,9000\nb,{state},2,1024,9000\n"
            ),
        )])
    };
    let azure = |state: &str| {
        read(&[(
            "a.csv",
            &format!(
                "Machine name,Cores,Memory (MB),Disk 1 size (GB),Power state\na,2,1024,60,On\nb,2,1024,60,{state}\n"
            ),
        )])
    };
    for (estate, is_on, told) in [
        (hyper_v(r#""State": "Paused""#), true, ""),
        (hyper_v(r#""State": "FastSaved""#), false, ""),
        (hyper_v(r#""State": "OffCritical""#), false, ""),
        (hyper_v(r#""State": 77"#), true, "not known count as running: 1 (b: 77)"),
        (hyper_v(r#""Nothing": 0"#), true, "of which no state is told count as running: 1 (b)"),
        (vmm(r#""Status": 1"#), false, ""),
        (vmm(r#""StatusString": "Wird ausgeführt", "Status": 0"#), true, ""),
        (vmm(r#""StatusString": "Saved State""#), false, ""),
        (vmm(r#""Status": "UpdateFailed""#), true, "not known count as running: 1 (b: updatefailed)"),
        (rvtools("suspended"), false, ""),
        (rvtools("eingeschaltet"), true, "not known count as running: 1 (b: eingeschaltet)"),
        (azure("VM deallocated"), false, ""),
        (azure("Unknown"), true, "not known count as running: 1 (b: unknown)"),
    ] {
        let (count, assumed) = (estate.machines.len(), estate.told.assumed.join("\n"));
        assert_eq!(count, if is_on { 2 } else { 1 }, "{assumed}");
        assert_eq!(assumed.contains("count as running"), !told.is_empty(), "{assumed}");
        assert!(assumed.contains(told), "{assumed}");
    }
}

#[test]
fn a_replica_in_vmm_is_no_machine_of_its_own() {
    let one = |name: &str, host: &str, more: &str| {
        format!(
            r#"{{"ID": "{name}{host}", "Name": "{name}", "CPUCount": 2, "Memory": 1024, "HostName": "{host}", {more},
                "VirtualHardDisks": [{{"Name": "d", "MaximumSize": {GIB}, "Size": {GIB}, "Location": "C:\\{name}.vhdx"}}]}}"#
        )
    };
    let json = format!(
        "[{}, {}, {}]",
        one("web", "hv1", r#""Status": 0, "IsRecoveryVM": false"#),
        one("web", "dr1", r#""Status": 1, "IsRecoveryVM": true"#),
        one("old", "dr1", r#""Status": 1, "IsRecoveryVM": "True""#)
    );
    let estate = read(&[("v.json", &json)]);
    assert_eq!(estate.machines.len(), 1);
    assert_eq!(estate.replica_hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>(), ["dr1"]);
    assert!(
        estate
            .told
            .dropped
            .join("\n")
            .contains("of no machine in the export, or of several of one name: 1 (old)"),
        "{:?}",
        estate.told
    );
    assert!(written(&estate).contains("host: \"dr1\""));
    let table = "Name,StatusString,CPUCount,Memory,HostName,TotalSize,IsRecoveryVM\nweb,Running,4,8192,hv1,42949672960,False\nweb,Stopped,4,8192,dr1,42949672960,True\n";
    assert_eq!(read(&[("v.csv", table)]).machines.len(), 1);
}

#[test]
fn a_resynchronisation_begins_when_the_replication_says() {
    let policy = |more: &str| {
        let json = format!(
            r#"[{}, {{"VMName": "a", "Mode": 1, "PrimaryServer": "S1", "ReplicaServer": "D1", "FrequencySec": 300{more}}}]"#,
            machine("a", "S1", r#""State": 2, "ReplicationMode": 1"#)
        );
        let text = written(&read(&[("h.json", &json)]));
        text.lines().find(|line| line.contains("interval:")).unwrap().trim().to_owned()
    };
    let at = |start: &str, end: &str| {
        policy(&format!(
            r#", "AutoResynchronizeEnabled": true, "AutoResynchronizeIntervalStart": {start}, "AutoResynchronizeIntervalEnd": {end}"#
        ))
    };
    assert_eq!(policy(""), r#"(name: "5min", interval: "5m"),"#);
    assert_eq!(
        policy(r#", "AutoResynchronizeEnabled": false"#),
        r#"(name: "5min-manual", interval: "5m", resync: "manual"),"#
    );
    assert_eq!(
        at(r#""00:00:00""#, r#""23:59:59""#),
        r#"(name: "5min-immediate", interval: "5m", resync: "immediate"),"#
    );
    let window = r#"(name: "5min-1830-0600", interval: "5m", resync: "18:30 to 06:00", days: "daily"),"#;
    assert_eq!(at(r#""18:30:00""#, r#""06:00:00""#), window);
    assert_eq!(at(r#"{"Ticks": 1, "Hours": 18, "Minutes": 30}"#, r#"{"Hours": 6, "Minutes": 0}"#), window);
}
