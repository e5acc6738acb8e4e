//! What the run takes of what there is: links, room for replicas, storage, by site. Imports results.

use std::collections::BTreeMap;

use crate::measure::results::{Charts, Results};
use crate::report::words::{bytes, percent, plain, rate, whole};
use crate::units::as_f64;

/// Links and sites that are named, those that are fullest.
const MOST: usize = 2;

/// A need of what there is.
pub(super) struct Take {
    pub(super) what: String,
    pub(super) need: String,
    pub(super) have: String,
    pub(super) says: String,
    pub(super) is_short: bool,
}

/// The fullest links, the memory of recovery sites and their storage.
pub(super) fn takes(results: &Results, charts: &Charts) -> Vec<Take> {
    let mut all = links(results, charts);
    all.extend(memory(results));
    all.extend(storage(results));
    all
}

fn links(results: &Results, charts: &Charts) -> Vec<Take> {
    let mut rows: Vec<_> = results.links.iter().filter(|link| link.carried_bytes > 0).collect();
    rows.sort_by(|a, b| b.utilisation_share.total_cmp(&a.utilisation_share));
    let of = |link: &&crate::measure::results::LinkRow| {
        let name = format!("{} {} → {}", link.name, link.from, link.to);
        let chart = charts.links.iter().find(|chart| chart.name == name)?;
        let peak = chart.carried_bps.iter().copied().fold(0.0, f64::max);
        let bound = link.binding_share.max(0.0);
        let says = format!(
            "the fullest {}; {} used on average; replication waits for it {} of the time",
            crate::report::words::duration(chart.bin_s),
            percent(link.utilisation_share),
            percent(bound)
        );
        Some(Take {
            what: plain(&name),
            need: rate(whole(peak)),
            have: rate(link.rate_bps),
            says,
            is_short: link.utilisation_share > 0.9,
        })
    };
    rows.iter().take(MOST).filter_map(of).collect()
}

/// Memory that replicas of a site need if all are started, of what is free there.
fn memory(results: &Results) -> Vec<Take> {
    let mut sites: BTreeMap<&str, (u64, u64, u64)> = BTreeMap::new();
    for host in &results.hosts {
        let (need, free, short) = sites.entry(&host.site).or_default();
        let room = host.memory_bytes.saturating_sub(host.memory_used_bytes);
        *need += host.replica_memory_bytes;
        *free += room;
        *short += u64::from(host.replica_memory_bytes > room);
    }
    let of = |(site, (need, free, short)): (&str, (u64, u64, u64))| Take {
        what: plain(&format!("Memory at {site}")),
        need: bytes(need),
        have: bytes(free),
        says: match short {
            0 => "for all replicas at once".into(),
            1 => "a host has no room for all of its replicas".into(),
            many => format!("{many} hosts have no room for all of their replicas"),
        },
        is_short: short > 0,
    };
    let mut used: Vec<_> = sites.into_iter().filter(|(_, (need, ..))| *need > 0).collect();
    used.sort_by(|a, b| {
        (b.1.0.saturating_mul(1024) / b.1.1.max(1)).cmp(&(a.1.0.saturating_mul(1024) / a.1.1.max(1)))
    });
    used.into_iter().take(MOST).map(of).collect()
}

/// Storage of volumes that hold replicas and may fill.
fn storage(results: &Results) -> Vec<Take> {
    let sites: BTreeMap<&str, &str> = results
        .hosts
        .iter()
        .filter(|host| host.replicas > 0)
        .map(|host| (host.name.as_str(), host.site.as_str()))
        .collect();
    let mut sums: BTreeMap<&str, (u64, u64, f64)> = BTreeMap::new();
    for volume in &results.volumes {
        let host = volume.name.split('/').next().unwrap_or_default();
        let (Some(site), Some(size)) = (sites.get(host), volume.size_bytes) else { continue };
        let (need, have, fullest) = sums.entry(site).or_default();
        let used = volume.allocated_bytes.saturating_add(volume.history_bytes);
        *need += used;
        *have += size;
        *fullest = fullest.max(as_f64(used) / as_f64(size.max(1)));
    }
    let of = |(site, (need, have, fullest)): (&str, (u64, u64, f64))| Take {
        what: plain(&format!("Storage at {site}")),
        need: bytes(need),
        have: bytes(have),
        says: format!("disks at full size and points kept; the fullest volume {}", percent(fullest)),
        is_short: fullest > 1.0,
    };
    sums.into_iter().take(MOST).map(of).collect()
}
