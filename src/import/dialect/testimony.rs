//! What the cells of a file say about its way of writing numbers, heard one by one in constant memory.

use super::{Dialect, Group, Mark, NotNumber, Simple, ambiguous, parts};
use crate::import::fault::Fault;

/// A column of fewer numbers has no habit that a cell could break.
const HABIT: u32 = 5;

const ONLY_DECIMALS: &str = "is the only number with decimals in its column";

/// A cell and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// A fault at its place; its reason and remedy mean nothing.
    pub place: Fault,
    /// As written.
    pub cell: Box<str>,
}

/// What one column says of its own.
#[derive(Clone, Debug, Default)]
pub struct Habit {
    numbers: u32,
    /// Whether it holds whole numbers only.
    whole: bool,
    /// Numbers with a point or a comma, and the first of them.
    marked: u32,
    first_marked: Option<At>,
    /// The first of them that may be two numbers a thousand times apart.
    doubtful: Option<(At, Mark)>,
    /// The first with three digits behind a lone point, and behind a lone comma.
    thirds: [Option<At>; 2],
    /// Digits behind the mark, the same in all marked numbers so far; `None` if they differ.
    decimals: Option<usize>,
    /// Numbers of four digits or more without a mark, and the first of them.
    long: u32,
    first_long: Option<At>,
}

/// All that was heard.
#[derive(Clone, Debug, Default)]
pub struct Testimony {
    /// What the caller says, which no evidence but a cell's own shape may contradict.
    pub(super) asked: Option<Mark>,
    /// Ways of writing that are struck out, by the first cell that could not be so.
    pub(super) struck: [Option<At>; 8],
    /// The first cell with a lone point, and with a lone comma, that may be two numbers.
    pub(super) doubtful: [Option<At>; 2],
    /// Likewise, of columns of whole numbers, where it would be a fraction.
    pub(super) fraction: [Option<At>; 2],
    /// The first cell that contradicts one before it.
    pub(super) contradiction: Option<(At, Option<At>)>,
    /// Cells that say that there is no value, and the first of them.
    pub nothing: (u64, Option<At>),
    /// By column.
    habits: Vec<Habit>,
}

/// Place of a mark in pairs.
pub(super) fn of(mark: Mark) -> usize {
    match mark {
        Mark::Point => 0,
        Mark::Comma => 1,
    }
}

impl Testimony {
    /// Nothing heard yet; `asked` is what the caller says.
    pub fn new(asked: Option<Mark>) -> Testimony {
        Testimony { asked, ..Testimony::default() }
    }

    /// Whether a way of writing is still possible.
    pub(super) fn is_left(&self, at: usize) -> bool {
        self.struck[at].is_none() && self.asked.is_none_or(|mark| Dialect::ALL[at].decimal == mark)
    }

    /// Hears a cell of a numeric column: its number in the file, whether it holds whole numbers only, and where the cell is.
    pub fn hear(&mut self, column: u32, whole: bool, cell: &str, at: impl Fn() -> Fault) {
        let here = || At { place: at(), cell: cell.into() };
        let (digits, all, doubt) = match Simple::of(cell.as_bytes()) {
            Some(it) => {
                (cell, Dialect::ALL.map(|dialect| it.fits(dialect)), it.mark.filter(|_| it.is_doubtful))
            }
            None => match parts(cell) {
                Ok(parts) => (
                    parts.digits,
                    Dialect::ALL.map(|dialect| dialect.fits(parts.digits)),
                    ambiguous(parts.digits),
                ),
                Err(NotNumber::Nothing) => {
                    self.nothing.0 += 1;
                    self.nothing.1.get_or_insert_with(here);
                    return;
                }
                // it is a fault when it is read
                Err(_) => return,
            },
        };
        if !all.contains(&true) {
            return;
        }
        let habit = self.habit(column);
        habit.whole = whole;
        habit.hear(digits, doubt, &here);
        if all == [true; 8] {
            return;
        }
        if let Some(mark) = doubt {
            self.doubtful[of(mark)].get_or_insert_with(here);
            if whole && !digits.ends_with("000") {
                self.fraction[of(mark)].get_or_insert_with(here);
            }
        }
        if !(0..8).any(|at| all[at] && self.is_left(at)) {
            let before = (0..8).filter(|at| all[*at]).find_map(|at| self.struck[at].clone());
            self.contradiction.get_or_insert_with(|| (here(), before));
            return;
        }
        for (fits, struck) in all.iter().zip(&mut self.struck) {
            if !fits {
                struck.get_or_insert_with(here);
            }
        }
    }

