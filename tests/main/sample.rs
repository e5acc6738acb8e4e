//! Results made by hand, with everything a report may meet: missed, met, barely met, not recovered, no objective, not hit,
//! hostile names, nothing at all.

use drsim::closed;
use drsim::facts::{JobKind, Phase};
use drsim::measure::distribution::Method;
use drsim::measure::health::{Health, Reason};
use drsim::measure::results::*;
use drsim::protection::State;

pub use crate::names::MARKUP as HOSTILE;

const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;

/// A week, four applications, three outages, two links.
pub fn rich() -> (Results, Charts) {
    let results = Results {
        outages: vec![flood(), hq_lost(), wan_cut()],
        applications: applications(),
        vms: vms(),
        links: links(),
        routes: routes(),
        sites: vec![SiteRow { name: HOSTILE.into(), cores: 64, vcpus: 40, replica_vcpus: 20 }],
        hosts: hosts(),
        volumes: volumes(),
        stand_ins: vec![],
        assumptions: (1..8)
            .map(|n| format!("efficiency of link wan: 93 % (Ethernet, TCP/IP; assumption {n})"))
            .collect(),
        fleet_health: fleet_health(),
        health: health(),
        statistics: statistics(),
        operations: operations(),
        warnings: vec![
            "W0205: the throttle of `wan` leaves less than the mean demand from 08:00 to 18:00".into(),
            format!("W0301: `{HOSTILE}` is in no recovery plan"),
        ],
        ..tiny()
    };
    let charts = charts(&results);
    (results, charts)
}

/// One VM, nothing else: every list but one is empty.
pub fn tiny() -> Results {
    Results {
        schema_version: SCHEMA_VERSION.into(),
        engine_version: "0.1.0".into(),
        scenario_hash: "9f2c41d07be6a5538c1e0f4a7d2b96e8135fa0c47ed9b826f3a15c08e47d6b21".into(),
        seed: 42,
        digest: "51ad70c9e3".into(),
        audit: Audit {
            status: "holds".into(),
            checked_vms: 24,
            written_bytes: "912345678901".into(),
            excluded_bytes: "1200000000".into(),
            open_bytes: "3400000".into(),
            cut_bytes: "1100000".into(),
            applied_bytes: "911141178901".into(),
            untracked_bytes: "0".into(),
            lost_bytes: "0".into(),
        },
        scenario: ScenarioRow {
            name: "Two sites, one WAN".into(),
            start: "2026-03-02T00:00:00+01:00".into(),
            horizon_s: 7.0 * DAY,
            zone: "Europe/Zurich".into(),
            vms: 6,
            protected_vms: 5,
            cycles: 10_077,
        },
        applications: vec![],
        vms: vec![vm("dc1", Some(age(310.0)))],
        links: vec![],
        routes: vec![],
        sites: vec![],
        hosts: vec![],
        volumes: vec![],
        outages: vec![],
        fleet_health: FleetHealth::default(),
        health: vec![],
        statistics: vec![],
        operations: Operations::default(),
        assumptions: vec![],
        stand_ins: vec![],
        tried: None,
        warnings: vec![],
    }
}

fn age(max_s: f64) -> Age {
    Age {
        mean_s: max_s * 0.31,
        p50_s: max_s * 0.3,
        p90_s: max_s * 0.5,
        p95_s: max_s * 0.6,
        p99_s: max_s * 0.8,
        p999_s: max_s * 0.951_234_567,
        max_s,
        max_at: "2026-03-04T09:12:30+01:00".into(),
        max_cause: "throttle of link wan".into(),
        above_objective_s: Some(if max_s > 900.0 { 5400.25 } else { 0.0 }),
        method: Method::Exact,
    }
}

fn vm(name: &str, age: Option<Age>) -> VmRow {
    let protected = age.is_some();
    let bound = [("interval", 0.61), ("throttle of link wan", 0.27), ("link wan", 0.12)];
    let bound = bound.map(|(by, share)| Bound { by: by.into(), share });
    VmRow {
        name: name.into(),
        host: "hq-h1".into(),
        replica_host: protected.then(|| "dr-h1".into()),
        policy: protected.then(|| "gold".into()),
        interval_s: protected.then_some(300.0),
        age,
        written_bytes: 123_456_789_012,
        cycles_applied: 2011,
        cycles_expected: 2016,
        cycles_missed: 37,
        largest_log_bytes: 4_200_000_000,
        pending_bytes: 17_000_000,
        state: if protected { State::Replicating } else { State::NotEnabled },
        health: protected.then(vm_health),
        recovery_points: protected.then(recovery_points),
        bound: if protected { bound.to_vec() } else { vec![] },
    }
}

