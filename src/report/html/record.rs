//! The record of an exercise, for auditors: what was expected, and room for what was measured. To be printed or filled in. Imports results and the
//! calendar.

use askama::Template;

use crate::facts::Phase;
use crate::measure::results::{OutageRow, Outcome, Results, StepRow};
use crate::report::instant::{Calendar, said};
use crate::report::words::{self, bytes, duration, duration_or_none, plain};
use crate::report::{FolderOptions, verdict};

use super::data::since_start;
use super::tidy;

/// Outages with a record, the worst.
const OUTAGES: usize = 10;
/// Steps of each: those on critical paths first.
const STEPS: usize = 60;
/// Components that are named.
const COMPONENTS: usize = 20;

#[derive(Template)]
#[template(path = "record.html")]
struct Record {
    name: String,
    variant: String,
    version: String,
    identifiers: Vec<(&'static str, String)>,
    outages: Vec<Exercise>,
}

/// An outage that is exercised.
struct Exercise {
    name: String,
    about: String,
    scope: Vec<(&'static str, String)>,
    objectives: Vec<[String; 6]>,
    steps: Vec<[String; 5]>,
    more: String,
}

/// The record; nothing where no outage takes an application down.
pub(in crate::report) fn write(results: &Results, options: &FolderOptions) -> Option<String> {
    let calendar = Calendar::of(results);
    let hit = |outage: &&OutageRow| outage.applications.iter().any(|row| row.outcome != Outcome::NotHit);
    let worst = verdict::worst_outages(results).into_iter().filter(hit).take(OUTAGES);
    let outages: Vec<Exercise> = worst.map(|outage| exercise(results, calendar.as_ref(), outage)).collect();
    if outages.is_empty() {
        return None;
    }
    let scenario = &results.scenario;
    let record = Record {
        name: plain(&scenario.name),
        variant: plain(options.variant.shown()),
        version: plain(&results.engine_version),
        identifiers: vec![
            ("Scenario", plain(&scenario.name)),
            ("Hash of the scenario", plain(&results.scenario_hash)),
            ("Digest of the runs", plain(&results.digest)),
            ("Seed", results.seed.to_string()),
            ("drsim", plain(&results.engine_version)),
            ("Command", plain(&options.command)),
            ("Zone of instants", plain(&scenario.zone)),
            ("Hashes of files", "report.sha256 beside this record".into()),
        ],
        outages,
    };
    Some(tidy(&record.render().expect("writing to memory cannot fail")))
}

fn exercise(results: &Results, calendar: Option<&Calendar>, outage: &OutageRow) -> Exercise {
    let from = since_start(results, &outage.at);
    let clock = |at: f64| calendar.map_or_else(|| duration(at), |it| it.clock(from + at, from));
    let mut parts: Vec<String> = outage.faults.iter().map(|fault| plain(&fault.component)).collect();
    parts.dedup();
    let more = parts.len().saturating_sub(COMPONENTS);
    parts.truncate(COMPONENTS);
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    let hit = outage.applications.iter().filter(|row| row.outcome != Outcome::NotHit);
    let names: Vec<String> = hit.clone().map(|row| plain(&row.name)).collect();
    let declared = |row: &crate::measure::results::DeclarationRow| {
        plain(&format!("{}, {} after the first fault, {}", row.plan, duration(row.at_s), row.path))
    };
    let mut scope = vec![
        ("Begins", said(&plain(&outage.at))),
        ("What fails", parts.join(", ")),
        ("Applications", names.join(", ")),
        ("Data expected to be lost", bytes(outage.lost_bytes)),
    ];
    if !outage.declarations.is_empty() {
        let all: Vec<String> = outage.declarations.iter().map(declared).collect();
        scope.push(("Declared", all.join("; ")));
    }
    let objectives = hit.map(|row| {
        [
            plain(&row.name),
            duration_or_none(row.rpo_objective_s),
            duration_or_none(row.rpa_s),
            duration_or_none(row.rto_objective_s),
            row.rta_from_outage_s.map_or_else(|| "not back".into(), duration),
            words::outage_mark(row).word,
        ]
    });
    let (steps, left) = sequence(outage);
    let line = |(number, step): (usize, &StepRow)| {
        [
            (number + 1).to_string(),
            format!("{} (+{})", clock(step.from_s), duration(step.from_s)),
            step.phase.words().to_owned(),
            plain(&step.on),
            duration(step.to_s - step.from_s),
        ]
    };
    Exercise {
        name: plain(&outage.name),
        about: plain(&outage.about),
        scope,
        objectives: objectives.collect(),
        steps: steps.into_iter().enumerate().map(line).collect(),
        more: if left > 0 {
            format!("{} are in csv/steps.csv.", words::count(left as u64, "further step"))
        } else {
            String::new()
        },
    }
}

/// What is done, in order: what critical paths run through, then the rest as far as there is room; and how many are left out. Waiting is
/// nothing that somebody does.
fn sequence(outage: &OutageRow) -> (Vec<&StepRow>, usize) {
    let is_done = |step: &&StepRow| {
        !matches!(
            step.phase,
            Phase::WaitingForPeople
                | Phase::WaitingForRoom
                | Phase::Dependencies
                | Phase::EarlierGroups
                | Phase::Asked
                | Phase::Repair
        )
    };
    let mut steps: Vec<&StepRow> = outage.steps.iter().filter(is_done).collect();
    steps.sort_by_key(|step| !step.critical);
    let left = steps.len().saturating_sub(STEPS);
    steps.truncate(STEPS);
    steps.sort_by(|a, b| a.from_s.total_cmp(&b.from_s));
    (steps, left)
}
