//! Texts of a scenario in Markdown, as GitHub and GitLab show it: neither markup nor a mention of anybody.

use crate::report::words::plain;

/// Most characters of one text.
const TEXT_MAX: usize = 400;

/// A name, in which nobody is mentioned.
pub(super) fn code(name: &str) -> String {
    format!("<code>{}</code>", text(name))
}

/// Text that is neither markup, nor a cell's end, nor a mention or reference of anything; cut where it is very long.
pub(super) fn text(told: &str) -> String {
    let mut safe = String::new();
    for (at, c) in plain(told).chars().enumerate() {
        if at == TEXT_MAX {
            safe.push('…');
            break;
        }
        match c {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            // Mentions and references are looked for in what is rendered, so that an entity would not stop them.
            '@' | '#' => safe += &format!("{c}<!-- -->"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '!' | '"' => {
                safe += &format!("&#{};", u32::from(c))
            }
            c => safe.push(c),
        }
    }
    safe
}
