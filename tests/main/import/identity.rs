//! A machine is its source, its management server and its id: never a name alone, and with its replica it is one.

use drsim::import::inventory::{GIB, Inventory, InventoryOptions, MIB};
use drsim::units::Bytes;

use crate::hostile::{drsim, temporary};
use crate::import::inventory::{accepted, inventory, texts};
use crate::import::numbers::of_case;
use crate::shared::case;

/// Names and the sizes of their disks in GiB.
fn sizes(inventory: &Inventory) -> Vec<(&str, Vec<u64>)> {
    let of = |disk: &drsim::import::inventory::Disk| disk.size.0 / GIB;
    inventory
        .machines
        .iter()
        .map(|machine| (machine.name.as_str(), machine.disks.iter().map(of).collect()))
        .collect()
}

/// Both orders of the servers: the first machine of an id is not that of the other's disk.
#[test]
fn ids_count_within_their_vcenter() {
    let info = "VM,Powerstate,CPUs,Memory,Host,Cluster,Path,VM ID,VI SDK Server\n";
    let disk = "VM,Disk,Capacity MiB,Disk Mode,Path,VM ID,VI SDK Server\n";
    let infos = [
        "sql,poweredOn,8,65536,l1,C,[ds] sql/,vm-1,london\n",
        "web,poweredOn,2,4096,p1,C,[ds] web/,vm-1,paris\n",
    ];
    let disks =
        ["sql,d,512000,persistent,[ds] sql/,vm-1,london\n", "web,d,51200,persistent,[ds] web/,vm-1,paris\n"];
    for order in [[0, 1], [1, 0]] {
        let [a, b] = order;
        let read = texts(&[
            ("e/vInfo.csv", &format!("{info}{}{}", infos[a], infos[b])),
            ("e/vDisk.csv", &format!("{disk}{}{}", disks[0], disks[1])),
        ])
        .unwrap_or_else(|faults| panic!("{faults}"));
        let mut found = sizes(&read);
        found.sort();
        assert_eq!(found, [("sql", vec![500]), ("web", vec![50])]);
        // Clusters and datastores that two servers call alike are two.
        let sql = read.machines.iter().find(|machine| machine.name == "sql").unwrap();
        assert_eq!(sql.cluster.as_deref(), Some("C (london)"));
        assert_eq!(sql.disks[0].store.as_deref(), Some("ds (london)"));
        accepted(&read, &InventoryOptions::default());
    }
    let Some(merged) = of_case("30-two-vcenters-same-ids/merged") else { return };
    let merged = merged.unwrap();
    assert_eq!(sizes(&merged), [("london-sql", vec![500]), ("paris-web", vec![50]), ("paris-app", vec![50])]);
}

#[test]
fn ids_that_meet_without_a_server_are_refused_and_rows_that_may_be_of_several_too() {
    let info = "VM,Powerstate,CPUs,Memory,VM ID,Provisioned MiB\n";
    let two = format!("{info}sql,poweredOn,8,65536,vm-1,99\nweb,poweredOn,2,4096,vm-1,99\n");
    let message = texts(&[("vInfo.csv", &two)]).unwrap_err().to_string();
    assert!(message.contains("vInfo.csv:3") && message.contains("`vm-1` is that of `sql` too"), "{message}");
    assert!(message.contains("help: export with the column `VI SDK Server`"), "{message}");
    let info = "VM,Powerstate,CPUs,Memory,VM ID\nweb,poweredOn,2,4096,vm-1\nweb,poweredOn,2,4096,vm-2\n";
    let disk = "VM,Disk,Capacity MiB,Disk Mode\nweb,d,51200,persistent\n";
    let message = texts(&[("vInfo.csv", info), ("vDisk.csv", disk)]).unwrap_err().to_string();
    assert!(
        message.contains("vDisk.csv:2") && message.contains("several machines of vInfo, `web`"),
        "{message}"
    );
    // The same machine twice is one, and told.
    let twice = "VM,Powerstate,CPUs,Memory,VM ID,Total disk capacity MiB\nweb,poweredOn,2,4096,vm-1,1024\nweb,poweredOn,2,4096,vm-1,1024\n";
    let read = texts(&[("vInfo.csv", twice)]).unwrap();
    assert_eq!(sizes(&read), [("web", vec![1])]);
    assert!(read.told.dropped.iter().any(|line| line.contains("listed twice, by vCenter and VM ID: 1")));
}

