//! Numbers of the world: how a file writes them is told by its cells, and nothing is a thousand times off without a word.

use drsim::import::inventory::{GIB, Import, Inventory, InventoryOptions, MIB, Measured};
use drsim::import::{ChurnOptions, Faults, Mark, Values};
use drsim::units::{Bytes, Rate};

use crate::import::files::{HEADER, import as churn};
use crate::import::inventory::{inventory, texts};
use crate::import::workbook::{packed, parts, row};
use crate::shared::case;

/// The files of a case, of a folder in the order of their names.
pub fn of_case(path: &str) -> Option<Result<Inventory, Faults>> {
    let path = case(&format!("import/{path}"))?;
    let mut files = vec![path.clone()];
    if path.is_dir() {
        files = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
    }
    let mut import = Import::new(InventoryOptions::default());
    for file in &files {
        import.file(&file.to_string_lossy(), std::fs::File::open(file).unwrap());
    }
    Some(import.finish())
}

fn disks(inventory: &Inventory) -> Vec<(u64, Option<u64>)> {
    let disks = inventory.machines.iter().flat_map(|machine| &machine.disks);
    disks.map(|disk| (disk.size.0, disk.writes.map(|rate| rate.0))).collect()
}

#[test]
fn a_german_export_of_azure_migrate_is_read_as_it_is_meant() {
    let Some(german) = of_case("10-azmigrate-german/de.csv") else { return };
    let german = german.unwrap();
    assert_eq!(german.machines[0].memory, Bytes(16 * GIB));
    assert_eq!(disks(&german), [(1024 * GIB, Some(MIB / 8)), (200 * GIB, Some(MIB + MIB / 4))]);
    let told = "Numbers: decimal comma, points group: `0,125` (de.csv:2).";
    assert!(german.told.read.iter().any(|line| line == told), "{:?}", german.told.read);
}

#[test]
fn the_average_of_writes_is_used_and_the_maximum_named() {
    let Some(util) = of_case("04-azmigrate-avg-and-max/util.csv") else { return };
    let util = util.unwrap();
    assert_eq!(disks(&util), [(500 * GIB, Some(MIB * 9 / 2))]);
    assert!(
        util.told.read.iter().any(|line| line.contains("`Disk 1 write throughput maximum")),
        "{:?}",
        util.told
    );
    let noname = of_case("04-azmigrate-avg-and-max/noname.csv").unwrap().unwrap();
    assert_eq!(disks(&noname), [(500 * GIB, Some(5 * MIB))]);
    assert_eq!(noname.told.dropped, ["Machines without disks: 1."]);
    let peak = "Server name,Cores,Memory (MB),Disk 1 size (GB),Disk 1 write throughput (MBps) maximum,Peak disk 1 write (MBps)\n";
    let peak = texts(&[("a.csv", &format!("{peak}a,1,1024,9,88,99\n"))]).unwrap();
    assert_eq!(disks(&peak), [(9 * GIB, None)]);
    assert!(
        peak.told.read.iter().any(|line| line.ends_with("(MBps) maximum` and 1 more.")),
        "{:?}",
        peak.told
    );
    let twice = "Server name,Cores,Memory (MB),Disk 1 size (GB),Disk 1 write throughput average (MBps),Disk 1 write throughput (MBps)\n";
    let message = texts(&[("a.csv", &format!("{twice}a,1,1024,9,1,2\n"))]).unwrap_err().to_string();
    assert!(
        message.starts_with("a.csv:1: Disk 1 write throughput (MBps): it says the same of disk 1"),
        "{message}"
    );
}

#[test]
fn headers_of_the_command_line_and_tabs_cut_to_a_few_columns_are_read() {
    let Some(internal) = of_case("02-rvtools-internal-headers") else { return };
    let internal = internal.unwrap();
    let sum =
        |of: fn(&drsim::import::inventory::Machine) -> u64| internal.machines.iter().map(of).sum::<u64>();
    assert_eq!((internal.machines.len(), internal.hosts.len()), (2, 1));
    assert_eq!((sum(|it| u64::from(it.cores)), sum(|it| it.memory.0)), (12, 80 * GIB));
    assert_eq!(sum(|it| it.disks[0].size.0), 600 * GIB);
    assert_eq!((internal.hosts[0].cores, internal.hosts[0].memory), (32, Bytes(512 * GIB)));
    let a = of_case("24-rvtools-trimmed/a").unwrap().unwrap();
    assert_eq!(disks(&a), [(100 * GIB, None)]);
    let b = of_case("24-rvtools-trimmed/b").unwrap().unwrap();
    assert_eq!(disks(&b), [(110_000 * MIB, None)]);
    assert_eq!(
        b.told.dropped,
        ["vCPU.csv: vCPU has no column `cpus`.", "vHost.csv: vHost has no column `# memory`."]
    );
}

