//! Charts of Excel's own, under each other on a sheet: over columns of tables, and through the points of curves.

use rust_xlsxwriter::{
    Chart, ChartAxis, ChartAxisLabelPosition, ChartFormat, ChartLegendPosition, ChartLine, ChartLineDashType,
    ChartType, Worksheet, XlsxError,
};

use crate::document::Unit;

use super::layout::set_paper;
use super::points::{self, Drawn, Scale};
use super::sheet::Written;

/// The name of their sheet.
pub(super) const SHEET: &str = "charts";
/// Rows that a chart shows.
const CHARTED: usize = 40;
/// Rows of the sheet that a chart takes.
const HIGH: u32 = 21;
/// Charts on a sheet of paper.
const ON_A_PAGE: u32 = 2;
/// Of the size on a screen, in percent, so that they fit it.
const SCALE: u16 = 75;
/// Steps of an axis in hours, in days: a minute to a day, and then longer.
const STEPS: [f64; 9] = [
    1.0 / 1440.0,
    5.0 / 1440.0,
    15.0 / 1440.0,
    1.0 / 48.0,
    1.0 / 24.0,
    1.0 / 12.0,
    1.0 / 4.0,
    1.0 / 2.0,
    1.0,
];
/// Steps of an axis.
const STEPS_MAX: f64 = 8.0;

/// A chart of Excel's own over columns of a table.
pub struct Charted {
    /// Its heading.
    pub title: &'static str,
    /// The table, and of its columns that of names.
    pub table: &'static str,
    /// Key of the column of names.
    pub names: &'static str,
    /// Keys of the columns beside each other.
    pub series: &'static [&'static str],
}

/// Charts under each other.
pub(super) fn draw(
    sheet: &mut Worksheet,
    (charted, written): (&[Charted], &[Written]),
    drawn: &[Drawn],
) -> Result<(), XlsxError> {
    let columns = charted.iter().filter_map(|it| columns(it, written));
    let mut breaks = Vec::new();
    for (number, mut chart) in (0_u32..).zip(columns.chain(drawn.iter().map(curve))) {
        chart.set_width(960).set_height(380);
        chart.legend().set_position(ChartLegendPosition::Bottom);
        // A row away from where a sheet of paper ends.
        sheet.insert_chart(number * HIGH + 1, 0, &chart)?;
        breaks.extend(Some(number * HIGH).filter(|_| number > 0 && number.is_multiple_of(ON_A_PAGE)));
    }
    // Breaks count only where the scale is told.
    set_paper(sheet).set_print_scale(SCALE).set_page_breaks(&breaks)?;
    Ok(())
}

/// Columns of a table beside each other; none where it has no rows.
fn columns(charted: &Charted, written: &[Written]) -> Option<Chart> {
    let table = written.iter().find(|it| it.key == charted.table).filter(|it| it.rows > 0)?;
    let place = |key: &str| {
        let at = table.columns.iter().position(|column| column.key == key)?;
        Some((u16::try_from(at).ok()?, &table.columns[at]))
    };
    let (names, _) = place(charted.names)?;
    let last = u32::try_from(table.rows.min(CHARTED)).unwrap_or(1);
    let mut chart = Chart::new(ChartType::Column);
    let (mut most, mut is_duration) = (0.0_f64, false);
    for (at, column) in charted.series.iter().filter_map(|key| place(key)) {
        let series = chart.add_series();
        series.set_categories((table.key, 1, names, last, names));
        series.set_values((table.key, 1, at, last, at)).set_name(column.head.as_str());
        (most, is_duration) = (most.max(column.most), column.is_duration);
    }
    chart.title().set_name(charted.title);
    if is_duration {
        chart.y_axis().set_num_format("[h]:mm").set_major_unit(step(most));
    }
    Some(chart)
}

/// Lines through points.
fn curve(drawn: &Drawn) -> Chart {
    let mut chart = Chart::new(ChartType::ScatterStraight);
    for line in &drawn.lines {
        let series = chart.add_series();
        series.set_categories((points::SHEET, points::ROWS.1, line.column, line.last, line.column));
        series.set_values((points::SHEET, points::ROWS.1, line.column + 1, line.last, line.column + 1));
        // By its cell: a text that begins with `=` would be taken for one.
        series.set_name((points::SHEET, points::ROWS.0, line.column));
        let mut stroke = ChartLine::new();
        stroke.set_width(1.75);
        if line.is_mark {
            stroke.set_width(1.0).set_dash_type(ChartLineDashType::Dash);
        }
        series.set_format(ChartFormat::new().set_line(&stroke));
    }
    chart.title().set_name(drawn.title.as_str());
    scale(chart.x_axis(), &drawn.x);
    scale(chart.y_axis(), &drawn.y);
    chart
}

fn scale(axis: &mut ChartAxis, scale: &Scale) {
    axis.set_name(scale.title.as_str()).set_num_format("General");
    // Below the plane where zero is within it, too.
    axis.set_label_position(ChartAxisLabelPosition::Low);
    if scale.is_log {
        axis.set_log_base(10);
    }
    let (low, high) = scale.range;
    if scale.unit == Unit::Share && high <= 1.0 {
        axis.set_num_format("0%").set_max(1.0);
    }
    if scale.unit == Unit::Moment && low < high {
        let step = step(high - low);
        let shown = if step < 1.0 { "ddd hh:mm" } else { "ddd d mmm" };
        axis.set_num_format(shown).set_major_unit(step);
        axis.set_min((low / step).floor() * step).set_max((high / step).ceil() * step);
    }
}

/// A round step, in days, of an axis of so many.
fn step(days: f64) -> f64 {
    let round = STEPS.into_iter().find(|step| days / step <= STEPS_MAX);
    round.unwrap_or_else(|| (days / STEPS_MAX).ceil())
}
