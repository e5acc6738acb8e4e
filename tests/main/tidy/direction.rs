//! Modules import only from modules declared above them, in `lib.rs` and in each folder.

use std::collections::{BTreeMap, BTreeSet};

use super::{File, declarations, none, root, sources};

/// Modules that others above them in their folder may import all the same, each with its reason; `*`: any of the folder.
const ALLOWED: &[(&str, &str, &str)] = &[
    (
        "assess",
        "verdicts",
        "rows and verdicts of applications are about to part, when results come one at a time",
    ),
    (
        "sim",
        "*",
        "its world holds values of files that are written as its methods; the kernel's state shows how they part",
    ),
];

/// The modules of a folder in their order, and what its own file passes on from them.
#[derive(Default)]
struct Folder {
    order: Vec<String>,
    passed_on: BTreeMap<String, String>,
}

impl Folder {
    /// Place in the order of the module that a name stands for.
    fn place(&self, name: &str) -> Option<usize> {
        let module = self.passed_on.get(name).map_or(name, |module| module);
        self.order.iter().position(|known| known == module)
    }
}

/// `src/engine/net/mod.rs` is `["engine", "net"]`.
fn module(path: &str) -> Vec<String> {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    let path = path.trim_end_matches("mod").trim_end_matches('/');
    path.split('/').filter(|part| !["", "lib", "main"].contains(part)).map(str::to_owned).collect()
}

/// Takes an identifier off the front, if there is one.
fn identifier<'a>(rest: &mut &'a str) -> &'a str {
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    *rest = after.trim_start();
    name
}

/// Takes `prefix` off the front; whether it was there.
fn take(rest: &mut &str, prefix: &str) -> bool {
    let after = rest.strip_prefix(prefix);
    *rest = after.unwrap_or(rest).trim_start();
    after.is_some()
}

/// The names that a tree of imports ends in: `a::{b, c::d as e, f::*}` is `a::b`, `a::c::d` and `a::f`.
fn leaves(tree: &str) -> Vec<Vec<String>> {
    fn read(rest: &mut &str, before: &[String], found: &mut Vec<Vec<String>>) {
        let mut path = before.to_vec();
        loop {
            if take(rest, "{") {
                read(rest, &path, found);
                while take(rest, ",") && !rest.starts_with('}') {
                    read(rest, &path, found);
                }
                take(rest, "}");
                return;
            }
            let name = identifier(rest);
            path.extend((!name.is_empty()).then(|| name.to_owned()));
            if !take(rest, "::") {
                break;
            }
        }
        take(rest, "*");
        if take(rest, "as ") {
            identifier(rest);
        }
        found.push(path);
    }
    let (mut rest, mut found) = (tree, Vec::new());
    read(&mut rest, &[], &mut found);
    found
}

/// Where one of these words begins a path.
fn starts<'a>(code: &'a str, words: &'a [&str]) -> impl Iterator<Item = usize> + 'a {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let all = words.iter().flat_map(|word| code.match_indices(word).map(|(at, _)| at));
    all.filter(move |at| !code[..*at].ends_with(is_part))
}

/// What a file imports, from the crate's root on, with the line.
fn imports(file: &File) -> BTreeSet<(usize, Vec<String>)> {
    let code: String = file.code.iter().map(|(_, line)| format!("{line}\n")).collect();
    let own = module(&file.path);
    let mut found = BTreeSet::new();
    for at in starts(&code, &["crate::", "super::"]) {
        let line = file.code[code[..at].matches('\n').count()].0;
        for mut path in leaves(&code[at..]) {
            let ups = path.iter().take_while(|part| *part == "super").count();
            let base = if ups == 0 { &[][..] } else { &own[..own.len().saturating_sub(ups)] };
            path.drain(..ups.max(1));
            found.insert((line, [base, &path].concat()));
        }
    }
    found
}

/// What a folder's file passes on from its modules.
fn passed_on(file: &File, order: &[String]) -> BTreeMap<String, String> {
    let code: String = file.code.iter().map(|(_, line)| format!("{line}\n")).collect();
    let uses = starts(&code, &["use "]).map(|at| &code[at + "use ".len()..]);
    let leaves = uses.flat_map(leaves).filter(|path| path.len() > 1 && order.contains(&path[0]));
    leaves.map(|path| (path[path.len() - 1].clone(), path[0].clone())).collect()
}