#[test]
fn a_tab_with_few_columns_is_not_taken_for_another() {
    let info = "VM,Powerstate,CPUs,Memory\na,poweredOn,1,1024\n";
    let disk = "VM,Disk,Capacity MiB,Unit #\na,d,2048,0\n";
    let few = "VM,Disk,Capacity MiB\na,C:\\,2000\n";
    // called vPartition it is left out; called nothing that is known it is not guessed at
    let named = texts(&[("vInfo.csv", info), ("vDisk.csv", disk), ("vPartition.csv", few)]).unwrap();
    assert_eq!(disks(&named), [(2 * GIB, None)]);
    assert_eq!(named.told.dropped, ["vPartition.csv: vPartition has no column `consumed mb`."]);
    let unnamed = texts(&[("vInfo.csv", info), ("vDisk.csv", disk), ("parts.csv", few)]).unwrap();
    assert_eq!(disks(&unnamed), [(2 * GIB, None)]);
    let called = texts(&[("vInfo.csv", info), ("vDisk.csv", few)]).unwrap();
    assert_eq!(disks(&called), [(2000 * MIB, None)]);
    let message =
        texts(&[("vInfo.csv", info), ("vDisk.csv", "VM,Disk,Unit #\na,d,0\n")]).unwrap_err().to_string();
    assert!(message.starts_with("vDisk.csv:1: vDisk has no column `capacity mb`"), "{message}");
}

#[test]
fn cores_and_memory_may_be_in_tabs_of_their_own_and_templates_are_told_in_any_language() {
    let info = "VM;Template\na;FALSCH\ngold;WAHR\n";
    let disk = "VM;Disk;Capacity MiB;Raw\na;d;2048;WAHR\n";
    let (cpu, memory) = ("VM;CPUs;Sockets\na;3;1\n", "VM;Size MiB\na;1024\n");
    let all = [("vInfo.csv", info), ("vDisk.csv", disk), ("vCPU.csv", cpu), ("vMemory.csv", memory)];
    let read = texts(&all).unwrap_or_else(|faults| panic!("{faults}"));
    let machines: Vec<_> = read.machines.iter().map(|it| (it.name.as_str(), it.cores, it.memory)).collect();
    assert_eq!(machines, [("a", 3, Bytes(GIB))]);
    assert_eq!(read.told.dropped, ["Templates and placeholders: 1."]);
    let told = |start: &str| read.told.assumed.iter().any(|line| line.starts_with(start));
    assert!(
        told("vInfo has no column `powerstate`") && told("Raw device mappings"),
        "{:?}",
        read.told.assumed
    );
    let message = texts(&all[..3]).unwrap_err().to_string();
    let expected = "vInfo.csv:1: vInfo has no column `memory`\n  help: export the table again with all its columns, or name the file of vMemory too";
    assert_eq!(message, expected);
    let odd = texts(&[("vInfo.csv", "VM;CPUs;Memory;Template\na;1;1024;maybe\n")]).unwrap_err().to_string();
    assert!(odd.starts_with("vInfo.csv:2: Template: `maybe` is neither true nor false"), "{odd}");
    let twice = texts(&[("vInfo.csv", "VM;CPUs;Memory;Memory\na;1;1024;2048\n")]).unwrap_err().to_string();
    assert!(twice.starts_with("vInfo.csv:1: Memory: two columns have this header"), "{twice}");
}

