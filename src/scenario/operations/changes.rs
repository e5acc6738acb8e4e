//! Acts that change the estate.
//!
//! - act: migrate (a VM), resize (`vm/disk`), edit_offline (a VM), break_replica (a VM), map (a network), unmap (a network),
//!   set_policy (a policy), add_qos (a QoS policy), remove_qos (a QoS policy), install_provider (a VMM server)
//! - migrate: to (a host), volume (one that the host reaches), storage_rate
//! - resize: size, replica_too
//! - break_replica: out_of_sequence
//! - map: to (a network)
//! - set_policy: vms
//! - install_provider: takes

use super::{Kind, Reader};
use crate::ids::Id;
use crate::operations::Act;
use crate::problem::{Problem, codes};
use crate::scenario::defaults as default;
use crate::scenario::reading::context::positive;
use crate::scenario::reading::fields::{Fields, Written};
use crate::scenario::reading::node::Node;
use crate::scenario::vms::volume;
use crate::topology::Host;
use crate::workload::Vm;

/// The acts of this family.
pub const KINDS: &[Kind] = &[
    Kind { key: "migrate", words: "migration of", read: migrate },
    Kind { key: "resize", words: "resizing of", read: resize },
    Kind {
        key: "edit_offline",
        words: "offline edit of",
        read: |reader, fields| Act::EditOffline {
            vm: reader.context.sections.vms.need(fields, "edit_offline"),
        },
    },
    Kind {
        key: "break_replica",
        words: "broken replica of",
        read: |reader, fields| Act::BreakReplica {
            vm: reader.context.sections.vms.need(fields, "break_replica"),
            out_of_sequence: fields.flag("out_of_sequence", &default::OPERATION_OUT_OF_SEQUENCE),
        },
    },
    Kind {
        key: "map",
        words: "mapping of",
        read: |reader, fields| Act::Map {
            from: reader.context.sections.networks.need(fields, "map"),
            to: Some(reader.context.sections.networks.need(fields, "to")),
        },
    },
    Kind {
        key: "unmap",
        words: "removed mapping of",
        read: |reader, fields| Act::Map {
            from: reader.context.sections.networks.need(fields, "unmap"),
            to: None,
        },
    },
    Kind {
        key: "set_policy",
        words: "change of policy of",
        read: |reader, fields| {
            fields.need_texts("vms");
            Act::SetPolicy {
                vms: reader.vms(fields, "vms"),
                policy: reader.context.sections.policies.need(fields, "set_policy"),
            }
        },
    },
    Kind {
        key: "add_qos",
        words: "making of QoS policy",
        read: |reader, fields| Act::SetQos {
            qos: reader.context.sections.qos.need(fields, "add_qos"),
            on: true,
        },
    },
    Kind {
        key: "remove_qos",
        words: "removal of QoS policy",
        read: |reader, fields| Act::SetQos {
            qos: reader.context.sections.qos.need(fields, "remove_qos"),
            on: false,
        },
    },
    Kind {
        key: "install_provider",
        words: "installation of the provider on",
        read: |reader, fields| Act::InstallProvider {
            vmm: reader.context.sections.vmms.need(fields, "install_provider"),
            takes: fields.or("takes", &default::OPERATION_TAKES),
        },
    },
];

fn migrate(reader: &Reader, fields: &Fields) -> Act {
    let vm = reader.context.sections.vms.need(fields, "migrate");
    let to: Id<Host> = reader.context.sections.hosts.need(fields, "to");
    let named = fields.has("volume").then(|| volume(reader.context, fields, "volume", to.index()));
    let storage_rate = fields.or("storage_rate", &default::OPERATION_STORAGE_RATE);
    positive(fields, "storage_rate", Some(storage_rate));
    Act::Migrate { vm, to, volume: named, storage_rate }
}

fn resize(reader: &Reader, fields: &Fields) -> Act {
    let (vm, disk) =
        fields.text("resize").and_then(|written| disk(reader, fields, written)).unwrap_or((Id::new(0), 0));
    let size = fields.need("size");
    positive(fields, "size", Some(size));
    Act::Resize { vm, disk, size, replica_too: fields.flag("replica_too", &default::OPERATION_REPLICA_TOO) }
}

/// The VM and the index of its disk, by name as in the sorted table.
fn disk(reader: &Reader, fields: &Fields, written: Written) -> Option<(Id<Vm>, usize)> {
    let vms = &reader.context.sections.vms;
    let Some((vm, name)) = written.text.rsplit_once('/') else {
        let what = format!("`resize` of {fields} does not say which disk");
        let problem = Problem::new(&codes::UNKNOWN_NAME, fields.diagnostics.place(written.slice), what);
        fields
            .diagnostics
            .push(problem.remedy("write the VM and its disk, \"vm/disk\"; an only disk is called `disk`"));
        return None;
    };
    let row = vms.resolve(fields.diagnostics, Written { text: vm, slice: fields.at("resize") })?;
    let entries = vms.rows[row].node.field("disks").and_then(|(_, disks)| disks.as_list());
    let mut names: Vec<&str> = match entries {
        Some(entries) => {
            let names = entries.iter().filter_map(|entry| entry.field("name"));
            names.filter_map(|(_, name): &(_, Node)| name.as_text()).map(|name| &**name).collect()
        }
        None => vec!["disk"],
    };
    names.sort_unstable();
    let found = names.iter().position(|known| *known == name);
    if found.is_none() {
        let what = format!("vm `{vm}` has no disk `{name}`");
        let problem = Problem::new(&codes::UNKNOWN_NAME, fields.diagnostics.place(written.slice), what);
        fields.diagnostics.push(problem.suggest(name, names));
    }
    Some((Id::new(row), found?))
}
