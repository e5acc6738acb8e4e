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
use crate::units::{Bytes, Rate, Ratio, Span};

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
}

impl Vm {
    /// Size of all its virtual disks, the base of the 50 % rule (fact 1.20).
    pub fn disk_size(&self) -> Bytes {
        Bytes(self.disks.iter().map(|disk| disk.size.0).sum())
    }
}

/// A network adapter.
#[derive(Clone, Debug, Serialize)]
pub struct Nic {
    /// The VM network it is connected to.
    pub network: Id<Network>,
    /// Whether its address is static, and so must be given from a pool after a failover (fact 6.19).
    pub static_address: bool,
}

/// A virtual disk.
#[derive(Clone, Debug, Serialize)]
pub struct Disk {
    /// Name, unique within the VM.
    pub name: String,
    /// Virtual size.
    pub size: Bytes,
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
