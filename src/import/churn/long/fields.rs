//! Which column holds what.

use super::Long;
use crate::import::churn::meaning::is_of_writes;
use crate::import::churn::values::{self, Said, Values};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// When.
    Time,
    /// Of which machine.
    Machine,
    /// Of which of its disks.
    Disk,
    /// What is measured.
    Metric,
    /// How much.
    Value,
    /// In which unit.
    Unit,
}

/// Every field.
pub const FIELDS: [Field; 6] =
    [Field::Time, Field::Machine, Field::Disk, Field::Metric, Field::Value, Field::Unit];

impl Field {
    /// As chosen on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Field::Time => "time",
            Field::Machine => "machine",
            Field::Disk => "disk",
            Field::Metric => "metric",
            Field::Value => "value",
            Field::Unit => "unit",
        }
    }

    /// Headers that all tools may write.
    fn headers(self) -> &'static [&'static str] {
        match self {
            Field::Time => &[
                "time",
                "timestamp",
                "time stamp",
                "datetime",
                "date time",
                "date",
                "clock",
                "timegenerated",
                "_time",
            ],
            Field::Machine => &[
                "machine",
                "machine name",
                "vm",
                "vm name",
                "vmname",
                "virtual machine",
                "host",
                "hostname",
                "host name",
                "server",
                "server name",
                "computer",
                "computername",
                "node",
                "instance",
            ],
            Field::Disk => {
                &["disk", "disk name", "device", "dev", "volume", "drive", "lun", "virtual disk", "instance"]
            }
            Field::Metric => &[
                "metric",
                "metric name",
                "metricname",
                "counter",
                "countername",
                "series",
                "measurement",
                "_field",
            ],
            Field::Value => &["value", "_value", "average", "avg", "mean"],
            Field::Unit => &["unit", "units"],
        }
    }
}

/// Columns by what they hold.
#[derive(Clone, Debug, Default)]
pub struct Places(pub Vec<(Field, usize)>);

impl Places {
    /// The column that holds it.
    pub fn of(&self, field: Field) -> Option<usize> {
        self.0.iter().find(|(own, _)| *own == field).map(|(_, at)| *at)
    }
}

/// A header without what tools put around it, in lower case.
pub fn plain(header: &str) -> String {
    let header = header.trim_start_matches(['#', ' ']).trim().to_lowercase();
    let ends = [" (utc)", " [utc]", " (gmt)", " (local)"];
    ends.into_iter().find_map(|end| header.strip_suffix(end)).unwrap_or(&header).trim_end().to_owned()
}

/// Finds columns: those that are asked for, then by the tool's names, then by names that all may use.
///
/// # Errors
/// A header that is asked for and not there.
pub fn places(long: &Long, header: &[String], asked: &[(String, String)]) -> Result<Places, String> {
    let plain: Vec<String> = header.iter().map(|header| plain(header)).collect();
    let mut places = Places::default();
    for field in FIELDS {
        let Some((_, wanted)) = asked.iter().find(|(what, _)| what == field.name()) else { continue };
        let at = header
            .iter()
            .position(|header| header == wanted)
            .or_else(|| plain.iter().position(|header| *header == wanted.to_lowercase()));
        places.0.push((field, at.ok_or_else(|| wanted.clone())?));
    }
    for own in [true, false] {
        for field in FIELDS {
            let names = long.fields.iter().find(|(of, _)| *of == field).map_or(&[][..], |(_, names)| names);
            let names = if own { names } else { field.headers() };
            let free = |places: &Places, at: usize| !places.0.iter().any(|(_, taken)| *taken == at);
            let found = names.iter().find_map(|name| {
                let mut all =
                    plain.iter().enumerate().filter(|(at, header)| header == name && free(&places, *at));
                all.next().map(|(at, _)| at)
            });
            if let (None, Some(at)) = (places.of(field), found) {
                places.0.push((field, at));
            }
        }
    }
    if places.of(Field::Value).is_none()
        && let Some(at) = value(long, header)
    {
        places.0.push((Field::Value, at));
    }
    Ok(places)
}

/// The column of what is written, by its header: the mean before others, never the most.
fn value(long: &Long, header: &[String]) -> Option<usize> {
    let known = |header: &str| long.values.iter().any(|(name, ..)| *name == header);
    let of_writes: Vec<usize> =
        (0..header.len()).filter(|at| known(&plain(&header[*at])) || is_of_writes(&header[*at])).collect();
    let has = |at: usize, words: &[&str]| words.iter().any(|word| header[at].to_lowercase().contains(word));
    let usual: Vec<usize> =
        of_writes.into_iter().filter(|at| !has(*at, &["max", "peak", "min", "95"])).collect();
    usual
        .iter()
        .copied()
        .find(|at| known(&plain(&header[*at])))
        .or_else(|| usual.iter().copied().find(|at| has(*at, &["average", "avg", "mean"])))
        .or(usual.first().copied())
}

/// What the header of values says, in which unit, and whether it is of writes.
pub fn said(long: &Long, header: &str, kb: u32) -> (Option<Values>, Said, bool) {
    if let Some((_, values, unit)) = long.values.iter().find(|(name, ..)| *name == plain(header)) {
        return (Some(*values), Said::Unit(*unit, true), true);
    }
    let said = values::header(header, kb);
    (said.values, said.unit, is_of_writes(header))
}
