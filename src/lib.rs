//! drsim: a deterministic disaster-recovery simulator.
//!
//! # The way of the data
//!
//! ```text
//! text ──parse──▶ Scenario ──run──▶ state, Facts ──measure──▶ Results, Charts ──render──▶ reports
//!       all names resolved,  no I/O,              pure                        pure
//!       all chance drawn     cannot fail
//! ```
//!
//! A scenario is parsed into meaning at once: all problems are collected, or there is a [`scenario::Scenario`] whose run cannot
//! fail. [`assess::assess`] runs it once without outages, and forks that run at the first fault of each outage. Hot and cold are
//! apart: cuts, transfers and applies (10⁹ of them) run in [`engine`]; faults, people and recovery plans (thousands) in [`sim`], which
//! knows of replication only what [`data_plane`] says. [`mod@plan`] asks the other way round: which scenario would do.
//!
//! # The order of modules
//!
//! Modules are declared in reading order. A module imports only from modules above it, which a test holds it to.
//!
//! # The determinism contract
//!
//! The same scenario, seed and version give the same bytes of every report: on any platform, in debug and release, on any number of
//! threads, and for any order of entries in the file (except where order is said to have meaning: VMs and groups inside a plan). So:
//! time, bytes and rates are integers in `engine` and `sim`, and all rounding there is written down; simultaneous events have one total
//! order; chance comes from streams keyed by (seed, purpose, name), drawn before the run, so that a new VM changes nobody else's draws;
//! maths that differs between platforms is `libm`'s; collections have an order of their own; nothing outside `cli` reads a
//! clock, a file or an environment variable; and an observer cannot change a run.
//!
//! # To add …
//!
//! - a kind of outage: its file in `outage/`, a variant of [`outage::Target`], one line in `scenario/outages.rs`
//! - a kind of churn: its file in `scenario/churn/`, one line in its `KINDS`
//! - a default: one line in `scenario/defaults.rs` (`docs/scenario.md` has the table: refresh it)
//! - an operation: a variant of [`operations::Act`], one line in a `KINDS` of `scenario/operations/`
//! - a field: its reader in `scenario/`, the list of fields at that file's head, a word in `docs/scenario.md`
//! - a check of a design: its file in `scenario/preflight/`, one line in its `CHECKS`, its code in `problem/codes/`, a case in `tests/main/language/preflight.rs`
//! - a rare event: a variant of [`sim::Event`] with its place in the order, its handler in a topic file of `sim/`
//! - a metric for gates: one line in `promise/metrics.rs`, and its reader in `compare/metrics/`, without which it does not compile
//! - a number in the results: a field in `measure/results/`, a line in `docs/results.md`; to show it, a column in `report/run/`
//! - a report format: its file in `report/`, one line in [`report::render`]
//! - a format of builds: its file in `report/ci/`, one line in `cli/gate/outputs.rs`, a word in `docs/ci.md`
//! - a question of the plan: its file in `plan/`, which gives a [`document::Section`], one line in [`plan::SECTIONS`]
//! - a source of real data: its file in `import/`, one line in [`import::SOURCES`] (churn), [`import::inventory::SOURCES`] or
//!   [`import::wan::SOURCES`]
//! - a command: its file in `cli/`, two lines in `cli/mod.rs`
//! - an example: its file in `scenarios/`, one line in `cli/init.rs`, its report by `UPDATE=1 cargo test golden`

// -- vocabulary
pub mod closed;
pub mod ids;
pub mod graph;
pub mod units;
pub mod problem;
pub mod random;
pub mod series;
// -- the world as written
pub mod topology;
pub mod protection;
pub mod workload;
pub mod control_plane;
pub mod recovery;
pub mod operations;
pub mod outage;
pub mod promise;
pub mod scenario;
pub mod document;
// -- the run
pub mod data_plane;
pub mod facts;
pub mod engine;
pub mod sim;
// -- what it meant
pub mod measure;
pub mod assess;
pub mod plan;
pub mod compare;
pub mod gate;
pub mod report;
// -- the edge
pub mod import;
pub mod cli;
