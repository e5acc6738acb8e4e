//! Switches of all commands: how much is said, and whether in colour. No command reads them; the printer keeps to them.

use clap::{Args, ColorChoice, ValueEnum};

use super::printer::{Voice, speak};

/// How to speak.
#[derive(Args, Clone, Copy)]
pub(super) struct Common {
    /// Say less: no hints, notes and progress; the answer, warnings and errors stay
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = OF_ALL)]
    quiet: bool,
    /// Say more, on standard error: what was read, what was taken for true, how long it took
    #[arg(short, long, global = true, help_heading = OF_ALL)]
    verbose: bool,
    /// Colours; auto: on a terminal, unless NO_COLOR is set, and everywhere with CLICOLOR_FORCE
    #[arg(long, global = true, value_name = "WHEN", default_value_t = ColorChoice::Auto, help_heading = OF_ALL)]
    color: ColorChoice,
}

const OF_ALL: &str = "Options of all commands";

impl Common {
    /// From now on.
    pub fn apply(self) {
        let voice = match (self.quiet, self.verbose) {
            (true, _) => Voice::Quiet,
            (false, true) => Voice::Verbose,
            (false, false) => Voice::Usual,
        };
        speak(voice, self.color);
    }
}

/// The colours that a command line asks for which cannot be read as a whole.
pub(super) fn colour_of(words: &[String]) -> ColorChoice {
    let after = words.windows(2).filter(|pair| pair[0] == "--color").map(|pair| pair[1].as_str());
    let joined = words.iter().filter_map(|word| word.strip_prefix("--color="));
    let mut read = after.chain(joined).filter_map(|word| ColorChoice::from_str(word, false).ok());
    read.next_back().unwrap_or(ColorChoice::Auto)
}
