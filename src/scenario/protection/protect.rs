//! Who is replicated, by which policy, to where, and how it begins.
//!
//! - protection: from, to (clouds), or from_hosts, to_hosts (names or patterns) for plain Hyper-V Replica without clouds; policy, vms
//!   (names or patterns; default: all of the `from` cloud or hosts), host, volume (by hand; else placed)
//!
//! How it begins stands in `initial.rs`, where replicas are placed in `placement.rs`.

use std::collections::BTreeMap;

use super::initial;
use crate::control_plane::Cloud;
use crate::ids::{Id, Table};
use crate::problem::{Problem, codes};
use crate::protection::{Policy, Relationship};
use crate::scenario::reading::context::Context;
use crate::scenario::reading::fields::Fields;
use crate::scenario::vms;
use crate::topology::{Host, Volume};
use crate::units::Time;
use crate::workload::Vm;

/// A VM's protection as written.
#[derive(Clone)]
pub struct Pair<'t> {
    /// Its policy.
    pub policy: Id<Policy>,
    /// Where it replicates from.
    pub from: Side,
    /// Where to.
    pub to: Side,
    /// The replica's host, placed by hand.
    pub host: Option<Id<Host>>,
    /// The replica's volume, placed by hand.
    pub volume: Option<Id<Volume>>,
    /// How it begins.
    pub relationship: Relationship,
    /// Where it is written.
    pub slice: Option<&'t str>,
    exact: bool,
    entry: usize,
}

/// One side of a protection.
#[derive(Clone)]
pub struct Side {
    /// The cloud; `None`: hosts that no VMM server manages.
    pub cloud: Option<Id<Cloud>>,
    /// Its hosts, sorted.
    pub hosts: Vec<Id<Host>>,
    /// As problems name it: "cloud `c`", "hosts `h*`".
    pub name: String,
}

/// An entry that enables protection within the run.
pub struct Enabling<'t> {
    /// What it protects, in words.
    pub of: String,
    /// When.
    pub at: Time,
    /// Where it is written.
    pub slice: Option<&'t str>,
    /// The VMs.
    pub vms: Vec<Id<Vm>>,
    entry: usize,
}

/// The pair of each protected VM, and what is enabled within the run.
pub fn pairs<'t>(
    context: &Context<'_, 't>,
    clouds: &Table<Cloud>,
    vms: &Table<Vm>,
) -> (BTreeMap<usize, Pair<'t>>, Vec<Enabling<'t>>) {
    let mut all: BTreeMap<usize, Pair<'t>> = BTreeMap::new();
    let (mut enabling, mut cloud_pairs) = (Vec::new(), Vec::new());
    for (number, node) in context.sections.protection.iter().enumerate() {
        let Some(fields) = Fields::new(context.diagnostics, "protection", node, None) else { continue };
        let pair = pair(context, &fields, clouds, number);
        let selected = match fields.has("vms") {
            true => context.sections.vms.select(&fields, "vms"),
            false => of_side(&pair.from, vms),
        };
        fields.get("vms");
        if pair.host.is_some() {
            fields.get("volume");
        }
        fields.finish();
        if let (Some(from), Some(to)) = (pair.from.cloud, pair.to.cloud)
            && pair.relationship.orchestrated
            && fields.has("from")
            && fields.has("to")
        {
            cloud_pairs.push((from, to, fields.at("from")));
        }
        if let Some(at) = pair.relationship.enabled {
            let of = of(&fields);
            enabling.push(Enabling { of, at, slice: fields.at("enabled"), vms: Vec::new(), entry: number });
        }
        for (vm, exact) in selected {
            enter(context, &mut all, vm, Pair { exact, ..pair.clone() });
        }
    }
    for entry in &mut enabling {
        let own = all.iter().filter(|(_, pair)| pair.entry == entry.entry);
        entry.vms = own.map(|(vm, _)| Id::new(*vm)).collect();
    }
    enabling.retain(|entry| !entry.vms.is_empty());
    check_clouds(context, cloud_pairs);
    (all, enabling)
}