fn vm_health() -> VmHealth {
    VmHealth {
        at_end: HealthAtEnd::Critical,
        reasons: vec![Reason::ResyncRequired, Reason::Missed, Reason::Behind],
        normal_share: 0.8,
        warning_share: 0.15,
        critical_share: 0.05,
        merged: 0,
    }
}

fn recovery_points() -> RecoveryPointsRow {
    RecoveryPointsRow {
        promised_points: 24,
        promised_retention_s: 24.0 * HOUR,
        kept_points: 25,
        achieved_retention_s: Some(24.0 * HOUR - 120.0),
        newest_age_s: Some(310.0),
        newest_app_consistent_age_s: Some(3.0 * HOUR),
        app_consistent_points: 41,
        app_consistent_freeze_s: 410.0,
        disks_bytes: 500_000_000_000,
        history_bytes: 64_000_000_000,
        iops_factor_min: 2.0,
        iops_factor_max: 3.0,
    }
}

fn fleet_health() -> FleetHealth {
    FleetHealth {
        normal: 2,
        warning: 1,
        critical: 2,
        not_applicable: 1,
        reasons: vec![ReasonRow { reason: Reason::ResyncRequired, vms: 2 }],
    }
}

fn health() -> Vec<HealthRow> {
    let row = HealthRow {
        vm: HOSTILE.into(),
        health: Health::Critical,
        reasons: vm_health().reasons,
        from: "2026-03-04T10:00:00+01:00".into(),
        from_s: 2.0 * DAY + 10.0 * HOUR,
        to_s: Some(3.0 * DAY),
    };
    vec![row.clone(), HealthRow { vm: "erp-db".into(), health: Health::Warning, to_s: None, ..row }]
}

fn statistics() -> Vec<StatisticsRow> {
    let row = StatisticsRow {
        vm: HOSTILE.into(),
        from: "2026-03-02T00:00:00+01:00".into(),
        to: "2026-03-02T09:00:00+01:00".into(),
        cycles_expected: 108,
        cycles_successful: 79,
        cycles_missed: 29,
        size_mean_bytes: Some(41_000_000),
        size_max_bytes: 90_000_000,
        latency_mean_s: Some(61.5),
        latency_max_s: Some(340.0),
        pending_bytes: None,
        app_consistent_points: 9,
        app_consistent_failures: 1,
        last_synchronised: Some("2026-03-02T08:59:00+01:00".into()),
        last_received: Some("2026-03-02T08:59:30+01:00".into()),
        last_app_consistent: Some("2026-03-02T08:00:10+01:00".into()),
    };
    vec![row.clone(), StatisticsRow { size_mean_bytes: None, pending_bytes: Some(17_000_000), ..row }]
}

/// A drill, a planned failover, one refused and one that runs.
fn jobs() -> Vec<JobRow> {
    let job = JobRow {
        job: JobKind::TestFailover,
        on: Some("plan main".into()),
        operation: Some("drill of the spring".into()),
        from: on_tuesday(10),
        from_s: DAY + 10.0 * HOUR,
        to: Some(on_tuesday(12)),
        to_s: Some(DAY + 12.0 * HOUR),
        outcome: JobState::Succeeded,
        reason: None,
        waited_s: None,
        drill_rto_s: Some(640.0),
        downtime_s: None,
        lost_bytes: None,
    };
    let planned = JobRow {
        job: JobKind::PlannedFailover,
        operation: Some(HOSTILE.into()),
        from_s: DAY + 14.0 * HOUR,
        to_s: Some(DAY + 14.5 * HOUR),
        drill_rto_s: None,
        downtime_s: Some(960.0),
        lost_bytes: Some(0),
        ..job.clone()
    };
    let refused = JobRow {
        job: JobKind::EnableProtection,
        on: Some(format!("VM {HOSTILE}")),
        operation: None,
        from_s: DAY + 15.0 * HOUR,
        to_s: Some(DAY + 15.0 * HOUR),
        outcome: JobState::Failed,
        reason: Some("VMM server vmm-dr was down".into()),
        drill_rto_s: None,
        ..job.clone()
    };
    let open = JobRow {
        job: JobKind::InitialReplication,
        on: Some("VM web-1".into()),
        to: None,
        to_s: None,
        outcome: JobState::InProgress,
        drill_rto_s: None,
        from_s: DAY + 16.0 * HOUR,
        ..job.clone()
    };
    vec![job, planned, refused, open]
}

