//! Logs of Windows performance counters (`PDH-CSV 4.0`, `PDH-TSV 4.0`): how they begin, and what their headers say.

use super::BIAS_MAX;

/// How they begin.
const LOGS: [&str; 2] = ["(PDH-CSV 4.0)", "(PDH-TSV 4.0)"];

/// The object of counters of replication.
pub const REPLICATION: &str = "hyper-v replica vm";

/// Whether these are the first bytes of one.
pub fn is_log(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    let start = start.strip_prefix(b"\"").unwrap_or(start);
    LOGS.iter().any(|log| start.starts_with(log.as_bytes()))
}

/// What stands behind the mark of a log in its first header, if that is one's.
pub fn zone(header: &str) -> Option<&str> {
    LOGS.iter().find_map(|log| header.trim().strip_prefix(log)).map(str::trim)
}

/// Minutes from local time to UTC, at the end of the first header.
pub fn bias(header: &str) -> Option<i64> {
    let (_, last) = header.trim().strip_suffix(')')?.rsplit_once('(')?;
    last.parse().ok().filter(|minutes: &i64| minutes.abs() <= BIAS_MAX)
}

/// A counter's path: `\\machine\object(instance)\counter`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path<'h> {
    /// The machine.
    pub machine: &'h str,
    /// The kind of thing.
    pub object: &'h str,
    /// Which of them; empty if there is one.
    pub instance: &'h str,
    /// What is measured.
    pub counter: &'h str,
}

/// Reads a path.
pub fn path(header: &str) -> Option<Path<'_>> {
    let (machine, rest) = header.strip_prefix("\\\\")?.split_once('\\')?;
    let (object, counter) = rest.rsplit_once('\\')?;
    let (object, instance) = match object.split_once('(') {
        Some((object, instance)) => (object, instance.strip_suffix(')')?),
        None => (object, ""),
    };
    Some(Path { machine, object, instance, counter })
}
