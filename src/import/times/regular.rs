//! How regular times are.

/// All times in order, each once, in as much memory as twice these take.
pub fn distinct(all: impl Iterator<Item = i64>) -> Vec<i64> {
    let (mut times, mut room) = (Vec::new(), 1 << 20);
    for time in all {
        times.push(time);
        if times.len() == room {
            times.sort_unstable();
            times.dedup();
            room = room.max(2 * times.len());
        }
    }
    times.sort_unstable();
    times.dedup();
    times
}

/// Steps that are not one to twelve usual ones.
pub fn irregular(times: &[i64]) -> usize {
    let mut steps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable();
    let Some(usual) = steps.get(steps.len().saturating_sub(1) / 2).copied() else { return 0 };
    steps.iter().filter(|step| **step * 2 < usual || **step > usual.saturating_mul(12)).count()
}