fn states() -> Vec<StateRow> {
    let state = StateRow {
        vm: HOSTILE.into(),
        state: State::Replicating,
        why: None,
        from: on_tuesday(0),
        from_s: 0.0,
        to_s: Some(DAY),
    };
    let required = StateRow {
        state: State::WaitingForStartResynchronize,
        why: Some("the host crashed with the VM running".into()),
        to_s: None,
        ..state.clone()
    };
    vec![state, required]
}

fn on_tuesday(hour: u32) -> String {
    format!("2026-03-03T{hour:02}:00:00+01:00")
}

/// A drill, a planned failover, and protection that failed.
fn operations() -> Operations {
    let at = on_tuesday;
    let gap = UnprotectedRow {
        on: Whose::Vm("erp-db".into()),
        because: State::FailoverWaitingCompletion,
        from: at(14),
        from_s: DAY + 14.5 * HOUR,
        to_s: Some(DAY + 20.0 * HOUR),
        seconds: 5.5 * HOUR,
    };
    Operations {
        jobs: jobs(),
        states: states(),
        unprotected: vec![
            gap.clone(),
            UnprotectedRow { on: Whose::Application("erp".into()), ..gap.clone() },
            UnprotectedRow { on: Whose::Vm(HOSTILE.into()), to_s: None, ..gap },
        ],
        last_protected: Some(LastProtectedRow { vm: "erp-db".into(), at: at(20), after_s: 5.5 * HOUR }),
        downtimes: vec![DowntimeRow {
            application: "erp".into(),
            job: Some("Planned failover of plan main".into()),
            from: at(14),
            from_s: DAY + 14.0 * HOUR,
            to_s: Some(DAY + 14.0 * HOUR + 960.0),
            seconds: Some(960.0),
            unfinished_s: None,
        }],
        test_vms: vec![TestVmRow {
            on: "VM erp-db".into(),
            job: Some("Test failover of plan main".into()),
            point_at: at(9),
            connected: false,
            running_at: at(10),
            after_s: Some(640.0),
            removed_at: Some(at(12)),
            forced: false,
        }],
        moves: vec![MoveRow {
            on: format!("VM {HOSTILE}"),
            at: at(9),
            to: "hq-h1".into(),
            how: How::LiveMigration,
        }],
        mappings: vec![MappingRow { at: at(8), from: "lan".into(), to: None, replicas: 3 }],
        points: vec![PointRow {
            on: "VM erp-db".into(),
            at: at(10),
            asked: "latest app-consistent".into(),
            point_at: at(9),
            app_consistent: true,
            undo_s: 12.5,
        }],
        incidents: vec![IncidentRow {
            at: at(11),
            on: format!("VM {HOSTILE}"),
            what: "corruption found: no clean recovery point is left".into(),
        }],
    }
}

fn vms() -> Vec<VmRow> {
    vec![
        vm(HOSTILE, None),
        vm("dc1", Some(age(310.0))),
        vm("erp-app", Some(age(840.0))),
        vm("erp-db", Some(age(2640.0))),
        vm("payroll", Some(age(1200.0))),
        vm("web-1", Some(age(355.5))),
    ]
}

