//! Stored results whose numbers no run gives: refused by name, or compared without a panic.

use drsim::compare::metrics::Measured;
use drsim::compare::outcome;
use drsim::report::diff::OutcomeRow;
use drsim::report::json;
use serde_json::Value;

use crate::sample::rich;
use crate::shared::case;

#[test]
fn a_time_that_no_run_lasts_is_refused_with_its_path() {
    let Some(path) = case("hostile/diff-101.json") else { return };
    let why = json::parse(&std::fs::read_to_string(path).unwrap()).unwrap_err();
    assert!(why.contains("`outages.0.applications.0.rta_from_outage_s` is 100000000000000 seconds"), "{why}");
}

/// How many numbers there are below a value.
fn numbers(value: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Number(_) => change(value),
        Value::Array(items) => items.iter_mut().for_each(|item| numbers(item, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| numbers(field, change)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[test]
fn every_number_of_a_stored_result_may_be_any_number() {
    let (rich, _) = rich();
    let whole: Value = serde_json::from_str(&crate::file::stored(&rich)).unwrap();
    let mut count = 0;
    numbers(&mut whole.clone(), &mut |_| count += 1);
    let extremes = ["0", "-1", "18446744073709551615", "-1e308", "1.5e13"];
    for (index, extreme) in (0..count).flat_map(|index| extremes.map(|extreme| (index, extreme))) {
        let (mut changed, mut at) = (whole.clone(), 0);
        numbers(&mut changed, &mut |number| {
            if at == index {
                *number = serde_json::from_str(extreme).unwrap();
            }
            at += 1;
        });
        let Ok(results) = json::parse(&changed.to_string()) else { continue };
        let measured = |results| Measured { results, scenario: None };
        let (before, after) = if index % 2 == 0 { (&rich, &results) } else { (&results, &rich) };
        json_of(&OutcomeRow::new(&outcome::between(measured(before), measured(after))));
    }
}

fn json_of(row: &OutcomeRow) -> String {
    serde_json::to_string(row).unwrap()
}
