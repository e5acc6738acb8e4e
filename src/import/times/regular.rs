//! How regular times are.

use super::super::room::Room;
use super::super::sorted::{Count, Sorting, Tally};

/// Steps that are not one to twelve usual ones.
pub fn irregular(times: &Tally, room: &Room) -> u64 {
    let (mut steps, mut last) = (Sorting::new(room), None);
    for time in times.iter().map(|count| count.number) {
        if let Some(last) = last.replace(time) {
            steps.push(Count::once(time - last));
        }
    }
    let steps = steps.sorted();
    let Some([usual]) = steps.at([steps.len().saturating_sub(1) / 2]) else { return 0 };
    let is_irregular = |step: i128| step * 2 < usual || step > usual * 12;
    steps.iter().filter(|count| is_irregular(count.number)).map(|count| count.times).sum()
}
