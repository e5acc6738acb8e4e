//! `drsim gate`: does a scenario hold what was promised of it, and is it worse than it was. The exit code is the answer.

use clap::Args;
use jiff::civil::Date;

use super::exit::Exit;
use super::form::{Form, OF_GATE};
use super::limits::{FEWER, TimeLimit, Work, within};
use super::machine::{Threads, screen};
use super::printer::{hint, refused, warned};
use super::reading::{Revisions, meant};
use super::refusal::Refusal;
use crate::gate::evaluate::{Compared, Question, evaluate, is_vacuous};
use crate::gate::report::{DeniedRow, GateOutcome, GateReport};
use crate::measure::results::Results;
use crate::problem::{Problems, Severity};
use crate::report::gate::terminal;
use crate::scenario::Scenario;

pub(super) mod baseline;
mod cause;
mod outputs;
mod asked;
pub(super) mod simulate;

use asked::Asked;
use baseline::{Against, Kept};
use outputs::Written;

const EXAMPLES: &str = "\
Examples:
  drsim gate dr/two-site.ron                               objectives and gates, absolute
  drsim gate dr/two-site.ron --baseline git:origin/main    and no worse than the main branch
  drsim gate dr/two-site.ron --baseline ../main/dr         … than the same file in another folder
  drsim gate dr/two-site.ron --baseline result.json        … than a stored result
  drsim gate dr/two-site.ron --out junit=gate.xml --out gate.md --out github=-   in a build: docs/ci.md
  drsim gate dr/two-site.ron --informational-until 2027-01-31   told, and failing nothing before then
";

const CODES: &str = "\
Exit codes: 0 holds, 1 breached or worse, 2 bad input or a gate that matches nothing, 3 inconclusive, 4 a denied warning, 70 internal
error, 74 a report could not be written. Of several the one that stands first in 70, 74, 2, 3, 1, 4.
Gates are written in the scenario: docs/gate.md.";

/// Arguments of `drsim gate`.
#[derive(Args)]
#[command(before_help = EXAMPLES, after_help = CODES, mut_arg("format", |it| it.value_parser(OF_GATE)))]
pub struct Arguments {
    /// The scenario's main file
    file: String,
    /// Compare with git:REVISION, a folder with the same file, another scenario, or a stored result
    #[arg(long, value_name = "WHAT")]
    baseline: Option<String>,
    /// Without a baseline there is no answer: exit code 3
    #[arg(long)]
    require_baseline: bool,
    /// Exit code 4 where there are `warnings`, or one with this code (repeatable)
    #[arg(long, value_name = "WHICH")]
    deny: Vec<String>,
    /// To this day tell breaches and do not fail
    #[arg(long, value_name = "DATE")]
    informational_until: Option<String>,
    /// Judge waivers as of this day [default: today, UTC]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    #[command(flatten)]
    time: TimeLimit,
    #[command(flatten)]
    work: Work,
    /// Simulate at most this many scenarios to find which changes made it worse; 0: none
    #[arg(long, value_name = "N", default_value_t = 100)]
    causes: usize,
    #[command(flatten)]
    threads: Threads,
    /// Write the report in a format of --format (repeatable): FORMAT=FILE, or a file whose ending tells which; `-`, or no file, is
    /// standard output
    #[arg(long, value_name = "FORMAT[=FILE]")]
    out: Vec<String>,
    #[command(flatten)]
    form: Form,
    #[command(flatten)]
    revisions: Revisions,
}

/// Everything that a simulation gave.
struct Runs {
    now: Results,
    before: Option<Kept>,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let asked = asked::read(arguments)?;
    let sources = arguments.revisions.reading.sources(&arguments.file)?;
    let (scenario, warnings) = meant(&sources)?;
    if is_vacuous(&scenario) {
        return Err(nothing_to_fail(&arguments.file));
    }
    let against = arguments
        .baseline
        .as_deref()
        .map(|spec| baseline::find(&arguments.file, spec, &arguments.revisions))
        .transpose()?;
    let other = against.as_ref().and_then(|against| match against {
        Against::Scenario(_, other) => Some(&other.0),
        Against::Stored(_) => None,
    });
    let (work, all) = (arguments.work, [&scenario].into_iter().chain(other).cloned().collect::<Vec<_>>());
    let steps = within(asked.limit, FEWER, move || work.admit_judged(&all))?;
    let runs = timed(&asked, scenario.clone(), against)?;
    let question = Question {
        file: &arguments.file,
        scenario: &scenario,
        results: &runs.now,
        baseline: runs.before.as_ref().map(|it| Compared {
            from: &it.from,
            results: &it.results,
            scenario: it.scenario.as_ref().map(|(scenario, _)| scenario),
        }),
        as_of: asked.as_of,
        informational_until: asked.informational_until,
        require_baseline: arguments.require_baseline,
    };
    let mut report = evaluate(&question);
    match runs.before.as_ref().map(|kept| &kept.scenario) {
        Some(Some((_, old))) => {
            let search = cause::Search {
                evaluations: arguments.causes,
                steps: arguments.work.most() - steps,
                threads: asked.threads,
                time_left: &|| asked.time_left(),
            };
            cause::explain(&mut report, &question, [old, &sources], &search);
        }
        Some(None) if report.lines.iter().any(|line| line.verdict.fails()) => {
            report.warnings.push(
                "a stored result does not say which change made it worse: a revision or a folder does".into(),
            );
        }
        Some(None) | None => {}
    }
    report.denied = denied(arguments, &warnings, &report);
    let next = hint(next(arguments, &report));
    let written = Written::of(report);
    let delivered = asked.documents.deliver(&written, || terminal::write(&written.report, screen(), &next));
    let report = &written.report;
    if arguments.form.is_text() {
        warned(&warnings);
    }
    let wrong = [delivered, denials(&report.denied)].into_iter().filter_map(Result::err);
    Ok(Exit::worst(wrong.map(|refusal| refused(&refusal)).chain([ended(report)])))
}

