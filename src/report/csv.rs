//! A table as CSV: columns bear the JSON's keys, which end in their unit; nothing where a value does not exist.
//!
//! A text that a spreadsheet would run has an apostrophe before it, and so has one that begins with an apostrophe: whoever takes one away
//! where there is one has the text as it was. Numbers are numbers, negative ones too.

use crate::document::{Filed, Table, Value};

use super::cells::written;

/// What becomes of texts that a spreadsheet would run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Texts {
    /// They have an apostrophe before them.
    #[default]
    Neutral,
    /// They stay as they are, for programs that compare them with other data.
    Raw,
}

/// Header and rows, numbers to so many digits behind the point.
pub fn write(table: &Table, digits: i32, texts: Texts) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let memory = "writing to memory cannot fail";
    writer.write_record(table.columns.iter().map(|column| &column.key)).expect(memory);
    for row in &table.rows {
        writer.write_record(row.iter().map(|value| cell(value, digits, texts))).expect(memory);
    }
    String::from_utf8(writer.into_inner().expect(memory)).expect("cells are text")
}

fn cell(value: &Value, digits: i32, texts: Texts) -> String {
    match value.filed() {
        Filed::Words(words) => neutral(words.to_owned(), texts),
        Filed::Number(number) => written(number, digits).map(|it| it.to_string()).unwrap_or_default(),
        Filed::Whole(count) => count.to_string(),
        Filed::Nothing => String::new(),
    }
}

/// A text that no spreadsheet runs, unless it is wanted as it is.
pub(super) fn neutral(text: String, texts: Texts) -> String {
    if texts == Texts::Neutral && is_run(&text) { format!("'{text}") } else { text }
}

/// Whether a spreadsheet takes a text for a formula, in any width of its sign, or an apostrophe before it for its own.
fn is_run(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_would_run_is_neutral_and_numbers_are_numbers() {
        let words = |text: &str| cell(&Value::text(text), 6, Texts::Neutral);
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "＝1"] {
            assert_eq!(words(text), format!("'{text}"));
            assert_eq!(cell(&Value::text(text), 6, Texts::Raw), text);
        }
        assert_eq!([words("sql-1"), words("a=b"), words("")], ["sql-1", "a=b", ""]);
        assert_eq!(cell(&Value::Number(-1.5), 6, Texts::Neutral), "-1.5");
    }
}
