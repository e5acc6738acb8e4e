//! Acts on replication relationships.
//!
//! - act: enable, disable, start_initial, stop_initial, pause, resume, resynchronize, cancel_resynchronize, reset_statistics
//!   (each names VMs, or patterns that take the protected ones)
//! - disable: delete_replica (default: as the policies of all its VMs say)
//! - pause: on (`primary`, `recovery`)
//! - resynchronize: starts (an instant at most 7 days after `at`)

use super::{Kind, Reader};
use crate::operations::Act;
use crate::problem::codes;
use crate::scenario::defaults as default;
use crate::scenario::reading::context::Context;
use crate::scenario::reading::fields::Fields;
use crate::scenario::reading::node::Node;
use crate::units::{Span, Time};

/// How far ahead a resynchronisation may be scheduled (fact 1.28).
const AHEAD_MAX: Span = Span::seconds(7 * 86_400);

/// The acts of this family.
pub const KINDS: &[Kind] = &[
    Kind {
        key: "enable",
        words: "enabling of",
        read: |reader, fields| Act::Enable { vms: reader.vms(fields, "enable") },
    },
    Kind { key: "disable", words: "disabling of", read: disable },
    Kind {
        key: "start_initial",
        words: "start of the first copy of",
        read: |reader, fields| Act::StartInitial { vms: reader.vms(fields, "start_initial") },
    },
    Kind {
        key: "stop_initial",
        words: "stop of the first copy of",
        read: |reader, fields| Act::StopInitial { vms: reader.vms(fields, "stop_initial") },
    },
    Kind {
        key: "pause",
        words: "pause of",
        read: |reader, fields| Act::Pause {
            vms: reader.vms(fields, "pause"),
            on_replica: fields.choice(
                "on",
                &[("primary", false), ("recovery", true)],
                &default::OPERATION_ON,
            ),
        },
    },
    Kind {
        key: "resume",
        words: "resumption of",
        read: |reader, fields| Act::Resume { vms: reader.vms(fields, "resume") },
    },
    Kind {
        key: "resynchronize",
        words: "resynchronization of",
        read: |reader, fields| Act::Resynchronize { vms: reader.vms(fields, "resynchronize") },
    },
    Kind {
        key: "cancel_resynchronize",
        words: "cancelled resynchronization of",
        read: |reader, fields| Act::CancelResynchronize { vms: reader.vms(fields, "cancel_resynchronize") },
    },
    Kind {
        key: "reset_statistics",
        words: "reset of the statistics of",
        read: |reader, fields| Act::ResetStatistics { vms: reader.vms(fields, "reset_statistics") },
    },
];

fn disable(reader: &Reader, fields: &Fields) -> Act {
    let vms = reader.vms(fields, "disable");
    let says = |policy: usize| {
        let row = reader.context.sections.policies.rows.get(policy);
        let flag = row.and_then(|row| row.node.field("delete_replica"));
        matches!(flag, Some((_, Node::Bool(true))))
    };
    let delete_replica = match fields.get("delete_replica") {
        Some(_) => fields.flag("delete_replica", &default::POLICY_DELETE_REPLICA),
        None => {
            vms.iter().all(|vm| reader.pairs.get(&vm.index()).is_some_and(|pair| says(pair.policy.index())))
        }
    };
    Act::Disable { vms, delete_replica }
}

/// When a scheduled resynchronisation starts; nobody need be on duty then.
pub fn start<'t>(context: &Context<'_, 't>, fields: &Fields<'_, 't>, at: Option<Time>) -> Option<Time> {
    if !fields.has("resynchronize") {
        return None;
    }
    let starts = context.instant(fields, "starts")?;
    let at = at?;
    if starts < at {
        fields.report(&codes::RANGE, "starts", format!("`starts` of {fields} is before its `at`"));
    } else if starts.since(at) > AHEAD_MAX {
        let what = format!(
            "{fields} schedules a resynchronization {} ahead; at most 7 days are possible",
            starts.since(at)
        );
        fields.report(&codes::RESYNC_AHEAD, "starts", what);
    }
    Some(starts)
}
