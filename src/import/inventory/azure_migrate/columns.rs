//! What the columns of Azure Migrate are called, told by their words.

use super::super::super::field::{Field, Form, Kind, bare};
use super::super::super::unit::{GIB, MIB, Unit};

/// Its one table.
pub const FORMS: &[Form] = &[Form {
    plain: bare,
    more,
    own: &[("MBPS", MIB_A_SECOND)],
    ..Form::needed("Azure Migrate", COLUMNS, 3)
}];

/// What Azure's documents mean by MBps and MBPS: its assessments are in megabytes a second.
const MIB_A_SECOND: Unit = Unit { bits: MIB.bits, per_second: true };

pub const COLUMNS: &[Field] = &[
    Field::text(&["server name", "machine", "machine name", "vm name", "virtual machine", "server"]),
    Field::count(&["cores", "number of cores", "cpu cores", "core count"]),
    Field { names: &["memory", "memory size"], kind: Kind::Size(MIB), whole: true },
    Field::size(&["storage in use", "disk used", "storage used"], GIB),
    Field::size(&["storage", "total storage", "disk size", "total disk size"], GIB),
    Field::text(&["boot type", "firmware type"]),
    Field::text(&["power state", "power status", "powerstate"]),
    Field::rate(
        &[
            "total disks write throughput",
            "total disk write throughput",
            "disk write throughput",
            "disks write throughput",
            "disk write",
        ],
        MIB_A_SECOND,
    ),
    Field::text(&["ip address", "ip addresses", "fqdn", "dns name"]),
    Field::text(&["number of disks", "disks", "disk count", "no of disks", "disk(s)"]),
];
pub const NAME: usize = 0;
pub const CORES: usize = 1;
pub const MEMORY: usize = 2;
pub const IN_USE: usize = 3;
pub const STORAGE: usize = 4;
pub const BOOT: usize = 5;
pub const POWER: usize = 6;
pub const WRITES: usize = 7;
pub const ADDRESS: usize = 8;
pub const COUNT: usize = 9;

/// What a column says of a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfDisk {
    Size,
    /// The mean of what is written.
    Writes,
    /// Writes by another measure: a peak is not what is written all the time.
    OtherWrites,
    /// Reads and the like.
    Other,
}

/// Number of the disk and what the column says of it: `disk 12 write throughput`.
pub fn disk_of(header: &str) -> Option<(u32, OfDisk)> {
    let (number, what) = header.strip_prefix("disk ")?.split_once(' ')?;
    let number = number.parse().ok()?;
    let mean = ["average", "avg", "mean"];
    let words: Vec<&str> = what.split(' ').filter(|word| !mean.contains(word)).collect();
    let what = match words.as_slice() {
        ["size" | "capacity"] => OfDisk::Size,
        ["write", "throughput"] => OfDisk::Writes,
        _ if is_of_writes(header) => OfDisk::OtherWrites,
        _ => OfDisk::Other,
    };
    Some((number, what))
}

/// Whether a header speaks of bytes that are written.
pub fn is_of_writes(header: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| header.contains(word));
    has(&["write", "written"]) && !has(&["iops", "latency", "operations", "ops"])
}

/// Columns of disks; others in numbers tell how the file writes them.
fn more(header: &str) -> Option<Field> {
    match disk_of(header) {
        Some((_, OfDisk::Size)) => Some(Field::size(&[], GIB)),
        Some((_, OfDisk::Writes)) => Some(Field::rate(&[], MIB_A_SECOND)),
        Some((_, OfDisk::OtherWrites | OfDisk::Other)) => {
            Some(Field { kind: Kind::Witness, ..Field::text(&[]) })
        }
        None => {
            let load = ["utilization", "utilisation", "throughput", "iops"];
            let is_load = load.iter().any(|word| header.contains(word)) && !WRITES_NAMES.contains(&header);
            is_load.then_some(Field { kind: Kind::Witness, ..Field::text(&[]) })
        }
    }
}

/// Columns of writes of a whole machine, which are read.
pub const WRITES_NAMES: &[&str] = COLUMNS[WRITES].names;
