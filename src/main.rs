//! The `drsim` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    drsim::cli::main()
}
