//! What the README shows is what the program prints.

use std::path::Path;
use std::time::Duration;

const README: &str = include_str!("../../README.md");

/// Of each block of output the command that stands last in backticks before it, and its lines.
fn quoted() -> Vec<(Vec<String>, Vec<&'static str>)> {
    let mut all = Vec::new();
    let mut rest = README;
    while let Some((before, after)) = rest.split_once("\n```text\n") {
        let (block, next) = after.split_once("\n```\n").expect("the block ends");
        let command = before.rsplit('`').find(|part| part.starts_with("drsim "));
        let command = command.expect("a command stands before the block");
        all.push((command.split_whitespace().skip(1).map(str::to_owned).collect(), block.lines().collect()));
        rest = next;
    }
    all
}

#[test]
fn every_line_that_it_shows_is_printed() {
    let blocks = quoted();
    assert!(!blocks.is_empty());
    for (mut arguments, lines) in blocks {
        let folder = tempfile::tempdir().unwrap();
        if let Some(out) = arguments.iter().position(|word| word == "--out") {
            arguments[out + 1] = folder.path().join("out").display().to_string();
        }
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
        let command = command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR"))).args(&arguments);
        let output = command.timeout(Duration::from_secs(1800)).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let mut left = printed.lines();
        for line in lines {
            assert!(
                left.any(|it| it == line),
                "`{line}` is not printed, or not there, by {arguments:?}:\n{printed}"
            );
        }
    }
}
