//! What the pages of `docs/` show of the program's output is what it prints.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use drsim::plan::prices::Prices;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Blocks of text of a page.
fn blocks(page: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("docs").join(page)).unwrap();
    text.split("\n```text\n").skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned()).collect()
}

fn git(folder: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"];
    let done = Command::new("git").current_dir(folder).args(who).args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A repository whose branch `main` has the shipped scenario under this name; in the folder its link has another rate.
fn repository(name: &str, rate: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("dr")).unwrap();
    let text = fs::read_to_string(root().join("scenarios/two-site.ron")).unwrap();
    let file = folder.path().join("dr").join(name);
    fs::write(&file, &text).unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message=first"]);
    let changed = text.replace("rate: \"200 Mbps\"", &format!("rate: \"{rate}\""));
    assert_ne!(text, changed);
    fs::write(file, changed).unwrap();
    folder
}

/// Without what differs from one repository to the next: the name of a revision.
fn told(line: &str) -> String {
    let is_revision = |word: &str| {
        let name = word.trim_matches(['(', ')']);
        name.len() == 12 && word.starts_with('(') && name.chars().all(|c| c.is_ascii_hexdigit())
    };
    let words: Vec<&str> =
        line.split(' ').map(|word| if is_revision(word) { "(revision)" } else { word }).collect();
    words.join(" ")
}

/// Every line of a block, but for the command and what it leaves out, is printed, in order.
fn is_printed(block: &str, folder: &Path, arguments: &[&str]) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    let command = command.current_dir(folder).env("COLUMNS", "80").args(arguments);
    let output = command.timeout(Duration::from_secs(1800)).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut left = printed.lines().map(told);
    for line in block.lines().filter(|line| !line.starts_with("$ ") && *line != "…") {
        assert!(
            left.any(|it| it == told(line)),
            "`{line}` is not printed, or not there, by {arguments:?}:\n{printed}"
        );
    }
}

#[test]
fn what_the_page_on_comparing_shows_is_printed() {
    let block = blocks("diff.md").remove(0);
    assert!(block.starts_with("$ drsim diff git:main dr/two-site.ron\n"));
    let folder = repository("two-site.ron", "100 Mbps");
    is_printed(&block, folder.path(), &["diff", "git:main", "dr/two-site.ron"]);
}

#[test]
fn what_the_page_on_the_gate_shows_is_printed() {
    let folder = repository("main.ron", "60 Mbps");
    is_printed(&blocks("gate.md")[0], folder.path(), &["gate", "dr/main.ron", "--baseline", "git:HEAD"]);
}

#[test]
fn what_the_pages_on_sweeps_and_series_show_is_printed() {
    for block in ["sweep.md", "series.md"].into_iter().flat_map(blocks) {
        let command = block.lines().next().unwrap().strip_prefix("$ drsim ").unwrap();
        is_printed(&block, &root(), &command.split(' ').collect::<Vec<_>>());
    }
}

#[test]
fn the_price_list_of_the_page_on_scenarios_is_read() {
    let text = fs::read_to_string(root().join("scenarios/two-site.ron")).unwrap();
    let list = blocks("scenario.md").into_iter().find(|block| block.contains("currency")).unwrap();
    assert!(
        Prices::parse(&list, &crate::file::read(&text).unwrap_or_else(|it| panic!("{}", it.render(false))).0)
            .is_ok()
    );
}

/// No page has a block of text that is held by none of these: of `scenario.md` two are pieces of scenarios.
#[test]
fn every_block_is_known() {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let count = if name.ends_with(".md") { blocks(&name).len() } else { 0 };
        found.extend((count > 0).then_some((name, count)));
    }
    found.sort();
    let known = [("diff.md", 1), ("gate.md", 1), ("scenario.md", 3), ("series.md", 1), ("sweep.md", 2)];
    assert_eq!(found, known.map(|(name, count)| (name.to_owned(), count)));
}
