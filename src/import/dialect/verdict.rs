//! From what was heard to a way of writing, or to a refusal that names the cells.

use super::testimony::{At, Testimony, of};
use super::{Dialect, Group, Mark};
use crate::import::fault::{Fault, Faults, base, quote};

/// Why a way of writing is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// No number has a mark.
    NoMarks,
    /// A cell can only be written so.
    Proved(At),
    /// A column of whole numbers would have a fraction otherwise.
    WholeColumn(At),
    /// Another file of the same export is written so: its name.
    Borrowed(Box<str>),
    /// The caller says so.
    Asked,
}

/// What is to be told of a file: what is so, and the cell that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    what: String,
    shown: String,
}

impl Told {
    /// As a sentence.
    pub fn sentence(&self) -> String {
        format!("{}{}.", self.what, self.shown)
    }

    /// Sentences about many files; those of which the same is so share one.
    pub fn of_files(all: &[Told]) -> Vec<String> {
        let mut kinds: Vec<(&Told, usize)> = Vec::new();
        for told in all {
            match kinds.iter_mut().find(|(first, _)| first.what == told.what) {
                Some((_, more)) => *more += 1,
                None => kinds.push((told, 0)),
            }
        }
        let sentence = |(first, more): &(&Told, usize)| match more {
            0 => first.sentence(),
            1 => format!("{}{}, and in another file.", first.what, first.shown),
            more => format!("{}{}, and in {more} more files.", first.what, first.shown),
        };
        kinds.iter().map(sentence).collect()
    }
}

/// What the cells come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Written so.
    Decided(Dialect, Evidence),
    /// This cell may be two numbers, and no other tells.
    Open(At),
    /// This cell contradicts that one, or what the caller says.
    Contradiction(At, Option<At>),
}

impl At {
    /// `vDisk.csv:7`
    pub fn place(&self) -> String {
        let fault = &self.place;
        let file = base(&fault.file);
        match (&fault.cell, fault.line) {
            (Some(cell), _) => format!("{file}: {}", quote(cell)),
            (None, Some(line)) => format!("{file}:{line}"),
            (None, None) => file,
        }
    }

    fn quoted(&self) -> String {
        format!("`{}` ({})", quote(&self.cell), self.place())
    }

    fn fault(&self, reason: String, remedy: impl Into<String>) -> Fault {
        Fault { reason, remedy: remedy.into(), ..self.place.clone() }
    }
}

impl Testimony {
    /// What the cells come to; `lent` is the decimal mark of another file of the same export, if there is one.
    pub fn verdict(&self, lent: Option<(Mark, &str)>) -> Verdict {
        if let Some((at, before)) = &self.contradiction {
            return Verdict::Contradiction(at.clone(), before.clone());
        }
        let all = (0..8).filter(|at| self.is_left(*at)).map(|at| Dialect::ALL[at]).collect::<Vec<_>>();
        let Some(doubt) = self.open(&all) else { return self.decided(&all, None) };
        let (point, comma) = (&self.fraction[of(Mark::Point)], &self.fraction[of(Mark::Comma)]);
        match (point, comma) {
            (Some(a), Some(b)) => return Verdict::Contradiction(b.clone(), Some(a.clone())),
            (Some(at), None) | (None, Some(at)) => {
                let fraction = if point.is_some() { Mark::Point } else { Mark::Comma };
                let left: Vec<_> = all.into_iter().filter(|dialect| dialect.decimal != fraction).collect();
                return self.decided(&left, Some(Evidence::WholeColumn(at.clone())));
            }
            (None, None) => {}
        }
        let Some((mark, file)) = lent else { return Verdict::Open(doubt.clone()) };
        let left: Vec<_> = all.into_iter().filter(|dialect| dialect.decimal == mark).collect();
        self.decided(&left, Some(Evidence::Borrowed(file.into())))
    }

    /// The first cell that these ways read differently.
    fn open(&self, left: &[Dialect]) -> Option<&At> {
        let marks = [Mark::Point, Mark::Comma].into_iter();
        let mut open = marks.filter_map(|mark| self.doubtful[of(mark)].as_ref().map(|at| (mark, at)));
        let as_decimal = |mark: Mark| left.iter().any(|dialect| dialect.decimal == mark);
        let as_group = |mark: Mark| left.contains(&Dialect { decimal: mark.other(), group: Group::Other });
        open.find(|(mark, _)| as_decimal(*mark) && as_group(*mark)).map(|(_, at)| at)
    }

