//! What a row of each tab of RVTools means.

use std::collections::BTreeMap;

use super::super::super::fault::{Faults, quote};
use super::super::super::table::{Record, Table};
use super::super::join::{Added, Index, Joined, Match, Who};
use super::super::power::{States, Unknown};
use super::super::{Disk, Host, MACHINES_MAX, MIB, Machine, Store};
use super::forms::{
    CLUSTER, CPUS, D_ID, D_KEY, D_NAME, D_PATH, D_RAW, D_SHARED, D_SIZE, FIRMWARE, ID, IN_USE, NAME, ON_HOST,
    P_ID, P_KEY, P_USED, PATH, PLACEHOLDER, POWER, RAM, TEMPLATE, TOTAL, server,
};
use crate::units::Bytes;

/// A cell of sizes in whole mebibytes.
fn mib(table: &Table, row: &Record, field: usize, faults: &mut Faults) -> Option<u64> {
    table.bytes(row, field, faults).map(|bytes| bytes / MIB)
}

/// A machine and what is known of it so far.
#[derive(Default)]
pub struct Draft {
    /// What will be kept.
    pub machine: Machine,
    /// Its management server; empty if not known.
    pub server: String,
    /// Virtual cores.
    pub cores: Option<u64>,
    /// Memory in MiB.
    pub memory_mib: Option<u64>,
    /// What it takes on its datastores, in MiB.
    pub in_use_mib: Option<u64>,
    /// Sizes in total, for a machine without disks of its own.
    pub total_mib: Option<u64>,
    /// Where its configuration lies.
    pub store: Option<String>,
    /// Keys of its disks.
    pub keys: Vec<String>,
    /// Consumed MiB of partitions, by the key of the disk, empty where unknown.
    pub consumed: BTreeMap<String, u64>,
}

/// The management server of a row, by name or else by id; empty where the table does not tell.
pub fn server_of<'r>(table: &Table, row: &'r Record, faults: &mut Faults) -> &'r str {
    let [name, id] = server(table.form).map(|field| table.text(row, field, faults));
    if name.is_empty() { id } else { name }
}

/// Whose a row is: its name is in the first column, its id where told.
fn who<'r>(table: &'r Table, row: &'r Record, id: usize, faults: &mut Faults) -> Who<'r> {
    let (id, name) = (table.text(row, id, faults), table.text(row, NAME, faults));
    Who { server: server_of(table, row, faults), export: table.export(), id, name }
}

/// The machine of a row; that several may be meant is a fault.
fn find(
    table: &Table,
    row: &Record,
    id: usize,
    (index, joined): (&Index, &mut Joined),
    faults: &mut Faults,
) -> Option<usize> {
    match index.find(who(table, row, id, faults), joined) {
        Match::One(number) => Some(number),
        Match::None => None,
        Match::Several => {
            let name = quote(table.text(row, NAME, faults));
            let reason = format!("this row may be that of several machines of vInfo, `{name}`");
            let remedy = "export all tabs with their columns `VM ID` and `VI SDK Server`";
            faults.push(table.fault(row, NAME, reason, remedy));
            None
        }
    }
}

/// States of vInfo.
const STATES: States = States { on: &["poweredon"], off: &["poweredoff", "suspended"] };

/// What is left out of vInfo, or not known.
#[derive(Debug, Default)]
pub struct LeftOut {
    /// Machines whose state is not known.
    pub unknown: Unknown,
    /// Templates and placeholders.
    pub templates: usize,
    /// Rows of machines that are known, by server and id.
    pub twice: usize,
}

/// Reads vInfo.
pub fn machines(
    table: &Table,
    drafts: &mut Vec<Draft>,
    index: &mut Index,
    left_out: &mut LeftOut,
    faults: &mut Faults,
) {
    for row in &table.rows {
        let name = table.text(row, NAME, faults);
        if name.is_empty() {
            // totals that somebody wrote below the table
            continue;
        }
        match index.add(who(table, row, ID, faults)) {
            Added::New => {}
            Added::Twice => {
                left_out.twice += 1;
                continue;
            }
            Added::Meets(other) => {
                let (id, other) = (quote(table.text(row, ID, faults)), quote(index.name(other)));
                let reason =
                    format!("its VM ID `{id}` is that of `{other}` too, and nothing tells their vCenters");
                let remedy = "export with the column `VI SDK Server`, or import one vCenter at a time";
                faults.push(table.fault(row, NAME, reason, remedy));
                continue;
            }
        }
        if table.flag(row, TEMPLATE, faults) || table.flag(row, PLACEHOLDER, faults) {
            left_out.templates += 1;
            drafts.push(Draft::default());
            continue;
        }
        if drafts.len() >= MACHINES_MAX {
            let reason = format!("more than {MACHINES_MAX} machines");
            faults.push(table.fault(row, NAME, reason, "export them by datacenter"));
            return;
        }
        let text =
            |field, faults: &mut Faults| Some(table.text(row, field, faults)).filter(|text| !text.is_empty());
        let machine = Machine {
            name: name.to_owned(),
            host: text(ON_HOST, faults).map(str::to_owned),
            cluster: text(CLUSTER, faults).map(str::to_owned),
            off: table.columns[POWER].is_some() && {
                let state = text(POWER, faults).unwrap_or_default().to_owned();
                STATES.is_off(name, &[state], &mut left_out.unknown)
            },
            generation: text(FIRMWARE, faults)
                .map(|firmware| if firmware.eq_ignore_ascii_case("efi") { 2 } else { 1 }),
            ..Machine::default()
        };
        drafts.push(Draft {
            machine,
            cores: table.whole(row, CPUS, faults),
            memory_mib: mib(table, row, RAM, faults),
            in_use_mib: mib(table, row, IN_USE, faults),
            total_mib: mib(table, row, TOTAL, faults),
            store: store(table.text(row, PATH, faults)),
            server: server_of(table, row, faults).to_owned(),
            ..Draft::default()
        });
    }
}

