//! `drsim import churn`: exit codes, whole files or none, and arguments.

use clap::Parser;
use drsim::cli::import::{ImportArgs, run_to};
use drsim::import::{SOURCES, inventory, wan};
use drsim::series::Series;

use crate::hostile::drsim;
use crate::import::files::HEADER;

#[derive(clap::Parser)]
struct Command {
    #[command(flatten)]
    import: ImportArgs,
}

/// Exit code, standard output and standard error of `drsim import …`.
pub fn command(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let command = Command::try_parse_from(["import", "churn"].iter().chain(args)).unwrap();
    let code = run_to(command.import, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn the_command_writes_a_series_or_leaves_everything_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (name, rate) in [("10.csv", 1), ("9.csv", 2), ("notes.md", 3)] {
        std::fs::write(path(name), format!("{HEADER}600;1;{rate}\n")).unwrap();
    }
    std::fs::write(path("notes.txt"), "the first week, and the second\n").unwrap();
    let (whole, output) = (path(""), path("two.series"));
    let (code, out, err) = command(&[&whole, "-o", &output]);
    assert_eq!((code, err.contains("wrote")), (0, true), "{err}");
    assert!(out.contains("2 columns × 1 bin of 5m"), "{out}");
    assert!(
        out.contains("- Not read of the folder: notes.md.") && out.contains("- Not of measurements: "),
        "{out}"
    );
    let scenario = std::fs::read_to_string(path("two.ron")).unwrap();
    assert!(scenario.contains("series: [(name: \"two\", file: \"two.series\")]"), "{scenario}");
    let written = std::fs::read(&output).unwrap();
    let names: Vec<_> =
        Series::decode(&written).unwrap().columns.into_iter().map(|column| column.name).collect();
    assert_eq!(names, ["vm9", "vm10"]);

    // a start and bins, in the other order of files: the same bytes
    let (code, ..) =
        command(&[&path("10.csv"), &path("9.csv"), "--start", "600", "--bins", "1", "-o", &output]);
    assert_eq!((code, std::fs::read(&output).unwrap()), (0, written.clone()));

    std::fs::write(path("9.csv"), "broken").unwrap();
    let (code, out, err) = command(&[&whole, "-o", &output]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("9.csv:1: no known export") && err.contains("help:"), "{err}");
    assert_eq!(std::fs::read(&output).unwrap(), written);
    assert_eq!(command(&[&path("none.csv"), "-o", &output]).0, 2);
    assert_eq!(command(&[&path("10.csv"), "-o", &path("10.csv")]).0, 2);
    // Its folders are made, as those of every output.
    assert_eq!(
        command(&[&path("10.csv"), "--start", "600", "--bins", "1", "-o", &path("new/folder.series")]).0,
        0
    );
    assert!(std::path::Path::new(&path("new/folder.ron")).exists());
    assert_eq!(command(&[&path("10.csv"), "-o", &path("9.csv/x.series")]).0, 74);
    assert_eq!(command(&[&path("10.csv"), "-o", &whole]).0, 74);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 7, "nothing half written is left");
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    for args in [
        vec!["a.csv"],
        vec!["-o", "x"],
        vec!["a.csv", "-o", "x", "--bin", "5"],
        vec!["a.csv", "-o", "x", "--bin", "1500ms"],
        vec!["a.csv", "-o", "x", "--bin", "2d"],
        vec!["a.csv", "-o", "x", "--bins", "0"],
        vec!["a.csv", "-o", "x", "--bins", "2", "--end", "2013-08-02T00:00:00Z"],
        vec!["a.csv", "-o", "x", "--start", "yesterday"],
        vec!["a.csv", "-o", "x", "--kb", "1023"],
        vec!["a.csv", "-o", "x", "--zone", "Mars/Olympus"],
        vec!["a.csv", "-o", "x", "--from", "excel"],
    ] {
        assert!(Command::try_parse_from(["import", "churn"].iter().chain(&args)).is_err(), "{args:?}");
    }
}

/// Who asks how to make a file that is read finds it beside its name, and the page lists all of them.
#[test]
fn every_source_is_in_the_help_and_on_the_page() {
    let page = include_str!("../../../docs/import.md");
    let known: [(&str, Vec<&str>); 3] = [
        ("churn", SOURCES.map(|source| source.name).to_vec()),
        ("inventory", inventory::SOURCES.map(|source| source.name).to_vec()),
        ("topology", wan::SOURCES.map(|source| source.name).to_vec()),
    ];
    for (what, names) in known {
        let (code, help, _) = drsim(&["import", what, "--help"]);
        let words = |text: &str| -> Vec<String> { text.split([' ', ',', '\n']).map(str::to_owned).collect() };
        let (_, recipes) = help.split_once("Examples:").unwrap();
        for name in names {
            assert!(code == 0 && words(recipes).iter().any(|word| word == name), "{name}: {help}");
            let on_page = page.contains(&format!("`{name}`")) || what != "churn";
            assert!(on_page, "{name} is not in docs/import.md");
        }
    }
}
