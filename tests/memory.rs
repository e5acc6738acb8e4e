//! What is taken for the memory of a VM, where memory is limited by it, is what an allocator that counts gives out. A test binary of its
//! own, as its allocator counts for all in it.

#[path = "../benches/memory/measured.rs"]
mod measured;

use drsim::assess::FORK_VM_BYTES;
use drsim::engine::kernel::{FIXED_BYTES, VM_BYTES};
use drsim::plan::RUN_VM_BYTES;

/// Limits of forks, of the parts of a plan's runs and of designs beside each other count with these: too few, and memory is not limited; too many, and room is not used.
#[test]
fn what_a_vm_is_taken_to_need_is_what_it_needs() {
    for vms in [100, 1_000] {
        let bytes = measured::of(vms);
        let run = bytes.kernel + bytes.watch;
        for (each, needed) in [(FORK_VM_BYTES, bytes.fork), (VM_BYTES, bytes.kernel), (RUN_VM_BYTES, run)] {
            let taken = each + FIXED_BYTES / vms;
            assert!(
                (taken * 9 / 10..=taken * 11 / 10).contains(&needed),
                "{vms} VMs: {needed} and not {taken}"
            );
        }
    }
}
