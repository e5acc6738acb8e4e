//! Every metric, a line each: its key, its title, its unit, which way is better, and how it is read.
//!
//! Two modules need this list and neither can hold it for the other: scenarios name metrics, and the results that metrics are read off come
//! long after scenarios. So the list is a macro, which hands its lines to the macro that it is given. `promise::metrics` makes of them what
//! can be named, and drops the readers; `compare::metrics::readers` makes of each group the function at its head, a match from keys to
//! readers. What stands in heads and readers is looked up only there.
//!
//! A metric is called like its key in the JSON of results, without `_s`. `within` tells which objective of an application bounds it, `since`
//! the minor version of the results' schema that first has it.

macro_rules! catalogue {
    ($make:ident) => { $make! {
    Application OUTAGE fn application_in_outage(operations: &Operations, row: &OutageApplicationRow) {
        "rpa" "RPA" Seconds Low within "rpo" => recovered(row, row.rpa_s, "none of its VMs was failed over");
        "rta_from_outage" "RTA from outage" Seconds Low within "rto" => back_after(row);
        "rta_from_declaration" "RTA from declaration" Seconds Low => recovered(row, row.rta_from_declaration_s, "no disaster was declared");
        "lost_bytes" "data lost" Bytes Low => number(row.lost_bytes);
        "age_max_in_outage" "worst age in an outage" Seconds Low within "rpo" => or_nothing(row.age_max_s, "not protected and running at any time");
        "exposed" "time past the RPO that an outage adds" Seconds Low within "exposure" since 3 => exposed(row);
        "unprotected_in_outage" "time unprotected after an outage" Seconds Low since 1 => application_unprotected(operations, &row.name);
        "protected_after" "until protected again" Seconds Low since 3 => protected_after(row);
        "rpa_max_over_instants" "worst RPA of all instants" Seconds Low within "rpo" since 3 => over_instants(row, |it| it.rpa_max_s);
        "rta_max_over_instants" "worst RTA of all instants" Seconds Low within "rto" since 3 => back_at_all_instants(row);
        "share_of_instants_held" "share of the instants at which its objectives are held" Share High since 3 => over_instants(row, |it| it.held_share);
    }
    Application BASELINE fn application(operations: &Operations, row: &ApplicationRow) {
        "age_mean" "mean age" Seconds Low within "rpo" => age(&row.age, |it| Some(it.mean_s));
        "age_p50" "median age" Seconds Low within "rpo" => age(&row.age, |it| Some(it.p50_s));
        "age_p90" "p90 age" Seconds Low within "rpo" => age(&row.age, |it| Some(it.p90_s));
        "age_p95" "p95 age" Seconds Low within "rpo" => age(&row.age, |it| Some(it.p95_s));
        "age_p99" "p99 age" Seconds Low within "rpo" => age(&row.age, |it| Some(it.p99_s));
        "age_p999" "p99.9 age" Seconds Low within "rpo" => age(&row.age, |it| Some(it.p999_s));
        "age_max" "worst age" Seconds Low within "rpo" => age(&row.age, |it| Some(it.max_s));
        "age_above_objective" "time older than the RPO" Seconds Low => age(&row.age, |it| it.above_objective_s);
"rpo_held_share" "share of running time within the RPO" Share High since 3 => steadily(row, |it| it.held_share);
        "rpo_not_held" "running time past the RPO" Seconds Low within "rpo_share" since 3 => steadily(row, |it| it.not_held_s);
        "downtime" "downtime by operations" Seconds Low since 1 => downtime(operations, &row.name);
        "unprotected" "time unprotected" Seconds Low since 1 => application_unprotected(operations, &row.name);
    }
    Vm OUTAGE fn vm_in_outage(operations: &Operations, name: &str, row: Option<&OutageVmRow>) {
        "rpa" "RPA" Seconds Low => in_service(row, |it| it.rpa_s, "not failed over");
        "rta_from_outage" "RTA from outage" Seconds Low => in_service(row, |it| it.rta_from_outage_s, "not hit");
        "lost_bytes" "data lost" Bytes Low => number(row.map_or(0, |it| it.lost_bytes));
        "age_max_in_outage" "worst age in an outage" Seconds Low => or_nothing(row.and_then(|it| it.age_max_s), "no older than without the outage");
        "catch_up" "catching up after a repair" Seconds Low => caught_up(row);
        "unprotected_in_outage" "time unprotected after an outage" Seconds Low since 1 => vm_unprotected(operations, name);
    }
    Vm BASELINE fn vm(operations: &Operations, row: &VmRow) {
        "age_mean" "mean age" Seconds Low => age(&row.age, |it| Some(it.mean_s));
        "age_p50" "median age" Seconds Low => age(&row.age, |it| Some(it.p50_s));
        "age_p90" "p90 age" Seconds Low => age(&row.age, |it| Some(it.p90_s));
        "age_p95" "p95 age" Seconds Low => age(&row.age, |it| Some(it.p95_s));
        "age_p99" "p99 age" Seconds Low => age(&row.age, |it| Some(it.p99_s));
        "age_p999" "p99.9 age" Seconds Low => age(&row.age, |it| Some(it.p999_s));
        "age_max" "worst age" Seconds Low => age(&row.age, |it| Some(it.max_s));
        "age_above_objective" "time older than the tightest RPO" Seconds Low => age(&row.age, |it| it.above_objective_s);
        "cycles_missed" "cycles missed" Count Low => number(row.cycles_missed);
        "cycles_missed_share" "share of cycles missed" Share Low => share(row.cycles_missed, row.cycles_expected);
        "largest_log_bytes" "largest log" Bytes Low => number(row.largest_log_bytes);
        "pending_bytes" "not yet applied at the end" Bytes Low => number(row.pending_bytes);
        "written_bytes" "written" Bytes Low => number(row.written_bytes);
        "normal_share" "share of time Normal" Share High since 1 => health(row, |it| it.normal_share);
        "warning_share" "share of time in Warning" Share Low since 1 => health(row, |it| it.warning_share);
        "critical_share" "share of time Critical" Share Low since 1 => health(row, |it| it.critical_share);
        "kept_points" "recovery points at the end" Count High since 1 => kept_points(row);
        "achieved_retention" "how far recovery points reach back" Seconds High since 1 => points(row, |it| it.achieved_retention_s);
        "newest_age" "age of the newest point at the end" Seconds Low since 1 => points(row, |it| it.newest_age_s);
        "newest_app_consistent_age" "age of the newest app-consistent point at the end" Seconds Low since 1 => points(row, |it| it.newest_app_consistent_age_s);
        "history_bytes" "size of recovery points" Bytes Low since 1 => number(row.recovery_points.as_ref().map_or(0, |it| it.history_bytes));
        "unprotected" "time unprotected" Seconds Low since 1 => vm_unprotected(operations, &row.name);
    }
    Link BASELINE fn link(row: &LinkRow) {
        "utilisation_share" "utilisation" Share Low => Reading::Value(row.utilisation_share);
        "binding_share" "share of time as a bottleneck" Share Low => Reading::Value(row.binding_share);
        "throttle_binding_share" "share of time its throttle bound" Share Low => Reading::Value(row.throttle_binding_share);
        "backlog_max_bytes" "largest backlog" Bytes Low => number(row.backlog_max_bytes);
        "carried_bytes" "carried" Bytes Low => number(row.carried_bytes);
        "rate_bps" "rate" BitsPerSecond High => number(row.rate_bps);
    }
    Site BASELINE fn site(results: &Results, hosts: &[&HostRow]) {
        "memory_shortfall_bytes" "memory missing if all replicas start" Bytes Low => shortfall(hosts);
        "replicas" "replicas held" Count Low => total(hosts.iter().map(|it| it.replicas));
        "vms" "VMs running" Count Low => count(vms_on(results, hosts).count());
        "pending_bytes" "not yet applied at the end, of its VMs" Bytes Low => total(vms_on(results, hosts).map(|it| it.pending_bytes));
    }
    Host BASELINE fn host(row: &HostRow) {
        "memory_shortfall_bytes" "memory missing if all replicas start" Bytes Low => shortfall(&[row]);
        "replicas" "replicas held" Count Low => number(row.replicas);
        "cores_used" "cores of running VMs" Count Low => number(row.cores_used);
        "memory_used_bytes" "memory of running VMs" Bytes Low => number(row.memory_used_bytes);
        "replica_memory_bytes" "memory of replicas" Bytes Low => number(row.replica_memory_bytes);
        "slot_utilisation_share" "send slots in use" Share Low => Reading::Value(row.slot_utilisation_share);
        "nic_send_share" "network card used for sending" Share Low => or_nothing(row.nic_send_share, "no limit");
        "nic_receive_share" "network card used for receiving" Share Low => or_nothing(row.nic_receive_share, "no limit");
    }
    Volume BASELINE fn volume(row: &VolumeRow) {
        "free_bytes" "free, with recovery points" Bytes High since 1 => free(row);
        "allocated_bytes" "disks and replicas" Bytes Low => number(row.allocated_bytes);
        "history_bytes" "recovery points" Bytes Low since 1 => number(row.history_bytes);
        "applied_bytes" "applied" Bytes Low => number(row.applied_bytes);
        "apply_busy_share" "share of time applying" Share Low => Reading::Value(row.apply_busy_share);
    }
    Fleet OUTAGE fn fleet_in_outage(outage: &OutageRow) {
        "lost_bytes" "data lost" Bytes Low => number(outage.lost_bytes);
        "applications_missed" "applications that miss an objective" Count Low => missed(outage);
        "applications_not_recovered" "applications not recovered" Count Low => not_recovered(outage);
        "applications_exposed" "applications exposed" Count Low since 3 => applications(outage, |it| it.status == Status::Exposed);
        "applications_undecided" "applications undecided" Count Low since 3 => applications(outage, |it| it.status == Status::Undecided);
        "vms_not_in_service" "VMs hit and not in service at the end" Count Low => out_of_service(outage);
        "last_protected_after" "until the last VM is protected again" Seconds Low since 1 => last_protected(&outage.operations);
    }
    Fleet BASELINE fn fleet(run: Measured<'_>) {
        "protected_vms" "VMs replicated" Count High => number(run.results.scenario.protected_vms);
        "unreplicated_vms" "VMs not replicated" Count Low => unreplicated(run.results);
        "vms_in_no_plan" "replicated VMs in no recovery plan" Count Low => count(preflight::vms_in_no_plan(run.scenario?).len());
        "vms_in_no_application" "VMs in no application" Count Low => in_no_application(run.scenario?);
        "applications_without_objective" "applications without RPO or RTO" Count Low => without_objective(run.results);
        "unmapped_networks" "network mappings missing" Count Low => count(preflight::missing_mappings(run.scenario?));
        "shared_fate_vms" "VMs whose replica shares their fate" Count Low => count(preflight::vms_of_shared_fate(run.scenario?).len());
        "normal_vms" "VMs Normal at the end" Count High since 1 => number(run.results.fleet_health.normal);
        "warning_vms" "VMs in Warning at the end" Count Low since 1 => number(run.results.fleet_health.warning);
        "critical_vms" "VMs Critical at the end" Count Low since 1 => number(run.results.fleet_health.critical);
        "failed_jobs" "jobs that failed" Count Low since 1 => failed_jobs(run.results);
        "warnings" "warnings of the run" Count Low => count(run.results.warnings.len());
    }
    } };
}
pub(crate) use catalogue;
