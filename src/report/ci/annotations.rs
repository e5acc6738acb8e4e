//! Annotations: commands in a build's log that put a sentence beside a line of the change. Imports the gate's answer.
//!
//! A pipeline obeys whatever line begins like a command, and shows ten annotations of a step. So at most ten are written, first those on the
//! changes that made something worse, and texts can neither end a command nor begin one.

use super::{asks, numbers, subject_when};
use crate::gate::report::{CauseRow, GateReport, Line, PlaceRow, Verdict};
use crate::report::words::plain;

/// How many a pipeline shows.
pub const ANNOTATIONS_MAX: usize = 10;

/// Whose commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// GitHub Actions: `::error file=…,line=…::…`.
    GitHub,
    /// Azure Pipelines: `##vso[task.logissue …]…`.
    Azure,
}

struct Annotation<'r> {
    fails: bool,
    place: Option<&'r PlaceRow>,
    title: String,
    text: String,
}

/// A line for each, worst first; nothing where all holds.
pub fn write(report: &GateReport, dialect: Dialect) -> String {
    let all = annotations(report);
    let shown = if all.len() > ANNOTATIONS_MAX { ANNOTATIONS_MAX - 1 } else { all.len() };
    let mut text: String = all[..shown].iter().map(|annotation| command(annotation, dialect)).collect();
    if shown < all.len() {
        let more = Annotation {
            fails: all[shown..].iter().any(|annotation| annotation.fails),
            place: None,
            title: "drsim gate".into(),
            text: format!("and {} more: see the report of the gate", all.len() - shown),
        };
        text += &command(&more, dialect);
    }
    text
}

/// The changes that made something worse, where they are written; then lines that none of them explains.
fn annotations(report: &GateReport) -> Vec<Annotation<'_>> {
    let informs = report.informational_until.is_some();
    let explained = |at: &usize| report.causes.iter().any(|cause| cause.lines.contains(at));
    let of_causes = report.causes.iter().flat_map(|cause| of_cause(report, cause, !informs));
    let lines = report.lines.iter().enumerate().filter(|(at, line)| asks(line.verdict) && !explained(at));
    let of_lines = lines.map(|(_, line)| of_line(line, !informs && line.verdict != Verdict::NotEvaluable));
    of_causes.chain(of_lines).collect()
}

fn of_cause<'r>(report: &'r GateReport, cause: &'r CauseRow, fails: bool) -> Vec<Annotation<'r>> {
    let lines = cause.lines.iter().filter_map(|at| report.lines.get(*at));
    let worse: Vec<String> = lines.map(|line| format!("{}: {}", subject_when(line), numbers(line))).collect();
    let of = |place| Annotation {
        fails,
        place,
        title: format!(
            "Recovery got worse: {}",
            cause.changes.iter().map(|change| plain(&change.path)).collect::<Vec<_>>().join(", ")
        ),
        text: format!("{}\n{}", plain(&cause.sentence), worse.join("\n")),
    };
    let mut places: Vec<&PlaceRow> =
        cause.changes.iter().filter_map(|change| change.place.as_ref()).collect();
    places.dedup();
    if places.is_empty() { vec![of(None)] } else { places.into_iter().map(|place| of(Some(place))).collect() }
}

fn of_line(line: &Line, fails: bool) -> Annotation<'_> {
    Annotation {
        fails,
        place: line.place.as_ref(),
        title: subject_when(line),
        text: format!("{}\n{}", plain(&line.why), numbers(line)),
    }
}

fn command(annotation: &Annotation, dialect: Dialect) -> String {
    let Annotation { fails, place, title, text } = annotation;
    let level = if *fails { "error" } else { "warning" };
    match dialect {
        Dialect::GitHub => {
            let at = place.map_or_else(String::new, |place| {
                format!("file={},line={},col={},", github(&path(place)), place.line, place.column)
            });
            format!("::{level} {at}title={}::{}\n", github(title), data(text))
        }
        Dialect::Azure => {
            let at = place.map_or_else(String::new, |place| {
                format!(
                    "sourcepath={};linenumber={};columnnumber={};",
                    azure(&path(place)),
                    place.line,
                    place.column
                )
            });
            format!("##vso[task.logissue type={level};{at}]{}\n", azure(&format!("{title}: {text}")))
        }
    }
}

fn path(place: &PlaceRow) -> String {
    plain(place.file.strip_prefix("./").unwrap_or(&place.file))
}

/// A message of GitHub's.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of GitHub's.
fn github(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A property or message of Azure's.
fn azure(text: &str) -> String {
    let text = text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A");
    text.replace(';', "%3B").replace(']', "%5D")
}
