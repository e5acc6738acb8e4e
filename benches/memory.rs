//! Bytes that an allocator gives out for each VM: of a scenario, of replication, of what watches it, of a fork. `cargo bench --bench memory`.

#[path = "memory/measured.rs"]
mod measured;

fn main() {
    println!("bytes a VM   scenario   kernel    watch     fork");
    for vms in [100, 1_000, 10_000] {
        let bytes = measured::of(vms);
        println!(
            "{vms:>6} VMs {:>10} {:>8} {:>8} {:>8}",
            bytes.scenario, bytes.kernel, bytes.watch, bytes.fork
        );
    }
}
