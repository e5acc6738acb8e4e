//! Outages: name, about, faults, accepts_exposure, operations (each as in `operations`, done in this outage's run alone).
//!
//! - fault: one of site, domain, host, volume (`host/volume`), link, vmm, recovery_service (`true`), people, broker (a cluster), contents
//!   (a VM), replication (a VM), recovery_points (a VM); at; and repair or lasts or found (a span) or until (an instant), else it is not repaired within
//!   the run; for a link degraded_to (a share), older_than (a span, for recovery_points)

use super::defaults as default;
use super::reading::context::{Context, in_range};
use super::reading::fields::Fields;
use super::reading::sections::Section;
use crate::ids::{Id, Table};
use crate::outage::{Effect, Estate, Outage, Strike, Target, components, repair};
use crate::problem::codes;
use crate::units::{Ratio, Span, Time};

/// The field that makes a fault one of that kind.
const KINDS: [&str; 12] = [
    "site",
    "domain",
    "host",
    "volume",
    "link",
    "vmm",
    "recovery_service",
    "people",
    "broker",
    "contents",
    "replication",
    "recovery_points",
];

/// A fault, with its names resolved.
pub struct Fault {
    target: Target,
    effect: Effect,
    from: Time,
    to: Option<Time>,
    cause: String,
}

/// An outage, before its faults are translated into strikes.
pub struct Written<'r, 't> {
    name: String,
    about: String,
    accepts_exposure: bool,
    faults: Vec<Fault>,
    /// What operators do after it.
    pub operations: Vec<Fields<'r, 't>>,
}

impl Written<'_, '_> {
    /// When it begins.
    pub fn first_fault(&self) -> Option<Time> {
        self.faults.iter().map(|fault| fault.from).min()
    }
}

/// The outages as they are written.
pub fn faults<'r, 't>(context: &Context<'r, 't>) -> Vec<Written<'r, 't>> {
    let outages = &context.sections.outages;
    outages.read(context.diagnostics, |fields| {
        let about = fields.text("about").map_or("", |written| written.text).to_owned();
        if !fields.has("faults") {
            fields.need::<u64>("faults");
        }
        let faults = fields.entries("faults", "fault");
        Written {
            name: fields.name.clone(),
            about,
            accepts_exposure: fields.flag("accepts_exposure", &default::OUTAGE_ACCEPTS_EXPOSURE),
            faults: faults.iter().filter_map(|entry| fault(context, entry)).collect(),
            operations: fields.entries("operations", "operation"),
        }
    })
}

/// The outages as strikes on components. Call it when nothing is wrong.
pub fn outages(written: Vec<Written<'_, '_>>, estate: Estate) -> Table<Outage> {
    let strikes = |fault: Fault| {
        let hit = components(fault.target, estate).into_iter();
        hit.map(move |component| Strike {
            component,
            effect: fault.effect,
            from: fault.from,
            to: fault.to,
            cause: fault.cause.clone(),
        })
    };
    let outage = |Written { name, about, accepts_exposure, faults, .. }: Written| {
        let mut strikes: Vec<Strike> = faults.into_iter().flat_map(strikes).collect();
        let key =
            |strike: &Strike| (strike.from, strike.component, strike.effect, strike.to, strike.cause.clone());
        strikes.sort_by_key(key);
        Outage { name, about, strikes, accepts_exposure }
    };
    written.into_iter().map(outage).collect()
}

