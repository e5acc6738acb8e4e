//! What operators do: the entries of `operations`, of the scenario and of its outages. Each family of acts stands in one file.
//!
//! - operation: at, by (people), name, (and exactly one of the acts, with its fields)
//!
//! To add an act: its line in the family's `KINDS`. One that names no name is called after its act and what it is about.

mod changes;
mod checks;
mod failovers;
mod replication;

use std::collections::{BTreeMap, BTreeSet};

use super::Scenario;
use super::outages;
use super::protection::protect::{Enabling, Pair};
use super::reading::context::Context;
use super::reading::fields::Fields;
use crate::ids::Id;
use crate::operations::{Act, Operation};
use crate::outage::Outage;
use crate::problem::{Problem, codes};
use crate::units::Time;
use crate::workload::Vm;

/// An operation, and where it is written.
pub struct Written<'t> {
    /// The operation.
    pub operation: Operation,
    /// A slice of the source at it.
    pub slice: Option<&'t str>,
    /// Whether its name is written.
    is_named: bool,
}

/// What readers of acts share.
struct Reader<'c, 'r, 't> {
    context: &'c Context<'r, 't>,
    pairs: &'c BTreeMap<usize, Pair<'t>>,
}

/// A kind of act: its field, its name in reports before "of …", and its reader.
struct Kind {
    key: &'static str,
    words: &'static str,
    read: fn(&Reader, &Fields) -> Act,
}

impl Reader<'_, '_, '_> {
    /// The VMs of a list of names and patterns; a pattern takes protected ones only.
    fn vms(&self, fields: &Fields, key: &'static str) -> Vec<Id<Vm>> {
        let selected = self.context.sections.vms.select(fields, key).into_iter();
        let protected = selected.filter(|(vm, exact)| *exact || self.pairs.contains_key(vm));
        protected.map(|(vm, _)| Id::new(vm)).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// All operations by (instant, name). `scenario` is what is read so far.
pub fn operations<'t>(
    context: &Context<'_, 't>,
    scenario: &Scenario,
    pairs: &BTreeMap<usize, Pair<'t>>,
    enabling: Vec<Enabling<'t>>,
    outages: &[outages::Written<'_, 't>],
) -> Vec<Written<'t>> {
    let reader = Reader { context, pairs };
    let nodes = context.sections.operations.iter();
    let entries = nodes.filter_map(|node| Fields::new(context.diagnostics, "operation", node, None));
    let mut all: Vec<Written<'t>> = entries.filter_map(|fields| operation(&reader, &fields)).collect();
    for (index, outage) in outages.iter().enumerate() {
        let own = outage.operations.iter();
        all.extend(
            own.filter_map(|fields| after(outage, Id::new(index), fields, operation(&reader, fields)?)),
        );
    }
    all.extend(enabling.into_iter().map(|entry| {
        let (name, act) = (format!("enabling of {}", entry.of), Act::Enable { vms: entry.vms });
        Written {
            operation: Operation { name, at: entry.at, by: None, act, of: None },
            slice: entry.slice,
            is_named: false,
        }
    }));
    name(context, &mut all);
    all.sort_by(|a, b| (a.operation.at, &a.operation.name).cmp(&(b.operation.at, &b.operation.name)));
    if !context.diagnostics.failed() {
        checks::check(context, scenario, pairs, &all);
    }
    all
}

fn operation<'t>(reader: &Reader<'_, '_, 't>, fields: &Fields<'_, 't>) -> Option<Written<'t>> {
    let context = reader.context;
    let name = fields.text("name").map(|written| written.text).filter(|name| !name.trim().is_empty());
    let by = context.sections.people.optional(fields, "by");
    if !fields.has("at") {
        fields.need_text("at");
    }
    let at = context.instant(fields, "at");
    let kinds = || replication::KINDS.iter().chain(changes::KINDS).chain(failovers::KINDS);
    let keys: Vec<&'static str> = kinds().map(|kind| kind.key).collect();
    let key = fields.one_of(&keys)?;
    let kind = kinds().find(|kind| kind.key == key)?;
    let act = (kind.read)(reader, fields);
    let (at, by) = match replication::start(context, fields, at) {
        Some(start) => (start, None),
        None => (at.unwrap_or(Time::START), by),
    };
    fields.finish();
    let of = if kind.key == "set_policy" { "vms" } else { kind.key };
    let mut about: Vec<&str> = fields.texts(of).iter().map(|written| written.text).collect();
    about.sort_unstable();
    let default_name =
        || format!("{} {}", kind.words, about.join(", ").trim_start_matches(failovers::VM_PREFIX));
    let name_given = name.map_or_else(default_name, str::to_owned);
    Some(Written {
        operation: Operation { name: name_given, at, by, act, of: None },
        slice: fields.at(kind.key),
        is_named: name.is_some(),
    })
}

/// The operation as one of an outage, which it must not come before.
fn after<'t>(
    outage: &outages::Written,
    of: Id<Outage>,
    fields: &Fields<'_, 't>,
    mut written: Written<'t>,
) -> Option<Written<'t>> {
    let first = outage.first_fault()?;
    if written.operation.at < first {
        let place = fields.diagnostics.place(fields.at("at"));
        let what = format!(
            "operation `{}` is asked for before the first fault of its outage",
            written.operation.name
        );
        let first = first.since(Time::START);
        let problem = Problem::new(&codes::RANGE, place, what);
        fields.diagnostics.push(problem.remedy(format!(
            "let it come after {first}, or write it among the scenario's `operations`, which every run has"
        )));
    }
    written.operation.of = Some(of);
    Some(written)
}

/// Makes names unique: those of unnamed operations get numbers, in the order of their instants; a name written twice is a problem.
fn name(context: &Context, all: &mut [Written]) {
    let key = |written: &Written| {
        let Operation { name, at, by, act, of } = &written.operation;
        (*at, name.clone(), *of, *by, serde_json::to_string(act).unwrap_or_default())
    };
    all.sort_by_cached_key(key);
    let mut used: BTreeMap<String, Option<&str>> = BTreeMap::new();
    for written in all.iter().filter(|written| written.is_named) {
        let Some(first) = used.insert(written.operation.name.clone(), written.slice) else { continue };
        let mut places = [context.diagnostics.place(first), context.diagnostics.place(written.slice)];
        places.sort();
        let [first, second] = places;
        let what = format!("two operations are called `{}`", written.operation.name);
        context
            .diagnostics
            .push(Problem::new(&codes::DUPLICATE_NAME, second, what).also(first, "the other one"));
    }
    for written in all.iter_mut().filter(|written| !written.is_named) {
        let numbered = |number: usize| match number {
            1 => written.operation.name.clone(),
            number => format!("{} ({number})", written.operation.name),
        };
        let name = (1..).map(numbered).find(|name| !used.contains_key(name)).unwrap_or_default();
        used.insert(name.clone(), written.slice);
        written.operation.name = name;
    }
}
