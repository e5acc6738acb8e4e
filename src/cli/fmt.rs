//! `drsim fmt`: scenarios laid out in place, or as a filter.

use std::path::Path;

use clap::Args;

use super::exit::Exit;
use super::files::{Disk, shown};
use super::output::write_file;
use super::printer::{print, print_exactly, refused};
use super::refusal::Refusal;
use crate::problem::{Problem, codes};
use crate::scenario::layout::{NotLaidOut, laid_out};
use crate::scenario::{Loader, STDIN, SourceText, Sources, TEXT_BYTES_MAX};

const EXAMPLES: &str = "\
Examples:
  drsim fmt dr/main.ron dr/sites.ron
  drsim fmt --check dr/*.ron      in a build: names files that are not laid out, and ends with 1
  drsim fmt - <in.ron >out.ron    as an editor does
";

/// What begins a file that says so: it stays where it is.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Arguments of `drsim fmt`.
#[derive(Args)]
#[command(before_help = EXAMPLES)]
pub struct Arguments {
    /// Files to lay out, by themselves: what they include is named too, or stays; `-` is a text on standard input, printed
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// Write nothing; name the files that are not laid out, and end with 1 if there is one
    #[arg(long)]
    check: bool,
}

/// Runs it. A file that cannot be laid out stays as it is, and the others are laid out all the same.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let done = arguments.files.iter().map(|file| one(file, arguments.check));
    let ends = done.map(|done| done.unwrap_or_else(|refusal| refused(&refusal)));
    Ok(Exit::worst(ends.collect::<Vec<_>>()))
}

fn one(file: &str, is_check: bool) -> Result<Exit, Refusal> {
    let (mark, source) = read(file)?;
    let text = laid_out(&source).map_err(|error| match error {
        NotLaidOut::Unreadable(problem) => unreadable(&source, *problem),
        NotLaidOut::Changed => Refusal::Internal(format!("laid out, {file} would say something else")),
    })?;
    let is_laid_out = text == *source.text;
    match (is_check, file == STDIN) {
        (true, _) if is_laid_out => {}
        (true, _) => {
            print(&format!("{}\n", shown(Path::new(file))))?;
            return Ok(Exit::No);
        }
        (false, true) => print_exactly(&text)?,
        (false, false) if is_laid_out => {}
        (false, false) => {
            write_file(Path::new(file), &[mark, text.as_bytes()].concat())?;
            print(&format!("wrote {}\n", shown(Path::new(file))))?;
        }
    }
    Ok(Exit::Ok)
}

/// A file with the mark that it may begin with.
fn read(file: &str) -> Result<(&'static [u8], SourceText), Refusal> {
    let bytes = Disk.load(file, TEXT_BYTES_MAX);
    let bytes = bytes.map_err(|error| Refusal::Unreadable(file.to_owned(), error.to_string()))?;
    let is_json = file.ends_with(".json") || file == STDIN && bytes.trim_ascii_start().starts_with(b"{");
    if is_json {
        let what = format!("{file} is JSON, which has no comments to keep");
        return Err(Refusal::wrong(what, "lay it out with what lays out other JSON"));
    }
    let mark: &[u8] = if bytes.starts_with(MARK) { MARK } else { &[] };
    let text = String::from_utf8(bytes[mark.len()..].to_vec())
        .map_err(|_| Refusal::wrong(format!("{file} is not UTF-8 text"), "save it as UTF-8"))?;
    Ok((mark, SourceText { path: file.into(), text: text.into() }))
}

fn unreadable(source: &SourceText, problem: Problem) -> Refusal {
    debug_assert!([codes::SYNTAX.id, codes::TOO_DEEP.id].contains(&problem.code.id));
    let mut problems = Sources { files: vec![source.clone()], ..Sources::default() }.problems();
    problems.push(problem);
    problems.into()
}
