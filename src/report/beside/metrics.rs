//! The figures that variants are held against each other by.

use crate::document::Unit;
use crate::measure::results::{ApplicationRow, OutageApplicationRow, Outcome, Results};

/// A figure of an application, and where.
pub(super) struct Metric {
    /// Name in files.
    pub(super) key: &'static str,
    /// Heading.
    pub(super) title: &'static str,
    /// In a sentence.
    pub(super) name: &'static str,
    pub(super) unit: Unit,
    pub(super) of: fn(&Results, &ApplicationRow, Option<&OutageApplicationRow>) -> Option<f64>,
    /// Of each outage; else once, while nothing fails.
    pub(super) is_of_outage: bool,
}

/// In order of pages.
pub(super) const METRICS: [Metric; 6] = [
    Metric {
        key: "rta",
        title: "Back in service, from the outage",
        name: "RTA",
        unit: Unit::Seconds,
        of: |_, _, within| within?.rta_from_outage_s,
        is_of_outage: true,
    },
    Metric {
        key: "rpa",
        title: "Age of the copy that was used",
        name: "RPA",
        unit: Unit::Seconds,
        of: |_, _, within| within?.rpa_s,
        is_of_outage: true,
    },
    Metric {
        key: "aged",
        title: "Oldest copy where an application runs on",
        name: "oldest copy",
        unit: Unit::Seconds,
        of: |_, _, within| within.filter(|row| row.outcome == Outcome::NotHit)?.age_max_s,
        is_of_outage: true,
    },
    WORST_AGE,
    Metric {
        key: "p99_age",
        title: "Age of the newest copy for 99 % of the time while nothing fails",
        name: "age for 99 % of the time",
        unit: Unit::Seconds,
        of: |_, row, _| row.age.as_ref().map(|age| age.p99_s),
        is_of_outage: false,
    },
    Metric {
        key: "older",
        title: "Share of the time older than the RPO while nothing fails",
        name: "time older than the RPO",
        unit: Unit::Share,
        of: |_, row, _| row.steady.as_ref().and_then(|it| it.held_share).map(|held| 1.0 - held),
        is_of_outage: false,
    },
];

/// How old its newest common point gets while nothing fails.
pub(super) const WORST_AGE: Metric = Metric {
    key: "worst_age",
    title: "Oldest copy while nothing fails",
    name: "oldest copy",
    unit: Unit::Seconds,
    of: |_, row, _| row.age.as_ref().map(|age| age.max_s),
    is_of_outage: false,
};
