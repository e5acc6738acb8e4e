//! `drsim completions` and `drsim man`: what shells complete and the manual shows, from the command line itself.

use clap::{Args, Command};
use clap_complete::Shell;

use super::printer::{print_as_is, tell};
use super::{BAD_INPUT, OK};
use crate::inert::plain;
use crate::problem::closest;

/// Arguments of `drsim completions`.
#[derive(Args)]
pub struct Completions {
    /// The shell that completes
    shell: Shell,
}

/// Arguments of `drsim man`.
#[derive(Args)]
pub struct Man {
    /// The command whose page it is, such as `run` or `import churn`; without it that of drsim
    command: Vec<String>,
}

/// Prints a script for a shell; the exit code.
pub fn complete(arguments: &Completions, mut command: Command) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "drsim", &mut script);
    printed(script)
}

/// Prints a page of the manual; the exit code.
pub fn man(arguments: &Man, mut command: Command) -> u8 {
    command.build();
    let mut page = &command;
    for word in &arguments.command {
        let Some(next) = page.find_subcommand(word) else {
            let names: Vec<&str> = page.get_subcommands().map(Command::get_name).collect();
            let hint = match closest(word, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => format!("`{}` has none", page.get_name()),
                None => format!("there are: {}", names.join(", ")),
            };
            tell(&format!("error: there is no command `{}`\n  {hint}", plain(word)));
            return BAD_INPUT;
        };
        page = next;
    }
    let mut roff = Vec::new();
    clap_mangen::Man::new(page.clone()).render(&mut roff).expect("a page is written to memory");
    printed(roff)
}

/// Both are made of names and help of our own.
fn printed(text: Vec<u8>) -> u8 {
    let text = String::from_utf8(text).expect("help is text");
    print_as_is(&text).err().unwrap_or(OK)
}
