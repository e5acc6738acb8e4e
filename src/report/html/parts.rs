//! The body after the outages: ages, links, VMs, hosts, volumes, warnings, method, glossary.

use crate::measure::results::{Age, HostRow, LinkRow, Results, VmRow, VolumeRow};
use crate::report::plot::{Plot, Subject};
use crate::report::verdict;
use crate::report::words::{self, NONE};

use super::{Block, Cell, Grid, Part, figure, part};

/// Rows of each table.
const ROWS: usize = 50;
/// Drawings of each kind.
const PLOTS: usize = 12;
/// Lines of each list.
const LINES: usize = 200;

pub(super) fn parts(results: &Results, plots: &[Plot]) -> Vec<Part> {
    let mut parts =
        vec![ages(results, plots), links(results, plots), vms(results), hosts(results), volumes(results)];
    parts.push(part(
        "assumptions",
        "Assumptions",
        vec![lines(&results.assumptions, "Everything was stated.")],
    ));
    parts.push(part("warnings", "Warnings", vec![lines(&results.warnings, "None.")]));
    parts.push(part("method", "Method", method(results)));
    let glossary =
        GLOSSARY.iter().map(|(term, meaning)| ((*term).to_string(), (*meaning).to_string())).collect();
    parts.push(part("glossary", "Glossary", vec![Block::Terms(glossary)]));
    parts
}

fn lines(lines: &[String], none: &str) -> Block {
    if lines.is_empty() {
        return Block::Words(none.into());
    }
    let mut shown: Vec<_> = lines.iter().take(LINES).map(|line| words::plain(line)).collect();
    if lines.len() > LINES {
        shown.push(format!("and {} more in result.json", words::thousands((lines.len() - LINES) as u64)));
    }
    Block::Lines(shown)
}

/// The cells that describe an age: half, 95 %, 99 %, 99.9 % of the time, worst, when, why.
fn age_cells(age: Option<&Age>, objective: Option<f64>, why_not: &str) -> Vec<Cell> {
    let judged = |part: fn(&Age) -> f64| Cell::judged(age.map(part), objective, why_not);
    vec![
        judged(|age| age.p50_s),
        judged(|age| age.p95_s),
        judged(|age| age.p99_s),
        judged(|age| age.p999_s),
        judged(|age| age.max_s),
        Cell::instant(age.map_or(NONE, |age| age.max_at.as_str())),
        Cell::text(age.map_or(why_not, |age| age.max_cause.as_str())),
    ]
}

fn ages(results: &Results, plots: &[Plot]) -> Part {
    let heads = [
        "application",
        "#RPO",
        "#half of the time",
        "#95 %",
        "#99 %",
        "#99.9 %",
        "#worst age",
        "at",
        "bound by",
        "#above the RPO",
    ];
    let rows = verdict::worst_applications(results);
    let grid =
        Grid::new("Age of the newest recovery point while nothing fails", &heads).fill(&rows, ROWS, |row| {
            let mut cells = vec![Cell::text(&row.name), Cell::time(row.rpo_objective_s, "no RPO is set")];
            cells.extend(age_cells(row.age.as_ref(), row.rpo_objective_s, "a VM of it is not replicated"));
            cells.push(Cell::time(
                row.age.as_ref().and_then(|age| age.above_objective_s),
                "no RPO is set, or no age is known",
            ));
            cells
        });
    let note = "Exact and weighted by time: “95 %” is the age not exceeded for 95 % of the time, never an average of cycles. An age \
                climbs from the moment a log is cut until the next one is applied, so its peak is the interval plus the time a log \
                takes to be sent and applied.";
    let mut blocks = vec![Block::Words(note.into()), Block::Table(grid)];
    let drawn =
        rows.iter().filter_map(|row| figure(plots, &Subject::Age(row.name.clone()), row.name.clone()));
    blocks.extend(drawn.take(PLOTS).map(Block::Plot));
    part("ages", "Ages of recovery points", blocks)
}

