//! Workbooks of Live Optics: machines, their hosts and the mean of what they write; and workbooks of measurements.

use drsim::import::inventory::{Disk, GIB, Host, Inventory, InventoryOptions, MIB};
use drsim::import::{ChurnOptions, Faults};
use drsim::units::{Bytes, Rate};
use jiff::tz::TimeZone;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::import::files::import;
use crate::import::inventory::{accepted, inventory, texts};

const VMS: &str = "VM Name,Power State,Virtual CPU,Provisioned Memory (MiB),Virtual Disk Size (MiB),Virtual Disk Used (MiB),Host,Cluster,Template,MOB ID\n\
    web,poweredOn,4,16384,102400,51200,esx1,CL1,False,vm-1\n\
    web,poweredOn,2,4096,51200,1024,esx1,CL1,False,vm-2\n\
    gold,poweredOff,2,4096,51200,1024,esx1,CL1,True,vm-3\n\
    old,poweredOff,2,4096,51200,1024,esx1,CL1,False,vm-4\n";
const PERFORMANCE: &str = "VM Name,MOB ID,Peak Write (MB/s),Average Write (MB/s)\nweb,vm-2,90,0.5\nweb,vm-1,80,2\nnobody,vm-9,1,1\n";
const HOSTS: &str = "Host Name,Cluster,CPU Sockets,CPU Cores,Memory (GiB)\nesx1,CL1,2,32,512\n";

/// A workbook of these sheets, numbers as numbers.
fn book(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, text) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, line) in (0..).zip(text.lines()) {
            for (column, cell) in (0..).zip(line.split(',')) {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write_number(row, column, number).unwrap(),
                    Err(_) => sheet.write_string(row, column, cell).unwrap(),
                };
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn read(sheets: &[(&str, &str)]) -> Result<Inventory, Faults> {
    inventory(&[("lo.xlsx", &book(sheets))], &InventoryOptions::default())
}

#[test]
fn a_workbook_tells_machines_hosts_and_the_mean_of_writes() {
    let all = [
        ("Details", "Project,Customer\nx,y\n"),
        ("VMs", VMS),
        ("VM Performance", PERFORMANCE),
        ("ESX Hosts", HOSTS),
    ];
    let estate = read(&all).unwrap_or_else(|faults| panic!("{faults}"));
    let disk = |size, used, writes| Disk {
        name: "disk".into(),
        size: Bytes(size * MIB),
        used: Some(Bytes(used * MIB)),
        writes: Some(Rate(writes)),
        ..Disk::default()
    };
    let seen: Vec<_> = estate.machines.iter().map(|it| (it.cores, it.memory, it.disks.clone())).collect();
    let expected = [
        (4, Bytes(16 * GIB), vec![disk(102_400, 51_200, 2 * MIB)]),
        (2, Bytes(4 * GIB), vec![disk(51_200, 1024, MIB / 2)]),
    ];
    assert_eq!(seen, expected);
    let host = Host { name: "esx1".into(), cores: 32, memory: Bytes(512 * GIB), cluster: Some("CL1".into()) };
    assert_eq!(estate.hosts, [host]);
    let (assumed, dropped) = (estate.told.assumed.join("\n"), estate.told.dropped.join("\n"));
    assert!(assumed.contains("no export was at hand"), "{assumed}");
    assert!(dropped.contains("Templates, and machines that are listed twice: 1."), "{dropped}");
    assert!(dropped.contains("Rows of VM Performance of machines that VMs has not: 1."), "{dropped}");
    accepted(&estate, &InventoryOptions::default());
    // the sheets as CSV are the same
    let texts =
        texts(&[("e/VMs.csv", VMS), ("e/VM Performance.csv", PERFORMANCE), ("e/ESX Hosts.csv", HOSTS)])
            .unwrap();
    assert_eq!((texts.machines, texts.hosts), (estate.machines, estate.hosts));
}

#[test]
fn a_workbook_without_its_machines_or_with_ids_that_meet_is_refused() {
    let message = read(&[("VM Performance", PERFORMANCE)]).unwrap_err().to_string();
    assert!(message.contains("the sheet VMs, which lists the machines, is missing"), "{message}");
    let message =
        read(&[("VMs", &VMS.replace("web,poweredOn,2", "app,poweredOn,2").replace("vm-2", "vm-1"))])
            .unwrap_err()
            .to_string();
    assert!(message.contains("its MOB ID `vm-1` is that of another machine too"), "{message}");
    let message = read(&[("VMs", &VMS.replace("16384", "many"))]).unwrap_err().to_string();
    assert!(message.contains("VMs!D2") && message.contains("`many` is not a number"), "{message}");
}

#[test]
fn measurements_in_a_workbook_are_those_of_its_text() {
    let mut book = Workbook::new();
    let notes = book.add_worksheet();
    notes.set_name("Notes").unwrap().write_string(0, 0, "Customer").unwrap().write_string(1, 0, "x").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Perf").unwrap();
    let format = Format::new().set_num_format("dd/mm/yyyy hh:mm");
    for (column, head) in (0..).zip(["Server", "Disk", "Time", "Write Throughput (MB/s)"]) {
        sheet.write_string(0, column, head).unwrap();
    }
    for row in 1..5 {
        let time = ExcelDateTime::from_ymd(2025, 7, 15)
            .unwrap()
            .and_hms(8, u8::try_from(row * 5).unwrap(), 0)
            .unwrap();
        sheet.write_string(row, 0, "db").unwrap().write_string(row, 1, "C:").unwrap();
        sheet.write_datetime_with_format(row, 2, time, &format).unwrap().write_number(row, 3, 1.5).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let options = ChurnOptions { zone: Some(TimeZone::UTC), ..ChurnOptions::default() };
    let (series, found) =
        import(&[("lo.xlsx", &bytes)], options.clone()).unwrap_or_else(|faults| panic!("{faults}"));
    let text = (1..5).fold("Server,Disk,Time,Write Throughput (MB/s)\n".to_owned(), |text, row| {
        text + &format!("db,C:,2025-07-15 08:{:02}:00,1.5\n", row * 5)
    });
    let (same, _) = import(&[("lo.csv", text.as_bytes())], options.clone()).unwrap();
    assert_eq!(series, same);
    assert_eq!(found.source, "live-optics");
    assert!(found.quirks.join("\n").contains("Not of measurements: lo.xlsx!Notes."), "{:?}", found.quirks);
}