#[test]
fn units_keep_their_case() {
    if let Some(bits) = of_case("silent/mbps.csv") {
        assert_eq!(disks(&bits.unwrap()), [(500 * GIB, Some(1_000_000))]);
    }
    let with = |unit: &str| {
        let header =
            format!("Server name,Cores,Memory (MB),Disk 1 size (GB),Disk 1 write throughput ({unit})\n");
        texts(&[("a.csv", &format!("{header}a,1,1024,9,8\n"))])
    };
    for (unit, rate) in
        [("MB/s", 8 * MIB), ("MBps", 8 * MIB), ("Mbit/s", 1_000_000), ("KB/s", 8192), ("MBPS", 8 * MIB)]
    {
        assert_eq!(with(unit).unwrap().machines[0].disks[0].writes, Some(Rate(rate)), "{unit}");
    }
    for (unit, expected) in [
        ("kbps", "a.csv:1: Disk 1 write throughput (kbps): `kbps` may be bits or bytes"),
        ("mbps", "`mbps` may be bits or bytes: 1 mbps is"),
        ("pages", "`pages` is no unit"),
    ] {
        let message = with(unit).unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("help:"), "{message}");
    }
    let sizes = "Server name,Cores,Memory (Mb),Disk 1 size (GB)\na,1,1024,9\n";
    assert!(
        texts(&[("a.csv", sizes)])
            .unwrap_err()
            .to_string()
            .contains("`Mb` is no unit of what the column holds")
    );
    let cells = "Server name,Cores,Memory,Disk 1 size,Disk 1 write throughput\na,1,2 GiB,512 MB,1.00 MiB/s\nb,1,2048,1,512 KiB/s\n";
    let cells = texts(&[("a.csv", cells)]).unwrap();
    assert_eq!(disks(&cells), [(512 * MIB, Some(MIB)), (GIB, Some(MIB / 2))]);
    assert_eq!(cells.machines[0].memory, cells.machines[1].memory);
}

#[test]
fn what_stays_open_is_refused_and_decimal_decides() {
    let text = "Server name;Cores;Memory (GB);Disk 1 size (GB)\na;1;4;1.024\n";
    let with = |decimal, text: &str| {
        inventory(&[("a.csv", text.as_bytes())], &InventoryOptions { decimal, ..InventoryOptions::default() })
    };
    let message = with(None, text).unwrap_err().to_string();
    let expected = "a.csv:2: Disk 1 size (GB): `1.024` may be 1.024 or 1024, and no other number tells which\n  help: say --decimal";
    assert!(message.starts_with(expected), "{message}");
    assert_eq!(disks(&with(Some(Mark::Comma), text).unwrap()), [(1024 * GIB, None)]);
    assert_eq!(disks(&with(Some(Mark::Point), text).unwrap()), [(GIB * 1024 / 1000, None)]);
    let proved = text.replace("1.024", "1,5");
    let message = with(Some(Mark::Point), &proved).unwrap_err().to_string();
    assert!(message.contains("`1,5` cannot be written as --decimal says"), "{message}");
    // memory in MB is whole
    let whole = text.replace("(GB);D", "(MB);D").replace(";4;", ";16.384;");
    let read = with(None, &whole).unwrap();
    assert_eq!((read.machines[0].memory, disks(&read)), (Bytes(16 * GIB), vec![(1024 * GIB, None)]));
    let both = format!("{}b;1;4;0,5\nc;1;4;0.5\n", text);
    let message = with(None, &both).unwrap_err().to_string();
    assert!(
        message.starts_with("a.csv:4: Disk 1 size (GB): `0.5` and `0,5` (a.csv:3) are not written"),
        "{message}"
    );
}

#[test]
fn a_tab_that_stays_open_is_read_as_another_of_its_folder() {
    let info = "VM;Powerstate;CPUs;Memory\na;poweredOn;1;16.384\n";
    let disk = "VM;Disk;Capacity MiB;Disk Mode\na;d;1.000;x\n";
    let read = |disk_name: &str, disk: &str| texts(&[("x/vInfo.csv", info), (disk_name, disk)]);
    let both = read("x/vDisk.csv", disk).unwrap();
    assert_eq!(disks(&both), [(1000 * MIB, None)]);
    assert!(both.told.read.contains(&"Numbers: decimal comma, points group: as in vInfo.csv.".to_owned()));
    for (name, disk) in [("y/vDisk.csv", disk.to_owned()), ("x/vDisk.csv", disk.replace(';', "\t"))] {
        let message = read(name, &disk).unwrap_err().to_string();
        assert!(message.contains("`1.000` may be"), "{message}");
    }
}

