//! An application in one outage as its row.

use crate::ids::Id;
use crate::judge::in_outage;
use crate::measure::results::{ExposureRow, NeedRow, OutageApplicationRow, PhaseRow, Status};
use crate::outcome::application::ApplicationOutcome;
use crate::outcome::critical_path::{Stretch, critical_path};
use crate::outcome::exposure::Exposure;
use crate::outcome::state::Gap;
use crate::outcome::{Downtime, OutageOutcome};
use crate::recovery::{Application, Need};
use crate::units::{Ratio, Span};
use crate::words;

/// The row; its `age_max_s` is left open.
pub(super) fn application_row(run: &OutageOutcome<'_>, id: Id<Application>) -> OutageApplicationRow {
    let row = &run.scenario.recovery.applications[id];
    let it = run.application(id);
    let judged = in_outage(run, id, &it);
    let (unprotected, protected_after) = protection(run, id);
    OutageApplicationRow {
        name: row.name.clone(),
        outcome: it.outcome,
        status: judged.status,
        margin_share: judged.margin.map(Ratio::as_share),
        exposure: run
            .exposed
            .get(id.index())
            .copied()
            .flatten()
            .filter(|_| judged.status == Status::Exposed)
            .map(|it| exposure_row(run, it)),
        down_s: left_down(run, &it).map(Span::as_seconds),
        reasons: judged.reasons.into_iter().map(|reason| words::reason(run.scenario, reason)).collect(),
        rpo_objective_s: row.rpo.map(Span::as_seconds),
        rpa_s: it.rpa.map(Span::as_seconds),
        rto_objective_s: row.rto.map(Span::as_seconds),
        rta_from_outage_s: it.rta.map(Span::as_seconds),
        rta_from_declaration_s: it.rta_declared.map(Span::as_seconds),
        phases: it.downtime.map(|downtime| phases(run, downtime)).unwrap_or_default(),
        age_max_s: None,
        unprotected_s: unprotected.as_seconds(),
        protected_after_s: protected_after.map(Span::as_seconds),
        lost_bytes: it.lost_bytes,
        needs: row.needs.iter().map(|need| need_row(run, need)).collect(),
        over_instants: None,
    }
}

/// How long too few of its VMs were protected from the first fault on, and when enough were again.
fn protection(run: &OutageOutcome<'_>, id: Id<Application>) -> (Span, Option<Span>) {
    let mut gaps = run.run.unprotected(run.scenario, id);
    gaps.retain(|gap| gap.to.is_none_or(|to| to > run.first));
    // An outage after the end of the run has no time in it.
    let long = |gap: &Gap| gap.to.unwrap_or(run.until).0.saturating_sub(gap.from.max(run.first).0);
    let again = gaps.first().and_then(|gap| gap.to);
    (Span(gaps.iter().map(long).sum()), again.map(|to| to.since(run.first)))
}

/// How long it had been down when the run ended.
fn left_down(run: &OutageOutcome<'_>, it: &ApplicationOutcome) -> Option<Span> {
    let downtime = it.downtime.filter(|downtime| downtime.back.is_none())?;
    Some(run.until.since(downtime.down))
}

fn need_row(run: &OutageOutcome<'_>, need: &Need) -> NeedRow {
    let [of, at_least, fewest] = [need.of.len(), need.at_least, run.fewest(need)].map(|count| count as u64);
    NeedRow { of, at_least, fewest }
}

fn exposure_row(run: &OutageOutcome<'_>, exposure: Exposure) -> ExposureRow {
    let Exposure { longest, added } = exposure;
    ExposureRow {
        from: words::written(run.scenario, longest.since),
        to: longest.until.map(|until| words::written(run.scenario, until)),
        seconds: longest.until.unwrap_or(run.until).since(longest.since).as_seconds(),
        oldest_s: longest.oldest.as_seconds(),
        added_s: added.as_seconds(),
        accepted: run.outage.accepts_exposure,
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
