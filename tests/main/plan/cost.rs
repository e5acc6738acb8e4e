//! What designs cost in a year: sums by hand, the cheapest that holds, and price lists that are refused.

use drsim::document::{Filed, Section, Value};
use drsim::plan::cost::Cost;
use drsim::plan::figures::Figures;
use drsim::plan::prices::{Loss, Prices};
use drsim::plan::{Ask, plan as answer};
use drsim::scenario::Scenario;

use crate::plan::levers::{one_at_a_time, overloaded};

/// 2 a Mbps, 0.1 a GB and 100 a host a month; 3,600 an hour of downtime, 7,200 an hour of lost data.
const LIST: &str = r#"(
    currency: "EUR", mbps_month: 2, gb_month: 0.1, host_month: 100, downtime_hour: 3600, lost_data_hour: 7200,
    applications: [(name: "shop", downtime_hour: 36000)],
    outages: [(name: "lost", per_year: 0.5)],
)"#;

fn list(scenario: &Scenario, text: &str) -> Prices {
    Prices::parse(text, scenario).expect("it is a price list")
}

fn section(scenario: &Scenario, prices: Option<Prices>) -> Option<Section> {
    let ask = Ask { sections: vec!["cost".into()], prices, ..Ask::default() };
    answer(scenario, &ask, &|_, _| true).expect("nothing stops it").sections.into_iter().next()
}

/// 50 MB/s are 400 Mbps: 12 × 400 × 2. Four replicas of 100 GB: 12 × 400 × 0.1. One host: 12 × 100. An outage of half a time a year: 10 a
/// second out of service, 2 a second of data.
#[test]
fn a_design_costs_what_it_takes_and_what_outages_take() {
    let it = one_at_a_time();
    let prices = list(&it, LIST);
    assert_eq!(prices.applications["shop"], Loss { downtime_hour: 36_000.0, lost_data_hour: 7200.0 });
    let figures = Figures::of(&it);
    let verdict = &figures.verdicts[0];
    assert!(verdict.is_back && verdict.rta_s > 420.0 && verdict.rpa_s > 0.0, "{verdict:?}");
    let cost = Cost::of(&figures, &prices);
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} {b}");
    near(cost.links, 9600.0);
    near(cost.storage, 480.0);
    near(cost.hosts, 1200.0);
    near(cost.downtime, 0.5 * 10.0 * verdict.rta_s);
    near(cost.lost_data, 0.5 * 2.0 * verdict.rpa_s);
    near(cost.total(), 9600.0 + 480.0 + 1200.0 + cost.downtime + cost.lost_data);
    let once = list(&it, &LIST.replace("(name: \"lost\", per_year: 0.5)", ""));
    near(Cost::of(&figures, &once).downtime, 2.0 * cost.downtime);
}

/// Nobody comes back: the shop is down from noon to the end of the run, 12 h.
#[test]
fn who_does_not_come_back_is_down_to_the_end_of_the_run() {
    let mut it = one_at_a_time();
    it.recovery.plans = Default::default();
    let figures = Figures::of(&it);
    assert!(!figures.verdicts[0].is_back);
    assert_eq!(Cost::of(&figures, &list(&it, LIST)).downtime, 0.5 * 36_000.0 * 12.0);
}

/// As written it misses; a larger link and other cheap changes miss too; without the disk all holds, and so do rates of the search, which
/// cost more: 4.8 Mbps as written.
#[test]
fn the_cheapest_design_is_the_one_that_holds_for_least() {
    let it = overloaded();
    let prices = list(&it, &LIST.replace("(name: \"lost\", per_year: 0.5)", ""));
    let section = section(&it, Some(prices)).expect("there is a price list");
    let table = &section.tables[0];
    let text = |row: &[Value], column: usize| match row[column].filed() {
        Filed::Words(text) => text.to_owned(),
        Filed::Number(number) => format!("{number}"),
        Filed::Whole(count) => count.to_string(),
        Filed::Nothing => String::new(),
    };
    let best = table.rows.iter().find(|row| text(row, 5) == "cheapest").expect("one is the cheapest");
    assert!(text(best, 0).starts_with("exclude disk scratch"), "{best:?}");
    assert!(
        section.says[0].starts_with("The cheapest design that holds all objectives: exclude disk scratch")
    );
    let holding: Vec<f64> = table
        .rows
        .iter()
        .filter(|row| text(row, 1) == "0")
        .map(|row| if let Value::Number(total) = row[4] { total } else { panic!() })
        .collect();
    let Value::Number(least) = best[4] else { panic!() };
    assert!(holding.len() > 1 && holding.iter().all(|total| *total >= least), "{holding:?}");
    let written = &table.rows[0];
    assert_eq!((text(written, 0), text(written, 1)), ("as written".into(), "1".into()));
    assert!(
        table.rows.iter().any(|row| text(row, 0).starts_with("wan at ")),
        "answered rates are priced too"
    );
}

#[test]
fn without_a_price_list_nothing_is_said_of_cost() {
    assert_eq!(section(&overloaded(), None), None);
}

#[test]
fn an_outage_without_a_frequency_counts_once_a_year_and_is_named() {
    let it = one_at_a_time();
    let prices = list(&it, &LIST.replace("(name: \"lost\", per_year: 0.5)", ""));
    let section = section(&it, Some(prices)).unwrap();
    assert_eq!(
        section.says[1],
        "Without a frequency in the price list these outages count once a year: lost."
    );
}

#[test]
fn all_that_is_wrong_with_a_price_list_is_said_at_once() {
    let it = one_at_a_time();
    let text =
        LIST.replace("mbps_month: 2", "mbps_month: -2").replace("name: \"shop\"", "name: \"shp\"").replace(
            "(name: \"lost\", per_year: 0.5)",
            "(name: \"lost\", per_year: 1), (name: \"lost\", per_year: 1)",
        );
    let wrong = Prices::parse(&text, &it).unwrap_err();
    assert_eq!(
        wrong,
        [
            "mbps_month: -2 is no price\n  write a number that is not negative",
            "applications, shp: the scenario has none of this name\n  did you mean `shop`?",
            "outages, lost: it stands here twice\n  keep one of them",
        ]
    );
    let wrong = Prices::parse("(\n  currency: \"EUR\", mbps: 2)", &it).unwrap_err();
    assert!(wrong[0].starts_with("line 2, column"), "{wrong:?}");
    assert!(wrong[0].contains("mbps") && wrong[0].contains("a price list is ("), "{wrong:?}");
}
