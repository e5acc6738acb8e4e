//! Names are inert everywhere: whatever a stranger calls a thing, no terminal, log of a build, spreadsheet or program is commanded by it.

use std::fs;
use std::path::Path;
use std::time::Duration;

/// Whatever ends a text, a tag, a cell, a line or a command somewhere.
pub const WORST: &str =
    "\"<&]]>|\n%0A::error ::\r##vso[x]; @all #1 `b` {a=\"1\"}\\ --> é日本\u{1b}[31m\u{0}\u{fffe}\u{202e}";

/// What breaks out of a page or a path.
pub const MARKUP: &str = "<b>&\"x'/../`;é日本\u{1b}[31m";

/// What ends a text, a tag, a cell, a line or a command somewhere. All tests of hostile names take theirs from here.
pub const NAMES: [&str; 20] = [
    WORST,
    MARKUP,
    "x\n::error::pwn\n",
    "::error::pwn ",
    "  ::set-output name=a::b",
    "##vso[task.complete result=Succeeded]ok",
    "a\r##[error]b",
    "a###teamcity[x]b",
    "\u{1b}]0;title\u{7}",
    "\u{1b}[31mred",
    "\u{9b}2Jc1",
    "a\u{202e}b\u{2066}c\u{200f}d\u{61c}",
    "a\u{200b}b\u{feff}",
    "a\u{2028}::error::b",
    "=cmd|' /C calc'!A0",
    "+1+2",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "<img src=x onerror=1> & ]]> %0A \u{0} \u{fffe} `b` |",
];

/// Whether a character does something instead of being something, as this test understands it.
fn commands(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffe}')
}

/// Nothing in a text commands what shows it.
pub fn harmless(text: &str, what: &str) {
    for line in text.lines() {
        let found: Vec<char> = line.chars().filter(|c| commands(*c)).collect();
        assert!(found.is_empty(), "{what}: {found:?} in {line:?}");
        assert!(!line.trim_start().starts_with("::"), "{what}: a command of GitHub: {line:?}");
        for (at, _) in line.match_indices('#').filter(|(at, _)| line[*at..].starts_with("##")) {
            let word = line[at + 2..].trim_start_matches(|c: char| c.is_ascii_alphabetic());
            assert!(!word.starts_with('['), "{what}: a command of Azure: {line:?}");
        }
    }
}

/// What a command says, all of it harmless.
pub fn drsim(folder: &Path, args: &[&str]) -> String {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    let output = command.current_dir(folder).args(args).timeout(Duration::from_secs(200)).output().unwrap();
    let code = output.status.code().expect("it ends by itself");
    assert!(code < 70, "{args:?} {code}: {}", String::from_utf8_lossy(&output.stderr));
    let both = [output.stdout, output.stderr].concat();
    let both = String::from_utf8(both).expect("it is text");
    harmless(&both, &format!("{args:?}"));
    both
}

