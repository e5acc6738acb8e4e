//! Tokens as items in groups, each with its comments. Imports tokens.

use unicode_width::UnicodeWidthStr;

use super::tokens::{Lexed, Token};

/// A comment on lines of its own.
#[derive(Debug)]
pub struct Note<'t> {
    /// It.
    pub text: &'t str,
    /// Whether a blank line stands before it.
    pub is_apart: bool,
}

/// What stands between two commas.
#[derive(Debug, Default)]
pub struct Item<'t> {
    /// Comments before it.
    pub notes: Vec<Note<'t>>,
    /// Whether a blank line stands before it, after those comments.
    pub is_apart: bool,
    /// It.
    pub parts: Vec<Part<'t>>,
    /// Comments behind it; at most one in the end.
    pub behind: Vec<&'t str>,
}

/// A part of an item.
#[derive(Debug)]
pub enum Part<'t> {
    /// A name, a number, a text.
    Word(&'t str),
    /// `:`
    Colon,
    /// `( … )`, `[ … ]`, `{ … }`
    Group(Group<'t>),
}

/// Items between brackets, or of a whole text.
#[derive(Debug)]
pub struct Group<'t> {
    /// Its brackets.
    pub brackets: (char, char),
    /// Its items.
    pub items: Vec<Item<'t>>,
    /// Comments after the last.
    pub notes: Vec<Note<'t>>,
    /// Its columns on one line; `None`: comments or blank lines keep it from that.
    pub flat: Option<usize>,
}

/// The items of a whole text.
pub fn of<'t>(tokens: &[Lexed<'t>]) -> Group<'t> {
    group(&mut tokens.iter().peekable(), (' ', ' '))
}

type Tokens<'i, 't> = std::iter::Peekable<std::slice::Iter<'i, Lexed<'t>>>;

/// Reads up to the bracket that ends it.
fn group<'t>(tokens: &mut Tokens<'_, 't>, brackets: (char, char)) -> Group<'t> {
    let (mut items, mut item): (Vec<Item>, Item) = (Vec::new(), Item::default());
    while let Some(Lexed { token, breaks }) = tokens.next() {
        if item.parts.is_empty() && !matches!(token, Token::Comment { .. }) {
            item.is_apart = *breaks > 1;
        }
        match token {
            Token::Close(_) => break,
            Token::Comma => items.push(std::mem::take(&mut item)),
            Token::Colon => item.parts.push(Part::Colon),
            Token::Word(text) => item.parts.push(Part::Word(text)),
            Token::Open(open) => {
                let close = if *open == '(' {
                    ')'
                } else if *open == '[' {
                    ']'
                } else {
                    '}'
                };
                item.parts.push(Part::Group(group(tokens, (*open, close))));
            }
            Token::Comment { text, is_line } => {
                let next = tokens.peek();
                let is_last = *is_line || next.is_none_or(|next| next.breaks > 0 || is_close(next));
                let then = what_follows(tokens.clone());
                if !item.parts.is_empty() && *breaks > 0 && then.is_none_or(is_close) {
                    items.push(std::mem::take(&mut item));
                }
                let is_between = item.parts.is_empty() && item.notes.is_empty();
                let note = Note { text, is_apart: *breaks > 1 && item.parts.is_empty() };
                match items.last_mut().filter(|_| is_between && *breaks == 0 && is_last) {
                    Some(before) => before.behind.push(text),
                    None if !item.parts.is_empty() && *breaks == 0 && then.is_none_or(ends) => {
                        item.behind.push(text)
                    }
                    None => item.notes.push(note),
                }
            }
        }
    }
    let notes = if item.parts.is_empty() { std::mem::take(&mut item.notes) } else { Vec::new() };
    items.extend((!item.parts.is_empty()).then_some(item));
    items.iter_mut().for_each(settle);
    let flat = flat(&items, &notes);
    Group { brackets, items, notes, flat }
}

/// The next token that is no comment.
fn what_follows<'i, 't>(mut tokens: Tokens<'i, 't>) -> Option<&'i Lexed<'t>> {
    tokens.find(|it| it.comment().is_none())
}

fn is_close(token: &Lexed) -> bool {
    matches!(token.token, Token::Close(_))
}

/// Whether it ends an item.
fn ends(token: &Lexed) -> bool {
    token.token == Token::Comma || is_close(token)
}

/// One comment may stand behind an item, on its line; where there are more they go before it.
fn settle(item: &mut Item) {
    if item.behind.len() > 1 || item.behind.iter().any(|text| text.contains('\n')) {
        let behind = item.behind.drain(..);
        item.notes.extend(behind.map(|text| Note { text, is_apart: false }));
    }
}

/// Columns of items on one line with their brackets.
fn flat(items: &[Item], notes: &[Note]) -> Option<usize> {
    let between = 2 * items.len().saturating_sub(1);
    let is_joined = |(number, item): (usize, &Item)| number == 0 || !item.is_apart;
    let can_be = notes.is_empty() && items.iter().enumerate().all(is_joined);
    let widths: Option<usize> = items.iter().map(Item::flat).sum();
    widths.filter(|_| can_be).map(|width| 2 + width + between)
}

impl Item<'_> {
    /// Its columns on one line.
    pub fn flat(&self) -> Option<usize> {
        let is_bare = self.notes.is_empty() && self.behind.is_empty();
        let part = |(number, part): (usize, &Part)| match part {
            Part::Word(text) if text.contains('\n') => None,
            Part::Word(text) => {
                let follows = number > 0 && matches!(self.parts[number - 1], Part::Word(_));
                Some(text.width() + usize::from(follows))
            }
            Part::Colon => Some(2),
            Part::Group(group) => group.flat,
        };
        self.parts.iter().enumerate().map(part).sum::<Option<usize>>().filter(|_| is_bare)
    }

    /// Whether it is one name, number or text, and nothing else.
    pub fn is_plain(&self) -> bool {
        matches!(self.parts.as_slice(), [Part::Word(_)]) && self.flat().is_some() && !self.is_apart
    }
}
