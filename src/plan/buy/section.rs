//! The ask, as the first section of a plan.

use super::words::{amount, headline, kind, of, rests, sentence};
use super::{Item, items};
use crate::document::{Section, Table, Unit, Value, column};
use crate::plan::ask::{Ask, Progress, Stopped};
use crate::plan::bandwidth::known::Known;
use crate::plan::needs::{Rests, Subject};
use crate::plan::words::percent;
use crate::scenario::Scenario;
use crate::units::{Ratio, as_f64};

/// The section; empty if nothing that was answered asks for anything.
///
/// # Errors
/// `progress` said stop.
pub fn section(
    scenario: &Scenario,
    ask: &Ask,
    known: &mut Known,
    progress: Progress<'_>,
) -> Result<Section, Stopped> {
    let items = items(scenario, ask, known, progress)?;
    if items.is_empty() {
        return Ok(Section::default());
    }
    let mut says = vec![headline(scenario, &items)];
    says.extend(items.iter().map(|item| sentence(scenario, item)));
    says.push(grounds(ask, &items));
    let tables = vec![told(scenario, &items), numbers(scenario, &items)];
    Ok(Section { key: "ask", title: "The ask".into(), says, tables, ..Section::default() })
}

fn grounds(ask: &Ask, items: &[Item]) -> String {
    let steps: Vec<String> = ask.ladder.iter().map(|rate| rate.exact()).collect();
    let growth = match ask.growth {
        Ratio(0) => "Writes are as they are; `--growth` asks for more".to_owned(),
        growth => format!("Writes have grown by {}", percent(f64::from(growth.0) / f64::from(Ratio::ONE.0))),
    };
    let links = items.iter().any(|item| matches!(item.need.subject, Subject::Rate(_)));
    let ladder = if links {
        format!(" Links are bought in steps (`--ladder`): {}.", steps.join(", "))
    } else {
        String::new()
    };
    format!("{growth}. Each amount was simulated, or is more than one that was.{ladder}")
}

fn told(scenario: &Scenario, items: &[Item]) -> Table {
    let row = |item: &Item| {
        let subject = item.need.subject;
        let text =
            |value: Option<u64>| value.map_or(Value::None(""), |value| Value::text(amount(subject, value)));
        vec![
            Value::text(kind(subject)),
            Value::text(of(scenario, subject)),
            text(Some(item.need.least)),
            text(item.buy),
            text(item.need.in_force),
            Value::text(rests(scenario, &item.need)),
        ]
    };
    Table {
        key: "ask",
        title: "What it takes".into(),
        columns: vec![
            column("what", "what", Unit::Text),
            column("of", "of", Unit::Text),
            column("least", "least", Unit::Text),
            column("buy", "buy", Unit::Text),
            column("in_force", "in force", Unit::Text),
            column("rests_on", "rests on", Unit::Text),
        ],
        rows: items.iter().map(row).collect(),
        is_detail: true,
    }
}

fn numbers(scenario: &Scenario, items: &[Item]) -> Table {
    let row = |item: &Item| {
        let subject = item.need.subject;
        let factor = if matches!(subject, Subject::Rate(_)) { 8.0 } else { 1.0 };
        let number = |value: Option<u64>| Value::maybe(value.map(|value| factor * as_f64(value)));
        let unit = match subject {
            Subject::Rate(_) => "bit/s",
            Subject::Processors(_) | Subject::Operators(_) => "count",
            Subject::Memory(_) | Subject::Disk(_) => "bytes",
        };
        let mut cells = vec![
            Value::text(kind(subject)),
            Value::text(of(scenario, subject)),
            Value::text(unit),
            number(Some(item.need.least)),
            number(item.buy),
            number(item.need.in_force),
        ];
        cells.extend(grounds_of(scenario, item));
        cells
    };
    Table {
        key: "ask_numbers",
        title: "What it takes, in numbers".into(),
        columns: vec![
            column("what", "what", Unit::Text),
            column("of", "of", Unit::Text),
            column("unit", "unit", Unit::Text),
            column("least", "least", Unit::Factor),
            column("buy", "buy", Unit::Factor),
            column("in_force", "in force", Unit::Factor),
            column("application", "application", Unit::Text),
            column("vm", "VM", Unit::Text),
            column("at_s", "at", Unit::Moment),
            column("outage", "outage", Unit::Text),
            column("lost", "lost", Unit::Text),
        ],
        rows: items.iter().map(row).collect(),
        is_detail: true,
    }
}

/// Application, VM, instant, outage, lost site; each where there is one.
fn grounds_of(scenario: &Scenario, item: &Item) -> [Value; 5] {
    let none = || Value::None("");
    match &item.need.rests {
        Some(Rests::Steady(application, vm, at)) => [
            Value::text(&scenario.recovery.applications[*application].name),
            Value::text(&scenario.vms[*vm].name),
            Value::seconds(at.0),
            none(),
            none(),
        ],
        Some(Rests::Objective(application, outage)) => {
            let outage = outage.as_ref().map_or_else(none, Value::text);
            [Value::text(application), none(), none(), outage, none()]
        }
        Some(Rests::Loss(site)) => {
            [none(), none(), none(), none(), Value::text(&scenario.topology.sites[*site].name)]
        }
        Some(Rests::Mean) | None => [const { Value::None("") }; 5],
    }
}
