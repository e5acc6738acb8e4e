//! Replication as an export has it: how often it copies, what state it is in and where it leads are taken over, refused or told.

use drsim::import::inventory::{GIB, InventoryOptions};

use crate::hostile::{drsim, temporary};
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
        // a copy is as old as that when the next arrives, if it may take as long as its successor waits
        let rpo = if b == both[1] { "30m" } else { "10m" };
        assert!(
            text.contains(&format!(
                "//   - One application with RPO {rpo}, twice its longest copy frequency, and RTO 4h"
            )),
            "{text}"
        );
        assert!(text.contains(&format!("rpo: \"{rpo}\"")), "{text}");
        assert!(text.contains("(what: \"applications.all.rpo\", why: \"twice the longest copy"), "{text}");
    }
}

/// Two hosts whose machines bear one name, `more` being of their replications.
fn namesakes(ids: bool, more: &str) -> String {
    let machine = |host: &str| {
        let id = if ids { format!(", \"VMId\": \"id-{host}\"") } else { String::new() };
        format!(
            r#"{{"Name": "web", "State": 2, "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "{host}.x.org"{id},
                "ReplicationMode": 1, "HardDrives": [{{"Path": "C:\\{host}.vhdx", "ControllerType": 1}}]}},
               {{"Path": "C:\\{host}.vhdx", "Size": {GIB}, "FileSize": {GIB}}}"#
        )
    };
    format!("[{}, {}, {more}]", machine("hv1"), machine("hv2"))
}

/// The replica host and the copy frequency, in seconds, of each machine.
fn replicas(json: &str) -> Vec<(Option<String>, Option<i64>)> {
    let read = texts(&[("h.json", json)]).unwrap_or_else(|faults| panic!("{faults}"));
    accepted(&read, &InventoryOptions::default());
    let of = |machine: &drsim::import::inventory::Machine| {
        let interval = machine.replica.as_ref().and_then(|replica| replica.interval);
        (
            machine.replica_host().cloned(),
            interval.map(|interval| i64::try_from(interval.0 / 1_000_000).unwrap()),
        )
    };
    read.machines.iter().map(of).collect()
}

/// In both orders; by id wherever the replication was asked for, by name on its host alone.
#[test]
fn machines_of_one_name_keep_their_own_replication() {
    let both = [(Some("DR1".to_owned()), Some(30)), (Some("DR2".to_owned()), Some(900))];
    let row = |at: usize, what: &str| {
        let seconds = [30, 900][at - 1];
        format!(
            r#"{{"VMName": "web", "Mode": 1, "ReplicaServer": "DR{at}", "PrimaryServer": "{what}", "FrequencySec": {seconds}}}"#
        )
    };
    for [first, second] in [[1, 2], [2, 1]] {
        let named = |at: usize| row(at, &format!("HV{at}"));
        for ids in [false, true] {
            let json = namesakes(ids, &format!("{}, {}", named(first), named(second)));
            assert_eq!(replicas(&json), both, "{json}");
        }
        let of_cluster = |at: usize| row(at, &format!("broker\", \"VMId\": \"ID-hv{at}"));
        let json = namesakes(true, &format!("{}, {}", of_cluster(first), of_cluster(second)));
        assert_eq!(replicas(&json), both, "{json}");
    }
    // Listed twice it is one; of one of them only, the other has none.
    let json = namesakes(false, &format!("{}, {}", row(2, "hv2"), row(2, "hv2")));
    assert_eq!(replicas(&json), [(None, None), both[1].clone()]);
    for more in [row(1, ""), format!("{}, {}", row(1, "hv1"), row(2, "hv1"))] {
        let message = texts(&[("h.json", &namesakes(false, &more))]).unwrap_err().to_string();
        assert!(
            message.contains("h.json: a replication of `web` may be that of several machines"),
            "{message}"
        );
        assert!(message.contains("with their ComputerName and VMId"), "{message}");
    }
    let read = texts(&[("h.json", &namesakes(true, &row(1, "hv9")))]).unwrap();
    assert!(
        read.told
            .dropped
            .contains(&"Replications of machines that are not in the export: 1 (web).".to_owned())
    );
}

