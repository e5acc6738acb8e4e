//! The same scenario, seed and version give the same bytes: twice, on any number of threads, for any order of entries, and
//! whatever unrelated things the file has beside. (Debug against release is compared by `.ci/run`.)

use std::collections::BTreeMap;

use drsim::assess::{Options, assess};
use drsim::measure::results::Results;
use drsim::report::{self, render};
use drsim::scenario::Scenario;

const TEXT: &str = include_str!("../../scenarios/two-site.ron");

pub fn parse(text: &str) -> Scenario {
    let files = BTreeMap::from([("main.ron".to_owned(), text.as_bytes().to_vec())]);
    Scenario::parse(&files, "main.ron").unwrap_or_else(|problems| panic!("{}", problems.render(false))).0
}

fn run(text: &str) -> Results {
    assess(&parse(text), &Options { threads: 1, progress: &|_| {} }).unwrap().0
}

fn changed(from: &str, to: &str) -> String {
    assert!(TEXT.contains(from), "{from}");
    TEXT.replacen(from, to, 1)
}

#[test]
fn twice_and_on_any_number_of_threads_the_same_bytes() {
    let scenario = parse(TEXT);
    let files = |threads| {
        let (results, charts) = assess(&scenario, &Options { threads, progress: &|_| {} }).unwrap();
        render(
            &results,
            &charts,
            &report::FolderOptions { png: true, command: "drsim run x".into(), ..Default::default() },
        )
    };
    let one = files(1);
    for threads in [1, 2, 4, 16] {
        assert!(one == files(threads), "{threads} threads give other bytes");
    }
}

/// Random permutations of top-level fields, of the entries of every section, and of the fields of every entry.
#[test]
fn any_order_of_entries_gives_the_same_result() {
    let expected = crate::file::stored(&run(TEXT));
    let hash = parse(TEXT).hash();
    for seed in 1..=40 {
        let text = shuffled(TEXT, &mut Dice(seed));
        assert_ne!(text, shuffled(TEXT, &mut Dice(seed + 1000)));
        assert_eq!(parse(&text).hash(), hash, "permutation {seed} means something else");
        if seed <= 8 {
            assert!(crate::file::stored(&run(&text)) == expected, "permutation {seed} gives another result");
        }
    }
}

#[test]
fn an_unrelated_vm_changes_nothing_for_the_others() {
    let text = changed(
        "(name: \"dr-hv1\"",
        "(name: \"a-spare\", site: \"hq\", cores: 8, memory: \"64 GB\", volumes: [(name: \"v\", size: \"1 TB\")]), (name: \"dr-hv1\"",
    );
    let vm = "vms: [\n        (name: \"a-spare-vm\", host: \"a-spare\", memory: \"uniform 1 GB to 4 GB\", disk: \"60 GB\", churn: [(bursts: \"1h\", rate: \"uniform 1 MB/s to 9 MB/s\")], network: \"hq-prod\"),";
    assert!(text.contains("    vms: [\n"));
    let (before, after) = (run(TEXT), run(&text.replacen("vms: [\n", vm, 1)));
    assert_eq!(after.vms.len(), before.vms.len() + 1);
    let row = |row: &drsim::measure::results::VmRow| serde_json::to_value(row).unwrap();
    for vm in &before.vms {
        let same = after.vms.iter().find(|other| other.name == vm.name).unwrap();
        assert_eq!(row(vm), row(same));
    }
    assert_eq!(
        serde_json::to_value(&before.applications).unwrap(),
        serde_json::to_value(&after.applications).unwrap()
    );
}

