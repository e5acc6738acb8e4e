//! Tables of outages: what failed, who came back when, and what took how long.

use crate::document::Unit::{Bytes, Count, Seconds, Text};
use crate::document::{Mark, Tone, Value};
use crate::measure::results::{
    FaultRow, OutageApplicationRow, OutageLinkRow, OutageRow, OutageVmRow, Outcome, PhaseRow, Results,
    Status, StepRow,
};
use crate::report::{verdict, words};

use super::{
    Make, Of, Row, Shape, instant, judged, mark, maybe, maybe_instant, maybe_text, number_of, rows, spelt,
};

/// Every table in full.
pub(super) const TABLES: &[Make] = &[
    |results| OUTAGES.whole(&rows(results, &results.outages)),
    |results| APPLICATIONS.whole(&each(results, |outage| within(results, outage, &outage.applications))),
    |results| VMS.whole(&each(results, |outage| within(results, outage, &outage.vms))),
    |results| LINKS.whole(&each(results, |outage| within(results, outage, &outage.links))),
    |results| {
        PHASES.whole(&each(results, |outage| {
            outage.applications.iter().flat_map(|row| phases(results, &outage.name, row)).collect()
        }))
    },
    |results| STEPS.whole(&each(results, |outage| within(results, outage, &outage.steps))),
];

/// Rows of all outages.
fn each<'r, R>(results: &'r Results, rows: impl Fn(&'r OutageRow) -> Vec<Row<'r, R>>) -> Vec<Row<'r, R>> {
    results.outages.iter().flat_map(rows).collect()
}

/// Rows of one outage.
pub(in crate::report) fn within<'r, R>(
    results: &'r Results,
    outage: &'r OutageRow,
    rows: impl IntoIterator<Item = &'r R>,
) -> Vec<Row<'r, R>> {
    rows.into_iter().map(|row| Row { results, outage: &outage.name, of: "", row }).collect()
}

/// The phases of a recovery.
pub(in crate::report) fn phases<'r>(
    results: &'r Results,
    outage: &'r str,
    application: &'r OutageApplicationRow,
) -> Vec<Row<'r, PhaseRow>> {
    application.phases.iter().map(|row| Row { results, outage, of: &application.name, row }).collect()
}

pub(in crate::report) const OUTAGES: Shape<OutageRow> = Shape {
    key: "outages",
    files: &[
        Of("name", "outage", Text, |r| Value::text(&r.name)),
        Of("about", "about", Text, |r| Value::text(&r.about)),
        Of("at", "at", Text, |r| instant(&r.at)),
        Of("faults", "faults", Count, |r| number_of(&r.faults)),
        Of("declarations", "declarations", Count, |r| number_of(&r.declarations)),
        Of("first_declaration_at_s", "first declared after", Seconds, |r| {
            maybe(r.declarations.iter().map(|declared| declared.at_s).reduce(f64::min), "")
        }),
        Of("lost_bytes", "data lost", Bytes, |r| Value::Whole(r.lost_bytes)),
    ],
    also: &[
        Of("hit", "applications hit", Count, |r| {
            number_of(r.applications.iter().filter(|row| row.outcome != Outcome::NotHit))
        }),
        Of("missed", "missed", Count, |r| {
            number_of(r.applications.iter().filter(|row| row.status == Status::Missed))
        }),
        Of("not_recovered", "not recovered", Count, |r| {
            number_of(r.applications.iter().filter(|row| row.outcome == Outcome::NotRecovered))
        }),
        Of("undecided", "undecided", Count, |r| {
            number_of(r.applications.iter().filter(|row| row.status == Status::Undecided))
        }),
        Of("exposed", "exposed", Count, |r| {
            number_of(r.applications.iter().filter(|row| row.status == Status::Exposed))
        }),
        Of("rta_max_s", "longest RTA", Seconds, |r| {
            let all = r.applications.iter().filter_map(|row| row.rta_from_outage_s);
            maybe(all.reduce(f64::max), "no application goes down and comes back")
        }),
        Of("rpa_max_s", "oldest RPA", Seconds, |r| {
            let all = r.applications.iter().filter_map(|row| row.rpa_s);
            maybe(all.reduce(f64::max), "no application fails over")
        }),
        Of("worst", "worst application", Text, |r| {
            maybe_text(verdict::leading(r).map(|row| row.name.as_str()), "")
        }),
    ],
};

pub(in crate::report) const FAULTS: Shape<FaultRow> = Shape {
    key: "faults",
    files: &[],
    also: &[
        Of("component", "component", Text, |r| Value::text(&r.component)),
        Of("effect", "effect", Text, |r| Value::text(&r.effect)),
        Of("cause", "cause", Text, |r| Value::text(&r.cause)),
        Of("from", "from", Text, |r| instant(&r.from)),
        Of("to", "until", Text, |r| {
            r.to.as_deref().map_or(Value::Instead("not repaired within the run"), instant)
        }),
        Of("lasted_s", "lasted", Seconds, |r| {
            maybe(r.to_s.map(|to| to - r.from_s), "not repaired within the run")
        }),
    ],
};

