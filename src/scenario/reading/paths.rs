//! Paths as scenarios write them: by their words alone, with `/` on every system. Imports nothing.

/// `path` as written in the file at `from`: relative to its directory.
pub fn join(from: &str, path: &str) -> String {
    let (from, path) = (from.replace('\\', "/"), path.replace('\\', "/"));
    let absolute = path.starts_with('/') || path.get(1..2) == Some(":");
    let directory = from.rfind('/').map_or("", |slash| &from[..=slash]);
    let joined = if absolute { path } else { format!("{directory}{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !last.is_empty() && *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The name of standard input, as a main file.
pub const STDIN: &str = "-";

/// Whether a file is JSON and not RON: by its ending, and on standard input as it begins.
pub fn is_json(path: &str, text: &str) -> bool {
    path.ends_with(".json") || path == STDIN && text.trim_start().starts_with('{')
}

/// The folder of a file, without a slash at its end; nothing for the one where the user stands.
pub fn folder(path: &str) -> String {
    let path = join("", path);
    match path.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
        None => String::new(),
    }
}

/// Whether a path leads to a folder, or to a file or folder below it, by their words alone.
pub fn is_below(folder: &str, path: &str) -> bool {
    let path = join("", path);
    match folder.trim_end_matches('/') {
        "" if folder.is_empty() => !path.starts_with('/') && path.split('/').next() != Some(".."),
        folder => path.strip_prefix(folder).is_some_and(|rest| {
            rest.is_empty() || rest.strip_prefix('/').is_some_and(|rest| rest.split('/').next() != Some(".."))
        }),
    }
}

/// Whether a name can be that of a scenario's file.
pub fn is_scenario_path(name: &str) -> bool {
    [".ron", ".json"].iter().any(|end| name.len() > end.len() && name.to_lowercase().ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file_that_names_them() {
        assert_eq!(join("dr/main.ron", "sites.ron"), "dr/sites.ron");
        assert_eq!(join("dr/main.ron", "../common/./x.ron"), "common/x.ron");
        assert_eq!(join("main.ron", "../x.ron"), "../x.ron");
        assert_eq!(join("dr/main.ron", "/etc/x.ron"), "/etc/x.ron");
        assert_eq!(join("../a/main.ron", "../../x.ron"), "../../x.ron");
    }

    #[test]
    fn what_lies_below_a_folder_is_told_by_the_words_of_the_path() {
        for (main, path, is_inside) in [
            ("main.ron", "x.ron", true),
            ("main.ron", "a/b/x.ron", true),
            ("main.ron", "../x.ron", false),
            ("main.ron", "/x.ron", false),
            ("dr/main.ron", "dr/x.ron", true),
            ("dr/main.ron", "dry/x.ron", false),
            ("dr/main.ron", "dr/../x.ron", false),
            ("../main.ron", "../x.ron", true),
            ("../main.ron", "../../x.ron", false),
            ("/main.ron", "/etc/x.ron", true),
            ("/dr/main.ron", "/etc/x.ron", false),
        ] {
            assert_eq!(is_below(&folder(main), path), is_inside, "{main} {path}");
        }
    }
}
