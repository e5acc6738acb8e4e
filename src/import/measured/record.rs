//! One machine over one interval: which names mean what.

use std::collections::{BTreeMap, BTreeSet};

use super::super::fault::{Fault, quote};
use super::Clocks;
use super::cell::{Cell, Refusal};
use super::time::instant;
use crate::mirror::{Measurement, Seen};
use crate::units::MICROS;

/// Names of the cells, in lower case and letters alone: those of `Measure-VMReplication`, of its aliases, of the service's
/// `Msvm_ReplicationStatistics`, and of drsim's own results.
const NAME: &[&str] = &["vmname", "name", "vm"];
const ID: &[&str] = &["vmid"];
const SERVER: &[&str] = &["primaryserver", "primaryservername", "computername", "pscomputername"];
const MODE: &[&str] = &["mode", "replicationmode"];
const EXTENDED: &[&str] = &["relationshiptype", "replicationrelationshiptype", "relationship"];
const FROM: &[&str] = &["monitoringstarttime", "monstarttime", "startstatistictime", "from"];
const TO: &[&str] = &["monitoringendtime", "monendtime", "endstatistictime", "to"];
const SAMPLED: &[&str] = &["timestamp", "sampledat", "sampletime", "time"];
const LAST: &[&str] = &["lastreplicationtime", "lrepltime", "lastrepltime", "lastreceived"];
const SIZE: &[&str] = &["averagereplicationsize", "avgreplicationsize", "avgreplsize", "sizemeanbytes"];
const SIZE_TOTAL: &[&str] = &["replicationsize", "totalreplicationsize"];
const SIZE_MAX: &[&str] = &["maximumreplicationsize", "maxreplicationsize", "maxreplsize", "sizemaxbytes"];
const LATENCY: &[&str] =
    &["averagereplicationlatency", "avgreplicationlatency", "avglatency", "latencymeans"];
const LATENCY_TOTAL: &[&str] = &["replicationlatency", "totalreplicationlatency"];
const LATENCY_MAX: &[&str] =
    &["maximumreplicationlatency", "maxreplicationlatency", "maxlatency", "latencymaxs"];
const SUCCESSES: &[&str] = &[
    "successfulreplicationcount",
    "replicationsuccesscount",
    "successreplcount",
    "succreplcount",
    "cyclessuccessful",
];
const MISSES: &[&str] =
    &["missedreplicationcount", "replicationmisscount", "missedreplcount", "missreplcount", "cyclesmissed"];
const PENDING: &[&str] = &["pendingreplicationsize", "pendreplsize", "preplsize", "pendingbytes"];
/// Of the relationship, exported beside its statistics.
const FREQUENCY: &[&str] = &["frequencysec", "replicationfrequencysec"];
const ALL: [&[&str]; 18] = [
    NAME,
    SERVER,
    MODE,
    EXTENDED,
    FROM,
    TO,
    SAMPLED,
    LAST,
    SIZE,
    SIZE_TOTAL,
    SIZE_MAX,
    LATENCY,
    LATENCY_TOTAL,
    LATENCY_MAX,
    SUCCESSES,
    MISSES,
    PENDING,
    FREQUENCY,
];
/// What tells a record of replication from others.
const TELLING: [&[&str]; 6] = [SIZE, LATENCY, MISSES, PENDING, SIZE_TOTAL, LATENCY_TOTAL];

/// Where a record stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Line(u64),
    /// Its number in the file, from 1.
    Number(u64),
}

/// What is wrong with a record.
#[derive(Debug)]
pub(super) struct Wrong {
    column: Option<String>,
    reason: String,
    remedy: &'static str,
}

impl Wrong {
    /// As a fault of a file.
    pub fn at(self, file: &str, place: Place) -> Fault {
        let fault = match place {
            Place::Line(line) => Fault::of(file, self.reason, self.remedy).line(line),
            Place::Number(number) => {
                Fault::of(file, self.reason, self.remedy).cell(format!("record {number}"))
            }
        };
        match self.column {
            Some(column) => fault.column(&column),
            None => fault,
        }
    }
}

/// What becomes of a record.
#[derive(Debug)]
pub(super) enum Kept {
    /// It measures.
    Measured(Box<Measurement>),
    /// It is the replica's own, or of an extended relationship.
    OtherSide,
    /// Nothing happened in it.
    Empty,
}

/// A name without case and marks.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a column holds instants.
pub(super) fn is_of_times(name: &str) -> bool {
    let name = folded(name);
    [FROM, TO, SAMPLED, LAST].iter().any(|names| names.contains(&name.as_str()))
}

/// Whether these names are those of a record of replication.
pub(super) fn is_record<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let names: BTreeSet<String> = names.map(folded).collect();
    let has = |of: &[&str]| of.iter().any(|name| names.contains(*name));
    has(NAME) && TELLING.iter().any(|of| has(of))
}

/// Named cells.
#[derive(Debug, Default)]
pub(super) struct Record<'c>(BTreeMap<String, (&'c str, Cell<'c>)>);

