//! `drsim check`: errors and warnings of a scenario, without running it.

use std::path::PathBuf;

use clap::Args;

use super::git::Tops;
use super::output::write_file;
use super::printer::{print, tell_text};
use super::reading::Reading;
use super::refusal::warned;
use super::{BAD_INPUT, OK};
use crate::inert::plain;
use crate::problem::{Problems, Severity};
use crate::report::{check, ci::sarif};
use crate::scenario::preflight;
use crate::scenario::{Scenario, defaults};

/// Pairs of sites with one way between them that are named; the rest are counted.
const WAYS: usize = 5;

/// Arguments of `drsim check`.
#[derive(Args)]
pub struct Arguments {
    /// The scenario's main file
    #[arg(required_unless_present = "defaults")]
    file: Option<String>,
    /// List all defaults with their sources
    #[arg(long)]
    defaults: bool,
    /// Write the findings as SARIF 2.1.0, for code scanning; `-` is standard output
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    sarif: Option<PathBuf>,
    /// Machine-readable output on stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reading: Reading,
}

/// Runs it; the exit code.
pub fn run(arguments: &Arguments) -> u8 {
    if arguments.defaults
        && let Err(code) = print(&table())
    {
        return code;
    }
    let Some(file) = &arguments.file else { return OK };
    let parsed = Scenario::parse(&arguments.reading.disk(), file);
    let (scenario, problems) = match &parsed {
        Ok((scenario, problems)) => (Some(scenario), problems),
        Err(problems) => (None, problems),
    };
    let sarif = arguments
        .sarif
        .as_ref()
        .map(|path| (path, sarif::of_problems(problems, file, &Tops::default().paths())));
    let (shown, kept) = match sarif {
        Some((path, text)) if path.as_os_str() == "-" => (Some(text), None),
        other => (None, other),
    };
    let output = match shown {
        Some(text) => text,
        None if arguments.json => check::write(scenario, problems),
        None => summary(file, scenario, problems),
    };
    // Errors, the verdict, warnings: what matters comes first.
    let of = |severity| problems.only(|problem| problem.severity() == severity);
    if !arguments.json {
        tell_text(&of(Severity::Error).render(true));
    }
    let written = kept.map_or(Ok(()), |(path, text)| write_file(path, text.as_bytes()));
    let printed = print(&output);
    if !arguments.json {
        warned(&of(Severity::Warning));
    }
    match printed.and(written) {
        Err(code) => code,
        Ok(()) if scenario.is_some() => OK,
        Ok(()) => BAD_INPUT,
    }
}

fn table() -> String {
    let width = defaults::ALL.iter().map(|default| default.field.len()).max().unwrap_or(0);
    let line = |default: &&defaults::Default| {
        format!("{:width$}  {:14}  {}\n", default.field, default.value, default.source)
    };
    defaults::ALL.iter().map(line).collect()
}

fn summary(file: &str, scenario: Option<&Scenario>, problems: &Problems) -> String {
    let file = plain(file);
    let of = |severity| problems.iter().filter(|problem| problem.severity() == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let Some(scenario) = scenario else {
        let code = problems.iter().next().map_or("E0101", |problem| problem.code.id);
        let counted = [counted(errors, "error"), counted(warnings, "warning")].join(", ");
        return format!("{file}: {counted}\nnext: drsim explain {code}\n");
    };
    let verdict =
        if warnings == 0 { "ok".to_owned() } else { format!("ok, {}", counted(warnings, "warning")) };
    let protected = scenario.vms.iter().filter(|vm| vm.protection.is_some()).count();
    let ways = preflight::single_ways(scenario);
    let more = ways.len().saturating_sub(WAYS);
    let more = (more > 0).then(|| format!("and {more} more pairs of sites have one way"));
    let ways: String = ways.into_iter().take(WAYS).chain(more).map(|line| plain(&line) + "\n").collect();
    format!(
        "{file}: {verdict}: {} ({protected} replicated), {}, {}, {}\n{ways}next: drsim run {file}\n",
        counted(scenario.vms.len(), "vm"),
        counted(scenario.recovery.applications.len(), "application"),
        counted(scenario.outages.len(), "outage"),
        scenario.horizon,
    )
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
