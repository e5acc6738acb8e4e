//! `docs/gate.md` lists every metric, and its examples can be read. `UPDATE=1 cargo test gate::doc` writes the list anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use drsim::promise::metrics::{Direction, Kind, Unit, of};
use drsim::scenario::Scenario;

const BEGIN: &str = "<!-- metrics: written by `UPDATE=1 cargo test gate::doc` -->\n";
const END: &str = "<!-- end of metrics -->";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gate.md")
}

fn table() -> String {
    let mut text = "\n| of | in each outage | while nothing fails |\n|---|---|---|\n".to_owned();
    for kind in Kind::NAMED.into_iter().chain([Kind::Fleet]) {
        let listed = |per_outage: bool| {
            let all = of(kind).filter(|metric| metric.per_outage == per_outage);
            let one = all.map(|metric| {
                let up = if metric.direction == Direction::HigherIsBetter { " ↑" } else { "" };
                let unit = match metric.unit {
                    Unit::Seconds | Unit::Bytes => "",
                    Unit::BitsPerSecond => ", a rate",
                    Unit::Share => ", a share",
                    Unit::Count => ", a count",
                };
                let title = if metric.title.contains(' ') || metric.title.len() > 4 {
                    format!(" ({}{unit})", metric.title)
                } else {
                    String::new()
                };
                format!("`{}`{up}{title}", metric.key)
            });
            one.collect::<Vec<_>>().join(", ")
        };
        text += &format!("| {} | {} | {} |\n", kind.word(), listed(true), listed(false));
    }
    text + "\n"
}

#[test]
fn the_list_of_metrics_is_current() {
    let doc = fs::read_to_string(path()).unwrap();
    let (before, rest) = doc.split_once(BEGIN).unwrap();
    let (old, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path(), format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
        return;
    }
    assert_eq!(old, table(), "UPDATE=1 cargo test gate::doc");
}

/// In the shipped example, with the names that the text uses.
#[test]
fn the_examples_can_be_read() {
    let doc = fs::read_to_string(path()).unwrap();
    let blocks = doc.split("```ron\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let blocks: Vec<&str> = blocks.collect();
    assert_eq!(blocks.len(), 2, "gates and waivers");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/two-site.ron");
    let text = fs::read_to_string(example).unwrap();
    let (text, _) = text.split_once("    // ---- What is promised").unwrap();
    let text =
        format!("{text})").replace("    outages: [", &format!("{}\n    outages: [", blocks.join("\n")));
    let text =
        text.replace("name: \"business\"", "name: \"reporting\"").replace("\"business\"", "\"reporting\"");
    let files = BTreeMap::from([("doc.ron".to_owned(), text.into_bytes())]);
    let (scenario, _) =
        Scenario::parse(&files, "doc.ron").unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assert_eq!((scenario.promises.gates.len(), scenario.promises.waivers.len()), (10, 1));
}
