//! When a flow ends on its class's clock, and whose it is. All flows of a class are compared by it at every start and end.

/// As one number, ordered by both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ending(u128);

impl Ending {
    /// Clocks stay below 2^96: 2^40 micro-bytes pass in 1 µs at [`super::CAPACITY_MAX`], 2^92 in ten runs of ten years, more than a plan repeats; and a
    /// flow needs less than 2^64 bytes.
    pub(super) fn new(tag: u128, flow: u32) -> Ending {
        assert!(tag >> 96 == 0, "a clock that runs for longer than any run");
        Ending(tag << 32 | u128::from(flow))
    }

    pub(super) fn tag(self) -> u128 {
        self.0 >> 32
    }

    pub(super) fn flow(self) -> u32 {
        u32::try_from(self.0 & u128::from(u32::MAX)).expect("its lowest 32 bits")
    }
}