    /// The first of those left, which read every cell alike.
    fn decided(&self, left: &[Dialect], evidence: Option<Evidence>) -> Verdict {
        let dialect = left.first().copied().unwrap_or(Dialect::PLAIN);
        let proof = || {
            let opposed = |at: &usize| Dialect::ALL[*at].decimal != dialect.decimal;
            let by = |of: &dyn Fn(&usize) -> bool| (0..8).filter(of).find_map(|at| self.struck[at].clone());
            by(&opposed).or_else(|| by(&|at| !opposed(at)))
        };
        let evidence = evidence.or(self.asked.map(|_| Evidence::Asked));
        let evidence = evidence.or_else(|| proof().map(Evidence::Proved)).unwrap_or(Evidence::NoMarks);
        Verdict::Decided(dialect, evidence)
    }

    /// The way of writing, faults where it stays open or is broken, and what is to be told.
    pub fn settle(&self, verdict: &Verdict, faults: &mut Faults, told: &mut Vec<Told>) -> Option<Dialect> {
        match verdict {
            Verdict::Contradiction(at, before) => {
                faults.push(contradiction(at, before.as_ref()));
                None
            }
            Verdict::Open(at) => {
                let bare = at.cell.replace(['.', ','], "");
                let fraction = at.cell.replace(',', ".");
                let reason = format!(
                    "`{}` may be {} or {}, and no other number tells which",
                    quote(&at.cell),
                    quote(&fraction),
                    quote(&bare)
                );
                faults.push(at.fault(reason, "say --decimal . or --decimal , as the file is written"));
                None
            }
            Verdict::Decided(dialect, evidence) => {
                if let Some((point, comma)) = self.at_odds() {
                    faults.push(odds(point, comma));
                }
                for (at, odd, remedy) in self.lone(*dialect) {
                    faults.push(at.fault(format!("`{}` {odd}", quote(&at.cell)), remedy));
                }
                told.extend(evidence.told(*dialect));
                if let (count, Some(first)) = &self.nothing {
                    let what = format!("Cells that say they have no value: {count}, first ");
                    told.push(Told { what, shown: first.quoted() });
                }
                Some(*dialect)
            }
        }
    }
}

fn odds(point: &At, comma: &At) -> Fault {
    let reason = format!(
        "`{}` and {} of one column are thousands and decimals, or one has a wrong mark",
        quote(&comma.cell),
        point.quoted()
    );
    comma.fault(reason, "mend the one that is wrong, or say --decimal . or --decimal ,")
}

fn contradiction(at: &At, before: Option<&At>) -> Fault {
    let cell = quote(&at.cell);
    match before {
        Some(before) => at.fault(
            format!("`{cell}` and {} are not written in one way", before.quoted()),
            "write all numbers of the file in one way",
        ),
        None => at.fault(
            format!("`{cell}` cannot be written as --decimal says"),
            "leave --decimal out, or mend the cell",
        ),
    }
}

impl Evidence {
    /// What is told, unless there was nothing to decide.
    fn told(&self, dialect: Dialect) -> Option<Told> {
        let shown = match self {
            Evidence::NoMarks => return None,
            Evidence::Proved(at) => at.quoted(),
            Evidence::WholeColumn(at) => {
                let column = at.place.column.as_deref().unwrap_or_default();
                format!("{} would be a fraction in `{column}`", at.quoted())
            }
            Evidence::Borrowed(file) => format!("as in {}", base(file)),
            Evidence::Asked => "as asked for".to_owned(),
        };
        let words = match self {
            // what groups thousands says nothing of decimals
            Evidence::Proved(at) if !at.cell.contains(['.', ',', 'e', 'E']) => {
                dialect.group_words().to_owned()
            }
            Evidence::NoMarks
            | Evidence::Proved(_)
            | Evidence::WholeColumn(_)
            | Evidence::Borrowed(_)
            | Evidence::Asked => dialect.words(),
        };
        Some(Told { what: format!("Numbers: {words}: "), shown })
    }
}
