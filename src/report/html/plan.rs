//! A plan's page: the answers on its first screen, then each question with its curves and tables. Same look as a run's page.

use askama::Template;

use crate::document::{Document, SCHEMA_VERSION, Section, Table};
use crate::report::cells::start;
use crate::report::instant::instant_of;
use crate::report::plot::picture::Picture;
use crate::report::plot::{curve, heat, svg};
use crate::report::words;

use super::{Block, Figure, Grid, Part, tidy};

/// Rows of a table.
const ROWS: usize = 100;
/// Assumptions in full; the rest are counted.
const ASSUMPTIONS: usize = 200;

/// What a document is to its readers.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Stem of its files.
    pub name: &'static str,
    /// What stands above its title.
    pub heading: &'static str,
    /// The same in a browser's title.
    pub short: &'static str,
    /// What one of its sections is.
    pub part: &'static str,
}

/// A plan.
pub const PLAN: Kind =
    Kind { name: "plan", heading: "Capacity plan", short: "capacity plan", part: "question" };

/// The model beside what was measured.
pub const COMPARISON: Kind = Kind {
    name: "compare",
    heading: "Model against measurements",
    short: "model against measurements",
    part: "part",
};

/// Outages at every instant.
pub const SWEEP: Kind =
    Kind { name: "sweep", heading: "Every instant of a run", short: "every instant", part: "part" };

/// Variants of a run.
pub const VARIANTS: Kind =
    Kind { name: "variants", heading: "Variants side by side", short: "variants", part: "part" };

/// Everything the template needs.
#[derive(Template)]
#[template(path = "plan.html")]
struct Page<'d> {
    name: String,
    kind: Kind,
    version: &'static str,
    facts: Vec<String>,
    unanswered: String,
    links: &'d [(String, String)],
    answers: Vec<Answer>,
    provenance: Vec<(&'static str, String)>,
    contents: Vec<(String, String)>,
    parts: Vec<Part>,
}

/// A question on the first screen: where it stands, its name, what is answered.
struct Answer {
    anchor: String,
    title: String,
    says: String,
}

/// The page; `command` is what the reader may type to get it again.
pub fn write(document: &Document, kind: Kind, command: &str) -> String {
    let mut parts: Vec<Part> = document.sections.iter().map(|section| part(document, section)).collect();
    if !document.assumptions.is_empty() {
        parts.push(assumptions(document, kind));
    }
    let answer = |section: &Section| Answer {
        anchor: anchor(section),
        title: words::plain(&section.title),
        says: section.says.first().map_or(String::new(), |sentence| quoted(sentence)),
    };
    let page = Page {
        name: words::plain(&document.title),
        kind,
        version: env!("CARGO_PKG_VERSION"),
        facts: facts(document, kind),
        unanswered: document.unanswered.join(", "),
        links: &document.links,
        answers: document.sections.iter().map(answer).collect(),
        provenance: provenance(document, command),
        contents: parts.iter().map(|part| (part.anchor.clone(), part.title.clone())).collect(),
        parts,
    };
    tidy(&page.render().expect("writing to memory cannot fail"))
}

/// A sentence, with what stands in backticks between quotes.
fn quoted(sentence: &str) -> String {
    let mut parts = words::plain(sentence).split('`').map(str::to_owned).collect::<Vec<_>>().into_iter();
    let first = parts.next().unwrap_or_default();
    let marks = ["“", "”"].into_iter().cycle();
    parts.zip(marks).fold(first, |said, (part, mark)| said + mark + &part)
}

fn facts(document: &Document, kind: Kind) -> Vec<String> {
    let mut facts = vec![words::count(document.sections.len() as u64, kind.part)];
    if !document.zone.is_empty() {
        facts.push(format!("run from {} ({})", start(document), words::plain(&document.zone)));
    }
    facts
}

fn provenance(document: &Document, command: &str) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    if !document.scenario_hash.is_empty() {
        lines.push(("scenario", words::plain(&document.scenario_hash)));
        lines.push(("seed", document.seed.to_string()));
    }
    lines.push(("drsim", env!("CARGO_PKG_VERSION").to_owned()));
    lines.push(("schema", SCHEMA_VERSION.to_owned()));
    if !command.is_empty() {
        lines.push(("command", words::plain(command)));
    }
    lines
}

fn anchor(section: &Section) -> String {
    format!("q-{}", section.key)
}

/// What a section draws, each with its name in files.
pub fn pictures(document: &Document, section: &Section) -> Vec<(String, Picture)> {
    let clock = |at| instant_of(document, at);
    let curves = section.curves.iter().map(|it| (it.key.clone(), curve::draw(it, &clock)));
    curves.chain(section.heat_maps.iter().map(|it| (it.key.clone(), heat::draw(it, &clock)))).collect()
}

/// Sentences, then curves, then tables, those of many rows last.
fn part(document: &Document, section: &Section) -> Part {
    let mut blocks: Vec<Block> = section.says.iter().map(|sentence| Block::Words(quoted(sentence))).collect();
    for (_, picture) in pictures(document, section) {
        blocks.push(Block::Plot(Figure { caption: picture.title.clone(), svg: svg::inline(&picture) }));
    }
    let rows = || section.tables.iter().filter(|table| !table.rows.is_empty());
    let tables = rows().filter(|table| !table.is_detail).chain(rows().filter(|table| table.is_detail));
    blocks.extend(tables.map(|table| Block::Table(grid(document, table))));
    Part {
        anchor: anchor(section),
        title: words::plain(&section.title),
        page: true,
        blocks,
        ..Part::default()
    }
}

fn grid(document: &Document, table: &Table) -> Grid {
    let shown = Table { rows: table.rows.iter().take(ROWS).cloned().collect(), ..table.clone() };
    let mut grid = Grid::of(&table.title, &shown, &|at| instant_of(document, at));
    if table.rows.len() > ROWS {
        let all = words::thousands(table.rows.len() as u64);
        grid.note = format!("{ROWS} of {all} rows shown; all are in csv/{}.csv and the workbook.", table.key);
    }
    grid
}

fn assumptions(document: &Document, kind: Kind) -> Part {
    let all = &document.assumptions;
    let mut lines: Vec<String> = all.iter().take(ASSUMPTIONS).map(|line| words::plain(line)).collect();
    if all.len() > ASSUMPTIONS {
        lines.push(format!(
            "and {} more in {}.json",
            words::thousands((all.len() - ASSUMPTIONS) as u64),
            kind.name
        ));
    }
    Part {
        anchor: "assumptions".into(),
        title: "Assumptions".into(),
        blocks: vec![
            Block::Words("What was not stated, and what was taken for it.".into()),
            Block::Lines(lines),
        ],
        ..Part::default()
    }
}
