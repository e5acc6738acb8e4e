//! `drsim report`: renders stored results again, several of them side by side.

use clap::Args;

use super::exit::Exit;
use super::form::{Form, HTML, JSON, TEXT};
use super::machine::screen;
use super::output::{Folder, write_folder};
use super::printer::{hint, note, print, print_json};
use super::reading::result_text;
use super::refusal::Refusal;
use crate::measure::results::Results;
use crate::report::json::{self, Stored, StoredRun};
use crate::report::terminal::{summary, variants};
use crate::report::{self, FolderOptions};

const EXAMPLES: &str = "\
Examples:
  drsim report report/result.json                           what it says, in the terminal
  drsim report report/result.json --out again/              page, workbook, CSV and plots, as the run wrote them
  drsim report report/result.json --format html > page.html
  drsim report before/result.json after/result.json --out both/   two results side by side
";

/// Formats of what is printed.
const FORMATS: [&str; 3] = [TEXT, JSON, HTML];

/// Arguments of `drsim report`.
#[derive(Args)]
#[command(before_help = EXAMPLES, mut_arg("format", |it| it.value_parser(FORMATS)))]
pub struct Arguments {
    /// Results that `drsim run` wrote (result.json); several are shown side by side
    #[arg(required = true, value_name = "RESULT")]
    files: Vec<String>,
    #[command(flatten)]
    folder: Folder,
    /// With --out: every plot as PNG too
    #[arg(long, requires = "out")]
    png: bool,
    #[command(flatten)]
    form: Form,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let Stored { command, runs } = read(&arguments.files)?;
    let options = |run: &StoredRun| FolderOptions {
        png: arguments.png,
        command: command.clone(),
        variant: run.variant.clone(),
        csv: arguments.folder.texts(),
        beside: run.beside.clone(),
    };
    if let Some(out) = arguments.folder.path()? {
        let files = match runs.as_slice() {
            [run] => report::render(&run.results, &run.charts, &options(run)),
            _ => {
                let mut all = Vec::new();
                for run in &runs {
                    let variant = (run.variant.name.as_str(), &run.results, &run.charts);
                    all.push((variant, options(run)));
                }
                report::render_variants(&all, &command)
            }
        };
        write_folder(out, &files)?;
    }
    if runs.iter().any(|run| !run.is_drawn) {
        note(
            "note: a result of a schema before 2.1 keeps no curves, so pictures of ages and links are missing",
        );
    }
    match (arguments.form.name(), runs.as_slice()) {
        (HTML, [run]) => print(&report::page(&run.results, &run.charts, &options(run)))?,
        (HTML, _) => {
            let remedy = "write --out DIR: each has a page, and one lies over them";
            return Err(Refusal::wrong("several results make no single page", remedy));
        }
        (JSON, _) => {
            let all: Vec<json::Run<'_>> = runs.iter().map(StoredRun::as_run).collect();
            print_json(&json::Document { command: &command, runs: &all })?;
        }
        (_, [run]) => print(&summary(&run.results, &[], screen(), &hint(next(arguments))))?,
        _ => {
            let of = |run: &StoredRun| (run.variant.name.clone(), run.results.clone());
            let rows: Vec<(String, Results)> = runs.iter().map(of).collect();
            print(&variants(&rows, screen()))?;
        }
    }
    Ok(Exit::Ok)
}

/// All runs of these files; of several files each run is called by the file too.
fn read(files: &[String]) -> Result<Stored, Refusal> {
    let mut all = Stored { command: String::new(), runs: Vec::new() };
    for file in files {
        let remedy = "name a result.json, which drsim run … --out DIR writes";
        let text = result_text(file)?
            .ok_or_else(|| Refusal::wrong(format!("{file} is no stored result"), remedy))?;
        let mut stored = json::read(&text).map_err(|why| Refusal::wrong(format!("{file}: {why}"), remedy))?;
        if files.len() > 1 {
            let is_one = stored.runs.len() == 1;
            for run in &mut stored.runs {
                run.variant.name =
                    if is_one { file.clone() } else { format!("{file}: {}", run.variant.name) };
            }
            stored.command = format!("drsim report {}", files.join(" "));
        }
        all.command = stored.command;
        all.runs.append(&mut stored.runs);
    }
    Ok(all)
}

/// What to type next.
fn next(arguments: &Arguments) -> String {
    let [file] = arguments.files.as_slice() else { return String::new() };
    match arguments.folder.path() {
        Ok(Some(out)) => format!("open {}", out.join("report.html").display()),
        _ => format!("drsim report {file} --out report/"),
    }
}
