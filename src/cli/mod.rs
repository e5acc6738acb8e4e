//! The command line: arguments, files, exit codes. Data goes to stdout, diagnostics to stderr.
//!
//! To add a command: its file with an `Arguments` and a `run`, and one line in `Command` and in `dispatch`.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, Parser, Subcommand};

use crate::inert;
use crate::problem::closest;

mod interrupt;
mod exit;
mod refusal;
pub mod files;
mod printer;
mod common;
mod form;
mod machine;
mod fault;
mod limits;
mod output;
mod documents;
pub mod reading;
pub mod git;
mod check;
mod explain;
pub mod import;
mod init;
mod fmt;
mod study;
mod timeline;
mod why;
mod at;
mod run;
mod report;
mod series;
mod averages;
mod gate;
mod baseline;
mod diff;
mod plan;
mod compare;
mod sweep;
mod completions;
mod schema;

use common::{Common, colour_of};
use exit::Exit;
use printer::{Voice, refused, speak};
use refusal::Refusal;

const EXAMPLES: &str = "\
Examples:
  drsim init two-site dr/       a commented scenario to start from
  drsim check dr/two-site.ron   errors and warnings, no simulation
  drsim run dr/two-site.ron     simulate: RPO, RTO and why; --out DIR for a report
  drsim report report/result.json   render a stored result again, or two side by side
  drsim series dr/two-site.ron --out series/ --format parquet   ages, links and health for programs
  drsim timeline dr/two-site.ron   when each application is back, and what it waits for
  drsim why dr/two-site.ron --app web   why it is back when it is, and loses what it does
  drsim plan dr/two-site.ron    how much bandwidth, and what would change it; --out DIR for a report
  drsim sweep dr/two-site.ron   when is the worst moment? every instant of the run
  drsim gate dr/two-site.ron --baseline git:main   objectives hold, and nothing got worse; exit code for CI
  drsim diff git:main dr/two-site.ron   what changed in meaning, and what it moves
  drsim compare dr/two-site.ron --measured samples.json   is the model right? measured replication beside it
  drsim fmt dr/two-site.ron     lay it out, comments and all
  drsim explain W0302           what a code means and what to do
  drsim explain fact 1.20       the fact, trap or rule of the model that a text names
";

/// What `drsim` alone says.
const WAY: &str = "\
drsim simulates disasters and recoveries: how much data is lost, and when each application is back.

  drsim init two-site dr/       a commented scenario to start from
  drsim check dr/two-site.ron   what is wrong with it
  drsim run dr/two-site.ron     what its outages cost, and why

`drsim --help` lists all commands, `drsim run --help` explains one.
";

/// Simulates disasters and recoveries: how much data is lost, and when each application is back.
#[derive(Parser)]
#[command(name = "drsim", version, before_help = EXAMPLES)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Check a scenario without running it
    Check(check::Arguments),
    /// Hold a scenario to measured replication: where the model is off, and which parameter would explain it
    Compare(compare::Arguments),
    /// Say what changed between two scenarios, and what that moves
    Diff(diff::Arguments),
    /// Explain the code of a message, or a fact or rule that a text names
    Explain(explain::Arguments),
    /// Lay scenarios out: lines as people would break them, every comment kept
    Fmt(fmt::Arguments),
    /// Write an example scenario to start from
    Init(init::Arguments),
    /// Simulate a scenario and say what its outages cost
    Run(run::Arguments),
    /// Hold a scenario to its objectives and gates, and to what it was
    Gate(gate::Arguments),
    /// Say what outages cost at every instant, and which is the worst
    Sweep(sweep::Arguments),
    /// Render stored results again, or several side by side
    Report(report::Arguments),
    /// Write ages, links and health as series: CSV, JSON, Parquet
    Series(series::Arguments),
    /// Chart when each application is back, by phase of its recovery
    Timeline(timeline::Arguments),
    /// Say why an application is back when it is, and why it loses what it does
    Why(why::Arguments),
    /// Plan capacity: bandwidth, first copy, recovery site, and what would change the answers
    Plan(Box<plan::Arguments>),
    /// Hold on to what got better: write a new baseline, or tighter bounds
    Baseline(baseline::Arguments),
    /// Read real data: measured churn, inventories of machines, wide-area networks
    Import(import::ImportArgs),
    /// Print what the JSON of a command is made of, as JSON Schema
    Schema(schema::Arguments),
    /// Print what a shell needs to complete commands and switches
    Completions(completions::Completions),
    /// Print the manual of a command, for `man -l -`
    Man(completions::Man),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    interrupt::listen();
    let began = limits::now();
    let code = fault::guarded(|| {
        let done = match Arguments::try_parse() {
            Ok(Arguments { common, command }) => {
                common.apply();
                command.map_or_else(show_the_way, dispatch)
            }
            Err(error) => misused(error),
        };
        done.unwrap_or_else(|refusal| refused(&refusal))
    });
    printer::detail(|| format!("took {:.1} s", began.elapsed().as_secs_f64()));
    ExitCode::from(code.code())
}

