//! What a run meant is a value until `words` says it, and where things stand comes from what happened.

use super::{File, none, sources};

/// Modules between the run and its reports, but for the one that says things.
const SILENT: [&str; 4] = ["outcome", "judge", "measure", "assess"];
/// Files of them that say something all the same, with the reason.
const SAYS: &[(&str, &str)] = &[
    ("src/assess/starts.rs", "names the run in which an audit failed"),
    ("src/assess/verdicts.rs", "warnings, from rows of all outages"),
];

/// Modules that know what happened.
const AFTER: [&str; 8] = ["outcome", "judge", "words", "measure", "assess", "compare", "gate", "report"];
/// Files of them that ask the scenario where a VM stands or how it is protected, with the reason.
const AT_START: &[(&str, &str)] = &[
    ("src/outcome/place.rs", "where a run begins"),
    ("src/outcome/state.rs", "the state in which a run begins"),
    ("src/outcome/end.rs", "whether it is ever replicated"),
    (
        "src/measure/watch.rs",
        "whether it is ever replicated; the zone of statistics is that of its first site",
    ),
    ("src/assess/fork.rs", "whether it is ever replicated"),
    ("src/assess/rows.rs", "whether it is ever replicated; disks stay where they are allocated"),
    ("src/assess/verdicts.rs", "whether it is ever replicated"),
];

/// String literals of a line of code.
fn literals(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

/// Whether it has two words, or a place for one, with a space between.
fn is_sentence(literal: &str) -> bool {
    let is_word = |c: char| c.is_alphabetic() || c == '{' || c == '}';
    let all: Vec<char> = literal.chars().collect();
    let has_letter = literal
        .split('{')
        .any(|part| part.rsplit('}').next().is_some_and(|told| told.chars().any(char::is_alphabetic)));
    has_letter && all.windows(3).any(|it| is_word(it[0]) && it[1] == ' ' && is_word(it[2]))
}

/// The words of a closed list, and what is told to whoever broke the program.
fn may_speak(line: &str) -> bool {
    let in_list = line.trim_end().ends_with("\",") && line.contains(" = \"");
    in_list
        || ["expect(", "assert", "reason = ", "#[error(", "invalid_value("].iter().any(|it| line.contains(it))
}

/// Whether it reads where a VM of the scenario stands, or its protection.
fn asks_the_scenario(line: &str) -> bool {
    let is_read = |field: &str| {
        line.match_indices(field).any(|(at, _)| {
            let next = line[at + field.len()..].chars().next();
            next.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '(')
        })
    };
    is_read(".protection") || line.contains("vms[") && is_read("].host") || is_read(" vm.host")
}

/// Lines that do what few files may; and of those few that do not, that they need not be listed.
fn listed(modules: &[&str], few: &[(&str, &str)], does: impl Fn(&str) -> bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut does_it = |file: &File| {
        let lines: Vec<_> = file.code.iter().filter(|(_, line)| does(line)).collect();
        let known = few.iter().any(|(path, _)| *path == file.path);
        match (lines.is_empty(), known) {
            (true, true) => wrong.push(format!("{} need no longer be listed", file.path)),
            (false, false) => {
                wrong.extend(lines.iter().map(|(at, line)| format!("{}:{at}: {}", file.path, line.trim())));
            }
            (true, false) | (false, true) => {}
        }
    };
    sources().iter().filter(|file| modules.contains(&file.module.as_str())).for_each(&mut does_it);
    wrong
}

#[test]
fn sentences_about_a_run_are_made_in_one_module() {
    none(&listed(&SILENT, SAYS, |line| !may_speak(line) && literals(line).any(is_sentence)));
}

#[test]
fn nobody_asks_the_scenario_where_a_vm_stands_after_its_start() {
    none(&listed(&AFTER, AT_START, asks_the_scenario));
}

/// Readers of results compare values: none looks for words in what a run says.
#[test]
fn nobody_reads_a_sentence_to_know_what_happened() {
    let parts =
        [".contains(\"", ".starts_with(\"", ".strip_prefix(\"", ".strip_suffix(\"", "== \"", ".split(\" "];
    let few = [
        ("src/compare/meaning/canon.rs", "fields of the scenario's file"),
        ("src/compare/meaning/fields.rs", "fields of the scenario's file"),
        ("src/compare/meaning/merge.rs", "fields of the scenario's file"),
        ("src/compare/meaning/pair.rs", "fields of the scenario's file"),
        ("src/gate/cause/mod.rs", "fields of the scenario's file, and the subject of a stored line"),
        ("src/plan/inverse/section.rs", "the name of a section"),
        ("src/report/ci/annotations.rs", "paths of files"),
        ("src/report/ci/code_quality.rs", "paths of files"),
        ("src/report/ci/sarif.rs", "paths of files"),
        ("src/report/diff/terminal.rs", "the subject of a row"),
        ("src/report/files.rs", "names of files"),
        ("src/report/plot/gantt.rs", "a shorter label, for room"),
    ];
    let modules = [&AFTER[..], &["plan"]].concat();
    none(&listed(&modules, &few, |line| parts.iter().any(|part| line.contains(part))));
}

#[test]
fn what_is_a_sentence_is_known() {
    assert!(["no host", "{} was down", "a {b}: c d"].iter().all(|it| is_sentence(it)));
    assert!(["VM ", "down", "{} {} → {}", "{}/{}", "; "].iter().all(|it| !is_sentence(it)));
    assert!(asks_the_scenario("let it = vm.protection.as_ref();"));
    assert!(asks_the_scenario("scenario.vms[id].host"));
    assert!(!asks_the_scenario("page.protection(results)") && !asks_the_scenario("place.vm.host"));
}
