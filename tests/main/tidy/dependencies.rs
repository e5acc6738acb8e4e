//! What `Cargo.toml` names is used.

use super::{none, paths, read, sources};

/// The crates of a section of the manifest.
fn named<'a>(manifest: &'a str, section: &str) -> Vec<&'a str> {
    let lines = manifest.lines().skip_while(|line| *line != format!("[{section}]")).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| Some(line.split_once('=')?.0.trim())).collect()
}

/// Crates that none of these texts names at the head of a path.
fn unused<'a>(named: Vec<&'a str>, texts: &[String]) -> Vec<&'a str> {
    let is_used = |name: &&str| {
        let head = format!("{}::", name.replace('-', "_"));
        let begins = |text: &str, at: usize| {
            !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
        };
        texts.iter().any(|text| text.match_indices(&head).any(|(at, _)| begins(text, at)))
    };
    named.into_iter().filter(|name| !is_used(name)).collect()
}

#[test]
fn every_dependency_is_used() {
    let manifest = read("Cargo.toml");
    let sources: Vec<String> = sources()
        .iter()
        .map(|file| file.code.iter().map(|(_, line)| format!("{line}\n")).collect())
        .collect();
    let tests: Vec<String> = ["src", "tests", "benches"]
        .iter()
        .flat_map(|folder| paths(folder, "rs"))
        .map(|path| read(&path))
        .collect();
    let dependencies = named(&manifest, "dependencies");
    assert!(dependencies.len() > 20, "the dependencies are found");
    let unused =
        [unused(dependencies, &sources), unused(named(&manifest, "dev-dependencies"), &tests)].concat();
    none(
        &unused
            .iter()
            .map(|name| format!("{name} is declared in Cargo.toml and used nowhere"))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn a_dependency_that_only_a_module_or_a_comment_recalls_is_unused() {
    let manifest = "[dependencies]\nannotate-snippets = \"1\"\ncsv = \"1\"\npng = { version = \"1\" }\n\n[profile.dev]\nx = 1";
    let texts = [
        "use annotate_snippets::Level;\nlet x = report::csv::text();".to_owned(),
        "// png: not here".to_owned(),
    ];
    assert_eq!(unused(named(manifest, "dependencies"), &texts), ["csv", "png"]);
}