/// A command is missing: a mistake as any other, so that no build is green because a variable was empty.
fn show_the_way() -> Result<Exit, Refusal> {
    printer::tell_text(WAY);
    Ok(Exit::BadInput)
}

/// Says why a command line cannot be read, or shows the help. What was written is told as harmless names.
fn misused(error: clap::Error) -> Result<Exit, Refusal> {
    let written = std::env::args_os().map(|word| inert::plain(&word.to_string_lossy()));
    let written: Vec<String> = written.collect();
    speak(Voice::Usual, colour_of(&written));
    let mut error = Arguments::try_parse_from(written).err().unwrap_or(error);
    propose(&mut error);
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        printer::tell_text(&text);
        return Ok(Exit::BadInput);
    }
    printer::print(&text)?;
    Ok(Exit::Ok)
}

/// Proposes the command that a mistyped one is closest to, where clap finds none: its measure is blind to letters that changed places in a
/// short word.
fn propose(error: &mut clap::Error) {
    if error.get(ContextKind::SuggestedSubcommand).is_some() {
        return;
    }
    let Some(ContextValue::String(wrong)) = error.get(ContextKind::InvalidSubcommand) else { return };
    let commands = Arguments::command();
    let names = commands.get_subcommands().map(clap::Command::get_name);
    if let Some(near) = closest(wrong, names) {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![near.to_owned()]));
    }
}

fn dispatch(command: Command) -> Result<Exit, Refusal> {
    match command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Gate(arguments) => gate::run(&arguments),
        Command::Plan(arguments) => plan::run(&arguments),
        Command::Sweep(arguments) => sweep::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::Series(arguments) => series::run(&arguments),
        Command::Timeline(arguments) => timeline::run(&arguments),
        Command::Why(arguments) => why::run(&arguments),
        Command::Baseline(arguments) => baseline::run(&arguments),
        Command::Import(arguments) => import::run(arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Completions(arguments) => completions::complete(&arguments, Arguments::command()),
        Command::Man(arguments) => completions::man(&arguments, Arguments::command()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(wrong: &str) -> String {
        let mut error = Arguments::try_parse_from(["drsim", wrong]).err().expect("there is no such command");
        propose(&mut error);
        error.to_string()
    }

    #[test]
    fn a_mistyped_command_is_told_the_closest_one_and_a_strange_word_none() {
        for (wrong, meant) in [("rnu", "run"), ("chekc", "check"), ("imprt", "import"), ("unit", "init")] {
            assert!(refusal(wrong).contains(&format!("'{meant}'")), "{wrong}: {}", refusal(wrong));
        }
        assert!(!refusal("sandwich").contains("similar"), "{}", refusal("sandwich"));
    }
}
