//! Who is replicated, by which policy, to where, and how it begins.
//!
//! - protection: from, to (clouds), policy, vms (names or patterns; default: all of the `from` cloud), host, volume (by hand;
//!   else placed)
//!
//! How it begins stands in `initial.rs`, where replicas are placed in `placement.rs`.

use std::collections::BTreeMap;

use super::initial;
use crate::control_plane::Cloud;
use crate::ids::{Id, Table};
use crate::problem::{Problem, codes};
use crate::protection::{Policy, Relationship};
use crate::scenario::reading::context::Context;
use crate::scenario::reading::diagnostics::Shared;
use crate::scenario::reading::fields::Fields;
use crate::scenario::vms;
use crate::topology::{Host, Volume};
use crate::units::Time;
use crate::workload::Vm;

/// A VM's protection as written.
pub struct Pair<'t> {
    /// Its policy.
    pub policy: Id<Policy>,
    /// The source cloud.
    pub from: Id<Cloud>,
    /// The target cloud.
    pub to: Id<Cloud>,
    /// The replica's host, placed by hand.
    pub host: Option<Id<Host>>,
    /// The replica's volume, placed by hand.
    pub volume: Option<Id<Volume>>,
    /// How it begins.
    pub relationship: Relationship,
    /// Where it is written.
    pub slice: Option<&'t str>,
    exact: bool,
    /// Which entry it is.
    pub entry: usize,
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
    let mut twice = Shared::default();
    for (number, node) in context.sections.protection.iter().enumerate() {
        let Some(fields) = Fields::new(context.diagnostics, "protection", node, None) else { continue };
        let pair = pair(context, &fields, clouds, number);
        let selected = match fields.has("vms") {
            true => context.sections.vms.select(&fields, "vms"),
            false => of_cloud(clouds, pair.from, vms),
        };
        fields.get("vms");
        if pair.host.is_some() {
            fields.get("volume");
        }
        fields.finish();
        if pair.relationship.orchestrated && fields.has("from") && fields.has("to") {
            cloud_pairs.push((pair.from, pair.to, fields.at("from")));
        }
        if let Some(at) = pair.relationship.enabled {
            let of = of(&fields);
            enabling.push(Enabling { of, at, slice: fields.at("enabled"), vms: Vec::new(), entry: number });
        }
        for (vm, exact) in selected {
            let relationship = pair.relationship.clone();
            let pair = Pair { exact, relationship, ..pair };
            match all.get(&vm) {
                Some(known) if known.exact == exact => {
                    twice.note((known.entry, number), || protected_twice(context, vm, [known, &pair]));
                }
                // An exact name wins over a pattern.
                Some(known) if known.exact => {}
                _ => {
                    all.insert(vm, pair);
                }
            }
        }
    }
    twice.tell(context.diagnostics);
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
    let (from, to) =
        (context.sections.clouds.need(fields, "from"), context.sections.clouds.need(fields, "to"));
    let vmm = |cloud: Id<Cloud>| clouds.iter().nth(cloud.index()).map(|cloud| cloud.vmm);
    Pair {
        policy: context.sections.policies.need(fields, "policy"),
        from,
        to,
        host,
        volume,
        relationship: initial::relationship(context, fields, vmm(from) == vmm(to)),
        slice: if fields.has("vms") { fields.at("vms") } else { fields.at("from") },
        exact: false,
        entry,
    }
}

/// What an entry protects, in words.
fn of(fields: &Fields) -> String {
    let key = if fields.has("vms") { "vms" } else { "from" };
    let mut names: Vec<&str> = fields.texts(key).iter().map(|written| written.text).collect();
    names.sort_unstable();
    names.join(", ")
}

fn of_cloud(clouds: &Table<Cloud>, cloud: Id<Cloud>, vms: &Table<Vm>) -> Vec<(usize, bool)> {
    let Some(cloud) = clouds.iter().nth(cloud.index()) else { return Vec::new() };
    let inside = vms.entries().filter(|(_, vm)| cloud.hosts.binary_search(&vm.host).is_ok());
    inside.map(|(id, _)| (id.index(), false)).collect()
}

/// Of two entries of one kind that select the same VM.
fn protected_twice(context: &Context, vm: usize, pairs: [&Pair; 2]) -> Problem {
    let mut places = pairs.map(|pair| context.diagnostics.place(pair.slice));
    places.sort();
    let [first, second] = places;
    let what = format!("vm `{}` is protected twice", context.sections.vms.rows[vm].name);
    Problem::new(&codes::PROTECTED_TWICE, second, what).also(first, "the other entry")
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