/// A broker's name is no host: what it takes stands on the nodes of its cluster, all of which are the recovery site. Where nothing tells what
/// stands behind a name, that is said.
#[test]
fn a_broker_is_the_nodes_of_its_cluster() {
    let machine = |name: &str| {
        format!(
            r#"{{"Name": "{name}", "State": 2, "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "hv1", "ReplicationMode": 1,
                "HardDrives": [{{"Path": "C:\\{name}.vhdx", "ControllerType": 1}}]}},
               {{"Path": "C:\\{name}.vhdx", "Size": {GIB}, "FileSize": {GIB}}},
               {{"VMName": "{name}", "Mode": 1, "ReplicaServer": "HVR-Broker.x.org", "PrimaryServer": "hv1"}}"#
        )
    };
    let (all, names) = (["a", "b"].map(machine).join(", "), ["N1", "N2", "N3"]);
    let nodes = names.map(|node| format!(r#"{{"Name": "{node}", "NodeWeight": 1, "Cluster": "DRC"}}"#));
    let hosts = names.map(|node| {
        format!(r#"{{"ComputerName": "{node}", "LogicalProcessorCount": 8, "MemoryCapacity": {GIB}00}}"#)
    });
    let (nodes, hosts) = (nodes.join(", "), hosts.join(", "));
    let broker = |kind: &str| {
        format!(r#"{{"ResourceType": "{kind}", "OwnerGroup": {{"Name": "hvr-broker"}}, "Cluster": "DRC"}}"#)
    };
    let read = |all: &str, more: &str| {
        let read = texts(&[("h.json", &format!("[{all}, {more}]"))]);
        read.unwrap_or_else(|faults| panic!("{faults}"))
    };
    let text = |all: &str, more: &str| accepted(&read(all, more), &InventoryOptions::default()).2.text;
    let known = format!("{nodes}, {}", broker("Virtual Machine Replication Broker"));
    for more in [known.clone(), format!("{known}, {hosts}")] {
        let text = text(&all, &more);
        for (vm, node) in ["a", "b"].iter().zip(&names) {
            let line = format!(
                "(vms: [{vm:?}], from: \"main\", to: \"recovery\", policy: \"5min\", host: {node:?}),"
            );
            assert!(text.contains(&line), "{text}");
        }
        for node in &names {
            assert!(text.contains(&format!("(name: {node:?}, site: \"recovery\", cores: ")), "{text}");
        }
        let told = "Replicas that a broker takes stand on the nodes of its cluster in turn: 2.";
        assert!(text.contains(told) && !text.to_lowercase().contains("hvr-broker"), "{text}");
        assert!(text.contains(&format!("nodes: [{:?}, {:?}, {:?}]", names[0], names[1], names[2])), "{text}");
    }
    let said = "Replica servers that the export does not list count as a host each: 1 (HVR-Broker.x.org); of one that is the broker of a cluster export the cluster, too.";
    for more in ["{}".to_owned(), format!("{nodes}, {}", broker("Virtual Machine"))] {
        let text = text(&all, &more);
        // nodes of a cluster that holds nothing are no hosts
        assert!(text.contains(said) && !text.contains("N1"), "{text}");
    }
    // a copy tells the node that holds it, and a host that is listed needs no word
    let copy = format!(
        r#"{{"Name": "a", "State": 3, "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "N2", "ReplicationMode": 2}}"#
    );
    assert_eq!(read(&all, &copy).machines[0].replica_host().map(String::as_str), Some("N2"));
    assert!(!text(&all.replace("HVR-Broker", "n1"), &hosts).contains("count as a host each"));
}

/// A copy stands on another host than its machine: by id, or where the machine's replication leads.
#[test]
fn machines_of_one_name_keep_their_own_copies() {
    let copy = |at: usize, id: &str| {
        format!(
            r#"{{"Name": "web", "State": 3, "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "DR{at}", "ReplicationMode": 2{id}}}"#
        )
    };
    let hosts = |json: &str| replicas(json).into_iter().map(|(host, _)| host.unwrap()).collect::<Vec<_>>();
    let by_id = |at: usize| copy(at, &format!(", \"VMId\": \"id-hv{at}\""));
    for (a, b) in [(1, 2), (2, 1)] {
        assert_eq!(hosts(&namesakes(true, &format!("{}, {}", by_id(a), by_id(b)))), ["DR1", "DR2"]);
        let row = |at: usize| {
            format!(r#"{{"VMName": "web", "ReplicaServer": "dr{at}.x.org", "PrimaryServer": "hv{at}"}}"#)
        };
        let json = format!("{}, {}, {}, {}", copy(a, ""), copy(b, ""), row(a), row(b));
        assert_eq!(hosts(&namesakes(false, &json)), ["DR1", "DR2"]);
        let message = texts(&[("h.json", &namesakes(false, &copy(a, "")))]).unwrap_err().to_string();
        assert!(message.contains("a replica of `web` may be that of several machines"), "{message}");
    }
}

/// Each state that a scenario has is in it, by its word; with what is told of it, and nothing of it where all replicate.
#[test]
fn what_a_replica_waits_for_is_taken_over() {
    let well = ", \"FrequencySec\": 900, \"StateName\": \"Replicating\", \"Health\": 1";
    let plain = scenario_of(well, well);
    assert!(!plain.contains("operations:") && !plain.contains("initial:"), "{plain}");
    let paused = "Replicas that are paused stay so until an operation resumes them: 1.";
    let required =
        "Replicas that need a resynchronisation, or are Critical, wait for an operation that begins it: 1.";
    let broken = "(at: \"0s\", break_replica: \"b\", out_of_sequence: true)";
    let initial = "initial: (network: \"now\")";
    let first = "Replicas whose first copy is not complete are copied over the network from the start on: 1.";
    for (state, health, line, told) in [
        ("\"Suspended\"", "\"Warning\"", "(at: \"0s\", pause: [\"b\"])", paused),
        ("\"Suspended\"", "3", "(at: \"0s\", pause: [\"b\"], on: \"recovery\")", paused),
        ("\"ResynchronizeSuspended\"", "\"Critical\"", broken, required),
        ("\"WaitingForStartResynchronize\"", "3", broken, required),
        ("\"Replicating\"", "\"Critical\"", broken, required),
        ("3", "3", broken, required),
        ("\"Resynchronizing\"", "3", broken, "Resynchronisations that run begin anew: 1."),
        (
            "\"Error\"",
            "3",
            "(at: \"0s\", break_replica: \"b\")",
            "Replicas in an error wait for an operation that resumes them: 1.",
        ),
        ("\"InitialReplicationInProgress\"", "2", initial, first),
        ("\"WaitingForInitialReplication\"", "2", initial, first),
        ("\"readyforinitialreplication\"", "2", initial, first),
        ("2", "2", initial, first),
    ] {
        let row = format!(", \"FrequencySec\": 900, \"State\": {state}, \"Health\": {health}");
        let text = scenario_of(well, &row);
        assert!(text.contains(line) && text.contains(told), "{row}\n{text}");
        let manual = "policy: \"15min-manual\", host: \"DR1\"";
        assert_eq!(text.contains(manual), told == required, "{row}\n{text}");
        assert_eq!(text.contains("operations: ["), line != initial, "{text}");
        assert_eq!(text.matches("at: \"0s\"").count(), usize::from(line != initial), "{text}");
    }
}

/// A number that the cmdlets and WMI count differently, and a state that no scenario has, are told with the machine.
#[test]
fn a_state_that_is_not_taken_over_is_told() {
    for (more, shown) in [
        ("\"State\": 8, \"Health\": 2", "b: 8, health 2"),
        ("\"State\": \"FailedOver\", \"Health\": 1", "b: FailedOver, health 1"),
        ("\"State\": \"Replicating\", \"Health\": \"Warning\"", "b: Replicating, health warning"),
        ("\"State\": {\"value\": 7}", "b: {"),
    ] {
        let text = scenario_of("", &format!(", {more}"));
        let told = "Replicas in a state that is a number, or that a scenario has not, replicate in it: 1 (";
        assert!(text.contains(&format!("{told}{shown}")), "{text}");
        assert!(!text.contains("operations:"), "{text}");
    }
    // The word that the help adds counts before the number, and what the help says it is.
    let text = scenario_of("", ", \"State\": 8, \"Health\": 2, \"StateName\": \"Suspended\"");
    assert!(text.contains("pause: [\"b\"])") && !text.contains("is a number"), "{text}");
}

/// A copy that is paused is so on its side, and a machine tells its state without `Get-VMReplication` too.
#[test]
fn the_state_of_a_copy_and_of_a_machine_count_too() {
    let of = |primary: &str, copy: &str| {
        let json = namesakes(
            true,
            &format!(
                r#"{{"Name": "web", "VMId": "id-hv1", "State": 3, "ProcessorCount": 2, "MemoryStartup": {GIB}, "ComputerName": "DR1", "ReplicationMode": 2{copy}}}"#
            ),
        );
        let json = json.replacen("\"ReplicationMode\": 1", &format!("\"ReplicationMode\": 1{primary}"), 1);
        let read = texts(&[("h.json", &json)]).unwrap_or_else(|faults| panic!("{faults}"));
        accepted(&read, &InventoryOptions::default()).2.text
    };
    let (critical, paused) = (
        ", \"ReplicationState\": \"Replicating\", \"ReplicationHealth\": 3",
        ", \"ReplicationState\": \"Suspended\"",
    );
    for (primary, copy, line) in [
        (critical, "", "(at: \"0s\", break_replica: \"web\", out_of_sequence: true)"),
        (critical, paused, "(at: \"0s\", pause: [\"web\"], on: \"recovery\")"),
        (paused, paused, "(at: \"0s\", pause: [\"web\"])"),
        ("", paused, "(at: \"0s\", pause: [\"web\"], on: \"recovery\")"),
    ] {
        let text = of(primary, copy);
        assert!(text.contains(line) && text.matches("at: \"0s\"").count() == 1, "{line}\n{text}");
    }
}

/// From the export to the run: what waits for people waits to the end, what runs becomes well.
#[test]
fn a_replica_goes_on_from_the_state_it_was_exported_in() {
    let folder = temporary();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (at_once, state, expected) in [
        (false, "ResynchronizeSuspended", "1 of 2 VMs still need resynchronisation"),
        (false, "Suspended", "replication paused: 50 % of the time"),
        (false, "Error", "1 VM Normal, 1 Critical at the end"),
        (true, "Resynchronizing", "2 VMs Normal at the end"),
        (true, "Replicating", "2 VMs Normal at the end"),
    ] {
        let (json, ron) = (at(&format!("{state}.json")), at(&format!("{state}.ron")));
        let row = format!(", \"FrequencySec\": 300, \"StateName\": \"{state}\", \"State\": 5");
        std::fs::write(&json, pair(", \"FrequencySec\": 300", &row)).unwrap();
        let (code, _, wrong) = drsim(&["import", "inventory", &json, "-o", &ron]);
        assert_eq!(code, 0, "{wrong}");
        let (_, told, wrong) = drsim(&["run", &ron]);
        assert!(told.contains(expected), "{state}\n{told}{wrong}");
        assert_eq!(told.contains("✓ met"), at_once, "{state}\n{told}");
    }
}

/// Sites that replicate to each other are written as one that is replicated, which is told with the number of machines.
#[test]
fn replicas_on_hosts_that_run_machines_stand_there_or_are_counted() {
    let told = |json: &str| {
        let read = texts(&[("h.json", json)]).unwrap_or_else(|faults| panic!("{faults}"));
        accepted(&read, &InventoryOptions::default()).2.text
    };
    let both = pair("", "").replacen("DR1", "hv2.x.org", 1).replacen("DR1", "HV1", 1);
    let text = told(&both);
    assert!(text.contains("main (HV1), recovery (HV2)"), "{text}");
    let chain = told(&pair("", "").replacen("DR1", "HV2", 1));
    assert!(chain.contains("main (HV1, DR1), recovery (HV2)"), "{chain}");
    let text = told(&pair("", "").replace("DR1", "HV2"));
    assert!(text.contains("Replicas on hosts that run machines themselves (HV2)"), "{text}");
    assert!(text.contains("take no room on those hosts: 2;"), "{text}");
    assert!(!told(&pair("", "")).contains("run machines themselves"));
}
