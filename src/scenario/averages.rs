//! Averages of a fleet in a short file: the same fields as the options of the command line, and the same defaults.

use super::reading::context::factor;
use super::reading::diagnostics::Diagnostics;
use super::reading::fields::Fields;
use super::reading::node::Node;
use super::reading::quantity::Quantity;
use super::reading::sources::Sources;
use crate::problem::{Problem, Problems, codes};
use crate::units::{Bytes, Ratio, Span};

/// Averages of a fleet (fact 7.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Averages {
    /// VMs to replicate.
    pub vms: u64,
    /// Disks of a VM.
    pub disks: u64,
    /// Storage in use on one disk.
    pub used: Bytes,
    /// Share of it that is written anew each day.
    pub daily_change: Ratio,
    /// What the fleet grows by before the plan must still hold (fact 7.13: 30 %).
    pub growth: Ratio,
    /// Bytes before ÷ bytes on the wire.
    pub compression: Ratio,
    /// How long the link is there for replication each day, more than zero and up to 24 h.
    pub daily_window: Span,
    /// How far back recovery points reach.
    pub retention: Span,
    /// Hours for one batch of first copies.
    pub batch: Span,
    /// VMs in a batch.
    pub vms_per_batch: u64,
    /// Write operations per second of all VMs together, if known.
    pub write_iops: Option<u64>,
}

/// Share of the storage that changes in a day, if it is not said (fact 7.1).
pub const DAILY_CHANGE: &str = "5 %";
/// Growth, if it is not said.
pub const GROWTH: &str = "0 %";
/// Compression, if it is not said.
pub const COMPRESSION: &str = "1";
/// How long the link is there each day, if it is not said.
pub const DAILY_WINDOW: &str = "24h";
/// How far back recovery points reach, if it is not said.
pub const RETENTION: &str = "0h";
/// Time for a batch of first copies, if it is not said.
pub const BATCH: &str = "24h";

/// What the file of averages has at least.
const LEAST: &str = "averages are written like (vms: 200, disks: 2, used: \"60 GB\", daily_change: \"5 %\")";

/// Reads averages from the first of the texts, such as `(vms: 200, disks: 2, used: "60 GB", daily_change: "5 %")`.
///
/// # Errors
/// Everything that is wrong in it, each with its place.
pub fn averages(sources: &Sources) -> Result<Averages, Problems> {
    let with = |problem| {
        let mut problems = sources.problems();
        problems.push(problem);
        problems
    };
    let trees = sources.files.iter().take(1).map(|source| source.tree()).collect::<Result<Vec<_>, _>>();
    let trees = trees.map_err(with)?;
    let is_one = |tree: &Node| ["vms", "used"].iter().any(|key| tree.field(key).is_some());
    if let Some((source, _)) = sources.files.iter().zip(&trees).find(|(_, tree)| !is_one(tree)) {
        let what = format!("`{}` has no field `vms` or `used`; its text is not shown", source.path);
        return Err(with(Problem::new(&codes::NO_SCENARIO, None, what).remedy(LEAST)));
    }
    let diagnostics = Diagnostics::new(sources);
    let read = trees
        .first()
        .and_then(|tree| Fields::new(&diagnostics, "list of averages", tree, None))
        .map(|fields| of(&fields));
    match read {
        Some(averages) if !diagnostics.failed() => Ok(averages),
        Some(_) | None => Err(diagnostics.into_problems()),
    }
}

fn of(fields: &Fields) -> Averages {
    let vms = fields.need("vms");
    let averages = Averages {
        vms,
        disks: fields.quantity("disks").unwrap_or(1),
        used: fields.need("used"),
        daily_change: or(fields, "daily_change", DAILY_CHANGE),
        growth: or(fields, "growth", GROWTH),
        compression: or(fields, "compression", COMPRESSION),
        daily_window: or(fields, "daily_window", DAILY_WINDOW),
        retention: or(fields, "retention", RETENTION),
        batch: or(fields, "batch", BATCH),
        vms_per_batch: fields.quantity("vms_per_batch").unwrap_or(vms),
        write_iops: fields.quantity("write_iops"),
    };
    fields.finish();
    factor(fields, "compression", averages.compression);
    for (key, is_zero) in averages.zeros() {
        if is_zero && fields.has(key) {
            let at = fields.diagnostics.place(fields.at(key));
            let problem = Problem::new(&codes::RANGE, at, format!("`{key}` must be more than zero"));
            fields.diagnostics.push(problem.remedy("give more than zero"));
        }
    }
    if averages.daily_window > DAY {
        let message = format!("a `daily_window` is at most 24h, not {}", averages.daily_window);
        fields.report(&codes::RANGE, "daily_window", message);
    }
    averages
}

/// 24 h.
pub const DAY: Span = Span::seconds(86_400);

fn or<T: Quantity>(fields: &Fields, key: &'static str, default: &str) -> T {
    fields.quantity(key).or_else(|| T::read(default).ok()).unwrap_or(T::from_raw(0))
}

impl Averages {
    /// What must not be zero, and whether it is.
    pub fn zeros(&self) -> [(&'static str, bool); 7] {
        [
            ("vms", self.vms == 0),
            ("disks", self.disks == 0),
            ("used", self.used.0 == 0),
            ("compression", self.compression.0 == 0),
            ("daily_window", self.daily_window == Span::ZERO),
            ("batch", self.batch == Span::ZERO),
            ("vms_per_batch", self.vms_per_batch == 0),
        ]
    }
}
