//! Replication as an export has it: how often it copies, what state it is in and where it leads are taken over, refused or told.

use drsim::import::inventory::{GIB, InventoryOptions};

use crate::import::inventory::{accepted, texts};

/// Two machines of two hosts, replicated to a third, and what their replications say beside that.
fn pair(a: &str, b: &str) -> String {
    let machine = |name: &str, host: &str| {
        format!(
            r#"{{"Name": "{name}", "VMId": "id-{name}", "State": 2, "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "{host}",
                "ReplicationMode": 1, "HardDrives": [{{"Path": "C:\\{name}.vhdx", "ControllerType": 1}}]}},
               {{"Path": "C:\\{name}.vhdx", "Size": {GIB}, "FileSize": {GIB}, "ComputerName": "{host}"}}"#
        )
    };
    let replication = |name: &str, host: &str, more: &str| {
        format!(
            r#"{{"VMName": "{name}", "VMId": "id-{name}", "Mode": "Primary", "PrimaryServer": "{host}", "ReplicaServer": "DR1"{more}}}"#
        )
    };
    format!(
        "[{}, {}, {}, {}]",
        machine("a", "HV1"),
        machine("b", "HV2"),
        replication("a", "HV1", a),
        replication("b", "HV2", b)
    )
}

/// The scenario of a pair, which `check` accepts.
fn scenario_of(a: &str, b: &str) -> String {
    let read = texts(&[("h.json", &pair(a, b))]).unwrap_or_else(|faults| panic!("{faults}"));
    accepted(&read, &InventoryOptions::default()).2.text
}

/// None but the three of the product; one that is not told is assumed, which is told.
#[test]
fn a_copy_frequency_that_the_product_has_not_is_refused() {
    for (written, shown) in [("600", "600"), ("\"15 min\"", "15 min"), ("-30", "-30"), ("true", "true")] {
        let json = pair(", \"FrequencySec\": 30", &format!(", \"FrequencySec\": {written}"));
        let message = texts(&[("h.json", &json)]).expect_err(written).to_string();
        assert_eq!(message.matches("help:").count(), 1, "{message}");
        assert!(
            message.contains(&format!("h.json: FrequencySec of the replication of `b` is `{shown}`")),
            "{message}"
        );
        assert!(message.contains("every 30, 300 or 900 seconds"), "{message}");
        // Put right as it says, it is taken over.
        let text = scenario_of(", \"FrequencySec\": 30", ", \"FrequencySec\": \"900\"");
        assert!(
            text.contains("(vms: [\"b\"], from: \"main\", to: \"recovery\", policy: \"15min\""),
            "{text}"
        );
    }
}

/// What is assumed of some is said of these alone, with their number, and of none where all is told.
#[test]
fn a_copy_frequency_is_assumed_of_those_that_tell_none() {
    let both = [", \"FrequencySec\": 30", ", \"FrequencySec\": 900"];
    for (a, b, count) in [
        ("", "", 2),
        (both[0], "", 1),
        ("", both[1], 1),
        (both[0], ", \"FrequencySec\": null", 1),
        (both[0], both[1], 0),
    ] {
        let text = scenario_of(a, b);
        let told = format!(
            "//   - A copy every 5 minutes for machines whose copy frequency the export does not tell: {count}."
        );
        assert_eq!(text.contains(&told), count > 0, "{text}");
        assert_eq!(text.contains("every 5 minutes"), count > 0, "{text}");
        assert_eq!(text.contains("interval: \"5m\""), count > 0, "{text}");
        assert!(
            text.contains("//   - One application with RPO 15m and RTO 4h, one team, one outage."),
            "{text}"
        );
    }
}
