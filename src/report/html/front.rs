//! The first screen: verdict, applications, recovery and ages, what bound, what was assumed, where it comes from.

use crate::measure::results::Results;
use crate::report::plot::svg::escape;
use crate::report::plot::{Plot, Subject};
use crate::report::run::{estate, rows};
use crate::report::words::{self, duration};
use crate::report::{assumed, verdict};

use super::{Figure, Grid, List, Page, Part, figure};

/// Applications on the first screen.
const APPLICATIONS: usize = 100;
/// Lines in each short list.
const LINES: usize = 3;
const ASSUMPTIONS: usize = 3;

pub(super) fn page(
    results: &Results,
    plots: &[Plot],
    command: &str,
    (contents, parts): (Vec<(String, String)>, Vec<Part>),
) -> Page {
    Page {
        name: words::plain(&results.scenario.name),
        version: words::plain(&results.engine_version),
        hash: short_hash(&results.scenario_hash),
        facts: facts(results),
        tone: verdict::tone(results),
        verdict: coded(&verdict::sentence(results)),
        applications: applications(results),
        figures: figures(results, plots),
        lists: lists(results),
        provenance: provenance(results, command),
        contents,
        parts,
    }
}

/// A hash long enough to tell scenarios apart by eye.
fn short_hash(hash: &str) -> String {
    words::plain(hash).chars().take(12).collect()
}

/// Escaped, with what stands in backticks between quotes.
fn coded(sentence: &str) -> String {
    let mut parts = escape(sentence).split('`').map(str::to_string).collect::<Vec<_>>().into_iter();
    let mut html = parts.next().unwrap_or_default();
    for (number, part) in parts.enumerate() {
        html.push_str(if number % 2 == 0 { "“" } else { "”" });
        html.push_str(&part);
    }
    html
}

fn facts(results: &Results) -> Vec<String> {
    let scenario = &results.scenario;
    let unprotected = scenario.vms.saturating_sub(scenario.protected_vms);
    let protected = if unprotected == 0 {
        "all replicated".into()
    } else {
        format!("{} not replicated", words::thousands(unprotected))
    };
    vec![
        format!("{}, {protected}", words::count(scenario.vms, "VM")),
        words::count(results.applications.len() as u64, "application"),
        words::count(results.outages.len() as u64, "outage"),
        format!(
            "{} from {} ({})",
            duration(scenario.horizon_s),
            words::plain(&scenario.start),
            words::plain(&scenario.zone)
        ),
        words::count(scenario.cycles, "replication cycle"),
    ]
}

fn applications(results: &Results) -> Grid {
    let is_tested = results.applications.iter().any(|row| row.last_test_at.is_some());
    let test = if is_tested { "last_test_at" } else { "" };
    let keys = format!(
        "name status tier rpo_objective_s rpa_s rpa_outage age_max_s held_share rto_objective_s rta_from_outage_s rta_outage rta_from_declaration_s {test} reason"
    );
    // By tier and name as in the results, unless there are too many: then the worst.
    let rows = if results.applications.len() > APPLICATIONS {
        rows(results, verdict::worst_applications(results))
    } else {
        rows(results, &results.applications)
    };
    let caption = "Applications, each figure from where it is worst";
    Grid::first(caption, (&estate::APPLICATIONS, &keys), &rows, APPLICATIONS)
}

/// The recovery of the worst outage, and the ages of the application that fared worst.
fn figures(results: &Results, plots: &[Plot]) -> Vec<Figure> {
    let recovery = verdict::worst_outages(results).into_iter().find_map(|outage| {
        let caption = format!("Recovery in “{}”, the worst outage", outage.name);
        figure(plots, &Subject::Recovery(outage.name.clone()), caption)
    });
    let age = verdict::worst_applications(results).into_iter().find_map(|row| {
        let caption = format!("Age of the newest recovery point of {}", row.name);
        figure(plots, &Subject::Age(row.name.clone()), caption)
    });
    [recovery, age].into_iter().flatten().collect()
}

fn lists(results: &Results) -> Vec<List> {
    let protected = results.vms.iter().filter(|vm| !vm.bound.is_empty()).count() as u64;
    let bound: Vec<_> =
        verdict::binding(results).iter().take(LINES).map(|cause| cause.line(protected)).collect();
    let mut lists = vec![List {
        title: "What bound the age of recovery points".into(),
        lines: or_none(bound, "no VM is replicated"),
        note: String::new(),
    }];
    let told = verdict::worst_outages(results)
        .into_iter()
        .find_map(|outage| Some((outage, verdict::slowest_recovery(outage)?)));
    if let Some((outage, row)) = told {
        let phases = verdict::slowest(&row.phases, LINES).into_iter();
        let lines = phases
            .map(|phase| {
                words::plain(&format!("{}: {} ({})", phase.phase, duration(phase.seconds), phase.on))
            })
            .collect();
        let title = words::plain(&format!("What took longest for {} in “{}”", row.name, outage.name));
        let lines = or_none(lines, "nothing: it came back at once");
        lists.push(List { title, lines, note: String::new() });
    }
    if let Some(line) = assumed::stand_ins(&results.stand_ins) {
        let note = "Nobody told them: an import put them there. Put yours in their place.".to_owned();
        lists.push(List { title: "Stand-ins".into(), lines: vec![line], note });
    }
    let mut assumed = assumed::that_matter(results);
    let note = assumed::rule(results);
    assumed.truncate(ASSUMPTIONS);
    let none = if results.tried.is_some() { "none" } else { "unknown until they are tried" };
    lists.push(List { title: "Assumptions that matter".into(), lines: or_none(assumed, none), note });
    lists
}

fn or_none(lines: Vec<String>, none: &str) -> Vec<String> {
    if lines.is_empty() { vec![none.into()] } else { lines }
}

fn provenance(results: &Results, command: &str) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("scenario", words::plain(&results.scenario_hash)),
        ("drsim", words::plain(&results.engine_version)),
        ("schema", words::plain(&results.schema_version)),
        ("seed", results.seed.to_string()),
        ("digest", words::plain(&results.digest)),
        (
            "audit",
            format!(
                "{}, {}",
                words::plain(&results.audit.status),
                words::count(results.audit.checked_vms, "VM run")
            ),
        ),
    ];
    if !command.is_empty() {
        lines.push(("command", words::plain(command)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_backticks_are_quoted_and_everything_is_escaped() {
        assert_eq!(coded("a in `b` & `<c>`."), "a in “b” &amp; “&lt;c&gt;”.");
    }
}
