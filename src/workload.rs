//! What is written: virtual machines, their disks and the churn of each.
//!
//! Churn is piecewise constant: a segment is (bytes, length), and after `elapsed` µs of it ⌊bytes × elapsed ÷ length⌋ bytes
//! are written (`model.md` §3), so that measured bins need no whole rate. Everything of calendar and chance is
//! already drawn here: the layers are plain functions of time.

use std::sync::Arc;

use serde::Serialize;

use crate::ids::Id;
use crate::protection::Protection;
use crate::topology::{Host, Network, Volume};
use crate::units::{Bytes, MICROS, Rate, Ratio, Span, Time};

/// A virtual machine.
#[derive(Clone, Debug, Serialize)]
pub struct Vm {
    /// Unique name.
    pub name: String,
    /// The host it runs on.
    pub host: Id<Host>,
    /// Virtual cores, admitted against free cores at the recovery host.
    pub cores: u32,
    /// Startup memory, admitted against free memory at the recovery host (fact 9.6).
    pub memory: Bytes,
    /// Its disks.
    pub disks: Vec<Disk>,
    /// Network adapters.
    pub nics: Vec<Nic>,
    /// From power-on to a running operating system.
    pub boot: Span,
    /// From running, connected and with its dependencies up, to answering requests.
    pub readiness: Span,
    /// How it is replicated, if it is.
    pub protection: Option<Protection>,
    /// The guest, and what it asks of its host.
    pub guest: Guest,
}

/// A guest, and what it asks of its host.
#[derive(Clone, Debug, Serialize)]
pub struct Guest {
    /// From a shutdown request to off; a forced shutdown cuts after 5 min (fact 4.7).
    pub shutdown: Span,
    /// 1 or 2; disk limits differ (fact 7.18c).
    pub generation: u8,
    /// Whether it is a resource of its host's cluster (fact 6.6). Alone it stays down with its host.
    pub highly_available: bool,
    /// Integration services with VSS: without them no app-consistent points (fact 2.6).
    pub integration_services: bool,
    /// Whether a disk is shared with another VM (fact 6.5: refused).
    pub shared_disk: bool,
    /// When a backup holds VSS: an app-consistent snapshot then fails (fact 2.6). Sorted, disjoint, half-open.
    pub backups: Vec<(Time, Time)>,
}

impl Default for Guest {
    fn default() -> Self {
        Guest {
            shutdown: Span::seconds(60),
            generation: 2,
            highly_available: true,
            integration_services: true,
            shared_disk: false,
            backups: Vec::new(),
        }
    }
}

impl Vm {
    /// Size of all its virtual disks, the base of the 50 % rule (fact 1.20).
    pub fn disk_size(&self) -> Bytes {
        Bytes(self.disks.iter().map(|disk| disk.size.0).sum())
    }

    /// Mean of what its replicated disks write over a run of this length, rounded down.
    pub fn writes_mean(&self, horizon: Span) -> Rate {
        let mean = self.writes(horizon).saturating_mul(u128::from(MICROS)) / u128::from(horizon.0.max(1));
        Rate(u64::try_from(mean).unwrap_or(u64::MAX))
    }

    /// Bytes that its replicated disks write over a run of this length, rounded down for each layer of churn.
    pub fn writes(&self, horizon: Span) -> u128 {
        let layers = self.disks.iter().filter(|disk| disk.replicate).flat_map(|disk| &disk.churn);
        layers.map(|layer| layer.writes(horizon.0)).fold(0, u128::saturating_add)
    }
}

impl Layer {
    /// Bytes of all steps and bins that begin in a run of this length, its last instant included, each to its end; rounded up.
    pub fn begun(&self, horizon: Span) -> u128 {
        let one = u128::from(MICROS);
        match self {
            Layer::Constant(_) => self.writes(horizon.0) + 1,
            Layer::Shaped { rate, steps } => {
                let (mut from, mut weighted) = (0, 0_u128);
                for step in steps.iter() {
                    if from > horizon.0 {
                        break;
                    }
                    from = from.saturating_add(step.length.0);
                    weighted += u128::from(step.length.0) * u128::from(step.weight.0);
                }
                u128::from(rate.0).saturating_mul(weighted / one + 1) / one + 1
            }
            Layer::Measured { bin, .. } => {
                let bins = horizon.0 / bin.0.max(1) + 1;
                self.writes(bins.saturating_mul(bin.0)).saturating_add(1)
            }
        }
    }

