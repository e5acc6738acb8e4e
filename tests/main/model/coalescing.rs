//! What a log holds of what was written depends on the logarithm of its length.

use super::{run, text};

/// Seconds that a log of 300 MB written takes over 10 MB/s, and bytes carried in a day.
fn sent_in(points: &str) -> (f64, u64) {
    let policy = format!("phase: \"aligned\", coalescing: [{points}]");
    let results = run(&text(&[("phase: \"aligned\"", &policy)], ""));
    let oldest = results.vms[0].age.as_ref().unwrap().max_s;
    (oldest - 300.0, results.links[0].carried_bytes)
}

#[test]
fn between_two_points_it_is_linear_in_the_logarithm_of_the_window() {
    let (seconds, carried) = sent_in("(window: \"30s\", ratio: \"80 %\"), (window: \"1h\", ratio: \"40 %\")");
    // 0.8 - 0.4 × ln 10 ÷ ln 120 = 0.60762, of 300 MB over 10 MB/s.
    assert!((seconds - 18.228_6).abs() < 0.001, "{seconds}");
    let of_logs = 287.0 * 300_000_000.0 * 0.607_62;
    assert!((carried as f64 - of_logs).abs() < 2e-5 * of_logs, "{carried}");
    // At a point, and outside of all: no logarithm is needed.
    let (seconds, _) = sent_in("(window: \"5m\", ratio: \"55 %\"), (window: \"1h\", ratio: \"40 %\")");
    assert!((seconds - 16.5).abs() < 1e-6, "{seconds}");
    let (seconds, _) = sent_in("(window: \"10m\", ratio: \"55 %\"), (window: \"1h\", ratio: \"40 %\")");
    assert!((seconds - 16.5).abs() < 1e-6, "{seconds}");
}

/// Tracking in large blocks: small writes make larger logs than they are.
#[test]
fn a_log_may_hold_more_than_was_written() {
    let (seconds, _) = sent_in("(window: \"5m\", ratio: \"250 %\")");
    assert!((seconds - 75.0).abs() < 1e-6, "{seconds}");
}
