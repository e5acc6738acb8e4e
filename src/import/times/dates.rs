//! Times as tools and people write them. Which of day and month comes first is not in a cell but in the whole column: it is told by
//! what cannot be a date, then by regularity, and where both leave it open it is asked for.

use std::rc::Rc;

use super::super::even::Even;
use super::super::fault::quote;
use super::super::room::Room;
use super::super::sorted::{Count, Tally};
use super::clock::TimeUnit;
use super::moment::{NotTime, ORDERS, Raw, parse};
pub use super::moment::{Order, is_time};
use super::regular::irregular;

/// One bad time in so many is a gap; more are another format.
const LONE: usize = 100;

/// In place of a time where there is none.
pub const NONE: i64 = i64::MIN;

/// A column of times, gathered cell by cell; of one series, or of several that are told apart.
#[derive(Debug, Default)]
pub struct Column {
    /// Where its times are put by.
    room: Room,
    cells: usize,
    /// Cells that are no time at all, and the first of them.
    bad: (usize, Option<(u64, String, NotTime)>),
    /// First cell of each kind, for messages: epoch, date.
    first: [Option<(u64, String)>; 2],
    /// First date of each shape.
    shapes: Vec<(u8, u64, String)>,
    /// What numbers since 1970 count, and the first that counts something else: its line, itself and what it counts.
    unit: Option<TimeUnit>,
    other_unit: Option<(u64, i64, TimeUnit)>,
    /// Whether dates have an offset, and the line of the first that is unlike the first of all.
    offset: Option<bool>,
    other_offset: Option<u64>,
    /// Orders that the shape of some date does not allow, as a set.
    struck: u8,
    /// Dates that do not exist, by order.
    misfits: [Misfits; 3],
    /// By series and order.
    times: Vec<[Even; 3]>,
    /// The last cell, which the next one may repeat, and its times.
    last: Option<(String, Raw, [i64; 3])>,
}

/// How many dates do not exist in an order, and the first of them with its line.
#[derive(Clone, Copy, Debug, Default)]
struct Misfits {
    count: usize,
    first: Option<(u64, [u16; 3])>,
}

/// A column that is understood.
#[derive(Debug)]
pub struct Times {
    at: Vec<Rc<Even>>,
    /// Whether cells are instants: numbers since 1970, or with an offset.
    pub zoned: bool,
    /// What numbers since 1970 count.
    pub unit: Option<TimeUnit>,
    /// Order of dates where it was not to be seen in each cell, and what told it.
    pub order: Option<(Order, Told)>,
    /// First cell, as it is written.
    pub example: String,
}

impl Times {
    /// Of each cell of a series, microseconds since 1970: UTC if `zoned`, else as the local clock showed; [`NONE`] for a lone bad cell.
    pub fn of(&self, series: usize) -> Rc<Even> {
        self.at.get(series).cloned().unwrap_or_default()
    }
}

/// What told the order of day and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// In the other order there is a day that does not exist.
    Calendar,
    /// In the other order the steps are less regular.
    Regular,
    /// The tool writes so.
    Tool,
    /// `--dates`.
    Asked,
}

/// Why a column is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTimes {
    /// Line of the cell.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

impl Column {
    /// An empty one.
    pub fn new(room: &Room) -> Column {
        Column { room: room.clone(), ..Column::default() }
    }

    /// Adds a cell of a series, counted from 0.
    pub fn push(&mut self, series: usize, cell: &str, line: u64) {
        self.cells += 1;
        let known = self.last.as_ref().filter(|(last, ..)| last == cell).map(|(_, raw, at)| (*raw, *at));
        let (raw, at) = known.unwrap_or_else(|| self.new_cell(cell, line));
        if matches!(raw, Raw::Bad) {
            self.bad.0 += 1;
        }
        if let Raw::Date { parts, .. } = raw {
            for (misfits, at) in self.misfits.iter_mut().zip(at) {
                if at == NONE {
                    misfits.count += 1;
                    misfits.first.get_or_insert((line, parts));
                }
            }
        }
        if self.times.len() <= series {
            self.times.resize_with(series + 1, || ORDERS.map(|_| Even::new(&self.room)));
        }
        let orders = if matches!(raw, Raw::Epoch { .. }) { 1 } else { ORDERS.len() };
        for (order, times) in ORDERS.into_iter().zip(&mut self.times[series]).take(orders) {
            if self.struck & order.bit() == 0 {
                times.push(at[order as usize]);
            }
        }
    }

