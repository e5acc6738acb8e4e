//! Inverse questions, as a section of the plan.

use super::beside::{self, beside};
use super::judge::{Failure, judge};
use super::knobs::{Knob, knobs};
use super::words::{exact, failing, number, sentence, tightest, unit};
use super::{Answer, Finding, Tried, find, outages};
use crate::document::{Section, Table, Unit, Value, column};
use crate::plan::ask::Find;
use crate::plan::ask::{Ask, Progress, Stopped, each};
use crate::plan::bandwidth::known::Known;
use crate::plan::runs::links::busiest_link;
use crate::scenario::Scenario;

/// Most cycles of replication, times runs of outages, of a scenario whose inverse questions are answered without being asked.
const UNASKED_MAX: u64 = 100_000;

/// The section; empty if no application has an objective and nobody asks.
///
/// # Errors
/// `progress` said stop.
pub fn section(
    scenario: &Scenario,
    ask: &Ask,
    known: &mut Known,
    progress: Progress<'_>,
) -> Result<Section, Stopped> {
    let is_asked = is_asked(ask);
    let wanted = if ask.find.is_empty() { Find::ALL.to_vec() } else { ask.find.clone() };
    let mut section = Section { key: "inverse", title: "How little is enough".into(), ..Section::default() };
    if !has_objectives(scenario) {
        if is_asked {
            section.says.push(
                "No application has an objective, so nothing can be missed: every value holds. Give applications an `rpo` or an `rto`."
                    .into(),
            );
        }
        return Ok(section);
    }
    if !is_searched(scenario, ask) {
        let cost = cost(scenario, ask);
        section.says.push(format!(
            "Not searched: an answer takes some twenty runs, each of {cost} cycles of replication. Ask for one by `--find` with {}.",
            Find::ALL.map(Find::word).join(", ")
        ));
        return Ok(section);
    }
    let as_written = judge(scenario, &outages(scenario, ask), ask.threads);
    let turned = wanted.into_iter().flat_map(|find| match knobs(scenario, ask, find) {
        Ok(knobs) => knobs.into_iter().map(Ok).collect(),
        Err(reason) => vec![Err(reason)],
    });
    let turned: Vec<Result<Knob, String>> = turned.collect();
    let at_once = ask.at_once(scenario).min(turned.len());
    let own = ask.beside(at_once);
    let answers = each((turned.len(), at_once), |place| match &turned[place] {
        Ok(knob) => find(scenario, &own, knob, &as_written, progress),
        Err(_) => Ok(Vec::new()),
    })?;
    let (mut found, mut none) = (Vec::new(), Vec::new());
    for (turned, answers) in turned.into_iter().zip(answers) {
        match turned {
            Ok(knob) if answers.is_empty() => none.push(nothing_down(&knob)),
            Ok(knob) => known.needs.extend(answers.iter().filter_map(|finding| finding.need(&knob.turn))),
            Err(reason) => none.push(reason),
        }
        found.extend(answers);
    }
    section.says = says(scenario, ask, &found);
    for finding in found.iter().filter(|finding| finding.find == Find::LinkRate) {
        let Some(link) = ask.link.or_else(|| busiest_link(scenario)) else { continue };
        let own = known.own(scenario, link, ask.step, progress)?;
        let it = beside(scenario, finding, own);
        section.says.insert(1, beside::sentence(scenario, own, &it));
    }
    if is_asked || found.is_empty() {
        section.says.extend(none);
    }
    section.tables = tables(&found);
    Ok(section)
}

fn is_asked(ask: &Ask) -> bool {
    !ask.find.is_empty() || ask.sections.iter().any(|section| section == "inverse")
}

fn has_objectives(scenario: &Scenario) -> bool {
    let mut applications = scenario.recovery.applications.iter();
    applications.any(|it| it.rpo.is_some() || it.rto.is_some() || it.mtpd.is_some())
}

/// Whether anything is run: something can be missed, and somebody asks or it costs little.
pub fn is_searched(scenario: &Scenario, ask: &Ask) -> bool {
    has_objectives(scenario) && (is_asked(ask) || cost(scenario, ask) <= UNASKED_MAX)
}

fn nothing_down(knob: &Knob) -> String {
    format!("{}: no outage asked takes down an application that has an RTO.", knob.find.word())
}

/// Cycles of replication in a run, times the runs of outages and the one without.
fn cost(scenario: &Scenario, ask: &Ask) -> u64 {
    let cycles = scenario
        .vms
        .iter()
        .filter_map(|vm| vm.protection.as_ref())
        .map(|protection| scenario.horizon.0 / scenario.policies[protection.policy].interval.0.max(1));
    let runs = 1 + outages(scenario, ask).len() as u64;
    cycles.fold(0, u64::saturating_add).saturating_mul(runs)
}