/// A text as a scenario has it: with what must be escaped, or with all that can be.
fn written(name: &str, escaped: bool) -> String {
    if escaped {
        format!("{name:?}")
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// A scenario in which everything has such names; `rate` of its link, and what one plan starts.
pub fn scenario(escaped: bool, rate: &str, started: &str) -> String {
    let each = |entry: &dyn Fn(&str) -> String| -> String {
        NAMES.iter().map(|name| entry(&written(name, escaped)) + ", ").collect()
    };
    let title = written(NAMES[2], escaped);
    let (link, people, policy) =
        (written(NAMES[3], escaped), written(NAMES[5], escaped), written(NAMES[11], escaped));
    let applications =
        each(&|name| format!("(name: {name}, tier: 1, vms: [\"x\"], rpo: \"1m\", rto: \"2h\")"));
    let outages = each(&|name| format!("(name: {name}, about: {name}, faults: [(site: \"a\", at: \"2h\")])"));
    let networks = each(&|name| format!("(name: {name}, site: \"a\")"));
    format!(
        "(schema: 1, name: {title}, start: \"2026-03-02T00:00[Europe/Berlin]\", horizon: \"6h\",
sites: [(name: \"a\", zone: \"UTC\"), (name: \"b\", zone: \"UTC\")],
hosts: [(name: \"a1\", site: \"a\", cores: 8, memory: \"64 GB\", volumes: [(name: \"v\", size: \"8 TB\")]),
        (name: \"b1\", site: \"b\", cores: 8, memory: \"64 GB\", volumes: [(name: \"v\", size: \"8 TB\")])],
networks: [(name: \"na\", site: \"a\"), (name: \"nb\", site: \"b\"), {networks}], network_mappings: [(from: \"na\", to: \"nb\")],
links: [(name: {link}, from: \"a\", to: \"b\", rate: \"{rate}\", latency: \"4ms\")],
vmm_servers: [(name: \"ma\", site: \"a\"), (name: \"mb\", site: \"b\")],
clouds: [(name: \"ca\", vmm: \"ma\", hosts: [\"a1\"]), (name: \"cb\", vmm: \"mb\", hosts: [\"b1\"])],
policies: [(name: {policy}, interval: \"5m\")], protection: [(from: \"ca\", to: \"cb\", policy: {policy})],
vms: [(name: \"x\", host: \"a1\", memory: \"2 GB\", disk: \"60 GB\", churn: \"100 KB/s\", network: \"na\")],
applications: [{applications}],
people: [(name: {people}, detection: \"10m\", decision: \"20m\", operators: 2)],
plans: [(name: {title}, people: {people}, groups: [(vms: [{started}])])],
gates: [(application: \"*\", metric: \"age_p99\", at_most: \"1s\")],
outages: [{outages}],
)"
    )
}

#[test]
fn no_name_of_a_scenario_commands_a_terminal_or_a_build() {
    for escaped in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("main.ron", &scenario(escaped, "100 Mbps", "\"x\""));
        write("old.ron", &scenario(escaped, "10 Mbps", "\"x\""));
        let said = drsim(folder.path(), &["check", "main.ron"]);
        assert!(said.contains("ok"), "{said}");
        for args in [
            &["check", "main.ron", "--json"][..],
            &["check", "main.ron", "--out", "sarif=-"],
            &["run", "main.ron"],
            &["run", "main.ron", "--json"],
            &["run", "main.ron", "--set", "seed=2", "--compare"],
            &["run", "main.ron", "--outage", "nothing"],
            &["sweep", "main.ron"],
            &["sweep", "main.ron", "--json"],
            &["gate", "main.ron"],
            &["gate", "main.ron", "--json"],
            &["gate", "main.ron", "--baseline", "old.ron", "--causes", "3"],
            &["gate", "main.ron", "--out", "junit=-"],
            &["gate", "main.ron", "--out", "markdown=-"],
            &["gate", "main.ron", "--out", "sarif=-"],
            &["gate", "main.ron", "--out", "gitlab=-"],
            &["gate", "main.ron", "--out", "openmetrics=-"],
            &["diff", "old.ron", "main.ron"],
            &["diff", "old.ron", "main.ron", "--json"],
            &["timeline", "main.ron"],
            &["timeline", "main.ron", "--json"],
            &["why", "main.ron", "--app", "nothing"],
            &["plan", "main.ron", "--ask", "site", "--ask", "tolerance"],
            &["plan", "main.ron", "--ask", "site", "--json"],
            &["plan", "main.ron", "--link", "nothing"],
            &["baseline", "update", "main.ron", "--out", "b.json"],
        ] {
            drsim(folder.path(), args);
        }
        // Names that are listed, and lines that are quoted.
        for started in ["\"nothing\"".to_owned(), written(NAMES[2], escaped), written(NAMES[12], escaped)] {
            write("wrong.ron", &scenario(escaped, "100 Mbps", &started));
            for more in [&[][..], &["--json"]] {
                let said = drsim(folder.path(), &[&["check", "wrong.ron"], more].concat());
                assert!(said.contains("E0201"), "{said}");
            }
        }
        let wrong = scenario(escaped, "100 Mbps", "\"x\"").replacen("from: \"na\"", "from: \"nothing\"", 1);
        write("wrong.ron", &wrong);
        assert!(drsim(folder.path(), &["check", "wrong.ron"]).contains("E0201"));
    }
}

#[test]
fn no_argument_and_no_name_of_a_file_commands_a_terminal_or_a_build() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.ron"), scenario(true, "100 Mbps", "\"x\"")).unwrap();
    for name in NAMES.into_iter().filter(|name| !name.contains('\0')) {
        let option = format!("--{name}");
        let git = format!("git:{name}");
        let json = format!("{name}.json");
        for args in [
            &[name][..],
            &["run", &option],
            &["check", "--out", name, name],
            &["check", name],
            &["run", name, "--json"],
            &["run", "main.ron", "--outage", name],
            &["why", "main.ron", "--app", name],
            &["run", "main.ron", "--set", name],
            &["run", "main.ron", "--at", name],
            &["run", "main.ron", "--threads", name],
            &["gate", "main.ron", "--baseline", name],
            &["gate", "main.ron", "--baseline", &git],
            &["gate", "main.ron", "--baseline", &git, "--repo", name],
            &["gate", "main.ron", "--baseline", &json],
            &["gate", "main.ron", "--out", name],
            &["diff", name, "main.ron"],
            &["diff", &git, "main.ron"],
            &["plan", "main.ron", "--ask", name],
            &["plan", "main.ron", "--prices", name],
            &["plan", "main.ron", "--rpo", name],
            &["baseline", "update", name, "--out", &json],
            &["explain", name],
            &["init", name],
            &["import", "churn", name, "-o", "x.series"],
            &["import", "inventory", name, "-o", "y.ron"],
            &["import", "topology", name, "-o", "z.ron"],
        ] {
            drsim(folder.path(), args);
        }
    }
    // Of files that are there.
    for name in NAMES.iter().filter(|name| !name.contains(['\0', '/'])) {
        let file = format!("{name}.ron");
        let path = folder.path().join(&file);
        fs::write(&path, scenario(true, "100 Mbps", "\"x\"")).unwrap();
        let file = format!("./{file}");
        drsim(folder.path(), &["check", &file]);
        drsim(folder.path(), &["diff", &file, "main.ron", "--no-run"]);
        fs::write(&path, "(schema: 1, hosts: [").unwrap();
        drsim(folder.path(), &["check", &file]);
        drsim(folder.path(), &["check", &file, "--json"]);
        drsim(folder.path(), &["check", &format!("{file}x")]);
        fs::remove_file(&path).unwrap();
    }
}

/// As a spreadsheet and as a reader of tables see it.
#[test]
fn no_cell_of_csv_is_a_formula_and_each_can_be_read_back() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.ron"), scenario(true, "100 Mbps", "\"x\"")).unwrap();
    drsim(folder.path(), &["run", "main.ron", "--out", "safe"]);
    drsim(folder.path(), &["run", "main.ron", "--out", "raw", "--csv-raw"]);
    let cells = |kind: &str| -> Vec<String> {
        let path = folder.path().join(kind).join("csv/applications.csv");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
        reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let (safe, raw) = (cells("safe"), cells("raw"));
    assert!(NAMES.iter().all(|name| raw.iter().any(|cell| cell == name)), "{raw:?}");
    for (safe, raw) in safe.iter().zip(&raw) {
        assert!(!safe.starts_with(['=', '+', '@', '\t', '\r']), "{safe:?}");
        assert!(!safe.starts_with('-') || safe.parse::<f64>().is_ok(), "{safe:?}");
        assert_eq!(safe.strip_prefix('\'').unwrap_or(safe), raw);
    }
    drsim(folder.path(), &["plan", "main.ron", "--ask", "site", "--out", "plan", "--csv-raw"]);
}
