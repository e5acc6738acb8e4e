//! `drsim run`: simulate, and say what it means; what-ifs side by side; a report folder on request.

use std::collections::BTreeSet;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;

use clap::Args;

use super::at;
use super::exit::Exit;
use super::form::Form;
use super::limits::{FEWER, TimeLimit, Work, within};
use super::machine::{Threads, screen};
use super::output::{Folder, write_folder};
use super::printer::{hint, note, print, print_json, printed, tell, warned};
use super::reading::{Reading, begin, keep, meant, set};
use super::refusal::Refusal;
use crate::assess::{Options, assess, tried};
use crate::inert::plain;
use crate::measure::results::{Charts, Results};
use crate::plan::levers;
use crate::plan::shorter::{Known, shorter};
use crate::problem::Problems;
use crate::report::Beside;
use crate::report::terminal::{summary, variants};
use crate::report::{self, html, json, json::direct};
use crate::scenario::work::steps;
use crate::scenario::{Scenario, Sources, defaults};
use crate::sweep::hours;
use crate::units::Time;
use crate::words;

mod again;
mod progress;
pub(super) mod variant;

use again::{command_line, sweep};
use progress::progress_bar;
use variant::Variant;

const EXAMPLES: &str = "\
Examples:
  drsim run dr/two-site.ron
  drsim run dr/two-site.ron --out report/
  drsim run dr/two-site.ron --outage hq-lost --at \"Tue 14:05\" --at \"Sun 03:00\"
  drsim run dr/two-site.ron --set \"links.wan.rate=100 Mbps; policies.15min.interval=5m\"   so changed
  drsim run dr/two-site.ron --set \"links.wan.rate=100 Mbps\" --compare   beside the file as written
  drsim run dr/two-site.ron --outage hq-lost --set \"links.wan.rate=100 Mbps\" --set \"vmm_servers.vmm-dr.site=hq\"   two variants
";

/// Arguments of `drsim run`.
#[derive(Args)]
#[command(before_help = EXAMPLES)]
pub struct Arguments {
    /// The scenario's main file
    file: String,
    /// Run only this outage (repeatable)
    #[arg(long, value_name = "NAME")]
    outage: Vec<String>,
    /// Let the outages begin at this time instead; each is a variant (repeatable)
    #[arg(long, value_name = "TIME")]
    at: Vec<String>,
    /// Change a value of the scenario; each is a variant, `;` joins several in one (repeatable)
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// With --set: run the file as written too, and say what differs from it
    #[arg(long, requires = "set")]
    compare: bool,
    #[command(flatten)]
    folder: Folder,
    /// With --out: every plot as PNG too
    #[arg(long, requires = "out")]
    png: bool,
    /// Run again with each assumed quantity halved and doubled, and tell which change the answer: some 40 runs more
    #[arg(long)]
    assumptions: bool,
    #[command(flatten)]
    form: Form,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    time: TimeLimit,
    #[command(flatten)]
    work: Work,
}

/// A variant as it was read.
struct Chosen {
    variant: json::Variant,
    sources: Sources,
    scenario: Scenario,
    at: Option<Time>,
    warnings: Problems,
}

fn instants(chosen: &[Chosen]) -> Vec<Time> {
    chosen.iter().filter_map(|chosen| chosen.at).collect()
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let chosen = Arc::new(chosen(arguments)?);
    answer(arguments, &chosen)?;
    if arguments.form.is_text() {
        tell_warnings(&chosen);
        if let Some(hint) = chosen.first().and_then(|first| at::hint(&first.scenario, &instants(&chosen))) {
            note(&format!("\n{}", plain(&hint)));
        }
    }
    Ok(Exit::Ok)
}

/// Warnings of the scenario as written, then of each variant what it adds.
fn tell_warnings(chosen: &[Chosen]) {
    let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (index, Chosen { variant, warnings, .. }) in chosen.iter().enumerate() {
        let new = warnings.only(|problem| told.insert((problem.code.id, &problem.what)));
        if index > 0 && !new.is_empty() {
            tell(&format!("with {}:", plain(&variant.name)));
        }
        warned(&new);
    }
}

fn answer(arguments: &Arguments, chosen: &Arc<Vec<Chosen>>) -> Result<(), Refusal> {
    let (limit, folder) = (arguments.time.limit()?, arguments.folder.path()?);
    let times = if arguments.assumptions { 41 } else { 1 };
    let all = chosen.iter().map(|chosen| steps(&chosen.scenario)).fold(0, u64::saturating_add);
    let steps = arguments.work.admit(all.saturating_mul(times), FEWER)?;
    let is_alone = chosen.len() == 1 && folder.is_none() && !arguments.assumptions;
    if !arguments.form.is_text() && is_alone && limit.is_none() {
        return print_run(arguments, &chosen[0], steps);
    }
    let (threads, assumptions, chosen) =
        (arguments.threads.count(), arguments.assumptions, Arc::clone(chosen));
    let (is_alone, has_page, more) = (chosen.len() == 1, folder.is_some(), sweep(arguments));
    let is_told = arguments.form.is_text();
    let work = move || {
        let runs = runs((threads, assumptions, steps), &chosen)?;
        let scenario = &chosen[0].scenario;
        let each_hour = if is_alone && (is_told || has_page) { hours(scenario) } else { None };
        let levers = if is_alone && has_page { levers::quick(scenario, threads) } else { None };
        let shorter = match &runs[..] {
            [(_, results, _)] if has_page => shorter(scenario, results, &html::explained(results), threads),
            _ => Known::default(),
        };
        let says = each_hour.as_ref().filter(|_| is_told);
        let says = says.map_or_else(Vec::new, |it| report::sweep::hours(scenario, it, &more));
        Ok((runs, says, Beside::of(scenario, each_hour.as_ref(), levers, shorter)))
    };
    let (runs, hours, beside) = within(limit, "run fewer outages or variants", work)?;
    deliver(arguments, &runs, (&hours, beside))
}