    /// Looks at a cell that is not the one before once more.
    fn new_cell(&mut self, cell: &str, line: u64) -> (Raw, [i64; 3]) {
        let raw = parse(cell.trim()).unwrap_or_else(|why| {
            self.bad.1.get_or_insert_with(|| (line, cell.trim().to_owned(), why));
            Raw::Bad
        });
        match raw {
            Raw::Epoch { us, unit } => {
                self.first[0].get_or_insert_with(|| (line, cell.trim().to_owned()));
                if *self.unit.get_or_insert(unit) != unit {
                    self.other_unit.get_or_insert((line, us, unit));
                }
            }
            Raw::Date { orders, offset, .. } => {
                self.first[1].get_or_insert_with(|| (line, cell.trim().to_owned()));
                if !self.shapes.iter().any(|shape| shape.0 == orders) {
                    self.shapes.push((orders, line, cell.trim().to_owned()));
                }
                self.struck |= !orders;
                if *self.offset.get_or_insert(offset.is_some()) != offset.is_some() {
                    self.other_offset.get_or_insert(line);
                }
            }
            Raw::Bad => {}
        }
        let at = ORDERS
            .map(|order| if self.struck & order.bit() == 0 { raw.at(order).unwrap_or(NONE) } else { NONE });
        let mut text = self.last.take().map(|(text, ..)| text).unwrap_or_default();
        text.clear();
        text.push_str(cell);
        self.last = Some((text, raw, at));
        (raw, at)
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.cells
    }

    /// Understands the whole column. `asked` decides between orders that remain; so does `tool`, where a tool writes one only.
    ///
    /// # Errors
    /// A cell that is no time, several ways of writing, an order that stays open.
    pub fn understand(&mut self, asked: Option<Order>, tool: Option<Order>) -> Result<Times, NotTimes> {
        if let (bad, Some((line, cell, why))) = &self.bad
            && *bad > self.cells / LONE
        {
            let (reason, remedy) = why.explain(cell);
            return Err(NotTimes { line: *line, reason, remedy: remedy.to_owned() });
        }
        match &self.first {
            [Some(epoch), Some(date)] => {
                let (later, before) = if epoch.0 > date.0 { (epoch, date) } else { (date, epoch) };
                let (cell, other) = (quote(&later.1), quote(&before.1));
                let reason = format!("`{cell}` is written unlike `{other}` in line {}", before.0);
                Err(NotTimes { line: later.0, reason, remedy: "write all times alike".to_owned() })
            }
            [Some(_), None] => self.epochs(),
            [None, _] => self.dates(asked, tool),
        }
    }

    fn epochs(&mut self) -> Result<Times, NotTimes> {
        if let (Some(before), Some((line, us, now))) = (self.unit, self.other_unit) {
            let (us, now, before) = (super::clock::written(us), now.name(), before.name());
            let reason = format!("{us} is in {now}, the rows before in {before}");
            return Err(NotTimes { line, reason, remedy: "give all times in one unit".to_owned() });
        }
        let example = self.example(0);
        Ok(Times { at: self.take(Order::Ymd), zoned: true, unit: self.unit, order: None, example })
    }

    fn example(&self, kind: usize) -> String {
        self.first[kind].as_ref().map(|first| first.1.clone()).unwrap_or_default()
    }

    /// The times of all series in an order.
    fn take(&mut self, order: Order) -> Vec<Rc<Even>> {
        std::mem::take(&mut self.times)
            .into_iter()
            .map(|mut all| Rc::new(std::mem::take(&mut all[order as usize])))
            .collect()
    }