/// `k` hosts with the same names and paths are `k` times the machines of one.
#[test]
fn hosts_with_the_same_names_and_paths_keep_their_own_disks() {
    let host = |at: usize| {
        format!(
            r#"{{"Name": "web", "State": 2, "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "hv{at}.x.org"}},
               {{"VMName": "web", "ControllerType": 0, "Path": "D:\\web.vhdx", "ComputerName": "HV{at}"}},
               {{"Path": "D:\\web.vhdx", "Size": {}, "FileSize": {GIB}, "ComputerName": "hv{at}"}}"#,
            (at as u64 + 1) * 10 * GIB
        )
    };
    let all: Vec<String> = (0..4).map(host).collect();
    let read =
        texts(&[("h.json", &format!("[{}]", all.join(",")))]).unwrap_or_else(|faults| panic!("{faults}"));
    let found: Vec<u64> =
        read.machines.iter().flat_map(|machine| &machine.disks).map(|disk| disk.size.0 / GIB).collect();
    assert_eq!(found, [10, 20, 30, 40]);
    // Without its host nobody knows whose the drive is.
    let blind = all.join(",").replace(", \"ComputerName\": \"HV1\"", "");
    let message = texts(&[("h.json", &format!("[{blind}]"))]).unwrap_err().to_string();
    assert!(message.contains("a drive of `web` may be that of several machines"), "{message}");
    assert!(message.contains("with its ComputerName and VMId"), "{message}");
}

#[test]
fn a_machine_and_its_replica_are_one_that_is_protected() {
    let Some(pair) = of_case("27-hyperv-json-in-the-wild/replica-pair.json") else { return };
    let pair = pair.unwrap();
    assert_eq!(sizes(&pair), [("web", vec![100])]);
    assert_eq!(pair.machines[0].replica_host().map(String::as_str), Some("DR01"));
    let (scenario, _, written) = accepted(&pair, &InventoryOptions::default());
    assert_eq!(scenario.vms.len(), 1);
    assert!(
        written.text.contains("host: \"DR01\"")
            && written.text.contains("name: \"DR01\", site: \"recovery\"")
    );
    let dyn_ = of_case("27-hyperv-json-in-the-wild/dyn.json").unwrap().unwrap();
    assert_eq!((sizes(&dyn_), dyn_.machines[0].memory), (vec![("sql01", vec![128])], Bytes(4 * GIB)));
    let told = [dyn_.told.dropped.join(" "), dyn_.told.assumed.join(" ")].join(" ");
    for text in
        ["sql01 starts with 4 GiB and has 20 GiB", "passed through to their machine", "(sql01-replica)"]
    {
        assert!(told.contains(text), "{text}: {told}");
    }
}