/// How an answer ends; a breach fails nothing while it is informational.
fn ended(report: &GateReport) -> Exit {
    match report.outcome {
        GateOutcome::Holds => Exit::Ok,
        GateOutcome::Breached if report.informational_until.is_some() => Exit::Ok,
        GateOutcome::Breached => Exit::No,
        GateOutcome::Inconclusive => Exit::Inconclusive,
    }
}

/// Nothing could fail.
pub(super) fn nothing_to_fail(file: &str) -> Refusal {
    let remedy = "add `rpo` or `rto` to an application, or a gate: gates: [(application: \"*\", metric: \"rpa\", at_most: \"15m\")]";
    Refusal::wrong(
        format!("{file} has no gate, and no application with an objective: nothing could fail"),
        remedy,
    )
}

/// The day it is, in UTC.
pub(super) fn today() -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// The simulations, within the time that is allowed.
fn timed(asked: &Asked, scenario: Scenario, against: Option<Against>) -> Result<Runs, Refusal> {
    let threads = asked.threads;
    within(asked.limit, "gate fewer outages", move || both(&scenario, against, threads))
}

/// The scenario and its baseline, simulated; where both mean the same, once.
fn both(scenario: &Scenario, against: Option<Against>, threads: usize) -> Result<Runs, Refusal> {
    match against {
        None => Ok(Runs { now: simulate::one(scenario, threads)?, before: None }),
        Some(Against::Stored(kept)) => {
            Ok(Runs { now: simulate::one(scenario, threads)?, before: Some(*kept) })
        }
        Some(Against::Scenario(from, other)) => {
            let (now, results) = simulate::two(scenario, &other.0, threads)?;
            Ok(Runs { now, before: Some(Kept { from, results, scenario: Some(*other) }) })
        }
    }
}

/// Denied warnings: of the scenario, of its run and of the gates. Each code once.
fn denied(arguments: &Arguments, warnings: &Problems, report: &GateReport) -> Vec<DeniedRow> {
    let all = arguments.deny.iter().any(|which| which == "warnings");
    let is_denied = |id: &str| all || arguments.deny.iter().any(|which| which.eq_ignore_ascii_case(id));
    let found = warnings.iter().filter(|it| it.severity() == Severity::Warning && is_denied(it.code.id));
    let mut rows: Vec<DeniedRow> =
        found.map(|it| DeniedRow { code: Some(it.code.id.to_owned()), what: it.what.clone() }).collect();
    rows.dedup_by(|a, b| a.code == b.code);
    let own = report.warnings.iter().filter(|_| all);
    rows.extend(own.map(|what| DeniedRow { code: None, what: what.clone() }));
    rows
}

/// That warnings are denied, if one is.
fn denials(denied: &[DeniedRow]) -> Result<(), Refusal> {
    if denied.is_empty() {
        return Ok(());
    }
    let own = denied.iter().filter(|row| row.code.is_none()).count();
    let own = (own > 0).then(|| format!("{own} of the gates"));
    let told: Vec<&str> = denied.iter().filter_map(|row| row.code.as_deref()).chain(own.as_deref()).collect();
    Err(Refusal::Denied(told.join(", ")))
}

/// What to type next.
fn next(arguments: &Arguments, report: &GateReport) -> String {
    let file = &arguments.file;
    let failing = report.lines.iter().find(|line| line.verdict.fails());
    match (failing, report.outcome) {
        (Some(line), GateOutcome::Breached | GateOutcome::Inconclusive) => match &line.outage {
            Some(outage) => format!("drsim run {file} --outage \"{outage}\" --out report/"),
            None => format!("drsim run {file} --out report/"),
        },
        (None, GateOutcome::Inconclusive) if report.baseline.is_none() => {
            format!("drsim gate {file} --baseline git:origin/main")
        }
        (None, GateOutcome::Inconclusive) => {
            "read why above; a waiver lets one value pass for a time (docs/gate.md)".to_owned()
        }
        (_, GateOutcome::Holds | GateOutcome::Breached) if report.baseline.is_none() => {
            format!("drsim gate {file} --baseline git:origin/main")
        }
        (_, GateOutcome::Holds | GateOutcome::Breached) => String::new(),
    }
}
