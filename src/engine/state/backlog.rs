//! What waits for links, by the rules in `cycle/backlog.rs`.

use crate::engine::index::MaybeIndex;

/// The backlogs of all directions of links: resource 2 × link + direction.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Backlog {
    /// Micro-bytes that wait and are no flow.
    pub(in crate::engine) waiting: Vec<u128>,
    /// The most that waited or was a flow, micro-bytes.
    pub(in crate::engine) peaks: Vec<u128>,
    /// Directions that may have more than before since time last went on.
    pub(in crate::engine) risen: Vec<u32>,
    /// Whether `waiting` has to be counted afresh.
    pub(in crate::engine) stale: bool,
    /// By row, the class of the last way that it had over links.
    pub(in crate::engine) ways: Vec<MaybeIndex>,
}

impl Backlog {
    pub(in crate::engine) fn new(links: usize, vms: usize) -> Self {
        Backlog {
            waiting: vec![0; 2 * links],
            peaks: vec![0; 2 * links],
            risen: Vec::new(),
            stale: false,
            ways: vec![MaybeIndex::NONE; vms],
        }
    }

    /// The VM's logs take another way from now on, or keep waiting for the one they had.
    pub(in crate::engine) fn lead(&mut self, row: usize, class: MaybeIndex) {
        if class.is_some() {
            self.ways[row] = class;
        }
        self.stale = true;
    }

    /// Forgets the largest: what is there now is the largest so far.
    pub(in crate::engine) fn restart(&mut self) {
        self.peaks.fill(0);
        self.stale = true;
    }

    /// Something rare has happened to logs that wait.
    pub(in crate::engine) fn disturb(&mut self) {
        self.stale = true;
    }

    pub(in crate::engine) fn rise(&mut self, resource: u32) {
        if !self.risen.contains(&resource) {
            self.risen.push(resource);
        }
    }
}
