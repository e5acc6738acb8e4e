//! User CPU time of this process, which other work on the machine does not lengthen; and how long something took.

/// Seconds, to the hundredth; 0 where the system does not tell.
pub fn user_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 =
        after_name.split_whitespace().nth(11).and_then(|field| field.parse().ok()).unwrap_or(0.0);
    ticks / 100.0
}

/// Seconds since the machine started, to the hundredth; 0 where the system does not tell.
#[allow(dead_code, reason = "not every benchmark asks how long it took")]
pub fn clock_seconds() -> f64 {
    let uptime = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
    uptime.split_whitespace().next().and_then(|field| field.parse().ok()).unwrap_or(0.0)
}
