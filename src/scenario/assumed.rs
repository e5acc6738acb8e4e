//! Values that stand in for what nobody told, marked as such: where they stand, and why they are there.
//!
//! - assumed: what (a path as `--set` takes it; `*` in it: of all entries, `web-*`: of those named so), why
//!
//! A mark changes nothing that is simulated. It goes when its value is set from outside: then somebody told it.

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
pub fn stand_ins(context: &Context, trees: &[Node]) -> Vec<StandIn> {
    let nodes = context.sections.assumed.iter();
    let entries = nodes.filter_map(|node| Fields::new(context.diagnostics, "assumed", node, None));
    entries.filter_map(|fields| stand_in(context, trees, &fields)).collect()
}

fn stand_in(context: &Context, trees: &[Node], fields: &Fields) -> Option<StandIn> {
    let (what, why) = (fields.need_text("what"), fields.need_text("why"));
    fields.finish();
    let (what, why) = (what?, why?);
    let all: Vec<Result<u64, Lost>> = trees.iter().map(|tree| places(tree, what.text, 0)).collect();
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

/// To how many values a path leads from here.
fn places(here: &Node, path: &str, depth: usize) -> Result<u64, Lost> {
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
            Some((_, value)) => places(value, rest, depth + 1),
            None => Err(lost(fields.iter().map(|(key, _)| &**key).collect())),
        },
        Node::List(items) => {
            let names = || items.iter().filter_map(name);
            let chosen = chosen(items, path, (part, rest));
            let mut deepest = lost(names().collect());
            let mut found = 0;
            for (item, rest) in chosen {
                match places(item, rest, depth + 1) {
                    Ok(more) => found += more,
                    Err(lost) if lost.depth > deepest.depth => deepest = lost,
                    Err(_) => {}
                }
            }
            if found > 0 { Ok(found) } else { Err(deepest) }
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
) -> Vec<(&'n Node<'n>, &'p str)> {
    let named = |item: &'n Node<'n>| {
        let left = path.strip_prefix(name(item)?)?;
        let is_whole = left.is_empty() || left.starts_with('.');
        is_whole.then(|| (item, left.strip_prefix('.').unwrap_or(left)))
    };
    let exact: Vec<_> = items.iter().filter_map(named).collect();
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
