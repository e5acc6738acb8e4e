//! The page: one file that works offline, a summary on its first screen and the details below. Imports results, words, plots.
//!
//! Whatever a scenario names passes the template's escaping; only drawings and the verdict are inserted as they are, and those
//! escape by themselves. Long lists are cut, so that ten thousand VMs still make a page a browser opens at once.

mod grid;
mod teeth;
mod data;
mod groups;
mod recovery;
mod takes;
mod levers;
mod when;
mod outages;
mod why;
mod applications;
mod front;
pub(super) mod record;
mod health;
mod parts;
pub mod plan;
mod protection;

use askama::Template;

pub use why::explained;

use crate::document::Tone;
use crate::measure::results::{Charts, Results};

use super::plot::{Plot, Subject, svg};
use super::{FolderOptions, packed, words};
use applications::Applications;
use grid::{Cell, Grid};
use levers::Levers;
use recovery::Recovery;
use takes::Take;
use when::Week;

/// uPlot 1.6.32, as published; a test holds its hash, and its licence stands in the page.
const UPLOT: &[u8] = include_bytes!("../../../templates/uplot/uPlot.iife.min.js");

/// Elements of sections that stand on the page from its start.
const ELEMENTS_MAX: usize = 3_200;

/// Everything the template needs.
#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    first: FirstPage,
    contents: Vec<(String, String)>,
    parts: Vec<Part>,
    /// What the page's program draws.
    data: String,
    /// The library that draws it, packed.
    charts: String,
    /// Whether there is anything to explore.
    is_alive: bool,
}

/// What is read first.
struct FirstPage {
    name: String,
    variant: String,
    version: String,
    hash: String,
    facts: Vec<String>,
    tone: Tone,
    /// The verdict without marks.
    said: String,
    head: String,
    misses: Vec<String>,
    more: Vec<String>,
    takes: Vec<Take>,
    levers: Option<Levers>,
    applications: Applications,
    recoveries: Vec<Recovery>,
    /// Their VMs are packed until they are unfolded.
    is_packed: bool,
    lists: Vec<List>,
    provenance: Vec<(&'static str, String)>,
}

/// A drawing with its caption.
struct Figure {
    caption: String,
    svg: String,
}

/// A short list of the first page.
#[derive(Default)]
struct List {
    title: String,
    lines: Vec<String>,
    measured: Vec<Measured>,
    /// What stands in place of nothing.
    none: &'static str,
    /// Below them; none if empty.
    note: String,
}

impl List {
    fn of(title: String, none: &'static str) -> List {
        List { title, none, ..List::default() }
    }
}

/// A line with a bar of so many percent.
struct Measured {
    what: String,
    share: String,
    value: String,
}

/// A section of the body.
#[derive(Default)]
struct Part {
    anchor: String,
    title: String,
    badge: Cell,
    /// Begins a new page when printed.
    page: bool,
    /// Belongs to the section before it.
    is_within: bool,
    /// Its blocks are packed until they come near, where there is a script.
    is_packed: bool,
    blocks: Vec<Block>,
}

impl Part {
    /// About how many elements a browser makes of it.
    fn elements(&self) -> usize {
        let of = |block: &Block| match block {
            Block::Words(_) => 1,
            Block::Lines(lines) => lines.len(),
            Block::Terms(terms) => 2 * terms.len(),
            Block::Table(grid) => (grid.heads.len() + 1) * (grid.rows.len() + 1) + 5,
            Block::Week(_) => 7 * 24,
            Block::Plot(figure) => figure.svg.matches('<').count() / 2 + 4,
        };
        self.blocks.iter().map(of).sum()
    }
}

/// What a section is made of.
enum Block {
    Words(String),
    Lines(Vec<String>),
    Terms(Vec<(String, String)>),
    Table(Grid),
    Week(Week),
    Plot(Figure),
}

/// The page for these results.
pub fn write(results: &Results, charts: &Charts, plots: &[Plot], options: &FolderOptions) -> String {
    let parts =
        [outages::parts, protection::parts, parts::parts].into_iter().flat_map(|parts| parts(results, plots));
    let mut parts: Vec<Part> = why::parts(results, &options.beside.shorter)
        .into_iter()
        .chain(when::parts(&options.beside.calendars))
        .chain(parts)
        .collect();
    let is_alive = !results.vms.is_empty();
    pack(&mut parts, is_alive);
    let contents = parts.iter().filter(|part| !part.is_within);
    let page = Page {
        first: front::page(results, charts, options),
        contents: contents.map(|part| (part.anchor.clone(), part.title.clone())).collect(),
        data: data::json(results, charts),
        charts: packed::deflated(UPLOT),
        is_alive,
        parts,
    };
    tidy(&page.render().expect("writing to memory cannot fail"))
}

/// Sections below so many elements are unpacked by the page's program, when they come near: a page of any estate is light.
fn pack(parts: &mut [Part], is_alive: bool) {
    let mut elements = 0;
    for part in parts {
        elements += part.elements();
        part.is_packed = is_alive && elements > ELEMENTS_MAX;
    }
}

/// Without the templates' own line breaks and indents, which mean nothing, and their programs' notes.
fn tidy(html: &str) -> String {
    let lines = html
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && line.split_whitespace().next() != Some("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The drawing of a subject, if there is one.
fn figure(plots: &[Plot], subject: &Subject, caption: String) -> Option<Figure> {
    let plot = plots.iter().find(|plot| plot.subject == *subject)?;
    Some(Figure { caption: words::plain(&caption), svg: svg::inline(&plot.picture) })
}

fn part(anchor: &str, title: &str, blocks: Vec<Block>) -> Part {
    Part { anchor: anchor.into(), title: title.into(), blocks, ..Part::default() }
}
