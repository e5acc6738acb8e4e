//! What a metric's name says: whether it is of bytes written, what its numbers are, in which unit, and of which machine and disk.

use crate::import::churn::counter_names::{Disks, known};
use crate::import::churn::counters::disk_name;
use crate::import::churn::labels;
use crate::import::churn::meaning::is_of_writes;
use crate::import::churn::values::{self, Said, Unit, Values};
use crate::import::pdh::path;

/// Counters of vSphere that count KB written a second.
const VSPHERE: [&str; 3] = ["virtualdisk.write.average", "disk.write.average", "datastore.write.average"];
/// Which disks a metric of Azure adds up.
const AZURE: [&str; 3] = ["OS Disk", "Data Disk", "Temp Disk"];

/// Units of which case does not tell which is meant.
pub const BITS_OR_BYTES: (&str, &str) = ("bits", "bytes");

/// What a name says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metric {
    /// What its numbers are.
    pub values: Option<Values>,
    /// In which unit.
    pub unit: Option<Unit>,
    /// Of which machine; empty if it does not say.
    pub machine: String,
    /// Of which disk.
    pub disk: String,
    /// Both units that it may mean.
    pub either: Option<(&'static str, &'static str)>,
}

/// Reads a name; `None` if it is of something else.
pub fn of(name: &str, kb: u32) -> Option<Metric> {
    let name = name.trim();
    if let Some(counter) = counter(name) {
        return Some(counter);
    }
    if name.starts_with('{') {
        // labels alone, as `rate(…)` leaves them: of what they are, and in which unit, others tell
        let (machine, disk) = labels::machine_and_disk(name).unwrap_or_default();
        return Some(Metric { machine, disk, ..Metric::default() });
    }
    if VSPHERE.contains(&name.to_lowercase().as_str()) {
        return Some(Metric { values: Some(Values::Rate), unit: Some(Unit::kb(kb)), ..Metric::default() });
    }
    if name.starts_with("vfs.dev.write.") {
        // of operations and of times
        return None;
    }
    if let Some(arguments) = name.strip_prefix("vfs.dev.write[").and_then(|rest| rest.strip_suffix(']')) {
        return zabbix(arguments);
    }
    if name.starts_with("vmware.") && name.contains(".write[") && name.trim_end_matches(']').ends_with("bps")
    {
        let disk = name.trim_end_matches(']').rsplit(',').nth(1).unwrap_or_default();
        return Some(Metric {
            values: Some(Values::Rate),
            unit: Some(Unit::BYTE),
            disk: disk.to_owned(),
            ..Metric::default()
        });
    }
    if !is_of_writes(name) {
        return None;
    }
    let header = values::header(name.split('{').next().unwrap_or_default(), kb);
    let whole = values::header(name, kb);
    let (machine, disk) = labels::machine_and_disk(name).unwrap_or_default();
    let unit = match (header.unit, whole.unit) {
        (Said::Unit(unit, _), _) | (Said::Nothing, Said::Unit(unit, _)) => Some(unit),
        (Said::Nothing | Said::BitsOrBytes, _) => None,
    };
    let bare = name.to_lowercase();
    let either = match header.unit {
        Said::BitsOrBytes => Some(BITS_OR_BYTES),
        Said::Nothing if unit.is_none() && bare.contains("write rate") => Some(("bytes", "operations")),
        Said::Nothing | Said::Unit(..) => None,
    };
    let of_azure = || AZURE.into_iter().find(|disk| bare.starts_with(&disk.to_lowercase()));
    let disk = if disk.is_empty() { of_azure().unwrap_or_default().to_owned() } else { disk };
    Some(Metric { values: header.values.or(whole.values), unit, machine, disk, either })
}

