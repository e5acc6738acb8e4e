//! All integration tests, in one binary; each module is a set of promises.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

#[path = "main/apply_limits.rs"]
mod apply_limits;
#[path = "main/browser.rs"]
mod browser;
#[path = "main/cause.rs"]
mod cause;
#[path = "main/ci_baseline.rs"]
mod ci_baseline;
#[path = "main/ci_docs.rs"]
mod ci_docs;
#[path = "main/ci_formats.rs"]
mod ci_formats;
#[path = "main/ci_git.rs"]
mod ci_git;
#[path = "main/ci_whole_way.rs"]
mod ci_whole_way;
#[path = "main/cli.rs"]
mod cli;
#[path = "main/closed_forms.rs"]
mod closed_forms;
#[path = "main/clusters.rs"]
mod clusters;
#[path = "main/conduct.rs"]
mod conduct;
#[path = "main/control_plane.rs"]
mod control_plane;
#[path = "main/coverage.rs"]
mod coverage;
#[path = "main/determinism.rs"]
mod determinism;
#[path = "main/diff_meaning.rs"]
mod diff_meaning;
#[path = "main/diff_outcome.rs"]
mod diff_outcome;
#[path = "main/drills.rs"]
mod drills;
#[path = "main/exercises.rs"]
mod exercises;
#[path = "main/failback.rs"]
mod failback;
#[path = "main/failovers.rs"]
mod failovers;
#[path = "main/fair_sharing.rs"]
mod fair_sharing;
#[path = "main/fleet.rs"]
mod fleet;
#[path = "main/gaps.rs"]
mod gaps;
#[path = "main/gate_cli.rs"]
mod gate_cli;
#[path = "main/gate_doc.rs"]
mod gate_doc;
#[path = "main/gate_evaluate.rs"]
mod gate_evaluate;
#[path = "main/gate_git.rs"]
mod gate_git;
#[path = "main/gate_metrics.rs"]
mod gate_metrics;
#[path = "main/golden.rs"]
mod golden;
#[path = "main/health.rs"]
mod health;
#[path = "main/health_of_runs.rs"]
mod health_of_runs;
#[path = "main/import_churn.rs"]
mod import_churn;
#[path = "main/import_command.rs"]
mod import_command;
#[path = "main/import_counters.rs"]
mod import_counters;
#[path = "main/import_files.rs"]
mod import_files;
#[path = "main/import_inventory.rs"]
mod import_inventory;
#[path = "main/import_monkey.rs"]
mod import_monkey;
#[path = "main/import_planners.rs"]
mod import_planners;
#[path = "main/import_properties.rs"]
mod import_properties;
#[path = "main/import_scenario.rs"]
mod import_scenario;
#[path = "main/import_topology.rs"]
mod import_topology;
#[path = "main/import_whole_way.rs"]
mod import_whole_way;
#[path = "main/import_workbook.rs"]
mod import_workbook;
#[path = "main/kernel_life.rs"]
mod kernel_life;
#[path = "main/kernel_points.rs"]
mod kernel_points;
#[path = "main/language.rs"]
mod language;
#[path = "main/lifecycle.rs"]
mod lifecycle;
#[path = "main/lifecycle_monkey.rs"]
mod lifecycle_monkey;
#[path = "main/limits_monkey.rs"]
mod limits_monkey;
#[path = "main/log_space.rs"]
mod log_space;
#[path = "main/networks.rs"]
mod networks;
#[path = "main/oracle_kernel/mod.rs"]
mod oracle_kernel;
#[path = "main/oracle_ship50.rs"]
mod oracle_ship50;
#[path = "main/pair.rs"]
mod pair;
#[path = "main/plan_bandwidth.rs"]
mod plan_bandwidth;
#[path = "main/plan_cli.rs"]
mod plan_cli;
#[path = "main/plan_copy.rs"]
mod plan_copy;
#[path = "main/plan_cost.rs"]
mod plan_cost;
#[path = "main/plan_estimate.rs"]
mod plan_estimate;
#[path = "main/plan_inverse.rs"]
mod plan_inverse;
#[path = "main/plan_levers.rs"]
mod plan_levers;
#[path = "main/plan_parts.rs"]
mod plan_parts;
#[path = "main/plan_reports.rs"]
mod plan_reports;
#[path = "main/plan_site.rs"]
mod plan_site;
#[path = "main/plan_tolerance.rs"]
mod plan_tolerance;
#[path = "main/preflight.rs"]
mod preflight;
#[path = "main/problems.rs"]
mod problems;
#[path = "main/qos.rs"]
mod qos;
#[path = "main/recovery.rs"]
mod recovery;
#[path = "main/recovery_monkey.rs"]
mod recovery_monkey;
#[path = "main/recovery_oracle.rs"]
mod recovery_oracle;
#[path = "main/recovery_people.rs"]
mod recovery_people;
#[path = "main/recovery_place.rs"]
mod recovery_place;
#[path = "main/refusals.rs"]
mod refusals;
#[path = "main/relationship_monkey.rs"]
mod relationship_monkey;
#[path = "main/relationships.rs"]
mod relationships;
#[path = "main/reports.rs"]
mod reports;
#[path = "main/sample.rs"]
mod sample;
#[path = "main/scenario_doc.rs"]
mod scenario_doc;
#[path = "main/scripted.rs"]
mod scripted;
#[path = "main/second_faults.rs"]
mod second_faults;
#[path = "main/shared.rs"]
mod shared;
#[path = "main/sizing.rs"]
mod sizing;
#[path = "main/tidy.rs"]
mod tidy;
#[path = "main/timeline.rs"]
mod timeline;
