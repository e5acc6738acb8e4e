//! What the caller of an import of machines decides.

use super::super::dialect::Mark;
use super::super::wan::Wan;
use super::super::wan::scenario::WanOptions;
use super::{InventorySource, Measured, NameMap};
use crate::units::Ratio;

/// What the caller decides.
#[derive(Clone, Debug)]
pub struct InventoryOptions {
    /// The kind of export; told by its headers if not given.
    pub source: Option<InventorySource>,
    /// Share of what is used that is written anew each day, spread evenly, where nothing is measured.
    pub daily_change: Ratio,
    /// Whether machines that are powered off are taken too.
    pub powered_off: bool,
    /// Virtual cores that one core of a host may carry.
    pub cores_per_core: u32,
    /// Hosts of a recovery site that is made up, beyond as many as the main one has.
    pub spare_hosts: u32,
    /// Measured churn for machines that have some.
    pub churn: Option<Measured>,
    /// How its names and those of machines go together.
    pub map: NameMap,
    /// The network between the sites; by default one link.
    pub network: Option<(Wan, WanOptions)>,
    /// The decimal mark of text files; told by their cells if not given.
    pub decimal: Option<Mark>,
}

impl Default for InventoryOptions {
    fn default() -> InventoryOptions {
        InventoryOptions {
            source: None,
            daily_change: Ratio(50_000),
            powered_off: false,
            cores_per_core: 4,
            spare_hosts: 0,
            churn: None,
            network: None,
            map: NameMap::default(),
            decimal: None,
        }
    }
}
