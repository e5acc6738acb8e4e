//! Names of an export, made fit for a scenario, where each is there once.

use std::collections::BTreeSet;

/// Longest name kept, in bytes.
const NAME_MAX: usize = 200;

/// Gives later bearers of a name a number, and blanks a word; the value is how many were changed.
pub fn unique<'n>(names: impl Iterator<Item = &'n mut String>) -> usize {
    let names: Vec<&mut String> = names.collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut changed = 0;
    // whole names first, so that `a #2` in the export keeps its own
    let written: BTreeSet<String> = names.iter().map(|name| (**name).clone()).collect();
    for name in names {
        if name.chars().any(char::is_control) || name.len() > NAME_MAX {
            *name = name.chars().filter(|letter| !letter.is_control()).take(NAME_MAX / 4).collect();
        }
        if name.is_empty() {
            *name = "unnamed".to_owned();
        }
        if taken.contains(name.as_str()) {
            let numbered = (2_usize..).map(|number| format!("{name} #{number}"));
            let mut free = numbered.filter(|name| !taken.contains(name) && !written.contains(name));
            *name = free.next().expect("there are more numbers than names");
            changed += 1;
        }
        taken.insert(name.clone());
    }
    changed
}

/// `web` for `…/web.csv.gz`.
pub fn stem(file: &str) -> String {
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = file.strip_suffix(".gz").unwrap_or(file);
    stem.strip_suffix(".csv").unwrap_or(stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_unique_and_keep_what_others_are_called() {
        let mut names = ["a", "a #2", "a", "a", "", "b\n"].map(str::to_owned);
        assert_eq!(unique(names.iter_mut()), 2);
        assert_eq!(names, ["a", "a #2", "a #3", "a #4", "unnamed", "b"]);
    }
}