/// One that meets its objectives.
fn directory() -> ApplicationRow {
    ApplicationRow {
        name: "directory".into(),
        tier: Some(0),
        vms: 1,
        rpo_objective_s: Some(900.0),
        rpo_share: Some(1.0),
        rpa_s: Some(254.0),
        rpa_outage: Some("hq lost".into()),
        rto_objective_s: Some(2.0 * HOUR),
        rta_from_outage_s: Some(HOUR + 720.0),
        rta_outage: Some("hq lost".into()),
        rta_from_declaration_s: Some(1620.0),
        mtpd_s: Some(DAY),
        status: Status::Met,
        margin_share: Some(0.4),
        reasons: vec![],
        worst_outage: Some("hq lost".into()),
        steady: Some(SteadyRow {
            status: Status::Met,
            margin_share: Some(0.65),
            running_s: 7.0 * DAY,
            not_held_s: Some(0.0),
            allowed_s: Some(0.0),
            held_share: Some(1.0),
            reasons: vec![],
        }),
        age: Some(age(310.0)),
        last_test_at: Some("2026-03-03T11:00:00+01:00".into()),
        grounds: Grounds {
            members: vec!["dc1".into()],
            exceedance: vec![Exceeded { age_s: 4.0, share: 1.0 }, Exceeded { age_s: 310.0, share: 0.0 }],
            bound: vec![BoundSpan {
                from: "2026-03-02T00:00:00+01:00".into(),
                to: "2026-03-05T08:00:00+01:00".into(),
                by: "interval, then link wan".into(),
                oldest_s: 310.0,
            }],
        },
    }
}

fn applications() -> Vec<ApplicationRow> {
    let row = directory();
    vec![
        row.clone(),
        ApplicationRow {
            name: "erp".into(),
            tier: Some(1),
            vms: 2,
            rta_from_outage_s: None,
            rta_from_declaration_s: None,
            rpa_s: Some(2510.0),
            rta_outage: Some("flood of the valley".into()),
            status: Status::NotRecovered,
            margin_share: None,
            reasons: vec![
                "erp-db did not start: dr-h1 lacks 24 GB of memory".into(),
                "RPO missed by 26m 50s".into(),
            ],
            worst_outage: Some("flood of the valley".into()),
            age: Some(age(2640.0)),
            ..row.clone()
        },
        ApplicationRow {
            name: "payroll".into(),
            tier: Some(1),
            rto_objective_s: Some(4.0 * HOUR),
            rta_from_outage_s: Some(4.0 * HOUR + 2280.0),
            rta_from_declaration_s: Some(3.0 * HOUR + 1000.0),
            status: Status::Missed,
            margin_share: None,
            reasons: vec!["RTO missed by 38m: waiting for people took 1h 50m".into()],
            age: Some(age(1200.0)),
            ..row.clone()
        },
        ApplicationRow {
            name: "web".into(),
            tier: Some(2),
            rpo_objective_s: Some(370.0),
            rpa_s: Some(355.5),
            margin_share: Some(0.039),
            rto_objective_s: Some(4.0 * HOUR),
            age: Some(age(355.5)),
            ..row.clone()
        },
        ApplicationRow {
            name: HOSTILE.into(),
            tier: None,
            rpo_objective_s: None,
            rpo_share: None,
            rpa_s: None,
            rpa_outage: None,
            rto_objective_s: None,
            rta_from_outage_s: None,
            rta_outage: None,
            rta_from_declaration_s: None,
            mtpd_s: None,
            status: Status::NoObjective,
            margin_share: None,
            steady: None,
            worst_outage: None,
            age: None,
            last_test_at: None,
            ..row
        },
    ]
}

fn links() -> Vec<LinkRow> {
    let row = LinkRow {
        name: "wan".into(),
        from: "hq".into(),
        to: "dr".into(),
        rate_bps: 200_000_000,
        carried_bytes: 902_000_000_000,
        utilisation_share: 0.41,
        binding_share: 0.39,
        throttle_binding_share: 0.27,
        backlog_max_bytes: 9_800_000_000,
    };
    let back = LinkRow {
        from: "dr".into(),
        to: "hq".into(),
        carried_bytes: 0,
        utilisation_share: 0.0,
        binding_share: 0.0,
        ..row.clone()
    };
    vec![back, row]
}

fn routes() -> Vec<RouteRow> {
    let row = RouteRow {
        from: "hq".into(),
        to: "dr".into(),
        links: vec!["wan".into()],
        rate_bps: 190_000_000,
        fits_bps: 190_000_000,
        has_second_way: false,
        single_points: vec!["link wan".into()],
    };
    let back = RouteRow {
        from: "dr".into(),
        to: "hq".into(),
        fits_bps: 285_000_000,
        has_second_way: true,
        single_points: vec!["fault domain carrier".into()],
        ..row.clone()
    };
    let free = RouteRow { to: "east".into(), single_points: vec![], ..back.clone() };
    vec![back, free, row]
}

