//! How much is back how long after an outage: applications and VMs, a step each. Imports results, paths and documents.

use crate::document::{Axis, Curve, Line, Unit};
use crate::measure::results::{OutageRow, Outcome};
use crate::report::path;
use crate::units::as_f64;

/// Of what the outage takes down; nothing where that is nothing.
pub fn of(outage: &OutageRow) -> Option<Curve> {
    let hit = outage.applications.iter().filter(|row| row.outcome != Outcome::NotHit);
    let applications: Vec<Option<f64>> = hit
        .map(|row| row.rta_from_outage_s.and_then(|_| path::of(outage, row).last().map(|last| last.to_s)))
        .collect();
    let is_hit = |rta: Option<f64>, is_out: bool| rta.is_some() || is_out;
    let vms = outage.vms.iter().filter(|vm| is_hit(vm.rta_from_outage_s, vm.state.is_out()));
    // A VM is in service when the last of its steps has ended.
    let last = |name: &str| {
        let own = outage.steps.iter().filter(|step| step.vm.as_deref() == Some(name));
        own.map(|step| step.to_s).reduce(f64::max)
    };
    let vms: Vec<Option<f64>> =
        vms.map(|vm| vm.rta_from_outage_s.map(|rta| last(&vm.name).unwrap_or(rta))).collect();
    let end = applications.iter().chain(&vms).flatten().copied().fold(0.0, f64::max);
    if end <= 0.0 {
        return None;
    }
    let counted = [("application", &applications), ("VM", &vms)];
    let lines = counted.into_iter().filter(|(_, all)| !all.is_empty());
    let declared = outage.declarations.iter().map(|it| it.at_s).reduce(f64::min);
    Some(Curve {
        key: "restoration".into(),
        title: format!("Restoration after {}", outage.name),
        x: Axis { title: "time since the first fault".into(), unit: Unit::Seconds, is_log: false },
        y: Axis { title: "share back, of what it takes down".into(), unit: Unit::Share, is_log: false },
        lines: lines.map(|(what, all)| line(what, all, end)).collect(),
        marks: declared.map(|at| (at, "declared".to_owned())).into_iter().collect(),
    })
}

/// From nothing on up by one at each instant at which one is back; level from the last to the end.
fn line(what: &str, all: &[Option<f64>], end: f64) -> Line {
    let mut back: Vec<f64> = all.iter().flatten().copied().collect();
    back.sort_by(f64::total_cmp);
    let share = |count: usize| as_f64(count as u64) / as_f64(all.len() as u64);
    let steps = back.iter().enumerate().map(|(index, at)| (*at, share(index + 1)));
    let points = [(0.0, 0.0)].into_iter().chain(steps).chain([(end * 1.03, share(back.len()))]).collect();
    let of = crate::report::words::count(all.len() as u64, what);
    Line { name: format!("{} of {of}", back.len()), points, is_stepped: true }
}
