//! What can be asked of a plan, who is told how far it is, and how it is stopped.

use std::ops::ControlFlow;

use super::prices::Prices;
use super::rates::Precision;
use crate::assess::order::in_order;
use crate::ids::Id;
use crate::outage::Outage;
use crate::scenario::Scenario;
use crate::topology::Link;
use crate::units::{Rate, Ratio, Span, Time};

/// What is asked of a scenario.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The link in question; `None`: the one that carries most.
    pub link: Option<Id<Link>>,
    /// RPOs; empty: those of the applications, and 15, 30 and 60 minutes (fact 7.15).
    pub rpos: Vec<Span>,
    /// Shares of the time, parts per thousand, descending.
    pub shares: Vec<u32>,
    /// How fine searches are.
    pub step: Precision,
    /// Sections, by key; empty: all.
    pub sections: Vec<String>,
    /// What things cost; `None`: nothing is said of cost.
    pub prices: Option<Prices>,
    /// Inverse questions; empty: all.
    pub find: Vec<Find>,
    /// Outages in which objectives must hold; empty: all.
    pub outages: Vec<Id<Outage>>,
    /// When first copies may be made; empty: see [`crate::plan::first_copy::windows`].
    pub windows: Vec<(Time, Time)>,
    /// Rate at which media are written and read; `None`: see [`crate::plan::first_copy::media::Media::of`].
    pub media_rate: Option<Rate>,
    /// How long media travel; `None`: likewise.
    pub courier: Option<Span>,
    /// What is written grows by this before what is bought must still do: the ask.
    pub growth: Ratio,
    /// Rates of links that can be bought, ascending.
    pub ladder: Vec<Rate>,
    /// Lengths of link outages to catch up from; empty: 1 and 4 hours.
    pub outage_lengths: Vec<Span>,
    /// Threads for designs that are tried and for outages; answers do not depend on it.
    pub threads: usize,
}

/// Rates that links are commonly sold at: 10, 20, 50, 100, 155 (STM-1), 200 and 500 Mbps, 1, 2, 5 and 10 Gbps.
pub const LADDER: [Rate; 11] = {
    const MBPS: u64 = 125_000;
    [
        Rate(10 * MBPS),
        Rate(20 * MBPS),
        Rate(50 * MBPS),
        Rate(100 * MBPS),
        Rate(155 * MBPS),
        Rate(200 * MBPS),
        Rate(500 * MBPS),
        Rate(1000 * MBPS),
        Rate(2000 * MBPS),
        Rate(5000 * MBPS),
        Rate(10_000 * MBPS),
    ]
};

impl Default for Ask {
    fn default() -> Self {
        Ask {
            link: None,
            rpos: Vec::new(),
            shares: vec![1000, 999, 990, 950, 900],
            step: Precision::Digits,
            sections: Vec::new(),
            prices: None,
            find: Vec::new(),
            outages: Vec::new(),
            windows: Vec::new(),
            media_rate: None,
            courier: None,
            growth: Ratio(0),
            ladder: LADDER.to_vec(),
            outage_lengths: Vec::new(),
            threads: 1,
        }
    }
}

/// Told what is done now, and the share of it in thousandths, by any thread; says whether to go on.
pub type Progress<'a> = &'a (dyn Fn(&str, u64) -> bool + Sync);

/// A search that was told to stop.
#[derive(Clone, Debug, thiserror::Error)]
#[error("stopped while {what}")]
pub struct Stopped {
    /// What was done then.
    pub what: String,
}

/// Memory that designs which are run beside each other may take.
pub const DESIGNS_BYTES: usize = 2 << 30;
/// What a run keeps of a VM over a week, up to some thousand VMs, with tables of ages: `tests/memory.rs` holds it to what is allocated.
pub const RUN_VM_BYTES: usize = 45_000;

impl Ask {
    /// How many designs are run at once.
    pub(super) fn at_once(&self, scenario: &Scenario) -> usize {
        let room = DESIGNS_BYTES / (RUN_VM_BYTES * scenario.vms.len().max(1));
        self.threads.min(room).max(1)
    }

    /// The same, where so many designs are run at once.
    pub(super) fn beside(&self, designs: usize) -> Ask {
        Ask { threads: (self.threads / designs.max(1)).max(1), ..self.clone() }
    }
}

/// Does pieces of work, each by itself, on so many threads, and gives what came out in order; or the first in order that was stopped, as soon as
/// that is known.
pub(super) fn each<Out: Send>(
    (count, threads): (usize, usize),
    work: impl Fn(usize) -> Result<Out, Stopped> + Sync,
) -> Result<Vec<Out>, Stopped> {
    let mut all = Ok(Vec::with_capacity(count));
    in_order(
        (count, threads),
        || (),
        |(), piece| work(piece),
        |out| match (out, &mut all) {
            (Ok(out), Ok(all)) => {
                all.push(out);
                ControlFlow::Continue(())
            }
            (Err(stopped), _) => {
                all = Err(stopped);
                ControlFlow::Break(())
            }
            (Ok(_), Err(_)) => ControlFlow::Break(()),
        },
    );
    all
}

/// What is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Find {
    /// Least nominal rate of a link.
    LinkRate,
    /// Least rate a throttle leaves: how far it may be tightened.
    Throttle,
    /// Longest copy frequency of a policy.
    Interval,
    /// Least memory of each host that holds replicas.
    Memory,
    /// Fewest hosts that hold replicas.
    Hosts,
    /// Latest decision for each RTO.
    Decision,
    /// Fewest operators of a team.
    Operators,
}

impl Find {
    /// All, in the order they are answered.
    pub const ALL: [Find; 7] = [
        Find::LinkRate,
        Find::Throttle,
        Find::Interval,
        Find::Memory,
        Find::Hosts,
        Find::Decision,
        Find::Operators,
    ];

    /// As it is asked for.
    pub fn word(self) -> &'static str {
        match self {
            Find::LinkRate => "link-rate",
            Find::Throttle => "throttle",
            Find::Interval => "interval",
            Find::Memory => "memory",
            Find::Hosts => "hosts",
            Find::Decision => "decision",
            Find::Operators => "operators",
        }
    }

    /// By the word it is asked for with.
    pub fn named(word: &str) -> Option<Find> {
        Find::ALL.into_iter().find(|find| find.word() == word)
    }

    /// Whether more of it is easier on the objectives.
    pub fn more_helps(self) -> bool {
        matches!(self, Find::LinkRate | Find::Throttle | Find::Memory | Find::Hosts | Find::Operators)
    }
}
