//! One monitoring window of one VM, and how many of them are kept.

/// Statistics of one window of one VM (fact 1.49). µs, bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// `StartStatisticTime`.
    pub from: u64,
    /// `EndStatisticTime`.
    pub to: u64,
    /// Ticks in it while the VM was cycling.
    pub expected: u64,
    /// `ReplicationSuccessCount`.
    pub successes: u64,
    /// Ticks in it of which nobody can say yet, at the end of the run.
    pub undecided: u64,
    /// What was applied in it.
    pub logs: Logs,
    /// App-consistent points that appeared in it.
    pub app_points: u64,
    /// `ApplicationConsistentSnapshotFailureCount`: snapshots that fell due in it and could not be taken.
    pub app_failures: u64,
    /// The last instants before its end.
    pub last: Instants,
}

/// Logs that were applied in a window. µs, bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Logs {
    /// How many.
    pub count: u64,
    /// `ReplicationSize`: their bytes on the wire.
    pub size: u64,
    /// `MaxReplicationSize`.
    pub size_max: u64,
    /// `ReplicationLatency`: from cut to applied, summed.
    pub latency: u64,
    /// `MaxReplicationLatency`.
    pub latency_max: u64,
}

/// When a relationship last got on, as the product tells it apart (fact 1.52). µs; `None`: never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instants {
    /// `LastReplicationTime`: a log or copy was received.
    pub received: Option<u64>,
    /// `LastApplyTime`: it was applied.
    pub applied: Option<u64>,
    /// `LastApplicationConsistentReplicationTime`: an app-consistent point appeared.
    pub app_consistent: Option<u64>,
}

impl Logs {
    /// Those of a window that follows.
    pub fn add(&mut self, next: &Logs) {
        self.count += next.count;
        self.size = self.size.saturating_add(next.size);
        self.size_max = self.size_max.max(next.size_max);
        self.latency = self.latency.saturating_add(next.latency);
        self.latency_max = self.latency_max.max(next.latency_max);
    }

    /// Their mean size; `None` without a log.
    pub fn mean_size(&self) -> Option<u64> {
        self.size.checked_div(self.count)
    }

    /// Their mean latency; `None` without a log.
    pub fn mean_latency(&self) -> Option<u64> {
        self.latency.checked_div(self.count)
    }

    /// A figure of theirs; `None` without a log.
    pub fn if_any(&self, figure: u64) -> Option<u64> {
        (self.count > 0).then_some(figure)
    }
}

impl Window {
    /// `ReplicationMissCount`.
    pub fn misses(&self) -> u64 {
        self.expected.saturating_sub(self.successes).saturating_sub(self.undecided)
    }
}

/// How much one VM's monitor keeps; beyond that older windows and neighbouring changes are merged, and counted.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Closed windows.
    pub windows: usize,
    /// Changes of reasons.
    pub changes: usize,
}

impl Limits {
    /// For one of `vms` VMs: what a whole fleet keeps takes some 50 MB at most.
    pub fn among(vms: usize) -> Limits {
        let part = |all: usize, least: usize, most: usize| (all / vms.max(1)).clamp(least, most);
        Limits { windows: part(1 << 14, 2, 1 << 12), changes: part(1 << 20, 32, 1 << 13) }
    }
}
