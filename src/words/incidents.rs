//! What an operator must know of.

use crate::facts::{Kept, Subject};
use crate::outcome::notable::Incident;
use crate::outcome::twice::Twice;
use crate::scenario::Scenario;
use crate::units::Bytes;

use super::facts::{missing, scope, subject};
use super::instant::written;

/// On what it is, and what.
pub fn incident(scenario: &Scenario, incident: Incident) -> (String, String) {
    let (on, what) = match incident {
        Incident::SplitBrain(vm) => {
            (Subject::Vm(vm), "split brain: the source runs beside the VM that was failed over".to_owned())
        }
        Incident::SplitBrainOver(vm, twice) => (Subject::Vm(vm), twins(scenario, &twice)),
        Incident::Waits(operation) => {
            let by = scenario.operations[operation].by;
            let team = by.map_or("", |by| scenario.recovery.people[by].name.as_str());
            let what = format!("nobody of {team} is on duty and can be reached: it waits");
            (Subject::Operation(operation), what)
        }
        Incident::Corruption(vm, None) => {
            (Subject::Vm(vm), "corruption found: no clean recovery point is left".to_owned())
        }
        Incident::Corruption(vm, Some(cut)) => {
            let cut = written(scenario, cut);
            (Subject::Vm(vm), format!("corruption found: the newest clean recovery point is of {cut}"))
        }
        Incident::Damage(vm, None, _) => {
            (Subject::Vm(vm), "damage to older recovery points met none".to_owned())
        }
        Incident::Damage(vm, Some(cut), lost) => {
            let cut = written(scenario, cut);
            let what = format!("the recovery point of {cut} is damaged: {lost} can no longer be taken");
            (Subject::Vm(vm), what)
        }
        Incident::HandedOver(kind, on, lost) => {
            let lost = missing(scenario, &lost).unwrap_or_default();
            let on = on.map_or_else(|| kind.to_string(), |on| scope(scenario, on).to_string());
            return (on, format!("people go on with it by hand: {lost}"));
        }
        Incident::TurnedOff(vm) => {
            (Subject::Vm(vm), "did not shut down in time and was turned off".to_owned())
        }
    };
    (subject(scenario, on), what)
}

fn twins(scenario: &Scenario, twice: &Twice) -> String {
    let since = written(scenario, twice.from);
    let [old, new] = [twice.old_bytes, twice.failed_over_bytes].map(Bytes);
    let end = match twice.kept {
        Kept::FailedOver => "the source's is given up: what it wrote is lost",
        Kept::Old => "the one that was failed over is given up: what it wrote is lost",
        Kept::Both => "both still run at the end: what the source wrote counts as lost",
    };
    format!("two copies ran since {since}: the source wrote {old}, the VM that was failed over {new}; {end}")
}
