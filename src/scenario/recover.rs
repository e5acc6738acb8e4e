//! Applications, recovery plans and people.
//!
//! - application: name, tier, vms (names or patterns), depends_on, rpo, rto, mtpd, validation
//! - plan: name, people, groups, shutdown_timeout, fail_over, parallel_recoveries
//! - group: vms (names or patterns, in order of admission), before, after
//! - action: name, and either script or manual with the time it takes
//! - people: name, detection, decision, operators, manual_start, manual_per_vm, shifts, zone (default: the start's)
//! - shift: days, from, to

use super::context::{Context, in_range, positive};
use super::defaults as default;
use super::fields::Fields;
use super::places::report_cycle;
use crate::ids::{Id, Table};
use crate::problem::codes;
use crate::recovery::{Action, ActionKind, Application, Conduct, Group, People, Plan, Recovery, Scope};
use crate::units::Time;

/// Most VMs of a plan (fact 5.1).
const PLAN_VMS_MAX: usize = 100;
/// Most groups of a plan (fact 5.3).
const PLAN_GROUPS_MAX: usize = 7;

/// Applications, plans and people.
pub fn recovery(context: &Context) -> Recovery {
    let book = context.book;
    let applications = book.applications.read(context.notes, |fields| application(context, fields));
    let needs: Vec<Vec<usize>> =
        applications.iter().map(|row| row.depends_on.iter().map(|id| id.index()).collect()).collect();
    report_cycle(context, &book.applications, &needs, "needs", &codes::DEPENDENCY_CYCLE);
    Recovery {
        applications: Table::new(applications),
        plans: Table::new(book.plans.read(context.notes, |fields| plan(context, fields))),
        people: Table::new(book.people.read(context.notes, |fields| people(context, fields))),
    }
}

fn application(context: &Context, fields: &Fields) -> Application {
    fields.need_texts("vms");
    let application = Application {
        name: fields.name.clone(),
        tier: fields.quantity("tier"),
        vms: context.book.vms.ids(fields, "vms"),
        depends_on: context.book.applications.ids(fields, "depends_on"),
        rpo: fields.quantity("rpo"),
        rto: fields.quantity("rto"),
        mtpd: fields.quantity("mtpd"),
        validation: fields.or("validation", &default::APPLICATION_VALIDATION),
    };
    positive(fields, "rpo", application.rpo);
    positive(fields, "rto", application.rto);
    application
}

fn plan(context: &Context, fields: &Fields) -> Plan {
    if !fields.has("groups") {
        fields.need::<u64>("groups");
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut seen: std::collections::BTreeSet<Id<_>> = Default::default();
    for entry in fields.entries("groups", "group") {
        let group = group(context, &entry);
        for vm in group.vms.iter().filter(|vm| !seen.insert(**vm)) {
            let what = format!("vm `{}` stands twice in {fields}", context.book.vms.rows[vm.index()].name);
            context.notes.report(&codes::TWO_GROUPS, entry.at("vms"), what);
        }
        groups.push(group);
    }
    if seen.len() > PLAN_VMS_MAX {
        let what = format!("{fields} has {} VMs, at most {PLAN_VMS_MAX} are possible", seen.len());
        fields.report(&codes::PLAN_SIZE, "groups", what);
    }
    if groups.len() > PLAN_GROUPS_MAX {
        let what = format!("{fields} has {} groups, at most {PLAN_GROUPS_MAX} are possible", groups.len());
        fields.report(&codes::PLAN_GROUPS, "groups", what);
    }
    let plan = Plan {
        name: fields.name.clone(),
        people: context.book.people.need(fields, "people"),
        groups,
        shutdown_timeout: fields.limit("shutdown_timeout", &default::PLAN_SHUTDOWN),
        fail_over: fields.or("fail_over", &default::PLAN_FAIL_OVER),
        parallel_recoveries: fields.limit("parallel_recoveries", &default::PLAN_PARALLEL),
        conduct: Conduct::default(),
    };
    positive(fields, "parallel_recoveries", plan.parallel_recoveries);
    plan
}

fn group(context: &Context, fields: &Fields) -> Group {
    let vms = context.book.vms.select(fields, "vms").into_iter().map(|(row, _)| Id::new(row)).collect();
    let group = Group { vms, before: actions(fields, "before"), after: actions(fields, "after") };
    fields.finish();
    group
}

fn actions(fields: &Fields, key: &'static str) -> Vec<Action> {
    let read = |entry: &Fields| {
        entry.need_text("name");
        let (kind, takes) = match entry.one_of(&["script", "manual"])? {
            "script" => (ActionKind::Script, entry.need("script")),
            _ => (ActionKind::Manual, entry.need("manual")),
        };
        entry.finish();
        Some(Action { name: entry.name.clone(), kind, takes, scope: Scope::default() })
    };
    fields.entries(key, "action").iter().filter_map(read).collect()
}

fn people(context: &Context, fields: &Fields) -> People {
    let people = People {
        name: fields.name.clone(),
        detection: fields.or("detection", &default::PEOPLE_DETECTION),
        decision: fields.or("decision", &default::PEOPLE_DECISION),
        operators: fields.or("operators", &default::PEOPLE_OPERATORS),
        manual_start: fields.or("manual_start", &default::PEOPLE_MANUAL_START),
        manual_per_vm: fields.or("manual_per_vm", &default::PEOPLE_MANUAL_PER_VM),
        on_duty: on_duty(context, fields),
    };
    in_range(fields, "operators", people.operators, 1, 10_000, "1 to 10,000");
    people
}

/// When at least one shift is on, from the start to the end of the run.
fn on_duty(context: &Context, fields: &Fields) -> Option<Vec<(Time, Time)>> {
    let zone = context.zone(fields).map_or_else(|| context.calendar.zone.clone(), |(_, zone)| zone);
    let shifts = fields.entries("shifts", "shift");
    if !fields.has("shifts") {
        return None;
    }
    let mut duty: Vec<(Time, Time)> = Vec::new();
    for shift in shifts {
        duty.extend(
            context.window(&shift).iter().flat_map(|window| context.calendar.openings(window, &zone)),
        );
        shift.finish();
    }
    Some(union(duty))
}

fn union(mut intervals: Vec<(Time, Time)>) -> Vec<(Time, Time)> {
    intervals.sort();
    let mut merged: Vec<(Time, Time)> = Vec::new();
    for (from, to) in intervals {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}
