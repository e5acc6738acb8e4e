//! The page: one file that works offline, a summary on its first screen and the details below. Imports results, words, plots.
//!
//! Whatever a scenario names passes the template's escaping; only drawings and the verdict are inserted as they are, and those
//! escape by themselves. Long lists are cut, so that ten thousand VMs still make a page a browser opens at once.

mod grid;
mod front;
mod health;
mod outages;
mod parts;
pub mod plan;
mod protection;

use askama::Template;

use crate::document::Tone;
use crate::measure::results::Results;

use super::plot::{Plot, Subject, svg};
use super::words;
use grid::{Cell, Grid};

/// Everything the template needs.
#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    name: String,
    version: String,
    hash: String,
    facts: Vec<String>,
    tone: Tone,
    verdict: String,
    applications: Grid,
    figures: Vec<Figure>,
    lists: Vec<List>,
    provenance: Vec<(&'static str, String)>,
    contents: Vec<(String, String)>,
    parts: Vec<Part>,
}

/// A drawing with its caption.
struct Figure {
    caption: String,
    svg: String,
}

/// A short list of the first screen.
struct List {
    title: String,
    lines: Vec<String>,
    /// Below them; none if empty.
    note: String,
}

/// A section of the body.
struct Part {
    anchor: String,
    title: String,
    badge: Cell,
    /// Begins a new page when printed.
    page: bool,
    blocks: Vec<Block>,
}

/// What a section is made of.
enum Block {
    Words(String),
    Lines(Vec<String>),
    Terms(Vec<(String, String)>),
    Table(Grid),
    Plot(Figure),
}

/// The page for these results; `command` is what the reader may type to get it again.
pub fn write(results: &Results, plots: &[Plot], command: &str) -> String {
    let parts: Vec<Part> = [outages::parts, protection::parts, parts::parts]
        .into_iter()
        .flat_map(|parts| parts(results, plots))
        .collect();
    let contents = parts.iter().map(|part| (part.anchor.clone(), part.title.clone())).collect();
    let page = front::page(results, plots, command, (contents, parts));
    tidy(&page.render().expect("writing to memory cannot fail"))
}

/// Without the template's own line breaks around tags, which mean nothing.
fn tidy(html: &str) -> String {
    let lines = html.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The drawing of a subject, if there is one.
fn figure(plots: &[Plot], subject: &Subject, caption: String) -> Option<Figure> {
    let plot = plots.iter().find(|plot| plot.subject == *subject)?;
    Some(Figure { caption: words::plain(&caption), svg: svg::inline(&plot.picture) })
}

fn part(anchor: &str, title: &str, blocks: Vec<Block>) -> Part {
    Part { anchor: anchor.into(), title: title.into(), badge: Cell::default(), page: false, blocks }
}
