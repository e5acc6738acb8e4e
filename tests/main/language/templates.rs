//! What is wrong with a template, a pattern or an entry is one problem, however many VMs have it.

use crate::file::read;

/// Three `web-1` … of a template, replicated, in an application and a plan, beside one `dc`.
const BASE: &str = include_str!("templates/base.ron");

/// Code, text replaced, replacement (`&&` between several).
const CASES: &[(&str, &str, &str)] = &[
    ("E0301", "memory: \"2 GB\"", "memory: \"2\""),
    ("E0301", "churn: \"uniform 10 KB/s", "churn: \"uniform 10 KB"),
    ("E0108", "memory: \"2 GB\"", "memry: \"2 GB\", memory: \"2 GB\""),
    ("E0201", "host: \"hq1\", memory: \"2", "host: \"hq9\", memory: \"2"),
    ("E0201", "disk: \"20 GB\"", "disk: \"20 GB\", volume: \"w\""),
    ("E0306", "disk: \"20 GB\"", "disk: \"20 GB\", used: \"30 GB\""),
    ("E0202", "name: \"web-{n}\"", "name: \"web\""),
    ("E0110", "count: 3", "count: \"3\""),
    ("E0112", "count: 3", "count: 100001"),
    // Of two templates whose names alternate, and of two that make the same names.
    ("E0301", "    vms: [ && memory: \"2 GB\"", "    vms: [SECOND-{n}-b\"), && memory: \"2\""),
    ("E0202", "    vms: [", "    vms: [SECOND-{n}\"),"),
    (
        "E0206",
        "protection: [",
        "protection: [(vms: [\"web*\"], from: \"cloud-hq\", to: \"cloud-dr\", policy: \"5min\"), ",
    ),
    ("E0207", "hosts: [\"hq1\"]", "hosts: [\"hq2\"]"),
    ("E0209", "disk: \"20 GB\"", "disk: \"3 TB\""),
    ("E0210", "(vms: [\"web-*\"])", "(vms: [\"web-*\"]), (vms: [\"web-*\"])"),
    (
        "E0266",
        "    networks: [",
        "    clusters: [(name: \"c\", site: \"dr\", nodes: [\"dr1\"], broker: false)],\n    networks: [",
    ),
    ("E0483", "memory: \"2 GB\"", "memory: \"2 GB\", shared_disk: true"),
];

#[test]
fn a_wrong_template_is_one_problem() {
    let second = "(count: 3, host: \"hq1\", memory: \"2 GB\", disk: \"20 GB\", churn: \"9 KB/s\", network: \"hq-net\", name: \"web";
    for (code, from, to) in CASES {
        let text = from.split(" && ").zip(to.split(" && ")).fold(BASE.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, &to.replace("SECOND", second), 1)
        });
        let problems = match read(&text) {
            Ok((_, problems)) | Err(problems) => problems,
        };
        let codes: Vec<&str> = problems.iter().map(|problem| problem.code.id).collect();
        assert_eq!(codes, [*code], "{to}\n{}", problems.render(false));
    }
}
