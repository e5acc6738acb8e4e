//! `drsim why`: why an application is back when it is, and why it loses what it does, in words.

use clap::Args;

use super::exit::Exit;
use super::form::Form;
use super::machine::screen;
use super::printer::{hint, print, print_json, warned};
use super::refusal::Refusal;
use super::study::Study;
use crate::plan::shorter::shorter;
use crate::report::recovery::{told, why};

const EXAMPLES: &str = "\
Examples:
  drsim why dr/two-site.ron --app orders                    in the outage that is worst for it
  drsim why dr/two-site.ron --app orders --outage hq-lost
  drsim why report/result.json --app orders                 of a result that is there
";

/// Arguments of `drsim why`.
#[derive(Args)]
#[command(before_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    study: Study,
    /// The application
    #[arg(long, value_name = "NAME")]
    app: String,
    /// In this outage [default: the one that is worst for it]
    #[arg(long, value_name = "NAME")]
    outage: Option<String>,
    #[command(flatten)]
    form: Form,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let studied = arguments.study.run(arguments.outage.as_slice())?;
    let results = &studied.results;
    let known = || results.applications.iter().map(|row| row.name.as_str());
    let application = results.applications.iter().find(|row| row.name == arguments.app);
    let application = application.ok_or_else(|| Refusal::unknown("application", &arguments.app, known()))?;
    let outage = arguments.outage.as_ref().and_then(|_| results.outages.first());
    let mut why = why::of(results, application, outage);
    if let (Some(scenario), Some(place)) = (&studied.scenario, why.place()) {
        let known = shorter(scenario, results, &[place], arguments.study.threads.count());
        why = why.with(&known);
    }
    if !arguments.form.is_text() {
        print_json(&why)?;
        return Ok(Exit::Ok);
    }
    let next = why.outage.as_ref().map_or_else(String::new, |outage| {
        let words: Vec<String> = arguments.study.words().collect();
        format!("drsim timeline {} --outage \"{}\"", words.join(" "), outage.name)
    });
    print(&told(results, &why, screen(), &hint(next)))?;
    warned(&studied.warnings);
    Ok(Exit::Ok)
}
