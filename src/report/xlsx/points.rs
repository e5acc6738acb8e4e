//! The sheet of points that charts are drawn through: two columns for each line of each curve, below the curve's title, the line's name and
//! what is measured. Times are plain hours or
//! minutes there, as an axis by powers of ten wants them. Paper has the charts, not the points.

use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::document::{Axis, Curve, Document, Line, Unit, Value};
use crate::report::words;

use super::form::{Cell, Form};
use super::layout::{CELL_MAX, ROWS_MAX, cut, head, number, set_height, set_page};

/// Its name.
pub(super) const SHEET: &str = "points";
/// The row of the names of lines, and the first of points.
pub(super) const ROWS: (u32, u32) = (1, 3);
/// Lines of a curve; a chart of Excel's has no more.
const LINES_MAX: usize = 250;
/// Width of a column, in characters.
const WIDE: u8 = 22;
/// The last column that is printed.
const PRINTED: u16 = 7;
/// Times as long as this many seconds are hours, shorter ones minutes.
const LONG: f64 = 7200.0;

/// A curve whose points stand there.
pub(super) struct Drawn {
    pub(super) title: String,
    pub(super) x: Scale,
    pub(super) y: Scale,
    pub(super) lines: Vec<Place>,
}

/// Where the points of a line stand.
pub(super) struct Place {
    /// The column of its places from left to right; the other is beside it.
    pub(super) column: u16,
    pub(super) last: u32,
    /// It marks a place from left to right.
    pub(super) is_mark: bool,
}

/// An axis.
pub(super) struct Scale {
    pub(super) title: String,
    pub(super) unit: Unit,
    pub(super) is_log: bool,
    /// Least and largest number, as it stands there.
    pub(super) range: (f64, f64),
    form: Form,
    /// So many seconds are one, of times.
    seconds: f64,
}

impl Scale {
    fn of(axis: &Axis, document: &Document, most: f64) -> Scale {
        let form = Form::of(axis.unit, false, document);
        let (time, seconds) = if most < LONG { ("min", 60.0) } else { ("h", 3600.0) };
        let unit = if axis.unit == Unit::Seconds { time } else { form.unit };
        let title = words::plain(&axis.title);
        let title = if unit.is_empty() { title } else { format!("{title} [{unit}]") };
        let range = (f64::INFINITY, f64::NEG_INFINITY);
        Scale { title, unit: axis.unit, is_log: axis.is_log, range, form, seconds }
    }

    /// A number as it stands there; none if it cannot be on this axis.
    fn number(&mut self, number: f64) -> Option<f64> {
        let Cell::Number(as_cell) = self.form.cell(&Value::Number(number)) else { return None };
        let number = if self.unit == Unit::Seconds { number / self.seconds } else { as_cell };
        if self.is_log && number <= 0.0 {
            return None;
        }
        self.range = (self.range.0.min(number), self.range.1.max(number));
        Some(number)
    }

    fn shown(&self) -> &'static str {
        if self.unit == Unit::Seconds { "0.000" } else { self.form.shown }
    }
}

/// The curves that have a point.
pub(super) fn write(
    sheet: &mut Worksheet,
    document: &Document,
    curves: &[&Curve],
) -> Result<Vec<Drawn>, XlsxError> {
    let mut to = To { sheet, heads: Vec::new() };
    let mut drawn = Vec::new();
    for curve in curves {
        let points = || curve.lines.iter().flat_map(|line| &line.points);
        let mut it = Drawn {
            title: words::plain(&curve.title),
            x: Scale::of(&curve.x, document, points().map(|point| point.0).fold(0.0, f64::max)),
            y: Scale::of(&curve.y, document, points().map(|point| point.1).fold(0.0, f64::max)),
            lines: Vec::new(),
        };
        for line in curve.lines.iter().take(LINES_MAX) {
            // Without a place from left to right a program would count for one.
            let point = |(x, y): &(f64, f64)| {
                let x = it.x.number(*x);
                (x, x.and_then(|_| it.y.number(*y)))
            };
            let points: Vec<_> = steps(line).iter().take(ROWS_MAX - 2).map(point).collect();
            to.write(&mut it, &line.name, &points, false)?;
        }
        // From the lowest to the highest of the lines. What begins where a line begins bears its name, and is seen there.
        let (low, high) = it.y.range;
        let low = if it.y.is_log { low } else { low.min(0.0) };
        let is_seen = |name: &String| curve.lines.iter().any(|line| line.name == *name);
        for (at, name) in curve.marks.iter().filter(|(_, name)| low.is_finite() && !is_seen(name)) {
            let at = it.x.number(*at);
            to.write(&mut it, name, &[(at, Some(low)), (at, Some(high))], true)?;
        }
        drawn.extend(Some(it).filter(|it| !it.lines.is_empty()));
    }
    to.end()?;
    Ok(drawn)
}

/// The columns that are written.
struct To<'s> {
    sheet: &'s mut Worksheet,
    heads: Vec<String>,
}

impl To<'_> {
    fn next(&self) -> u16 {
        u16::try_from(self.heads.len()).unwrap_or(u16::MAX)
    }

    fn write(
        &mut self,
        drawn: &mut Drawn,
        name: &str,
        points: &[(Option<f64>, Option<f64>)],
        is_mark: bool,
    ) -> Result<(), XlsxError> {
        if !points.iter().any(|(x, y)| x.is_some() && y.is_some()) {
            return Ok(());
        }
        let column = self.next();
        let title = head(false).unset_text_wrap();
        if drawn.lines.is_empty() {
            self.sheet.write_string_with_format(0, column, cut(&drawn.title, CELL_MAX), &title)?;
        }
        let name = cut(&words::plain(name), CELL_MAX);
        self.sheet.write_string_with_format(ROWS.0, column, name, &title)?;
        for scale in [&drawn.x, &drawn.y] {
            let text = cut(&scale.title, CELL_MAX);
            self.sheet.write_string_with_format(ROWS.1 - 1, self.next(), &text, &head(true))?;
            self.sheet.set_column_width(self.next(), f64::from(WIDE))?;
            self.heads.push(text);
        }
        let formats = [&drawn.x, &drawn.y].map(|scale| number(scale.shown()));
        let mut last = ROWS.1;
        for (row, (x, y)) in (ROWS.1..).zip(points) {
            for ((at, value), format) in (column..).zip([x, y]).zip(&formats) {
                if let Some(value) = value {
                    self.sheet.write_number_with_format(row, at, *value, format)?;
                }
            }
            last = row;
        }
        drawn.lines.push(Place { column, last, is_mark });
        Ok(())
    }

    fn end(self) -> Result<(), XlsxError> {
        set_height(
            self.sheet,
            ROWS.1 - 1,
            self.heads.iter().map(|text| (text.as_str(), usize::from(WIDE) - 3)),
        )?;
        let right = self.next().saturating_sub(1).min(PRINTED);
        self.sheet.set_freeze_panes(ROWS.1, 0)?.set_print_area(0, 0, ROWS.1 - 1, right)?;
        set_page(self.sheet, 0)
    }
}

/// Its points, with those between that make steps of it.
fn steps(line: &Line) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (x, y) in &line.points {
        if let Some(last) = points.last().copied().filter(|_| line.is_stepped) {
            points.push((*x, last.1));
        }
        points.push((*x, *y));
    }
    points
}
