//! The tokens of a text that was read once, comments among them. Imports nothing.

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'t> {
    /// `(`, `[` or `{`.
    Open(char),
    /// Their ends.
    Close(char),
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// A name, a number, a text with its quotes.
    Word(&'t str),
    /// A comment, or an attribute of the file.
    Comment {
        /// With its marks, without the line's end.
        text: &'t str,
        /// Whether it goes to the end of its line.
        is_line: bool,
    },
}

/// A token and how many lines it stands below the one before.
#[derive(Clone, Copy, Debug)]
pub struct Lexed<'t> {
    /// It.
    pub token: Token<'t>,
    /// Line breaks before it.
    pub breaks: usize,
}

impl<'t> Lexed<'t> {
    /// Its text, if it is a comment.
    pub fn comment(&self) -> Option<&'t str> {
        if let Token::Comment { text, .. } = self.token { Some(text) } else { None }
    }
}

/// All of them, in order.
pub fn of(text: &str) -> Vec<Lexed<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut breaks) = (text, 0);
    while let Some(c) = rest.chars().next() {
        if c.is_whitespace() {
            breaks += usize::from(c == '\n');
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let (token, length) = one(rest, c);
        tokens.push(Lexed { token, breaks });
        (rest, breaks) = (&rest[length..], 0);
    }
    tokens
}

/// The token that a text begins with, and its length.
fn one(rest: &str, first: char) -> (Token<'_>, usize) {
    match first {
        '(' | '[' | '{' => (Token::Open(first), 1),
        ')' | ']' | '}' => (Token::Close(first), 1),
        ',' => (Token::Comma, 1),
        ':' => (Token::Colon, 1),
        _ if rest.starts_with("//") => {
            let length = rest.find('\n').unwrap_or(rest.len());
            (Token::Comment { text: rest[..length].trim_end(), is_line: true }, length)
        }
        _ if rest.starts_with("/*") => {
            let length = block(rest);
            (Token::Comment { text: &rest[..length], is_line: false }, length)
        }
        _ if rest.starts_with("#!") => {
            let length = rest.find(']').map_or(rest.len(), |end| end + 1);
            (Token::Comment { text: &rest[..length], is_line: true }, length)
        }
        _ => {
            let length = quoted(rest).unwrap_or_else(|| word(rest));
            (Token::Word(&rest[..length]), length)
        }
    }
}

/// Length of a block comment, in which others may be nested.
fn block(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(next) = rest[at..].chars().next() {
        let step = if rest[at..].starts_with("/*") {
            depth += 1;
            2
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            2
        } else {
            next.len_utf8()
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

/// Length of a text or a character with its quotes, if one begins here.
fn quoted(rest: &str) -> Option<usize> {
    let bare = rest.strip_prefix('b').unwrap_or(rest);
    let prefix = rest.len() - bare.len();
    if let Some(raw) = bare.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let end = format!("\"{}", "#".repeat(hashes));
        let inner = raw[hashes..].strip_prefix('"')?;
        let length = inner.find(&end).map_or(inner.len(), |at| at + end.len());
        return Some(prefix + 1 + hashes + 1 + length);
    }
    let quote = bare.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut is_escaped = false;
    for (at, c) in bare.char_indices().skip(1) {
        if c == quote && !is_escaped {
            return Some(prefix + at + 1);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    Some(rest.len())
}

/// Length of a name or a number.
fn word(rest: &str) -> usize {
    let ends = |(at, c): (usize, char)| {
        let is_end = c.is_whitespace() || "()[]{},:\"".contains(c);
        (is_end || rest[at..].starts_with("//") || rest[at..].starts_with("/*")).then_some(at)
    };
    rest.char_indices().skip(1).find_map(ends).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_comments_end_where_they_end() {
        let text =
            r####"a: "x\"// no", b: r##"y"# /* no */"##, c: '"', d: b"z", /* e /* f */ */ -1.5e3 // g"####;
        let words: Vec<String> = of(text)
            .iter()
            .filter_map(|it| match it.token {
                Token::Word(text) => Some(text.to_owned()),
                Token::Comment { text, .. } => Some(format!("<{text}>")),
                Token::Open(_) | Token::Close(_) | Token::Comma | Token::Colon => None,
            })
            .collect();
        let expected = [
            "a",
            "\"x\\\"// no\"",
            "b",
            "r##\"y\"# /* no */\"##",
            "c",
            "'\"'",
            "d",
            "b\"z\"",
            "</* e /* f */ */>",
            "-1.5e3",
            "<// g>",
        ];
        assert_eq!(words, expected);
    }
}
