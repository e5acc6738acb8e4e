//! Copies of a VM beside the one that is followed, by the rules in `life/twins.rs`.

/// What the second copies of a VM wrote to replicated disks.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Twins {
    /// When the one that runs now began to, and what the VM would have written by then if it had always run.
    pub(in crate::engine) running: Option<(u64, u64)>,
    /// When earlier ones ran.
    pub(in crate::engine) over: Vec<(u64, u64)>,
    /// Bytes of those that were given up.
    pub(in crate::engine) lost: u64,
    /// Bytes of those that were left.
    pub(in crate::engine) kept: u64,
}

/// A VM when it stopped, before it was failed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Before {
    /// Bytes it had written.
    pub(in crate::engine) written: u64,
    /// Bytes lost by earlier failovers.
    pub(in crate::engine) lost: u64,
    /// Bytes in the point that was taken.
    pub(in crate::engine) applied: u64,
}
