//! What the attributes of places and links mean, whichever format they come in.

use std::collections::BTreeMap;

use super::super::fault::quote;
use super::speed::Speed;
use super::{DraftLink, DraftNode, WrittenAt, kilometres};
use crate::units::Rate;

/// Names of a link's length, in km.
pub(super) const LENGTHS: [&str; 4] = ["dist", "distance", "length", "km"];

/// Names of a link's rate beside `LinkSpeedRaw`, the unit with it or in `LinkSpeedUnits`.
const RATES: [(&str, &str); 5] = [
    ("linkspeed", "LinkSpeed"),
    ("bandwidth", "bandwidth"),
    ("capacity", "capacity"),
    ("speed", "speed"),
    ("rate", "rate"),
];

/// Attributes of a place or link, by lower-case name.
#[derive(Debug, Default)]
pub(super) struct Attributes<'t>(BTreeMap<String, &'t str>);

impl<'t> Attributes<'t> {
    /// Adds one; the last of a name counts.
    pub fn put(&mut self, name: &str, text: &'t str) {
        self.0.insert(name.to_lowercase(), text);
    }

    /// The first that is there.
    pub fn first(&self, names: &[&str]) -> Option<&'t str> {
        names.iter().find_map(|name| self.0.get(*name).copied())
    }
}

/// A place.
pub(super) fn node(id: &str, own: &Attributes) -> DraftNode {
    let degrees = |key: &str| own.first(&[key])?.parse::<f64>().ok();
    DraftNode {
        id: id.to_owned(),
        name: own.first(&["label", "name"]).unwrap_or_default().trim().to_owned(),
        position: degrees("longitude").zip(degrees("latitude")),
    }
}

/// A link between two places, given by their ids.
///
/// # Errors
/// An end that lacks, or a length that is no number.
pub(super) fn link(ends: [Option<&str>; 2], own: &Attributes, place: WrittenAt) -> Result<DraftLink, String> {
    let end =
        |text: Option<&str>, what: &str| text.map(str::to_owned).ok_or(format!("the link has no {what}"));
    let ends = [end(ends[0], "source")?, end(ends[1], "target")?];
    let metres = match own.first(&LENGTHS) {
        None => None,
        Some(text) => {
            let reason = || format!("its length `{}` is no number of kilometres", quote(text));
            Some(kilometres(text).ok_or_else(reason)?)
        }
    };
    let (rate, unread) = rated(own);
    Ok(DraftLink { ends, metres, rate, unread, place })
}

/// A link's rate, or why it is not understood.
pub(super) fn rated(own: &Attributes) -> (Option<Rate>, Option<String>) {
    let speed = Speed {
        raw: own.first(&["linkspeedraw"]),
        number: RATES.iter().find_map(|(key, name)| Some((*name, own.first(&[key])?))),
        unit: own.first(&["linkspeedunits"]),
        label: own.first(&["linklabel"]),
    };
    match speed.rate() {
        Ok(rate) => (rate, None),
        Err(why) => (None, Some(why)),
    }
}
