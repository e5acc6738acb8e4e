//! What to change, as a section of the plan.

use super::{LEVERS_MAX, Lever, Tried, number, tried};
use crate::document::{Section, Table, Unit, Value, column};
use crate::plan::ask::{Ask, Progress, Stopped};
use crate::plan::figures::Figures;
use crate::scenario::Scenario;
use crate::units::{Span, as_f64};

/// The section; empty without applications.
///
/// # Errors
/// `progress` said stop.
pub fn section(scenario: &Scenario, ask: &Ask, progress: Progress<'_>) -> Result<Section, Stopped> {
    if scenario.recovery.applications.is_empty() {
        return Ok(Section::default());
    }
    let tried = tried(scenario, ask.at_once(scenario), progress)?;
    Ok(Section {
        key: "levers",
        title: "What to change".into(),
        says: sentences(&tried),
        tables: vec![best(&tried), sets(&tried), applications(&tried), idle(&tried)],
        ..Section::default()
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time in a run, rounded")]
fn spoken(seconds: f64) -> Span {
    Span::seconds(seconds.round() as u64)
}

fn verdicts(count: usize) -> String {
    if count == 1 { "1 verdict".into() } else { format!("{count} verdicts") }
}

fn sentences(tried: &Tried) -> Vec<String> {
    let (missed, of) = (tried.written.missed(), tried.written.verdicts.len());
    let mut says = Vec::new();
    match tried.levers.first() {
        Some(best) => says.push(first(best, missed)),
        None => says.push("None of the changes tried mends a verdict or saves time.".into()),
    }
    for lever in tried.levers.iter().skip(1).take(2).filter(|lever| lever.effect.fixed > 0) {
        let fixed = usize::try_from(lever.effect.fixed).unwrap_or(0);
        says.push(format!("To {} mends {}.", lever.what, verdicts(fixed)));
    }
    says.push(format!(
        "As written {missed} of {} are missed (applications in outages that take them down).",
        verdicts(of)
    ));
    let left = match tried.left {
        0 => String::new(),
        left => format!(" {left} more were not tried: {LEVERS_MAX} are at most."),
    };
    says.push(format!(
        "Each of {} changes was simulated with all outages, by itself, and ranked by verdicts mended, then by time saved; {} have no good \
         effect. Who does not come back counts to the end of the run.{left}",
        tried.levers.len() + tried.idle.len(),
        tried.idle.len()
    ));
    says
}

fn first(best: &Lever, missed: usize) -> String {
    let moved = best.effect.most.as_ref().map_or(String::new(), |(what, was, is)| {
        format!(": {what} goes from {} to {}", spoken(*was), spoken(*is))
    });
    match usize::try_from(best.effect.fixed) {
        Ok(fixed) if fixed > 0 => {
            format!(
                "The best single change is to {}: it mends {fixed} of {} missed{moved}.",
                best.what,
                verdicts(missed)
            )
        }
        _ => {
            format!("No single change mends a verdict. The most time is saved by this: {}{moved}.", best.what)
        }
    }
}

fn place(place: usize) -> Value {
    Value::Number(as_f64(place as u64 + 1))
}

fn best(tried: &Tried) -> Table {
    let row = |(at, lever): (usize, &Lever)| {
        let (what, was, is) = match &lever.effect.most {
            Some((what, was, is)) => (Value::text(what), Value::Number(*was), Value::Number(*is)),
            None => (Value::None(""), Value::None(""), Value::None("")),
        };
        vec![
            place(at),
            Value::text(&lever.what),
            what,
            was,
            is,
            Value::Number(number(lever.effect.fixed)),
            Value::Number(lever.effect.saved_s),
        ]
    };
    Table {
        key: "levers",
        title: "Changes by effect".into(),
        columns: vec![
            column("place", "no", Unit::Count),
            column("change", "change", Unit::Text),
            column("moves", "moves most", Unit::Text),
            column("before_s", "before", Unit::Seconds),
            column("after_s", "after", Unit::Seconds),
            column("fixed", "mended", Unit::Count),
            column("saved_s", "saved", Unit::Seconds),
        ],
        rows: tried.levers.iter().enumerate().map(row).collect(),
        is_detail: false,
    }
}

/// How to try them, where one value does it.
fn sets(tried: &Tried) -> Table {
    let levers = tried.levers.iter().enumerate();
    let row = |(at, lever): (usize, &Lever)| Some(vec![place(at), Value::text(lever.set.as_ref()?)]);
    Table {
        key: "lever_sets",
        title: "To try them in a run".into(),
        columns: vec![column("place", "no", Unit::Count), column("set", "--set", Unit::Text)],
        rows: levers.filter_map(row).collect(),
        is_detail: false,
    }
}

/// Every application under every change with an effect.
fn applications(tried: &Tried) -> Table {
    let mut rows = steady("as written", &tried.written, &tried.written);
    for lever in &tried.levers {
        rows.extend(steady(&lever.what, &tried.written, &lever.figures));
    }
    Table {
        key: "lever_applications",
        title: "Applications under each change, in their worst outage".into(),
        columns: vec![
            column("change", "change", Unit::Text),
            column("application", "application", Unit::Text),
            column("rpo_s", "RPO", Unit::Seconds),
            column("rpa_before_s", "RPA before", Unit::Seconds),
            column("rpa_after_s", "after", Unit::Seconds),
            column("rto_s", "RTO", Unit::Seconds),
            column("rta_before_s", "RTA before", Unit::Seconds),
            column("rta_after_s", "after", Unit::Seconds),
            column("held_before", "RPO holds", Unit::Share),
            column("held_after", "after", Unit::Share),
            column("before", "verdict", Unit::Text),
            column("after", "after", Unit::Text),
        ],
        rows,
        is_detail: true,
    }
}

fn steady(change: &str, before: &Figures, after: &Figures) -> Vec<Vec<Value>> {
    let held = |above: Option<f64>| Value::maybe(above.map(|above| 1.0 - above / before.horizon_s.max(1.0)));
    let rows = before.steady.iter().zip(&after.steady).map(|(was, is)| {
        vec![
            Value::text(change),
            Value::text(&was.application),
            Value::maybe(was.objectives[0]),
            Value::maybe(was.achieved[0]),
            Value::maybe(is.achieved[0]),
            Value::maybe(was.objectives[1]),
            Value::maybe(was.achieved[1]),
            Value::maybe(is.achieved[1]),
            held(was.above_s),
            held(is.above_s),
            Value::text(was.status),
            Value::text(is.status),
        ]
    });
    rows.collect()
}

fn idle(tried: &Tried) -> Table {
    Table {
        key: "levers_without_effect",
        title: "Changes without good effect".into(),
        columns: vec![column("place", "tried", Unit::Count), column("change", "change", Unit::Text)],
        rows: tried
            .idle
            .iter()
            .enumerate()
            .map(|(place, what)| vec![Value::Number(as_f64(place as u64 + 1)), Value::text(what)])
            .collect(),
        is_detail: true,
    }
}
