//! A rate that follows the hours of the week: profile, rate. The profile is a section of its own:
//!
//! - profile: name, hours (24 weights from midnight), saturday, sunday or weekend (24 each; default: as other days)

use super::Owner;
use crate::problem::codes;
use crate::scenario::reading::context::Context;
use crate::scenario::reading::fields::Fields;
use crate::units::Ratio;
use crate::workload::{Layer, Step};

/// `(profile: "office", rate: "2 MB/s")`: the rate at weight one, hours in the zone of the VM's site.
pub fn read(context: &Context, fields: &Fields, owner: &Owner) -> Option<Layer> {
    let rate = fields.need("rate");
    let row = context.sections.profiles.resolve(context.diagnostics, fields.text("profile")?)?;
    let steps = context.shape(format!("profile {row} {}", owner.site), || steps(context, row, owner.site));
    Some(Layer::Shaped { rate, steps })
}

/// Notes whatever is wrong with a profile, used or not.
pub fn check(context: &Context) {
    context.sections.profiles.read(context.diagnostics, weights);
}

fn steps(context: &Context, row: usize, site: usize) -> Vec<Step> {
    let profiles = &context.sections.profiles;
    let fields = profiles.rows[row].fields(context.diagnostics, profiles.kind);
    let weights = fields.map_or([[Ratio(0); 24]; 7], |fields| weights(&fields));
    context.calendar.weekly(&weights, &context.zone_of(Some(site)))
}

fn weights(fields: &Fields) -> [[Ratio; 24]; 7] {
    if !fields.has("hours") {
        fields.need::<Ratio>("hours");
    }
    let every = day(fields, "hours").unwrap_or([Ratio(0); 24]);
    let weekend = day(fields, "weekend").unwrap_or(every);
    let mut week = [every; 7];
    week[5] = day(fields, "saturday").unwrap_or(weekend);
    week[6] = day(fields, "sunday").unwrap_or(weekend);
    week
}

fn day(fields: &Fields, key: &'static str) -> Option<[Ratio; 24]> {
    let weights: Vec<Ratio> = fields.list(key)?;
    let count = weights.len();
    weights
        .try_into()
        .map_err(|_| {
            let what = format!("`{key}` of {fields} has {count} weights instead of 24, one for each hour");
            fields.report(&codes::RANGE, key, what);
        })
        .ok()
}
