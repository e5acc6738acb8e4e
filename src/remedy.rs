//! What helps with a problem, as a value: what may stand instead, what may be added, or advice where it takes a decision. Its words
//! are made of it. Imports nothing of this crate.

use std::borrow::Cow;
use std::fmt;

/// What to do about a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// What to do, in words: it takes a decision about the design.
    Advice(Cow<'static, str>),
    /// The name that was probably meant.
    Meant(String),
    /// The names that are possible.
    OneOf(Vec<String>),
    /// What may be written instead; of several texts the meaning decides.
    Write(Vec<Instead>),
    /// What may be added to a list.
    Add(Box<Addition>),
}

/// A text in place of one that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// The text, without quotes.
    pub text: String,
    /// Which meaning it keeps, as words that follow it: "for bits". Empty where there is one only.
    pub meaning: Cow<'static, str>,
}

/// Entries for the list of a section, any of which helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The section: `network_mappings`.
    pub section: &'static str,
    /// Entries as they are written.
    pub entries: Vec<String>,
}

impl Remedy {
    /// One text instead.
    pub fn write(text: impl Into<String>) -> Remedy {
        Remedy::Write(vec![Instead::new(text, "")])
    }

    /// The texts that may stand in place of the one that was refused.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Remedy::Advice(_) | Remedy::Add(_) => Vec::new(),
            Remedy::Meant(name) => vec![name],
            Remedy::OneOf(names) => names.iter().map(String::as_str).collect(),
            Remedy::Write(texts) => texts.iter().map(|instead| &*instead.text).collect(),
        }
    }
}

impl Instead {
    /// This text, which keeps this meaning.
    pub fn new(text: impl Into<String>, meaning: impl Into<Cow<'static, str>>) -> Instead {
        Instead { text: text.into(), meaning: meaning.into() }
    }
}

impl From<&'static str> for Remedy {
    fn from(advice: &'static str) -> Remedy {
        Remedy::Advice(Cow::Borrowed(advice))
    }
}

impl From<String> for Remedy {
    fn from(advice: String) -> Remedy {
        Remedy::Advice(Cow::Owned(advice))
    }
}

/// As a sentence without its full stop: `write "200 Mbps" for bits or "200 MB/s" for bytes`.
impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remedy::Advice(advice) => f.write_str(advice),
            Remedy::Meant(name) => write!(f, "did you mean `{name}`?"),
            Remedy::OneOf(names) => write!(f, "one of: {}", names.join(", ")),
            Remedy::Write(texts) => write!(f, "write {}", either(texts.iter().map(Instead::to_string))),
            Remedy::Add(addition) => {
                let entries = addition.entries.iter().map(|entry| format!("`{entry}`"));
                write!(f, "add {} to `{}`", either(entries), addition.section)
            }
        }
    }
}

impl fmt::Display for Instead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let space = if self.meaning.is_empty() { "" } else { " " };
        write!(f, "\"{}\"{space}{}", self.text, self.meaning)
    }
}

/// `a`, `a or b`, `a, b or c`.
fn either(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    match all.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
