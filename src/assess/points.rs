//! Recovery points of VMs at the end of a run, and what keeping them costs.

use crate::data_plane::Point;
use crate::measure::monitor::Monitor;
use crate::measure::results::RecoveryPointsRow;
use crate::protection::Policy;
use crate::topology::OsVersion;
use crate::units::{Span, Time};
use crate::workload::Vm;

/// Size of a recovery point on 2012, as a part of the disks: 10 % (fact 2.7).
const SNAPSHOT_PART: u64 = 10;

/// A VM's recovery points, newest first, at the `end` of the run, under the policy it follows then, on a host of that version.
pub(super) fn recovery_points(
    (vm, policy, os): (&Vm, &Policy, OsVersion),
    points: &[Point],
    monitor: Option<&Monitor>,
    end: Time,
) -> RecoveryPointsRow {
    let age = |point: &Point| end.since(point.cut).as_seconds();
    let promised = u64::from(policy.settings.recovery_points);
    let app_points = monitor.map_or(0, Monitor::app_points);
    let (least, most) = iops_factors(policy.settings.recovery_points, os);
    RecoveryPointsRow {
        promised_points: promised,
        promised_retention_s: Span::seconds(3600 * promised).as_seconds(),
        kept_points: points.len() as u64,
        achieved_retention_s: points
            .first()
            .zip(points.last())
            .map(|(newest, oldest)| newest.cut.since(oldest.cut).as_seconds()),
        newest_age_s: points.first().map(age),
        newest_app_consistent_age_s: points.iter().find(|point| point.app_consistent).map(age),
        app_consistent_points: app_points,
        app_consistent_freeze_s: Span(policy.settings.freeze.0.saturating_mul(app_points)).as_seconds(),
        disks_bytes: replicated_size(vm),
        history_bytes: history_bytes(vm, os, points),
        iops_factor_min: least,
        iops_factor_max: most,
    }
}

fn replicated_size(vm: &Vm) -> u64 {
    vm.disks.iter().filter(|disk| disk.replicate).map(|disk| disk.size.0).sum()
}

/// What points beyond the newest take: snapshots on 2012, what undoes the newest to the oldest since (facts 2.3, 2.7).
pub(crate) fn history_bytes(vm: &Vm, os: OsVersion, points: &[Point]) -> u64 {
    if os.keeps_snapshots() {
        return (replicated_size(vm) / SNAPSHOT_PART).saturating_mul(points.len().saturating_sub(1) as u64);
    }
    points.iter().map(|point| point.undo.0).max().unwrap_or(0)
}

/// Write operations at the replica for each of the VM's: 4–6 on 2012, 2–3 since, where points are kept (fact 2.8); else one.
fn iops_factors(points: u32, os: OsVersion) -> (f64, f64) {
    match (points, os) {
        (0, _) => (1.0, 1.0),
        (_, os) if os.keeps_snapshots() => (4.0, 6.0),
        (_, _) => (2.0, 3.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Id;
    use crate::units::Bytes;

    #[test]
    fn history_takes_a_tenth_of_the_disks_a_point_on_2012_and_what_it_undoes_since() {
        let point = |undo| Point { cut: Time(0), app_consistent: false, undo: Bytes(undo) };
        let points = [point(0), point(70), point(300)];
        let mut vm = crate::workload::Vm {
            name: "v".into(),
            host: Id::new(0),
            cores: 1,
            memory: Bytes(1),
            disks: Vec::new(),
            nics: Vec::new(),
            boot: Span::ZERO,
            readiness: Span::ZERO,
            protection: None,
            guest: crate::workload::Guest::default(),
        };
        vm.disks = vec![crate::workload::Disk {
            name: "d".into(),
            size: Bytes(1000),
            used: None,
            volume: Id::new(0),
            replicate: true,
            churn: Vec::new(),
        }];
        assert_eq!(history_bytes(&vm, OsVersion::Ws2012, &points), 200);
        assert_eq!(history_bytes(&vm, OsVersion::Ws2012R2, &points), 300);
        assert_eq!(history_bytes(&vm, OsVersion::Ws2016, &[]), 0);
    }

    #[test]
    fn a_replica_writes_more_where_points_are_kept() {
        assert_eq!(iops_factors(0, OsVersion::Ws2012), (1.0, 1.0));
        assert_eq!(iops_factors(1, OsVersion::Ws2012), (4.0, 6.0));
        assert_eq!(iops_factors(24, OsVersion::Ws2016), (2.0, 3.0));
    }
}
