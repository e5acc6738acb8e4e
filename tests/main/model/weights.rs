//! A QoS weight shares a computer's own card among its own traffic (fact 8.2).

use super::{run, text};

const HOSTS: (&str, &str) = (
    "(name: \"d1\"",
    "(name: \"h2\", site: \"hq\", cores: 32, memory: \"128 GB\", nic: \"10 Gbps\", volumes: [(name: \"v\")]),\n (name: \"d1\"",
);
const VMS: (&str, &str) = (
    "network: \"hn\")]",
    "network: \"hn\"), (name: \"b\", host: \"h2\", memory: \"4 GB\", disk: \"100 GB\", churn: \"1 MB/s\", network: \"hn\")]",
);

fn oldest(changes: &[(&str, &str)], weights: (u32, u32)) -> Vec<f64> {
    let qos = format!(
        "qos: [(name: \"x\", hosts: [\"h1\"], port: 8084, weight: {}), (name: \"y\", hosts: [\"h2\"], port: 8084, weight: {})],",
        weights.0, weights.1
    );
    let results = run(&text(changes, &qos));
    results.vms.iter().map(|vm| vm.age.as_ref().unwrap().max_s).collect()
}

/// 300 MB each over 10 MB/s: 60 s for both, whatever weights their hosts have, and with cards that are slower than the link too.
#[test]
fn weights_of_two_hosts_do_not_meet_on_the_link() {
    let changes = [HOSTS, VMS];
    for weights in [(1, 100), (100, 1), (7, 7)] {
        assert_eq!(oldest(&changes, weights), [360.0, 360.0], "{weights:?}");
    }
    let card = ("nic: \"10 Gbps\"", "nic: \"64 Mbps\"");
    let slower = HOSTS.1.replace(card.0, card.1);
    assert_eq!(oldest(&[(HOSTS.0, &slower), VMS], (1, 100)), [360.0, 360.0]);
}