/// Prints the results of one scenario as JSON, of which no other part is kept.
fn print_run(
    arguments: &Arguments,
    Chosen { scenario, variant, .. }: &Chosen,
    steps: u64,
) -> Result<(), Refusal> {
    let bar = progress_bar(1, steps);
    let shown = |done: u64| bar.set_position(done);
    let options = Options { threads: arguments.threads.count(), progress: &shown };
    let to = BufWriter::new(std::io::stdout().lock());
    let written = direct::run(scenario, (&command_line(arguments), variant), &options, to);
    bar.finish_and_clear();
    match written {
        Ok(()) => Ok(()),
        Err(direct::Failed::Audit(error)) => Err(error.into()),
        Err(direct::Failed::Write(error)) => printed(Err(error)),
    }
}

type Run = (json::Variant, Results, Charts);

/// The scenario in its variants.
fn chosen(arguments: &Arguments) -> Result<Vec<Chosen>, Refusal> {
    let sources = arguments.reading.sources(&arguments.file)?;
    variant::of(&arguments.set, arguments.compare, &arguments.at)
        .into_iter()
        .map(|variant| choose(arguments, &sources, variant))
        .collect()
}

fn runs((threads, assumptions, steps): (usize, bool, u64), chosen: &[Chosen]) -> Result<Vec<Run>, Refusal> {
    let bar = progress_bar(chosen.len(), steps);
    let mut runs = Vec::new();
    for (index, Chosen { variant, scenario, sources, .. }) in chosen.iter().enumerate() {
        let shown = |done: u64| bar.set_position(1000 * index as u64 + done);
        let options = Options { threads, progress: &shown };
        let (mut results, charts) = assess(scenario, &options)?;
        if assumptions {
            let again = Options { progress: &|_| {}, ..options };
            let rows = tried(sources, scenario, &results, &again, defaults::ALL);
            results.tried = Some(rows?);
        }
        runs.push((variant.clone(), results, charts));
    }
    bar.finish_and_clear();
    Ok(runs)
}

fn choose(arguments: &Arguments, sources: &Sources, variant: Variant) -> Result<Chosen, Refusal> {
    let mut sources = sources.clone();
    let changes = variant.set.split(';').map(str::trim).filter(|change| !change.is_empty());
    let changes: Vec<String> = changes.map(str::to_owned).collect();
    set(&mut sources, &variant.set)?;
    let (mut scenario, warnings) = meant(&sources)?;
    keep(&mut scenario, &arguments.outage)?;
    let at = variant.at.map(|at| begin(&mut scenario, &at)).transpose()?;
    let written = at.map(|at| words::written(&scenario, at));
    let variant = json::Variant { name: variant.label, set: changes, at: written };
    Ok(Chosen { variant, sources, scenario, at, warnings })
}

/// Prints, and writes the folder; one folder for each variant where there are several.
fn deliver(arguments: &Arguments, runs: &[Run], (hours, beside): (&[String], Beside)) -> Result<(), Refusal> {
    let (folder, command) = (arguments.folder.path()?, command_line(arguments));
    if let Some(out) = folder {
        let (png, csv) = (arguments.png, arguments.folder.texts());
        let options = |variant: &json::Variant, beside: Beside| {
            let (command, variant) = (command.clone(), variant.clone());
            report::FolderOptions { png, command, variant, csv, beside }
        };
        let files = match runs {
            [(variant, results, charts)] => {
                report::render(results, charts, &options(variant, beside.clone()))
            }
            _ => {
                let mut all = Vec::new();
                for (variant, results, charts) in runs {
                    let own = options(variant, Beside::default());
                    all.push(((variant.name.as_str(), results, charts), own));
                }
                report::render_variants(&all, &command)
            }
        };
        write_folder(out, &files)?;
    }
    if !arguments.form.is_text() {
        let mut all = Vec::new();
        for (variant, results, charts) in runs {
            all.push(json::Run { variant, results, drawn: Some((charts, &beside)) });
        }
        return print_json(&json::Document { command: &command, runs: &all });
    }
    let text = match runs {
        [(_, results, _)] => summary(results, hours, screen(), &hint(next(arguments, folder))),
        _ => {
            let rows: Vec<(String, Results)> =
                runs.iter().map(|(variant, results, _)| (variant.name.clone(), results.clone())).collect();
            variants(&rows, screen())
        }
    };
    print(&text)
}

/// What to type next, after a run of one variant.
fn next(arguments: &Arguments, folder: Option<&Path>) -> String {
    match folder {
        Some(out) => format!("open {}", out.join("report.html").display()),
        None => format!("{} --out report/", command_line(arguments)),
    }
}