    fn dates(&mut self, asked: Option<Order>, tool: Option<Order>) -> Result<Times, NotTimes> {
        let example = self.example(1);
        let misfits = |order: Order| self.misfits[order as usize].count + self.bad.0;
        let shaped: Vec<Order> = ORDERS.into_iter().filter(|order| self.struck & order.bit() == 0).collect();
        let only = asked.filter(|asked| shaped.contains(asked));
        let tried = only.map_or(shaped.clone(), |order| vec![order]);
        let allowed = self.cells / LONE;
        let fits: Vec<Order> = tried.iter().copied().filter(|order| misfits(*order) <= allowed).collect();
        let order = match fits.as_slice() {
            [] => return Err(self.no_date(tried.first().copied())),
            [one] if only.is_some() => (*one, Told::Asked),
            [one] => (*one, Told::Calendar),
            several => self.between(several, tool)?,
        };
        if let Some(line) = self.other_offset {
            let reason = "some times have an offset to UTC, some have not".to_owned();
            return Err(NotTimes { line, reason, remedy: "write all with their offset, or none".to_owned() });
        }
        let zoned = self.offset.unwrap_or(false);
        let order_told = (shaped.len() > 1).then_some(order);
        Ok(Times { at: self.take(order.0), zoned, unit: None, order: order_told, example })
    }

    /// No order makes dates of all cells.
    fn no_date(&self, order: Option<Order>) -> NotTimes {
        let remedy = "write all dates alike".to_owned();
        let Some(order) = order else {
            let (first, later) = (&self.shapes[0], &self.shapes[self.shapes.len() - 1]);
            let (cell, other) = (quote(&later.2), quote(&first.2));
            let reason = format!("`{cell}` is written unlike `{other}` in line {}", first.1);
            return NotTimes { line: later.1, reason, remedy };
        };
        let misfit = self.misfits[order as usize].first;
        let cell = misfit.map_or(String::new(), |(_, [a, b, c])| format!("{a} {b} {c}"));
        let reason = format!("there is no day {cell} in the order {}, which others have", order.name());
        NotTimes { line: misfit.map_or(1, |misfit| misfit.0), reason, remedy }
    }

    /// The most regular of several orders; the tool's where two are alike.
    fn between(&self, orders: &[Order], tool: Option<Order>) -> Result<(Order, Told), NotTimes> {
        let tally = |order: &Order| {
            let times = self.times.iter().flat_map(|all| all[*order as usize].iter());
            Tally::of(&self.room, times.filter(|time| *time != NONE).map(Count::once))
        };
        let score = |(order, times): (Order, Tally)| (irregular(&times, &self.room), order, times);
        let mut scored: Vec<_> = orders.iter().map(|order| score((*order, tally(order)))).collect();
        scored.sort_by_key(|scored| (scored.0, scored.1));
        let (best, second) = (&scored[0], &scored[1]);
        if best.0 < second.0 {
            return Ok((best.1, Told::Regular));
        }
        if best.2.iter().map(|count| count.number).eq(second.2.iter().map(|count| count.number)) {
            return Ok((best.1, Told::Calendar));
        }
        let alike: Vec<Order> =
            scored.iter().filter(|other| other.0 == best.0).map(|other| other.1).collect();
        if let Some(tool) = tool.filter(|tool| alike.contains(tool)) {
            return Ok((tool, Told::Tool));
        }
        let first = self.first[1].clone().unwrap_or_default();
        let date = |at: &(u64, Order, Tally)| {
            let first = at.2.iter().next().and_then(|count| i64::try_from(count.number).ok());
            super::clock::written(first.unwrap_or(0))[..10].to_owned()
        };
        Err(NotTimes {
            line: first.0,
            reason: format!(
                "`{}` is {} or {}, and nothing else in the column tells which",
                quote(&first.1),
                date(best),
                date(second)
            ),
            remedy: format!("say --dates {} or --dates {}", best.1.name(), second.1.name()),
        })
    }
}
