//! Hyper-V starts VMs at any ratio of virtual to logical processors; one VM has at most the host's; memory admits.

use super::{outage, run, text, vm};

const LOST: &str = "outages: [(name: \"o\", faults: [(site: \"hq\", at: \"12h2m\")])],";
const TWO: (&str, &str) = (
    "cores: 2, memory: \"4 GB\", disk: \"100 GB\", churn: \"1 MB/s\", network: \"hn\")]",
    "cores: 20, memory: \"4 GB\", disk: \"100 GB\", churn: \"1 KB/s\", network: \"hn\"), (name: \"b\", host: \"h1\", cores: 20, memory: \"4 GB\", disk: \"100 GB\", churn: \"1 KB/s\", network: \"hn\")]",
);

/// Of `a` and `b`, why it is not back.
fn reasons(changes: &[(&str, &str)]) -> Vec<Option<String>> {
    let results = run(&text(changes, LOST));
    let row = outage(&results, "o");
    ["a", "b"].map(|name| vm(row, name).reason.as_ref().map(ToString::to_string)).to_vec()
}

#[test]
fn forty_virtual_processors_start_on_thirty_two_and_the_ratio_is_told() {
    assert_eq!(reasons(&[TWO]), [None, None]);
    let results = run(&text(&[TWO], LOST));
    let rows: Vec<_> = results
        .sites
        .iter()
        .map(|row| (row.name.as_str(), row.cores, row.vcpus, row.replica_vcpus))
        .collect();
    assert_eq!(rows, [("dr", 32, 0, 40), ("hq", 32, 40, 0)]);
}

#[test]
fn a_host_may_limit_its_ratio() {
    let limit = |most: u32| format!("\"dr\", cores: 10, vcpu_per_core: {most}");
    let small = "\"dr\", cores: 32";
    let two = TWO.1.replace("cores: 20", "cores: 10");
    let changes = |most: u32| reasons(&[(TWO.0, &two), (small, &limit(most))]);
    assert_eq!(changes(2), [None, None]);
    assert_eq!(changes(1), [None, Some("host d1 was short of 10 cores".into())]);
}

#[test]
fn one_vm_has_at_most_the_logical_processors_of_its_host() {
    let short = Some("host d1 was short of 4 cores".to_owned());
    assert_eq!(reasons(&[TWO, ("\"dr\", cores: 32", "\"dr\", cores: 16")]), [short.clone(), short]);
}
