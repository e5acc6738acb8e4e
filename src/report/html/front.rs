//! The first page: verdict, what it takes, applications, recoveries, what bound, what was assumed, where it comes from.

use crate::measure::results::{Charts, Results};
use crate::report::instant::Calendar;
use crate::report::plot::svg::escape;
use crate::report::words::{self, duration, plain};
use crate::report::{FolderOptions, assumed, verdict};
use crate::words::begun;

use super::applications::applications;
use super::levers::levers;
use super::recovery::recoveries;
use super::{FirstPage, List, Measured, takes};

/// Lines in each short list.
const LINES: usize = 3;
const ASSUMPTIONS: usize = 3;

/// VMs of recoveries that stand on the page before they are unfolded.
const VMS_MAX: usize = 200;

/// The first page.
pub(super) fn page(results: &Results, charts: &Charts, options: &FolderOptions) -> FirstPage {
    let clauses = verdict::clauses(results);
    let recoveries = recoveries(results);
    let vms = recoveries.iter().flat_map(|it| &it.rows).map(|row| row.vms.len()).sum::<usize>();
    FirstPage {
        name: plain(&results.scenario.name),
        variant: plain(options.variant.shown()),
        version: plain(&results.engine_version),
        hash: short_hash(&results.scenario_hash),
        facts: facts(results),
        tone: verdict::tone(results),
        said: words::plain(&verdict::sentence(results)).replace('`', ""),
        head: stopped(&clauses.head),
        misses: clauses.misses.iter().map(|clause| stopped(clause)).collect(),
        more: clauses.more.iter().map(|clause| stopped(&begun(clause))).collect(),
        takes: takes::takes(results, charts),
        levers: levers(options.beside.levers.as_ref()),
        applications: applications(results),
        recoveries,
        is_packed: vms > VMS_MAX,
        lists: lists(results),
        provenance: provenance(results, &options.command),
    }
}

/// A hash long enough to tell scenarios apart by eye.
fn short_hash(hash: &str) -> String {
    plain(hash).chars().take(12).collect()
}

/// A clause as a sentence, escaped, with what stands in backticks between quotes.
fn stopped(clause: &str) -> String {
    let mut parts = escape(clause).split('`').map(str::to_string).collect::<Vec<_>>().into_iter();
    let mut html = parts.next().unwrap_or_default();
    for (number, part) in parts.enumerate() {
        html.push_str(if number % 2 == 0 { "“" } else { "”" });
        html.push_str(&part);
    }
    html + "."
}

fn facts(results: &Results) -> Vec<String> {
    let scenario = &results.scenario;
    let unprotected = scenario.vms.saturating_sub(scenario.protected_vms);
    let protected = if unprotected == 0 {
        "all replicated".into()
    } else {
        format!("{} not replicated", words::thousands(unprotected))
    };
    let days = Calendar::of(results).map_or_else(
        || {
            format!(
                "{} from {} ({})",
                duration(scenario.horizon_s),
                plain(&scenario.start),
                plain(&scenario.zone)
            )
        },
        |calendar| plain(&calendar.span(0.0, scenario.horizon_s)),
    );
    vec![
        format!("{}, {protected}", words::count(scenario.vms, "VM")),
        words::count(results.applications.len() as u64, "application"),
        words::count(results.outages.len() as u64, "outage"),
        days,
        words::count(scenario.cycles, "replication cycle"),
    ]
}

fn lists(results: &Results) -> Vec<List> {
    let mut lists = vec![bound(results)];
    let told = verdict::worst_outages(results)
        .into_iter()
        .find_map(|outage| Some((outage, verdict::slowest_recovery(outage)?)));
    if let Some((outage, row)) = told {
        let phases = verdict::slowest(&row.phases, LINES);
        let longest = phases.first().map_or(1.0, |phase| phase.seconds);
        let measured = phases.iter().map(|phase| Measured {
            what: plain(&format!("{} ({})", phase.phase, phase.on)),
            share: format!("{:.1}", phase.seconds / longest * 100.0),
            value: duration(phase.seconds),
        });
        let title = plain(&format!("What took longest for {} in “{}”", row.name, outage.name));
        lists.push(List { measured: measured.collect(), ..List::of(title, "nothing: it came back at once") });
    }
    if let Some(line) = assumed::stand_ins(&results.stand_ins) {
        let note = "Nobody told them: an import put them there. Put yours in their place.".to_owned();
        lists.push(List { title: "Stand-ins".into(), lines: vec![line], note, ..List::default() });
    }
    let mut assumed = assumed::that_matter(results);
    assumed.truncate(ASSUMPTIONS);
    let none = if results.tried.is_some() { "none" } else { "unknown until they are tried" };
    lists.push(List {
        lines: assumed,
        note: assumed::rule(results),
        ..List::of("Assumptions that matter".into(), none)
    });
    lists
}

fn bound(results: &Results) -> List {
    let causes = verdict::binding(results);
    let measured = causes.iter().take(LINES).map(|cause| Measured {
        what: cause.what(),
        share: format!("{:.1}", cause.share * 100.0),
        value: words::percent(cause.share),
    });
    let title = "What bound the age of recovery points".into();
    List { measured: measured.collect(), ..List::of(title, "no VM is replicated") }
}

fn provenance(results: &Results, command: &str) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("scenario", plain(&results.scenario_hash)),
        ("drsim", plain(&results.engine_version)),
        ("schema", plain(&results.schema_version)),
        ("seed", results.seed.to_string()),
        ("digest", plain(&results.digest)),
        (
            "audit",
            format!(
                "{}, {}",
                plain(&results.audit.status),
                words::count(results.audit.checked_vms, "VM run")
            ),
        ),
    ];
    if !command.is_empty() {
        lines.push(("command", plain(command)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_backticks_are_quoted_and_everything_is_escaped() {
        assert_eq!(stopped("a in `b` & `<c>`"), "a in “b” &amp; “&lt;c&gt;”.");
    }
}
