//! Recovery plans: the fields of their entries.
//!
//! - plan: name, people, and either by_hand (groups), point, ends_drills, fail_over; or by_hand_first (names or patterns, in order), groups, shutdown_timeout, fail_over, parallel_recoveries, synchronize, point (`latest`,
//!   `latest app-consistent`, `common` or an instant), shutdown (`parallel`, `reverse groups`), ends_drills
//! - group: vms (names or patterns, in order of admission), before, after
//! - action: name, and either script or manual with the time it takes; only (of `planned`, `unplanned`, `test`),
//!   direction (`both`, `there`, `back`), on (`recovery`, `primary`), fails

use std::collections::BTreeSet;

use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::recovery::{Action, ActionKind, Conduct, Group, Plan, PointChoice, Scope, ShutdownOrder};
use crate::scenario::defaults as default;
use crate::scenario::reading::context::{Context, positive};
use crate::scenario::reading::fields::Fields;
use crate::workload::Vm;

/// Most VMs of a plan (fact 5.1).
const PLAN_VMS_MAX: usize = 100;
/// Most groups of a plan (fact 5.3).
const PLAN_GROUPS_MAX: usize = 7;

/// One plan.
pub fn plan(context: &Context, fields: &Fields) -> Plan {
    let by_hand = fields.has("by_hand") && fields.one_of(&["groups", "by_hand"]) == Some("by_hand");
    if !by_hand && !fields.has("groups") {
        fields.need::<u64>("groups");
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut seen: BTreeSet<Id<Vm>> = BTreeSet::new();
    for entry in fields.entries(if by_hand { "by_hand" } else { "groups" }, "group") {
        let group = group(context, &entry);
        for vm in group.vms.iter().filter(|vm| !seen.insert(**vm)) {
            let what =
                format!("vm `{}` stands twice in {fields}", context.sections.vms.rows[vm.index()].name);
            context.diagnostics.report(&codes::TWO_GROUPS, entry.at("vms"), what);
        }
        groups.push(group);
    }
    if !by_hand && seen.len() > PLAN_VMS_MAX {
        let what = format!("{fields} has {} VMs, at most {PLAN_VMS_MAX} are possible", seen.len());
        fields.report(&codes::PLAN_SIZE, "groups", what);
    }
    if !by_hand && groups.len() > PLAN_GROUPS_MAX {
        let what = format!("{fields} has {} groups, at most {PLAN_GROUPS_MAX} are possible", groups.len());
        fields.report(&codes::PLAN_GROUPS, "groups", what);
    }
    let (people, fail_over) =
        (context.sections.people.need(fields, "people"), fields.or("fail_over", &default::PLAN_FAIL_OVER));
    if by_hand {
        let conduct = Conduct {
            point: point(context, fields, &default::PLAN_POINT),
            ends_drills: fields.flag("ends_drills", &default::PLAN_ENDS_DRILLS),
            by_hand,
            ..Conduct::default()
        };
        let name = fields.name.clone();
        let by_hand_first = Vec::new();
        let (shutdown_timeout, parallel_recoveries) = (None, None);
        return Plan {
            name,
            people,
            by_hand_first,
            groups,
            shutdown_timeout,
            fail_over,
            parallel_recoveries,
            conduct,
        };
    }
    let plan = Plan {
        name: fields.name.clone(),
        people,
        by_hand_first: by_hand_first(context, fields, &seen),
        groups,
        shutdown_timeout: fields.limit("shutdown_timeout", &default::PLAN_SHUTDOWN),
        fail_over,
        parallel_recoveries: fields.limit("parallel_recoveries", &default::PLAN_PARALLEL),
        conduct: conduct(context, fields),
    };
    positive(fields, "parallel_recoveries", plan.parallel_recoveries);
    plan
}

/// VMs failed over by hand before the plan; one that stands in a group of it as well is a problem.
fn by_hand_first(context: &Context, fields: &Fields, groups: &BTreeSet<Id<Vm>>) -> Vec<Id<Vm>> {
    if !fields.has("by_hand_first") {
        return Vec::new();
    }
    let selected = context.sections.vms.select(fields, "by_hand_first");
    let vms: Vec<Id<Vm>> = selected.into_iter().map(|(row, _)| Id::new(row)).collect();
    for vm in vms.iter().filter(|vm| groups.contains(vm)) {
        let what = format!("vm `{}` stands twice in {fields}", context.sections.vms.rows[vm.index()].name);
        context.diagnostics.report(&codes::TWO_GROUPS, fields.at("by_hand_first"), what);
    }
    vms
}

fn conduct(context: &Context, fields: &Fields) -> Conduct {
    let orders = [("parallel", ShutdownOrder::Parallel), ("reverse groups", ShutdownOrder::ReverseGroups)];
    Conduct {
        synchronize: fields.flag("synchronize", &default::PLAN_SYNCHRONIZE),
        point: point(context, fields, &default::PLAN_POINT),
        shutdown: fields.choice("shutdown", &orders, &default::PLAN_SHUTDOWN_ORDER),
        ends_drills: fields.flag("ends_drills", &default::PLAN_ENDS_DRILLS),
        by_hand: false,
    }
}

/// The field `point`: which recovery point is taken.
pub fn point(context: &Context, fields: &Fields, default: &'static default::Default) -> PointChoice {
    let word = match fields.text("point") {
        Some(written) => written.text,
        None => {
            fields.diagnostics.use_default(default);
            default.value
        }
    };
    match word {
        "latest" => PointChoice::Latest,
        "latest app-consistent" => PointChoice::LatestAppConsistent,
        "common" => PointChoice::Common,
        _ => match context.calendar.instant(word) {
            Ok(at) => PointChoice::NotAfter(at),
            Err(error) => {
                let what = format!("`point` of {fields}: {}", error.reason);
                let problem = Problem::new(error.code, context.diagnostics.place(fields.at("point")), what);
                let remedy = "write \"latest\", \"latest app-consistent\", \"common\" or an instant such as \"Tue 14:05\"";
                context.diagnostics.push(problem.remedy(remedy));
                PointChoice::Latest
            }
        },
    }
}

fn group(context: &Context, fields: &Fields) -> Group {
    let vms = context.sections.vms.select(fields, "vms").into_iter().map(|(row, _)| Id::new(row)).collect();
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
        let scope = scope(entry);
        entry.finish();
        Some(Action { name: entry.name.clone(), kind, takes, scope })
    };
    fields.entries(key, "action").iter().filter_map(read).collect()
}

fn scope(entry: &Fields) -> Scope {
    let kinds = ["planned", "unplanned", "test"];
    let only = entry.texts("only");
    for written in only.iter().filter(|written| !kinds.contains(&written.text)) {
        let what = format!("`only` of {entry} cannot be `{}`", written.text);
        let problem = Problem::new(&codes::CHOICE, entry.diagnostics.place(written.slice), what);
        entry.diagnostics.push(problem.suggest(written.text, kinds));
    }
    if !entry.has("only") {
        entry.diagnostics.use_default(&default::ACTION_ONLY);
    }
    let runs_in = |kind| !entry.has("only") || only.iter().any(|written| written.text == kind);
    let directions = [("both", (true, true)), ("there", (true, false)), ("back", (false, true))];
    let (there, back) = entry.choice("direction", &directions, &default::ACTION_DIRECTION);
    Scope {
        planned: runs_in("planned"),
        unplanned: runs_in("unplanned"),
        test: runs_in("test"),
        there,
        back,
        on_primary: entry.choice("on", &[("recovery", false), ("primary", true)], &default::ACTION_ON),
        fails: entry.flag("fails", &default::ACTION_FAILS),
    }
}
