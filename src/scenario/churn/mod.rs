//! Churn: one file per kind, each translated into a [`Layer`]. A disk's layers add up.
//!
//! A text alone is a constant rate. To add a kind: its file, and one line in [`KINDS`] and in `layer`.

mod bursts;
mod constant;
mod profile;
mod trace;
mod window;

use super::reading::context::Context;
use super::reading::fields::Fields;
use super::reading::node::Node;
use crate::units::Rate;
use crate::workload::Layer;

/// The field that makes an entry a layer of that kind.
pub const KINDS: [&str; 5] = ["bursts", "constant", "profile", "trace", "window"];

/// Whose churn it is.
pub struct Owner<'o> {
    /// Row of the VM's site, for its zone.
    pub site: usize,
    /// The VM.
    pub vm: &'o str,
    /// `vm/disk`, the name of its random streams.
    pub disk: &'o str,
}

/// The field `churn` of a disk, or of a VM with a single disk.
pub fn layers(context: &Context, fields: &Fields, owner: &Owner) -> Vec<Layer> {
    if let Some(Node::Text(_) | Node::Integer(_)) = fields.get("churn") {
        return match fields.quantity::<Rate>("churn") {
            Some(Rate(0)) | None => Vec::new(),
            Some(rate) => vec![Layer::Constant(rate)],
        };
    }
    let mut entries: Vec<_> = fields
        .entries("churn", "churn layer")
        .into_iter()
        .filter_map(|entry| Some((entry.one_of(&KINDS)?, entry)))
        .collect();
    // By kind, so that the order in the file has no meaning between kinds.
    entries.sort_by_key(|(kind, _)| *kind);
    let mut layers = Vec::new();
    for (index, (kind, mut entry)) in entries.into_iter().enumerate() {
        entry.name = format!("{}#{index}", owner.disk);
        layers.extend(layer(context, kind, &entry, owner));
        entry.finish();
    }
    layers
}

fn layer(context: &Context, kind: &str, entry: &Fields, owner: &Owner) -> Option<Layer> {
    match kind {
        "bursts" => bursts::read(context, entry),
        "constant" => constant::read(entry),
        "profile" => profile::read(context, entry, owner),
        "trace" => trace::read(context, entry, owner),
        _ => window::read(context, entry, owner),
    }
}

/// Notes whatever is wrong with profiles and series, used or not.
pub fn check(context: &Context) {
    profile::check(context);
    trace::check(context);
}
