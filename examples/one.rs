//! One workload for a profiler.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "x")]
#[path = "../benches/workload/mod.rs"]
mod workload;
use drsim::engine::state::Kernel;
use workload::{Fabric, Load, fleet};
fn main() {
    let which = std::env::args().nth(1).unwrap();
    let (load, fabric) = match which.as_str() {
        "u" => (Load::Uniform, Fabric::OneLink),
        "o" => (Load::Overload, Fabric::OneLink),
        "b" => (Load::Bursts, Fabric::OneLink),
        "cb" => (Load::Bursts, Fabric::Cards),
        _ => (Load::Uniform, Fabric::Cards),
    };
    let scenario = fleet(10_000, load, fabric, drsim::units::Span::seconds(3600 * 33));
    let mut kernel = Kernel::new(&scenario);
    kernel.advance(scenario.horizon.0, &mut ());
}