fn hosts() -> Vec<HostRow> {
    let row = HostRow {
        name: "dr-h1".into(),
        site: "dr".into(),
        cores: 32,
        cores_used: 4,
        memory_bytes: 120_000_000_000,
        memory_used_bytes: 16_000_000_000,
        replicas: 5,
        replica_memory_bytes: 128_000_000_000,
        send_slots: Some(3),
        slot_utilisation_share: 0.02,
        nic_send_share: None,
        nic_receive_share: Some(0.11),
    };
    vec![
        row.clone(),
        HostRow {
            name: "hq-h1".into(),
            site: "hq".into(),
            replicas: 0,
            replica_memory_bytes: 0,
            send_slots: None,
            ..row
        },
    ]
}

fn volumes() -> Vec<VolumeRow> {
    let row = VolumeRow {
        name: "dr-h1/d".into(),
        size_bytes: Some(8_000_000_000_000),
        allocated_bytes: 5_500_000_000_000,
        apply_rate_bytes_per_s: Some(120_000_000),
        applied_bytes: 911_000_000_000,
        apply_busy_share: 0.013,
        history_bytes: 64_000_000_000,
    };
    vec![
        row.clone(),
        VolumeRow { name: "hq-h1/c".into(), size_bytes: None, apply_rate_bytes_per_s: None, ..row },
    ]
}

fn fault(component: &str, from_s: f64, to_s: Option<f64>) -> FaultRow {
    FaultRow {
        component: component.into(),
        effect: "down".into(),
        cause: "fire in the hall".into(),
        from: "2026-03-04T10:00:00+01:00".into(),
        from_s,
        to: to_s.map(|_| "2026-03-04T16:00:00+01:00".into()),
        to_s,
    }
}

fn phase(phase: &str, on: &str, seconds: f64) -> PhaseRow {
    PhaseRow { phase: closed::find(phase).expect("a phase"), on: on.into(), seconds }
}

fn in_outage(
    row: &ApplicationRow,
    outcome: Outcome,
    status: Status,
    phases: Vec<PhaseRow>,
) -> OutageApplicationRow {
    let rta: f64 = phases.iter().map(|phase| phase.seconds).sum();
    let back = matches!(outcome, Outcome::FailedOver | Outcome::Repaired);
    OutageApplicationRow {
        name: row.name.clone(),
        outcome,
        status,
        margin_share: row.margin_share.filter(|_| status == Status::Met),
        exposure: None,
        down_s: (!back && outcome != Outcome::NotHit).then_some(5.0 * DAY),
        reasons: if status >= Status::Missed { row.reasons.clone() } else { vec![] },
        rpo_objective_s: row.rpo_objective_s,
        rpa_s: (outcome == Outcome::FailedOver).then_some(row.rpa_s).flatten(),
        rto_objective_s: row.rto_objective_s,
        rta_from_outage_s: back.then_some(rta),
        rta_from_declaration_s: (outcome == Outcome::FailedOver).then_some(rta - 2700.0),
        phases,
        age_max_s: row.age.as_ref().map(|age| age.max_s),
        unprotected_s: 0.0,
        protected_after_s: None,
        lost_bytes: if outcome == Outcome::FailedOver { 41_000_000 } else { 0 },
        needs: vec![],
        over_instants: None,
    }
}

