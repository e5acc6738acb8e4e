//! The answer as JSON: keys sorted, numbers as short as those of results, and always the same bytes for the same answer.

use crate::gate::report::GateReport;
use crate::report::json::shorten;

/// The report as pretty JSON with a trailing newline.
pub fn write(report: &GateReport) -> String {
    let mut value = serde_json::to_value(report).expect("a report is plain data with text keys");
    shorten(&mut value);
    crate::inert::json(&format!("{value:#}\n")).into_owned()
}
