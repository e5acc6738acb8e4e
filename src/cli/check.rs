//! `drsim check`: errors and warnings of a scenario, without running it.

use clap::Args;

use super::documents::{Documents, Format};
use super::exit::Exit;
use super::form::Form;
use super::git::Tops;
use super::printer::{hint, print, tell_text, warned};
use super::reading::{Reading, detail};
use super::refusal::Refusal;
use crate::inert::plain;
use crate::problem::{Problems, Severity};
use crate::report::{check, ci::sarif};
use crate::scenario::preflight;
use crate::scenario::{Scenario, Sources, defaults};

/// Pairs of sites with one way between them that are named; the rest are counted.
const WAYS: usize = 5;

/// Arguments of `drsim check`.
#[derive(Args)]
#[command(mut_arg("format", |it| it.value_parser(FORMATS.each_ref().map(|format| format.name))))]
pub struct Arguments {
    /// The scenario's main file
    #[arg(required_unless_present = "defaults")]
    file: Option<String>,
    /// List all defaults with their sources
    #[arg(long)]
    defaults: bool,
    /// Write the findings in a format of --format (repeatable): FORMAT=FILE, or a file whose ending tells which; `-`, or no file, is
    /// standard output
    #[arg(long, value_name = "FORMAT[=FILE]")]
    out: Vec<String>,
    #[command(flatten)]
    form: Form,
    #[command(flatten)]
    reading: Reading,
}

/// What was found.
struct Found {
    file: String,
    scenario: Option<Scenario>,
    problems: Problems,
}

const fn format(name: &'static str, ending: &'static str, write: fn(&Found) -> String) -> Format<Found> {
    Format { name, ending: Some(ending), write, is_command: false }
}

/// To add a format: its line here.
static FORMATS: [Format<Found>; 3] = [
    format("text", ".txt", summary),
    format("json", ".json", |it| check::write(it.scenario.as_ref(), &it.problems)),
    // Of SARIF 2.1.0, for code scanning.
    format("sarif", ".sarif", |it| sarif::of_problems(&it.problems, &it.file, &Tops::default().paths())),
];

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let documents = Documents::read(&arguments.out, &arguments.form, &FORMATS)?;
    if arguments.defaults {
        print(&table())?;
    }
    let Some(file) = &arguments.file else { return Ok(Exit::Ok) };
    let read = Sources::load(&arguments.reading.disk(), file).and_then(|sources| {
        let read = Scenario::from_sources(&sources)?;
        detail(&sources, &read.0);
        Ok(read)
    });
    let (scenario, problems) = match read {
        Ok((scenario, problems)) => (Some(scenario), problems),
        Err(problems) => (None, problems),
    };
    let found = Found { file: file.clone(), scenario, problems };
    // Errors, the verdict, warnings: what matters comes first.
    let of = |severity| found.problems.only(|problem| problem.severity() == severity);
    let is_text = arguments.form.is_text();
    if is_text {
        tell_text(&of(Severity::Error).render(true));
    }
    let delivered = documents.deliver(&found, || summary(&found));
    if is_text {
        warned(&of(Severity::Warning));
    }
    delivered?;
    Ok(if found.scenario.is_some() { Exit::Ok } else { Exit::BadInput })
}

fn table() -> String {
    let width = defaults::ALL.iter().map(|default| default.field.len()).max().unwrap_or(0);
    let line = |default: &&defaults::Default| {
        format!("{:width$}  {:14}  {}\n", default.field, default.value, default.source)
    };
    defaults::ALL.iter().map(line).collect()
}

fn summary(Found { file, scenario, problems }: &Found) -> String {
    let file = plain(file);
    let of = |severity| problems.iter().filter(|problem| problem.severity() == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let Some(scenario) = scenario else {
        let code = problems.iter().next().map_or("E0101", |problem| problem.code.id);
        let counted = [counted(errors, "error"), counted(warnings, "warning")].join(", ");
        return format!("{file}: {counted}\n") + &hint(format!("next: drsim explain {code}\n"));
    };
    let verdict =
        if warnings == 0 { "ok".to_owned() } else { format!("ok, {}", counted(warnings, "warning")) };
    let protected = scenario.vms.iter().filter(|vm| vm.protection.is_some()).count();
    let ways = preflight::single_ways(scenario);
    let more = ways.len().saturating_sub(WAYS);
    let more = (more > 0).then(|| format!("and {more} more pairs of sites have one way"));
    let ways: String = ways.into_iter().take(WAYS).chain(more).map(|line| plain(&line) + "\n").collect();
    format!(
        "{file}: {verdict}: {} ({protected} replicated), {}, {}, {}\n{ways}{}",
        counted(scenario.vms.len(), "vm"),
        counted(scenario.recovery.applications.len(), "application"),
        counted(scenario.outages.len(), "outage"),
        scenario.horizon,
        hint(format!("next: drsim run {file}\n")),
    )
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