fn fault(context: &Context, entry: &Fields) -> Option<Fault> {
    let kind = entry.one_of(&KINDS);
    if !entry.has("at") {
        entry.need_text("at");
    }
    let from = context.instant(entry, "at");
    let found = if kind == Some("contents") { entry.quantity("found") } else { None };
    let lasts: Option<Span> = entry.quantity::<Span>("lasts").or(entry.quantity("repair")).or(found);
    let until = context.instant(entry, "until");
    if ["lasts", "repair", "found", "until"].iter().filter(|key| entry.has(key)).count() > 1 {
        entry.report(&codes::ONE_KIND, "until", "a fault has one of `lasts`, `repair` and `until`");
    }
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        entry.report(&codes::RANGE, "until", "`until` of this fault is before its `at`");
    }
    let degraded: Option<Ratio> = if kind == Some("link") { entry.quantity("degraded_to") } else { None };
    if let Some(share) = degraded {
        in_range(entry, "degraded_to", share, 0, Ratio::ONE.0.into(), "at most 100 %");
    }
    let is_points = kind == Some("recovery_points");
    let age = if is_points { entry.quantity("older_than").unwrap_or(Span::ZERO) } else { Span::ZERO };
    let target = target(context, entry, kind?);
    entry.finish();
    let from = from?;
    let (target, what) = target?;
    let effect = match is_points {
        true => Effect::Damaged(age),
        false => degraded.map_or(Effect::Down, Effect::Degraded),
    };
    let cause = match (target, degraded) {
        (Target::Link(_), None) => format!("{what} cut"),
        (_, Some(share)) => format!("{what} degraded to {} %", f64::from(share.0) / 10_000.0),
        (Target::Broker(_) | Target::Contents(_) | Target::Replication(_) | Target::RecoveryPoints(_), _) => {
            what
        }
        (Target::RecoveryService, _) => "recovery service unreachable".to_owned(),
        (Target::People(_), _) => format!("{what} unavailable"),
        _ => format!("{what} lost"),
    };
    Some(Fault { target, effect, from, to: repair(from, lasts, until), cause })
}

/// What is hit, and in words.
fn target<'t>(
    context: &Context<'_, 't>,
    entry: &Fields<'_, 't>,
    kind: &'static str,
) -> Option<(Target, String)> {
    let sections = context.sections;
    let find = |section: &Section<'t>| {
        let written = entry.text(kind)?;
        let noun = if kind == "vmm" { "VMM server" } else { kind };
        Some((section.resolve(context.diagnostics, written)?, format!("{noun} {}", written.text)))
    };
    Some(match kind {
        "site" => find(&sections.sites).map(|(row, what)| (Target::Site(Id::new(row)), what))?,
        "domain" => find(&sections.domains).map(|(row, what)| (Target::Domain(Id::new(row)), what))?,
        "host" => find(&sections.hosts).map(|(row, what)| (Target::Host(Id::new(row)), what))?,
        "volume" => find(&sections.volumes).map(|(row, what)| (Target::Volume(Id::new(row)), what))?,
        "link" => find(&sections.links).map(|(row, what)| (Target::Link(Id::new(row)), what))?,
        "vmm" => find(&sections.vmms).map(|(row, what)| (Target::Vmm(Id::new(row)), what))?,
        "broker" => {
            let cluster = find(&sections.clusters)?.0;
            let what = format!("broker of cluster {} down", sections.clusters.rows[cluster].name);
            (Target::Broker(Id::new(cluster)), what)
        }
        "contents" => {
            let vm = find(&sections.vms)?.0;
            (
                Target::Contents(Id::new(vm)),
                format!("contents of vm {} corrupted", sections.vms.rows[vm].name),
            )
        }
        "replication" => {
            let vm = find(&sections.vms)?.0;
            (
                Target::Replication(Id::new(vm)),
                format!("replication of vm {} in error", sections.vms.rows[vm].name),
            )
        }
        "recovery_points" => {
            let vm = find(&sections.vms)?.0;
            (
                Target::RecoveryPoints(Id::new(vm)),
                format!("recovery points of vm {} damaged", sections.vms.rows[vm].name),
            )
        }
        "people" => find(&sections.people).map(|(row, what)| (Target::People(Id::new(row)), what))?,
        _ => {
            if !matches!(entry.get(kind), Some(super::reading::node::Node::Bool(true))) {
                entry.report(&codes::WRONG_TYPE, kind, "`recovery_service` of a fault is written as `true`");
            }
            (Target::RecoveryService, String::new())
        }
    })
}
