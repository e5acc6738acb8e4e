//! Values that stand in for what nobody told, marked as such: where they stand, and why they are there.
//!
//! - assumed: what (a path as `--set` takes it; `*` in it: of all entries, `web-*`: of those named so), why
//!
//! A mark changes nothing that is simulated. It goes when its value is set from outside: then somebody told it.

use std::collections::BTreeMap;

use super::reading::context::Context;
use super::reading::fields::Fields;
use super::reading::node::Node;
use crate::problem::{Problem, codes};
use crate::promise::matches;

/// A mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// The path of what is marked.
    pub what: String,
    /// Why it has the value it has.
    pub why: String,
    /// How many values or entries the path leads to: one or more.
    pub places: u64,
}

/// What is marked in `trees`, in the order of the file.
pub fn stand_ins<'n>(context: &Context, trees: &'n [Node<'n>]) -> Vec<StandIn> {
    let nodes = context.sections.assumed.iter();
    let entries = nodes.filter_map(|node| Fields::new(context.diagnostics, "assumed", node, None));
    let mut names = Names::default();
    entries.filter_map(|fields| stand_in(context, (trees, &mut names), &fields)).collect()
}

fn stand_in<'n>(
    context: &Context,
    (trees, names): (&'n [Node<'n>], &mut Names<'n>),
    fields: &Fields,
) -> Option<StandIn> {
    let (what, why) = (fields.need_text("what"), fields.need_text("why"));
    fields.finish();
    let (what, why) = (what?, why?);
    let all: Vec<Result<u64, Lost>> = trees.iter().map(|tree| places(tree, what.text, 0, names)).collect();
    let found = all.iter().flatten().sum();
    if found == 0 {
        let lost = all.into_iter().filter_map(Result::err).max_by_key(|lost| lost.depth)?;
        let told = format!("`{}` leads nowhere: there is no `{}`", what.text, lost.part);
        let problem = Problem::new(&codes::PATH, context.diagnostics.place(what.slice), told);
        context.diagnostics.push(problem.suggest(&lost.part, lost.names.iter().map(String::as_str)));
        return None;
    }
    let is_told = context.diagnostics.sources.told.iter().any(|told| covers(told, what.text));
    (!is_told).then(|| StandIn { what: what.text.to_owned(), why: why.text.to_owned(), places: found })
}

/// Whether what is at `told`, or below, is all there is at `what`.
fn covers(told: &str, what: &str) -> bool {
    what.strip_prefix(told).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Why a path leads nowhere: how far it went, the part, and what there is instead.
struct Lost {
    depth: usize,
    part: String,
    names: Vec<String>,
}

/// Lists of entries by name, each gone through once however many marks lead into it.
#[derive(Default)]
struct Names<'n>(BTreeMap<usize, BTreeMap<&'n str, Vec<usize>>>);

impl<'n> Names<'n> {
    fn of(&mut self, items: &'n [Node<'n>]) -> &BTreeMap<&'n str, Vec<usize>> {
        self.0.entry(items.as_ptr().addr()).or_insert_with(|| {
            let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (at, item) in items.iter().enumerate() {
                if let Some(name) = name(item) {
                    by_name.entry(name).or_default().push(at);
                }
            }
            by_name
        })
    }
}

/// To how many values a path leads from here.
fn places<'n>(here: &'n Node<'n>, path: &str, depth: usize, names: &mut Names<'n>) -> Result<u64, Lost> {
    if path.is_empty() {
        return Ok(1);
    }
    let (part, rest) = path.split_once('.').unwrap_or((path, ""));
    let lost = |names: Vec<&str>| Lost {
        depth,
        part: part.to_owned(),
        names: names.into_iter().map(str::to_owned).collect(),
    };
    match here {
        Node::Fields(fields) => match here.field(part) {
            Some((_, value)) => places(value, rest, depth + 1, names),
            None => Err(lost(fields.iter().map(|(key, _)| &**key).collect())),
        },
        Node::List(items) => {
            let mut deepest: Option<Lost> = None;
            let mut found = 0;
            for (item, rest) in chosen(items, path, (part, rest), names) {
                match places(item, rest, depth + 1, names) {
                    Ok(more) => found += more,
                    Err(lost) if deepest.as_ref().is_none_or(|known| lost.depth > known.depth) => {
                        deepest = Some(lost);
                    }
                    Err(_) => {}
                }
            }
            if found > 0 {
                return Ok(found);
            }
            Err(deepest.unwrap_or_else(|| lost(items.iter().filter_map(name).collect())))
        }
        Node::Text(_) | Node::Integer(_) | Node::Float(_) | Node::Bool(_) | Node::Unit => Err(lost(vec![])),
    }
}

fn name<'n>(item: &'n Node) -> Option<&'n str> {
    item.field("name").and_then(|(_, name)| name.as_text()).map(|name| &**name)
}

/// The items that a path begins with, each with the rest: by name (names may hold points), by a pattern, or by position.
fn chosen<'n, 'p>(
    items: &'n [Node<'n>],
    path: &'p str,
    (part, rest): (&'p str, &'p str),
    names: &mut Names<'n>,
) -> Vec<(&'n Node<'n>, &'p str)> {
    let by_name = names.of(items);
    let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
    let exact: Vec<_> = ends
        .filter_map(|end| Some((by_name.get(&path[..end])?, path.get(end + 1..).unwrap_or_default())))
        .flat_map(|(all, rest)| all.iter().map(move |at| (&items[*at], rest)))
        .collect();
    if !exact.is_empty() {
        return exact;
    }
    let is_meant = |(at, item): &(usize, &Node)| match name(item) {
        Some(name) if part.contains('*') => matches(part, name),
        None if part == "*" => true,
        Some(_) | None => part.parse() == Ok(*at),
    };
    items.iter().enumerate().filter(is_meant).map(|(_, item)| (item, rest)).collect()
}
