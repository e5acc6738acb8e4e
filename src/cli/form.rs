//! How an answer is printed: one switch of every command that has one.

use clap::Args;

/// The format of what is printed.
#[derive(Args, Clone, Debug)]
pub(super) struct Form {
    /// Print the answer in this format
    #[arg(long, value_name = "FORMAT", default_value = TEXT, value_parser = [TEXT, JSON])]
    format: String,
    /// Short for `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// For people.
pub(super) const TEXT: &str = "text";
/// For programs.
pub(super) const JSON: &str = "json";
/// For browsers.
pub(super) const HTML: &str = "html";
/// All formats of the gate.
pub(super) const OF_GATE: [&str; 9] =
    [TEXT, JSON, "junit", "markdown", "github", "azure", "gitlab", "openmetrics", "sarif"];

impl Form {
    /// Its name.
    pub fn name(&self) -> &str {
        if self.json { JSON } else { &self.format }
    }

    /// Whether people read it, who are told beside it what else there is to say.
    pub fn is_text(&self) -> bool {
        self.name() == TEXT
    }
}