#[test]
fn a_workbook_knows_its_numbers_and_dates() {
    if let Some(date) = of_case("silent/date.xlsx") {
        let message = date.unwrap_err().to_string();
        assert!(message.contains("vDisk!E2: Capacity MiB: the cell is a date"), "{message}");
    }
    let info = row(1, &["VM", "Powerstate", "CPUs", "Memory", "Total disk capacity MiB"]);
    let cells = "<row r=\"2\"><c r=\"A2\"><v>4711</v></c><c r=\"B2\" t=\"inlineStr\"><is><t>poweredOn</t></is></c>\
                 <c r=\"C2\"><v>2</v></c><c r=\"D2\"><v>1.024E3</v></c><c r=\"E2\" t=\"inlineStr\"><is><t>1.234.567</t></is></c></row>";
    let book = packed(&parts(&[("vInfo", info + cells)]));
    let read = inventory(&[("r.xlsx", &book)], &InventoryOptions::default()).unwrap();
    assert_eq!((read.machines[0].name.as_str(), read.machines[0].memory), ("4711", Bytes(GIB)));
    // the text is in the dialect of texts, the numbers are none
    assert_eq!(disks(&read), [(1_234_567 * MIB, None)]);
}

fn bytes_of_bins() -> ChurnOptions {
    ChurnOptions { values: Some(Values::Bytes), ..ChurnOptions::default() }
}

#[test]
fn what_stands_between_cells_is_told_by_whole_lines() {
    if let Some(path) = case("import/silent/two.csv") {
        let bytes = std::fs::read(path).unwrap();
        let (series, _) = churn(&[("two.csv", &bytes)], bytes_of_bins()).unwrap();
        let columns: Vec<_> =
            series.columns.iter().map(|column| (column.name.as_str(), column.bins.clone())).collect();
        assert_eq!(columns, [("a, b, c, d", vec![Some(1000), Some(1000)])]);
    }
    let expected =
        texts(&[("a.csv", "Server name,Cores,Memory (MB),Disk 1 size (GB)\na,1,4096,9.5\n")]).unwrap();
    for text in [
        "Server name;Cores;Memory (MB);Disk 1 size (GB);\"OS, a, b, c, d\"\na;1;4096;9,5;x\n",
        "sep=;\r\nServer name;Cores;Memory (MB);Disk 1 size (GB)\r\na;1;4096;9.5\r\n",
        "#TYPE Selected.Machine\n\"Server name\",\"Cores\",\"Memory (MB)\",\"Disk 1 size (GB)\"\n\"a\",\"1\",\"4096\",\"9.5\"\n",
        "Server name\tCores\tMemory (MB)\tDisk 1 size (GB)\na\t1\t4,096\t9.5\n",
    ] {
        assert_eq!(texts(&[("a.csv", text)]).unwrap().machines, expected.machines, "{text}");
    }
}

#[test]
fn names_that_differ_in_case_are_two() {
    let Some(path) = case("import/silent/cs.csv") else { return };
    let bytes = std::fs::read(path).unwrap();
    let (series, _) = churn(&[("cs.csv", &bytes)], bytes_of_bins()).unwrap();
    let text = "Server name,Cores,Memory (MB),Disk 1 size (GB)\n";
    let follow = |rows: &str| {
        let churn = Some(Measured::new(&series, "s", "s.series"));
        let options = InventoryOptions { churn, ..InventoryOptions::default() };
        let read = inventory(&[("a.csv", format!("{text}{rows}").as_bytes())], &options).unwrap();
        let machines = read.machines.iter();
        machines.map(|it| (it.disks[0].columns.first().cloned(), it.disks[0].writes)).collect::<Vec<_>>()
    };
    let column = |name: &str, rate| (Some(name.to_owned()), Some(Rate(rate)));
    assert_eq!(follow("a,1,1024,9\nA,1,1024,9\n"), [column("a", 2000), column("A", 1000)]);
    assert_eq!(follow("a,1,1024,9\nb,1,1024,9\n"), [column("a", 2000), (None, None)]);
}

#[test]
fn files_that_are_written_alike_share_a_sentence() {
    let file = |value: &str| format!("{HEADER}600;1;{value}\n").into_bytes();
    let (a, b, c) = (file("0.5"), file("1.25"), file("0,5"));
    let (series, found) =
        churn(&[("1.csv", &a), ("2.csv", &b), ("3.csv", &c)], ChurnOptions::default()).unwrap();
    let bins: Vec<_> = series.columns.iter().map(|column| column.bins[0]).collect();
    assert_eq!(bins, [Some(150_000), Some(375_000), Some(150_000)]);
    for line in [
        "Numbers: decimal point: `0.5` (1.csv:2), and in another file.",
        "Numbers: decimal comma: `0,5` (3.csv:2).",
    ] {
        assert!(found.quirks.iter().any(|quirk| quirk == line), "{:?}", found.quirks);
    }
}
