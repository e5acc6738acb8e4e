//! What an import refuses it refuses for the true reason, and what it says to do helps.

use drsim::import::inventory::{GIB, InventoryOptions};

use crate::import::inventory::{accepted, inventory, texts};

/// A machine that is on (2) or off (3), whose disk is known by a drive with these properties.
fn estate(state: u64, drive: &str) -> String {
    format!(
        r#"[{{"Name": "a", "VMId": "1", "State": {state}, "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "HV01"}},
            {{"Path": "C:\\a.vhdx", "Size": {GIB}, "FileSize": {GIB}}}{drive}]"#
    )
}

#[test]
fn a_drive_is_known_without_its_controller() {
    for of in ["\"VMName\": \"a\"", "\"VMId\": \"1\"", "\"VMName\": \"a\", \"ControllerType\": 1"] {
        let read = texts(&[("h.json", &estate(2, &format!(r#", {{{of}, "Path": "C:\\a.vhdx"}}"#)))])
            .unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(read.machines[0].disks.len(), 1);
        accepted(&read, &InventoryOptions::default());
    }
    // A checkpoint's folder and a diskette are no disks.
    for other in [r#"{"VMName": "a", "Path": "C:\\"}"#, r#"{"VMName": "a", "Path": "C:\\a.vfd"}"#] {
        let drive = format!(r#", {{"VMName": "a", "Path": "C:\\a.vhdx"}}, {other}"#);
        assert_eq!(texts(&[("h.json", &estate(2, &drive))]).unwrap().machines[0].disks.len(), 1);
    }
}

/// Machines that run, but without a known disk, are not found by taking those that are off.
#[test]
fn the_remedy_for_no_machines_fits_why_there_are_none() {
    let drive = r#", {"VMName": "a", "Path": "C:\\a.vhdx"}"#;
    let refused = |json: &str, options: &InventoryOptions| {
        inventory(&[("h.json", json.as_bytes())], options).unwrap_err().to_string()
    };
    let by_default = InventoryOptions::default();
    let all = InventoryOptions { powered_off: true, ..InventoryOptions::default() };
    for (state, options) in [(2, &by_default), (3, &by_default), (3, &all)] {
        let message = refused(&estate(state, ""), options);
        assert!(message.contains("no disk is known of 1 of 1 machines"), "{message}");
        assert!(
            message.contains("help: export the disks too") && !message.contains("--powered-off"),
            "{message}"
        );
    }
    let message = refused(&estate(3, drive), &by_default);
    assert!(message.contains("powered on") && message.contains("help: give --powered-off"), "{message}");
    let read = inventory(&[("h.json", estate(3, drive).as_bytes())], &all).unwrap();
    accepted(&read, &all);
    let disks: String = (0..17).map(|at| format!(r#", {{"VMName": "a", "Path": "C:\\{at}.vhdx"}}, {{"Path": "C:\\{at}.vhdx", "Size": {GIB}, "FileSize": 0}}"#)).collect();
    let message = refused(&estate(2, &disks), &by_default);
    assert!(message.contains("all machines have more than 16 disks"), "{message}");
    let copy = estate(3, drive).replace("\"State\"", "\"ReplicationMode\": 2, \"State\"");
    let message = refused(&copy, &all);
    assert!(
        message.contains("there is no machine in the files")
            && message.contains("not templates and replicas alone"),
        "{message}"
    );
}
