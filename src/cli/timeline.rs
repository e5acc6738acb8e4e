//! `drsim timeline`: when each application is back, as a chart in the terminal.

use clap::Args;

use super::exit::Exit;
use super::form::Form;
use super::machine::screen;
use super::printer::{hint, print, print_json, warned};
use super::refusal::Refusal;
use super::study::Study;
use crate::report::recovery::{chart, timeline};

const EXAMPLES: &str = "\
Examples:
  drsim timeline dr/two-site.ron                     recoveries of all outages, the worst first
  drsim timeline dr/two-site.ron --outage hq-lost --at \"Sun 03:00\"
  drsim timeline report/result.json                  of a result that is there
";

/// Arguments of `drsim timeline`.
#[derive(Args)]
#[command(before_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    study: Study,
    /// Only this outage (repeatable)
    #[arg(long, value_name = "NAME")]
    outage: Vec<String>,
    #[command(flatten)]
    form: Form,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let studied = arguments.study.run(&arguments.outage)?;
    let timeline = timeline::of(&studied.results);
    if !arguments.form.is_text() {
        print_json(&timeline)?;
        return Ok(Exit::Ok);
    }
    let worst = timeline.outages.first().and_then(|it| Some((it.applications.first()?, &it.outage)));
    let next = worst.map_or_else(String::new, |(recovery, outage)| {
        let words: Vec<String> = arguments.study.words().collect();
        format!("drsim why {} --app \"{}\" --outage \"{outage}\"", words.join(" "), recovery.application)
    });
    print(&chart(&studied.results, &timeline, screen(), &hint(next)))?;
    warned(&studied.warnings);
    Ok(Exit::Ok)
}