/// Pairs of sites, each with a link of its own over which as many VMs replicate, to the limit of the link.
fn pairs(names: &[&str]) -> String {
    let of_each = |text: &str| names.iter().map(|name| text.replace('§', name)).collect::<String>();
    format!(
        r#"(schema: 1, name: "Pairs", start: "2026-03-02T00:00[UTC]", horizon: "12h", seed: 3,
        sites: [{}], hosts: [{}], links: [{}], vmm_servers: [{}], clouds: [{}], vms: [{}],
        policies: [(name: "5m", interval: "5m", compression: "1.7")], protection: [{}], outages: [])"#,
        of_each(r#"(name: "§-a", zone: "UTC"), (name: "§-b", zone: "UTC"), "#),
        of_each(
            r#"(name: "§-a", site: "§-a", cores: 99, memory: "1 TB", volumes: [(name: "v", size: "90 TB")]),
            (name: "§-b", site: "§-b", cores: 99, memory: "1 TB", volumes: [(name: "v", size: "90 TB")]), "#
        ),
        of_each(r#"(name: "§", from: "§-a", to: "§-b", rate: "370 bps"), "#),
        of_each(r#"(name: "§-a", site: "§-a"), (name: "§-b", site: "§-b"), "#),
        of_each(r#"(name: "§-a", vmm: "§-a", hosts: ["§-a"]), (name: "§-b", vmm: "§-b", hosts: ["§-b"]), "#),
        of_each(
            r#"(name: "§-{n:02}", count: 20, host: "§-a", memory: "1 GB", disk: "60 GB",
            churn: [(bursts: "7m", rate: "uniform 1 B/s to 4 B/s")]), "#
        ),
        of_each(r#"(vms: ["§-*"], from: "§-a", to: "§-b", policy: "5m"), "#),
    )
}

/// What rounds when rates are solved rounds in its own pair alone, so that not a microsecond differs.
#[test]
fn what_shares_no_link_shares_no_rounding() {
    let (alone, both) = (run(&pairs(&["east"])), run(&pairs(&["east", "west"])));
    assert_eq!((alone.vms.len(), both.vms.len()), (20, 40));
    for vm in &alone.vms {
        let same = both.vms.iter().find(|other| other.name == vm.name).unwrap();
        assert_eq!(serde_json::to_value(vm).unwrap(), serde_json::to_value(same).unwrap());
    }
}

#[test]
fn another_seed_gives_another_result() {
    let (seven, eight) = (run(TEXT), run(&changed("seed: 7", "seed: 8")));
    assert_ne!(seven.digest, eight.digest);
    assert_ne!(seven.scenario_hash, eight.scenario_hash);
    assert_ne!(
        seven.vms.iter().map(|vm| vm.written_bytes).sum::<u64>(),
        eight.vms.iter().map(|vm| vm.written_bytes).sum::<u64>()
    );
}

/// A small generator of its own, so that the test does not lean on what it tests.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

pub fn shuffled(text: &str, dice: &mut Dice) -> String {
    let text = without_comments(text);
    let mut fields: Vec<String> =
        inside(text.trim(), '(').into_iter().map(|field| section(field, dice)).collect();
    dice.shuffle(&mut fields);
    format!("({})", fields.join(",\n"))
}

/// A section with its entries, and the fields of each, in another order.
fn section(field: &str, dice: &mut Dice) -> String {
    let (name, value) = field.split_once(':').unwrap();
    let value = value.trim();
    if !value.starts_with('[') {
        return field.to_owned();
    }
    let entry = |entry: &str, dice: &mut Dice| {
        let mut fields = inside(entry, '(');
        dice.shuffle(&mut fields);
        format!("({})", fields.join(", "))
    };
    let mut entries: Vec<String> = inside(value, '[').into_iter().map(|text| entry(text, dice)).collect();
    dice.shuffle(&mut entries);
    format!("{name}: [{}]", entries.join(",\n"))
}

/// The parts between commas inside the outer brackets of `text`.
fn inside(text: &str, bracket: char) -> Vec<&str> {
    assert!(text.starts_with(bracket), "{text}");
    let text = &text[1..text.len() - 1];
    let (mut parts, mut depth, mut quoted, mut start) = (Vec::new(), 0, false, 0);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

fn without_comments(text: &str) -> String {
    let code = |line: &str| {
        let quotes = |at: usize| line[..at].matches('"').count();
        let comment = line.match_indices("//").map(|(at, _)| at).find(|at| quotes(*at) % 2 == 0);
        line[..comment.unwrap_or(line.len())].to_owned()
    };
    text.lines().map(code).collect::<Vec<_>>().join("\n")
}
