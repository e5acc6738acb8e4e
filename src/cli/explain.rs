//! `drsim explain`: what a code means, and what to do.

use clap::Args;

use super::files::print;
use super::{BAD_INPUT, OK};
use crate::problem::codes::{self, Code};

/// Arguments of `drsim explain`.
#[derive(Args)]
pub struct Arguments {
    /// A code such as W0302; without it all are listed
    code: Option<String>,
}

/// Runs it; the exit code.
pub fn run(arguments: &Arguments) -> u8 {
    let Some(id) = &arguments.code else {
        return print(&list(codes::ALL)).err().unwrap_or(OK);
    };
    match codes::find(id) {
        Ok(code) => print(&text(code)).err().unwrap_or(OK),
        Err(near) => {
            anstream::eprintln!("error: there is no code `{id}`");
            if !near.is_empty() {
                anstream::eprint!("did you mean:\n{}", list(&near));
            }
            anstream::eprintln!("next: drsim explain");
            BAD_INPUT
        }
    }
}

fn list(codes: &[&Code]) -> String {
    codes.iter().map(|code| format!("  {}  {}\n", code.id, code.title)).collect()
}

fn text(code: &Code) -> String {
    let why = if code.why.is_empty() { String::new() } else { format!("Why it matters: {}.\n", code.why) };
    format!("{}: {}\n\n{}\n\n{why}What to do: {}.\n", code.id, code.title, code.explain, code.remedy)
}
