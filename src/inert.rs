//! Texts of strangers made harmless: names, and whole outputs on their way to a terminal, a log or another program. Imports nothing.
//!
//! What a scenario or a file calls something is shown as it is, but for characters that command a terminal or change the order in which
//! text is read, and for words by which the log of a build server takes commands.

use std::borrow::Cow;
use std::fmt::Write;

/// In place of a character that is not shown.
const INSTEAD: char = '\u{fffd}';

/// Whether a character does something instead of being something: control characters, marks and brackets of direction, line separators,
/// characters without width that hide a difference, tags, and what XML forbids.
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// A name as one harmless line.
pub fn plain(name: &str) -> String {
    let shown: String = name.chars().map(|c| if is_hostile(c) { INSTEAD } else { c }).collect();
    match apart(&shown) {
        Cow::Borrowed(_) => shown,
        Cow::Owned(apart) => apart,
    }
}

/// Text of several lines, each as [`plain`].
pub fn lines(text: &str) -> String {
    text.split('\n').map(plain).collect::<Vec<_>>().join("\n")
}

/// A whole output: its lines, tabs and colours stay, and no line of it is a command.
pub fn output(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        let mut is_begun = false;
        while let Some(c) = rest.chars().next() {
            let colour = colour(rest);
            if colour > 0 {
                shown.push_str(&rest[..colour]);
                rest = &rest[colour..];
                continue;
            }
            if !is_begun && rest.starts_with("::") {
                shown.push_str(": ");
                rest = &rest[1..];
                is_begun = true;
                continue;
            }
            is_begun |= !c.is_whitespace();
            shown.push(if is_hostile(c) && c != '\n' && c != '\t' { INSTEAD } else { c });
            rest = &rest[c.len_utf8()..];
        }
    }
    match apart(&shown) {
        Cow::Borrowed(_) => shown,
        Cow::Owned(apart) => apart,
    }
}

/// Length of the colour or weight that a text begins with: `ESC [ digits and semicolons m`.
fn colour(text: &str) -> usize {
    let Some(code) = text.strip_prefix("\u{1b}[") else { return 0 };
    let length = code.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    if length <= 32 && code[length..].starts_with('m') { length + 3 } else { 0 }
}

/// JSON whose texts are the same to a reader of JSON and harmless to what shows it as text.
pub fn json(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte >= 0x7f || byte == b'#') {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        // Outside of texts JSON has line breaks, and no other character that is escaped here.
        if is_hostile(c) && c != '\n' || c == '#' && before == '#' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(shown, "\\u{unit:04x}").expect("memory takes all");
            }
        } else {
            shown.push(c);
        }
        before = c;
    }
    Cow::Owned(shown)
}

/// Commands of build servers that stand anywhere in a line, `##[error]` and `##vso[task.complete]`, taken apart.
fn apart(text: &str) -> Cow<'_, str> {
    let is_command = |at: usize| {
        let word = text[at + 2..].trim_start_matches(|c: char| c.is_ascii_alphabetic());
        word.starts_with('[')
    };
    // Of three in a row the last two are a command too.
    let pairs = text.as_bytes().windows(2).enumerate().filter(|(_, pair)| *pair == b"##");
    let at: Vec<usize> = pairs.map(|(at, _)| at).filter(|at| is_command(*at)).collect();
    if at.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + at.len());
    let mut from = 0;
    for at in at {
        shown.push_str(&text[from..=at]);
        shown.push(' ');
        from = at + 1;
    }
    shown.push_str(&text[from..]);
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_and_what_is_harmless_stays() {
        assert_eq!(plain("a\n\r\u{1b}]8;;x\u{7}\u{9b}b\u{202e}\u{2066}\u{200f}"), "a���]8;;x��b���");
        assert_eq!(plain("sql-1 é日本 👩\u{200d}💻 #1 ## c"), "sql-1 é日本 👩\u{200d}💻 #1 ## c");
        assert_eq!(plain("x##vso[a]##[b]###VSO[c]"), "x# #vso[a]# #[b]## #VSO[c]");
        assert_eq!(lines("a\n  b\rc"), "a\n  b�c");
    }

    #[test]
    fn an_output_keeps_lines_and_colours_and_has_no_command() {
        assert_eq!(output("\u{1b}[1;31mx\u{1b}[0m\ty\n"), "\u{1b}[1;31mx\u{1b}[0m\ty\n");
        assert_eq!(output("\u{1b}[2J\u{1b}[1\n"), "�[2J�[1\n");
        assert_eq!(output("a ::b\n  ::error::x\n\u{1b}[1m::y\n"), "a ::b\n  : :error::x\n\u{1b}[1m: :y\n");
        assert_eq!(output("a\r::error\n"), "a�::error\n");
    }

    #[test]
    fn json_says_the_same() {
        let text = "{\n  \"a\": \"##vso[x] \u{9b}\u{202e}\u{e0041}é #\"\n}";
        let shown = json(text);
        assert!(!shown.contains("##") && !shown.chars().any(|c| is_hostile(c) && c != '\n'), "{shown}");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("it is JSON");
        assert_eq!(read(&shown), read(text));
        assert!(matches!(json("{\"a\": 1}"), Cow::Borrowed(_)));
    }
}
