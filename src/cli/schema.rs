//! `drsim schema`: what the JSON that drsim prints is made of, and a scenario as JSON, as JSON Schema.

use clap::Args;

use super::exit::Exit;
use super::printer::print;
use super::refusal::Refusal;
use crate::measure::results;
use crate::{document, gate, report};

mod page;

/// What there are schemas of: its name, the version of its form, and the page that names every key.
const PAGES: &[(&str, &str, &str)] = &[
    ("result", results::SCHEMA_VERSION, include_str!("../../docs/results.md")),
    ("plan", document::SCHEMA_VERSION, include_str!("../../docs/plan-json.md")),
    ("gate", gate::report::SCHEMA_VERSION, include_str!("../../docs/gate-json.md")),
    ("check", report::check::SCHEMA_VERSION, include_str!("../../docs/check-json.md")),
];

/// The language that a scenario is written in; its version is what `schema` names in a file.
const SCENARIO: (&str, &str, &str) = ("scenario", "1", include_str!("../../docs/scenario-json.md"));
/// The page that says what the fields of a scenario mean.
const LANGUAGE: &str = include_str!("../../docs/scenario.md");

const EXAMPLES: &str = "\
Examples:
  drsim schema gate > gate.schema.json
  drsim gate dr/two-site.ron --json | check-jsonschema --schemafile gate.schema.json -
";

/// Arguments of `drsim schema`.
#[derive(Args)]
#[command(before_help = EXAMPLES)]
pub struct Arguments {
    /// Of what; a sweep's is that of a plan
    #[arg(value_parser = PAGES.iter().chain([&SCENARIO]).map(|(name, ..)| *name).collect::<Vec<_>>())]
    of: String,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let Some((name, version, page)) = PAGES.iter().chain([&SCENARIO]).find(|it| it.0 == arguments.of) else {
        return Ok(Exit::Ok);
    };
    let mut schema = page::schema(name, version, page);
    if *name == SCENARIO.0 {
        page::describe(&mut schema, LANGUAGE);
    }
    print(&format!("{schema:#}\n"))?;
    Ok(Exit::Ok)
}
