//! Cycles per second of user CPU on the workloads of the speed targets. `cargo bench --bench speed`, or of some of them:
//! `cargo bench --bench speed -- "one link, bursts"`.

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark prints rounded figures"
)]
mod workload;
mod cpu;

use cpu::user_seconds;
use drsim::engine::observer::{Applied, Observer};
use drsim::engine::state::Kernel;
use drsim::units::Span;
use workload::{Fabric, Load, fleet};

/// Worst age, ∫ age and time above an objective, as the targets ask for.
struct Ages {
    worst: u64,
    double_integral: u128,
    above: u128,
    objective: u64,
}

impl Observer for Ages {
    const CAUSES: bool = false;

    fn applied(&mut self, applied: Applied<'_>) {
        let after = applied.at - applied.cut;
        let before = applied.at - applied.previous;
        self.worst = self.worst.max(before);
        // The tooth that ends now rose over (cut − previous) from some age to `before`; summed over teeth, ∫ age is exact.
        self.double_integral +=
            u128::from(before) * u128::from(before) - u128::from(after) * u128::from(after);
        let over = |age: u64| u128::from(age.saturating_sub(self.objective));
        self.above += over(before) - over(after);
    }

    fn stopped(&mut self, _: usize, _: u64) {}

    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

#[allow(clippy::cast_precision_loss, reason = "a benchmark prints rounded figures")]
fn measure(name: &str, vms: usize, load: Load, fabric: Fabric, hours: u64) -> f64 {
    if std::env::args().skip(1).any(|word| !word.starts_with('-') && !name.contains(&word)) {
        return f64::NAN;
    }
    let scenario = fleet(vms, load, fabric, Span::seconds(3600 * hours));
    let mut kernel = Kernel::new(&scenario);
    let mut ages = Ages { worst: 0, double_integral: 0, above: 0, objective: 600_000_000 };
    let before = user_seconds();
    kernel.advance(scenario.horizon.0, &mut ages);
    let audit = kernel.audit(&scenario).expect("the audit holds");
    let mut hash = blake3::Hasher::new();
    kernel.digest(&mut hash);
    let seconds = user_seconds() - before;
    let cycles: u64 = (0..vms).map(|vm| kernel.tally(vm).applied_logs).sum();
    let rate = cycles as f64 / seconds;
    println!(
        "{name:<28} {vms:>6} VMs {cycles:>10} cycles {:>8.2} M cycles/s {:>8.1} ns/cycle  worst age {:>6} s  {} TB  {}",
        rate / 1e6,
        1e9 / rate,
        ages.worst / 1_000_000,
        audit.written() / 1_000_000_000_000,
        &hash.finalize().to_hex()[..8],
    );
    rate
}

fn main() {
    for vms in [100, 1000, 10_000] {
        let hours = 4_000_000 / vms as u64 / 12;
        let few = measure("one link, uniform", vms, Load::Uniform, Fabric::OneLink, hours);
        measure("one link, bursts", vms, Load::Bursts, Fabric::OneLink, hours);
        let many = measure("one link, overload", vms, Load::Overload, Fabric::OneLink, hours);
        if !(few / many).is_nan() {
            println!(
                "{:<28} cost of a cycle in overload (about {} flows) ÷ uniform (about 2): {:.2}",
                "",
                vms / 5,
                few / many
            );
        }
        measure("20 x 20 cards, uniform", vms, Load::Uniform, Fabric::Cards, hours / 4);
        measure("20 x 20 cards, bursts", vms, Load::Bursts, Fabric::Cards, hours / 4);
    }
}
