//! Drills, failovers and the way back. What they are about is a plan, or a single VM as in `vm:sql`.
//!
//! - act: test_failover, planned_failover, unplanned_failover, commit, change_point, cancel, reverse, failback (each names a plan
//!   or a VM), restart_plan (a plan), fail_over_by_hand (a VM)
//! - test_failover: network (`none`, `created` or a VM network), point, testing, in_cloud
//! - unplanned_failover: synchronize, point
//! - change_point: point
//! - fail_over_by_hand: planned

use super::{Kind, Reader};
use crate::ids::Id;
use crate::operations::{Act, Scope, TestNetwork};
use crate::problem::{Problem, codes};
use crate::remedy::{Instead, Remedy};
use crate::scenario::defaults as default;
use crate::scenario::reading::fields::{Fields, Written};
use crate::scenario::recover::plans::point;

/// What stands before the name of a VM.
pub const VM_PREFIX: &str = "vm:";

/// The acts of this family.
pub const KINDS: &[Kind] = &[
    Kind { key: "test_failover", words: "test failover of", read: test_failover },
    Kind {
        key: "planned_failover",
        words: "planned failover of",
        read: |reader, fields| Act::PlannedFailover { of: scope(reader, fields, "planned_failover") },
    },
    Kind {
        key: "unplanned_failover",
        words: "unplanned failover of",
        read: |reader, fields| Act::UnplannedFailover {
            of: scope(reader, fields, "unplanned_failover"),
            synchronize: fields.flag("synchronize", &default::OPERATION_SYNCHRONIZE),
            point: point(reader.context, fields, &default::OPERATION_POINT),
        },
    },
    Kind {
        key: "commit",
        words: "commit of",
        read: |reader, fields| Act::Commit { of: scope(reader, fields, "commit") },
    },
    Kind {
        key: "change_point",
        words: "change of point of",
        read: |reader, fields| {
            fields.need_text("point");
            Act::ChangePoint {
                of: scope(reader, fields, "change_point"),
                point: point(reader.context, fields, &default::OPERATION_POINT),
            }
        },
    },
    Kind {
        key: "cancel",
        words: "cancellation of",
        read: |reader, fields| Act::Cancel { of: scope(reader, fields, "cancel") },
    },
    Kind {
        key: "reverse",
        words: "reverse replication of",
        read: |reader, fields| Act::Reverse { of: scope(reader, fields, "reverse") },
    },
    Kind {
        key: "failback",
        words: "failback of",
        read: |reader, fields| Act::Failback { of: scope(reader, fields, "failback") },
    },
    Kind {
        key: "restart_plan",
        words: "restart of",
        read: |reader, fields| Act::RestartPlan {
            plan: reader.context.sections.plans.need(fields, "restart_plan"),
        },
    },
    Kind {
        key: "fail_over_by_hand",
        words: "failover by hand of",
        read: |reader, fields| Act::FailOverByHand {
            vm: reader.context.sections.vms.need(fields, "fail_over_by_hand"),
            planned: fields.flag("planned", &default::OPERATION_PLANNED),
        },
    },
];

fn test_failover(reader: &Reader, fields: &Fields) -> Act {
    let network = match fields.text("network").map(|written| written.text) {
        None => {
            fields.diagnostics.use_default(&default::OPERATION_TEST_NETWORK);
            TestNetwork::None
        }
        Some("none") => TestNetwork::None,
        Some("created") => TestNetwork::Created,
        Some(_) => TestNetwork::Existing(reader.context.sections.networks.need(fields, "network")),
    };
    Act::TestFailover {
        of: scope(reader, fields, "test_failover"),
        network,
        point: point(reader.context, fields, &default::OPERATION_POINT),
        testing: fields.or("testing", &default::OPERATION_TESTING),
        in_cloud: fields.flag("in_cloud", &default::OPERATION_IN_CLOUD),
    }
}

fn scope(reader: &Reader, fields: &Fields, key: &'static str) -> Scope {
    let sections = reader.context.sections;
    let vm = fields.text(key).and_then(|written| written.text.strip_prefix(VM_PREFIX));
    let Some(vm) = vm else { return plan_of(reader, fields, key) };
    let at = fields.at(key);
    let slice = at.and_then(|slice| slice.strip_prefix(VM_PREFIX)).map(str::trim).or(at);
    let written = Written { text: vm.trim(), slice };
    Scope::Vm(Id::new(sections.vms.resolve(fields.diagnostics, written).unwrap_or(0)))
}

/// The plan of that name; where there is none but a VM is called so, how to name that.
fn plan_of(reader: &Reader, fields: &Fields, key: &'static str) -> Scope {
    let sections = reader.context.sections;
    if let Some(written) = fields.text(key)
        && sections.plans.find(written.text).is_none()
        && sections.vms.find(written.text).is_some()
    {
        let what = format!("there is no plan `{}`, but a VM", written.text);
        let vm = Instead::new(format!("{VM_PREFIX}{}", written.text), "for the VM");
        let problem = Problem::new(&codes::UNKNOWN_NAME, fields.diagnostics.place(fields.at(key)), what);
        fields.diagnostics.push(problem.wrong(written.text).remedy(Remedy::Write(vec![vm])));
        return Scope::Plan(Id::new(0));
    }
    Scope::Plan(sections.plans.need(fields, key))
}
