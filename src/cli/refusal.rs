//! Why a command has no answer, or not all of it: the one place that says so, and how the process ends then.

use super::exit::Exit;
use crate::assess::AuditFailed;
use crate::inert::{lines, plain};
use crate::problem::{Problem, Problems, closest};
use crate::units::{Span, UnitError};

/// Most names that are listed where none is close to a wrong one.
const LISTED: usize = 12;

/// What went wrong.
#[derive(Debug)]
pub enum Refusal {
    /// A scenario, or a change of it, has problems.
    Scenario(Box<Problems>),
    /// The same of one that nobody named as the one to run: which it is.
    Other(String, Box<Problems>),
    /// A command line or input that cannot be: what, and what to do.
    Wrong(String, String),
    /// Nothing bears a name: what kind of thing, the name, and what there is.
    Unknown(&'static str, String, Vec<String>),
    /// The value of an option.
    Misread(&'static str, UnitError),
    /// A file cannot be read, and why.
    Unreadable(String, String),
    /// The answer is no: what, and what to do.
    No(String, String),
    /// Warnings are denied, and there are these.
    Denied(String),
    /// The time that was allowed is over; what else can be done.
    Late(Span, String),
    /// The same, with what was answered until then.
    Partly(String, String),
    /// A file, or standard output, cannot be written, and why.
    NotWritten(String, String),
    /// Several things.
    All(Vec<Refusal>),
    /// drsim is wrong.
    Internal(String),
    /// The same, and it is told elsewhere.
    Fault,
}

/// What is to do where a file cannot be read or written.
const RIGHTS: &str = "check the path and its rights";

impl Refusal {
    /// A command line or input that cannot be.
    pub fn wrong(what: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal::Wrong(what.into(), remedy.into())
    }

    /// The same, where what is to do stands in the lines after the first.
    pub fn told(text: &str) -> Refusal {
        let (what, remedy) = text.split_once('\n').unwrap_or((text, ""));
        Refusal::wrong(what, remedy.trim_start().trim_start_matches("help: "))
    }

    /// Nothing bears this name.
    pub fn unknown<'n>(kind: &'static str, name: &str, known: impl IntoIterator<Item = &'n str>) -> Refusal {
        Refusal::Unknown(kind, name.to_owned(), known.into_iter().map(str::to_owned).collect())
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Refusal::Scenario(_)
            | Refusal::Other(..)
            | Refusal::Wrong(..)
            | Refusal::Unknown(..)
            | Refusal::Misread(..)
            | Refusal::Unreadable(..) => Exit::BadInput,
            Refusal::No(..) => Exit::No,
            Refusal::Denied(_) => Exit::Denied,
            Refusal::Late(..) | Refusal::Partly(..) => Exit::Inconclusive,
            Refusal::NotWritten(..) => Exit::NotWritten,
            Refusal::All(all) => Exit::worst(all.iter().map(Refusal::exit)),
            Refusal::Internal(_) | Refusal::Fault => Exit::Internal,
        }
    }

    /// Whole lines that say it.
    pub fn text(&self) -> String {
        let both = |what: &str, remedy: &str| (what.to_owned(), remedy.to_owned());
        let (what, remedy) = match self {
            Refusal::Scenario(problems) => return problems.render(true),
            Refusal::Other(which, problems) => {
                return format!("error: {}\n{}", plain(which), problems.render(true));
            }
            Refusal::Internal(why) => {
                let why = lines(why);
                return format!("internal error: {why}\nThis is a fault of drsim; no report was written.\n");
            }
            Refusal::All(all) => return all.iter().map(Refusal::text).collect(),
            Refusal::Fault => return String::new(),
            Refusal::Wrong(what, remedy) | Refusal::No(what, remedy) | Refusal::Partly(what, remedy) => {
                both(what, remedy)
            }
            Refusal::Unknown(kind, name, known) => {
                (format!("there is no {kind} `{name}`"), meant(name, known))
            }
            Refusal::Misread(flag, error) => (format!("{flag}: {}", error.reason), error.remedy.to_string()),
            Refusal::Unreadable(path, why) => (format!("{path}: cannot be read: {why}"), RIGHTS.to_owned()),
            Refusal::Denied(which) => both(&format!("warnings are denied, and there are: {which}"), ""),
            Refusal::Late(limit, instead) => {
                (format!("not done after `--max-time {limit}`"), format!("give it longer, or {instead}"))
            }
            Refusal::NotWritten(what, why) => both(&format!("cannot write {what}: {why}"), ""),
        };
        let what = plain(&what);
        if remedy.is_empty() {
            format!("error: {what}\n")
        } else {
            format!("error: {what}\n  help: {}\n", lines(&remedy))
        }
    }
}

/// The name that was meant, and what there is.
fn meant(name: &str, known: &[String]) -> String {
    let near = closest(name, known.iter().map(String::as_str));
    let near = near.map(|near| format!("did you mean `{}`?", plain(near)));
    let more = known.len().saturating_sub(LISTED);
    let all = known.iter().take(LISTED).map(|name| plain(name)).collect::<Vec<_>>().join(", ");
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    match (near, all.is_empty()) {
        (None, true) => "there is none".to_owned(),
        (None, false) => format!("there are: {all}{more}"),
        (Some(near), _) if known.len() == 1 => near,
        (Some(near), _) => format!("{near} There are: {all}{more}"),
    }
}

impl From<Problems> for Refusal {
    fn from(problems: Problems) -> Refusal {
        Refusal::Scenario(Box::new(problems))
    }
}

impl From<AuditFailed> for Refusal {
    fn from(error: AuditFailed) -> Refusal {
        Refusal::Internal(error.to_string())
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Refusal {
        let mut problems = Problems::default();
        problems.push(problem);
        problems.into()
    }
}