    /// Bytes within this many µs of the start of the run, rounded down.
    fn writes(&self, time: u64) -> u128 {
        let one = u128::from(MICROS);
        match self {
            Layer::Constant(rate) => u128::from(rate.0) * u128::from(time) / one,
            Layer::Shaped { rate, steps } => {
                let mut left = time;
                let mut weighted: u128 = 0;
                for step in steps.iter() {
                    let length = step.length.0.min(left);
                    left -= length;
                    weighted += u128::from(length) * u128::from(step.weight.0);
                }
                // The weights' own scale is taken out first: a weight is at most 2³², all lengths together at most 2⁶⁴.
                u128::from(rate.0).saturating_mul(weighted / one) / one
            }
            Layer::Measured { bins, bin, growth, after_end } => {
                let bin = bin.0.max(1);
                let within = |time: u64| {
                    let whole = usize::try_from(time / bin).unwrap_or(usize::MAX).min(bins.len());
                    let bytes: u128 = bins[..whole].iter().map(|bytes| u128::from(*bytes)).sum();
                    let next = bins.get(whole).map_or(0, |bytes| u128::from(*bytes));
                    let part = u128::from(time.saturating_sub(whole as u64 * bin).min(bin));
                    bytes + next * part / u128::from(bin)
                };
                let length = bin.saturating_mul(bins.len() as u64).max(1);
                let last = bins.last().map_or(0, |bytes| u128::from(*bytes));
                let bytes = match after_end {
                    AfterEnd::Zero => within(time),
                    AfterEnd::Hold => {
                        within(time) + last * u128::from(time.saturating_sub(length)) / u128::from(bin)
                    }
                    AfterEnd::Repeat => {
                        u128::from(time / length).saturating_mul(within(length)) + within(time % length)
                    }
                };
                bytes.saturating_mul(u128::from(growth.0)) / one
            }
        }
    }
}

/// A network adapter.
#[derive(Clone, Debug, Serialize)]
pub struct Nic {
    /// The VM network it is connected to.
    pub network: Id<Network>,
    /// Whether its address is static, and so must be given from a pool after a failover (fact 6.19).
    pub static_address: bool,
    /// Index of its subnet in the network's; 0 where there are none.
    pub subnet: usize,
}

/// A virtual disk.
#[derive(Clone, Debug, Serialize)]
pub struct Disk {
    /// Name, unique within the VM.
    pub name: String,
    /// Virtual size.
    pub size: Bytes,
    /// What of it is in use: the first copy, and the space it takes on its volume; `None`: all.
    pub used: Option<Bytes>,
    /// The volume of the VM's host that it lies on.
    pub volume: Id<Volume>,
    /// Whether it is replicated; an excluded disk takes no part in anything (fact 1.32).
    pub replicate: bool,
    /// What is written to it: the sum of these.
    pub churn: Vec<Layer>,
}

/// One additive part of a disk's write rate.
#[derive(Clone, Debug, Serialize)]
pub enum Layer {
    /// The same rate for ever.
    Constant(Rate),
    /// `rate` × the weight of each step: daily and weekly profiles, overlays, bursts. After the last step nothing is written.
    Shaped {
        /// Rate at weight one.
        rate: Rate,
        /// Steps end to end from the start of the run.
        steps: Arc<[Step]>,
    },
    /// Measured bytes per bin, from the start of the run.
    Measured {
        /// Bytes of each bin; gaps are already filled as the scenario says.
        bins: Arc<[u64]>,
        /// Length of a bin.
        bin: Span,
        /// Scale of every bin; the scaled bin is rounded down to a byte.
        growth: Ratio,
        /// What follows the last bin.
        after_end: AfterEnd,
    },
}

/// A weight for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// For how long; never zero.
    pub length: Span,
    /// Share of the layer's rate.
    pub weight: Ratio,
}

/// What is written after a measured series ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AfterEnd {
    /// Nothing.
    Zero,
    /// The last bin again and again.
    Hold,
    /// The series from its start, again and again.
    Repeat,
}