fn links(results: &Results, plots: &[Plot]) -> Part {
    let mut rows: Vec<&LinkRow> = results.links.iter().collect();
    rows.sort_by(|a, b| b.binding_share.total_cmp(&a.binding_share));
    let heads = [
        "link",
        "from",
        "to",
        "#rate",
        "#carried",
        "#utilisation",
        "#bottleneck",
        "#throttle bound",
        "#largest backlog",
    ];
    let grid = Grid::new(
        "Links while nothing fails; shares are of time, utilisation is of payload capacity under throttles",
        &heads,
    );
    let grid = grid.fill(&rows, ROWS, |row| {
        vec![
            Cell::text(&row.name),
            Cell::text(&row.from),
            Cell::text(&row.to),
            Cell::rate(row.rate_bps),
            Cell::bytes(row.carried_bytes),
            Cell::share(row.utilisation_share),
            Cell::share(row.binding_share),
            Cell::share(row.throttle_binding_share),
            Cell::bytes(row.backlog_max_bytes),
        ]
    });
    let mut blocks = vec![Block::Table(grid)];
    let name = |row: &LinkRow| format!("{} {} → {}", row.name, row.from, row.to);
    let drawn = rows.iter().filter_map(|row| figure(plots, &Subject::Link(name(row)), name(row)));
    blocks.extend(drawn.take(PLOTS).map(Block::Plot));
    part("links", "Links", blocks)
}

fn vms(results: &Results) -> Part {
    let mut rows: Vec<&VmRow> = results.vms.iter().collect();
    let worst = |row: &VmRow| row.age.as_ref().map_or(f64::INFINITY, |age| age.max_s);
    rows.sort_by(|a, b| worst(b).total_cmp(&worst(a)));
    let heads = [
        "VM",
        "host",
        "state",
        "#interval",
        "#half of the time",
        "#95 %",
        "#99 %",
        "#99.9 %",
        "#worst age",
        "at",
        "bound by",
        "#missed cycles",
        "#pending",
    ];
    let grid =
        Grid::new("VMs while nothing fails, those not replicated and those with the worst age first", &heads);
    let grid = grid.fill(&rows, ROWS, |row| {
        let mut cells = vec![
            Cell::text(&row.name),
            Cell::text(&row.host),
            Cell::text(row.state.words()),
            Cell::time(row.interval_s, "not replicated"),
        ];
        cells.extend(age_cells(row.age.as_ref(), None, "not replicated"));
        cells.push(Cell::number(format!(
            "{} of {}",
            words::thousands(row.cycles_missed),
            words::thousands(row.cycles_expected)
        )));
        cells.push(Cell::bytes(row.pending_bytes));
        cells
    });
    part("vms", "VMs", vec![Block::Table(grid)])
}

fn hosts(results: &Results) -> Part {
    let mut rows: Vec<&HostRow> = results.hosts.iter().collect();
    let short = |row: &HostRow| {
        i128::from(row.memory_used_bytes) + i128::from(row.replica_memory_bytes)
            - i128::from(row.memory_bytes)
    };
    rows.sort_by_key(|row| std::cmp::Reverse(short(row)));
    let heads = [
        "host",
        "site",
        "#cores used",
        "#memory used",
        "#memory",
        "#replicas",
        "#they would need",
        "#room left",
        "#send slots",
        "#slots used",
        "#card sending",
        "#card receiving",
    ];
    let grid = Grid::new("Hosts while nothing fails, those with least room for their replicas first", &heads)
        .fill(&rows, ROWS, |row| {
            let left = short(row);
            let room = u64::try_from(left.unsigned_abs()).unwrap_or(u64::MAX);
            let room = if left > 0 {
                Cell {
                    class: "n over".into(),
                    text: format!("−{}", words::bytes(room)),
                    title: format!("-{room} bytes"),
                }
            } else {
                Cell::bytes(room)
            };
            let share =
                |share: Option<f64>| share.map_or_else(|| Cell::time(None, "no limit is set"), Cell::share);
            vec![
                Cell::text(&row.name),
                Cell::text(&row.site),
                Cell::number(format!("{} of {}", row.cores_used, row.cores)),
                Cell::bytes(row.memory_used_bytes),
                Cell::bytes(row.memory_bytes),
                Cell::number(words::thousands(row.replicas)),
                Cell::bytes(row.replica_memory_bytes),
                room,
                row.send_slots
                    .map_or_else(|| Cell::number("no limit"), |slots| Cell::number(slots.to_string())),
                row.send_slots.map_or_else(
                    || Cell::time(None, "no limit is set"),
                    |_| Cell::share(row.slot_utilisation_share),
                ),
                share(row.nic_send_share),
                share(row.nic_receive_share),
            ]
        });
    part("hosts", "Hosts", vec![Block::Table(grid)])
}