/// A path of a counter, alone or in the key of an item: `perf_counter_en["\PhysicalDisk(0 C:)\Disk Write Bytes/sec"]`.
fn counter(name: &str) -> Option<Metric> {
    let inside = name.split_once('"').map_or(name, |(_, rest)| rest.split('"').next().unwrap_or(rest));
    let inside = inside.trim_end_matches(']');
    let whole = if inside.starts_with("\\\\") {
        inside.to_owned()
    } else {
        format!("\\\\\\{}", inside.strip_prefix('\\')?)
    };
    let path = path(&whole)?;
    let (disks, unit) = known(path.object, path.counter)?;
    // virtual disks of Hyper-V are called as in a log of counters, whose names are those of paths
    let (machine, disk) = match disks {
        Disks::HyperV if !path.instance.eq_ignore_ascii_case("_total") => {
            (disk_name(&path, unit), String::new())
        }
        Disks::HyperV | Disks::Esxi | Disks::Physical | Disks::Logical => {
            (path.machine.to_owned(), path.instance.to_owned())
        }
    };
    Some(Metric { values: Some(Values::Rate), unit: Some(unit), machine, disk, either: None })
}

/// `vfs.dev.write[device,type,mode]`; without a type it is of sectors on Linux, of bytes on others.
fn zabbix(arguments: &str) -> Option<Metric> {
    let mut parts = arguments.split(',').map(|part| part.trim_matches([' ', '"']));
    let disk = parts.next().unwrap_or_default().trim_start_matches("/dev/").to_owned();
    let (values, unit, either) = match parts.next().unwrap_or_default() {
        "sps" => (Some(Values::Rate), Some(Unit::SECTOR), None),
        "bps" => (Some(Values::Rate), Some(Unit::BYTE), None),
        "bytes" => (None, Some(Unit::BYTE), None),
        "sectors" => (None, Some(Unit::SECTOR), None),
        "" => (Some(Values::Rate), None, Some(("sectors of 512 bytes, as on Linux", "bytes"))),
        _ => return None,
    };
    Some(Metric { values, unit, machine: String::new(), disk, either })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_they_measure() {
        let is = |name: &str| {
            of(name, 1000).map(|metric| (metric.values, metric.unit, metric.machine, metric.disk))
        };
        let said = |values, unit, machine: &str, disk: &str| {
            Some((values, unit, machine.to_owned(), disk.to_owned()))
        };
        let (rate, total) = (Some(Values::Rate), Some(Values::Total));
        let cases = [
            ("Disk Write Bytes/sec", said(rate, Some(Unit::BYTE), "", "")),
            ("Disk|Write Rate (KBps)", said(rate, Some(Unit::kb(1000)), "", "")),
            (
                "node_disk_written_bytes_total{device=\"sda\",instance=\"web:9100\"}",
                said(total, Some(Unit::BYTE), "web", "sda"),
            ),
            ("rate(windows_logical_disk_write_bytes_total[5m])", said(rate, Some(Unit::BYTE), "", "")),
            (r"\\hv01\physicaldisk(0 c:)\disk write bytes/sec", said(rate, Some(Unit::BYTE), "hv01", "0 c:")),
            (
                "perf_counter_en[\"\\PhysicalDisk(0 C:)\\Disk Write Bytes/sec\"]",
                said(rate, Some(Unit::BYTE), "", "0 C:"),
            ),
            ("vfs.dev.write[sda,sps]", said(rate, Some(Unit::SECTOR), "", "sda")),
            ("vfs.dev.write[sda,ops]", None),
            ("vfs.dev.write.rate[sda]", None),
            ("virtualDisk.write.average", said(rate, Some(Unit::kb(1000)), "", "")),
            ("virtualDisk.read.average", None),
            ("OS Disk Write Bytes/sec", said(rate, Some(Unit::BYTE), "", "OS Disk")),
            ("{device=\"sda\", instance=\"web:9100\"}", said(None, None, "web", "sda")),
            ("Disk Read Bytes/sec", None),
            ("Disk Write Operations/Sec", None),
            ("node_disk_writes_completed_total", None),
            ("CPU", None),
        ];
        for (name, expected) in cases {
            assert_eq!(is(name), expected, "{name}");
        }
    }
}
