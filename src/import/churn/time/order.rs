//! Instants of rows in order of time.

use std::rc::Rc;

use super::steps::Distances;
use crate::import::dates::NONE;
use crate::import::even::Even;
use crate::import::room::Room;
use crate::import::sorted::{Count, Sorted, Sorting};

/// Instants of rows that have one, in order.
#[derive(Debug)]
pub struct Order {
    of: Rc<Even>,
    /// Where the rows are not in order.
    sorted: Option<Sorted<Count>>,
    /// How many there are.
    pub rows: u64,
    /// How far they are apart.
    pub steps: Distances,
}

impl Order {
    /// Of these rows.
    pub fn of(times: &Rc<Even>, room: &Room) -> Order {
        let all = || times.iter().filter(|time| *time != NONE);
        let is_of_rows = all().is_sorted();
        let sorted = (!is_of_rows).then(|| Sorted::of(room, all().map(Count::once)));
        let iter = || iter(sorted.as_ref(), times);
        let (mut steps, mut rows, mut last) = (Sorting::new(room), 0, None);
        for time in iter() {
            let step = time - last.replace(time).unwrap_or(time);
            if step > 0 {
                steps.push(Count::once(step));
            }
            rows += 1;
        }
        let steps = Distances::of(steps.sorted());
        Order { of: Rc::clone(times), sorted, rows, steps }
    }

    /// Whether the rows are in order of time, from the earliest.
    pub fn is_of_rows(&self) -> bool {
        self.sorted.is_none()
    }

    /// They.
    pub fn iter(&self) -> Box<dyn Iterator<Item = i64> + '_> {
        iter(self.sorted.as_ref(), &self.of)
    }
}

fn iter<'o>(sorted: Option<&'o Sorted<Count>>, times: &'o Even) -> Box<dyn Iterator<Item = i64> + 'o> {
    match sorted {
        None => Box::new(times.iter().filter(|time| *time != NONE)),
        Some(sorted) => Box::new(sorted.iter().flat_map(|count| {
            let time = i64::try_from(count.number).unwrap_or(NONE);
            std::iter::repeat_n(time, usize::try_from(count.times).unwrap_or(usize::MAX))
        })),
    }
}
