//! An application in one outage as its row.

use crate::ids::Id;
use crate::judge::in_outage;
use crate::measure::results::{OutageApplicationRow, PhaseRow};
use crate::outcome::critical_path::{Stretch, critical_path};
use crate::outcome::{Downtime, OutageOutcome};
use crate::recovery::Application;
use crate::units::Span;
use crate::words;

/// The row; its `age_max_s` is left open.
pub(super) fn application_row(run: &OutageOutcome<'_>, id: Id<Application>) -> OutageApplicationRow {
    let row = &run.scenario.recovery.applications[id];
    let it = run.application(id);
    let judged = in_outage(run, id, &it);
    OutageApplicationRow {
        name: row.name.clone(),
        outcome: it.outcome,
        status: judged.status,
        reasons: judged.reasons.into_iter().map(|reason| words::reason(run.scenario, reason)).collect(),
        rpo_objective_s: row.rpo.map(Span::as_seconds),
        rpa_s: it.rpa.map(Span::as_seconds),
        rto_objective_s: row.rto.map(Span::as_seconds),
        rta_from_outage_s: it.rta.map(Span::as_seconds),
        rta_from_declaration_s: it.rta_declared.map(Span::as_seconds),
        phases: it.downtime.map(|downtime| phases(run, downtime)).unwrap_or_default(),
        age_max_s: None,
        lost_bytes: it.lost_bytes,
    }
}

fn phases(run: &OutageOutcome<'_>, downtime: Downtime) -> Vec<PhaseRow> {
    let path = critical_path(run.scenario, run.run, downtime);
    let row = |stretch: &Stretch| PhaseRow {
        phase: stretch.phase,
        on: words::subject(run.scenario, stretch.on),
        seconds: stretch.lasted().as_seconds(),
    };
    path.iter().map(row).collect()
}
