//! The results as CSV: one table per kind of row, header first, nothing where a value does not exist.
//! Columns bear the names and units of the JSON's keys. Imports results.

mod protection;

use crate::measure::results::{
    Age, ApplicationRow, HostRow, LinkRow, OutageApplicationRow, OutageRow, OutageVmRow, PhaseRow, Results,
    StepRow, VmRow, VolumeRow,
};

/// A column: its name, and how a row fills it.
type Column<Row> = (&'static str, fn(&Row) -> String);

/// Every table: name without extension, and content.
pub fn write(results: &Results) -> Vec<(&'static str, String)> {
    let within = |outage: &OutageRow| outage.name.clone();
    let outages = &results.outages;
    let applications: Vec<_> =
        outages.iter().flat_map(|o| o.applications.iter().map(move |row| (within(o), row))).collect();
    let vms: Vec<_> = outages.iter().flat_map(|o| o.vms.iter().map(move |row| (within(o), row))).collect();
    let steps: Vec<_> =
        outages.iter().flat_map(|o| o.steps.iter().map(move |row| (within(o), row))).collect();
    let phases: Vec<_> = applications
        .iter()
        .flat_map(|(outage, row)| {
            row.phases.iter().map(move |phase| (outage.clone(), row.name.clone(), phase))
        })
        .collect();
    let mut tables = vec![
        ("applications", table(&results.applications, APPLICATIONS)),
        ("vms", table(&results.vms, VMS)),
        ("links", table(&results.links, LINKS)),
        ("hosts", table(&results.hosts, HOSTS)),
        ("volumes", table(&results.volumes, VOLUMES)),
        ("outages", table(outages, OUTAGES)),
        ("outage_applications", table(&applications, &outage_applications())),
        ("outage_vms", table(&vms, &outage_vms())),
        ("phases", table(&phases, &phase_columns())),
        ("steps", table(&steps, &step_columns())),
    ];
    tables.extend(protection::tables(results));
    tables
}

fn table<Row>(rows: &[Row], columns: &[Column<Row>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = "writing to memory cannot fail";
    writer.write_record(columns.iter().map(|(name, _)| name)).expect(written);
    for row in rows {
        writer.write_record(columns.iter().map(|(_, cell)| cell(row))).expect(written);
    }
    String::from_utf8(writer.into_inner().expect(written)).expect("columns are text")
}

/// Seconds or shares to six decimals, as short as can be.
fn number(value: f64) -> String {
    format!("{}", (value * 1e6).round() / 1e6 + 0.0)
}

fn maybe(value: Option<f64>) -> String {
    value.map(number).unwrap_or_default()
}

fn text<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map(T::to_string).unwrap_or_default()
}

fn age(age: &Option<Age>, part: fn(&Age) -> f64) -> String {
    maybe(age.as_ref().map(part))
}

/// A status or outcome as the JSON spells it.
fn spelt(value: impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).expect("a plain variant");
    value.as_str().unwrap_or_default().to_string()
}

const APPLICATIONS: &[Column<ApplicationRow>] = &[
    ("name", |r| r.name.clone()),
    ("tier", |r| text(&r.tier)),
    ("vms", |r| r.vms.to_string()),
    ("status", |r| spelt(r.status)),
    ("rpo_objective_s", |r| maybe(r.rpo_objective_s)),
    ("rpa_s", |r| maybe(r.rpa_s)),
    ("rto_objective_s", |r| maybe(r.rto_objective_s)),
    ("rta_from_outage_s", |r| maybe(r.rta_from_outage_s)),
    ("rta_from_declaration_s", |r| maybe(r.rta_from_declaration_s)),
    ("mtpd_s", |r| maybe(r.mtpd_s)),
    ("worst_outage", |r| text(&r.worst_outage)),
    ("last_test_at", |r| text(&r.last_test_at)),
    ("age_mean_s", |r| age(&r.age, |a| a.mean_s)),
    ("age_p50_s", |r| age(&r.age, |a| a.p50_s)),
    ("age_p90_s", |r| age(&r.age, |a| a.p90_s)),
    ("age_p95_s", |r| age(&r.age, |a| a.p95_s)),
    ("age_p99_s", |r| age(&r.age, |a| a.p99_s)),
    ("age_p999_s", |r| age(&r.age, |a| a.p999_s)),
    ("age_max_s", |r| age(&r.age, |a| a.max_s)),
    ("age_max_at", |r| text(&r.age.as_ref().map(|a| &a.max_at))),
    ("age_max_cause", |r| text(&r.age.as_ref().map(|a| &a.max_cause))),
    ("age_above_objective_s", |r| maybe(r.age.as_ref().and_then(|a| a.above_objective_s))),
    ("age_method", |r| text(&r.age.as_ref().map(|a| &a.method))),
    ("reasons", |r| r.reasons.join("; ")),
];

