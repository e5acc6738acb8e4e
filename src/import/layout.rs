//! Sentences in lines of a terminal of 80 columns.

use std::fmt::Write;

/// Columns of a terminal.
const WIDTH: usize = 80;

/// How many there are, with the words for one of them or several.
pub fn count(number: u64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// The first of these names, and how many more there are.
pub fn some_of<N: AsRef<str>>(names: &[N], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A heading and its sentences, unless there are none.
pub fn part<'s>(text: &mut String, heading: &str, lines: impl Iterator<Item = &'s String>) {
    for (at, line) in lines.enumerate() {
        if at == 0 {
            let _ = writeln!(text, "\n{heading}");
        }
        text.push_str(&wrapped("-", line));
    }
}

/// The sentence after its mark, if there is one, with a newline at the end; further lines are indented.
pub fn wrapped(mark: &str, sentence: &str) -> String {
    let (mut text, mut column) = (mark.to_owned(), mark.len());
    for word in sentence.split(' ').filter(|word| !word.is_empty()) {
        let width = unicode_width::UnicodeWidthStr::width(word);
        if column + 1 + width > WIDTH && column > 2 {
            text.push_str("\n ");
            column = 1;
        }
        if column > 0 {
            text.push(' ');
        }
        text.push_str(word);
        column += 1 + width;
    }
    text.push('\n');
    text
}
