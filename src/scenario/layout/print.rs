//! Items as lines. Imports items.

use unicode_width::UnicodeWidthStr;

use super::WIDTH;
use super::items::{Group, Item, Note, Part};

/// Columns of a step inwards.
const STEP: usize = 4;

/// The text of a whole file, whose outermost group always has one item a line.
pub fn write(root: &Group) -> String {
    let mut page = Page { text: String::new(), column: 0 };
    for item in &root.items {
        page.notes(&item.notes, 0);
        page.apart(item.is_apart);
        page.item(item, |page, group| match group.items.is_empty() && group.notes.is_empty() {
            true => page.flat(group),
            false => page.broken(group, 0),
        });
        page.behind(item);
        page.push("\n");
    }
    page.notes(&root.notes, 0);
    page.text
}

struct Page {
    text: String,
    /// Columns of the last line.
    column: usize,
}

impl Page {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.column = match text.rsplit_once('\n') {
            Some((_, last)) => last.width(),
            None => self.column + text.width(),
        };
    }

    /// A blank line, unless a text or a group begins here.
    fn apart(&mut self, is_apart: bool) {
        let begins =
            self.text.is_empty() || ["(\n", "[\n", "{\n"].iter().any(|open| self.text.ends_with(open));
        if is_apart && !begins {
            self.push("\n");
        }
    }

    fn notes(&mut self, notes: &[Note], indent: usize) {
        for note in notes {
            self.apart(note.is_apart);
            self.push(&" ".repeat(indent));
            self.push(note.text);
            self.push("\n");
        }
    }

    /// The comment behind an item.
    fn behind(&mut self, item: &Item) {
        for text in &item.behind {
            self.push(" ");
            self.push(text);
        }
    }

    /// An item with its groups.
    fn item(&mut self, item: &Item, mut group: impl FnMut(&mut Page, &Group)) {
        for (number, part) in item.parts.iter().enumerate() {
            match part {
                Part::Word(text) => {
                    let follows = number > 0 && matches!(item.parts[number - 1], Part::Word(_));
                    self.push(if follows { " " } else { "" });
                    self.push(text);
                }
                Part::Colon => self.push(": "),
                Part::Group(inner) => group(self, inner),
            }
        }
    }

    /// On one line, if it fits with the comma that follows.
    fn fitted(&mut self, group: &Group, indent: usize) {
        let fits = group.flat.is_some_and(|width| self.column + width < WIDTH);
        if fits { self.flat(group) } else { self.broken(group, indent) }
    }

    fn flat(&mut self, group: &Group) {
        self.push(&group.brackets.0.to_string());
        for (number, item) in group.items.iter().enumerate() {
            self.push(if number > 0 { ", " } else { "" });
            self.item(item, Page::flat);
        }
        self.push(&group.brackets.1.to_string());
    }

    fn broken(&mut self, group: &Group, indent: usize) {
        let inner = indent + STEP;
        self.push(&format!("{}\n", group.brackets.0));
        if group.notes.is_empty() && group.items.iter().all(Item::is_plain) {
            self.filled(&group.items, inner);
        } else {
            for item in &group.items {
                self.notes(&item.notes, inner);
                self.apart(item.is_apart);
                self.push(&" ".repeat(inner));
                self.item(item, |page, group| page.fitted(group, inner));
                self.push(",");
                self.behind(item);
                self.push("\n");
            }
        }
        self.notes(&group.notes, inner);
        self.push(&format!("{}{}", " ".repeat(indent), group.brackets.1));
    }

    /// Numbers and names, as many on a line as fit.
    fn filled(&mut self, items: &[Item], indent: usize) {
        for (number, item) in items.iter().enumerate() {
            let width = item.flat().unwrap_or(0) + 1;
            if number == 0 {
                self.push(&" ".repeat(indent));
            } else if self.column + 1 + width > WIDTH {
                self.push(&format!("\n{}", " ".repeat(indent)));
            } else {
                self.push(" ");
            }
            self.item(item, Page::flat);
            self.push(",");
        }
        self.push("\n");
    }
}