fn folders(files: &[File]) -> BTreeMap<Vec<String>, Folder> {
    let mut folders = BTreeMap::new();
    for file in files.iter().filter(|file| root().join(&file.path).is_file()) {
        let order = declarations(&file.path);
        if !order.is_empty() && file.path != "src/main.rs" {
            let passed_on = passed_on(file, &order);
            folders.insert(module(&file.path), Folder { order, passed_on });
        }
    }
    folders
}

/// Each import of a module that stands below, as folder, importer and imported, and in words.
fn from_below(files: &[File], folders: &BTreeMap<Vec<String>, Folder>) -> Vec<([String; 3], String)> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !["lib", "main"].contains(&file.module.as_str())) {
        let own = module(&file.path);
        for (line, path) in imports(file) {
            let shared = own.iter().zip(&path).take_while(|(a, b)| a == b).count();
            let (Some(importer), Some(imported)) = (own.get(shared), path.get(shared)) else { continue };
            let Some(folder) = folders.get(&own[..shared]) else { continue };
            let Some((above, below)) = folder.place(importer).zip(folder.place(imported)) else { continue };
            if below > above {
                let (folder_name, imported) = (own[..shared].join("/"), folder.order[below].clone());
                let words = format!("{}:{line}: `{imported}` stands below `{importer}`", file.path);
                found.push(([folder_name, importer.clone(), imported], words));
            }
        }
    }
    found
}

#[test]
fn modules_import_only_from_above() {
    let files: Vec<File> = sources().into_iter().filter(|file| !file.path.ends_with("/tests.rs")).collect();
    let folders = folders(&files);
    assert!(folders.len() > 30, "the folders are found");
    let found = from_below(&files, &folders);
    let matches = |allowed: &(&str, &str, &str), edge: &[String; 3]| {
        allowed.0 == edge[0] && ["*", &edge[2]].contains(&allowed.1)
    };
    let is_allowed = |edge: &[String; 3]| ALLOWED.iter().any(|allowed| matches(allowed, edge));
    let mut wrong: Vec<String> =
        found.iter().filter(|(edge, _)| !is_allowed(edge)).map(|(_, words)| words.clone()).collect();
    let needless = ALLOWED.iter().filter(|allowed| !found.iter().any(|(edge, _)| matches(allowed, edge)));
    wrong.extend(
        needless.map(|it| format!("{}: nothing above {} imports it: remove it from ALLOWED", it.0, it.1)),
    );
    none(&wrong);
}

#[test]
fn trees_of_imports_are_read_whole() {
    let paths = |tree: &str| leaves(tree).iter().map(|path| path.join("::")).collect::<Vec<_>>();
    assert_eq!(
        paths("super::a::{self, b, c::{d as e, f}, g::*,};\nuse x"),
        ["super::a::self", "super::a::b", "super::a::c::d", "super::a::c::f", "super::a::g"]
    );
    assert_eq!(paths("crate::a::b(1)"), ["crate::a::b"]);
    assert_eq!(module("src/engine/net/mod.rs"), ["engine", "net"]);
    assert_eq!(module("src/units.rs"), ["units"]);
}

#[test]
fn an_import_from_below_is_seen_through_what_a_folder_passes_on() {
    let file = |path: &str, code: &str| File {
        module: module(path).first().cloned().unwrap_or_default(),
        code: code.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned())).collect(),
        path: path.to_owned(),
    };
    let files = [
        file("src/a/mod.rs", "mod b;\nmod c;\npub use c::{D};"),
        file("src/a/b/e.rs", "use super::super::D;"),
        file("src/a/c.rs", "use super::b::E;"),
    ];
    let order = vec!["b".to_owned(), "c".to_owned()];
    let passed_on = passed_on(&files[0], &order);
    let folders = BTreeMap::from([(vec!["a".to_owned()], Folder { order, passed_on })]);
    let found: Vec<String> = from_below(&files, &folders).into_iter().map(|(_, words)| words).collect();
    assert_eq!(found, ["src/a/b/e.rs:1: `c` stands below `b`"]);
}