fn pair<'t>(
    context: &Context<'_, 't>,
    fields: &Fields<'_, 't>,
    clouds: &Table<Cloud>,
    entry: usize,
) -> Pair<'t> {
    let host: Option<Id<Host>> = context.sections.hosts.optional(fields, "host");
    let volume = host
        .filter(|_| fields.has("volume"))
        .map(|host| vms::volume(context, fields, "volume", host.index()));
    let has_hosts = fields.has("from_hosts");
    let (from, to, from_key) = match has_hosts.then(|| fields.one_of(&["from", "from_hosts"])).flatten() {
        Some("from_hosts") => {
            (of_hosts(context, fields, "from_hosts"), of_hosts(context, fields, "to_hosts"), "from_hosts")
        }
        Some(_) | None => {
            (of_cloud(context, fields, clouds, "from"), of_cloud(context, fields, clouds, "to"), "from")
        }
    };
    let vmm = |side: &Side| side.cloud.and_then(|cloud| clouds.iter().nth(cloud.index())).map(|it| it.vmm);
    let (single_vmm, has_clouds) = (vmm(&from) == vmm(&to), from.cloud.is_some());
    Pair {
        policy: context.sections.policies.need(fields, "policy"),
        from,
        to,
        host,
        volume,
        relationship: initial::relationship(context, fields, has_clouds.then_some(single_vmm)),
        slice: if fields.has("vms") { fields.at("vms") } else { fields.at(from_key) },
        exact: false,
        entry,
    }
}

/// The cloud in this field.
fn of_cloud(context: &Context, fields: &Fields, clouds: &Table<Cloud>, key: &'static str) -> Side {
    let id: Id<Cloud> = context.sections.clouds.need(fields, key);
    let row = clouds.iter().nth(id.index());
    Side {
        cloud: Some(id),
        hosts: row.map_or_else(Vec::new, |cloud| cloud.hosts.clone()),
        name: format!("cloud `{}`", row.map_or("", |cloud| &cloud.name)),
    }
}

/// The hosts in this field.
fn of_hosts(context: &Context, fields: &Fields, key: &'static str) -> Side {
    let written = fields.need_texts(key);
    let names: Vec<&str> = written.iter().map(|it| it.text).collect();
    let selected = context.sections.hosts.select(fields, key).into_iter();
    let mut hosts: Vec<Id<Host>> = selected.map(|(row, _)| Id::new(row)).collect();
    hosts.sort();
    Side { cloud: None, hosts, name: format!("hosts `{}`", names.join("`, `")) }
}

/// What an entry protects, in words.
fn of(fields: &Fields) -> String {
    let key = ["vms", "from_hosts"].into_iter().find(|key| fields.has(key)).unwrap_or("from");
    let mut names: Vec<&str> = fields.texts(key).iter().map(|written| written.text).collect();
    names.sort_unstable();
    names.join(", ")
}

fn of_side(side: &Side, vms: &Table<Vm>) -> Vec<(usize, bool)> {
    let inside = vms.entries().filter(|(_, vm)| side.hosts.binary_search(&vm.host).is_ok());
    inside.map(|(id, _)| (id.index(), false)).collect()
}

/// An exact name wins over a pattern; two of one kind are a problem.
fn enter<'t>(context: &Context<'_, 't>, all: &mut BTreeMap<usize, Pair<'t>>, vm: usize, pair: Pair<'t>) {
    match all.get(&vm) {
        Some(known) if known.exact == pair.exact => {
            let mut places = [context.diagnostics.place(known.slice), context.diagnostics.place(pair.slice)];
            places.sort();
            let [first, second] = places;
            let what = format!("vm `{}` is protected twice", context.sections.vms.rows[vm].name);
            let problem = Problem::new(&codes::PROTECTED_TWICE, second, what);
            context.diagnostics.push(problem.also(first, "the other entry"));
        }
        Some(known) if known.exact => {}
        _ => {
            all.insert(vm, pair);
        }
    }
}

/// A cloud is in one pair only, as source or as target; the same pair may be used in both directions (fact 6.3).
fn check_clouds(context: &Context, mut pairs: Vec<(Id<Cloud>, Id<Cloud>, Option<&str>)>) {
    pairs.sort_by_key(|(from, to, slice)| (context.diagnostics.place(*slice), *from, *to));
    let mut partner: BTreeMap<Id<Cloud>, (Id<Cloud>, Option<&str>)> = BTreeMap::new();
    let name =
        |cloud: Id<Cloud>| context.sections.clouds.rows.get(cloud.index()).map_or("", |row| &*row.name);
    for (from, to, slice) in pairs {
        for (cloud, other) in [(from, to), (to, from)] {
            let (known, first) = *partner.entry(cloud).or_insert((other, slice));
            if known == other {
                continue;
            }
            let what = format!(
                "cloud `{}` is paired with `{}` and with `{}`",
                name(cloud),
                name(known),
                name(other)
            );
            let problem = Problem::new(&codes::CLOUD_PAIRS, context.diagnostics.place(slice), what);
            context.diagnostics.push(problem.also(context.diagnostics.place(first), "the other pair"));
        }
    }
}
