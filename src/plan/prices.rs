//! A price list: what links, storage and hosts cost, and what an hour of downtime and of lost data.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::problem::closest;
use crate::scenario::Scenario;

/// Most bytes of a price list.
pub const PRICES_BYTES_MAX: usize = 1 << 20;

/// What an hour of an application costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    /// Out of service.
    pub downtime_hour: f64,
    /// Of its data gone.
    pub lost_data_hour: f64,
}

/// A price list, its names known to the scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    /// What prices are in.
    pub currency: String,
    /// A Mbps of nominal link rate for a month.
    pub mbps_month: f64,
    /// A stored GB (10⁹ bytes) of replicas and recovery points for a month.
    pub gb_month: f64,
    /// A host with replicas for a month.
    pub host_month: f64,
    /// Of an application without figures of its own.
    pub loss: Loss,
    /// Of applications with figures of their own.
    pub applications: BTreeMap<String, Loss>,
    /// How often an outage happens in a year; once, if it is not here.
    pub outages: BTreeMap<String, f64>,
}

/// As written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    currency: String,
    mbps_month: f64,
    gb_month: f64,
    host_month: f64,
    downtime_hour: f64,
    lost_data_hour: f64,
    #[serde(default)]
    applications: Vec<WrittenLoss>,
    #[serde(default)]
    outages: Vec<WrittenOutage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLoss {
    name: String,
    downtime_hour: Option<f64>,
    lost_data_hour: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOutage {
    name: String,
    per_year: f64,
}

impl Prices {
    /// Reads a price list for a scenario.
    ///
    /// # Errors
    /// All that is wrong, each with its place and what to do about it.
    pub fn parse(text: &str, scenario: &Scenario) -> Result<Prices, Vec<String>> {
        let options =
            ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        let written: Written = options.from_str(text).map_err(|error| {
            let at = error.span.start;
            let fields = "currency, mbps_month, gb_month, host_month, downtime_hour, lost_data_hour, applications: [(name, \
                          downtime_hour, lost_data_hour)], outages: [(name, per_year)]";
            // Whatever else it is, no word of it is told.
            if ["currency", "mbps_month", "gb_month"].iter().all(|field| text.split_once(field).is_none()) {
                return vec![format!("it is no price list, and its text is not shown\n  a price list is ({fields})")];
            }
            vec![format!("line {}, column {}: {}\n  a price list is ({fields})", at.line, at.col, error.code)]
        })?;
        let mut wrong = Vec::new();
        let loss = Loss { downtime_hour: written.downtime_hour, lost_data_hour: written.lost_data_hour };
        let mut price = |what: String, price: f64| {
            if !price.is_finite() || price < 0.0 {
                wrong.push(format!("{what}: {price} is no price\n  write a number that is not negative"));
            }
        };
        price("mbps_month".into(), written.mbps_month);
        price("gb_month".into(), written.gb_month);
        price("host_month".into(), written.host_month);
        price("downtime_hour".into(), loss.downtime_hour);
        price("lost_data_hour".into(), loss.lost_data_hour);
        for row in &written.applications {
            let own = |field: &str| format!("applications, {}, {field}", row.name);
            price(own("downtime_hour"), row.downtime_hour.unwrap_or(0.0));
            price(own("lost_data_hour"), row.lost_data_hour.unwrap_or(0.0));
        }
        for row in &written.outages {
            price(format!("outages, {}, per_year", row.name), row.per_year);
        }
        let names: Vec<&str> = written.applications.iter().map(|row| row.name.as_str()).collect();
        let known = scenario.recovery.applications.iter().map(|it| it.name.as_str());
        check(&names, "applications", &known.collect::<Vec<_>>(), &mut wrong);
        let names: Vec<&str> = written.outages.iter().map(|row| row.name.as_str()).collect();
        let known = scenario.outages.iter().map(|it| it.name.as_str());
        check(&names, "outages", &known.collect::<Vec<_>>(), &mut wrong);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let own = |row: &WrittenLoss| Loss {
            downtime_hour: row.downtime_hour.unwrap_or(loss.downtime_hour),
            lost_data_hour: row.lost_data_hour.unwrap_or(loss.lost_data_hour),
        };
        Ok(Prices {
            currency: written.currency,
            mbps_month: written.mbps_month,
            gb_month: written.gb_month,
            host_month: written.host_month,
            loss,
            applications: written.applications.iter().map(|row| (row.name.clone(), own(row))).collect(),
            outages: written.outages.into_iter().map(|row| (row.name, row.per_year)).collect(),
        })
    }
}

/// Names that the scenario does not have, and names that stand twice.
fn check(names: &[&str], section: &str, known: &[&str], wrong: &mut Vec<String>) {
    for (place, name) in names.iter().enumerate() {
        if names[..place].contains(name) {
            wrong.push(format!("{section}, {name}: it stands here twice\n  keep one of them"));
        } else if !known.contains(name) {
            let remedy = match closest(name, known.iter().copied()) {
                Some(close) => format!("did you mean `{close}`?"),
                None => format!("the scenario has: {}", known.join(", ")),
            };
            wrong.push(format!("{section}, {name}: the scenario has none of this name\n  {remedy}"));
        }
    }
}