const VMS: &[Column<VmRow>] = &[
    ("name", |r| r.name.clone()),
    ("host", |r| r.host.clone()),
    ("replica_host", |r| text(&r.replica_host)),
    ("policy", |r| text(&r.policy)),
    ("interval_s", |r| maybe(r.interval_s)),
    ("state", |r| r.state.to_string()),
    ("health", |r| r.health.as_ref().map(|it| it.at_end.to_string()).unwrap_or_default()),
    ("age_mean_s", |r| age(&r.age, |a| a.mean_s)),
    ("age_p50_s", |r| age(&r.age, |a| a.p50_s)),
    ("age_p90_s", |r| age(&r.age, |a| a.p90_s)),
    ("age_p95_s", |r| age(&r.age, |a| a.p95_s)),
    ("age_p99_s", |r| age(&r.age, |a| a.p99_s)),
    ("age_p999_s", |r| age(&r.age, |a| a.p999_s)),
    ("age_max_s", |r| age(&r.age, |a| a.max_s)),
    ("age_max_at", |r| text(&r.age.as_ref().map(|a| &a.max_at))),
    ("age_max_cause", |r| text(&r.age.as_ref().map(|a| &a.max_cause))),
    ("age_above_objective_s", |r| maybe(r.age.as_ref().and_then(|a| a.above_objective_s))),
    ("age_method", |r| text(&r.age.as_ref().map(|a| &a.method))),
    ("written_bytes", |r| r.written_bytes.to_string()),
    ("cycles_applied", |r| r.cycles_applied.to_string()),
    ("cycles_expected", |r| r.cycles_expected.to_string()),
    ("cycles_missed", |r| r.cycles_missed.to_string()),
    ("largest_log_bytes", |r| r.largest_log_bytes.to_string()),
    ("pending_bytes", |r| r.pending_bytes.to_string()),
    ("bound_first", |r| r.bound.first().map(|b| b.by.clone()).unwrap_or_default()),
    ("bound_first_share", |r| maybe(r.bound.first().map(|b| b.share))),
    ("bound_second", |r| r.bound.get(1).map(|b| b.by.clone()).unwrap_or_default()),
    ("bound_second_share", |r| maybe(r.bound.get(1).map(|b| b.share))),
];

const LINKS: &[Column<LinkRow>] = &[
    ("name", |r| r.name.clone()),
    ("from", |r| r.from.clone()),
    ("to", |r| r.to.clone()),
    ("rate_bps", |r| r.rate_bps.to_string()),
    ("carried_bytes", |r| r.carried_bytes.to_string()),
    ("utilisation_share", |r| number(r.utilisation_share)),
    ("binding_share", |r| number(r.binding_share)),
    ("throttle_binding_share", |r| number(r.throttle_binding_share)),
    ("backlog_max_bytes", |r| r.backlog_max_bytes.to_string()),
];