fn volumes(results: &Results) -> Part {
    let mut rows: Vec<&VolumeRow> = results.volumes.iter().collect();
    rows.sort_by(|a, b| b.apply_busy_share.total_cmp(&a.apply_busy_share));
    let grid = Grid::new(
        "Volumes while nothing fails, busiest first",
        &["volume", "#size", "#allocated", "#recovery history", "#apply rate", "#applied", "#busy applying"],
    );
    let grid = grid.fill(&rows, ROWS, |row| {
        let rate = |rate| Cell {
            title: format!("{rate} bytes/s"),
            ..Cell::number(format!("{}/s", words::bytes(rate)))
        };
        vec![
            Cell::text(&row.name),
            row.size_bytes.map_or_else(|| Cell::number("never fills"), Cell::bytes),
            Cell::bytes(row.allocated_bytes),
            Cell::bytes(row.history_bytes),
            row.apply_rate_bytes_per_s.map_or_else(|| Cell::number("instant"), rate),
            Cell::bytes(row.applied_bytes),
            Cell::share(row.apply_busy_share),
        ]
    });
    part("volumes", "Volumes", vec![Block::Table(grid)])
}

fn method(results: &Results) -> Vec<Block> {
    let audit = &results.audit;
    let bytes = |text: &str| text.parse().map_or_else(|_| words::plain(text), words::bytes);
    let balance = format!(
        "The audit {}: of {} written while nothing fails, {} were applied at replicas, {} were cut and not yet applied at the end, {} not \
         yet cut, {} untracked, {} lost, and {} belong to disks or VMs that are not replicated.",
        words::plain(&audit.status),
        bytes(&audit.written_bytes),
        bytes(&audit.applied_bytes),
        bytes(&audit.cut_bytes),
        bytes(&audit.open_bytes),
        bytes(&audit.untracked_bytes),
        bytes(&audit.lost_bytes),
        bytes(&audit.excluded_bytes),
    );
    METHOD.iter().map(|text| Block::Words((*text).to_string())).chain([Block::Words(balance)]).collect()
}

const METHOD: &[&str] = &[
    "A deterministic simulation of discrete events: the scenario runs once while nothing fails, then once for each outage. Chance is drawn \
     before the run from the seed, so the same scenario, seed and version give the same bytes on any machine. There is no sampling error \
     to state; there is the error of the model and of its inputs.",
    "An application's recovery-point age is that of the oldest of its VMs' points; its recovery time ends when it is in service, after \
     boot, network, dependencies and validation, not when its VMs run. Phases follow its critical path and sum to its recovery time.",
];

const GLOSSARY: &[(&str, &str)] = &[
    (
        "RPO, RTO",
        "Objectives: the oldest acceptable recovery point, and the longest acceptable time to be in service again.",
    ),
    (
        "RPA, RTA",
        "What was actually reached: the age of the point used, and the time to be in service again, from the outage or from the declaration.",
    ),
    ("MTPD", "Maximum tolerable period of disruption: from then on not resuming is unacceptable."),
    (
        "recovery point",
        "A moment whose data the recovery site holds. Its age is what would be lost if the source failed now.",
    ),
    ("interval", "The copy frequency: how often the log of changes is cut and sent."),
    ("failover", "Starting replicas because the active side failed."),
    ("declaration", "The decision that this is a disaster and that a recovery plan starts."),
    ("in service", "Usable by its users. A VM can run without: isolated, or waiting for what it depends on."),
    (
        "critical path",
        "The chain of steps of which none could have been later without delaying the application.",
    ),
    ("backlog", "Bytes cut from logs and not yet sent."),
    (
        "bottleneck",
        "What set the rate of a transfer at a moment: a link, a throttle, a stream, slots, a card, a volume.",
    ),
    ("baseline", "The run in which nothing fails."),
    (
        "health",
        "The product’s own word on replication: Normal; Warning, as with more than 20 % of a window’s cycles missed, or an hour without \
         synchronization; Critical, as when a resynchronization is required.",
    ),
    (
        "unprotected",
        "From a failover, a required resynchronization or the begin of a first copy until replication is normal again.",
    ),
];
