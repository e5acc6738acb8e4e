//! What this machine offers: cores, and a terminal of some width.

/// How many threads may run at once.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Width of the terminal; 80 where there is none.
pub(super) fn columns() -> usize {
    let terminal = console::Term::stdout();
    let columns = terminal.size_checked().filter(|_| terminal.is_term()).map_or(80, |(_, columns)| columns);
    usize::from(columns).clamp(40, 200)
}
