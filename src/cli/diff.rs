//! `drsim diff`: what changed between two scenarios in meaning, and what that moved; or what moved between two results.

use std::collections::BTreeMap;

use clap::Args;

use super::exit::Exit;
use super::form::Form;
use super::gate::simulate;
use super::limits::{TimeLimit, Work, within};
use super::machine::{Threads, screen};
use super::printer::{hint, note, print, warned};
use super::reading::Revisions;
use super::refusal::Refusal;
use crate::compare::meaning::Meaning;
use crate::compare::metrics::Measured;
use crate::compare::outcome;
use crate::gate::cause::change_row;
use crate::gate::report::ChangeRow;
use crate::measure::results::Results;
use crate::problem::Problems;
use crate::report::diff::{DiffReport, OutcomeRow, SCHEMA_VERSION, SideRow, json, terminal};
use crate::report::words::count;
use crate::scenario::Scenario;

mod side;

use side::Side;

const EXAMPLES: &str = "\
Examples:
  drsim diff old.ron new.ron                   what changed in meaning, and what it moved
  drsim diff git:main dr/two-site.ron          from the main branch to the file as it is now
  drsim diff --from v1 --to v2 dr/two-site.ron from one revision to another
  drsim diff ../main/dr dr/two-site.ron        from the file of the same name in another folder
  drsim diff a/result.json b/result.json       what moved between two stored results
  drsim diff old.ron new.ron --no-run --exit-code   does the file still mean the same?
";

const CODES: &str = "\
Exit codes: 0 compared, 1 with --exit-code if there is a difference, 2 bad input, 3 not done in time, 70 internal error.
Order, units, comments, files and defaults that are written out are no difference: docs/diff.md.";

/// Arguments of `drsim diff`.
#[derive(Args)]
#[command(before_help = EXAMPLES, after_help = CODES)]
pub struct Arguments {
    /// Before and now: a scenario, git:REVISION, a folder with a file of the same name, or a stored result; with --from the file alone
    #[arg(required = true, num_args = 1..=2, value_name = "WHAT")]
    sides: Vec<String>,
    /// The file as of this git revision, before
    #[arg(long, value_name = "REVISION")]
    from: Option<String>,
    /// The file as of this git revision, instead of as it is now
    #[arg(long, value_name = "REVISION", requires = "from")]
    to: Option<String>,
    /// Only what changed in meaning: nothing is simulated
    #[arg(long)]
    no_run: bool,
    /// Exit code 1 if there is a difference
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    time: TimeLimit,
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    form: Form,
    #[command(flatten)]
    revisions: Revisions,
}

/// What to do when there is no time for runs.
const WITHOUT: &str = "see what changed with --no-run";

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let limit = arguments.time.limit()?;
    let (before, after) = sides(arguments)?;
    let changes = changes(arguments, &before, &after)?;
    let (rows, ends) = (side_row(&before), side_row(&after));
    let warnings = warnings(&before, &after);
    let outcome = match arguments.no_run {
        true => None,
        false => {
            let scenarios = [&before, &after].into_iter().filter_map(Side::scenario);
            let (work, all) = (arguments.work, scenarios.cloned().collect::<Vec<_>>());
            within(limit, WITHOUT, move || work.admit_judged(&all))?;
            let threads = arguments.threads.count();
            Some(within(limit, WITHOUT, move || moved(before, after, threads))?)
        }
    };
    let nothing = |rows: &Option<Vec<ChangeRow>>| rows.as_ref().is_none_or(Vec::is_empty);
    let report = DiffReport {
        schema_version: SCHEMA_VERSION,
        engine_version: env!("CARGO_PKG_VERSION"),
        before: rows,
        after: ends,
        equal: nothing(&changes) && outcome.as_ref().is_none_or(OutcomeRow::is_empty),
        changes,
        outcome,
    };
    let text = match arguments.form.is_text() {
        true => terminal::write(&report, screen(), &hint(next(arguments, &report))),
        false => json(&report),
    };
    print(&text)?;
    if arguments.form.is_text() {
        tell_warnings(&warnings);
    }
    Ok(if arguments.exit_code && !report.equal { Exit::No } else { Exit::Ok })
}

/// Both sides, before and now.
fn sides(arguments: &Arguments) -> Result<(Side, Side), Refusal> {
    let revisions = &arguments.revisions;
    match (&arguments.from, arguments.sides.as_slice()) {
        (Some(from), [file]) => {
            let before = Side::revision(file, from, revisions)?;
            let after = match &arguments.to {
                Some(to) => Side::revision(file, to, revisions)?,
                None => Side::open(file, None, revisions)?,
            };
            Ok((before, after))
        }
        (None, [before, after]) => {
            Ok((Side::open(before, Some(after), revisions)?, Side::open(after, Some(before), revisions)?))
        }
        (None, [file, ..]) => Err(Refusal::wrong(
            format!("with what is `{file}` to be compared?"),
            format!("name both, as in drsim diff OLD {file}, or a revision: drsim diff --from HEAD {file}"),
        )),
        (Some(_), _) => Err(Refusal::wrong(
            "`--from` compares one file with itself",
            "name that file alone, or leave `--from` out",
        )),
        (None, []) => Err(Refusal::wrong("nothing is named", "name two scenarios: drsim diff OLD NEW")),
    }
}

