//! What is seen of a VM's replication over an interval, measured or simulated.

/// Statistics of one VM over an interval (facts 1.49, 1.50). `None`: not told, or nothing happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Cycles that fell due: those that succeeded and those missed.
    pub cycles: Option<u64>,
    /// Of them, those missed.
    pub missed: Option<u64>,
    /// Bytes of a log on the wire, on average.
    pub size: Option<u64>,
    /// Of the largest log.
    pub size_max: Option<u64>,
    /// µs from a log's cut to its being applied, on average.
    pub latency: Option<u64>,
    /// Of the slowest log, µs.
    pub latency_max: Option<u64>,
    /// Bytes written and not applied at the end of the interval.
    pub pending: Option<u64>,
    /// µs from the last replication to the end of the interval.
    pub age: Option<u64>,
}

/// What a file says of one machine and interval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measurement {
    /// Name of the machine.
    pub vm: String,
    /// Its identity (`VMId`); empty if the file does not say.
    pub id: String,
    /// The host that it was measured on; empty if the file does not say.
    pub server: String,
    /// Start of the interval, in microseconds since 1970 UTC; `None`: the product's monitoring window that its end lies in.
    pub from_unix_us: Option<i64>,
    /// Its end.
    pub to_unix_us: i64,
    /// How often a log is cut, in microseconds, if the file says.
    pub every_us: Option<u64>,
    /// What was measured.
    pub seen: Seen,
}
