//! The database of a VMM server, where it is in a VM of its own (S20, S24, S26): W0223.

use super::{said_of, text};

const VM: &str = "network: \"hn\")]";
const ALL: &str = "[(from: \"ch\", to: \"cd\", policy: \"p\")]";

fn warns(changes: &[(&str, &str)]) -> bool {
    let said = said_of(&text(changes, ""));
    assert!(!said.contains("error["), "{said}");
    said.contains("W0223")
}

/// At the recovery site it stays where it is, unless it stands in a fault domain with what it is to recover.
#[test]
fn a_database_at_the_recovery_site_falls_with_what_it_shares() {
    let vms = "network: \"hn\"), (name: \"s\", host: \"d1\", cores: 2, memory: \"4 GB\", disk: \"10 GB\", churn: \"1 KB/s\", network: \"dn\")]";
    let server = ("(name: \"vd\", site: \"dr\")", "(name: \"vd\", site: \"dr\", sql: \"s\")");
    let protected = (ALL, "[(from: \"ch\", to: \"cd\", policy: \"p\", vms: [\"a\"])]");
    let plan = ("vms: [\"*\"]", "vms: [\"a\"]");
    let apart = [(VM, vms), server, protected, plan];
    assert!(!warns(&apart));
    let host = ("(name: \"d1\", site: \"dr\",", "(name: \"d1\", site: \"dr\", fault_domains: [\"A\"],");
    assert!(warns(&[&apart[..], &[host]].concat()));
    let elsewhere = vms.replace("host: \"d1\"", "host: \"h1\"").replace("\"dn\"", "\"hn\"");
    assert!(warns(&[(VM, &elsewhere), server, protected, plan]));
}

/// One server manages both sides, in a VM of plain Hyper-V Replica as its database is: people fail over the database first.
#[test]
fn a_single_servers_database_is_failed_over_before_it() {
    let guest = |name: &str| {
        format!(
            "(name: \"{name}\", host: \"h1\", cores: 2, memory: \"4 GB\", disk: \"10 GB\", churn: \"1 KB/s\", network: \"hn\")"
        )
    };
    let vms = format!("network: \"hn\"), {}, {}]", guest("m"), guest("s"));
    let servers = (
        "[(name: \"vh\", site: \"hq\"), (name: \"vd\", site: \"dr\")]",
        "[(name: \"vh\", site: \"hq\", runs_on: (vm: \"m\"), sql: \"s\")]",
    );
    let cloud = ("vmm: \"vd\"", "vmm: \"vh\"");
    let plain = "[(from: \"ch\", to: \"cd\", policy: \"p\", vms: [\"a\"]), (from: \"ch\", to: \"cd\", policy: \"p\", vms: [\"m\", \"s\"], orchestrated: false)]";
    let with = |first: &str| {
        let plan = format!("people: \"ops\", by_hand_first: [{first}], groups: [(vms: [\"a\"])]");
        warns(&[
            (VM, &vms),
            servers,
            cloud,
            (ALL, plain),
            ("people: \"ops\", groups: [(vms: [\"*\"])]", &plan),
        ])
    };
    assert!(!with("\"s\", \"m\""));
    assert!(with("\"m\", \"s\""), "the server cannot run before its database");
    assert!(with("\"m\""), "nobody recovers the database");
}