fn says(scenario: &Scenario, ask: &Ask, found: &[Finding]) -> Vec<String> {
    let mut says = Vec::new();
    let of = |find: Find| found.iter().filter(move |it| it.find == find);
    for find in Find::ALL {
        match find {
            Find::Decision => says.extend(tightest(&of(find).collect::<Vec<_>>())),
            Find::LinkRate
            | Find::Throttle
            | Find::Interval
            | Find::Memory
            | Find::Hosts
            | Find::Operators => {
                says.extend(of(find).map(|finding| sentence(scenario, finding)));
            }
        }
    }
    if found.is_empty() {
        return says;
    }
    let names: Vec<&str> =
        outages(scenario, ask).into_iter().map(|id| scenario.outages[id].name.as_str()).collect();
    let grounds = match names.is_empty() {
        true => String::new(),
        false => format!(" and in {}", names.join(", ")),
    };
    says.push(format!(
        "A value holds if every application meets its objectives while nothing fails{grounds}, as the verdicts of `drsim run` say. Each \
         is one change of the scenario as written, and was simulated as a whole; the answer holds and its neighbour on the scale does \
         not. Where values farther off hold again it is one boundary of several. No rate holds that carries less than replication \
         asks of the link on average."
    ));
    says
}

fn tables(found: &[Finding]) -> Vec<Table> {
    vec![
        Table {
            key: "inverse",
            title: "Boundaries: the value that holds, and its neighbour that does not".into(),
            columns: vec![
                column("question", "question", Unit::Text),
                column("of", "of", Unit::Text),
                column("in_force", "in force", Unit::Text),
                column("holds_at", "holds at", Unit::Text),
                column("fails_at", "fails at", Unit::Text),
                column("fails", "what fails there", Unit::Text),
            ],
            rows: found.iter().map(row).collect(),
            is_detail: false,
        },
        Table {
            key: "inverse_numbers",
            title: "Boundaries in numbers".into(),
            columns: vec![
                column("question", "question", Unit::Text),
                column("of", "of", Unit::Text),
                column("application", "application", Unit::Text),
                column("outage", "outage", Unit::Text),
                column("unit", "unit", Unit::Text),
                column("in_force", "in force", Unit::Factor),
                column("in_force_fails", "fails in force", Unit::Count),
                column("holds_at", "holds at", Unit::Factor),
                column("fails_at", "fails at", Unit::Factor),
                column("out_of_reach", "no value mends", Unit::Text),
            ],
            rows: found.iter().map(numbers).collect(),
            is_detail: true,
        },
    ]
}

/// (holds, fails), where there are such.
fn ends(answer: &Answer) -> (Option<&Tried>, Option<&Tried>) {
    match answer {
        Answer::Boundary { holds, next } => (Some(holds), Some(next)),
        Answer::Always(end) => (Some(end), None),
        Answer::Never(end) => (None, Some(end)),
    }
}

fn row(finding: &Finding) -> Vec<Value> {
    let (holds, fails) = ends(&finding.answer);
    let value = |tried: Option<&Tried>| {
        tried.map_or(Value::None(""), |tried| Value::text(exact(finding.find, tried.value)))
    };
    let of = match &finding.pair {
        Some((application, Some(outage))) => format!("{application} in {outage}"),
        Some((application, None)) => application.clone(),
        None => finding.on.clone(),
    };
    vec![
        Value::text(finding.find.word()),
        Value::text(of),
        Value::text(exact(finding.find, finding.in_force.value)),
        value(holds),
        value(fails),
        fails.map_or(Value::None(""), |tried| Value::text(failing(&tried.failures, Some(1)))),
    ]
}

fn numbers(finding: &Finding) -> Vec<Value> {
    let (holds, fails) = ends(&finding.answer);
    let value = |tried: Option<&Tried>| Value::maybe(tried.map(|tried| number(finding.find, tried.value)));
    let (application, outage) = finding.pair.clone().unwrap_or_default();
    let lost = |failures: &[Failure]| failing(failures, None);
    vec![
        Value::text(finding.find.word()),
        Value::text(&finding.on),
        Value::text(application),
        outage.map_or(Value::None(""), Value::Text),
        Value::text(unit(finding.find)),
        value(Some(&finding.in_force)),
        Value::Number(crate::units::as_f64(finding.in_force.failures.len() as u64)),
        value(holds),
        value(fails),
        finding.out_of_reach.as_ref().map_or(Value::None(""), |tried| Value::Text(lost(&tried.failures))),
    ]
}
