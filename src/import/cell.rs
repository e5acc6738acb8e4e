//! A cell of a table, as what it is: a workbook knows numbers and dates from text, and that must not be lost.

/// A cell as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing, or blanks.
    Empty,
    /// A number of a workbook, in digits with a decimal point: how a program writes numbers says nothing of it.
    Number(Box<str>),
    /// A date or a time of a workbook, as written by ISO 8601 or as the serial number of its day.
    Date(Box<str>),
    /// Trimmed text, which may be a number in any writing.
    Text(Box<str>),
    /// A formula that failed, such as `#REF!`.
    Failed(&'static str),
}

impl Cell {
    /// A cell of a text file.
    pub fn of_text(text: &str) -> Cell {
        let text = text.trim();
        match failed(text) {
            _ if text.is_empty() => Cell::Empty,
            Some(error) => Cell::Failed(error),
            None => Cell::Text(text.into()),
        }
    }

    /// What stands in it; nothing of a formula that failed.
    pub fn shown(&self) -> &str {
        match self {
            Cell::Empty | Cell::Failed(_) => "",
            Cell::Number(text) | Cell::Date(text) | Cell::Text(text) => text,
        }
    }
}

/// The error of a failed formula, where a text is one.
pub fn failed(text: &str) -> Option<&'static str> {
    const ERRORS: [&str; 8] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#DATA!"];
    ERRORS.into_iter().find(|error| text == *error)
}

/// `True` and `False` as programs write them, and as Excel does in its languages.
const TRUTHS: [(&str, &str); 12] = [
    ("true", "false"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("verdadero", "falso"),
    ("vero", "falso"),
    ("verdadeiro", "falso"),
    ("waar", "onwaar"),
    ("sant", "falskt"),
    ("sand", "falsk"),
    ("sann", "usann"),
    ("prawda", "fałsz"),
    ("1", "0"),
];

/// Whether a text says yes; `None` if it says neither.
pub fn truth(text: &str) -> Option<bool> {
    let text = text.to_lowercase();
    TRUTHS.into_iter().find_map(|(yes, no)| (text == yes || text == no).then_some(text == yes))
}