    fn habit(&mut self, column: u32) -> &mut Habit {
        let at = column as usize;
        if self.habits.len() <= at {
            self.habits.resize_with(at + 1, Habit::default);
        }
        &mut self.habits[at]
    }

    /// Two cells of one column of which one has a thousand times what the other has, or a wrong mark.
    pub(super) fn at_odds(&self) -> Option<(&At, &At)> {
        let habits = self.habits.iter().filter(|habit| !habit.whole && self.asked.is_none());
        habits.into_iter().find_map(|habit| habit.thirds[0].as_ref().zip(habit.thirds[1].as_ref()))
    }

    /// Cells that break the habit of their column where another reading is a thousand times off, with what is odd and what to do.
    pub(super) fn lone(&self, dialect: Dialect) -> impl Iterator<Item = (&At, &'static str, String)> {
        self.habits.iter().filter_map(move |habit| habit.lone(dialect))
    }
}

impl Habit {
    fn hear(&mut self, digits: &str, doubt: Option<Mark>, here: &impl Fn() -> At) {
        self.numbers = self.numbers.saturating_add(1);
        let Some(mark) = digits.rfind(['.', ',']) else {
            if digits.bytes().filter(u8::is_ascii_digit).count() > 3 {
                self.long = self.long.saturating_add(1);
                self.first_long.get_or_insert_with(here);
            }
            return;
        };
        let decimals = digits.len() - mark - 1;
        let same = self.marked == 0 || self.decimals == Some(decimals);
        self.decimals = same.then_some(decimals);
        self.marked = self.marked.saturating_add(1);
        self.first_marked.get_or_insert_with(here);
        if decimals == 3 && !digits[..mark].contains(['.', ',']) {
            let own = if digits[mark..].starts_with('.') { Mark::Point } else { Mark::Comma };
            self.thirds[of(own)].get_or_insert_with(here);
        }
        if let (None, Some(mark)) = (&self.doubtful, doubt) {
            self.doubtful = Some((here(), mark));
        }
    }

    fn lone(&self, dialect: Dialect) -> Option<(&At, &'static str, String)> {
        if self.numbers < HABIT {
            return None;
        }
        let bare = |cell: &str| cell.replace(['.', ','], "");
        if self.whole {
            let at = self.first_marked.as_ref().filter(|_| self.marked == 1)?;
            let read = parts(&at.cell).ok().and_then(|parts| dialect.plain(parts.digits))?;
            let remedy = || format!("write `{}` or another whole number, as it is meant", bare(&at.cell));
            return read.contains('.').then(|| (at, ONLY_DECIMALS, remedy()));
        }
        if let (1, Some((at, mark))) = (self.marked, &self.doubtful) {
            let remedy = format!("write `{}0` or `{}`, as it is meant", at.cell, bare(&at.cell));
            let is_decimal = *mark == dialect.decimal;
            let grouped = dialect.group == Group::Other && self.long > 0;
            return match (is_decimal, grouped) {
                (true, _) => Some((at, ONLY_DECIMALS, remedy)),
                (false, true) => Some((
                    at,
                    "is the only number with grouped thousands in its column",
                    format!("write `{}`, if it is meant", bare(&at.cell)),
                )),
                (false, false) => None,
            };
        }
        let all_others = self.marked + 1 == self.numbers && self.long == 1;
        match (&self.first_long, self.decimals) {
            // of numbers with three decimals it may be grouping that the others have
            (Some(at), Some(1 | 2 | 4..)) if all_others => Some((
                at,
                "is the only number without decimals in its column",
                format!("write `{}{}0`, if it is meant", at.cell, dialect.decimal.char()),
            )),
            (Some(_) | None, _) => None,
        }
    }
}