/// The interval is the relationship's, and a host of replicas is as large as it is.
#[test]
fn an_estate_under_hyper_v_replica_is_read_as_it_stands() {
    let estate = format!(
        r#"{{"vms": [
            {{"Name": "web", "Id": "1", "State": 2, "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "HV01", "ReplicationMode": 1}},
            {{"Name": "sql", "Id": "2", "State": 2, "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "HV01", "ReplicationMode": "Primary"}},
            {{"Name": "new", "Id": "3", "State": 2, "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "HV01", "ReplicationMode": 0}}],
          "replication": [
            {{"VMName": "web", "VMId": "1", "PrimaryServer": "hv01.x.org", "ReplicaServer": "dr01.x.org", "FrequencySec": 30, "Mode": 1}},
            {{"VMName": "sql", "VMId": "2", "PrimaryServer": "hv01.x.org", "ReplicaServer": "dr01.x.org", "FrequencySec": 900, "Mode": 1}}],
          "hosts": [
            {{"ComputerName": "HV01", "LogicalProcessorCount": 8, "MemoryCapacity": {}}},
            {{"ComputerName": "DR01", "LogicalProcessorCount": 6, "MemoryCapacity": {}}}],
          "drives": [{{"VMId": "1", "VMName": "web", "ControllerType": 0, "Path": "D:\\web.vhdx"}},
                     {{"VMId": "2", "VMName": "sql", "ControllerType": 0, "Path": "D:\\sql.vhdx"}},
                     {{"VMId": "3", "VMName": "new", "ControllerType": 0, "Path": "D:\\new.vhdx"}}],
          "disks": [{{"Path": "D:\\web.vhdx", "Size": {GIB}, "FileSize": {GIB}}}, {{"Path": "D:\\sql.vhdx", "Size": {GIB}, "FileSize": {GIB}}},
                    {{"Path": "D:\\new.vhdx", "Size": {GIB}, "FileSize": {GIB}}}]}}"#,
        32 * GIB,
        24 * GIB
    );
    let read = texts(&[("h.json", &estate)]).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(read.hosts.len(), 1);
    assert_eq!((read.replica_hosts[0].cores, read.replica_hosts[0].memory), (6, Bytes(24 * GIB)));
    let (_, _, written) = accepted(&read, &InventoryOptions::default());
    for line in [
        "(vms: [\"web\"], from: \"main\", to: \"recovery\", policy: \"30s\", host: \"dr01.x.org\")",
        "(vms: [\"sql\"], from: \"main\", to: \"recovery\", policy: \"15min\", host: \"dr01.x.org\")",
        "(vms: [\"new\"], from: \"main\", to: \"recovery\", policy: \"5min\")",
    ] {
        assert!(written.text.contains(line), "{line}\n{}", written.text);
    }
}

#[test]
fn numbers_as_text_or_with_an_exponent_are_numbers_and_others_are_faults() {
    let vm = |memory: &str, size: &str| {
        format!(
            r#"[{{"Name": "a", "ProcessorCount": "4", "MemoryStartup": {memory}, "State": "Running", "ComputerName": "h",
               "HardDrives": [{{"VMName": "a", "Path": "C:\\a.vhdx", "ControllerType": 1}}]}},
               {{"Path": "C:\\a.vhdx", "Size": {size}, "FileSize": "53687091200"}}]"#
        )
    };
    let read = texts(&[("h.json", &vm("\"4294967296\"", "1.073741824E+11"))]).unwrap();
    assert_eq!((sizes(&read), read.machines[0].memory), (vec![("a", vec![100])], Bytes(4 * GIB)));
    assert_eq!(read.machines[0].disks[0].used, Some(Bytes(50 * GIB)));
    for (memory, size, expected) in [
        ("\"4 GB\"", "1", "MemoryStartup of machine `a` is `4 GB`"),
        ("1", "\"100GB\"", "Size of `C:\\\\a.vhdx` is `100GB`"),
        ("-1", "1", "MemoryStartup of machine `a` is `-1`"),
    ] {
        let message = texts(&[("h.json", &vm(memory, size))]).unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("help:"), "{message}");
    }
}

#[test]
fn what_vmm_and_get_vm_export_is_read() {
    let Some(json) = of_case("05-scvmm-json/scvmm.json") else { return };
    let json = json.unwrap();
    let web = &json.machines[0];
    assert_eq!((json.machines.len(), web.cores, web.memory), (1, 4, Bytes(8 * GIB)));
    assert_eq!((web.disks[0].size, web.disks[0].used), (Bytes(100 * GIB), Some(Bytes(40 * GIB))));
    assert_eq!(
        (web.host.as_deref(), web.disks[0].store.as_deref()),
        (Some("hv01.example.org"), Some("Volume1"))
    );
    let csv = of_case("05-scvmm-json/scvmm.csv").unwrap().unwrap();
    assert_eq!(
        (csv.machines[0].cores, csv.machines[0].memory.0 / MIB, sizes(&csv)),
        (4, 8192, vec![("web-01", vec![40])])
    );
    let path = case("import/06-hyperv-csv/getvm.csv").unwrap();
    let options = InventoryOptions { powered_off: true, ..InventoryOptions::default() };
    let get_vm = inventory(&[("getvm.csv", &std::fs::read(path).unwrap())], &options).unwrap();
    assert_eq!(sizes(&get_vm), [("web-01", vec![100]), ("db-01", vec![500])]);
    assert_eq!((get_vm.machines[1].memory, get_vm.machines[1].off), (Bytes(64 * GIB), true));
}

