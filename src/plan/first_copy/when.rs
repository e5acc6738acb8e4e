//! When first copies may be made.

use crate::protection::Resync;
use crate::scenario::Scenario;
use crate::units::Span;

/// The windows in which replication may make copies: those of the first policy that has any for resynchronisations (fact 1.27), else
/// the days of the run.
pub fn windows(scenario: &Scenario) -> Vec<(u64, u64)> {
    let of = |resync: &Resync| match resync {
        Resync::Windows(windows) if !windows.is_empty() => {
            Some(windows.iter().map(|(from, to)| (from.0, to.0)).collect::<Vec<_>>())
        }
        Resync::Windows(_) | Resync::Manual | Resync::Immediate => None,
    };
    let day = Span::seconds(86_400).0;
    let days =
        || (0..scenario.horizon.0.div_ceil(day)).map(|index| (index * day, (index + 1) * day)).collect();
    let found = scenario.policies.iter().find_map(|policy| of(&policy.settings.resync)).unwrap_or_else(days);
    let within = |(from, to): (u64, u64)| (from, to.min(scenario.horizon.0));
    found.into_iter().map(within).filter(|(from, to)| from < to).collect()
}

/// Windows of a run (sorted, disjoint; µs), and the same again and again after it. One that the end of the run cuts goes on into the first of the
/// next period.
pub(super) fn again(windows: &[(u64, u64)], horizon: u64) -> impl Iterator<Item = (u64, u64)> + '_ {
    let touch = windows.windows(2).any(|pair| pair[0].1 == pair[1].0);
    let cut = match windows {
        [first, .., last] if first.0 == 0 && last.1 == horizon && !touch => Some(first.1),
        _ => None,
    };
    let count = windows.len();
    (0..).flat_map(move |period: u64| {
        let start = period.saturating_mul(horizon);
        let of_period = windows.iter().enumerate().skip(usize::from(cut.is_some() && period > 0));
        of_period.map(move |(index, (from, to))| {
            let more = cut.filter(|_| index + 1 == count).unwrap_or(0);
            (start.saturating_add(*from), start.saturating_add(to + more))
        })
    })
}
