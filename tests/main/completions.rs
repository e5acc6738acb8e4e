//! What shells complete and the manual shows is what commands take.

use std::collections::BTreeSet;
use std::process::Command;

fn said(args: &[&str]) -> String {
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim")).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The first words of the lines under a heading of a command's help.
fn commands(help: &str) -> Vec<&str> {
    let list = help.split_once("\nCommands:\n").map_or("", |(_, list)| list);
    let list = list.split("\n\n").next().unwrap();
    let words = list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    words.filter(|word| !word.is_empty() && *word != "help").collect()
}

/// Switches that a help names at the beginning of a line.
fn switches(help: &str) -> BTreeSet<&str> {
    let names = help.lines().filter_map(|line| line.trim_start().split_once("--"));
    let names = names.filter(|(before, _)| before.is_empty() || before.len() == 4 && before.ends_with(", "));
    names.map(|(_, rest)| rest.split([' ', '.']).next().unwrap()).collect()
}

#[test]
fn the_manual_has_a_page_for_each_command_with_all_that_it_takes() {
    let mut pages = 0;
    let all = said(&["--help"]);
    for command in commands(&all) {
        let help = said(&[command, "--help"]);
        let under = commands(&help);
        let ways = under.iter().map(|under| vec![command, *under]).chain([vec![command]]);
        for way in ways {
            let help = said(&[&way[..], &["--help"]].concat());
            let page = said(&[&["man"], &way[..]].concat()).replace("\\-", "-");
            assert!(
                page.starts_with(".ie") && page.contains(&format!(".TH drsim-{}", way.join("-"))),
                "{page}"
            );
            let lacks: Vec<&str> =
                switches(&help).into_iter().filter(|name| !page.contains(&format!("--{name}"))).collect();
            assert!(lacks.is_empty() && help.contains("--help"), "{way:?} lacks {lacks:?}");
            pages += 1;
        }
    }
    assert!(pages > 15, "{pages}");
    assert!(said(&["man"]).contains("drsim"));
    let refused =
        assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim")).args(["man", "rum"]).output().unwrap();
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(2) && told.contains("did you mean `run`?"), "{told}");
}

/// As bash does when somebody presses the tab key after `words`.
fn completed(script: &std::path::Path, words: &[&str]) -> BTreeSet<String> {
    let last = words.len() - 1;
    let asked = format!(
        "source '{}'; COMP_WORDS=({}); COMP_CWORD={last}; _drsim drsim '{}' '{}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        script.display(),
        words.join(" "),
        words[last],
        words[last - 1],
    );
    let output = Command::new("bash").args(["--norc", "-c", &asked]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_and_switches() {
    if !Command::new("bash").arg("--version").output().is_ok_and(|output| output.status.success()) {
        let required = std::env::var("DRSIM_REQUIRE_ALL").is_ok_and(|value| value == "1");
        assert!(!required, "there is no bash and DRSIM_REQUIRE_ALL is set");
        return eprintln!("skipped: there is no bash");
    }
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("drsim.bash");
    std::fs::write(&script, said(&["completions", "bash"])).unwrap();
    let all: BTreeSet<String> = commands(&said(&["--help"])).into_iter().map(str::to_owned).collect();
    let offered = completed(&script, &["drsim", ""]);
    assert!(all.len() > 10 && all.is_subset(&offered), "{all:?} and {offered:?}");
    assert_eq!(completed(&script, &["drsim", "swe"]), BTreeSet::from(["sweep".to_owned()]));
    let help = said(&["plan", "--help"]);
    let offered = completed(&script, &["drsim", "plan", "--"]);
    for name in switches(&help) {
        assert!(offered.contains(&format!("--{name}")), "--{name} is not in {offered:?}");
    }
    for shell in ["zsh", "fish", "powershell", "elvish"] {
        assert!(said(&["completions", shell]).contains("sweep"), "{shell}");
    }
}
