//! Times as tools and people write them. Which of day and month comes first is not in a cell but in the whole column: it is told by
//! what cannot be a date, then by regularity, and where both leave it open it is asked for.

use super::clock::TimeUnit;
use super::moment::{NotTime, ORDERS, Raw, parse};
pub use super::moment::{Order, is_time};

/// One bad time in so many is a gap; more are another format.
const LONE: usize = 100;

/// A column of times, gathered cell by cell.
#[derive(Debug, Default)]
pub struct Column {
    raw: Vec<Raw>,
    lines: Vec<u64>,
    /// First cell that is no time at all.
    bad: Option<(u64, String, NotTime)>,
    /// First cell of each kind, for messages: epoch, date.
    first: [Option<(u64, String)>; 2],
    /// First date of each shape.
    shapes: Vec<(u8, u64, String)>,
}

/// A column that is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// Of each cell, microseconds since 1970: UTC if `zoned`, else as the local clock showed; `None` for a lone bad cell.
    pub at: Vec<Option<i64>>,
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
    /// The same without its times.
    pub fn clone_head(&self) -> Times {
        Times { at: Vec::new(), example: self.example.clone(), ..*self }
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
    /// Adds a cell.
    pub fn push(&mut self, cell: &str, line: u64) {
        let raw = match parse(cell.trim()) {
            Ok(raw) => {
                let kind = usize::from(matches!(raw, Raw::Date { .. }));
                self.first[kind].get_or_insert_with(|| (line, cell.trim().to_owned()));
                if let Raw::Date { orders, .. } = raw
                    && !self.shapes.iter().any(|shape| shape.0 == orders)
                {
                    self.shapes.push((orders, line, cell.trim().to_owned()));
                }
                raw
            }
            Err(why) => {
                self.bad.get_or_insert_with(|| (line, cell.trim().to_owned(), why));
                Raw::Bad
            }
        };
        self.raw.push(raw);
        self.lines.push(line);
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.raw.len()
    }

    /// Understands the whole column. `asked` decides between orders that remain; so does `tool`, where a tool writes one only.
    ///
    /// # Errors
    /// A cell that is no time, several ways of writing, an order that stays open.
    pub fn understand(&self, asked: Option<Order>, tool: Option<Order>) -> Result<Times, NotTimes> {
        let allowed = self.raw.len() / LONE;
        let bad = self.raw.iter().filter(|raw| matches!(raw, Raw::Bad)).count();
        if let Some((line, cell, why)) = self.bad.as_ref().filter(|_| bad > allowed) {
            let (reason, remedy) = why.explain(cell);
            return Err(NotTimes { line: *line, reason, remedy: remedy.to_owned() });
        }
        match &self.first {
            [Some(epoch), Some(date)] => {
                let (later, before) = if epoch.0 > date.0 { (epoch, date) } else { (date, epoch) };
                let (cell, other) = (super::fault::quote(&later.1), super::fault::quote(&before.1));
                let reason = format!("`{cell}` is written unlike `{other}` in line {}", before.0);
                Err(NotTimes { line: later.0, reason, remedy: "write all times alike".to_owned() })
            }
            [Some((_, example)), None] => self.epochs(example),
            [None, _] => self.dates(asked, tool),
        }
    }

    fn epochs(&self, example: &str) -> Result<Times, NotTimes> {
        let mut unit = None;
        for (raw, line) in self.raw.iter().zip(&self.lines) {
            let Raw::Epoch { unit: now, us } = raw else { continue };
            let before = *unit.get_or_insert(*now);
            if before != *now {
                let reason = format!(
                    "{} is in {}, the rows before in {}",
                    super::written(*us),
                    now.name(),
                    before.name()
                );
                return Err(NotTimes {
                    line: *line,
                    reason,
                    remedy: "give all times in one unit".to_owned(),
                });
            }
        }
        let at = self.raw.iter().map(|raw| raw.at(Order::Ymd)).collect();
        Ok(Times { at, zoned: true, unit, order: None, example: example.to_owned() })
    }

    fn dates(&self, asked: Option<Order>, tool: Option<Order>) -> Result<Times, NotTimes> {
        let example = self.first[1].as_ref().map(|first| first.1.clone()).unwrap_or_default();
        let shapes = self.raw.iter().fold(7, |all, raw| match raw {
            Raw::Date { orders, .. } => all & orders,
            Raw::Epoch { .. } | Raw::Bad => all,
        });
        let allowed = self.raw.len() / LONE;
        let misfits = |order: Order| self.raw.iter().filter(|raw| raw.at(order).is_none()).count();
        let shaped: Vec<Order> = ORDERS.into_iter().filter(|order| shapes & order.bit() > 0).collect();
        let only = asked.filter(|asked| shaped.contains(asked));
        let tried = only.map_or(shaped.clone(), |order| vec![order]);
        let fits: Vec<Order> = tried.iter().copied().filter(|order| misfits(*order) <= allowed).collect();
        let order = match fits.as_slice() {
            [] => return Err(self.no_date(tried.first().copied())),
            [one] if only.is_some() => (*one, Told::Asked),
            [one] => (*one, Told::Calendar),
            several => self.between(several, tool)?,
        };
        let zoned = self.zoned()?;
        let at = self.raw.iter().map(|raw| raw.at(order.0)).collect();
        Ok(Times { at, zoned, unit: None, order: (shaped.len() > 1).then_some(order), example })
    }

    /// Whether all cells have an offset.
    fn zoned(&self) -> Result<bool, NotTimes> {
        let mut all = None;
        for (raw, line) in self.raw.iter().zip(&self.lines) {
            let Raw::Date { offset, .. } = raw else { continue };
            if *all.get_or_insert(offset.is_some()) != offset.is_some() {
                let reason = "some times have an offset to UTC, some have not".to_owned();
                return Err(NotTimes {
                    line: *line,
                    reason,
                    remedy: "write all with their offset, or none".to_owned(),
                });
            }
        }
        Ok(all.unwrap_or(false))
    }

    /// No order makes dates of all cells.
    fn no_date(&self, order: Option<Order>) -> NotTimes {
        let remedy = "write all dates alike".to_owned();
        let Some(order) = order else {
            let (first, later) = (&self.shapes[0], &self.shapes[self.shapes.len() - 1]);
            let (cell, other) = (super::fault::quote(&later.2), super::fault::quote(&first.2));
            let reason = format!("`{cell}` is written unlike `{other}` in line {}", first.1);
            return NotTimes { line: later.1, reason, remedy };
        };
        let off = |raw: &Raw| matches!(raw, Raw::Date { .. }) && raw.at(order).is_none();
        let at = self.raw.iter().position(off).unwrap_or(0);
        let cell = match self.raw.get(at) {
            Some(Raw::Date { parts: [a, b, c], .. }) => format!("{a} {b} {c}"),
            Some(Raw::Epoch { .. } | Raw::Bad) | None => String::new(),
        };
        let reason = format!("there is no day {cell} in the order {}, which others have", order.name());
        NotTimes { line: self.lines.get(at).copied().unwrap_or(1), reason, remedy }
    }

    /// The most regular of several orders; the tool's where two are alike.
    fn between(&self, orders: &[Order], tool: Option<Order>) -> Result<(Order, Told), NotTimes> {
        let mut scored: Vec<(usize, Order, Vec<i64>)> = orders
            .iter()
            .map(|order| {
                let mut times: Vec<i64> = self.raw.iter().filter_map(|raw| raw.at(*order)).collect();
                times.sort_unstable();
                times.dedup();
                (irregular(&times), *order, times)
            })
            .collect();
        scored.sort();
        let (best, second) = (&scored[0], &scored[1]);
        if best.0 < second.0 {
            return Ok((best.1, Told::Regular));
        }
        if best.2 == second.2 {
            return Ok((best.1, Told::Calendar));
        }
        let alike: Vec<Order> =
            scored.iter().filter(|other| other.0 == best.0).map(|other| other.1).collect();
        if let Some(tool) = tool.filter(|tool| alike.contains(tool)) {
            return Ok((tool, Told::Tool));
        }
        let first = self.first[1].clone().unwrap_or_default();
        let date = |at: &(usize, Order, Vec<i64>)| {
            super::written(at.2.first().copied().unwrap_or(0))[..10].to_owned()
        };
        Err(NotTimes {
            line: first.0,
            reason: format!(
                "`{}` is {} or {}, and nothing else in the column tells which",
                super::fault::quote(&first.1),
                date(best),
                date(second)
            ),
            remedy: format!("say --dates {} or --dates {}", best.1.name(), second.1.name()),
        })
    }
}

/// Steps that are not one to twelve usual ones.
fn irregular(times: &[i64]) -> usize {
    let mut steps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable();
    let Some(usual) = steps.get(steps.len().saturating_sub(1) / 2).copied() else { return 0 };
    steps.iter().filter(|step| **step * 2 < usual || **step > usual.saturating_mul(12)).count()
}