/// `datastore1` of `[datastore1] vm/vm.vmdk`.
fn store(path: &str) -> Option<String> {
    let name = path.strip_prefix('[')?.split(']').next()?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Drafts, their index, and how rows found them.
pub type Joint<'j> = (&'j mut [Draft], &'j Index, &'j mut Joined);

/// Fills cores and memory that vInfo leaves blank.
pub fn blanks(table: &Table, id: usize, (drafts, index, joined): Joint<'_>, faults: &mut Faults) {
    for row in &table.rows {
        // these tabs repeat what vInfo says: rows that find no machine do no harm
        let found = index.find(who(table, row, id, faults), &mut Joined::default());
        let Match::One(at) = found else { continue };
        let (cores, draft) = (table.form == "vCPU", &mut drafts[at]);
        let blank = if cores { &mut draft.cores } else { &mut draft.memory_mib };
        if blank.is_none() {
            *blank = if cores { table.whole(row, 1, faults) } else { mib(table, row, 1, faults) };
            joined.by_name += 1;
        }
    }
}

/// Reads vDisk; the values are raw mappings and shared disks.
pub fn disks(table: &Table, (drafts, index, joined): Joint<'_>, faults: &mut Faults) -> (usize, usize) {
    let (mut raw, mut shared) = (0, 0);
    for row in &table.rows {
        let Some(at) = find(table, row, D_ID, (index, joined), faults) else { continue };
        let draft = &mut drafts[at];
        if draft.machine.name.is_empty() {
            continue;
        }
        let Some(size) = table.bytes(row, D_SIZE, faults).filter(|size| *size > 0) else { continue };
        raw += usize::from(table.flag(row, D_RAW, faults));
        let sharing = table.text(row, D_SHARED, faults).to_lowercase();
        shared += usize::from(matches!(
            sharing.as_str(),
            "sharingmultiwriter" | "physicalsharing" | "virtualsharing"
        ));
        let key = table.text(row, D_KEY, faults).to_owned();
        let slot = slot(&key);
        draft.keys.push(key);
        draft.machine.disks.push(Disk {
            name: table.text(row, D_NAME, faults).to_owned(),
            size: Bytes(size),
            store: store(table.text(row, D_PATH, faults)).or_else(|| draft.store.clone()),
            slot,
            ..Disk::default()
        });
    }
    (raw, shared)
}

/// `scsi0:0` of the key 2000: of each bus with its 16 places vSphere counts on from there.
fn slot(key: &str) -> Option<String> {
    let place = key.parse::<u32>().ok()?.checked_sub(2000).filter(|place| *place < 64)?;
    Some(format!("scsi{}:{}", place / 16, place % 16))
}

/// Reads vPartition.
pub fn partitions(table: &Table, (drafts, index, joined): Joint<'_>, faults: &mut Faults) {
    for row in &table.rows {
        let Some(at) = find(table, row, P_ID, (index, joined), faults) else { continue };
        let Some(used) = mib(table, row, P_USED, faults) else { continue };
        let key = table.text(row, P_KEY, faults).to_owned();
        let sum = drafts[at].consumed.entry(key).or_default();
        *sum = sum.saturating_add(used);
    }
}

/// A place of an export, with its management server.
pub type Placed<P> = Vec<(String, P)>;

/// Reads vHost.
pub fn hosts(table: &Table, hosts: &mut Placed<Host>, faults: &mut Faults) {
    for row in &table.rows {
        let name = table.text(row, NAME, faults);
        if name.is_empty() {
            continue;
        }
        let cores = table.whole(row, 1, faults).unwrap_or(0);
        let memory = table.bytes(row, 2, faults).unwrap_or(0);
        let cluster = Some(table.text(row, 3, faults)).filter(|text| !text.is_empty());
        let host = Host {
            name: name.to_owned(),
            cores: u32::try_from(cores).unwrap_or(u32::MAX),
            memory: Bytes(memory),
            cluster: cluster.map(str::to_owned),
        };
        hosts.push((server_of(table, row, faults).to_owned(), host));
    }
}

/// Reads vDatastore.
pub fn stores(table: &Table, stores: &mut Placed<Store>, faults: &mut Faults) {
    for row in &table.rows {
        let name = table.text(row, NAME, faults);
        let free = table.bytes(row, 1, faults);
        if let (false, Some(free)) = (name.is_empty(), free) {
            let server = server_of(table, row, faults).to_owned();
            stores.push((server, Store { name: name.to_owned(), free: Bytes(free) }));
        }
    }
}
