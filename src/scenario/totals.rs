//! What all of a kind come to: the engine counts bytes in 64 bits, so that no sum over a scenario may pass [`Bytes::MOST`] (`model.md` §2).

use super::Scenario;
use super::reading::context::Context;
use super::reading::sections::Section;
use crate::operations::Act;
use crate::problem::{Problem, codes};
use crate::units::{Bytes, Ratio, Span};
use crate::workload::Vm;

/// Notes each total that is too large, at the entry with the most of it. To be called before anything is added up in 64 bits.
pub fn check(context: &Context, scenario: &Scenario) {
    let Scenario { topology, vms, control_plane, operations, horizon, .. } = scenario;
    let sections = context.sections;
    let of_vms = |of: &dyn Fn(&Vm) -> u128| -> Vec<u128> { vms.iter().map(of).collect() };
    let mut disks = of_vms(&|vm| vm.disks.iter().map(|disk| u128::from(disk.size.0)).sum());
    for operation in operations {
        if let Act::Resize { vm, size, .. } = operation.act {
            disks[vm.index()] += u128::from(size.0);
        }
    }
    let each = |sizes: &mut dyn Iterator<Item = Option<Bytes>>| -> Vec<u128> {
        sizes.map(|size| size.map_or(0, |size| size.0.into())).collect()
    };
    let clouds = || control_plane.clouds.iter().map(|cloud| &cloud.profile.capacity);
    let totals: [(&str, &Section, Vec<u128>); 7] = [
        ("disks", &sections.vms, disks),
        ("memory", &sections.vms, of_vms(&|vm| vm.memory.0.into())),
        ("churn", &sections.vms, of_vms(&|vm| written(vm, *horizon))),
        ("memory", &sections.hosts, each(&mut topology.hosts.iter().map(|host| Some(host.memory)))),
        ("size", &sections.volumes, each(&mut topology.volumes.iter().map(|volume| volume.size))),
        ("memory", &sections.clouds, each(&mut clouds().map(|capacity| capacity.memory))),
        ("storage", &sections.clouds, each(&mut clouds().map(|capacity| capacity.storage))),
    ];
    for (what, section, parts) in totals {
        note(context, what, section, &parts);
    }
    if !context.diagnostics.failed() {
        on_the_wire(context, scenario);
    }
}

/// All that it writes within the run and, where a burst or bin outlasts it, to the end of that.
fn written(vm: &Vm, horizon: Span) -> u128 {
    vm.disks
        .iter()
        .flat_map(|disk| &disk.churn)
        .fold(0, |sum: u128, layer| sum.saturating_add(layer.begun(horizon)))
}

/// No policy may make so much of all that is written that it cannot be counted: logs grow by `coalescing` and `overhead`.
fn on_the_wire(context: &Context, scenario: &Scenario) {
    let all = scenario.vms.iter().map(|vm| written(vm, scenario.horizon)).fold(0, u128::saturating_add);
    for policy in scenario.policies.iter() {
        let one = u128::from(Ratio::ONE.0);
        let unique = policy.coalescing.iter().map(|(_, ratio)| u128::from(ratio.0)).fold(one, u128::max);
        let sent = all.saturating_mul(unique) / one * (one + u128::from(policy.overhead.0)) / one;
        if sent > u128::from(u64::MAX) {
            let said = format!("policy `{}` could make {} of what all vms write", policy.name, shown(sent));
            let row =
                context.sections.policies.find(&policy.name).map(|row| &context.sections.policies.rows[row]);
            let place = context.diagnostics.place(row.and_then(|row| row.slice));
            context.diagnostics.push(Problem::new(&codes::TOTAL, place, said));
        }
    }
}

fn note(context: &Context, what: &str, section: &Section, parts: &[u128]) {
    let total = parts.iter().fold(0, |sum: u128, part| sum.saturating_add(*part));
    let Some((row, most)) = parts.iter().enumerate().max_by_key(|(row, part)| (**part, usize::MAX - row))
    else {
        return;
    };
    if total <= Bytes::MOST.0.into() {
        return;
    }
    let (kind, row) = (section.kind, &section.rows[row]);
    let said = format!(
        "all {kind}s together have {} of `{what}`, {} of it {kind} `{}`; a run counts up to 1000 PB",
        shown(total),
        shown(*most),
        row.name
    );
    context.diagnostics.push(Problem::new(&codes::TOTAL, context.diagnostics.place(row.slice), said));
}

/// As any size, and in EB what is too large for one.
fn shown(bytes: u128) -> String {
    u64::try_from(bytes).map_or_else(
        |_| format!("{} EB", bytes / u128::from(Bytes::MOST.0)),
        |bytes| Bytes(bytes).to_string(),
    )
}
