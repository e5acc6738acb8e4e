//! What this machine offers: cores, and a terminal of some width.

use crate::report::terminal::Screen;

/// The switch that says how many threads may run at once.
#[derive(clap::Args, Clone, Copy)]
pub(super) struct Threads {
    /// Threads; the answer does not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl Threads {
    /// How many.
    pub fn count(self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(cores, usize::from)
    }
}

/// Where an answer is printed.
pub(super) fn screen() -> Screen {
    Screen { width: columns(), colour: true }
}

/// Width of the terminal; 80 where there is none.
fn columns() -> usize {
    let terminal = console::Term::stdout();
    let columns = terminal.size_checked().filter(|_| terminal.is_term()).map_or(80, |(_, columns)| columns);
    usize::from(columns).clamp(40, 200)
}