fn hq_lost() -> OutageRow {
    let rows = applications();
    let waits = vec![
        phase("detection", "monitoring", 300.0),
        phase("decision", "crisis team", 2400.0),
        phase("orchestration", "plan main", 120.0),
        phase("failover", "payroll", 420.0),
        phase("boot", "payroll", 300.0),
        phase("waiting for people", "database administrator", 6600.0),
        phase("manual work", "restore interfaces", 5400.0),
        phase("validation", "payroll", 1140.0),
    ];
    let short = vec![
        phase("detection", "monitoring", 300.0),
        phase("decision", "crisis team", 2400.0),
        phase("orchestration", "plan main", 120.0),
        phase("failover", "dc1", 600.0),
        phase("boot", "dc1", 300.0),
        phase("network", "dc1", 60.0),
        phase("readiness", "directory", 540.0),
    ];
    OutageRow {
        name: "hq lost".into(),
        about: "Fire destroys the hall at headquarters on a working day; staff are safe, nothing there comes back.".into(),
        at: "2026-03-04T10:00:00+01:00".into(),
        faults: vec![fault("host hq-h1", 0.0, None), fault("VMM server vmm-hq", 30.0, None), fault("link wan", 30.0, Some(6.0 * HOUR))],
        declarations: vec![DeclarationRow {
            plan: "main".into(),
            at: "2026-03-04T10:45:00+01:00".into(),
            at_s: 2700.0,
            path: ControlPath::ByHand,
            reason: Some("no VMM server of the primary cloud can be reached".into()),
        }],
        applications: vec![
            in_outage(&rows[0], Outcome::FailedOver, Status::Met, short.clone()),
            in_outage(&rows[1], Outcome::NotRecovered, Status::NotRecovered, vec![]),
            in_outage(&rows[2], Outcome::FailedOver, Status::Missed, waits.clone()),
            in_outage(&rows[3], Outcome::FailedOver, Status::Met, short.clone()),
            in_outage(&rows[4], Outcome::NotHit, Status::NoObjective, vec![]),
        ],
        vms: outage_vms(),
        lost_bytes: 141_000_000,
        fleet_health: fleet_health(),
        operations: operations(),
        links: vec![OutageLinkRow {
            name: HOSTILE.into(),
            from: "hq".into(),
            to: "dr".into(),
            backlog_max_bytes: 2_100_000_000,
        }],
        steps: steps(&[("dc1", &short, false), ("payroll", &waits, true), ("web-1", &short, false), (HOSTILE, &short, false)]),
    }
}

fn flood() -> OutageRow {
    let applications = hq_lost().applications;
    OutageRow {
        name: "flood of the valley".into(),
        about: String::new(),
        applications: vec![applications[1].clone()],
        steps: vec![],
        vms: vec![],
        ..hq_lost()
    }
}

fn wan_cut() -> OutageRow {
    let rows = applications();
    OutageRow {
        name: "wan cut".into(),
        about: "An excavator.".into(),
        at: "2026-03-06T22:00:00+01:00".into(),
        faults: vec![fault("link wan", 0.0, Some(5.0 * HOUR))],
        declarations: vec![],
        applications: vec![in_outage(&rows[3], Outcome::NotHit, Status::NotHit, vec![])],
        vms: vec![],
        lost_bytes: 0,
        steps: vec![],
        links: vec![],
        fleet_health: FleetHealth { normal: 5, ..FleetHealth::default() },
        operations: Operations::default(),
    }
}

fn outage_vms() -> Vec<OutageVmRow> {
    let row = OutageVmRow {
        name: "erp-db".into(),
        state: VmEnd::DidNotStart,
        reason: Some("dr-h1 lacks 24 GB of memory for 64 GB".into()),
        rpa_s: Some(2510.0),
        point_at: Some("2026-03-04T09:18:10+01:00".into()),
        rta_from_outage_s: None,
        unfinished_s: None,
        lost_bytes: 100_000_000,
        lost: Some(LostRow {
            in_log_bytes: 16_113_920,
            waiting_bytes: 0,
            under_way_bytes: 83_886_080,
            received_bytes: 12_000_000,
        }),
        age_max_s: Some(2640.0),
        catch_up_s: None,
        behind_s: None,
    };
    let fine = OutageVmRow {
        name: "payroll".into(),
        state: VmEnd::InService,
        reason: None,
        rta_from_outage_s: Some(16_680.0),
        ..row.clone()
    };
    let odd = OutageVmRow {
        name: HOSTILE.into(),
        state: VmEnd::Isolated,
        reason: Some(format!("no mapping for {HOSTILE}").into()),
        ..row.clone()
    };
    vec![odd, row, fine]
}

