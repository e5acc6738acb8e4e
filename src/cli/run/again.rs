//! The commands that a run names: what gives it again, and what tells more.

use super::Arguments;

/// The command that tells of every instant.
pub fn sweep(arguments: &Arguments) -> String {
    let mut words = vec!["drsim sweep".to_owned(), arguments.file.clone()];
    words.extend(arguments.outage.iter().map(|value| format!("--outage \"{value}\"")));
    words.extend(arguments.set.iter().map(|value| format!("--set \"{value}\"")));
    words.extend(arguments.reading.words());
    words.join(" ")
}

/// What produced a report: without its folder and threads, which change nothing in it.
pub fn command_line(arguments: &Arguments) -> String {
    let mut words = vec!["drsim run".to_owned(), arguments.file.clone()];
    let mut add = |flag: &str, values: &[String]| {
        words.extend(values.iter().map(|value| format!("{flag} \"{value}\"")));
    };
    add("--outage", &arguments.outage);
    add("--at", &arguments.at);
    add("--set", &arguments.set);
    words.extend(arguments.compare.then(|| "--compare".to_owned()));
    words.extend(arguments.assumptions.then(|| "--assumptions".to_owned()));
    words.extend(arguments.folder.words());
    words.extend(arguments.reading.words());
    words.join(" ")
}
