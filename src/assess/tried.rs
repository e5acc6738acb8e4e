//! Which assumptions matter: each that is a quantity is tried with half and twice its value, and what is answered then is held beside
//! what is answered now. Imports the scenario and results.

use super::{AuditFailed, Options, assess};
use crate::measure::results::{Answer, MovedRow, Results, TriedRow};
use crate::scenario::{Scenario, Sources, defaults};

/// Those of `which` that a scenario assumes, with each value that was tried instead, and what it moves; by field, then as [`defaults::Default::others`] has
/// them. `scenario` is what was read from `sources`, with the outages that are simulated.
///
/// # Errors
/// If bytes were lost or made: an internal error.
pub fn tried(
    sources: &Sources,
    scenario: &Scenario,
    results: &Results,
    options: &Options<'_>,
    which: &[&'static defaults::Default],
) -> Result<Vec<TriedRow>, AuditFailed> {
    let mut rows = Vec::new();
    for default in which {
        for other in default.others() {
            let Some(changed) = assuming(sources, scenario, default, &other) else { continue };
            let (now, _) = assess(&changed, options)?;
            rows.push(TriedRow {
                field: default.field.to_owned(),
                value: default.value.to_owned(),
                tried: other,
                moved: moved(results, &now),
            });
        }
    }
    Ok(rows)
}

/// The scenario if this value were assumed; `None` where the default is not used, or the value is refused.
fn assuming(
    sources: &Sources,
    scenario: &Scenario,
    default: &'static defaults::Default,
    other: &str,
) -> Option<Scenario> {
    let mut sources = sources.clone();
    sources.assumed.insert(default.field, other.to_owned());
    let (mut changed, _) = Scenario::from_sources(&sources).ok()?;
    changed.study_as(scenario);
    changed.assumptions.clone_from(&scenario.assumptions);
    (changed.hash() != scenario.hash()).then_some(changed)
}

/// Answers that differ: of applications in outages, then while nothing fails.
fn moved(before: &Results, now: &Results) -> Vec<MovedRow> {
    let answers = |results: &Results| -> Vec<(String, Option<String>, Answer)> {
        let outages = results.outages.iter().flat_map(|outage| {
            outage.applications.iter().map(|row| {
                let answer =
                    Answer { status: row.status, rpa_s: row.rpa_s, rta_from_outage_s: row.rta_from_outage_s };
                (row.name.clone(), Some(outage.name.clone()), answer)
            })
        });
        let steady = results.applications.iter().filter_map(|row| {
            let status = row.steady.as_ref()?.status;
            Some((row.name.clone(), None, Answer { status, rpa_s: None, rta_from_outage_s: None }))
        });
        outages.chain(steady).collect()
    };
    let pairs = answers(before).into_iter().zip(answers(now));
    let differ = pairs.filter(|((.., before), (.., now))| before != now);
    differ
        .map(|((application, outage, before), (.., now))| MovedRow { application, outage, before, now })
        .collect()
}