/// What an import writes passes `check`, and all its machines start where it says.
#[test]
fn what_is_proposed_holds_the_machines_it_was_made_for() {
    let Some(small) = case("import/recovery-site-too-small") else { return };
    let folder = temporary();
    for (at, (path, spare)) in
        [(small, "0"), (case("import/azure-two-machines/azure-two-machines.csv").unwrap(), "1")]
            .iter()
            .enumerate()
    {
        let out = folder.path().join(format!("{at}.ron"));
        let out = out.to_str().unwrap();
        let (code, _, told) =
            drsim(&["import", "inventory", path.to_str().unwrap(), "-o", out, "--spare-hosts", spare]);
        assert_eq!(code, 0, "{told}");
        // Two main hosts and none to spare; one, and one to spare: two either way, which share their storage.
        let text = std::fs::read_to_string(out).unwrap();
        assert_eq!(text.matches("site: \"recovery\", cores").count(), 2, "{text}");
        assert!(text.contains("site: \"recovery\", nodes: [\"recovery-1\", \"recovery-2\"]"), "{text}");
        let (code, told, warned) = drsim(&["check", out]);
        assert_eq!(code, 0, "{told}{warned}");
        let (code, told, _) = drsim(&["run", out]);
        assert!(code == 0 && told.contains("✓ met") && !told.contains("not recovered"), "{told}");
        let (code, told, _) = drsim(&["plan", out, "--ask", "site"]);
        assert!(code == 0 && !told.contains("do not start") && !told.contains("does not start"), "{told}");
    }
}

/// Names are joined as a map says, as written, in any case and without domain; a fold that makes two meet joins neither.
#[test]
fn measured_names_are_joined_by_a_map_and_by_what_is_alike() {
    let folder = temporary();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let names = ["web", "SQL", "crm.x.org", "a1.x.org", "a1.y.org", "old"];
    let rows: String = (0..12)
        .map(|bin| format!("2026-01-05T00:{:02}:00Z{}\n", bin * 5, ",300".repeat(names.len())))
        .collect();
    std::fs::write(at("week.csv"), format!("time,{}\n{rows}", names.join(","))).unwrap();
    let (code, _, told) =
        drsim(&["import", "churn", &at("week.csv"), "--values", "bytes", "-o", &at("week.series")]);
    assert_eq!(code, 0, "{told}");
    let machines = ["web", "sql", "crm", "a1", "new"];
    let rows: String = machines.iter().map(|name| format!("{name},poweredOn,1,1024,10240\n")).collect();
    std::fs::write(at("vInfo.csv"), format!("VM,Powerstate,CPUs,Memory,Total disk capacity MiB\n{rows}"))
        .unwrap();
    std::fs::write(at("names.csv"), "from,to\nold,new\n").unwrap();
    let import = |map: &str, out: &str| {
        let (map, out) = (at(map), at(out));
        drsim(&[
            "import",
            "inventory",
            &at("vInfo.csv"),
            "--churn",
            &at("week.series"),
            "--map",
            &map,
            "-o",
            &out,
        ])
    };
    let (code, told, wrong) = import("names.csv", "dr.ron");
    assert_eq!(code, 0, "{wrong}");
    for text in [
        "Measured churn: 4 columns; machines that follow it: 4.",
        "Joined: 1 by the map, 1 by name, 1 by name in any case, 1 by name without domain.",
        "Columns of measured churn that no machine here has: 2 (a1.x.org, a1.y.org).",
    ] {
        assert!(told.replace("\n  ", " ").contains(text), "{text}\n{told}");
    }
    let text = std::fs::read_to_string(at("dr.ron")).unwrap();
    let new = text.split("name: \"new\"").nth(1).unwrap();
    assert!(new.contains("column: \"old\""), "{text}");
    for (map, expected) in [
        ("from,to\nold,gone\n", "names.csv:2: no machine of the inventory is called `gone`"),
        ("from,to\nnever,new\n", "names.csv:2: nothing measured is called `never`"),
        ("from,to\nold,new\nold,web\n", "names.csv:3: `old` stands in line 2 too"),
        ("from,to\nold,\n", "names.csv:2: a name is missing"),
        ("a,b\nold,new\n", "names.csv:1: the columns `from` and `to` are needed"),
    ] {
        std::fs::write(at("names.csv"), map).unwrap();
        let (code, _, wrong) = import("names.csv", "no.ron");
        assert!(code == 2 && wrong.contains(expected) && wrong.contains("help:"), "{expected}\n{wrong}");
        assert!(!folder.path().join("no.ron").exists());
    }
}