const HOSTS: &[Column<HostRow>] = &[
    ("name", |r| r.name.clone()),
    ("site", |r| r.site.clone()),
    ("cores", |r| r.cores.to_string()),
    ("cores_used", |r| r.cores_used.to_string()),
    ("memory_bytes", |r| r.memory_bytes.to_string()),
    ("memory_used_bytes", |r| r.memory_used_bytes.to_string()),
    ("replicas", |r| r.replicas.to_string()),
    ("replica_memory_bytes", |r| r.replica_memory_bytes.to_string()),
    ("send_slots", |r| text(&r.send_slots)),
    ("slot_utilisation_share", |r| number(r.slot_utilisation_share)),
    ("nic_send_share", |r| maybe(r.nic_send_share)),
    ("nic_receive_share", |r| maybe(r.nic_receive_share)),
];

const VOLUMES: &[Column<VolumeRow>] = &[
    ("name", |r| r.name.clone()),
    ("size_bytes", |r| text(&r.size_bytes)),
    ("allocated_bytes", |r| r.allocated_bytes.to_string()),
    ("apply_rate_bytes_per_s", |r| text(&r.apply_rate_bytes_per_s)),
    ("applied_bytes", |r| r.applied_bytes.to_string()),
    ("apply_busy_share", |r| number(r.apply_busy_share)),
    ("history_bytes", |r| r.history_bytes.to_string()),
];

const OUTAGES: &[Column<OutageRow>] = &[
    ("name", |r| r.name.clone()),
    ("about", |r| r.about.clone()),
    ("at", |r| r.at.clone()),
    ("faults", |r| r.faults.len().to_string()),
    ("declarations", |r| r.declarations.len().to_string()),
    ("first_declaration_at_s", |r| maybe(r.declarations.iter().map(|d| d.at_s).reduce(f64::min))),
    ("lost_bytes", |r| r.lost_bytes.to_string()),
];

fn outage_applications<'a>() -> Vec<Column<(String, &'a OutageApplicationRow)>> {
    vec![
        ("outage", |r| r.0.clone()),
        ("name", |r| r.1.name.clone()),
        ("outcome", |r| spelt(r.1.outcome)),
        ("status", |r| spelt(r.1.status)),
        ("rpo_objective_s", |r| maybe(r.1.rpo_objective_s)),
        ("rpa_s", |r| maybe(r.1.rpa_s)),
        ("rto_objective_s", |r| maybe(r.1.rto_objective_s)),
        ("rta_from_outage_s", |r| maybe(r.1.rta_from_outage_s)),
        ("rta_from_declaration_s", |r| maybe(r.1.rta_from_declaration_s)),
        ("age_max_s", |r| maybe(r.1.age_max_s)),
        ("lost_bytes", |r| r.1.lost_bytes.to_string()),
        ("reasons", |r| r.1.reasons.join("; ")),
    ]
}

fn outage_vms<'a>() -> Vec<Column<(String, &'a OutageVmRow)>> {
    vec![
        ("outage", |r| r.0.clone()),
        ("name", |r| r.1.name.clone()),
        ("state", |r| r.1.state.to_string()),
        ("reason", |r| text(&r.1.reason)),
        ("rpa_s", |r| maybe(r.1.rpa_s)),
        ("point_at", |r| text(&r.1.point_at)),
        ("rta_from_outage_s", |r| maybe(r.1.rta_from_outage_s)),
        ("lost_bytes", |r| r.1.lost_bytes.to_string()),
        ("age_max_s", |r| maybe(r.1.age_max_s)),
        ("catch_up_s", |r| maybe(r.1.catch_up_s)),
    ]
}

fn phase_columns<'a>() -> Vec<Column<(String, String, &'a PhaseRow)>> {
    vec![
        ("outage", |r| r.0.clone()),
        ("application", |r| r.1.clone()),
        ("phase", |r| r.2.phase.to_string()),
        ("on", |r| r.2.on.clone()),
        ("seconds", |r| number(r.2.seconds)),
    ]
}

fn step_columns<'a>() -> Vec<Column<(String, &'a StepRow)>> {
    vec![
        ("outage", |r| r.0.clone()),
        ("on", |r| r.1.on.clone()),
        ("phase", |r| r.1.phase.to_string()),
        ("from_s", |r| number(r.1.from_s)),
        ("to_s", |r| number(r.1.to_s)),
        ("critical", |r| r.1.critical.to_string()),
    ]
}
