//! What was found, as text: a table of columns, the sum of all by percentile and hour, and the quirks.

use std::fmt::Write;

use comfy_table::{CellAlignment, Table, presets};

use super::super::found::{ColumnFound, Found, Rates};
use super::super::track::natural;
use crate::import::clock::written;
use crate::import::layout::count;
use crate::units::{Bytes, Span};

/// Most columns in the table; beyond it the largest are shown.
pub const ROWS_SHOWN: usize = 60;

const HEADER: [&str; 12] = [
    "column",
    "rows",
    "missing",
    "gaps",
    "longest",
    "duplicates",
    "retired",
    "total",
    "mean",
    "p50",
    "p99",
    "max",
];

/// The text, with a newline at the end.
pub fn summary(found: &Found) -> String {
    let mut text = columns(found);
    let end = found.start_unix_us.saturating_add_unsigned(found.bin_us.saturating_mul(found.bins as u64));
    let columns = count(found.columns.len() as u64, "column", "columns");
    let (bins, bin) = (count(found.bins as u64, "bin", "bins"), Span(found.bin_us));
    let (from, to, total) = (written(found.start_unix_us), written(end), large(found.total_bytes));
    let all = &found.aggregate;
    let quantiles =
        [("p50", all.p50), ("p90", all.p90), ("p95", all.p95), ("p99", all.p99), ("max", all.max)]
            .map(|(name, value)| format!("{name} {}", rate(value)))
            .join(", ");
    let hours: Vec<String> = (0..24)
        .filter_map(|hour| found.hourly_bps[hour].map(|mean| format!("{hour:02} h {}", rate(mean))))
        .collect();
    let hours: Vec<String> = hours.chunks(6).map(|six| six.join(", ")).collect();
    write!(
        text,
        "\n{columns} × {bins} of {bin}, {from} to {to}, {total} ({source})\n\
         All together: mean {mean}, {quantiles}\n\
         Mean by local hour: {hours}\n",
        source = found.source,
        mean = rate(all.mean),
        hours = hours.join(",\n                    "),
    )
    .expect("writing to a string cannot fail");
    for quirk in &found.quirks {
        text.push_str("- ");
        text.push_str(quirk);
        text.push('\n');
    }
    text
}

fn columns(found: &Found) -> String {
    let mut shown: Vec<&ColumnFound> = found.columns.iter().collect();
    let hidden = shown.len().saturating_sub(ROWS_SHOWN);
    if hidden > 0 {
        shown.sort_by_key(|column| std::cmp::Reverse(column.total_bytes));
        shown.truncate(ROWS_SHOWN);
        shown.sort_by(|a, b| natural(&a.name, &b.name));
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(HEADER);
    for column in shown {
        table.add_row(row(found, column));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut text: String = table.lines().map(|line| format!("{}\n", line.trim())).collect();
    if hidden > 0 {
        writeln!(text, "… and {hidden} columns with less").expect("writing to a string cannot fail");
    }
    text
}

fn row(found: &Found, column: &ColumnFound) -> [String; 12] {
    let (gaps, odd) = (column.gaps, column.oddities);
    let longest = Span(found.bin_us.saturating_mul(gaps.longest as u64)).to_string();
    let figure =
        |of: fn(&Rates) -> f64| column.rates.as_ref().map_or("-".to_owned(), |rates| rate(of(rates)));
    [
        column.name.chars().flat_map(char::escape_debug).collect(),
        odd.rows.to_string(),
        gaps.bins.to_string(),
        gaps.runs.to_string(),
        longest,
        odd.duplicates.to_string(),
        odd.retired.to_string(),
        large(column.total_bytes),
        figure(|rates| rates.mean),
        figure(|rates| rates.p50),
        figure(|rates| rates.p99),
        figure(|rates| rates.max),
    ]
}

fn large(bytes: u128) -> String {
    Bytes(u64::try_from(bytes).unwrap_or(u64::MAX)).to_string()
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "for reading; rates are never negative, and a float too large becomes the largest integer"
)]
fn rate(bps: f64) -> String {
    format!("{}/s", Bytes(bps.round() as u64))
}
