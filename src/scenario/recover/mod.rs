//! Applications and people, and with them the plans.
//!
//! - application: name, tier, vms (names or patterns), needs, depends_on, rpo, rpo_share, rto, mtpd, validation
//! - need: of (names or patterns of the application's VMs), at_least
//! - people: name, detection, decision, operators, manual_start, by_hand_after, manual_per_vm, shifts, zone (default: the start's)
//! - shift: days, from, to

pub(super) mod plans;

use super::defaults as default;
use super::places::report_circle;
use super::reading::context::{Context, in_range, positive};
use super::reading::fields::Fields;
use crate::ids::{Id, Table};
use crate::problem::codes;
use crate::recovery::{Application, Need, People, Recovery};
use crate::units::{Ratio, Span};
use crate::workload::Vm;

/// Applications, plans and people.
pub fn recovery(context: &Context) -> Recovery {
    let sections = context.sections;
    let applications = sections.applications.read(context.diagnostics, |fields| application(context, fields));
    let needs = applications.iter().map(|row| &*row.depends_on);
    report_circle(context, &sections.applications, needs, "needs", &codes::DEPENDENCY_CYCLE);
    Recovery {
        applications: Table::new(applications),
        plans: Table::new(sections.plans.read(context.diagnostics, |fields| plans::plan(context, fields))),
        people: Table::new(sections.people.read(context.diagnostics, |fields| people(context, fields))),
    }
}

fn application(context: &Context, fields: &Fields) -> Application {
    fields.need_texts("vms");
    let vms = context.sections.vms.ids(fields, "vms");
    let application = Application {
        name: fields.name.clone(),
        tier: fields.quantity("tier"),
        needs: needs(context, fields, &vms),
        vms,
        depends_on: context.sections.applications.ids(fields, "depends_on"),
        rpo: fields.quantity("rpo"),
        rpo_share: rpo_share(fields),
        rto: fields.quantity("rto"),
        mtpd: fields.quantity("mtpd"),
        validation: fields.or("validation", &default::APPLICATION_VALIDATION),
    };
    positive(fields, "rpo", application.rpo);
    positive(fields, "rto", application.rto);
    application
}

/// VMs that stand in for each other, and how many of them must serve.
fn needs(context: &Context, fields: &Fields, vms: &[Id<Vm>]) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    for entry in fields.entries("needs", "need") {
        entry.need_texts("of");
        let of: Vec<Id<Vm>> = context.sections.vms.ids(&entry, "of");
        let at_least = entry.need::<u64>("at_least");
        let most = of.len().max(1) as u64;
        // Of nothing there is no number: that it selects nothing is told.
        if !of.is_empty() {
            in_range(&entry, "at_least", at_least, 1, most, &format!("1 to {most}"));
        }
        let strange = of.iter().find(|vm| !vms.contains(vm));
        let twice = of.iter().find(|vm| needs.iter().any(|other| other.of.contains(vm)));
        let name = |vm: &Id<Vm>| context.sections.vms.rows[vm.index()].name.to_string();
        if let Some(vm) = strange {
            entry.report(
                &codes::ONE_KIND,
                "of",
                format!("vm `{}` is none of the application's `vms`", name(vm)),
            );
        } else if let Some(vm) = twice {
            entry.report(
                &codes::ONE_KIND,
                "of",
                format!("vm `{}` stands in two needs of the application", name(vm)),
            );
        }
        entry.finish();
        if !of.is_empty() {
            needs.push(Need { at_least: usize::try_from(at_least.clamp(1, most)).expect("few VMs"), of });
        }
    }
    needs
}

/// Only an RPO can hold for a share of the time.
fn rpo_share(fields: &Fields) -> Ratio {
    if !fields.has("rpo") {
        if fields.has("rpo_share") {
            fields.need::<Span>("rpo");
        }
        fields.quantity::<Ratio>("rpo_share");
        return Ratio::ONE;
    }
    let share: Ratio = fields.or("rpo_share", &default::APPLICATION_RPO_SHARE);
    in_range(fields, "rpo_share", share, 1, Ratio::ONE.0.into(), "more than 0 % and at most 100 %");
    share
}

/// Shifts are read so far past the end of the run, to tell when somebody comes who is not there at the end.
const NEXT_SHIFT: Span = Span::seconds(8 * 86_400);

fn people(context: &Context, fields: &Fields) -> People {
    let zone = context.zone(fields).map_or_else(|| context.calendar.zone.clone(), |(_, zone)| zone);
    let people = People {
        name: fields.name.clone(),
        detection: fields.or("detection", &default::PEOPLE_DETECTION),
        decision: fields.or("decision", &default::PEOPLE_DECISION),
        operators: fields.or("operators", &default::PEOPLE_OPERATORS),
        manual_start: fields.or("manual_start", &default::PEOPLE_MANUAL_START),
        by_hand_after: fields.or("by_hand_after", &default::PEOPLE_BY_HAND_AFTER),
        manual_per_vm: fields.or("manual_per_vm", &default::PEOPLE_MANUAL_PER_VM),
        on_duty: context.open_times(fields, "shifts", "shift", &zone, NEXT_SHIFT),
    };
    in_range(fields, "operators", people.operators, 1, 10_000, "1 to 10,000");
    people
}
