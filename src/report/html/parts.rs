//! The body after the outages: ages, links, VMs, hosts, volumes, warnings, method, glossary.

use crate::measure::results::{LinkRow, Results, VmRow};
use crate::report::plot::{Plot, Subject};
use crate::report::run::{estate, rows};
use crate::report::{verdict, words};

use super::{Block, Grid, Part, figure, part};

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

/// Half, 95 %, 99 %, 99.9 % of the time, worst, when, why.
const AGES: &str = "age_p50_s age_p95_s age_p99_s age_p999_s age_max_s age_max_at age_max_cause";

fn ages(results: &Results, plots: &[Plot]) -> Part {
    let keys = format!("name rpo_objective_s {AGES} age_above_objective_s");
    let rows = rows(results, verdict::worst_applications(results));
    let caption = "Age of the newest recovery point while nothing fails";
    let grid = Grid::first(caption, (&estate::APPLICATIONS, &keys), &rows, ROWS);
    let note = "Exact and weighted by time: “95 %” is the age not exceeded for 95 % of the time, never an average of cycles. An age \
                climbs from the moment a log is cut until the next one is applied, so its peak is the interval plus the time a log \
                takes to be sent and applied.";
    let mut blocks = vec![Block::Words(note.into()), Block::Table(grid)];
    let caption = "For how much of the time points are older than so much, while nothing fails".to_owned();
    blocks.extend(figure(plots, &Subject::Exceedance, caption).map(Block::Plot));
    let drawn =
        rows.iter().filter_map(|row| figure(plots, &Subject::Age(row.name.clone()), row.name.clone()));
    blocks.extend(drawn.take(PLOTS).map(Block::Plot));
    part("ages", "Ages of recovery points", blocks)
}

fn links(results: &Results, plots: &[Plot]) -> Part {
    let mut rows = rows(results, &results.links);
    rows.sort_by(|a, b| b.binding_share.total_cmp(&a.binding_share));
    let caption =
        "Links while nothing fails; shares are of time, utilisation is of payload capacity under throttles";
    let keys = "name from to rate_bps carried_bytes utilisation_share binding_share throttle_binding_share backlog_max_bytes";
    let grid = Grid::first(caption, (&estate::LINKS, keys), &rows, ROWS);
    let routes = results.routes.iter().take(ROWS).map(|row| words::plain(&words::route(row)));
    let mut blocks = vec![Block::Table(grid)];
    if !results.routes.is_empty() {
        blocks.insert(0, Block::Lines(routes.collect()));
    }
    let name = |row: &LinkRow| format!("{} {} → {}", row.name, row.from, row.to);
    let drawn = rows.iter().filter_map(|row| figure(plots, &Subject::Link(name(row)), name(row)));
    blocks.extend(drawn.take(PLOTS).map(Block::Plot));
    part("links", "Links", blocks)
}

fn vms(results: &Results) -> Part {
    let mut rows = rows(results, &results.vms);
    let worst = |row: &VmRow| row.age.as_ref().map_or(f64::INFINITY, |age| age.max_s);
    rows.sort_by(|a, b| worst(b).total_cmp(&worst(a)));
    let keys = format!("name host state interval_s {AGES} missed pending_bytes");
    let caption = "VMs while nothing fails, those not replicated and those with the worst age first";
    part("vms", "VMs", vec![Block::Table(Grid::first(caption, (&estate::VMS, &keys), &rows, ROWS))])
}

fn hosts(results: &Results) -> Part {
    let mut rows = rows(results, &results.hosts);
    rows.sort_by_key(|row| std::cmp::Reverse(estate::short(row)));
    let keys = "name site cores_of memory_used_bytes memory_bytes replicas replica_memory_bytes room send_slots slots nic_send_share nic_receive_share";
    let caption = "Hosts while nothing fails, those with least room for their replicas first";
    let sites = results.sites.iter().take(ROWS).map(|row| words::plain(&words::processors(row)));
    let mut blocks = vec![Block::Table(Grid::first(caption, (&estate::HOSTS, keys), &rows, ROWS))];
    if !results.sites.is_empty() {
        blocks.insert(0, Block::Lines(sites.collect()));
    }
    part("hosts", "Hosts", blocks)
}

fn volumes(results: &Results) -> Part {
    let mut rows = rows(results, &results.volumes);
    rows.sort_by(|a, b| b.apply_busy_share.total_cmp(&a.apply_busy_share));
    let keys =
        "name size_bytes allocated_bytes history_bytes apply_rate_bytes_per_s applied_bytes apply_busy_share";
    let grid =
        Grid::first("Volumes while nothing fails, busiest first", (&estate::VOLUMES, keys), &rows, ROWS);
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
