//! No field is forgotten in what comparing knows of fields: quantities by their unit, lists by whether their order counts.
//!
//! The examples of `docs/scenario.md`, in which every field stands, are written in other units and in another order; what that means is
//! asked of the scenario itself.

use std::collections::BTreeSet;

use drsim::compare::meaning::Meaning;
use drsim::scenario::{Scenario, Sources, resolve};

fn doc() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenario.md");
    let doc = std::fs::read_to_string(path).unwrap();
    let blocks = doc.split("```ron\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    // Comments are no part of it, and have brackets and quotes of their own.
    let lines = |block: &str| -> String {
        block.lines().map(|line| format!("{}\n", line.split("//").next().unwrap())).collect()
    };
    format!("({})", blocks.map(lines).collect::<String>())
}

fn sources(text: &str) -> Sources {
    let files = std::collections::BTreeMap::from([("doc.ron".to_owned(), text.as_bytes().to_vec())]);
    Sources::load(&files, "doc.ron").unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

/// What a run depends on; `None`: it cannot be read.
fn meant(text: &str) -> Option<String> {
    let (mut scenario, ..): (Scenario, _, _) = resolve(&sources(text)).ok()?;
    scenario.assumptions.clear();
    Some(scenario.hash())
}

fn changes(old: &str, new: &str) -> Vec<String> {
    let all = Meaning::between(&sources(old), &sources(new)).unwrap().changes;
    all.into_iter()
        .map(|change| format!("{}: {:?} → {:?}", change.path, change.before, change.after))
        .collect()
}

/// (beginning, end) of the inside of each text.
fn texts(text: &str) -> Vec<(usize, usize)> {
    let quotes: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
    quotes.chunks_exact(2).map(|pair| (pair[0] + 1, pair[1])).collect()
}

/// The same quantity in a smaller unit; `None`: it is none, or has no smaller one.
fn respelled(text: &str) -> Option<String> {
    let units = [
        (" Gbps", 1000, " Mbps"),
        (" Mbps", 1000, " kbps"),
        (" MB/s", 1000, " KB/s"),
        (" KB/s", 1000, " B/s"),
        (" TB", 1000, " GB"),
        (" GB", 1000, " MB"),
        (" MB", 1000, " KB"),
        ("d", 24, "h"),
        ("h", 60, "m"),
        ("m", 60, "s"),
        ("ms", 1000, "us"),
        ("s", 1000, "ms"),
    ];
    if let Some(percent) = text.strip_suffix(" %") {
        return Some(format!("{}", percent.parse::<f64>().ok()? / 100.0));
    }
    units.iter().find_map(|(unit, times, smaller)| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(format!("{}{smaller}", number * times))
    })
}

#[test]
fn every_quantity_may_be_written_in_another_unit() {
    let doc = doc();
    let named = |(from, _): &&(usize, usize)| doc[..*from].ends_with("name: \"");
    let all = texts(&doc);
    let names: BTreeSet<&str> = all.iter().filter(named).map(|(from, to)| &doc[*from..*to]).collect();
    let (mut count, mut seen) = (0, 0);
    let mut wrong = Vec::new();
    for (from, to) in all {
        let Some(other) = respelled(&doc[from..to]).filter(|_| !names.contains(&doc[from..to])) else {
            continue;
        };
        let changed = format!("{}{other}{}", &doc[..from], &doc[to..]);
        seen += 1;
        // Where the unit is no unit but a word, the file means something else or cannot be read.
        if meant(&changed) != meant(&doc) {
            continue;
        }
        count += 1;
        wrong.extend(changes(&doc, &changed));
    }
    assert!(wrong.is_empty(), "comparing takes these for other quantities: {wrong:#?}");
    assert!(count > 75 && seen - count < 5, "{count} of {seen} quantities are the same in another unit");
}

/// (beginning, end) of the inside of each list, and its parts.
fn lists(text: &str) -> Vec<((usize, usize), Vec<&str>)> {
    let (mut open, mut found): (Vec<(usize, u8, Vec<usize>)>, _) = (Vec::new(), Vec::new());
    let mut in_text = false;
    for (at, c) in text.bytes().enumerate() {
        match c {
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'(' => open.push((at + 1, c, vec![at + 1])),
            b',' => {
                if let Some((_, _, parts)) = open.last_mut() {
                    parts.push(at + 1);
                }
            }
            b']' | b')' => {
                let (from, kind, begins) = open.pop().expect("brackets are closed");
                let ends = begins.iter().skip(1).map(|begin| begin - 1).chain([at]);
                let parts = begins.iter().zip(ends).map(|(from, to)| text[*from..to].trim());
                let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
                if kind == b'[' && parts.len() > 1 {
                    found.push(((from, at), parts));
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn a_list_in_another_order_is_a_change_exactly_where_it_means_something_else() {
    let doc = doc();
    let mut wrong = Vec::new();
    let (mut same, mut other) = (0, 0);
    let own = meant(&doc);
    for ((from, to), mut parts) in lists(&doc) {
        parts.reverse();
        let turned = format!("{}{}{}", &doc[..from], parts.join(", "), &doc[to..]);
        let Some(meant) = meant(&turned) else { continue };
        let (is_same, changes) = (Some(meant) == own, changes(&doc, &turned));
        *(if is_same { &mut same } else { &mut other }) += 1;
        if is_same != changes.is_empty() {
            wrong.push(format!("{:?}: {changes:?}", &doc[from..to]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(same > 15 && other > 3, "{same} lists may be turned, {other} not");
}