/// What changed in meaning; `None` if the scenario of a side is not known.
fn changes(arguments: &Arguments, before: &Side, after: &Side) -> Result<Option<Vec<ChangeRow>>, Refusal> {
    match (before, after) {
        (Side::Scenario(before), Side::Scenario(after)) => {
            let meaning = Meaning::between(&before.sources, &after.sources)?;
            Ok(Some(meaning.changes.iter().map(change_row).collect()))
        }
        (Side::Stored(from, _), _) | (_, Side::Stored(from, _)) if arguments.no_run => Err(Refusal::wrong(
            format!("{from} has no scenario in it, so without a run there is nothing to compare"),
            "leave `--no-run` out, or name the scenarios",
        )),
        (Side::Stored(..), _) | (_, Side::Stored(..)) => Ok(None),
    }
}

/// Warnings of two scenarios.
#[derive(Default)]
struct Warnings {
    /// Of the second, which the first has not.
    new: Problems,
    /// How many both have.
    kept: usize,
    /// How many of the first the second has not.
    gone: usize,
}

/// They are the same where code and words are, wherever they stand; what stored results were warned of is not known.
fn warnings(before: &Side, after: &Side) -> Warnings {
    let (Side::Scenario(before), Side::Scenario(after)) = (before, after) else { return Warnings::default() };
    let mut left: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for problem in before.warnings.iter() {
        *left.entry((problem.code.id, &problem.what)).or_default() += 1;
    }
    let new = after.warnings.only(|problem| match left.get_mut(&(problem.code.id, &*problem.what)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        Some(_) | None => true,
    });
    let kept = after.warnings.len() - new.len();
    Warnings { kept, gone: before.warnings.len().saturating_sub(kept), new }
}

/// What is new, once, after what matters more; the rest is counted.
fn tell_warnings(warnings: &Warnings) {
    warned(&warnings.new);
    let count = |of: usize| count(of as u64, "warning");
    let rest = match (warnings.kept, warnings.gone) {
        (0, 0) => return,
        (kept, 0) => format!("{} as before", count(kept)),
        (0, gone) => format!("{} gone", count(gone)),
        (kept, gone) => format!("{} as before, {gone} gone", count(kept)),
    };
    note(&format!("\n{rest}; drsim check FILE says all"));
}

fn side_row(side: &Side) -> SideRow {
    let (scenario, scenario_hash) = match side {
        Side::Scenario(read) => (read.scenario.name.clone(), read.scenario.hash()),
        Side::Stored(_, results) => (results.scenario.name.clone(), results.scenario_hash.clone()),
    };
    SideRow { from: side.from().to_owned(), scenario, scenario_hash }
}

fn moved(before: Side, after: Side, threads: usize) -> Result<OutcomeRow, Refusal> {
    let outcome = |(before, was): (&Results, Option<&Scenario>),
                   (after, is): (&Results, Option<&Scenario>)| {
        let measured = |results, scenario| Measured { results, scenario };
        OutcomeRow::new(&outcome::between(measured(before, was), measured(after, is)))
    };
    match (before, after) {
        (Side::Scenario(before), Side::Scenario(after)) => {
            let (now, then) = simulate::two(&after.scenario, &before.scenario, threads)?;
            Ok(outcome((&then, Some(&before.scenario)), (&now, Some(&after.scenario))))
        }
        (Side::Stored(from, then), Side::Scenario(after)) => {
            same_engine(&from, &then, env!("CARGO_PKG_VERSION"))?;
            let now = simulate::one(&after.scenario, threads)?;
            Ok(outcome((&then, None), (&now, Some(&after.scenario))))
        }
        (Side::Scenario(before), Side::Stored(from, now)) => {
            same_engine(&from, &now, env!("CARGO_PKG_VERSION"))?;
            let then = simulate::one(&before.scenario, threads)?;
            Ok(outcome((&then, Some(&before.scenario)), (&now, None)))
        }
        (Side::Stored(from, then), Side::Stored(_, now)) => {
            same_engine(&from, &then, &now.engine_version)?;
            Ok(outcome((&then, None), (&now, None)))
        }
    }
}

/// Numbers of two engines are not compared.
fn same_engine(from: &str, results: &Results, other: &str) -> Result<(), Refusal> {
    let own = &results.engine_version;
    if super::gate::baseline::major(own) == super::gate::baseline::major(other) {
        return Ok(());
    }
    Err(Refusal::wrong(
        format!(
            "{from} was simulated by drsim {own}, the other side by {other}: numbers of two engines are not compared"
        ),
        "simulate both with this version: name the scenarios instead, or drsim run … --out DIR again",
    ))
}

/// What to type next.
fn next(arguments: &Arguments, report: &DiffReport) -> String {
    let file = arguments.sides.last().filter(|file| file.ends_with(".ron"));
    let (Some(file), Some(_), None) = (file, &report.changes, &arguments.to) else { return String::new() };
    let before = match &arguments.from {
        Some(from) => format!("git:{from}"),
        None => arguments.sides[0].clone(),
    };
    match &report.outcome {
        _ if report.equal => String::new(),
        None => format!("drsim diff {before} {file}"),
        Some(_) => format!("drsim gate {file} --baseline {before}"),
    }
}
