//! What a topology import read, dropped and assumed, as text.

use super::super::layout::{count, part, wrapped};
use super::Wan;
use super::scenario::{WanOptions, latency_us};

/// The text, with a newline at the end. `chosen` tells whether the sites were named by the caller.
pub fn summary(wan: &Wan, options: &WanOptions, chosen: bool) -> String {
    let extent = wan.extent();
    let known: Vec<u64> = wan.links.iter().filter_map(|link| link.metres).collect();
    let mean = known.iter().sum::<u64>().checked_div(known.len() as u64).unwrap_or(0);
    let (from, to) = (&wan.nodes[extent.between.0], &wan.nodes[extent.between.1]);
    let (main, recovery) = (&wan.nodes[options.main], &wan.nodes[options.recovery]);
    let length = wan.lengths(options.main)[options.recovery].unwrap_or(0);
    let delay = latency_us(length, options.km_per_ms);
    let longest = known.iter().copied().max().unwrap_or(0);
    let lines = [
        format!("{} places, {} links ({})", wan.nodes.len(), wan.links.len(), wan.source),
        format!("Links are {} km long at the mean, {} at most", km(mean), km(longest)),
        format!(
            "Farthest apart: {from} and {to}, {} km; {} at most",
            km(extent.diameter_m),
            count(extent.diameter_hops as u64, "hop", "hops")
        ),
        format!(
            "From {main} to {recovery}: {} km, {}.{:02} ms one way",
            km(length),
            delay / 1000,
            delay % 1000 / 10
        ),
    ];
    let mut text: String = lines.iter().map(|line| wrapped("", line)).collect();
    let mut assumed = wan.assumed.clone();
    if !chosen {
        assumed
            .push("The sites are the two places farthest apart; --main and --recovery set them.".to_owned());
    }
    let unknown = wan.links.iter().filter(|link| link.rate.is_none()).count();
    if unknown > 0 {
        let links = count(unknown as u64, "link without a rate carries", "links without a rate carry");
        assumed.push(format!("{links} {}; --rate sets it.", options.rate));
    }
    assumed.push(format!(
        "Light travels {} km of fibre in a millisecond, and fibre is as long as the file says; --km-per-ms sets it.",
        options.km_per_ms
    ));
    assumed.push("One machine, one host at each site, RPO 15m and RTO 4h.".to_owned());
    let mut dropped = wan.dropped.clone();
    if !extent.connected {
        dropped.push("Nothing, though some places do not reach each other.".to_owned());
    }
    part(&mut text, "Left out", dropped.iter());
    part(&mut text, "Assumed", assumed.iter());
    text
}

/// Kilometres with two decimals, as published topologies have them.
fn km(metres: u64) -> String {
    let tens = (metres + 5) / 10;
    format!("{}.{:02}", tens / 100, tens % 100)
}
