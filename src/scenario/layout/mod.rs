//! A scenario's text laid out: the same tokens in the same order, with every comment, and lines as people would break them.
//!
//! Entries and lists that fit stand on one line, up to [`WIDTH`] columns, the others have one item a line, indented by four. A comment, or a
//! blank line between items, keeps what is around it from being joined.

mod tokens;
mod items;
mod print;

use super::reading::sources::SourceText;
use crate::problem::Problem;

/// Most columns of a line, unless one text or comment is longer.
pub const WIDTH: usize = 120;

/// Why a text is not laid out.
#[derive(Debug)]
pub enum NotLaidOut {
    /// It cannot be read.
    Unreadable(Box<Problem>),
    /// It would mean something else, or lack a comment: a fault of this module.
    Changed,
}

/// The text, laid out.
///
/// # Errors
/// It cannot be read.
pub fn laid_out(source: &SourceText) -> Result<String, NotLaidOut> {
    let before = source.tree().map_err(|problem| NotLaidOut::Unreadable(Box::new(problem)))?;
    let tokens = tokens::of(&source.text);
    let mut text = print::write(&items::of(&tokens));
    if source.text.contains("\r\n") {
        text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    let after = SourceText { path: source.path.clone(), text: text.as_str().into() };
    let is_same = after.tree().is_ok_and(|after| format!("{after:?}") == format!("{before:?}"));
    let comments = |tokens: &[tokens::Lexed]| {
        let lines = tokens.iter().filter_map(|it| it.comment()).flat_map(str::lines);
        let mut all: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
        all.sort();
        all
    };
    match is_same && comments(&tokens) == comments(&tokens::of(&text)) {
        true => Ok(text),
        false => Err(NotLaidOut::Changed),
    }
}
