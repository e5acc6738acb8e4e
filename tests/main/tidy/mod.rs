//! The house in order: modules import only from above, files stay short, and nothing that would break determinism gets in.

mod dependencies;
mod direction;
mod meaning;

use std::fs;
use std::path::{Path, PathBuf};

/// Most code lines of a file.
const LINES_MAX: usize = 400;
/// Past this a file is split, unless it is named in [`LONG`].
const LINES_LONG: usize = 250;
/// Files that are long today, with the reason why they may be.
const LONG: &[(&str, &str)] = &[
    ("src/assess/rows.rs", "a list of rows"),
    ("src/engine/kernel.rs", "building the kernel, and its clock"),
    ("src/engine/net/mod.rs", "one algorithm"),
    ("src/measure/monitor.rs", "one algorithm"),
    ("src/measure/results/mod.rs", "a list of rows"),
    ("src/problem/codes.rs", "a list of equals"),
    ("src/report/terminal.rs", "one page"),
    ("src/scenario/reading/sections.rs", "names and patterns of all sections"),
    ("src/scenario/reading/calendar.rs", "instants, windows and profiles share their zone arithmetic"),
    ("src/scenario/reading/fields.rs", "one reader for every type of field"),
];

/// A source file without comments and without its test module.
struct File {
    /// `src/engine/net/mod.rs`.
    path: String,
    /// `engine`.
    module: String,
    /// Lines with code, with their numbers.
    code: Vec<(usize, String)>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn paths(folder: &str, extension: &str) -> Vec<String> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|own| own == extension) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), extension, &mut found);
    let short = |path: PathBuf| path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    let mut paths: Vec<_> = found.into_iter().map(short).collect();
    paths.sort();
    paths
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn sources() -> Vec<File> {
    let all: Vec<File> = paths("src", "rs").into_iter().map(file).collect();
    assert!(all.len() > 100, "the sources are found");
    all
}

fn file(path: String) -> File {
    let text = read(&path);
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let code =
        text.lines().enumerate().map(|(at, line)| (at + 1, line.split("//").next().unwrap().to_owned()));
    let code = code.filter(|(_, line)| !line.trim().is_empty()).collect();
    let module = path.trim_start_matches("src/").split(['/', '.']).next().unwrap().to_owned();
    File { module, code, path }
}

/// Modules that a file declares, in its order.
fn declarations(path: &str) -> Vec<String> {
    let declared = |line: &str| {
        let line = line.strip_suffix(';')?;
        let (before, name) = line.rsplit_once(' ')?;
        (before == "mod" || before.ends_with(" mod")).then(|| name.to_owned())
    };
    read(path).lines().filter_map(declared).collect()
}

/// Words of a line: identifiers.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Lines of `files` in which one of `forbidden` stands as a word.
fn lines_with(files: &[File], forbidden: &[&str], inside: impl Fn(&File) -> bool) -> Vec<String> {
    let of = |file: &File| {
        let bad = file.code.iter().filter(|(_, line)| words(line).any(|word| forbidden.contains(&word)));
        bad.map(|(number, line)| format!("{}:{number}: {}", file.path, line.trim())).collect::<Vec<_>>()
    };
    files.iter().filter(|file| inside(file)).flat_map(of).collect()
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for file in sources() {
        let (lines, known) = (file.code.len(), LONG.iter().any(|(path, _)| *path == file.path));
        if lines > LINES_MAX {
            wrong.push(format!("{} has {lines} code lines, more than {LINES_MAX}", file.path));
        } else if lines > LINES_LONG && !known {
            wrong.push(format!("{} has {lines} code lines: split it, or say in LONG why not", file.path));
        } else if lines <= LINES_LONG && known {
            wrong.push(format!("{} is no longer long: remove it from LONG", file.path));
        }
    }
    none(&wrong);
}

#[test]
fn nothing_breaks_determinism() {
    let files = sources();
    let mut wrong = lines_with(&files, &["unsafe"], |_| true);
    let world = ["HashMap", "HashSet", "Instant", "SystemTime"];
    wrong.extend(lines_with(&files, &world, |file| file.module != "cli"));
    wrong.extend(lines_with(&files, &["f32", "f64"], |file| {
        ["engine", "sim"].contains(&file.module.as_str())
    }));
    let outside = ["fs", "stdout", "stderr", "stdin", "println", "eprintln"];
    let is_inside = |file: &File| !["cli", "main"].contains(&file.module.as_str());
    wrong.extend(lines_with(&files, &outside, is_inside));
    // `env!` reads what the compiler knows; `std::env` reads the machine.
    for file in files.iter().filter(|file| is_inside(file)) {
        let asks = |line: &str| line.replace(' ', "").contains("env::") || line.contains("std::env");
        let lines = file.code.iter().filter(|(_, line)| asks(line));
        wrong.extend(lines.map(|(number, line)| format!("{}:{number}: {}", file.path, line.trim())));
    }
    none(&wrong);
}

#[test]
fn no_path_of_a_machine_is_written_down() {
    let forbidden: Vec<String> =
        ["work", "home", "root", "Users"].iter().map(|name| format!("/{name}/")).collect();
    let mut all: Vec<String> = vec!["README.md".into(), "Cargo.toml".into(), ".ci/run".into()];
    for (folder, extension) in [
        ("src", "rs"),
        ("tests", "rs"),
        ("benches", "rs"),
        ("docs", "md"),
        ("scenarios", "ron"),
        ("templates", "html"),
    ] {
        all.extend(paths(folder, extension));
    }
    for extension in ["json", "txt", "html", "svg", "csv"] {
        all.extend(paths("reports", extension));
    }
    let mut wrong = Vec::new();
    for path in all {
        for (number, line) in read(&path).lines().enumerate() {
            if forbidden.iter().any(|forbidden| line.contains(forbidden.as_str())) {
                wrong.push(format!("{path}:{}", number + 1));
            }
        }
    }
    none(&wrong);
}

#[test]
fn every_file_is_declared_in_its_folder() {
    let mut wrong = Vec::new();
    for path in paths("src", "rs").into_iter().chain(paths("tests/main", "rs")) {
        let (folder, name) = path.rsplit_once('/').unwrap();
        let (folder, name) = match name {
            "main.rs" | "lib.rs" => continue,
            "mod.rs" => folder.rsplit_once('/').unwrap(),
            _ => (folder, name.trim_end_matches(".rs")),
        };
        let parents = ["/mod.rs", "/lib.rs", "/main.rs", ".rs"].map(|parent| format!("{folder}{parent}"));
        let declared = |parent: &String| declarations(parent).iter().any(|known| known == name);
        if !parents.iter().filter(|parent| root().join(parent).is_file()).any(declared) {
            wrong.push(format!("{path} is part of nothing"));
        }
    }
    none(&wrong);
}
