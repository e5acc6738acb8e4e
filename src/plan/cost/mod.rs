//! What a design costs in a year: what it takes, and what outages are expected to cost with it.

pub(super) mod section;

use super::figures::Figures;
use super::prices::Prices;

/// Months in a year.
const MONTHS: f64 = 12.0;

/// Money for a year.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Links, by nominal rate.
    pub links: f64,
    /// Replicas and their recovery points.
    pub storage: f64,
    /// Hosts with replicas.
    pub hosts: f64,
    /// Applications out of service, over all outages by their frequency.
    pub downtime: f64,
    /// Data lost, likewise.
    pub lost_data: f64,
}

impl Cost {
    /// What a design costs by a price list.
    pub fn of(figures: &Figures, prices: &Prices) -> Cost {
        let mut cost = Cost {
            links: MONTHS * figures.mbps * prices.mbps_month,
            storage: MONTHS * figures.stored_gb * prices.gb_month,
            hosts: MONTHS * figures.hosts * prices.host_month,
            ..Cost::default()
        };
        for verdict in &figures.verdicts {
            let Some(outage) = &verdict.outage else { continue };
            let per_year = prices.outages.get(outage).copied().unwrap_or(1.0);
            let loss = prices.applications.get(&verdict.application).unwrap_or(&prices.loss);
            cost.downtime += per_year * loss.downtime_hour * verdict.rta_s / 3600.0;
            cost.lost_data += per_year * loss.lost_data_hour * verdict.rpa_s / 3600.0;
        }
        cost
    }

    /// All of it.
    pub fn total(&self) -> f64 {
        self.links + self.storage + self.hosts + self.downtime + self.lost_data
    }
}
