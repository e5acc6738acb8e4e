//! Each file is written by one program: its tables share one way of writing numbers, told by all of their cells.
//!
//! A file whose own cells leave it open takes the decimal mark of another one of its folder, where those with the same delimiter agree:
//! they are tabs of one export.

use super::dialect::{Dialect, Evidence, Mark, Testimony, Told, Verdict};
use super::fault::Faults;
use super::sheet::Sheet;
use super::table::Table;

/// A numeric column of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numeric {
    /// Its place, from 0.
    pub column: usize,
    /// Whether its program writes whole numbers only.
    pub whole: bool,
}

/// How a sheet writes the numbers of these columns, from a pass over all its rows; told in [`Sheet::told`].
///
/// `None` where they leave it open or contradict themselves, with a fault. Rows of another width are not heard.
pub fn of_sheet(
    sheet: &mut Sheet<'_>,
    columns: &[Numeric],
    asked: Option<Mark>,
    faults: &mut Faults,
) -> Option<Dialect> {
    let mut testimony = Testimony::new(asked);
    let (file, width) = (sheet.file, sheet.header.len());
    let mut rows = sheet.again().map_err(|fault| faults.push(fault)).ok()?;
    while let Some(row) = rows.next_of_any_width(&mut Faults::default()) {
        if row.width() != width {
            continue;
        }
        for numeric in columns {
            let place =
                || super::fault::Fault::of(file, "", "").line(row.line).column(&sheet.header[numeric.column]);
            let column = u32::try_from(numeric.column).unwrap_or(u32::MAX);
            testimony.hear(column, numeric.whole, row.text(numeric.column), place);
        }
    }
    testimony.settle(&testimony.verdict(None), faults, &mut sheet.told)
}

/// Gives every table the way in which its file writes numbers; the sentences tell what was decided.
pub fn settle(tables: &mut [Table], asked: Option<Mark>, faults: &mut Faults) -> Vec<String> {
    let mut told = Vec::new();
    let heard: Vec<(Testimony, Verdict)> = tables
        .chunk_by(|a, b| a.file == b.file)
        .map(|file| {
            let mut testimony = Testimony::new(asked);
            file.iter().fold(0, |first, table| table.testify(first, &mut testimony));
            let verdict = testimony.verdict(None);
            (testimony, verdict)
        })
        .collect();
    let heads: Vec<(String, Option<u8>)> = tables
        .chunk_by(|a, b| a.file == b.file)
        .map(|file| (file[0].file.clone(), file[0].delimiter))
        .collect();
    for (at, file) in tables.chunk_by_mut(|a, b| a.file == b.file).enumerate() {
        let (testimony, verdict) = &heard[at];
        let lent = || lent(&heads, &heard, at);
        let verdict = match verdict {
            Verdict::Open(_) => lent()
                .map_or_else(|| verdict.clone(), |(mark, lender)| testimony.verdict(Some((mark, lender)))),
            Verdict::Decided(..) | Verdict::Contradiction(..) => verdict.clone(),
        };
        let dialect = testimony.settle(&verdict, faults, &mut told).unwrap_or(Dialect::PLAIN);
        file.iter_mut().for_each(|table| table.dialect = dialect);
    }
    told.iter().map(Told::sentence).collect()
}

/// The decimal mark that the other files of the export agree on, and the first of them.
fn lent<'h>(
    heads: &'h [(String, Option<u8>)],
    heard: &[(Testimony, Verdict)],
    at: usize,
) -> Option<(Mark, &'h str)> {
    let folder = |file: &'h str| file.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
    let (own, delimiter) = &heads[at];
    let mut marks = heads.iter().zip(heard).filter_map(|((file, other), (_, verdict))| match verdict {
        Verdict::Decided(dialect, Evidence::Proved(_) | Evidence::WholeColumn(_))
            if folder(file) == folder(own) && other == delimiter =>
        {
            Some((dialect.decimal, file.as_str()))
        }
        Verdict::Decided(..) | Verdict::Open(_) | Verdict::Contradiction(..) => None,
    });
    let first = marks.next()?;
    marks.all(|(mark, _)| mark == first.0).then_some(first)
}