pub(in crate::report) const APPLICATIONS: Shape<OutageApplicationRow> = Shape {
    key: "outage_applications",
    files: &[
        Of("outage", "outage", Text, |r| Value::text(r.outage)),
        Of("name", "application", Text, |r| Value::text(&r.name)),
        Of("outcome", "outcome", Text, |r| Value::text(spelt(r.outcome))),
        Of("status", "status", Text, |r| mark(r.status, words::outage_mark(r))),
        Of("rpo_objective_s", "RPO", Seconds, |r| maybe(r.rpo_objective_s, "no RPO is set")),
        Of("rpa_s", "RPA", Seconds, |r| judged(r.rpa_s, r.rpo_objective_s, absent(r.outcome))),
        Of("rto_objective_s", "RTO", Seconds, |r| maybe(r.rto_objective_s, "no RTO is set")),
        Of("rta_from_outage_s", "RTA", Seconds, |r| {
            judged(r.rta_from_outage_s, r.rto_objective_s, absent(r.outcome))
        }),
        Of("rta_from_declaration_s", "from declaration", Seconds, |r| {
            maybe(r.rta_from_declaration_s, absent(r.outcome))
        }),
        Of("age_max_s", "worst age", Seconds, |r| maybe(r.age_max_s, "")),
        Of("exposed_s", "exposed for", Seconds, |r| maybe(r.exposure.as_ref().map(|it| it.added_s), "")),
        Of("unprotected_s", "unprotected for", Seconds, |r| {
            maybe(Some(r.unprotected_s).filter(|it| *it > 0.0), "")
        }),
        Of("protected_after_s", "protected again after", Seconds, |r| {
            let is_open = r.unprotected_s > 0.0;
            maybe(r.protected_after_s, if is_open { "still unprotected when the run ends" } else { "" })
        }),
        Of("lost_bytes", "data lost", Bytes, |r| Value::Whole(r.lost_bytes)),
        Of("serving", "serving", Text, |r| {
            let all: Vec<String> = r.needs.iter().map(|it| format!("{} of {}", it.fewest, it.of)).collect();
            maybe_text((!all.is_empty()).then(|| all.join(", ")).as_deref(), "")
        }),
        Of("reasons", "why", Text, |r| Value::text(r.reasons.join("; "))),
    ],
    also: &[Of("came", "outcome", Text, |r| Value::text(spelt(r.outcome).replace('_', " ")))],
};

/// Why a time of recovery is not known.
fn absent(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotHit => "it was never down",
        Outcome::FailedOver => "no declaration",
        Outcome::Repaired => "it came back by repair, without a failover",
        Outcome::Unfinished => "it was not back when the run ended",
        Outcome::NotRecovered => "it did not come back within the run",
    }
}

pub(in crate::report) const VMS: Shape<OutageVmRow> = Shape {
    key: "outage_vms",
    files: &[
        Of("outage", "outage", Text, |r| Value::text(r.outage)),
        Of("name", "VM", Text, |r| Value::text(&r.name)),
        Of("state", "state", Text, |r| {
            let tone = if r.state.is_out() { Tone::Bad } else { Tone::Good };
            mark(r.state, Mark { word: r.state.words().to_owned(), tone })
        }),
        Of("reason", "why", Text, |r| maybe_text(r.reason.as_deref(), "")),
        Of("rpa_s", "RPA", Seconds, |r| maybe(r.rpa_s, "it did not fail over")),
        Of("point_at", "point", Text, |r| maybe_instant(r.point_at.as_deref(), "")),
        Of("rta_from_outage_s", "RTA", Seconds, |r| maybe(r.rta_from_outage_s, "")),
        Of("lost_bytes", "data lost", Bytes, |r| Value::Whole(r.lost_bytes)),
        Of("age_max_s", "worst age", Seconds, |r| maybe(r.age_max_s, "")),
        Of("catch_up_s", "caught up after", Seconds, |r| maybe(r.catch_up_s, "")),
    ],
    also: &[],
};

const LINKS: Shape<OutageLinkRow> = Shape {
    key: "outage_links",
    files: &[
        Of("outage", "outage", Text, |r| Value::text(r.outage)),
        Of("name", "link", Text, |r| Value::text(&r.name)),
        Of("from", "from", Text, |r| Value::text(&r.from)),
        Of("to", "to", Text, |r| Value::text(&r.to)),
        Of("backlog_max_bytes", "largest backlog", Bytes, |r| Value::Whole(r.backlog_max_bytes)),
    ],
    also: &[],
};

pub(in crate::report) const PHASES: Shape<PhaseRow> = Shape {
    key: "phases",
    files: &[
        Of("outage", "outage", Text, |r| Value::text(r.outage)),
        Of("application", "application", Text, |r| Value::text(r.of)),
        Of("phase", "phase", Text, |r| Value::text(r.phase.words())),
        Of("on", "spent on", Text, |r| Value::text(&r.on)),
        Of("seconds", "took", Seconds, |r| Value::Number(r.seconds)),
    ],
    also: &[],
};

const STEPS: Shape<StepRow> = Shape {
    key: "steps",
    files: &[
        Of("outage", "outage", Text, |r| Value::text(r.outage)),
        Of("on", "on", Text, |r| Value::text(&r.on)),
        Of("phase", "phase", Text, |r| Value::text(r.phase.words())),
        Of("from_s", "from", Seconds, |r| Value::Number(r.from_s)),
        Of("to_s", "to", Seconds, |r| Value::Number(r.to_s)),
        Of("critical", "critical", Text, |r| Value::text(r.critical.to_string())),
    ],
    also: &[],
};
