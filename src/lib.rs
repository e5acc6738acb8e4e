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
//! knows of replication only what [`data_plane`] says. What happened is gathered as values in [`outcome`], [`judge`] holds them against
//! the objectives, and only [`words`] makes sentences of them. [`mod@plan`] asks the other way round: which scenario would do; [`mirror`] holds
//! a scenario to what was measured; [`mod@sweep`] asks of every instant what an outage would cost then.
//!
//! # The order of modules
//!
//! Modules are declared in reading order, here and in every folder. A module imports only from modules above it, which a test holds it to.
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
//! # Words
//!
//! One word, one thing. The *baseline* is the run in which nothing fails; of a gate it is the older result that it compares with. A
//! *downtime* is a time out of service, a *gap* one without protection, the *end state* what a VM does when the run ends. An *objective*
//! is an RPO, RTO or MTPD; a *promise* is an objective or the bound of a gate. A *fact* is what was seen to happen, an *outcome* what became of
//! things by it, a *sentence* the words for it with their code. A *start* is a state of the baseline from which outages are run, a *fork* one
//! such run, a *convoy* forks that go forward beside the undisturbed run until they *rejoin* it: until both have the same future. *Sections* are the lists of a scenario, by name; *diagnostics* what is said of it while it is read. *Age* is that of the newest
//! recovery point; RPA and RTA are what an outage made of RPO and RTO.
//!
//! # To add …
//!
//! The number is that of files that change, cases of tests aside; what stands after a † the compiler or a test asks for.
//!
//! - a kind of outage (6): its file in `outage/`, its variants of [`outage::Target`] and [`outage::Component`], its reader in
//!   `scenario/outages.rs`; † what it does in `sim/strike.rs`, its name in `words/`; a word in `docs/scenario.md`
//! - a kind of churn (4): its file in `scenario/churn/`, its three lines in that folder's `mod.rs`, its fields in
//!   `compare/meaning/` if they are quantities, a word in `docs/scenario.md`; another shape of [`workload::Layer`] goes on to `engine/churn.rs`
//! - a default (3): one line in `scenario/defaults.rs`, where it is read; † the table of `docs/scenario.md`
//! - an operation (10): a variant of [`operations::Act`], one line in a `KINDS` of `scenario/operations/`; † whom it concerns in that
//!   folder's `checks.rs` and in `scenario/preflight/timeline.rs`, who does it in `sim/operate.rs`, `sim/run/operate.rs` and
//!   `sim/relationship/operate.rs`; its job in `facts/job.rs`, † with its number in `facts/encode.rs`; a word in `docs/scenario.md`
//! - a field (6): its place in the world (`topology.rs`, `workload.rs`, …), its reader in `scenario/` with the list of fields at that
//!   file's head, its default, its kind of quantity in `compare/meaning/fields.rs` if it is one; its key in `docs/scenario-json.md`, as of a
//!   kind of outage or churn and an operation too; † a word in `docs/scenario.md`
//! - a check of a design (6): its file in `scenario/preflight/` and in that folder's list, one line in `CHECKS`, its code in
//!   `problem/codes/`; † its row in `docs/coverage.md`, its case in `tests/main/language/preflight/cases.rs`
//! - a rare event (3): a variant of [`sim::Event`]; † its place in the order, one line in `sim/mod.rs`; its handler in a topic file of `sim/`
//! - a fact about a VM (5): a variant of [`facts::VmSeen`]; † its number in `facts/encode.rs` and its sample in the test there, what it
//!   means to the VM in `outcome/vm.rs`, and whether it is told by itself in `outcome/notable.rs`
//! - a sentence about a run (2): its value in `outcome/` or `judge/`; † its words in `words/`
//! - a metric for gates (2): one line in `promise/catalogue.rs`; † the list of `docs/gate.md`
//! - a number in the results (4): a field in `measure/results/`; † where it is filled, a line in `docs/results.md`; a column in `report/run/`
//! - a report format (4): its file in `report/`, its two lines in `report/mod.rs`, its file's name in `cli/output/folder.rs`, a word in
//!   `docs/results.md`
//! - a series (2): a variant of [`report::series::Of`], its columns and its cells there; † its row of [`assess::series`], a table in `docs/series.md`
//! - a format of series (2): its file in `report/series/` and in that folder's list and `Format`; † a row in `docs/series.md`
//! - a format of builds (6): its file in `report/ci/` and in that folder's list, one line in `cli/gate/outputs.rs`, its name
//!   in `cli/form.rs`, a word each in `docs/ci.md` and `docs/gate.md`
//! - a number of a sweep (3): its place in `sweep/measures.rs`, a column in `report/sweep/tables.rs`, with a word in `docs/sweep.md`; † its
//!   row in `docs/plan-json.md`
//! - a question of the plan (5): its folder in `plan/`, which gives a [`document::Section`], and in the list of `plan/mod.rs`, one line in
//!   [`plan::SECTIONS`], a row in `docs/plan.md`; † its tables in `docs/plan-json.md`
//! - a source of real data (4): its file in a folder of `import/` and in that folder's list, one line in [`import::SOURCES`] (churn),
//!   [`import::inventory::SOURCES`] or [`import::wan::SOURCES`], a row in `docs/import.md`; of measured replication one line of the list in
//!   `import/measured/mod.rs`, a row in `docs/compare.md`
//! - a parameter that a comparison moves (2): a variant of [`mirror::Knob`]; † its range, values and words; a row in `docs/compare.md`
//! - a rule that texts name, as "fact 1.20" or "model §3" (1): a row of `docs/facts.md` or a section of `docs/model.md`, where
//!   `drsim explain` finds it; † a row in `docs/coverage.md`
//! - a command (2): its file in `cli/`, three lines in `cli/mod.rs`
//! - an example (2, and its report): its file in `scenarios/`, one line in `cli/init.rs`; † `UPDATE=1 cargo test golden`

// -- vocabulary
pub mod inert;
pub mod closed;
pub mod ids;
pub mod graph;
pub mod remedy;
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
pub mod outage;
pub mod operations;
pub mod promise;
pub mod scenario;
pub mod document;
// -- the run
pub mod data_plane;
pub mod facts;
pub mod engine;
pub mod sim;
// -- what it meant
pub mod outcome;
pub mod judge;
pub mod words;
pub mod measure;
pub mod assess;
pub mod sweep;
pub mod plan;
pub mod mirror;
pub mod compare;
pub mod gate;
pub mod report;
// -- the edge
pub mod import;
pub mod cli;
