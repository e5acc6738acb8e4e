//! The command line: arguments, files, exit codes. Data goes to stdout, diagnostics to stderr.
//!
//! To add a command: its file with an `Arguments` and a `run`, and one line in `Command` and in `dispatch`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod check;
mod explain;
pub mod files;
pub mod import;
mod init;
mod interrupt;
mod run;

/// Delivered.
pub const OK: u8 = 0;
/// Bad input or usage.
pub const BAD_INPUT: u8 = 2;
/// An error of drsim itself.
pub const INTERNAL: u8 = 70;
/// A requested file could not be written.
pub const NOT_WRITTEN: u8 = 74;

const EXAMPLES: &str = "\
Examples:
  drsim init two-site dr/       a commented scenario to start from
  drsim check dr/two-site.ron   errors and warnings, no simulation
  drsim run dr/two-site.ron     simulate: RPO, RTO and why; --out DIR for a report
  drsim explain W0302           what a code means and what to do
";

/// Simulates disasters and recoveries: how much data is lost, and when each application is back.
#[derive(Parser)]
#[command(name = "drsim", version, before_help = EXAMPLES, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check a scenario without running it
    Check(check::Arguments),
    /// Explain the code of a message
    Explain(explain::Arguments),
    /// Write an example scenario to start from
    Init(init::Arguments),
    /// Simulate a scenario and say what its outages cost
    Run(run::Arguments),
    /// Read real data: measured churn, inventories of machines, wide-area networks
    Import(import::ImportArgs),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    interrupt::listen();
    match Arguments::try_parse() {
        Ok(arguments) => ExitCode::from(dispatch(arguments.command)),
        Err(error) => {
            let _ = error.print();
            ExitCode::from(if error.use_stderr() { BAD_INPUT } else { OK })
        }
    }
}

fn dispatch(command: Command) -> u8 {
    match command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Import(arguments) => import::run(arguments),
    }
}