impl<'c> Record<'c> {
    /// Adds a cell; an empty one tells nothing. Of two of one name the second has a number to it, and is not used.
    pub fn put(&mut self, name: &'c str, cell: Cell<'c>) {
        let mut key = folded(name);
        while self.0.contains_key(&key) {
            key.push_str(" again");
        }
        self.0.insert(key, (name, cell));
    }

    fn get(&self, names: &[&str]) -> Option<(&'c str, Cell<'c>)> {
        names.iter().find_map(|name| self.0.get(*name)).copied().filter(|(_, cell)| !cell.is_empty())
    }

    /// The value of the first of these names that has one; the others must not say otherwise.
    fn read<T: PartialEq>(
        &self,
        names: &[&str],
        read: impl Fn(Cell<'c>) -> Result<T, Refusal>,
    ) -> Result<Option<T>, Wrong> {
        let mut found: Option<(&str, T)> = None;
        let told = names.iter().filter_map(|name| self.0.get(*name)).filter(|(_, cell)| !cell.is_empty());
        for (name, cell) in told {
            let wrong = |(reason, remedy)| Wrong { column: Some((*name).to_owned()), reason, remedy };
            let value = read(*cell).map_err(wrong)?;
            match &found {
                None => found = Some((name, value)),
                Some((_, first)) if *first == value => {}
                Some((first, _)) => {
                    let reason = format!("it says otherwise than `{}`, which is the same", quote(first));
                    return Err(wrong((reason, "export one of them")));
                }
            }
        }
        Ok(found.map(|(_, value)| value))
    }

    /// What the record measures. Names of cells that mean nothing are added to `unused`.
    pub fn measurement(&self, clocks: Clocks<'_>, unused: &mut BTreeSet<String>) -> Result<Kept, Wrong> {
        let known = |folded: &str| ALL.iter().any(|names| names.contains(&folded));
        unused.extend(
            self.0.iter().filter(|(folded, _)| !known(folded)).map(|(_, (name, _))| (*name).to_owned()),
        );
        let text = |names: &[&str]| self.get(names).map_or(String::new(), |(_, cell)| cell.text());
        if matches!(folded(&text(MODE)).as_str(), "2" | "replica" | "3" | "extendedreplica" | "testreplica")
            || matches!(folded(&text(EXTENDED)).as_str(), "1" | "extended")
        {
            return Ok(Kept::OtherSide);
        }
        let vm = text(NAME);
        if vm.is_empty() {
            let remedy = "export the machine's name too";
            return Err(Wrong { column: None, reason: "the record names no machine".into(), remedy });
        }
        let at = |names: &[&str]| Ok(self.read(names, |cell| instant(cell, clocks))?.flatten());
        let (from, last) = (at(FROM)?, at(LAST)?);
        let told = match at(TO)? {
            Some(to) => Some(to),
            None => at(SAMPLED)?,
        };
        let (to, seen) = (told.or(last), self.seen(told.zip(last))?);
        if seen == (Seen { age: seen.age, ..Seen::default() }) {
            return Ok(Kept::Empty);
        }
        let Some(to) = to else {
            let reason = format!("nothing says when `{}` was measured", quote(&vm));
            let remedy =
                "export MonitoringStartTime and MonitoringEndTime too, or LastReplicationTime at least";
            return Err(Wrong { column: None, reason, remedy });
        };
        if from.is_some_and(|from| from >= to) {
            let remedy = "export MonitoringStartTime and MonitoringEndTime as they are";
            return Err(Wrong { column: None, reason: "the interval ends before it begins".into(), remedy });
        }
        let every = self.read(FREQUENCY, Cell::whole)?;
        let measurement = Measurement {
            vm,
            id: text(ID),
            server: text(SERVER),
            from_unix_us: from,
            to_unix_us: to,
            every_us: every.and_then(|seconds| seconds.checked_mul(MICROS)),
            seen,
        };
        Ok(Kept::Measured(Box::new(measurement)))
    }

    fn seen(&self, ends: Option<(i64, i64)>) -> Result<Seen, Wrong> {
        let whole = |names| self.read(names, Cell::whole);
        let micros = |names| self.read(names, Cell::micros);
        let (successes, missed) = (whole(SUCCESSES)?, whole(MISSES)?);
        let mean =
            |total: Option<u64>| total.zip(successes).and_then(|(total, count)| total.checked_div(count));
        let size = match whole(SIZE)? {
            Some(size) => Some(size),
            None => mean(whole(SIZE_TOTAL)?),
        };
        let latency = match micros(LATENCY)? {
            Some(latency) => Some(latency),
            None => mean(micros(LATENCY_TOTAL)?),
        };
        // where no log went through, means of nothing are written as zero
        let some =
            |value: Option<u64>| value.filter(|value| *value > 0 || successes.is_some_and(|count| count > 0));
        Ok(Seen {
            cycles: successes.zip(missed).map(|(successes, missed)| successes.saturating_add(missed)),
            missed: missed.filter(|_| successes.is_some()),
            size: some(size),
            size_max: some(whole(SIZE_MAX)?),
            latency: some(latency),
            latency_max: some(micros(LATENCY_MAX)?),
            pending: whole(PENDING)?,
            age: ends.and_then(|(to, last)| u64::try_from(to.checked_sub(last)?).ok()),
        })
    }
}