/// Bars one after another for each actor; the people and the plan are shared.
fn steps(actors: &[(&str, &Vec<PhaseRow>, bool)]) -> Vec<StepRow> {
    let mut steps = Vec::new();
    for (actor, phases, critical) in actors {
        let mut at = 0.0;
        for phase in *phases {
            let shared = matches!(phase.phase, Phase::Detection | Phase::Decision | Phase::Orchestration);
            let on = if shared || phase.phase == Phase::WaitingForPeople {
                phase.on.clone()
            } else {
                (*actor).to_string()
            };
            let step = StepRow {
                on,
                vm: None,
                phase: phase.phase,
                from_s: at,
                to_s: at + phase.seconds,
                critical: *critical || shared,
            };
            at += phase.seconds;
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
    }
    steps.sort_by(|a, b| a.from_s.total_cmp(&b.from_s));
    steps
}

/// A tooth every `interval` from `from` to `to`, higher during office hours.
pub fn teeth(from: f64, to: f64, (interval, tall): (f64, f64)) -> Vec<(f64, f64)> {
    let mut vertices = Vec::new();
    let mut at = from;
    while at < to {
        let office = (8.0..18.0).contains(&(at % DAY / HOUR));
        let rest = if office { tall } else { 8.0 };
        vertices.extend([(at, rest), (at + interval, rest + interval)]);
        at += interval;
    }
    vertices
}

fn charts(results: &Results) -> Charts {
    let outage = 2.0 * DAY + 10.0 * HOUR;
    let ages = results.applications.iter().filter(|row| row.age.is_some()).map(|row| {
        let max = row.age.as_ref().expect("filtered").max_s;
        let back = outage + row.rta_from_outage_s.unwrap_or(4.5 * DAY);
        let mut lost = teeth(outage - 2.0 * HOUR, outage, (300.0, max - 310.0));
        lost.extend([(back, back - outage + 300.0), (back, 0.0)]);
        let cut = 4.0 * DAY + 22.0 * HOUR;
        let mut vertices = teeth(cut - HOUR, cut, (300.0, 30.0));
        vertices.extend([(cut + 5.0 * HOUR, 5.0 * HOUR + 300.0), (cut + 5.0 * HOUR, 60.0)]);
        vertices.extend(teeth(cut + 5.0 * HOUR, cut + 6.0 * HOUR, (300.0, 60.0)));
        AgeChart {
            name: row.name.clone(),
            rpo_objective_s: row.rpo_objective_s,
            baseline: teeth(0.0, 7.0 * DAY, (300.0, max - 310.0)),
            outages: vec![
                AgeOutage { name: "hq lost".into(), from_s: outage, to_s: back, vertices: lost.clone() },
                AgeOutage {
                    name: "flood of the valley".into(),
                    from_s: outage,
                    to_s: 7.0 * DAY,
                    vertices: lost,
                },
                AgeOutage { name: "wan cut".into(), from_s: cut, to_s: cut + 5.0 * HOUR, vertices },
            ],
            more: 0,
            is_exact: true,
        }
    });
    let health = vec![(0.0, [5, 0, 0]), (DAY, [3, 2, 0]), (2.0 * DAY, [2, 1, 2]), (3.0 * DAY, [4, 1, 0])];
    Charts { ages: ages.collect(), links: vec![link_chart()], health }
}

fn link_chart() -> LinkChart {
    let bins: Vec<f64> = (0..7 * 96).map(|bin| f64::from(bin) / 4.0).collect();
    let office = |hour: &f64| (8.0..18.0).contains(&(hour % 24.0)) && hour / 24.0 < 5.0;
    let capacity = |hour: &f64| if office(hour) { 46_500_000.0 } else { 186_000_000.0 };
    let demand =
        |hour: &f64| if office(hour) { 60_000_000.0 } else { 25_000_000.0 + 9_000_000.0 * (hour % 5.0) };
    LinkChart {
        name: "wan hq → dr".into(),
        bin_s: 900.0,
        carried_bps: bins.iter().map(|hour| demand(hour).min(capacity(hour))).collect(),
        capacity_bps: bins.iter().map(capacity).collect(),
        throttled: bins.iter().map(office).collect(),
        backlog_bytes: bins
            .iter()
            .map(|hour| if office(hour) { (hour % 24.0 - 8.0) * 600_000_000.0 } else { 20_000_000.0 })
            .collect(),
    }
}
